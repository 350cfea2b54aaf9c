"""Masking dialect 5: rows, each a path, taken as they are (`smis-mapping 3.1`)."""

import pytest
from structlog.testing import capture_logs

from vasa_cim.adapters.smis.masking import rows as rows_module

ONE, TWO = "port:1000000000000001", "port:1000000000000002"
WHOLE = ([ONE], ["1"], ["p1"])


@pytest.fixture
def paths(bare_estate):
    """An array of which rows alone say who sees what."""
    bare_estate.units.clear()
    bare_estate.saps.clear()
    bare_estate.say_rows(bare_estate.path_row())
    return bare_estate


def test_a_row_shows_one_volume_to_one_initiator_through_one_port(paths):
    assert paths.seen() == [WHOLE]
    plan = paths.masking.plan[0]
    assert ([str(one) for one in plan.dialects], [str(one) for one in plan.ports_by]) == (["rows"], ["rows"])
    assert [view.name for view in paths.read()] == ["v"]


def test_rows_of_a_full_view_are_one_view(paths):
    paths.say_rows(
        *(paths.path_row(who, what, port) for who in ("h1", "h2") for what in ("1", "2") for port in ("p1", "p2"))
    )
    assert paths.seen() == [([ONE, TWO], ["1", "2"], ["p1", "p2"])]


def test_rows_are_never_multiplied_out(paths):
    paths.say_rows(paths.path_row("h1", "1", "p1"), paths.path_row("h2", "2", "p2"), paths.path_row("h2", "1", "p1"))
    assert sorted(paths.seen()) == [([ONE, TWO], ["1"], ["p1"]), ([TWO], ["2"], ["p2"])]
    assert len({view.name for view in paths.read()}) == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"initiator": "gone"},
        {"volume": "gone"},
        {"volume": "3", "volume_system": "B"},
        {"endpoint": "gone"},
        {"APPrivilegeGranted": False},
        {"APPrivilegeGranted": "yes"},
        {"APActivities": (6,)},
        {"APActivities": ()},
        {"PCFUDeviceAccess": 4},
        {"SPCDeviceID": "gone"},
        {"SPCDeviceID": None},
        {"SPCSystemName": None},
        {"SHIDStorageID": "1000000000000002", "SHIDIDType": 2},
        {"SHIDStorageID": "1000000000000001", "SHIDIDType": 3},
    ],
)
def test_a_row_that_dangles_or_contradicts_shows_nothing(paths, changes):
    paths.say_rows(paths.path_row(**changes))
    assert paths.seen() == []


@pytest.mark.parametrize(
    "facts",
    [
        {"APPrivilegeGranted": None, "APActivities": None},
        {"SPCDeviceID": None, "SPCSystemName": None},
        {"SHIDStorageID": "10:00:00:00:00:00:00:01", "SHIDIDType": 2, "PCFUDeviceAccess": 2},
        {"SHIDStorageID": "1000000000000001"},
    ],
)
def test_what_a_row_does_not_say_does_not_count_against_it(paths, facts):
    paths.say_rows(paths.path_row(**facts))
    assert paths.seen() == [WHOLE]


def test_an_array_without_hardware_ids_tells_its_initiators_in_rows(paths):
    paths.hardware_ids.clear()
    paths.say_rows(paths.path_row(SHIDStorageID="IQN.x:1,i,0x1", SHIDIDType=5), paths.path_row("h2"))
    assert paths.seen() == [(["iscsi:iqn.x:1"], ["1"], ["p1"])]


def test_an_array_may_publish_rows_and_no_views(paths):
    node = paths.made.device("X_Node", "iqn.x:target")
    paths.controllers[:] = [paths.made.row(node, NameFormat=3)]
    paths.say_rows(paths.path_row(SPCDeviceID="group 1"), paths.path_row("h2", "2", SPCSystemName="B"))
    assert paths.seen() == [WHOLE]
    assert [view.name for view in paths.read()] == ["rows/group 1/A"]


def test_rows_had_another_class_name_once(paths):
    paths.say_rows()
    paths.say_rows(paths.path_row(), class_name="SNIA_MaskingMappingView")
    assert paths.seen() == [WHOLE]


def test_a_row_that_denies_takes_back_all_of_its_view(paths):
    paths.say_rows(paths.path_row("h1", "1"), paths.path_row("h1", "2", APPrivilegeGranted=False), paths.path_row("h2"))
    assert paths.seen() == [([TWO], ["1"], ["p1"])]


def test_what_one_row_or_a_unit_bars_no_other_opens(paths):
    paths.say_rows(paths.path_row("h1", "1"), paths.path_row("h1", "2"), paths.path_row("h2", "2", PCFUDeviceAccess=4))
    assert paths.seen() == [WHOLE]
    paths.units.append(paths.unit("v", "1", DeviceAccess=4))
    assert paths.seen() == []


def test_what_another_dialect_denies_rows_do_not_open(paths):
    paths.say_associated(paths.associated("h1", "v", PrivilegeGranted=False))
    assert paths.seen() == []


def test_rows_add_nothing_to_a_view_that_privileges_tell(estate):
    estate.say_rows(estate.path_row("h2", "2", "p2"))
    assert estate.seen() == [WHOLE]


def test_rows_that_only_repeat_privileges_are_read_once(estate):
    estate.volumes.remove("3")
    estate.controllers.append(estate.controller("idle"))
    estate.say_rows(estate.path_row())
    for asked in (True, False):
        assert estate.seen() == [WHOLE]
        assert ("CIM_MaskingMappingView" in estate.walk.connection.asked) is asked
    estate.controllers.append(estate.controller("new"))
    estate.read()
    assert "CIM_MaskingMappingView" in estate.walk.connection.asked


def test_rows_that_deny_are_read_in_each_round(estate):
    estate.volumes.remove("3")
    estate.controllers.append(estate.controller("idle"))
    estate.hardware_ids.append(estate.hardware_id("h3", "1000000000000003"))
    estate.subjects.append(estate.subject("priv", "h3"))
    estate.say_rows(estate.path_row(), estate.path_row("h3", APPrivilegeGranted=False))
    for _ in range(3):
        assert estate.seen() == [WHOLE]


def test_more_rows_than_can_be_read_show_nothing_and_say_so(paths, monkeypatch):
    monkeypatch.setattr(rows_module, "ROW_LIMIT", 2)
    paths.say_rows(*(paths.path_row(endpoint=port, volume=what) for port in ("p1", "p2") for what in ("1", "2")))
    with capture_logs() as lines:
        assert paths.seen() == []
    assert [line["kind"] for line in lines if line["log_level"] == "warning"] == ["masking rows in root/x"]
    assert paths.masking.plan[0].too_many_rows


def test_the_empty_name_in_a_row_opens_only_arrays_with_default_views(paths):
    paths.hardware_ids[0] = paths.hardware_id("h1", "")
    assert paths.seen() == []
    paths.masking_capabilities(SPCSupportsDefaultViews=True)
    assert paths.seen() == [("all", ["1"], ["p1"])]
