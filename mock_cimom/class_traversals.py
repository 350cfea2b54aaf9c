"""Associators and References of classes (DSP0200 5.4.2.14 to 5.4.2.17): what the declarations allow.

A class is an end of an association if a reference of that is declared to it or to one of its superclasses.
"""

from collections.abc import Iterator

import pywbem

from mock_cimom import reads
from mock_cimom.class_store import ClassStore
from mock_cimom.repository import Namespace


def references_of_class(space: Namespace, name: str, result_class: str | None, role: str | None) -> list[str]:
    """Return the association classes that may refer to a class. Raises CIM_ERR_INVALID_PARAMETER for unknown ones."""
    ends = _ends(space, name, result_class, role)
    return list(dict.fromkeys(association.classname for association, _ in ends))


def associated_classes(
    space: Namespace,
    name: str,
    assoc_class: str | None,
    result_class: str | None,
    role: str | None,
    result_role: str | None,
) -> list[str]:
    """Return the classes at the other ends of the associations of a class, as they are declared there.

    Raises CIM_ERR_INVALID_PARAMETER for unknown classes.
    """
    limit = _family(space.classes, result_class)
    found: dict[str, str] = {}
    for association, own in _ends(space, name, assoc_class, role):
        for other in _references(association):
            target = str(other.reference_class)
            fits = limit is None or target.lower() in limit
            if other is not own and fits and _has_role(other, result_role):
                found.setdefault(target.lower(), _spelled(space.classes, target))
    return list(found.values())


def _ends(
    space: Namespace, name: str, assoc_class: str | None, role: str | None
) -> Iterator[tuple[pywbem.CIMClass, pywbem.CIMProperty]]:
    """Return associations, each with a reference that may point to the class `name`."""
    reads.family_of(space.classes, name, pywbem.CIM_ERR_INVALID_PARAMETER)
    limit = _family(space.classes, assoc_class)
    above = frozenset(space.classes.ancestry(name))
    return (
        (association, reference)
        for association in space.classes.iter_values(copy=False)
        if limit is None or association.classname.lower() in limit
        for reference in _references(association)
        if str(reference.reference_class).lower() in above and _has_role(reference, role)
    )


def _references(association: pywbem.CIMClass) -> list[pywbem.CIMProperty]:
    return [one for one in association.properties.values() if one.type == "reference"]


def _has_role(reference: pywbem.CIMProperty, role: str | None) -> bool:
    return role is None or str(reference.name).lower() == role.lower()


def _family(classes: ClassStore, name: str | None) -> frozenset[str] | None:
    return None if name is None else reads.family_of(classes, name, pywbem.CIM_ERR_INVALID_PARAMETER)


def _spelled(classes: ClassStore, name: str) -> str:
    return str(classes.get(name, copy=False).classname) if classes.object_exists(name) else name
