"""From the words of a query to its syntax tree: the subset of WQL and CQL (DSP0202) that indication filters use."""

from collections.abc import Callable

from mock_cimom.query.errors import QueryError
from mock_cimom.query.lexer import Kind, Word, words_of
from mock_cimom.query.patterns import cql_pattern, wql_pattern
from mock_cimom.query.tree import (
    And,
    Column,
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
    Pattern,
    Quantified,
    Select,
    Step,
)

MAX_DEPTH = 60
MAX_INDEX = 2**31
SIGNS = ("=", "<>", "!=", "<", "<=", ">", ">=")
# Words that end a name: they may not be the alias of a class or of a column.
RESERVED = ("FROM", "WHERE", "AND", "OR", "NOT", "IS", "ISA", "LIKE", "AS", "SELECT", "WITHIN", "GROUP", "ORDER")
CONSTANTS = {"TRUE": True, "FALSE": False, "NULL": None}


class Parser:
    """Reads one query. Every failure is a QueryError with its position."""

    def __init__(self, text: str, wql: bool) -> None:
        """`wql` tells which language the patterns of LIKE are in."""
        self._words = words_of(text)
        self._place = 0
        self._depth = 0
        self._pattern: Callable[[str, int], Pattern] = wql_pattern if wql else cql_pattern
        self._own_names: tuple[str, ...] = ()

    def select(self) -> Select:
        """Return the tree of `SELECT ... FROM class [WHERE ...]`."""
        self._need_keyword("SELECT")
        selected = self._place
        # The names of the class come after the columns that are written with them.
        self._skip_to_from()
        self._need_keyword("FROM")
        class_name = self._name("the name of a class")
        alias = self._alias()
        if self._word.is_sign(","):
            raise self._wrong("A query of several classes is not supported:")
        self._own_names = (class_name.lower(), alias.lower()) if alias else (class_name.lower(),)
        rest, self._place = self._place, selected
        columns = self._columns()
        self._need_keyword("FROM")
        self._place = rest
        condition = self._any_of() if self._took_keyword("WHERE") else None
        self._need_end()
        return Select(class_name, columns, condition)

    def filter(self) -> Condition:
        """Return the tree of a text that is a condition alone (FQL, DSP0212)."""
        condition = self._any_of()
        self._need_end()
        return condition

    # Words.

    @property
    def _word(self) -> Word:
        return self._words[self._place]

    def _take(self) -> Word:
        word = self._word
        if word.kind is not Kind.END:
            self._place += 1
        return word

    def _took_keyword(self, *keywords: str) -> bool:
        if not self._word.is_keyword(*keywords):
            return False
        self._take()
        return True

    def _took_sign(self, sign: str) -> bool:
        if not self._word.is_sign(sign):
            return False
        self._take()
        return True

    def _need_keyword(self, keyword: str) -> None:
        if not self._took_keyword(keyword):
            raise self._wrong(f"{keyword} is expected, not")

    def _need_sign(self, sign: str) -> None:
        if not self._took_sign(sign):
            raise self._wrong(f"{sign!r} is expected, not")

    def _need_end(self) -> None:
        if self._word.kind is not Kind.END:
            raise self._wrong("The query should end before")

    def _name(self, what: str, reserved: tuple[str, ...] = RESERVED) -> str:
        if self._word.kind is not Kind.NAME or self._word.is_keyword(*reserved):
            raise self._wrong(f"{what} is expected, not")
        return self._take().text

    def _wrong(self, reason: str) -> QueryError:
        return QueryError(f"{reason[0].upper()}{reason[1:]} {self._word}", self._word.position)

    # The select list.

    def _skip_to_from(self) -> None:
        while self._word.kind is not Kind.END and not self._word.is_keyword("FROM"):
            self._take()

    def _columns(self) -> tuple[Column, ...] | None:
        if self._took_sign("*"):
            return None
        found = [self._column()]
        while self._took_sign(","):
            found.append(self._column())
        everything = [one for one in found if one.name is None and not one.path.steps]
        return None if everything else tuple(found)

    def _column(self) -> Column:
        start = self._word
        path = self._path(in_select=True)
        if self._took_sign("*"):
            return Column(path, None)
        alias = self._name("an alias") if self._took_keyword("AS") else None
        name = alias or (path.steps[-1].name if path.steps else None)
        if name is None:
            raise QueryError(f"A property is expected, not the object {start}", start.position)
        return Column(path, name)

    def _alias(self) -> str | None:
        if self._took_keyword("AS"):
            return self._name("an alias")
        if self._word.kind is Kind.NAME and not self._word.is_keyword(*RESERVED):
            return self._take().text
        return None

    # Conditions, the loosest binding first.

    def _any_of(self) -> Condition:
        found = [self._all_of()]
        while self._took_keyword("OR"):
            found.append(self._all_of())
        return found[0] if len(found) == 1 else Or(tuple(found))

    def _all_of(self) -> Condition:
        found = [self._condition()]
        while self._took_keyword("AND"):
            found.append(self._condition())
        return found[0] if len(found) == 1 else And(tuple(found))

    def _condition(self) -> Condition:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise QueryError(f"Conditions are nested deeper than {MAX_DEPTH}", self._word.position)
        try:
            if self._took_keyword("NOT"):
                return Not(self._condition())
            if self._took_sign("("):
                inner = self._any_of()
                self._need_sign(")")
                return inner
            return self._test()
        finally:
            self._depth -= 1

    def _test(self) -> Condition:
        if self._word.is_keyword("ANY", "EVERY") and self._words[self._place + 1].kind is Kind.NAME:
            every = self._take().is_keyword("EVERY")
            start = self._word
            test = self._test_of(self._operand())
            if not isinstance(test, Comparison | Like):
                raise QueryError("ANY and EVERY are for comparisons and LIKE, not for this test", start.position)
            return Quantified(every, test)
        return self._test_of(self._operand())

    def _test_of(self, left: Operand) -> Condition:
        if self._word.is_sign(*SIGNS):
            sign = self._take().text
            return _comparison(left, "<>" if sign == "!=" else sign, self._operand())
        if self._took_keyword("IS"):
            return self._is(left)
        negated = self._took_keyword("NOT")
        if self._took_keyword("LIKE"):
            test: Condition = Like(left, self._like_pattern())
            return Not(test) if negated else test
        if self._word.is_keyword("ISA") and isinstance(left, Path) and not negated:
            self._take()
            return IsA(left, self._isa_class())
        raise self._wrong("A comparison is expected, not")

    def _is(self, left: Operand) -> Condition:
        negated = self._took_keyword("NOT")
        test: Condition
        if self._took_keyword("NULL"):
            test = IsNull(left)
        elif self._word.is_keyword("TRUE", "FALSE"):
            test = Comparison(left, "=", Literal(CONSTANTS[self._take().text.upper()]))
        else:
            raise self._wrong("NULL, NOT NULL, TRUE or FALSE is expected, not")
        return Not(test) if negated else test

    def _isa_class(self) -> str:
        if self._word.kind is Kind.LITERAL and isinstance(self._word.value, str):
            return str(self._take().value)
        return self._name("the name of a class")

    def _like_pattern(self) -> Pattern:
        if self._word.kind is not Kind.LITERAL or not isinstance(self._word.value, str):
            raise self._wrong("A pattern in quotes is expected, not")
        word = self._take()
        return self._pattern(word.value, word.position)

    # Operands.

    def _operand(self) -> Operand:
        if self._word.kind is Kind.LITERAL:
            return Literal(self._take().value)
        if self._word.is_keyword(*CONSTANTS):
            return Literal(CONSTANTS[self._take().text.upper()])
        return self._path()

    def _path(self, in_select: bool = False) -> Path:
        """Read a path; no word is reserved after its first. In a select list `object.*` stops before the sign `*`."""
        steps = [self._step("a property or a literal")]
        while self._took_sign("."):
            if in_select and self._word.is_sign("*"):
                break
            steps.append(self._step("a property", reserved=()))
        first = steps[0]
        if first.scope is None and first.index is None and first.name.lower() in self._own_names:
            del steps[0]
        return Path(tuple(steps))

    def _step(self, what: str, reserved: tuple[str, ...] = RESERVED) -> Step:
        name, scope = self._name(what, reserved), None
        if self._took_sign("::"):
            scope, name = name, self._name("a property", reserved=())
        return Step(name, scope, self._index() if self._took_sign("[") else None)

    def _index(self) -> int | None:
        """Read what follows `[`; `[*]` is the whole array and so no index."""
        index = None
        if not self._took_sign("*"):
            index = self._word.value
            if type(index) is not int or not 0 <= index < MAX_INDEX:
                raise self._wrong("The index of an array is expected, not")
            self._take()
        self._need_sign("]")
        return index


def _comparison(left: Operand, operator: str, right: Operand) -> Condition:
    """Return a comparison; one with NULL is a test for it, as WQL has it."""
    if operator not in ("=", "<>"):
        return Comparison(left, operator, right)
    for one, other in ((left, right), (right, left)):
        if isinstance(other, Literal) and other.value is None:
            return IsNull(one) if operator == "=" else Not(IsNull(one))
    return Comparison(left, operator, right)
