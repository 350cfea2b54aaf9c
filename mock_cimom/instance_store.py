"""The instances of one namespace, indexed by key, by class and by what associations refer to.

One writer, many readers: a row never changes once it is stored, a writer puts another in its place. A reader takes the
places of an index in one step and each row in one, so it never meets half a change and needs no lock.
"""

from collections.abc import Callable, Iterable, Iterator, Sized
from threading import RLock

import pywbem
from pywbem_mock import BaseObjectStore

from mock_cimom.entry import Entry
from mock_cimom.keys import TargetKey, instance_key, normal_namespace, target_key
from mock_cimom.layout import Layout
from mock_cimom.place import Place, Row, add_referrer, referrers_of, remove_referrer
from mock_cimom.rows import row_of
from mock_cimom.tables import Tables

Observer = Callable[[Entry | None, Entry | None], None]


class InstanceStore(BaseObjectStore):
    """Instances by path. Names are CIMInstanceName objects; their namespace and host are not looked at."""

    def __init__(
        self,
        namespace: str,
        lock: RLock,
        tables: Tables | None = None,
        changed: Observer | None = None,
        observed: Sized = (),
    ) -> None:
        """`tables` are the places of all namespaces of one repository.

        While `observed` is not empty, `changed` is given the entry before (None: created) and after (None: deleted) of
        each change.
        """
        super().__init__(pywbem.CIMInstance)
        self.namespace = namespace
        self.tables = tables or Tables()
        self.table = self.tables.table(namespace)
        self.table.name = namespace
        self._home = normal_namespace(namespace)
        self._lock = lock
        self._changed = changed
        self._observed = observed

    # What the server reads.

    def place(self, path: pywbem.CIMInstanceName) -> Place | None:
        """Return the place of `path`, or None if nothing is stored there or refers to it."""
        return self.tables.find_in(self.table, path)

    def find(self, path: pywbem.CIMInstanceName) -> Entry | None:
        """Return the entry at `path`, or None."""
        place = self.place(path)
        row = None if place is None else place.row
        return None if row is None else Entry(row)

    def of_classes(self, class_keys: Iterable[str]) -> list[Entry]:
        """Return the entries whose creation class is one of `class_keys` (lower case)."""
        found: list[Entry] = []
        for class_key in class_keys:
            group = self.table.groups.get(class_key)
            if group is not None:
                found.extend([Entry(row) for place in list(group.members) if (row := place.row) is not None])
        return found

    def referring_to(self, path: pywbem.CIMInstanceName, class_keys: frozenset[str] | None) -> list[Entry]:
        """Return the associations that refer to `path`; `class_keys` (lower case) limits their class."""
        place = self.target_place(path)
        return [] if place is None else self.referring_to_place(place, class_keys)

    def referring_to_place(self, place: Place, class_keys: frozenset[str] | None) -> list[Entry]:
        """Return the associations of this namespace that refer to `place`, which may be in another one."""
        found = []
        for one in referrers_of(place, self.table, class_keys):
            row = one.row
            # A writer may have turned it to another place meanwhile.
            if row is not None and any(target is place for _, target in row[0].references(row)):
                found.append(Entry(row))
        return found

    def target_place(self, path: pywbem.CIMInstanceName) -> Place | None:
        """Return the place that `path`, given in this namespace, refers to, or None if there is none."""
        return self.tables.find(path, self.table)

    def target_of(self, path: pywbem.CIMInstanceName) -> TargetKey:
        """Return what two paths given in this namespace have in common if they refer to one object."""
        return target_key(path, self._home)

    # What pywbem_mock asks of a store.

    def object_exists(self, name: pywbem.CIMInstanceName) -> bool:
        """Tell whether there is an instance at this path."""
        return self.find(name) is not None

    def get(self, name: pywbem.CIMInstanceName, copy: bool = True) -> pywbem.CIMInstance:
        """Return the instance at this path, which always is a copy. Raises KeyError if there is none."""
        entry = self.find(name)
        if entry is None:
            raise KeyError(f"no instance {name}")
        return entry.instance

    def create(self, name: pywbem.CIMInstanceName, cim_object: pywbem.CIMInstance) -> None:
        """Store a copy of a new instance at the path `name`. Raises ValueError if that is taken."""
        self.adopt(self._at(name, cim_object))

    def adopt(self, instance: pywbem.CIMInstance) -> None:
        """Store a copy of a new instance under its path. Raises ValueError if the path is taken."""
        with self._lock:
            if self.object_exists(instance.path):
                raise ValueError(f"instance {instance.path} exists already")
            place = self.tables.place_in(self.table, instance.path)
            try:
                row = row_of(self.tables, place, instance)
            except BaseException:
                self._leave(place)
                raise
            self.put(place, row)

    def update(self, name: pywbem.CIMInstanceName, cim_object: pywbem.CIMInstance) -> None:
        """Replace the instance at this path by a copy of `cim_object`. Raises KeyError if there is none."""
        with self._lock:
            place = self.place(name)
            if place is None or place.row is None:
                raise KeyError(f"no instance {name}")
            self.put(place, row_of(self.tables, place, self._at(place.path, cim_object)))

    def _at(self, name: pywbem.CIMInstanceName, given: pywbem.CIMInstance) -> pywbem.CIMInstance:
        """Return `given` if its path is `name`, else one like it with that path: pywbem_mock stores under the name."""
        if given.path is not None and instance_key(given.path, self._home) == instance_key(name, self._home):
            return given
        return pywbem.CIMInstance(given.classname, given.properties, given.qualifiers, path=name)

    def delete(self, name: pywbem.CIMInstanceName) -> None:
        """Remove the instance at this path. Raises KeyError if there is none."""
        with self._lock:
            place = self.place(name)
            if place is None or place.row is None:
                raise KeyError(f"no instance {name}")
            self.take_away(place)

    def iter_names(self) -> Iterator[pywbem.CIMInstanceName]:
        """Yield copies of all paths."""
        for row in self.rows():
            yield row[0].path(row)

    def iter_values(self, copy: bool = True) -> Iterator[pywbem.CIMInstance]:
        """Yield copies of all instances."""
        for row in self.rows():
            yield row[0].instance(row)

    def len(self) -> int:
        """Return the number of instances."""
        return sum(len(group.members) for group in list(self.table.groups.values()))

    def rows(self) -> Iterator[Row]:
        """Yield the rows of all instances."""
        for group in list(self.table.groups.values()):
            for place in list(group.members):
                row = place.row
                if row is not None:
                    yield row

    # What changes it.

    def add(self, layout: Layout, row: Row) -> Place:
        """Store a new row; return its place. Raises ValueError if its path is taken."""
        group, key = layout.group, layout.key(row)
        with self._lock:
            place = group.places.get(key)
            if place is None:
                place = Place(group, key)
                place.row = row  # before anybody sees it: a place has a row or a name
                group.places[key] = place
            elif place.row is not None:
                raise ValueError(f"instance {place.path} exists already")
            self._enter(place, row)
        return place

    def put(self, place: Place, row: Row) -> None:
        """Let `row`, of the path of `place`, stand there, for a writer that holds the lock."""
        old = place.row
        if old is None:
            self._enter(place, row)
            return
        before, after = _targets(old), _targets(row)
        # The new row goes in before the old one's references are taken away: a reader meets one of the two.
        place.row = row
        for target in after.keys() - before.keys():
            self._refer(target, place)
        for target in before.keys() - after.keys():
            self._forget(target, place)
        if self._observed and self._changed is not None:
            self._changed(Entry(old), Entry(row))

    def _enter(self, place: Place, row: Row) -> None:
        place.row = row
        place.name = None
        place.group.members[place] = None
        for target in _targets(row):
            self._refer(target, place)
        if self._observed and self._changed is not None:
            self._changed(None, Entry(row))

    def take_away(self, place: Place) -> None:
        """Remove the row of `place`, for a writer that holds the lock. Raises KeyError if it has none."""
        row = place.row
        if row is None:
            raise KeyError("no instance stands there")
        place.name = row[0].path(row)
        place.row = None
        del place.group.members[place]
        for target in _targets(row):
            self._forget(target, place)
        self._leave(place)
        if self._observed and self._changed is not None:
            self._changed(Entry(row), None)

    def _refer(self, target: Place, association: Place) -> None:
        add_referrer(target, association)
        if target.row is None:
            _pin_keys(target)

    def _forget(self, target: Place, association: Place) -> None:
        remove_referrer(target, association)
        self._leave(target)

    @staticmethod
    def _leave(place: Place) -> None:
        """Drop a place that nothing needs any more. Readers that have it can still ask for its path."""
        if place.row is not None:
            return
        if place.referrers is not None or place in place.group.table.pinned:
            _pin_keys(place)
        elif place.group.places.get(place.key) is place:
            del place.group.places[place.key]


def _targets(row: Row) -> dict[Place, None]:
    return dict.fromkeys([target for _, target in row[0].references(row)])


def _pin_keys(place: Place) -> None:
    """Keep the places in the key of a place without row: no reference of a row keeps them."""
    parts = place.key if isinstance(place.key, tuple) else (place.key,)
    for part in parts:
        for one in part if isinstance(part, tuple) else (part,):
            if isinstance(one, Place):
                one.group.table.pinned.add(one)
