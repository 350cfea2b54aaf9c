"""Rows and places as CIM-XML text, through writers prepared for each layout.

A writer of a column maps a value to its whole element. Values that come again and again (states, class names, the
name of the system) are written once: each writer remembers some of its texts.
"""

from collections.abc import Callable
from typing import Any

from mock_cimom.encode import escaped, instance_xml, name_xml, namespace_xml, property_head, real_text, value_text
from mock_cimom.layout import Column, KeySlot, Layout
from mock_cimom.place import Place, Row

Write = Callable[[Any], str]
Origins = dict[str, str]

MAX_REMEMBERED = 64


class Texts(dict[Any, str]):
    """Texts by value: what is not there is written, and remembered while there is room."""

    __slots__ = ("_room", "_write")

    def __init__(self, write: Write, room: int = MAX_REMEMBERED) -> None:
        super().__init__()
        self._write = write
        self._room = room

    def __missing__(self, value: Any) -> str:
        """Return the text of a value met for the first time."""
        text = self._write(value)
        if len(self) < self._room:
            self[value] = text
        return text


class RecentTexts(Texts):
    """Texts by value that forget all when there is no more room: for values that come again soon or never."""

    __slots__ = ()

    def __missing__(self, value: Any) -> str:
        """Return the text of a value met for the first time, or forgotten."""
        text = self._write(value)
        if len(self) >= self._room:
            self.clear()
        self[value] = text
        return text


_class_text = RecentTexts(escaped, room=2000).__getitem__


def row_name_xml(row: Row) -> str:
    """Return INSTANCENAME of a row."""
    layout = row[0]
    if not isinstance(layout, Layout):
        return name_xml(row[1].path)
    writers = layout.writers.get("name")
    if writers is None:
        writers = layout.writers["name"] = name_writers(layout, place_xml)
    return write_name(row, writers)


def write_name(row: Row, writers: list[tuple[int, Write]]) -> str:
    """Return INSTANCENAME of a row, whose keys `writers` are for."""
    keys = "".join([write(row[at]) for at, write in writers])
    return f'<INSTANCENAME CLASSNAME="{_class_text(row[0].path_class)}">{keys}</INSTANCENAME>'


def name_writers(layout: Layout, reference: Write) -> list[tuple[int, Write]]:
    """Return where in a row the keys are, each with its writer; `reference` writes paths."""
    return [(slot.at, _key_writer(layout, slot, reference)) for slot in layout.keys]


def place_name_xml(place: Place) -> str:
    """Return INSTANCENAME of a place, whether an instance stands there or not."""
    found = place.named_by()
    return row_name_xml(found) if isinstance(found, tuple) else name_xml(found)


def place_xml(place: Place) -> str:
    """Return the path of a place as it stands in references: with its namespace."""
    local = namespace_xml(place.group.table.name)
    return f"<LOCALINSTANCEPATH>{local}{place_name_xml(place)}</LOCALINSTANCEPATH>"


def row_xml(row: Row, wanted: tuple[str, ...] | None, origins: Origins | None) -> str:
    """Return INSTANCE of a row; `wanted` and `origins` are as `instance_xml` takes them."""
    layout = row[0]
    if isinstance(layout, Layout):
        return write_row(row, row_writers(layout, wanted, origins, place_xml))
    return instance_xml(row[1], wanted, origins)


def write_row(row: Row, writers: list[tuple[int, Write]]) -> str:
    """Return INSTANCE of a row, of the properties that `writers` are for. NULL properties are left out."""
    texts = [write(value) for at, write in writers if (value := row[at]) is not None]
    return f'<INSTANCE CLASSNAME="{_class_text(row[0].class_name)}">{"".join(texts)}</INSTANCE>'


def row_writers(
    layout: Layout, wanted: tuple[str, ...] | None, origins: Origins | None, reference: Write
) -> list[tuple[int, Write]]:
    """Return where in a row the wanted properties are, each with its writer; `reference` writes paths."""
    places = layout.places_of
    chosen = places if wanted is None else [name for name in wanted if name in places]
    found = []
    for name in chosen:
        at = places[name]
        origin = None if origins is None else origins.get(name)
        column = layout.columns[at - 1]
        if column.type == "reference":
            found.append((at, _reference_writer(column, origin, reference)))
        else:
            found.append((at, _column_writer(layout, at, column, origin)))
    return found


def _reference_writer(column: Column, origin: str | None, reference: Write) -> Write:
    head = property_head(column, origin)
    return lambda place: f"<{head}><VALUE.REFERENCE>{reference(place)}</VALUE.REFERENCE></PROPERTY.REFERENCE>"


def _column_writer(layout: Layout, at: int, column: Column, origin: str | None) -> Write:
    found: Write | None = layout.writers.get((at, origin))
    if found is None:
        head = property_head(column, origin)
        found = _remembering(_value_writer(column, f"<{head}>", f"</{head.partition(' ')[0]}>"), column)
        layout.writers[at, origin] = found
    return found


def _value_writer(column: Column, start: str, end: str) -> Write:
    text = plain_writer(column.type)
    if not column.is_array:
        return lambda value: f"{start}<VALUE>{text(value)}</VALUE>{end}"
    return lambda values: f"{start}<VALUE.ARRAY>{''.join([_item(one, text) for one in values])}</VALUE.ARRAY>{end}"


def _item(value: Any, text: Write) -> str:
    return "<VALUE.NULL/>" if value is None else f"<VALUE>{text(value)}</VALUE>"


def _remembering(write: Write, column: Column) -> Write:
    # Equal reals may be written differently (0.0 and -0.0), and embedded objects have no hash that is worth it.
    if column.type in ("real32", "real64") or column.embedded_object:
        return write
    return Texts(write).__getitem__


def plain_writer(kind: str) -> Write:
    """Return the function that gives a stored value of CIM type `kind` as the text inside VALUE."""
    if kind in ("real32", "real64"):
        return lambda value: real_text(value, kind)
    if kind in ("boolean", "string"):
        return value_text
    return escaped if kind in ("char16", "datetime") else str


def _key_writer(layout: Layout, slot: KeySlot, reference: Write) -> Write:
    start = f'<KEYBINDING NAME="{escaped(slot.name)}">'
    if slot.kind is Place:
        return lambda place: f"{start}<VALUE.REFERENCE>{reference(place)}</VALUE.REFERENCE></KEYBINDING>"
    found: Write | None = layout.writers.get(slot)
    if found is None:
        found = layout.writers[slot] = _plain_key_writer(slot, start)
    return found


def _plain_key_writer(slot: KeySlot, start: str) -> Write:
    number = issubclass(slot.kind, (int, float)) and slot.kind is not bool
    kind = "boolean" if slot.kind is bool else "numeric" if number else "string"
    end = "</KEYVALUE></KEYBINDING>"
    start += f'<KEYVALUE VALUETYPE="{kind}">'
    if not number:
        return Texts(lambda value: f"{start}{value_text(value)}{end}").__getitem__
    return lambda value: f"{start}{value_text(slot.kind(value))}{end}"
