"""One fault rule: a match, and an effect. Rules are immutable values."""

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

# Operations whose answer is a list of objects, which a provider that is just restarting leaves empty.
ENUMERATIONS = frozenset(
    {
        "enumerateinstances",
        "enumerateinstancenames",
        "associators",
        "associatornames",
        "references",
        "referencenames",
        "execquery",
        "openenumerateinstances",
        "openenumerateinstancepaths",
        "openreferenceinstances",
        "openreferenceinstancepaths",
        "openassociatorinstances",
        "openassociatorinstancepaths",
        "openqueryinstances",
        "pullinstanceswithpath",
        "pullinstancepaths",
        "pullinstances",
    }
)

IndicationMishap = Literal["drop", "double", "reorder", "new-context"]


@dataclass(frozen=True)
class Delay:
    """The call waits `seconds`, more or less by up to `jitter` seconds, before it is carried out."""

    seconds: float
    jitter: float = 0.0


@dataclass(frozen=True)
class CimStatus:
    """The call is answered with a CIM error instead of being carried out."""

    code: int
    description: str = "A fault rule made this call fail"


@dataclass(frozen=True)
class HttpStatus:
    """The call is answered with an HTTP status from 400 to 599 instead of being carried out."""

    status: int


@dataclass(frozen=True)
class Cut:
    """The connection is cut; the call is not carried out."""


@dataclass(frozen=True)
class Truncate:
    """The call is carried out, and half of its answer is sent.

    `ended`: HTTP says that this is all of it, so that the XML is malformed. `cut`: the connection is cut midway.
    """

    ending: Literal["ended", "cut"] = "ended"


@dataclass(frozen=True)
class WrongCharset:
    """Header and bytes of the answer disagree about the charset.

    `header`: the header says UTF-16 of an answer in UTF-8. `bytes`: the answer is in Latin-1, with a letter that is
    no UTF-8, and the header says UTF-8.
    """

    where: Literal["header", "bytes"] = "header"


@dataclass(frozen=True)
class Empty:
    """An enumeration succeeds and has no objects, as that of a provider that is restarting."""


@dataclass(frozen=True)
class Vanish:
    """The namespace of the match does not exist, and is missing where namespaces are listed."""


@dataclass(frozen=True)
class LoseContexts:
    """All open enumerations are forgotten, then the call is carried out."""


@dataclass(frozen=True)
class IndicationFault:
    """Something happens to an indication that is about to be sent."""

    mishap: IndicationMishap


Effect = (
    Delay | CimStatus | HttpStatus | Cut | Truncate | WrongCharset | Empty | Vanish | LoseContexts | IndicationFault
)


@dataclass(frozen=True)
class Match:
    """Which calls a rule concerns. None means any.

    `operation` is the name of an operation of DSP0200, `InvokeMethod` for all methods, or the name of one method; a
    `*` in it stands for any letters, as clients may use `OpenEnumerateInstances` for `EnumerateInstances`.
    `class_name` is the class the call names, or with `subclasses` an ancestor of it; operations that name no class
    (Pull*, CloseEnumeration, qualifiers) match only rules without one. Of indications, it is their own class.
    Of the calls that match, counted from 1, those from `first` on count, every `nth` of them with `probability`, and
    `times` of them at most. `seed` makes the same choices for the same calls.
    """

    operation: str | None = None
    class_name: str | None = None
    subclasses: bool = True
    namespace: str | None = None
    nth: int = 1
    first: int = 1
    times: int | None = None
    probability: float = 1.0
    seed: int = 0

    def names_one_of(self, operations: Iterable[str]) -> bool:
        """Tell whether `operation` means one of these, given in lower case."""
        pattern = "*" if self.operation is None else self.operation.lower()
        return any(fnmatchcase(name, pattern) for name in operations)


@dataclass(frozen=True)
class Rule:
    """A fault rule. An empty `id` gets one when the rule is added."""

    match: Match
    effect: Effect
    id: str = ""
