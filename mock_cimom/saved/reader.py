"""From the records of a saved form to a repository."""

from collections.abc import Iterator, Sequence
from itertools import repeat
from pathlib import Path
from typing import Any

import pywbem

from mock_cimom.collection import no_collection
from mock_cimom.connection import CimomConnection
from mock_cimom.layout import Column, KeySlot, Layout, LooseLayout, layout_of
from mock_cimom.place import Group, Place, add_referrer
from mock_cimom.repository import IndexedRepository
from mock_cimom.saved.columns import unpack
from mock_cimom.saved.objects import KEY_KINDS, KEY_TYPES, from_data, value_from
from mock_cimom.saved.text_file import Record, SavedFormError, read_records
from mock_cimom.schema import built_in_schema, schema_fingerprint
from mock_cimom.tables import key_in

_MISFITS = (KeyError, ValueError, TypeError, IndexError, AttributeError, RecursionError, pywbem.Error)


def load(file: Path) -> tuple[CimomConnection, dict[str, Any]]:
    """Return a connection to a repository as it was saved, and the header it was saved with.

    Providers are not part of a saved form. Raises SavedFormError; OSError if the file cannot be read.
    """
    with no_collection():
        size, records = read_records(file)
        head = next(records)
        try:
            if sum(group["members"] + group["others"] for group in head["groups"]) > size:
                raise ValueError("more places than the file has room for")
            if head["schema"] not in (None, schema_fingerprint()):
                raise SavedFormError(f"{file} was saved with another version of the built-in classes.")
            connection = CimomConnection(head["namespaces"][0])
            _Reader(connection.cimrepository, head).read(records)
            return connection, dict(head["header"])
        except SavedFormError:
            raise
        except _MISFITS as error:
            raise SavedFormError(f"{file} holds what no saved form holds: {error!r}.") from error


class _Reader:
    def __init__(self, repository: IndexedRepository, head: Record) -> None:
        self._repository = repository
        for name in head["namespaces"][1:]:
            repository.add_namespace(name)
        qualifiers, classes = built_in_schema() if head["schema"] else ((), ())
        self._classes = list(classes)
        self._qualifiers = {one.name: one for one in qualifiers}
        self._groups: list[Group] = []
        self._places: list[Place] = []
        for data in head["groups"]:
            self._add_group(data)

    def _add_group(self, data: Record) -> None:
        table = self._repository.tables.table(data["namespace"])
        group = table.group(data["class"], tuple(data["keys"]))
        members = [Place(group, None) for _ in range(data["members"])]
        group.members.update(dict.fromkeys(members))
        self._groups.append(group)
        self._places += members
        self._places += [Place(group, None) for _ in range(data["others"])]

    def read(self, records: Iterator[Record]) -> None:
        named = []
        for record in records:
            if "rows" in record:
                self._add_rows(record)
            elif "name" in record:
                named.append(record)
            elif "declared" in record:
                self._declare(record)
            else:
                self._classes.append(_of_type(from_data(record["declaration"]), pywbem.CIMClass))
        self._add_named(named)
        if any(place.key is None or (place.row is None and place.name is None) for place in self._places):
            raise ValueError("a place without a path")

    def _declare(self, record: Record) -> None:
        space = self._repository.namespace(record["declared"])
        for name in record["built-in"]:
            space.qualifiers.create(name, self._qualifiers[name])
        for data in record["qualifiers"]:
            declared = _of_type(from_data(data), pywbem.CIMQualifierDeclaration)
            space.qualifiers.create(declared.name, declared)
        for number in record["classes"]:
            space.classes.adopt(self._classes[number])

    def _add_rows(self, record: Record) -> None:
        group = self._groups[record["rows"]]
        layout = _layout(group, record["layout"])
        places = self._numbered(record)
        columns = [
            unpack(data, len(places), self._converter(column))
            for column, data in zip(layout.columns, record["columns"], strict=True)
        ]
        rows = list(zip(repeat(layout, len(places)), *columns, strict=True))
        keys = layout.key_columns(columns)
        for place, key, row in zip(places, keys, rows, strict=True):
            place.key = key
            place.row = row
        group.places.update(zip(keys, places, strict=True))
        _refer([columns[at - 1] for _, at in layout.references_at], places)

    def _numbered(self, record: Record) -> list[Place]:
        if "first" in record:
            first, count = record["first"], record["count"]
            found = self._places[first : first + count]
            if first < 0 or len(found) != count:
                raise ValueError("rows without places")
        else:
            found = [self._places[number] for number in record["places"]]
        if not found or any(place.group is not self._groups[record["rows"]] for place in (found[0], found[-1])):
            raise ValueError("rows of another class")
        return found

    def _converter(self, column: Column) -> Any:
        if column.type == "reference":
            return self._places.__getitem__
        if column.embedded_object:
            return lambda value: _tuple(value_from(value, column.type))
        return tuple if column.is_array else None

    def _add_named(self, records: list[Record]) -> None:
        by_place = {record["place"]: record for record in records}
        for number, record in by_place.items():
            place = self._places[number]
            bindings = [(name.lower(), self._key_value(kind, value)) for name, kind, value in record["name"]["keys"]]
            place.key = key_in(place.group, bindings)
            place.group.places[place.key] = place
            place.group.table.pinned.update(value for _, value in bindings if isinstance(value, Place))
        for number, record in by_place.items():
            self._name(number, record, by_place)

    def _key_value(self, kind: str, value: Any) -> Any:
        return self._places[value] if kind == "place" else KEY_KINDS[kind](value)

    def _name(self, number: int, record: Record, by_place: dict[int, Record]) -> None:
        """Give a place its name or loose row, after the places that its name needs."""
        place = self._places[number]
        if place.row is not None or place.name is not None:
            return
        keys = []
        for name, kind, value in record["name"]["keys"]:
            if kind == "place" and value in by_place:
                self._name(value, by_place[value], by_place)
            found = self._key_value(kind, value)
            keys.append((name, found.path if isinstance(found, Place) else found))
        if "loose" not in record:
            namespace = place.group.table.name
            place.name = pywbem.CIMInstanceName(record["name"]["class"], keys, namespace=namespace)
            return
        held = _of_type(from_data(record["loose"]), pywbem.CIMInstance)
        references = tuple((role, self._places[target]) for role, target in record["references"])
        place.row = (LooseLayout(place.group), held, references)
        for target in dict.fromkeys(target for _, target in references):
            add_referrer(target, place)


def _layout(group: Group, data: Record) -> Layout:
    columns = tuple([Column(*one) for one in data["columns"]])
    keys = tuple([KeySlot(name, at, Place if kind == "place" else KEY_TYPES[kind]) for name, at, kind in data["keys"]])
    return layout_of(group, data["class"], data["path"], columns, keys)


def _refer(references: list[Sequence[Any]], places: list[Place]) -> None:
    for column in references[:1]:
        for target, place in zip(column, places, strict=True):
            if target is not None:
                add_referrer(target, place)
    if len(references) < 2:
        return
    for targets, place in zip(zip(*references, strict=True), places, strict=True):
        for target in dict.fromkeys(targets[1:]):
            if target is not None and target is not targets[0]:
                add_referrer(target, place)


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _of_type(found: Any, wanted: type) -> Any:
    if not isinstance(found, wanted):
        raise TypeError(f"{type(found).__name__} instead of {wanted.__name__}")
    return found
