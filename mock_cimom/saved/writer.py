"""From a repository to the records of its saved form."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pywbem

from mock_cimom.layout import Column, Layout
from mock_cimom.place import Group, Place, Row
from mock_cimom.repository import IndexedRepository, Namespace
from mock_cimom.saved.columns import ALL, pack
from mock_cimom.saved.objects import key_kind, to_data, value_data
from mock_cimom.saved.text_file import FORMAT, VERSION, Record, write_records
from mock_cimom.schema import built_in_schema, schema_fingerprint

# Rows in one record: few enough to be read without holding much beside them.
MAX_ROWS = 20_000


def save(repository: IndexedRepository, file: Path, header: Mapping[str, Any]) -> None:
    """Write all a repository holds to `file`, with a `header` of JSON values for the reader.

    Nobody changes the repository meanwhile. Raises OSError, and ValueError for what cannot be written as JSON.
    """
    with repository.writing():
        write_records(file, _Writer(repository).records(header))


class _Writer:
    """Places are numbered: the groups of one table after the other, in each the members and then the others."""

    def __init__(self, repository: IndexedRepository) -> None:
        self._spaces = [repository.namespace(name) for name in repository.namespaces]
        self._tables = repository.tables.all()
        self._numbers: dict[Place, int] = {}
        self._with_schema = _built_in_classes(self._spaces)

    def records(self, header: Mapping[str, Any]) -> Iterator[Record]:
        groups = [group for table in self._tables for group in table.groups.values() if group.places]
        index = [self._numbered(group) for group in groups]
        yield {
            "format": FORMAT,
            "version": VERSION,
            "header": dict(header),
            "schema": schema_fingerprint() if self._with_schema else None,
            "namespaces": [space.name for space in self._spaces],
            "groups": index,
        }
        yield from _declarations(self._spaces, self._with_schema)
        for number, group in enumerate(groups):
            yield from self._rows(number, group)
        for number, group in enumerate(groups):
            yield from self._names(number, group)

    def _numbered(self, group: Group) -> Record:
        members = list(group.members)
        others = [place for place in group.places.values() if place.row is None]
        for place in (*members, *others):
            self._numbers[place] = len(self._numbers)
        return {
            "namespace": group.table.name,
            "class": group.class_key,
            "keys": list(group.key_names),
            "members": len(members),
            "others": len(others),
        }

    def _rows(self, number: int, group: Group) -> Iterator[Record]:
        by_layout: dict[Layout, list[Place]] = {}
        for place in group.members:
            row = place.row
            if row is not None and isinstance(row[0], Layout):
                by_layout.setdefault(row[0], []).append(place)
        for layout, places in by_layout.items():
            for start in range(0, len(places), MAX_ROWS):
                part = places[start : start + MAX_ROWS]
                yield {
                    "rows": number,
                    "layout": _layout_data(layout),
                    **self._places([self._numbers[place] for place in part]),
                    "columns": self._columns(layout, [place.row for place in part if place.row is not None]),
                }

    @staticmethod
    def _places(numbers: list[int]) -> Record:
        if numbers == list(range(numbers[0], numbers[0] + len(numbers))):
            return {"first": numbers[0], "count": len(numbers)}
        return {"places": numbers}

    def _columns(self, layout: Layout, rows: list[Row]) -> list[Record]:
        values = list(zip(*rows, strict=True))
        return [self._column(column, values[at]) for at, column in enumerate(layout.columns, 1)]

    def _column(self, column: Column, values: tuple[Any, ...]) -> Record:
        if column.type == "reference":
            return pack([None if place is None else self._numbers[place] for place in values])
        if column.embedded_object:
            return {ALL: [value_data(value, column.type) for value in values]}
        if column.type in ("real32", "real64"):
            return {ALL: list(values)}  # 0.0 and -0.0 are equal
        return pack(values)

    def _names(self, number: int, group: Group) -> Iterator[Record]:
        for place in group.places.values():
            row = place.row
            if row is None:
                yield {"name": self._name(place.path), "group": number, "place": self._numbers[place]}
            elif not isinstance(row[0], Layout):
                yield {
                    "loose": to_data(row[1]),
                    "name": self._name(row[1].path),
                    "group": number,
                    "place": self._numbers[place],
                    "references": [[role, self._numbers[target]] for role, target in row[2]],
                }

    def _name(self, path: pywbem.CIMInstanceName) -> Record:
        """Return a path with the numbers of the places that its keys refer to."""
        keys = []
        for name, value in path.keybindings.items():
            if isinstance(value, pywbem.CIMInstanceName):
                keys.append([name, "place", self._number(value)])
            else:
                text = str(value) if isinstance(value, pywbem.CIMDateTime) else value
                keys.append([name, key_kind(type(value)), text])
        return {"class": path.classname, "keys": keys}

    def _number(self, path: pywbem.CIMInstanceName) -> int:
        place = self._spaces[0].instances.tables.place(path, self._spaces[0].instances.table)
        return self._numbers[place]


def _layout_data(layout: Layout) -> Record:
    return {
        "class": layout.class_name,
        "path": layout.path_class,
        "columns": [list(column) for column in layout.columns],
        "keys": [[slot.name, slot.at, "place" if slot.kind is Place else key_kind(slot.kind)] for slot in layout.keys],
    }


def _built_in_classes(spaces: list[Namespace]) -> bool:
    """Tell whether any class is one of the built-in schema, unchanged."""
    built_in = {id(one) for one in built_in_schema()[1]}
    return any(id(one) in built_in for space in spaces for one in space.classes.iter_values(copy=False))


def _declarations(spaces: list[Namespace], with_schema: bool) -> Iterator[Record]:
    """Yield the declarations that are not those of the built-in schema, and which namespace has which.

    Namespaces share class objects: each is written once.
    """
    qualifiers, classes = built_in_schema() if with_schema else ((), ())
    numbers: dict[int, int] = {id(one): number for number, one in enumerate(classes)}
    for space in spaces:
        for one in space.classes.iter_values(copy=False):
            if id(one) not in numbers:
                numbers[id(one)] = len(numbers)
                yield {"declaration": to_data(one)}
    known = {one.name: one for one in qualifiers}
    for space in spaces:
        declared = list(space.qualifiers.iter_values(copy=False))
        yield {
            "declared": space.name,
            "classes": [numbers[id(one)] for one in space.classes.iter_values(copy=False)],
            "built-in": [one.name for one in declared if one.name in known and known[one.name] == one],
            "qualifiers": [to_data(one) for one in declared if one.name not in known or known[one.name] != one],
        }
