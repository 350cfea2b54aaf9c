"""What a reference may refer to: instances of the class its property declares (DSP0004 5.1.2.12)."""

import pywbem

from mock_cimom.parameters import invalid
from mock_cimom.repository import IndexedRepository, Namespace


def check_references(repository: IndexedRepository, space: Namespace, instance: pywbem.CIMInstance) -> None:
    """Raise CIM_ERR_INVALID_PARAMETER for a reference to a namespace or class that does not exist, or does not fit.

    Properties that the class does not declare are left to others, and so is a class that does not exist.
    """
    if not space.classes.object_exists(instance.classname):
        return
    declared = space.classes.get(instance.classname, copy=False).properties
    for prop in instance.properties.values():
        known = declared.get(prop.name)
        if known is None or known.type != "reference":
            continue
        for value in prop.value if isinstance(prop.value, list) else [prop.value]:
            if isinstance(value, pywbem.CIMInstanceName):
                _check(repository, value, known)


def _check(repository: IndexedRepository, path: pywbem.CIMInstanceName, declared: pywbem.CIMProperty) -> None:
    try:
        classes = repository.namespace(path.namespace).classes
    except KeyError as error:
        raise invalid(f"{declared.name} refers to namespace {path.namespace!r}, which does not exist") from error
    if not classes.object_exists(path.classname):
        raise invalid(f"{declared.name} refers to class {path.classname!r}, which does not exist")
    wanted = declared.reference_class
    # What a namespace does not declare cannot be checked there.
    if wanted and classes.object_exists(wanted) and path.classname.lower() not in classes.family(wanted):
        raise invalid(f"{declared.name} refers to class {path.classname!r}, which is no {wanted}")
