"""A property that is worked out once for each object, without a lock.

That of `functools` holds, on Python 3.11, one lock for all objects of a class while one of them is worked out: a source
that hangs in the middle of a reading would stop the readings of all others.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class cached_property(Generic[T]):  # noqa: N801 - it is used in the place of the one of functools
    """Works the value out at the first access and keeps it in the object's `__dict__`.

    Two threads that come first at the same time may both work it out; both get the same one. An error keeps nothing.
    """

    def __init__(self, make: Callable[[Any], T]) -> None:
        self._make = make
        self._name = make.__name__
        self.__doc__ = make.__doc__

    def __set_name__(self, owner: type[Any], name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type[Any]) -> "cached_property[T]": ...

    @overload
    def __get__(self, instance: object, owner: type[Any]) -> T: ...

    def __get__(self, instance: object | None, owner: type[Any]) -> "cached_property[T] | T":
        """Return the value of an object; later accesses find it in the object and do not come here."""
        if instance is None:
            return self
        value: T = instance.__dict__.setdefault(self._name, self._make(instance))
        return value
