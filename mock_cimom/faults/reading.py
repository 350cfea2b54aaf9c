"""Fault rules from and to plain mappings, as JSON and YAML have them. Each mistake is one sentence."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import pywbem

from mock_cimom.faults.rule import (
    ENUMERATIONS,
    CimStatus,
    Cut,
    Delay,
    Effect,
    Empty,
    HttpStatus,
    IndicationFault,
    LoseContexts,
    Match,
    Rule,
    Truncate,
    Vanish,
    WrongCharset,
)

MAX_DELAY = 86_400.0  # seconds
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,255}")
_OPERATION = re.compile(r"[A-Za-z_*][A-Za-z0-9_*]{0,255}")
_NAMESPACE = re.compile(r"/?[A-Za-z0-9_.~-]+(/[A-Za-z0-9_.~-]+)*/?")
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h)?")
_UNITS = {"ms": 0.001, "s": 1.0, None: 1.0, "m": 60.0, "h": 3600.0}
_STATUS_NAMES = {
    name: getattr(pywbem, name)
    for name in dir(pywbem)
    if name.startswith("CIM_ERR_") and isinstance(getattr(pywbem, name), int)
}


class FaultRuleError(ValueError):
    """A rule that cannot be used, said in one sentence. `key` is the entry it is about, None for the whole rule."""

    def __init__(self, reason: str, key: str | None = None) -> None:
        super().__init__(reason)
        self.key = key


def make_rule(**values: Any) -> Rule:
    """Return a rule from keyword arguments: the keys of `read_rule` with `_` for `-`, `class_` and `from_`.

    Example: make_rule(operation="Associators", nth=3, cim_status="CIM_ERR_FAILED"). Raises FaultRuleError.
    """
    return read_rule({name.rstrip("_").replace("_", "-"): value for name, value in values.items()})


def read_rule(values: Mapping[str, Any]) -> Rule:
    """Return the rule that a mapping describes. Raises FaultRuleError.

    Keys of the match: id, operation (`*` is any part), class, subclasses, namespace, nth, from, times, probability,
    seed.
    One key of the effect: delay (with jitter), cim-status (with description), http-status, cut, truncate,
    wrong-charset, empty, vanish, lose-contexts, indication.
    """
    for key in values:
        if key not in _MATCH_KEYS and key not in _EFFECTS and key not in _COMPANIONS:
            raise FaultRuleError(f"a fault rule has no entry {str(key)[:80]!r}", str(key))
    chosen = [key for key in _EFFECTS if key in values]
    if len(chosen) != 1:
        found = ", ".join(chosen) if chosen else "none"
        raise FaultRuleError(f"a fault rule has exactly one effect of {', '.join(_EFFECTS)}, not {found}")
    for companion, effect_key in _COMPANIONS.items():
        if companion in values and effect_key != chosen[0]:
            raise FaultRuleError(f"{companion!r} goes with {effect_key!r} only", companion)
    read = {key: _read(key, reader, values) for key, reader in _MATCH_KEYS.items() if key in values}
    rule_id = read.pop("id", "")
    match = Match(**{_FIELDS.get(key, key): value for key, value in read.items()})
    effect = _EFFECTS[chosen[0]](chosen[0], values)
    _check_together(match, effect, values)
    return Rule(match, effect, rule_id)


def described(rule: Rule) -> dict[str, Any]:
    """Return the mapping that `read_rule` makes this rule of; entries that have their default are left out."""
    default = Match()
    said: dict[str, Any] = {"id": rule.id} if rule.id else {}
    for key in _MATCH_KEYS:
        field = _FIELDS.get(key, key)
        if key != "id" and getattr(rule.match, field) != getattr(default, field):
            said[key] = getattr(rule.match, field)
    return said | _described_effect(rule.effect)


def read_duration(key: str, value: Any) -> float:
    """Return seconds of a number (seconds) or of text such as `500ms`, `2s`, `1.5m`. Raises FaultRuleError."""
    found = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if found:
        seconds: float = float(found[1]) * _UNITS[found[2]]
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        seconds = value
    else:
        raise FaultRuleError(f"{key!r} must be a duration such as 500ms or 2s, not {_shown(value)}", key)
    if not 0 <= seconds <= MAX_DELAY:
        raise FaultRuleError(f"{key!r} must be from 0 to {MAX_DELAY:.0f} seconds, not {_shown(value)}", key)
    return float(seconds)


def _read(key: str, reader: Callable[[str, Any], Any], values: Mapping[str, Any]) -> Any:
    return reader(key, values[key])


def _text(pattern: re.Pattern[str], kind: str) -> Callable[[str, Any], str]:
    def read(key: str, value: Any) -> str:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise FaultRuleError(f"{key!r} must be {kind}, not {_shown(value)}", key)
        return value

    return read


def _operation(key: str, value: Any) -> str | None:
    return None if value == "*" else _text(_OPERATION, "the name of an operation, which may hold *")(key, value)


def _count(least: int) -> Callable[[str, Any], int]:
    def read(key: str, value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise FaultRuleError(f"{key!r} must be a whole number from {least}, not {_shown(value)}", key)
        return value

    return read


def _seed(key: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise FaultRuleError(f"{key!r} must be a whole number, not {_shown(value)}", key)
    return value


def _flag(key: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise FaultRuleError(f"{key!r} must be true or false, not {_shown(value)}", key)
    return value


def _probability(key: str, value: Any) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 < value <= 1:
        raise FaultRuleError(f"{key!r} must be above 0 and at most 1, not {_shown(value)}", key)
    return float(value)


def _choice(key: str, value: Any, choices: tuple[str, ...]) -> Any:
    if value not in choices:
        raise FaultRuleError(f"{key!r} must be one of {', '.join(choices)}, not {_shown(value)}", key)
    return value


def _delay(key: str, values: Mapping[str, Any]) -> Effect:
    return Delay(read_duration(key, values[key]), read_duration("jitter", values.get("jitter", 0)))


def _cim_status(key: str, values: Mapping[str, Any]) -> Effect:
    value = values[key]
    code = _STATUS_NAMES.get(value.upper()) if isinstance(value, str) else value
    if isinstance(code, bool) or not isinstance(code, int) or code not in _STATUS_NAMES.values():
        raise FaultRuleError(f"{key!r} must be a CIM status such as CIM_ERR_FAILED or 1, not {_shown(value)}", key)
    if "description" not in values:
        return CimStatus(code)
    description = values["description"]
    if not isinstance(description, str) or not description.isprintable() or len(description) > 1000:
        raise FaultRuleError("'description' must be one line of text of at most 1000 characters", "description")
    return CimStatus(code, description)


def _http_status(key: str, values: Mapping[str, Any]) -> Effect:
    value = values[key]
    if isinstance(value, bool) or not isinstance(value, int) or not 400 <= value <= 599:
        raise FaultRuleError(f"{key!r} must be an HTTP status from 400 to 599, not {_shown(value)}", key)
    return HttpStatus(value)


def _truncate(key: str, values: Mapping[str, Any]) -> Effect:
    value = "ended" if values[key] is True else values[key]
    return Truncate(_choice(key, value, ("ended", "cut")))


def _wrong_charset(key: str, values: Mapping[str, Any]) -> Effect:
    value = "header" if values[key] is True else values[key]
    return WrongCharset(_choice(key, value, ("header", "bytes")))


def _indication(key: str, values: Mapping[str, Any]) -> Effect:
    return IndicationFault(_choice(key, values[key], ("drop", "double", "reorder", "new-context")))


def _switch(effect: Effect) -> Callable[[str, Mapping[str, Any]], Effect]:
    def read(key: str, values: Mapping[str, Any]) -> Effect:
        if values[key] is not True:
            raise FaultRuleError(f"{key!r} must be true, not {_shown(values[key])}", key)
        return effect

    return read


_MATCH_KEYS: dict[str, Callable[[str, Any], Any]] = {
    "id": _text(_ID, "1 to 64 letters, digits, dots, dashes or underscores"),
    "operation": _operation,
    "class": _text(_NAME, "the name of a class"),
    "subclasses": _flag,
    "namespace": _text(_NAMESPACE, "the name of a namespace"),
    "nth": _count(1),
    "from": _count(1),
    "times": _count(1),
    "probability": _probability,
    "seed": _seed,
}
_FIELDS = {"class": "class_name", "from": "first"}
_EFFECTS: dict[str, Callable[[str, Mapping[str, Any]], Effect]] = {
    "delay": _delay,
    "cim-status": _cim_status,
    "http-status": _http_status,
    "cut": _switch(Cut()),
    "truncate": _truncate,
    "wrong-charset": _wrong_charset,
    "empty": _switch(Empty()),
    "vanish": _switch(Vanish()),
    "lose-contexts": _switch(LoseContexts()),
    "indication": _indication,
}
_COMPANIONS = {"jitter": "delay", "description": "cim-status"}


def _check_together(match: Match, effect: Effect, values: Mapping[str, Any]) -> None:
    if isinstance(effect, Vanish) and match.namespace is None:
        raise FaultRuleError("'vanish' needs the 'namespace' that vanishes", "vanish")
    if isinstance(effect, Empty) and not match.names_one_of(ENUMERATIONS):
        raise FaultRuleError(f"'empty' goes with enumerations only, and {match.operation} is none", "empty")
    if isinstance(effect, IndicationFault):
        wrong = [key for key in ("operation", "namespace") if key in values]
        if wrong:
            raise FaultRuleError(f"an indication has no {wrong[0]!r} to match", wrong[0])


def _described_effect(effect: Effect) -> dict[str, Any]:
    said: dict[str, Any]
    match effect:
        case Delay(seconds, jitter):
            said = {"delay": seconds} | ({"jitter": jitter} if jitter else {})
        case CimStatus(code, description):
            said = {"cim-status": _status_name(code), "description": description}
        case HttpStatus(status):
            said = {"http-status": status}
        case Truncate(ending):
            said = {"truncate": ending}
        case WrongCharset(where):
            said = {"wrong-charset": where}
        case IndicationFault(mishap):
            said = {"indication": mishap}
        case _:
            said = {_SWITCHES[type(effect)]: True}
    return said


_SWITCHES: dict[type, str] = {Cut: "cut", Empty: "empty", Vanish: "vanish", LoseContexts: "lose-contexts"}


def _status_name(code: int) -> str:
    return next(name for name, value in _STATUS_NAMES.items() if value == code)


def _shown(value: Any) -> str:
    return repr(value)[:80]
