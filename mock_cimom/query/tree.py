"""The syntax tree of a query: what a WHERE clause says, without a word on how it was written."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Step:
    """One name of a path. `scope` limits it to objects of that class; `index` takes one element of an array."""

    name: str
    scope: str | None = None
    index: int | None = None


@dataclass(frozen=True)
class Path:
    """The way from the queried object to a value; without steps it is the object itself."""

    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Literal:
    """A value written in the query; None is NULL."""

    value: Any


Operand = Path | Literal


@dataclass(frozen=True)
class Comparison:
    """`left operator right`, the operator being one of = <> < <= > >=."""

    left: Operand
    operator: str
    right: Operand


@dataclass(frozen=True)
class Like:
    """`left LIKE pattern`."""

    left: Operand
    pattern: "Pattern"


@dataclass(frozen=True)
class Piece:
    """A part of a pattern: the ranges of characters it fits (None: any one), or all others if `inverted`.

    `repeated` tells that it fits any number of them.
    """

    ranges: tuple[tuple[str, str], ...] | None
    inverted: bool = False
    repeated: bool = False

    def fits(self, character: str) -> bool:
        """Tell whether one character fits."""
        if self.ranges is None:
            return True
        return any(first <= character <= last for first, last in self.ranges) is not self.inverted


Pattern = tuple[Piece, ...]


@dataclass(frozen=True)
class Quantified:
    """`ANY test` or `EVERY test`: the test is made for each element of the array on its left side."""

    every: bool
    test: Comparison | Like


@dataclass(frozen=True)
class IsA:
    """`path ISA class_name`."""

    path: Path
    class_name: str


@dataclass(frozen=True)
class IsNull:
    """`operand IS NULL`."""

    operand: Operand


@dataclass(frozen=True)
class Not:
    """`NOT condition`."""

    condition: "Condition"


@dataclass(frozen=True)
class And:
    """`condition AND condition ...`."""

    conditions: "tuple[Condition, ...]"


@dataclass(frozen=True)
class Or:
    """`condition OR condition ...`."""

    conditions: "tuple[Condition, ...]"


Condition = Comparison | Like | Quantified | IsA | IsNull | Not | And | Or


@dataclass(frozen=True)
class Column:
    """One item of a select list. `name` is None for `path.*`, all properties of an object."""

    path: Path
    name: str | None


@dataclass(frozen=True)
class Select:
    """A whole query; `columns` None is `SELECT *`, `condition` None is no WHERE clause."""

    class_name: str
    columns: tuple[Column, ...] | None
    condition: Condition | None
