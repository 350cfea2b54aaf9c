"""The alerts of an array, as a subscriber to alerts gets them."""

import pytest

from mock_cimom.indications.lifecycle import model_path


@pytest.fixture
def alerts(world):
    world.subscribe("SELECT * FROM CIM_AlertIndication")
    return lambda: [one["MessageID"] for one in world.arrived()]


def left(world, *amounts):
    for amount in amounts:
        world.change(world.pool, RemainingManagedSpace=amount)


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        ([400, 201], []),
        ([200], ["DRM28"]),
        ([200, 100, 50], ["DRM28"]),
        ([0], ["DRM29"]),
        ([100, 0], ["DRM28", "DRM29"]),
        ([100, 201], ["DRM28", "DRM30"]),
        ([0, 500], ["DRM29", "DRM30"]),
        ([0, 100], ["DRM29", "DRM30", "DRM28"]),
    ],
)
def test_a_pool_tells_when_its_space_crosses_a_limit(world, alerts, amounts, expected):
    left(world, *amounts)
    assert alerts() == expected


def test_a_threshold_that_rises_above_what_is_left_counts_as_well(world, alerts):
    world.change(world.pool, LowSpaceWarningThreshold=50)
    assert alerts() == ["DRM28"]


def test_a_primordial_pool_is_given_away_and_raises_nothing(world, alerts):
    world.change(world.pool, Primordial=True)
    left(world, 0)
    assert alerts() == []


def test_what_a_space_alert_says(world, alerts):
    left(world, 100, 0, 500)
    found = {one["MessageID"]: one for one in world.arrived()}
    assert {name: (one["PerceivedSeverity"], one["ProbableCause"]) for name, one in found.items()} == {
        "DRM28": (4, 52),
        "DRM29": (5, 33),
        "DRM30": (2, 59),
    }
    for one in found.values():
        assert (one["OwningEntity"], one["AlertType"]) == ("SNIA", 5)
        assert one["MessageArguments"] == ["Pool", "pool1"]
        assert (one["AlertingManagedElement"], one["AlertingElementFormat"]) == (model_path(world.pool), 2)
        assert (one["SystemCreationClassName"], one["SystemName"]) == ("MOCK_StorageSystem", "MOCK+1")
        assert "pool1" in one["Message"]
        assert one["IndicationTime"] is not None


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([[6]], [("MOCK1", 5)]),
        ([[3]], [("MOCK1", 3)]),
        ([[3], [6], [2]], [("MOCK1", 3), ("MOCK1", 5), ("MOCK2", 2)]),
        ([[11], [2, 15]], []),
        ([[2, 13]], [("MOCK1", 5)]),
    ],
)
def test_a_port_tells_when_its_health_changes(world, alerts, states, expected):
    for state in states:
        world.change(world.port, OperationalStatus=state)
    found = world.arrived()
    assert [(one["MessageID"], one["PerceivedSeverity"]) for one in found] == expected
    for one in found:
        assert (one["OwningEntity"], one["AlertType"], one["SystemName"]) == ("MOCK", 5, "MOCK+1")
        assert one["AlertingManagedElement"] == model_path(world.port)
        assert one["MessageArguments"] == ["MOCK_FCPort", "FC0"]


def test_a_system_tells_it_too(world, alerts):
    (system,) = world.connection.EnumerateInstanceNames("MOCK_StorageSystem", "root/mockblock")
    world.change(system, OperationalStatus=[10])
    (alert,) = world.arrived()
    assert (alert["MessageID"], alert["SystemName"], alert["ProbableCause"]) == ("MOCK1", "MOCK+1", 16)


def test_a_volume_raises_no_alert(world, alerts):
    world.change(world.volume, OperationalStatus=[6])
    assert alerts() == []


def test_alerts_come_before_the_modification_that_raised_them_and_fit_narrow_filters(world):
    world.subscribe("SELECT * FROM CIM_Indication")
    world.subscribe("SELECT * FROM CIM_AlertIndication WHERE OwningEntity='SNIA' AND MessageID='DRM28'", "http://h:1")
    left(world, 100, 0)
    assert [one["MessageID"] for one in world.arrived("http://h:1")] == ["DRM28"]
    classes = [one.classname for one in world.arrived("http://127.0.0.1:5000")]
    assert classes == ["CIM_AlertIndication", "CIM_InstModification"] * 2
