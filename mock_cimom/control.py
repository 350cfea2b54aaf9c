"""The control path: fault rules of a running server, and what it has been doing, as JSON.

GET /control/status; GET, POST and DELETE /control/faults; DELETE /control/faults/ID.
"""

import json
from collections.abc import Callable
from typing import Any

from mock_cimom.cimom import Cimom
from mock_cimom.faults import FaultRuleError, Rule, RuleState, described, read_rule
from mock_cimom.http_answer import Answer

CONTROL_PATH = "/control"
FAULTS, STATUS = f"{CONTROL_PATH}/faults", f"{CONTROL_PATH}/status"
MAX_CONTROL_BYTES = 2**20
JSON_TYPE = "application/json"


class Control:
    """Answers requests to the control path of one CIMOM."""

    def __init__(self, cimom: Cimom) -> None:
        self._cimom = cimom

    def answer(self, method: str, path: str, content_type: str, body: bytes) -> Answer:
        """Answer one request of a user who may ask."""
        if path == STATUS:
            return _offered(method, {"GET": self._status})
        if path == FAULTS:
            return _offered(
                method, {"GET": self._list, "POST": lambda: self._add(content_type, body), "DELETE": self._clear}
            )
        rule_id = path.removeprefix(f"{FAULTS}/")
        if rule_id != path and rule_id:
            return _offered(method, {"DELETE": lambda: self._remove(rule_id)})
        return _error(404, "there is no such path below /control")

    def _status(self) -> Answer:
        cimom = self._cimom
        return _json(
            200,
            {
                "name": cimom.name,
                "uptime": round(cimom.calls.uptime(), 3),
                "open_contexts": len(cimom.contexts),
                "calls": cimom.calls.by_operation(),
                "faults": [_state(one) for one in cimom.faults.listed()],
            },
        )

    def _list(self) -> Answer:
        return _json(200, {"faults": [_state(one) for one in self._cimom.faults.listed()]})

    def _add(self, content_type: str, body: bytes) -> Answer:
        if content_type != JSON_TYPE:
            return _error(415, f"the Content-Type must be {JSON_TYPE}")
        try:
            added = self._cimom.faults.add_all(_rules(body))
        except FaultRuleError as error:
            return _error(400, str(error))
        return _json(201, {"faults": [described(one) for one in added]})

    def _clear(self) -> Answer:
        return _json(200, {"removed": self._cimom.faults.clear()})

    def _remove(self, rule_id: str) -> Answer:
        if not self._cimom.faults.remove(rule_id):
            return _error(404, f"there is no fault rule {rule_id[:80]!r}")
        return _json(200, {"removed": 1})


def _offered(method: str, answers: dict[str, Callable[[], Answer]]) -> Answer:
    if method in answers:
        return answers[method]()
    allowed = ", ".join(answers)
    done = _error(405, f"{method[:80]} is not offered here, only {allowed}")
    return Answer(done.status, done.body, {**done.headers, "Allow": allowed}, failure=done.failure)


def _rules(body: bytes) -> list[Rule]:
    """Return the rules in a body: one rule, or `faults` and a list of them. Raises FaultRuleError."""
    try:
        found = json.loads(body, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise FaultRuleError(f"the body is no JSON: {str(error)[:200]}") from error
    if not isinstance(found, dict):
        raise FaultRuleError("the body must be a rule, or 'faults' and a list of rules")
    if "faults" not in found:
        return [read_rule(found)]
    rules = found["faults"]
    if len(found) != 1 or not isinstance(rules, list) or not all(isinstance(one, dict) for one in rules):
        raise FaultRuleError("the body must be a rule, or 'faults' and a list of rules")
    return [read_rule(one) for one in rules]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise ValueError("an entry is given twice")
    return values


def _state(state: RuleState) -> dict[str, Any]:
    return {**described(state.rule), "matched": state.matched, "fired": state.fired}


def _json(status: int, value: dict[str, Any], failure: str = "") -> Answer:
    body = json.dumps(value, indent=2).encode() + b"\n"
    return Answer(status, body, {"Content-Type": JSON_TYPE}, failure=failure)


def _error(status: int, reason: str) -> Answer:
    return _json(status, {"error": reason}, reason)
