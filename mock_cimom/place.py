"""Places: the identity of each path in each namespace, with the instance that stands there now.

A place is made once for a path, when an instance is stored there or something stored refers to it; two paths that name
the same object (DSP0004 7.7, 8.2.5) have the same place. It knows its row, the stored form of its instance, and the
associations that refer to it. Writers put another row in; a reader takes `place.row` once and has a whole instance.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

import pywbem

if TYPE_CHECKING:
    from mock_cimom.layout import Layout

Row = tuple[Any, ...]  # the layout, then a value for each of its columns

# Up to this many associations are kept in a list that is searched.
FEW = 8


class Group:
    """One class in one namespace: its places by key, and those that hold an instance in the order of creation.

    `key_names` are the sorted lower-case names of the keys. Places whose path has other keys have these in their key.
    """

    __slots__ = ("class_key", "key_names", "layouts", "members", "places", "table")

    def __init__(self, table: "Table", class_key: str, key_names: tuple[str, ...]) -> None:
        self.table = table
        self.class_key = class_key
        self.key_names = key_names
        self.places: dict[Any, Place] = {}
        self.members: dict[Place, None] = {}
        self.layouts: WeakValueDictionary[Any, Layout] = WeakValueDictionary()


class Table:
    """All places of one namespace, which need not exist. `pinned` places stay though nothing refers to them."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.groups: dict[str, Group] = {}
        self.pinned: set[Place] = set()

    def group(self, class_key: str, key_names: tuple[str, ...]) -> Group:
        """Return the group of a class, which is made if need be."""
        found = self.groups.get(class_key)
        if found is None:
            found = self.groups[class_key] = Group(self, class_key, key_names)
        return found


class Place:
    """One path. `row` is None while no instance stands there; then `name` is the path, with its namespace.

    Programs take it as a reference: the value of a reference property, the keys by name, the path.
    """

    __slots__ = ("group", "key", "name", "referrers", "row")

    def __init__(self, group: Group, key: Any, name: pywbem.CIMInstanceName | None = None) -> None:
        self.group = group
        self.key = key
        self.name = name
        self.row: Row | None = None
        self.referrers: list[Place] | dict[Group, dict[Place, None]] | None = None

    def named_by(self) -> Row | pywbem.CIMInstanceName:
        """Return what tells the path as it is spelled: the row, or the path where no instance stands."""
        while True:
            row, name = self.row, self.name
            if row is not None:
                return row
            if name is not None and self.row is None:
                return name

    @property
    def path(self) -> pywbem.CIMInstanceName:
        """A copy of the path, with its namespace."""
        found = self.named_by()
        return found[0].path(found) if isinstance(found, tuple) else copied_path(found)

    def __getitem__(self, key: str) -> Any:
        """Return the value of a key, by its name without case. Raises KeyError."""
        found = self.named_by()
        return found[0].key_value(found, key) if isinstance(found, tuple) else found[key]


def copied_path(path: pywbem.CIMInstanceName) -> pywbem.CIMInstanceName:
    """Return a copy of a path that shares nothing with it."""
    keys = [
        (name, copied_path(value) if isinstance(value, pywbem.CIMInstanceName) else value)
        for name, value in path.keybindings.items()
    ]
    return pywbem.CIMInstanceName(path.classname, keys, host=path.host, namespace=path.namespace)


def add_referrer(place: Place, association: Place) -> None:
    """Note that `association`, which did not, refers to `place` now."""
    known = place.referrers
    if known is None:
        place.referrers = [association]
    elif isinstance(known, dict):
        _add_to(known, association)
    elif len(known) < FEW:
        known.append(association)
    else:
        many: dict[Group, dict[Place, None]] = {}
        for one in (*known, association):
            _add_to(many, one)
        place.referrers = many


def _add_to(many: dict[Group, dict[Place, None]], association: Place) -> None:
    group = association.group
    if group in many:
        many[group][association] = None
    else:
        many[group] = {association: None}


def remove_referrer(place: Place, association: Place) -> None:
    """Note that `association` no longer refers to `place`."""
    known = place.referrers
    if isinstance(known, dict):
        members = known.get(association.group, {})
        members.pop(association, None)
        if not members:
            known.pop(association.group, None)
        if not known:
            place.referrers = None
    elif known is not None:
        # Readers may be going through the list: they keep the one they have.
        place.referrers = [one for one in known if one is not association] or None


def referrers_of(place: Place, table: Table, class_keys: Iterable[str] | None) -> Iterator[Place]:
    """Yield the associations in `table` that refer to `place`; `class_keys` (lower case) limits their class."""
    known = place.referrers
    if isinstance(known, dict):
        for group, members in list(known.items()):
            if group.table is table and (class_keys is None or group.class_key in class_keys):
                yield from list(members)
    else:
        for one in list(known or ()):
            if one.group.table is table and (class_keys is None or one.group.class_key in class_keys):
                yield one
