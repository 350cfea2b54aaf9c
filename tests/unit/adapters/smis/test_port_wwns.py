"""Where the WWNs of FC ports are found (`smis-mapping 2.3`)."""

import pytest

from vasa_cim.adapters.smis.port_wwns import device_wwn, endpoint_wwns, node_wwn

FIRST, SECOND = "5000973f00000001", "5000973f00000002"
FC_TARGET = {"ConnectionType": 2, "Role": 3}


@pytest.mark.parametrize(
    ("facts", "device", "wwn"),
    [
        ({"PermanentAddress": "50:00:97:3F:00:00:00:01", "NetworkAddresses": (SECOND,)}, SECOND, FIRST),
        ({"NetworkAddresses": ("010200", SECOND)}, FIRST, SECOND),
        ({}, FIRST.upper(), FIRST),
        ({"PermanentAddress": "", "NetworkAddresses": ()}, "port 1", None),
    ],
)
def test_a_device_tells_its_wwn_in_one_of_three_places(made, facts, device, wwn):
    assert device_wwn(made.row(made.device("X_FCPort", device), **facts)) == wwn


def targets(made, *names, **facts):
    rows = (made.row(made.endpoint(name), Name=name, **(FC_TARGET | facts)) for name in names)
    return {row.key: row for row in rows}


def implemented(made, device, endpoints):
    return [
        made.link("X_I", "Antecedent", made.device("X_FCPort", device), "Dependent", row.name)
        for row in endpoints.values()
    ]


def test_the_endpoint_on_a_device_tells_the_wwn_that_this_does_not(made, walk_over):
    endpoints = targets(made, SECOND, FIRST)
    walk = walk_over(DeviceSAPImplementation=implemented(made, "0", endpoints))
    device = made.row(made.device("X_FCPort", "0")).key
    assert endpoint_wwns(walk, {device}, endpoints) == {device: FIRST}
    other = made.row(made.device("X_FCPort", "1")).key
    assert endpoint_wwns(walk, {other}, endpoints) == {}


@pytest.mark.parametrize("facts", [{"Role": 2}, {"ConnectionType": 7}, {"Name": "fc 0"}])
def test_no_other_endpoint_does(made, walk_over, facts):
    row = made.row(made.endpoint("e"), **(FC_TARGET | {"Name": FIRST} | facts))
    endpoints = {row.key: row}
    walk = walk_over(DeviceSAPImplementation=implemented(made, "0", endpoints))
    assert endpoint_wwns(walk, {made.row(made.device("X_FCPort", "0")).key}, endpoints) == {}


def test_nobody_is_asked_where_every_device_tells_its_wwn(made, walk_over):
    walk = walk_over()
    assert endpoint_wwns(walk, set(), targets(made, FIRST)) == {}
    assert walk.connection.asked == []


def test_a_node_wwn_of_the_port_goes_before_none(made):
    row = made.row(made.device("X_FCPort", "0"), NodeWWN=str(0x5000973F00000002))
    assert node_wwn(row, None, None) == SECOND
    assert node_wwn(made.row(made.device("X_FCPort", "0")), None, None) is None
    assert node_wwn(None, None, None) is None
