"""Arrays, their parts, and whose a device is."""

import pytest
from structlog.testing import capture_logs

from vasa_cim.adapters.smis.systems import plain_name, read_systems
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
