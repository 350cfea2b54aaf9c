"""Rules from plain mappings, and back."""

import pytest

from mock_cimom.faults import FaultRuleError, described, make_rule, read_rule
from mock_cimom.faults.reading import read_duration
from mock_cimom.faults.rule import CimStatus, Cut, Delay, Match, Rule, Truncate


def test_a_rule_has_its_defaults():
    assert read_rule({"cut": True}) == Rule(Match(), Cut())


def test_every_entry_is_read():
    values = {
        "id": "x.1", "operation": "GetInstance", "class": "CIM_Chassis", "subclasses": False, "namespace": "root/a",
        "nth": 2, "from": 3, "times": 4, "probability": 0.5, "seed": -1, "cim-status": "CIM_ERR_NOT_FOUND",
    }  # fmt: skip
    match = Match("GetInstance", "CIM_Chassis", False, "root/a", 2, 3, 4, 0.5, -1)
    assert read_rule(values) == Rule(match, CimStatus(6), "x.1")


EFFECTS = [
    {"delay": 2.0, "jitter": 0.5},
    {"cim-status": "CIM_ERR_FAILED", "description": "no"},
    {"http-status": 503},
    {"cut": True},
    {"truncate": "ended"},
    {"truncate": "cut"},
    {"wrong-charset": "header"},
    {"wrong-charset": "bytes"},
    {"empty": True},
    {"vanish": True, "namespace": "root/a"},
    {"lose-contexts": True},
    {"indication": "drop"},
    {"indication": "double"},
    {"indication": "reorder"},
    {"indication": "new-context"},
    {"delay": 1.0, "operation": "GetClass", "class": "A", "nth": 2, "from": 3, "times": 4, "probability": 0.25},
]


@pytest.mark.parametrize("values", EFFECTS, ids=str)
def test_what_is_described_is_what_was_read(values):
    rule = read_rule(values)
    assert read_rule(described(rule)) == rule
    assert {**values} == described(rule)


def test_keyword_arguments_are_entries():
    rule = make_rule(class_="CIM_Chassis", from_=2, truncate=True)
    assert rule == Rule(Match(class_name="CIM_Chassis", first=2), Truncate("ended"))
    assert make_rule(delay="250ms").effect == Delay(0.25)


@pytest.mark.parametrize(
    ("text", "seconds"), [("500ms", 0.5), ("2s", 2), ("1.5 m", 90), ("1h", 3600), ("3", 3), (4, 4), (0.5, 0.5)]
)
def test_durations(text, seconds):
    assert read_duration("delay", text) == seconds


WRONG = [
    ({}, None, "exactly one effect"),
    ({"cut": True, "delay": 1}, None, "not delay, cut"),
    ({"cut": False}, "cut", "must be true"),
    ({"cut": 1}, "cut", "must be true"),
    ({"colour": 1, "cut": True}, "colour", "no entry 'colour'"),
    ({"id": "a/b", "cut": True}, "id", "letters, digits"),
    ({"id": "", "cut": True}, "id", "letters, digits"),
    ({"operation": "Get Class", "cut": True}, "operation", "name of an operation"),
    ({"operation": 7, "cut": True}, "operation", "name of an operation"),
    ({"class": "CIM-Chassis", "cut": True}, "class", "name of a class"),
    ({"namespace": "a b", "cut": True}, "namespace", "name of a namespace"),
    ({"subclasses": "no", "cut": True}, "subclasses", "true or false"),
    ({"nth": 0, "cut": True}, "nth", "whole number from 1"),
    ({"nth": True, "cut": True}, "nth", "whole number"),
    ({"from": 1.5, "cut": True}, "from", "whole number"),
    ({"times": 0, "cut": True}, "times", "whole number from 1"),
    ({"probability": 0, "cut": True}, "probability", "above 0"),
    ({"probability": 1.1, "cut": True}, "probability", "at most 1"),
    ({"probability": float("nan"), "cut": True}, "probability", "above 0"),
    ({"seed": "x", "cut": True}, "seed", "whole number"),
    ({"delay": "2 parsecs"}, "delay", "duration"),
    ({"delay": -1}, "delay", "from 0 to"),
    ({"delay": 10**400}, "delay", "from 0 to"),
    ({"delay": float("inf")}, "delay", "from 0 to"),
    ({"delay": "99999h"}, "delay", "from 0 to"),
    ({"delay": 1, "jitter": "x"}, "jitter", "duration"),
    ({"cut": True, "jitter": 1}, "jitter", "goes with 'delay'"),
    ({"cut": True, "description": "x"}, "description", "goes with 'cim-status'"),
    ({"cim-status": "CIM_ERR_NOTHING"}, "cim-status", "CIM status"),
    ({"cim-status": 0}, "cim-status", "CIM status"),
    ({"cim-status": True}, "cim-status", "CIM status"),
    ({"cim-status": 1, "description": "a\nb"}, "description", "one line"),
    ({"http-status": 200}, "http-status", "from 400 to 599"),
    ({"http-status": "500"}, "http-status", "from 400 to 599"),
    ({"truncate": "half"}, "truncate", "one of ended, cut"),
    ({"truncate": False}, "truncate", "one of"),
    ({"wrong-charset": []}, "wrong-charset", "one of header, bytes"),
    ({"indication": "lose"}, "indication", "one of drop"),
    ({"vanish": True}, "vanish", "needs the 'namespace'"),
    ({"empty": True, "operation": "GetInstance"}, "empty", "enumerations only"),
    ({"operation": "Get[a-z]*", "cut": True}, "operation", "which may hold"),
    ({"indication": "drop", "operation": "GetClass"}, "operation", "no 'operation' to match"),
    ({"indication": "drop", "namespace": "root"}, "namespace", "no 'namespace' to match"),
]


@pytest.mark.parametrize(("values", "key", "reason"), WRONG, ids=[str(case[0]) for case in WRONG])
def test_a_mistake_is_a_sentence_about_its_entry(values, key, reason):
    with pytest.raises(FaultRuleError, match=reason) as caught:
        read_rule(values)
    assert caught.value.key == key
    assert "\n" not in str(caught.value)
