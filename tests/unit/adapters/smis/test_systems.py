"""Arrays, their parts, and whose a device is."""

import pytest
from structlog.testing import capture_logs

from vasa_cim.adapters.smis.systems import read_systems
from vasa_cim.adapters.smis.text import plain_name
from vasa_cim.errors import SourceFailed


def component(made, whole, part):
    return made.link("X_C", "GroupComponent", made.system(whole), "PartComponent", made.system(part))


@pytest.fixture
def systems_of(made, walk_over):
    def make(names, parts=(), tops=("A",), **facts):
        rows = [made.row(made.system(each), Name=each, **facts.get(each, {})) for each in names]
        links = [component(made, *pair) for pair in parts]
        return read_systems(walk_over(ComputerSystem=rows, ComponentCS=links), tops)

    return make


def processors(systems, array="A"):
    return [one.name for one in systems.processors[array]]


def test_parts_in_all_tiers_are_processors(systems_of):
    systems = systems_of(["A", "B", "C", "D"], [("A", "B"), ("B", "C")])
    assert processors(systems) == ["B", "C"]
    assert systems.array_for("C") == "A"
    assert systems.array_for("D") is None


def test_parts_that_go_in_a_circle_or_dangle_do_no_harm(systems_of):
    assert processors(systems_of(["A", "B"], [("A", "B"), ("B", "A"), ("B", "gone")])) == ["B"]


def test_enclosures_and_file_servers_are_no_processors(systems_of):
    parts = [("A", name) for name in "BCDE"]
    facts = {"B": {"Dedicated": (31,)}, "C": {"Dedicated": (16,)}, "D": {"Dedicated": (15, 16)}, "E": {}}
    assert processors(systems_of(["A", "B", "C", "D", "E"], parts, **facts)) == ["D", "E"]


def test_separators_are_one_form(systems_of):
    assert plain_name("SYMMETRIX-+-0001-+-FA-1D") == "SYMMETRIX+0001+FA-1D"
    systems = systems_of(["S-+-1", "S-+-1-+-FA-1D"], tops=["S-+-1"])
    assert list(systems.arrays) == ["S+1"]
    assert processors(systems, "S+1") == ["S+1+FA-1D"]
    assert systems.system_for("S-+-1-+-FA-1D-+-4") == "S+1+FA-1D"
    assert systems.array_for("S+1+unknown") == "S+1"
    assert systems.array_for("S+12") is None
    assert systems.array_for(None) is None


def test_a_system_that_is_only_listed_is_no_array(systems_of):
    assert not systems_of(["A"], A={"EMCLocality": 3}).arrays
    assert systems_of(["A"], A={"EMCLocality": 2}).arrays


def test_a_top_that_the_namespace_does_not_have_is_no_array(systems_of):
    assert list(systems_of(["A"], tops=["A", "B"]).arrays) == ["A"]
    with pytest.raises(SourceFailed):
        systems_of(["A"], tops=["B"])


def test_several_arrays_keep_their_parts_apart(systems_of):
    systems = systems_of(["A", "B", "A1", "B1"], [("A", "A1"), ("B", "B1")], tops=["A", "B"])
    assert (processors(systems, "A"), processors(systems, "B")) == (["A1"], ["B1"])


def test_nulls_are_survived(made, walk_over):
    rows = [made.row(made.system("A")), made.row(made.name("X_System"))]
    system = read_systems(walk_over(ComputerSystem=rows), ["A"]).arrays["A"]
    assert (system.element_name, system.dedicated, system.labels) == (None, frozenset(), ())


def test_an_array_that_is_announced_but_not_there_is_left_out_with_a_line(systems_of):
    with capture_logs() as lines:
        assert list(systems_of(["A"], tops=("A", "gone")).arrays) == ["A"]
    assert [line["examples"] for line in lines if line["log_level"] == "warning"] == [["gone"]]


def test_hosts_among_the_parts_are_no_processors_but_nodes_that_say_nothing_else_are(systems_of):
    parts = [("A", "B"), ("A", "C")]
    assert processors(systems_of("ABC", parts, B={"Dedicated": (15,)}, C={"Dedicated": (0,)})) == ["B"]
    assert processors(systems_of("ABC", parts, B={"Dedicated": (0,)}, C={"Dedicated": (0,)})) == ["B", "C"]
    assert processors(systems_of("ABC", parts, B={"Dedicated": (5,)}, C={"Dedicated": ()})) == ["C"]


def test_of_systems_with_one_name_the_one_that_is_storage_counts(made, walk_over):
    rows = [made.row(made.system("A", kind), Dedicated=said) for kind, said in (("X_Host", (0,)), ("X_Array", (15,)))]
    for order in (rows, rows[::-1]):
        assert read_systems(walk_over(ComputerSystem=order), ["A"]).arrays["A"].class_name == "X_Array"


def test_processors_that_conform_to_the_profile_of_arrays_are_still_processors(systems_of):
    systems = systems_of(["A", "B", "A+1"], [("A", "B")], tops=["A", "B", "A+1"])
    assert list(systems.arrays) == ["A"]
    assert processors(systems) == ["A+1", "B"]


def test_the_partner_of_a_replication_is_left_out_with_a_line(systems_of):
    with capture_logs() as lines:
        systems = systems_of(["A", "B"], tops=["A", "B"], B={"EMCLocality": 3})
    assert list(systems.arrays) == ["A"]
    assert [line["examples"] for line in lines if line["log_level"] == "warning"] == [["B"]]


def test_members_of_a_redundancy_set_are_processors_where_there_are_no_others(made, walk_over):
    rows = [made.row(made.system(name)) for name in "AB"]
    walk = walk_over(ComputerSystem=rows, RedundancySet=[made.row(made.instance("R"))])
    answers = {"CIM_ConcreteIdentity": [made.instance("R")], "CIM_MemberOfCollection": [made.system("B")]}
    walk.connection.associator_names = lambda start, association, **_: answers[association]
    systems = read_systems(walk, ["A"])
    assert processors(systems) == ["B"]
    assert systems.array_for("B") == "A"


def test_a_system_may_say_itself_who_made_it(systems_of):
    facts = {"Manufacturer": " HP ", "Model": "HSV300", "FirmwareVersion": "10"}
    system = systems_of(["A"], A=facts).arrays["A"]
    assert (system.manufacturer, system.model, system.firmware) == ("HP", "HSV300", "10")


def test_processors_whose_association_is_turned_round_are_processors(systems_of):
    assert processors(systems_of(["A", "B", "C"], [("B", "A"), ("C", "A")])) == ["B", "C"]


def test_virtual_file_servers_of_a_top_are_no_arrays_but_those_of_nobody_are(made, walk_over):
    facts = {"A": (25,), "B": (16,), "C": (16,)}
    rows = [made.row(made.system(name), Dedicated=said) for name, said in facts.items()]
    hosted = made.link("X_H", "Antecedent", made.system("A"), "Dependent", made.system("B"))
    walk = walk_over(ComputerSystem=rows, HostedDependency=[hosted])
    assert list(read_systems(walk, ["A", "B", "C"]).arrays) == ["A", "C"]
    assert list(read_systems(walk_over(ComputerSystem=rows), ["B", "C"]).arrays) == ["B", "C"]
