"""The rules of one server: added, listed and removed while it runs, and asked about each call."""

import dataclasses
import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Lock

from mock_cimom.faults.reading import FaultRuleError
from mock_cimom.faults.rule import (
    ENUMERATIONS,
    Delay,
    Effect,
    Empty,
    IndicationFault,
    LoseContexts,
    Match,
    Rule,
    Vanish,
)

MAX_RULES = 1000

# The indication classes of the schema by their superclass, for rules that name a superclass.
_INDICATION_PARENTS = {
    "cim_instcreation": "cim_instindication",
    "cim_instdeletion": "cim_instindication",
    "cim_instmodification": "cim_instindication",
    "cim_instindication": "cim_indication",
    "cim_alertindication": "cim_processindication",
    "cim_processindication": "cim_indication",
}


def _never(_ancestor: str) -> bool:
    return False


@dataclass(frozen=True)
class CallFacts:
    """What rules are told about a call.

    `names` are its operation and, of a method call, `InvokeMethod`. `class_name` is None if the call names none.
    `is_a` tells whether that class is the one asked for or below it.
    """

    names: tuple[str, ...]
    namespace: str
    class_name: str | None = None
    is_a: Callable[[str], bool] = _never


@dataclass(frozen=True)
class Verdict:
    """What happens to a call: a delay in seconds, lost contexts, and at most one effect that changes its answer."""

    delay: float = 0.0
    lose_contexts: bool = False
    outcome: Effect | None = None
    rule_ids: tuple[str, ...] = ()


HARMLESS = Verdict()


@dataclass(frozen=True)
class RuleState:
    """A rule as it stands: how many calls or indications it matched, and how often it fired."""

    rule: Rule
    matched: int
    fired: int


@dataclass
class _Counted:
    rule: Rule
    matched: int = 0
    fired: int = 0
    chance: random.Random = field(default_factory=random.Random)

    def is_due(self) -> bool:
        """Count one matching call; tell whether the rule wants to fire at it."""
        match = self.rule.match
        self.matched += 1
        lucky = self.chance.random() < match.probability  # drawn for every call, so that a seed fixes the choices
        since_first = self.matched - match.first + 1
        if since_first < 1 or since_first % match.nth or self.is_spent():
            return False
        return lucky

    def is_spent(self) -> bool:
        """Tell whether the rule has fired as often as it may."""
        times = self.rule.match.times
        return times is not None and self.fired >= times


class FaultRules:
    """A set of rules, safe to use from any thread. They are asked in the order they were added in.

    Every matching delay counts; of the effects that change the answer, the first that fires does.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._counted: dict[str, _Counted] = {}
        self._numbers = itertools.count(1)

    def __len__(self) -> int:
        """Return the number of rules."""
        return len(self._counted)

    def add(self, rule: Rule) -> Rule:
        """Add a rule; return it with its id. Raises FaultRuleError if the id is taken or there are too many rules."""
        (added,) = self.add_all([rule])
        return added

    def add_all(self, rules: list[Rule]) -> list[Rule]:
        """Add several rules or, if FaultRuleError is raised, none of them."""
        with self._lock:
            if len(self._counted) + len(rules) > MAX_RULES:
                raise FaultRuleError(f"there may be at most {MAX_RULES} fault rules")
            taken = set(self._counted)
            added = []
            for rule in rules:
                named = dataclasses.replace(rule, id=rule.id or self._free_id(taken))
                if named.id in taken:
                    raise FaultRuleError(f"there is a fault rule {named.id!r} already", "id")
                taken.add(named.id)
                added.append(named)
            for rule in added:
                # Chosen by seed and id, as a test wants to see the same faults again; nothing here is a secret.
                chance = random.Random(f"{rule.match.seed}:{rule.id}")  # noqa: S311
                self._counted[rule.id] = _Counted(rule, chance=chance)
        return added

    def remove(self, rule_id: str) -> bool:
        """Remove a rule; tell whether there was one of this id."""
        with self._lock:
            return self._counted.pop(rule_id, None) is not None

    def clear(self) -> int:
        """Remove all rules; return how many there were."""
        with self._lock:
            removed = len(self._counted)
            self._counted.clear()
        return removed

    def listed(self) -> list[RuleState]:
        """Return all rules with their counts, in the order they were added in."""
        with self._lock:
            return [RuleState(one.rule, one.matched, one.fired) for one in self._counted.values()]

    def judge(self, call: CallFacts) -> Verdict:
        """Return what happens to a call, and count it."""
        if not self._counted:
            return HARMLESS
        with self._lock:
            due = [one for one in self._matching(call) if one.is_due()]
            return _verdict(due)

    def indication_fault(self, class_name: str) -> str | None:
        """Return what happens to an indication of class `class_name` that is about to be sent.

        "drop", "double", "reorder", "new-context", or None if it is to be sent as it is. The indication is counted.
        """
        if not self._counted:
            return None
        with self._lock:
            wanted = [one for one in self._counted.values() if isinstance(one.rule.effect, IndicationFault)]
            due = [one for one in wanted if _concerns_indication(one.rule.match, class_name) and one.is_due()]
            if not due:
                return None
            due[0].fired += 1
            effect = due[0].rule.effect
        return effect.mishap if isinstance(effect, IndicationFault) else None

    def vanished(self) -> frozenset[str]:
        """Return the namespaces, in lower case, that are missing where namespaces are listed."""
        if not self._counted:
            return frozenset()
        with self._lock:
            gone = [one for one in self._counted.values() if isinstance(one.rule.effect, Vanish) and not one.is_spent()]
            return frozenset((one.rule.match.namespace or "").strip("/").lower() for one in gone)

    def _free_id(self, taken: set[str]) -> str:
        return next(name for number in self._numbers if (name := f"fault-{number}") not in taken)

    def _matching(self, call: CallFacts) -> Iterator[_Counted]:
        for one in self._counted.values():
            if _concerns(one.rule, call):
                yield one


def _verdict(due: list[_Counted]) -> Verdict:
    delay, lose_contexts, outcome = 0.0, False, None
    fired = []
    for one in due:
        effect = one.rule.effect
        if isinstance(effect, Delay):
            delay += max(0.0, effect.seconds + one.chance.uniform(-effect.jitter, effect.jitter))
        elif isinstance(effect, LoseContexts):
            lose_contexts = True
        elif outcome is None:
            outcome = effect
        else:
            continue
        one.fired += 1
        fired.append(one.rule.id)
    return Verdict(delay, lose_contexts, outcome, tuple(fired)) if fired else HARMLESS


def _concerns(rule: Rule, call: CallFacts) -> bool:
    match = rule.match
    if isinstance(rule.effect, IndicationFault):
        return False
    names = {name.lower() for name in call.names}
    if isinstance(rule.effect, Empty) and not names & ENUMERATIONS:
        return False
    if not match.names_one_of(names):
        return False
    if match.namespace is not None and match.namespace.strip("/").lower() != call.namespace.strip("/").lower():
        return False
    return match.class_name is None or _names_class(match, match.class_name, call)


def _names_class(match: Match, class_name: str, call: CallFacts) -> bool:
    if call.class_name is None:
        return False
    return call.class_name.lower() == class_name.lower() or (match.subclasses and call.is_a(class_name))


def _concerns_indication(match: Match, class_name: str) -> bool:
    if match.class_name is None:
        return True
    wanted, found = match.class_name.lower(), class_name.lower()
    while found != wanted and match.subclasses and found in _INDICATION_PARENTS:
        found = _INDICATION_PARENTS[found]
    return found == wanted
