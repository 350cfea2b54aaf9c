"""The class declarations, compiled once per process and shared by all namespaces and connections."""

import hashlib
from functools import cache
from importlib import resources

import pywbem

from mock_cimom.connection import CimomConnection

DECLARATIONS = ("cim_schema.mof", "mock_vendor.mof")


def load_schema(connection: CimomConnection, namespaces: list[str]) -> None:
    """Put the declarations into every namespace; missing namespaces are created.

    All share the compiled classes: a class is never changed in place, only replaced.
    """
    repository = connection.cimrepository
    qualifiers, classes = built_in_schema()
    for name in namespaces:
        if name not in repository.namespaces:
            repository.add_namespace(name)
        space = repository.namespace(name)
        for declaration in qualifiers:
            space.qualifiers.create(declaration.name, declaration)
        for cim_class in classes:
            space.classes.adopt(cim_class)


@cache
def schema_fingerprint() -> str:
    """Return what tells this schema from any other: a hash of its declarations' text."""
    return hashlib.sha256("".join(_text(name) for name in DECLARATIONS).encode()).hexdigest()


def _text(file_name: str) -> str:
    return resources.files("mock_cimom.mof").joinpath(file_name).read_text(encoding="utf-8")


@cache
def built_in_schema() -> tuple[tuple[pywbem.CIMQualifierDeclaration, ...], tuple[pywbem.CIMClass, ...]]:
    """Return qualifier declarations and resolved classes, superclasses first. They are not to be changed."""
    connection = CimomConnection("root/schema")
    for file_name in DECLARATIONS:
        connection.compile_mof_string(_text(file_name))
    compiled = connection.cimrepository.namespace("root/schema")
    return tuple(compiled.qualifiers.iter_values(copy=False)), tuple(compiled.classes.iter_values(copy=False))
