"""Which calls a rule fires at, and what becomes of several rules."""

import threading

import pytest

from mock_cimom.faults import CallFacts, FaultRuleError, FaultRules, make_rule
from mock_cimom.faults.rule import CimStatus, Cut, HttpStatus
from mock_cimom.faults.rules import MAX_RULES

ANCESTORS = {"mock_storagevolume": {"cim_storagevolume", "cim_storageextent"}}


def facts(*names, namespace="root/mockblock", class_name=None):
    def is_a(ancestor):
        return ancestor.lower() in ANCESTORS.get((class_name or "").lower(), set())

    return CallFacts(names or ("EnumerateInstances",), namespace, class_name, is_a)


def fires(calls=12, call=None, **values):
    """Return the numbers, from 1, of the calls at which a rule fires."""
    rules = FaultRules()
    rules.add(make_rule(cut=True, **values))
    return [number for number in range(1, calls + 1) if rules.judge(call or facts()).outcome == Cut()]


WHEN = [
    ("every call", {}, list(range(1, 13))),
    ("every third call", {"nth": 3}, [3, 6, 9, 12]),
    ("from the fifth call on", {"from_": 5}, list(range(5, 13))),
    ("every second call from the fifth on", {"from_": 5, "nth": 2}, [6, 8, 10, 12]),
    ("twice", {"times": 2}, [1, 2]),
    ("twice, every third call", {"times": 2, "nth": 3}, [3, 6]),
]


@pytest.mark.parametrize(("values", "expected"), [case[1:] for case in WHEN], ids=[case[0] for case in WHEN])
def test_a_rule_fires_at_the_calls_it_counts(values, expected):
    assert fires(**values) == expected


def test_chance_is_the_same_for_the_same_seed():
    first = fires(1000, probability=0.1, seed=1)
    assert first == fires(1000, probability=0.1, seed=1)
    assert first != fires(1000, probability=0.1, seed=2)
    assert 50 < len(first) < 160


MATCHES = [
    ("any call", {}, facts(), True),
    ("any operation", {"operation": "*"}, facts(), True),
    ("the operation, without case", {"operation": "enumerateinstances"}, facts(), True),
    ("a part of its name", {"operation": "*Instances"}, facts("OpenEnumerateInstances"), True),
    ("all of its name", {"operation": "*Instances"}, facts("Instances"), True),
    ("a part of another name", {"operation": "*Instances"}, facts("EnumerateInstanceNames"), False),
    ("another operation", {"operation": "GetClass"}, facts(), False),
    ("the namespace, without case and slashes", {"namespace": "/Root/mockblock/"}, facts(), True),
    ("another namespace", {"namespace": "interop"}, facts(), False),
    ("the class", {"class_": "mock_storagevolume"}, facts(class_name="MOCK_StorageVolume"), True),
    ("a superclass", {"class_": "CIM_StorageExtent"}, facts(class_name="MOCK_StorageVolume"), True),
    (
        "a superclass only itself",
        {"class_": "CIM_StorageExtent", "subclasses": False},
        facts(class_name="MOCK_StorageVolume"),
        False,
    ),
    ("another class", {"class_": "CIM_Chassis"}, facts(class_name="MOCK_StorageVolume"), False),
    ("a call without class", {"class_": "CIM_Chassis"}, facts(), False),
    ("a method by name", {"operation": "Reset"}, facts("Reset", "InvokeMethod"), True),
    ("any method", {"operation": "InvokeMethod"}, facts("Reset", "InvokeMethod"), True),
]


@pytest.mark.parametrize(("values", "call", "expected"), [case[1:] for case in MATCHES], ids=[c[0] for c in MATCHES])
def test_a_rule_concerns_the_calls_it_matches(values, call, expected):
    assert fires(1, call, **values) == ([1] if expected else [])


def test_calls_that_do_not_match_are_not_counted():
    rules = FaultRules()
    rules.add(make_rule(operation="GetClass", cut=True, nth=2))
    outcomes = [rules.judge(facts(name)).outcome for name in ("GetClass", "GetInstance", "GetInstance", "GetClass")]
    assert outcomes == [None, None, None, Cut()]


def test_delays_add_up_and_the_first_other_effect_wins():
    rules = FaultRules()
    for values in ({"delay": 1}, {"http_status": 500}, {"delay": 2}, {"cim_status": 1}, {"lose_contexts": True}):
        rules.add(make_rule(**values))
    verdict = rules.judge(facts())
    assert (verdict.delay, verdict.outcome, verdict.lose_contexts) == (3.0, HttpStatus(500), True)
    assert [(one.rule.id, one.matched, one.fired) for one in rules.listed()] == [
        ("fault-1", 1, 1), ("fault-2", 1, 1), ("fault-3", 1, 1), ("fault-4", 1, 0), ("fault-5", 1, 1),
    ]  # fmt: skip


def test_a_rule_that_is_spent_gives_way_to_the_next():
    rules = FaultRules()
    rules.add(make_rule(http_status=500, times=1))
    rules.add(make_rule(cim_status=1))
    outcomes = [rules.judge(facts()).outcome for _ in range(2)]
    assert outcomes == [HttpStatus(500), CimStatus(1)]


def test_jitter_varies_a_delay_both_ways_but_not_below_nothing():
    rules = FaultRules()
    rules.add(make_rule(delay="1s", jitter="500ms"))
    seen = [rules.judge(facts()).delay for _ in range(200)]
    assert min(seen) < 0.7 < 1.3 < max(seen)
    assert all(0.5 <= one <= 1.5 for one in seen)
    rules.clear()
    rules.add(make_rule(delay=0, jitter="1s"))
    assert min(rules.judge(facts()).delay for _ in range(100)) == 0.0


def test_only_enumerations_are_empty():
    assert fires_empty(facts("EnumerateInstances"))
    assert fires_empty(facts("PullInstancesWithPath"))
    assert not fires_empty(facts("GetInstance"))
    assert not fires_empty(facts("CreateInstance"))


def fires_empty(call):
    rules = FaultRules()
    rules.add(make_rule(empty=True))
    return rules.judge(call).outcome is not None


def test_indications_have_rules_of_their_own():
    rules = FaultRules()
    rules.add(make_rule(class_="CIM_InstModification", indication="drop", nth=2))
    rules.add(make_rule(class_="CIM_InstIndication", indication="double"))
    rules.add(make_rule(class_="CIM_AlertIndication", indication="reorder", times=1))
    assert rules.judge(facts()).outcome is None
    asked = ["CIM_InstModification"] * 2 + ["CIM_InstCreation"] + ["CIM_AlertIndication"] * 2 + ["X_Other"]
    assert [rules.indication_fault(one) for one in asked] == ["double", "drop", "double", "reorder", None, None]


def test_a_rule_about_a_superclass_of_indications_may_be_about_it_alone():
    rules = FaultRules()
    rules.add(make_rule(class_="CIM_Indication", subclasses=False, indication="drop"))
    assert rules.indication_fault("CIM_InstCreation") is None
    rules.add(make_rule(class_="CIM_Indication", indication="new-context"))
    assert rules.indication_fault("CIM_AlertIndication") == "new-context"


def test_namespaces_are_missing_as_long_as_their_rule_is_there_and_not_spent():
    rules = FaultRules()
    rules.add(make_rule(id="x", namespace="/root/A", vanish=True, times=1))
    assert rules.vanished() == {"root/a"}
    assert rules.judge(facts(namespace="root/a")).outcome is not None
    assert rules.vanished() == frozenset()


def test_ids_are_unique_and_several_rules_are_added_together_or_not_at_all():
    rules = FaultRules()
    rules.add(make_rule(id="fault-1", cut=True))
    assert rules.add(make_rule(cut=True)).id == "fault-2"
    with pytest.raises(FaultRuleError, match="'fault-1' already"):
        rules.add_all([make_rule(id="new", cut=True), make_rule(id="fault-1", cut=True)])
    with pytest.raises(FaultRuleError, match="at most"):
        rules.add_all([make_rule(cut=True)] * MAX_RULES)
    assert [one.rule.id for one in rules.listed()] == ["fault-1", "fault-2"]
    assert rules.remove("fault-1")
    assert not rules.remove("fault-1")
    assert rules.clear() == 1
    assert len(rules) == 0


def test_no_call_is_lost_between_threads():
    rules = FaultRules()
    rules.add(make_rule(cut=True, nth=2, times=1500))
    found = []

    def ask():
        found.extend(rules.judge(facts()).outcome for _ in range(1000))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert found.count(Cut()) == 1500
    assert rules.listed()[0].matched == 4000
