"""A source over rounds of reading: discovery is kept until something is wrong with it."""

from types import SimpleNamespace

import pytest

from vasa_cim.adapters.smis import vocabulary as v
from vasa_cim.adapters.smis.finder import PATIENCE, ROUNDS_OF_A_DISCOVERY, Finder
from vasa_cim.adapters.smis.memory import Memory
from vasa_cim.adapters.smis.quirks import Quirks
from vasa_cim.adapters.smis.source import Round
from vasa_cim.adapters.smis.switches import Switches
from vasa_cim.cim.rows import ObjectName, Row
from vasa_cim.errors import SourceFailed, SourceUnreachable

BLOCK = (v.BLOCK_PROFILES, v.BLOCK_DEDICATIONS)


def system(name, namespace=None):
    return ObjectName("X_System", {"creationclassname": "X_System", "name": name}, namespace)


class HeldCimom:
    """A CIMOM in memory: `systems` and `profiles` by namespace, and which systems a profile name leads to."""

    def __init__(self):
        self.endpoint = SimpleNamespace(source="s", namespace=None)
        self.systems = {"root/x": {"A": (15,)}}
        self.profiles = {"interop": ["Array"]}
        self.conforming = {"Array": [system("A", "root/x")]}
        self.failure = None
        self.asked = []

    def _space(self, namespace, what):
        self.asked.append(what)
        if self.failure is not None:
            raise self.failure
        if namespace not in self.systems | self.profiles:
            raise SourceFailed(source="s", reason="no such namespace", status=3)

    def probe(self, namespace, class_name):
        self._space(namespace, "probe")
        if namespace not in self.profiles:
            raise SourceFailed(source="s", reason="no such class", status=5)

    def enumerate_instances(self, namespace, class_name, properties):
        self._space(namespace, class_name)
        if class_name == "CIM_RegisteredProfile":
            for name in self.profiles.get(namespace, ()):
                path = ObjectName("X_Profile", {"instanceid": f"SNIA:{name}"})
                facts = {"InstanceID": f"SNIA:{name}", "RegisteredName": name, "RegisteredOrganization": 11}
                yield Row(path, facts)
        elif class_name == "CIM_ComputerSystem":
            for name, dedicated in self.systems.get(namespace, {}).items():
                yield Row(system(name), {"Name": name, "Dedicated": dedicated})
        elif class_name == "CIM_Namespace":
            for name in self.systems:
                yield Row(ObjectName("CIM_Namespace", {"name": name}), {"Name": name})

    def enumerate_names(self, namespace, class_name):
        self._space(namespace, class_name)
        return iter(())

    def associator_names(self, start, association, *, role, result_role, result_class):
        self._space(start.namespace, association)
        return list(self.conforming.get(start.bindings["InstanceID"].removeprefix("SNIA:"), ()))


@pytest.fixture
def cimom():
    return HeldCimom()


@pytest.fixture
def rounds(cimom):
    """Return a function that begins a round, reads its systems, and returns the names of the arrays."""

    def make(memory=None, kinds=BLOCK):
        memory = memory or Memory("s")
        finder = Finder(memory)

        def begin():
            cimom.asked.clear()
            found = Round(cimom, finder, memory)
            return [(one.walk.namespace, list(one.systems.arrays)) for one in found.tables(*kinds)]

        begin.memory = memory
        return begin

    return make


def looked(cimom):
    return "CIM_RegisteredProfile" in cimom.asked


def test_discovery_is_done_once(cimom, rounds):
    begin = rounds()
    assert begin() == [("root/x", ["A"])]
    assert looked(cimom)
    assert begin() == [("root/x", ["A"])]
    assert cimom.asked == ["CIM_ComputerSystem", "CIM_ComponentCS", "CIM_RedundancySet"]


def test_discovery_is_done_anew_after_a_while(cimom, rounds):
    begin = rounds()
    times = [begin() and looked(cimom) for _ in range(ROUNDS_OF_A_DISCOVERY + 1)]
    assert times == [True, *[False] * (ROUNDS_OF_A_DISCOVERY - 1), True]


def test_a_new_system_is_a_reason_to_look_again(cimom, rounds):
    begin = rounds()
    begin()
    cimom.systems["root/x"]["B"] = (15,)
    cimom.conforming["Array"].append(system("B", "root/x"))
    assert begin() == [("root/x", ["A", "B"])]
    assert begin() == [("root/x", ["A", "B"])]
    assert not looked(cimom)


def test_a_failed_reading_is_a_reason_to_look_again(cimom, rounds):
    begin = rounds()
    begin()
    cimom.failure = SourceUnreachable(source="s", reason="cut")
    with pytest.raises(SourceUnreachable):
        begin()
    cimom.failure = None
    assert begin() == [("root/x", ["A"])]
    assert looked(cimom)


def test_an_array_may_move_to_another_namespace(cimom, rounds):
    begin = rounds()
    begin()
    cimom.systems = {"root/y": {"A": (15,)}}
    cimom.conforming["Array"] = [system("A", "root/y")]
    assert begin() == [("root/y", ["A"])]


def test_another_provider_may_have_its_profiles_elsewhere(cimom, rounds):
    begin = rounds()
    begin()
    cimom.profiles = {"root/PG_Interop": ["Array"]}
    assert begin() == [("root/x", ["A"])]
    assert not looked(cimom)
    begin.memory.had_trouble = True
    assert begin() == [("root/x", ["A"])]
    assert looked(cimom)


def test_an_array_that_is_gone_is_an_error_as_long_as_it_is_announced(cimom, rounds):
    begin = rounds()
    begin()
    del cimom.systems["root/x"]["A"]
    for _ in range(2):
        with pytest.raises(SourceFailed, match="none of its top systems"):
            begin()
        assert looked(cimom)


def test_profiles_that_are_away_for_a_moment_do_not_change_what_is_found(cimom, rounds):
    begin = rounds()
    begin()
    cimom.systems["root/x"] |= {"B": (15,)}
    cimom.profiles["interop"] = []
    for _ in range(PATIENCE - 1):
        with pytest.raises(SourceFailed, match="profiles do not lead"):
            begin()
    assert begin() == [("root/x", ["A", "B"])]


def test_a_source_without_arrays_is_an_error(cimom, rounds):
    cimom.conforming, cimom.systems = {}, {"root/x": {"host": (0,)}}
    with pytest.raises(SourceFailed, match="leads to an array"):
        rounds()()


def test_a_source_that_is_no_array_says_which_namespaces_it_lacks(cimom, rounds):
    cimom.profiles, cimom.systems = {}, {"root/other": {}}
    with pytest.raises(SourceFailed, match="root/PG_Interop"):
        rounds()()


@pytest.mark.parametrize(
    ("namespace", "memory"),
    [
        ("root/tpd", lambda: Memory("s")),
        ("root/own", lambda: Memory("s", switches=Switches(namespaces=("root/own",)))),
    ],
)
def test_without_an_interop_namespace_others_are_tried(cimom, rounds, namespace, memory):
    cimom.profiles, cimom.systems = {}, {namespace: {"A": (15,)}}
    begin = rounds(memory())
    assert begin() == [(namespace, ["A"])]
    used = [quirk.name for quirk in begin.memory.quirks.used()]
    assert ("published-namespaces" in used) == (namespace == "root/tpd")


def test_published_namespaces_can_be_switched_off(cimom, rounds):
    cimom.profiles, cimom.systems = {}, {"root/tpd": {"A": (15,)}}
    with pytest.raises(SourceFailed):
        rounds(Memory("s", quirks=Quirks({"published-namespaces": False})))()


def test_block_and_file_arrays_are_told_apart(cimom, rounds):
    cimom.profiles["interop"] = ["Array", "NAS Head"]
    cimom.systems = {"root/x": {"A": (15,)}, "root/y": {"N": (24,)}}
    cimom.conforming["NAS Head"] = [system("N", "root/y")]
    assert rounds()() == [("root/x", ["A"])]
    assert rounds(kinds=(v.FILE_PROFILES, v.FILE_DEDICATIONS))() == [("root/y", ["N"])]
