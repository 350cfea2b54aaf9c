"""Loading of the class declarations into a connection's namespaces."""

from importlib import resources

from mock_cimom.connection import CimomConnection

DECLARATIONS = ("cim_schema.mof", "mock_vendor.mof")


def load_schema(connection: CimomConnection, namespaces: list[str]) -> None:
    """Compile the declarations once and put them into every namespace; missing namespaces are created.

    The namespaces share the compiled classes, which are never changed in place.
    """
    repository = connection.cimrepository
    first, *others = namespaces
    for name in namespaces:
        if name not in repository.namespaces:
            repository.add_namespace(name)
    folder = resources.files("mock_cimom.mof")
    for file_name in DECLARATIONS:
        connection.compile_mof_string(folder.joinpath(file_name).read_text(encoding="utf-8"), namespace=first)
    source = repository.namespace(first)
    for name in others:
        target = repository.namespace(name)
        for declaration in source.qualifiers.iter_values(copy=False):
            target.qualifiers.create(declaration.name, declaration)
        for cim_class in source.classes.iter_values(copy=False):
            target.classes.adopt(cim_class)
