"""Readers, compiled from the declared types: request elements to arguments (`vasa-1.0 1.4` and 2.3).

Children may come in any order. Unknown, unqualified or wrongly qualified children, repetitions of a single field,
and text between elements are refused with InvalidArgument: none of them may read as a null argument. Attributes
other than xsi:nil and xsi:type are ignored, as toolkits add their own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lxml import etree
from spyne.model.complex import ComplexModelBase
from spyne.model.primitive import Unicode

from vasa_cim.soap.bindings import BINDINGS, declared_type, is_repeated
from vasa_cim.soap.names import BODY, local_name
from vasa_cim.soap.values import (
    Element,
    allowed_types,
    check_type,
    is_blank,
    is_nil,
    parser_of,
    refused,
    text_of,
)

ReadItem = Callable[[Element, str], Any]
ReadArguments = Callable[[Element | None], list[Any]]

_MANY = 16
"""From this many children on, looking at all of them with a few XPath expressions is cheaper than one by one."""


@dataclass(frozen=True, slots=True)
class _Field:
    position: int
    name: str
    repeated: bool
    read: ReadItem


class Readers:
    """The readers of one server."""

    def __init__(self) -> None:
        self._items: dict[Any, ReadItem] = {}

    def arguments(self, message: Any) -> ReadArguments:
        """Return the reader of a request wrapper.

        It takes the wrapper element, None for an empty Body, and returns one value per declared child: a text, a
        number, an object, or a list of them. None stands for a child that is absent or nil, and for a null list: no
        item, or a single nil one. In a longer list a nil item is None. Raises InvalidArgument.
        """
        fields = self._fields(message)
        quick = _quick_list(message) if _is_text_list(message) else None

        def read(wrapper: Element | None) -> list[Any]:
            if wrapper is None:
                return [None] * len(fields)
            if quick is not None and len(wrapper) >= _MANY and (ids := quick(wrapper)) is not None:
                return [ids]
            is_nil(wrapper, local_name(wrapper.tag))
            values = _children(wrapper, fields, local_name(wrapper.tag))
            for field in fields.values():
                if field.repeated and values[field.position] == [None]:
                    values[field.position] = None
            return values

        return read

    def _fields(self, contract: Any) -> dict[str, _Field]:
        found: dict[str, _Field] = {}
        for owner in reversed([one for one in contract.__mro__ if "_type_info" in one.__dict__]):
            for name, field in owner.__dict__["_type_info"].items():
                tag = f"{{{owner.get_namespace()}}}{name}"
                found[tag] = _Field(len(found), name, is_repeated(field), self._item(field))
        return found

    def _item(self, contract: Any) -> ReadItem:
        if issubclass(contract, ComplexModelBase):
            contract = declared_type(contract)
            if contract not in self._items:
                self._items[contract] = self._complex(contract)
            return self._items[contract]
        return _simple(contract)

    def _complex(self, contract: Any) -> ReadItem:
        """Return the reader that makes the object of the type's binding; nil items of its lists are left out."""
        fields = self._fields(contract)
        binding = BINDINGS[contract]
        names = [(field, binding.attribute(field.name)) for field in fields.values()]
        allowed = allowed_types(contract)

        def read(element: Element, argument: str) -> Any:
            check_type(element, allowed, argument)
            if is_nil(element, argument):
                return None
            values = _children(element, fields, argument)
            facts = {name: values[field.position] for field, name in names}
            for field, name in names:
                if field.repeated:
                    facts[name] = tuple(item for item in facts[name] or () if item is not None)
            return binding.python(**facts)

        return read


def _children(parent: Element, fields: dict[str, _Field], argument: str) -> list[Any]:
    values: list[Any] = [None] * len(fields)
    seen = set()
    if not is_blank(parent.text):
        raise refused(argument, "there is text where elements belong")
    for child in parent:
        field = fields.get(child.tag)
        if field is None:
            raise refused(local_name(child.tag), "the contract has no such element here")
        if child.tail is not None and not is_blank(child.tail):
            raise refused(argument, "there is text where elements belong")
        if field.repeated:
            if values[field.position] is None:
                values[field.position] = []
            values[field.position].append(field.read(child, field.name))
        elif field.position in seen:
            raise refused(field.name, "it is given more than once")
        else:
            seen.add(field.position)
            values[field.position] = field.read(child, field.name)
    return values


def _simple(contract: Any) -> ReadItem:
    parse = parser_of(contract)
    allowed = allowed_types(contract)
    nillable = bool(contract.Attributes.nillable)

    def read(element: Element, argument: str) -> Any:
        if element.attrib:
            check_type(element, allowed, argument)
            if is_nil(element, argument):
                if nillable:
                    return None
                raise refused(argument, "it must not be nil")
        return parse(text_of(element, argument), argument)

    return read


def _is_text_list(message: Any) -> bool:
    fields = list(message._type_info.values())
    return len(fields) == 1 and is_repeated(fields[0]) and issubclass(fields[0], Unicode)


def _quick_list(message: Any) -> Callable[[Element], list[str] | None]:
    """Return a reader for long lists of plain ids; it gives None where a closer look is needed."""
    (name,) = message._type_info
    spaces = {"v": BODY}
    texts = etree.XPath(f"v:{name}/text()", namespaces=spaces, smart_strings=False)
    odd = etree.XPath("boolean(@* | */@* | */* | */text()[2] | text()[normalize-space()])", namespaces=spaces)

    def read(wrapper: Element) -> list[str] | None:
        if odd(wrapper):
            return None
        found: list[str] = texts(wrapper)  # type: ignore[assignment]
        # One text per child and none besides: an empty or foreign child leaves fewer.
        return found if len(found) == len(wrapper) else None

    return read
