"""Ports, processors, arrays and volumes are taken down and up again."""

import pytest
import pywbem

from mock_cimom.estate.description import ArrayDescription

ENABLED, DISABLED, SHUT_DOWN, OFFLINE, TEST, REBOOT, RESET = 2, 3, 4, 6, 7, 10, 11
METHOD = "RequestStateChange"


def statuses(tiny, class_name):
    return [one["OperationalStatus"] for one in tiny.all(class_name)]


def test_a_port_goes_down_and_up(tiny):
    port = tiny.all("CIM_FCPort")[0]
    assert tiny.call(METHOD, port.path, RequestedState=DISABLED) == (0, {})
    found = tiny.get(port.path)
    assert (found["OperationalStatus"], found["EnabledState"], found["RequestedState"]) == ([10], 3, 3)
    assert sorted(statuses(tiny, "CIM_FCPort")) == [[2], [2], [2], [10]]
    assert tiny.seen() == [("changed", "MOCK_FCPort")]
    tiny.changes.clear()
    assert tiny.call(METHOD, port.path, RequestedState=ENABLED)[0] == 0
    assert tiny.get(port.path)["OperationalStatus"] == [2]
    assert tiny.seen() == [("changed", "MOCK_FCPort")]


def test_a_processor_takes_its_ports_along(tiny):
    processor = tiny.one("MOCK_StorageProcessor", ElementName="SP A")
    assert tiny.call(METHOD, processor.path, RequestedState=SHUT_DOWN)[0] == 0
    assert sorted(statuses(tiny, "CIM_FCPort")) == [[2], [2], [10], [10]]
    assert sorted(statuses(tiny, "CIM_EthernetPort")) == [[2], [10]]
    tiny.refuses(4097, METHOD, processor.path, RequestedState=REBOOT)
    assert tiny.call(METHOD, processor.path, RequestedState=ENABLED)[0] == 0
    assert statuses(tiny, "CIM_FCPort") == [[2]] * 4


@pytest.mark.parametrize("state", [REBOOT, RESET])
def test_a_reboot_is_seen_by_its_changes(tiny, state):
    processor = tiny.one("MOCK_StorageProcessor", ElementName="SP A")
    assert tiny.call(METHOD, processor.path, RequestedState=state)[0] == 0
    seen = [
        one.after.instance["OperationalStatus"]
        for one in tiny.changes
        if one.after.instance.classname == "MOCK_StorageProcessor"
    ]
    assert seen == [[9], [2]]
    assert len(tiny.changes) == 2 * (1 + 2 + 1)
    assert tiny.get(processor.path)["EnabledState"] == ENABLED


def test_an_array_takes_all_of_it_along(tiny):
    system = tiny.one("MOCK_StorageSystem")
    assert tiny.call(METHOD, system.path, RequestedState=DISABLED)[0] == 0
    assert statuses(tiny, "CIM_ComputerSystem") == [[10]] * 3
    assert statuses(tiny, "CIM_LogicalPort") == [[10]] * 6
    assert tiny.call(METHOD, system.path, RequestedState=ENABLED)[0] == 0
    assert statuses(tiny, "CIM_LogicalPort") == [[2]] * 6


def test_a_volume_goes_offline(tiny):
    assert tiny.call(METHOD, tiny.volume(1).path, RequestedState=OFFLINE)[0] == 0
    assert (tiny.volume(1)["OperationalStatus"], tiny.volume(1)["EnabledState"]) == ([10], OFFLINE)


def test_states_that_are_none(tiny):
    port = tiny.all("CIM_FCPort")[0].path
    for code, values in [
        (5, {}),
        (5, {"RequestedState": 5}),
        (5, {"RequestedState": 99}),
        (1, {"RequestedState": TEST}),
        (1, {"RequestedState": REBOOT}),
        (4098, {"RequestedState": DISABLED, "TimeoutPeriod": pywbem.CIMDateTime("00000000000100.000000:000")}),
    ]:
        tiny.refuses(code, METHOD, port, **values)
    zero = pywbem.CIMDateTime("00000000000000.000000:000")
    assert tiny.call(METHOD, port, RequestedState=DISABLED, TimeoutPeriod=zero)[0] == 0


def test_the_view_of_a_volume_repeats_its_state(served_from):
    served = served_from(ArrayDescription(views=True))
    assert served.call(METHOD, served.volume(1).path, RequestedState=OFFLINE)[0] == 0
    view = served.one("CIM_VolumeView", SVDeviceID="00001")
    assert view["SVOperationalStatus"] == [10]
