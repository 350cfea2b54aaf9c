"""What a condition says of one object, in the logic of three values: True, False, and None where NULL leaves it open.

Values of kinds that do not fit each other, a number and a text, say, leave a comparison open too, so that neither it
nor its opposite selects anything.
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import pywbem

from mock_cimom.query.patterns import fits
from mock_cimom.query.tree import (
    And,
    Comparison,
    Condition,
    IsA,
    IsNull,
    Like,
    Literal,
    Not,
    Operand,
    Or,
    Path,
    Quantified,
)

IsAncestor = Callable[[str, str], bool]
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Subject(Protocol):
    """What a condition is about: a pywbem.CIMInstance, or what answers like one without being made one."""

    @property
    def classname(self) -> str:
        """The name of its creation class."""

    def get(self, name: str, /) -> Any:
        """Return the value of a property, None if it is NULL or not there."""

    def __contains__(self, name: str, /) -> bool:
        """Tell whether it has a property, which may be NULL."""


@dataclass(frozen=True)
class Evaluation:
    """Evaluates conditions on one object. `is_a(class_name, ancestor)` is True for a class and its own name too."""

    subject: Subject
    is_a: IsAncestor

    def truth(self, condition: Condition) -> bool | None:
        """Return what the condition says of the object."""
        match condition:
            case And(conditions):
                return _all(self.truth(one) for one in conditions)
            case Or(conditions):
                return _opposite(_all(_opposite(self.truth(one)) for one in conditions))
            case Not(inner):
                return _opposite(self.truth(inner))
            case IsNull(operand):
                return self.value(operand) is None
            case IsA(path, class_name):
                return self._is_a(self.value(path), class_name)
            case Quantified(every, test):
                return self._quantified(every, test)
            case _:
                return self._test(condition, self.value(condition.left))

    def value(self, operand: Operand) -> Any:
        """Return the value of an operand; None where it is NULL or a step of its path leads nowhere."""
        if isinstance(operand, Literal):
            return operand.value
        value: Any = self.subject
        for step in operand.steps:
            if not self._is_object(value):
                return None
            if step.scope is not None and not self.is_a(value.classname, step.scope):
                return None
            value = value.get(step.name)
            if step.index is not None:
                value = element(value, step.index)
        return value

    def _quantified(self, every: bool, test: Comparison | Like) -> bool | None:
        values = self.value(test.left)
        if values is None:
            return None
        each = [self._test(test, one) for one in (values if isinstance(values, list) else [values])]
        return _all(each) if every else _opposite(_all(map(_opposite, each)))

    def _test(self, test: Comparison | Like, left: Any) -> bool | None:
        if isinstance(test, Like):
            return fits(test.pattern, left) if isinstance(left, str) else None
        right = self.value(test.right)
        if isinstance(left, pywbem.CIMInstance) and right is None and test.operator in ("=", "<>"):
            return self._named_class(left, test)
        return compared(left, test.operator, right)

    def _named_class(self, left: pywbem.CIMInstance, test: Comparison) -> bool | None:
        """Answer `SourceInstance = CIM_FCPort`, which old filters write for ISA."""
        if not isinstance(test.right, Path) or len(test.right.steps) != 1:
            return None
        name = test.right.steps[0].name
        if name in self.subject:
            return None
        same = self.is_a(left.classname, name)
        return same if test.operator == "=" else not same

    def _is_a(self, value: Any, class_name: str) -> bool | None:
        return self.is_a(value.classname, class_name) if self._is_object(value) else None

    def _is_object(self, value: Any) -> bool:
        return value is self.subject or isinstance(value, pywbem.CIMInstance)


def compared(left: Any, sign: str, right: Any) -> bool | None:
    """Compare two values; None if one is NULL or they do not fit each other.

    Arrays are compared whole with arrays. An array is equal to a single value if that is one of its elements.
    """
    if left is None or right is None:
        return None
    if isinstance(left, list) or isinstance(right, list):
        return _arrays_compared(left, sign, right)
    if isinstance(left, pywbem.CIMInstance) and isinstance(right, pywbem.CIMInstance):
        same = left.classname.lower() == right.classname.lower() and left.properties == right.properties
        return _same(same, sign)
    if isinstance(left, pywbem.CIMInstanceName) and isinstance(right, pywbem.CIMInstanceName):
        return _same(left == right, sign)
    pair = _comparable(left, right)
    return None if pair is None else _ORDER[sign](*pair)


def _arrays_compared(left: Any, sign: str, right: Any) -> bool | None:
    if sign not in ("=", "<>"):
        return None
    if isinstance(left, list) and isinstance(right, list):
        if len(left) != len(right):
            return _same(False, sign)
        each = [one is other is None or compared(one, "=", other) for one, other in zip(left, right, strict=True)]
        return _same(all(each), sign)
    array, single = (left, right) if isinstance(left, list) else (right, left)
    each_element = [compared(one, "=", single) for one in array]
    if True not in each_element and None in each_element:
        return None
    return _same(True in each_element, sign)


def _same(same: bool, sign: str) -> bool | None:
    """Return the answer for values that have no order."""
    return same if sign == "=" else not same if sign == "<>" else None


def _comparable(left: Any, right: Any) -> tuple[Any, Any] | None:
    """Return two single values in a form that Python compares as CIM does, or None if they do not fit."""
    if isinstance(left, pywbem.CIMDateTime) or isinstance(right, pywbem.CIMDateTime):
        return _comparable_times(left, right)
    if isinstance(left, bool) or isinstance(right, bool):
        return (left, right) if isinstance(left, bool) and isinstance(right, bool) else None
    if isinstance(left, int | float) and isinstance(right, int | float):
        return left, right
    return (left, right) if isinstance(left, str) and isinstance(right, str) else None


def _comparable_times(left: Any, right: Any) -> tuple[Any, Any] | None:
    first, second = _time(left), _time(right)
    if first is None or second is None or first.is_interval != second.is_interval:
        return None
    return (first.timedelta, second.timedelta) if first.is_interval else (first.datetime, second.datetime)


def _time(value: Any) -> pywbem.CIMDateTime | None:
    """Return a time, which a query can only write as text."""
    if not isinstance(value, str):
        return value if isinstance(value, pywbem.CIMDateTime) else None
    try:
        return pywbem.CIMDateTime(value)
    except ValueError:
        return None


def element(value: Any, index: int) -> Any:
    """Return one element of an array; None if the value is none, or has fewer."""
    return value[index] if isinstance(value, list) and index < len(value) else None


def _opposite(truth: bool | None) -> bool | None:
    return None if truth is None else not truth


def _all(truths: Any) -> bool | None:
    """Return False if one is False, else None if one is open, else True."""
    answer: bool | None = True
    for truth in truths:
        if truth is False:
            return False
        if truth is None:
            answer = None
    return answer
