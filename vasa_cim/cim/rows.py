"""What reading gives: light rows of the wanted properties, and object names."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Union

Scalar = str | int | float | bool
Value = Union[None, Scalar, "ObjectName", tuple[Scalar | None, ...]]
Key = tuple[str, ...]

_CLASS_KEYS = "creationclassname"


@lru_cache(maxsize=1024)
def _key_order(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of keys in order, those of creation classes left out: there are few such sets of names."""
    return tuple(name for name in sorted(names) if not name.endswith(_CLASS_KEYS))


class ObjectName:
    """The path of an instance, without host.

    `bindings` maps key names in lower case to texts, or to names where a key is a reference. `namespace` None means
    the namespace of the request.
    """

    __slots__ = ("bindings", "class_name", "namespace")

    def __init__(
        self, class_name: str, bindings: Mapping[str, Union[str, "ObjectName"]], namespace: str | None = None
    ) -> None:
        self.class_name = class_name
        self.bindings = bindings
        self.namespace = namespace

    def __repr__(self) -> str:
        return f"ObjectName({self.class_name!r}, {dict(self.bindings)!r}, {self.namespace!r})"

    @property
    def key(self) -> Key:
        """The values of the keys in the order of their names, creation class names left out.

        The same object may be named with its own class in one place and with a superclass, another host or another
        namespace in the next; this key is the same in all (`smis-mapping 3.2` rule 1).
        """
        bindings = self.bindings
        return tuple([value for name in _key_order(tuple(bindings)) if isinstance(value := bindings[name], str)])

    def text(self, key: str) -> str | None:
        """Return the value of a key that is no reference, None if there is none of that name."""
        value = self.bindings.get(key.lower())
        return value if isinstance(value, str) else None

    def reference(self, role: str) -> Union["ObjectName", None]:
        """Return the end of an association in this role, None if it has no such reference."""
        value = self.bindings.get(role.lower())
        return value if isinstance(value, ObjectName) else None

    def ends(self, first: str, second: str) -> tuple[Key, Key] | None:
        """Return the keys of both ends of an association, None if one is missing or names nothing."""
        one, other = self.reference(first), self.reference(second)
        keys = None if one is None or other is None else (one.key, other.key)
        return keys if keys is not None and all(keys) else None


class Row:
    """One instance: its name and those of the wanted properties that are not NULL.

    A property that is a key is taken from the name first: some servers leave keys out of the body.
    """

    __slots__ = ("_values", "name")

    def __init__(self, name: ObjectName, values: Mapping[str, Value]) -> None:
        self.name = name
        self._values = values

    def __repr__(self) -> str:
        return f"Row({self.name!r}, {dict(self._values)!r})"

    def __getitem__(self, name: str) -> Value:
        key = self.name.bindings.get(name.lower())
        return self._values.get(name) if key is None else key

    @property
    def key(self) -> Key:
        """The key of its name."""
        return self.name.key

    def text(self, name: str) -> str | None:
        """Return a text property, None if it is NULL or no text."""
        value = self[name]
        return value if isinstance(value, str) else None

    def number(self, name: str) -> int | None:
        """Return an integer property, None if it is NULL or no integer; a key's text is read as decimal."""
        value = self[name]
        if isinstance(value, bool):
            return None
        if isinstance(value, str) and value.isdecimal() and value.isascii():
            return int(value)
        return value if isinstance(value, int) else None

    def flag(self, name: str) -> bool | None:
        """Return a boolean property, None if it is NULL or no boolean."""
        value = self[name]
        return value if isinstance(value, bool) else None

    def numbers(self, name: str) -> tuple[int, ...]:
        """Return the integers of an array property; NULL is empty, and a scalar counts as one."""
        return tuple(item for item in self._items(name) if isinstance(item, int) and not isinstance(item, bool))

    def texts(self, name: str) -> tuple[str | None, ...]:
        """Return the items of an array of texts, each in its place; what is no text is None."""
        return tuple(item if isinstance(item, str) else None for item in self._items(name))

    def _items(self, name: str) -> Iterator[object]:
        value = self[name]
        if isinstance(value, tuple):
            yield from value
        elif value is not None:
            yield value
