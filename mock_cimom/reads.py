"""The read operations of DSP0200 on the indexed repository, below any encoding.

All functions answer with stored entries or paths, which the caller only reads. CIM errors are raised as
pywbem.CIMError with the code DSP0200 gives to the operation.
"""

import pywbem

from mock_cimom.class_store import ClassStore
from mock_cimom.instance_store import Entry
from mock_cimom.keys import TargetKey
from mock_cimom.repository import IndexedRepository, Namespace


def namespace_of(repository: IndexedRepository, name: str) -> Namespace:
    """Return a namespace's stores. Raises CIM_ERR_INVALID_NAMESPACE."""
    try:
        return repository.namespace(name)
    except KeyError as error:
        raise pywbem.CIMError(pywbem.CIM_ERR_INVALID_NAMESPACE, f"Namespace {name!r} does not exist") from error


def family_of(classes: ClassStore, class_name: str, status: int = pywbem.CIM_ERR_INVALID_CLASS) -> frozenset[str]:
    """Return the class and its subclasses in lower case. Raises the CIM error `status` if it is not declared."""
    family = classes.family(class_name)
    if not family:
        raise pywbem.CIMError(status, f"Class {class_name!r} does not exist")
    return family


def instances_of(space: Namespace, class_name: str) -> list[Entry]:
    """Return the instances of a class and its subclasses (DSP0200 5.4.2.11). Raises CIM_ERR_INVALID_CLASS."""
    return space.instances.of_classes(sorted(family_of(space.classes, class_name)))


def instance_at(space: Namespace, path: pywbem.CIMInstanceName) -> Entry:
    """Return one instance (DSP0200 5.4.2.2). Raises CIM_ERR_INVALID_CLASS or CIM_ERR_NOT_FOUND."""
    family_of(space.classes, path.classname)
    entry = space.instances.find(path)
    if entry is None:
        raise pywbem.CIMError(pywbem.CIM_ERR_NOT_FOUND, f"Instance {path} does not exist")
    return entry


def references_of(
    space: Namespace, path: pywbem.CIMInstanceName, result_class: str | None, role: str | None
) -> list[Entry]:
    """Return the associations that refer to `path` (DSP0200 5.4.2.16), none if there is no such instance.

    Raises CIM_ERR_INVALID_PARAMETER if the class of `path` or `result_class` is not declared.
    """
    family_of(space.classes, path.classname, pywbem.CIM_ERR_INVALID_PARAMETER)
    limit = _optional_family(space, result_class)
    found = space.instances.referring_to(path, limit)
    if role is None:
        return found
    source = space.instances.target_of(path)
    return [entry for entry in found if _plays(space, entry, source, role.lower())]


def associated_names(
    space: Namespace,
    path: pywbem.CIMInstanceName,
    assoc_class: str | None,
    result_class: str | None,
    role: str | None,
    result_role: str | None,
) -> list[pywbem.CIMInstanceName]:
    """Return the paths associated with `path` (DSP0200 5.4.2.14), each once, as stored.

    Raises CIM_ERR_INVALID_PARAMETER if a class is not declared.
    """
    limit = _optional_family(space, result_class)
    source = space.instances.target_of(path)
    found: dict[TargetKey, pywbem.CIMInstanceName] = {}
    for entry in references_of(space, path, assoc_class, role):
        for key, target in _other_ends(space, entry, source, role, result_role):
            if limit is None or target.classname.lower() in limit:
                found.setdefault(key, target)
    return list(found.values())


def associated(repository: IndexedRepository, paths: list[pywbem.CIMInstanceName]) -> list[tuple[Namespace, Entry]]:
    """Return the instances at stored `paths`, with their namespaces. What is gone meanwhile is left out."""
    found = []
    for path in paths:
        space = namespace_of(repository, path.namespace)
        entry = space.instances.find(path)
        if entry is not None:
            found.append((space, entry))
    return found


def _optional_family(space: Namespace, class_name: str | None) -> frozenset[str] | None:
    if class_name is None:
        return None
    return family_of(space.classes, class_name, pywbem.CIM_ERR_INVALID_PARAMETER)


def _plays(space: Namespace, entry: Entry, source: TargetKey, role: str) -> bool:
    return any(name == role and space.instances.target_of(target) == source for name, target in entry.references())


def _other_ends(
    space: Namespace, entry: Entry, source: TargetKey, role: str | None, result_role: str | None
) -> list[tuple[TargetKey, pywbem.CIMInstanceName]]:
    """Return the ends of an association that are not the source end.

    An association of an object with itself has the object at its other end; the first end it stands at, or the one
    named by `role`, is the source end.
    """
    ends = [(name, space.instances.target_of(target), target) for name, target in entry.references()]
    source_ends = [name for name, key, _ in ends if key == source and (role is None or name == role.lower())]
    return [
        (key, target)
        for name, key, target in ends
        if name != source_ends[0] and (result_role is None or name == result_role.lower())
    ]
