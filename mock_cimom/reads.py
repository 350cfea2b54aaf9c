"""The read operations of DSP0200 on the indexed repository, below any encoding.

All functions answer with entries or places as they are at this moment, which the caller only reads: what a writer does
meanwhile changes nothing in them. CIM errors are raised as pywbem.CIMError with the code DSP0200 gives to the
operation.
"""

import pywbem

from mock_cimom.class_store import ClassStore
from mock_cimom.entry import Entry
from mock_cimom.keys import TargetKey, normal_namespace
from mock_cimom.place import Group, Place, Table
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
    family = sorted(family_of(space.classes, class_name))
    if not space.read_providers:
        return space.instances.of_classes(family)
    return [entry for class_key in family for entry in _of_class(space, class_key)]


def instance_at(space: Namespace, path: pywbem.CIMInstanceName) -> Entry:
    """Return one instance (DSP0200 5.4.2.2). Raises CIM_ERR_INVALID_CLASS or CIM_ERR_NOT_FOUND."""
    family_of(space.classes, path.classname)
    entry = found_at(space, path)
    if entry is None:
        raise pywbem.CIMError(pywbem.CIM_ERR_NOT_FOUND, f"Instance {path} does not exist")
    return entry


def found_at(space: Namespace, path: pywbem.CIMInstanceName) -> Entry | None:
    """Return one instance, of a declared class or not; None if there is none."""
    reader = space.read_providers.of(space, path.classname.lower())
    found = reader.get(path) if reader is not None else None
    if found is None:
        return space.instances.find(path)
    return None if found[0] is None else Entry.detached(space.name, found[0])


def references_of(
    space: Namespace, path: pywbem.CIMInstanceName, result_class: str | None, role: str | None
) -> list[Entry]:
    """Return the associations that refer to `path` (DSP0200 5.4.2.16), none if there is no such instance.

    Raises CIM_ERR_INVALID_PARAMETER if the class of `path` or `result_class` is not declared.
    """
    family_of(space.classes, path.classname, pywbem.CIM_ERR_INVALID_PARAMETER)
    limit = _optional_family(space, result_class)
    source = space.instances.target_place(path)
    found = [] if source is None else _referring(space, source, limit, role)
    return _with_computed(space, found, path, limit, role) if space.read_providers else found


def associated_places(
    space: Namespace,
    path: pywbem.CIMInstanceName,
    assoc_class: str | None,
    result_class: str | None,
    role: str | None,
    result_role: str | None,
) -> list[Place]:
    """Return the places associated with `path` (DSP0200 5.4.2.14), each once. No instance need stand there.

    Raises CIM_ERR_INVALID_PARAMETER if a class is not declared.
    """
    result_limit = _optional_family(space, result_class)
    family_of(space.classes, path.classname, pywbem.CIM_ERR_INVALID_PARAMETER)
    assoc_limit = _optional_family(space, assoc_class)
    source = space.instances.target_place(path)
    found: dict[Place, None] = {}
    entries = [] if source is None else _referring(space, source, assoc_limit, role)
    computed: list[Place] = []
    if space.read_providers:
        entries, computed = _computed_ends(space, entries, path, assoc_limit, role, result_role)
    for place in (*(end for entry in entries for end in _other_ends(entry, source, role, result_role)), *computed):
        if result_limit is None or place.group.class_key in result_limit or _is_there(space, place, result_class):
            found[place] = None
    return list(found)


def _is_there(space: Namespace, place: Place, class_name: str | None) -> bool:
    """Tell whether a place of another namespace is of a class by what is declared there: `space` may not know it."""
    table = place.group.table
    home = None if table is space.instances.table else space.neighbours.get(normal_namespace(table.name))
    return home is not None and class_name is not None and place.group.class_key in home.classes.family(class_name)


def associated_names(
    space: Namespace,
    path: pywbem.CIMInstanceName,
    assoc_class: str | None,
    result_class: str | None,
    role: str | None,
    result_role: str | None,
) -> list[pywbem.CIMInstanceName]:
    """Return copies of the paths of `associated_places`, which see."""
    return [one.path for one in associated_places(space, path, assoc_class, result_class, role, result_role)]


def associated(repository: IndexedRepository, places: list[Place]) -> list[tuple[Namespace, Entry]]:
    """Return the instances at `places`, with their namespaces. Places without one are left out."""
    found = []
    spaces: dict[str, Namespace | None] = {}
    for place in places:
        name = place.group.table.name
        if name not in spaces:
            spaces[name] = _namespace_if_any(repository, name)
        space = spaces[name]
        entry = None if space is None else _at_place(space, place)
        if space is not None and entry is not None:
            found.append((space, entry))
    return found


def _namespace_if_any(repository: IndexedRepository, name: str) -> Namespace | None:
    """Return a namespace's stores; None for one that something refers to though it does not exist."""
    try:
        return repository.namespace(name)
    except KeyError:
        return None


def _optional_family(space: Namespace, class_name: str | None) -> frozenset[str] | None:
    if class_name is None:
        return None
    return family_of(space.classes, class_name, pywbem.CIM_ERR_INVALID_PARAMETER)


def _referring(space: Namespace, source: Place, limit: frozenset[str] | None, role: str | None) -> list[Entry]:
    found = space.instances.referring_to_place(source, limit)
    if role is None:
        return found
    wanted = role.lower()
    return [
        entry
        for entry in found
        if any(place is source and name == wanted for name, place in entry.row[0].references(entry.row))
    ]


def _other_ends(entry: Entry, source: Place | None, role: str | None, result_role: str | None) -> list[Place]:
    """Return the ends of an association that are not the source end.

    An association of an object with itself has the object at its other end; the first end it stands at, or the one
    named by `role`, is the source end.
    """
    ends = entry.row[0].references(entry.row)
    own = next((name for name, place in ends if place is source and (role is None or name == role.lower())), None)
    return [place for name, place in ends if name != own and (result_role is None or name == result_role.lower())]


# What read providers compute.


def _of_class(space: Namespace, class_key: str) -> list[Entry]:
    reader = space.read_providers.of(space, class_key)
    computed = reader.instances() if reader is not None else None
    if computed is None:
        return space.instances.of_classes([class_key])
    return [Entry.detached(space.name, one) for one in computed]


def _at_place(space: Namespace, place: Place) -> Entry | None:
    row = place.row
    if space.read_providers.of(space, place.group.class_key) is not None:
        return found_at(space, place.path)
    return None if row is None else Entry(row)


def _with_computed(
    space: Namespace,
    stored: list[Entry],
    path: pywbem.CIMInstanceName,
    limit: frozenset[str] | None,
    role: str | None,
) -> list[Entry]:
    """Return the associations at `path`, those of classes with a read provider by it."""
    for reader in space.read_providers.among(space, limit):
        computed = reader.references(path, role)
        if computed is not None:
            stored = [entry for entry in stored if entry.class_key != reader.class_key]
            stored += [Entry.detached(space.name, one) for one in computed]
    return stored


def _computed_ends(
    space: Namespace,
    stored: list[Entry],
    path: pywbem.CIMInstanceName,
    limit: frozenset[str] | None,
    role: str | None,
    result_role: str | None,
) -> tuple[list[Entry], list[Place]]:
    """Return the associations at `path` that the repository answers for, and the ends of those computed."""
    ends: dict[TargetKey, Place] = {}
    for reader in space.read_providers.among(space, limit):
        computed = reader.associators(path, role, result_role)
        if computed is not None:
            stored = [entry for entry in stored if entry.class_key != reader.class_key]
            ends |= {space.instances.target_of(end): _place_of(space, end) for end in computed}
    return stored, list(ends.values())


def _place_of(space: Namespace, path: pywbem.CIMInstanceName) -> Place:
    """Return the place of a path; one of its own, known to no table, if nothing stored is or refers there."""
    known = space.instances.target_place(path)
    if known is not None:
        return known
    return Place(Group(Table(path.namespace), path.classname.lower(), ()), None, path)
