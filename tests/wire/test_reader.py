"""The reader and the mock CIMOM: pulled or not, the rows are the same."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

import mock_cimom
from mock_cimom.estate.description import ArrayDescription, EstateDescription
from vasa_cim.adapter import Reading, Source
from vasa_cim.adapters.block.adapter import BlockAdapter
from vasa_cim.cim.connection import Connection
from vasa_cim.cim.endpoint import endpoint_of
from vasa_cim.errors import SourceFailed

SPACE = "root/mockblock"
ESTATE = EstateDescription((ArrayDescription(volumes=230, hosts=30),))
PROPERTIES = ("DeviceID", "Name", "NumberOfBlocks", "OperationalStatus", "ThinlyProvisioned")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MODES = ("off", "on", "auto")


@pytest.fixture(scope="module")
def cimom():
    with mock_cimom.running(estate=ESTATE) as running:
        yield running


@pytest.fixture
def connect():
    """Return a function that connects to a CIMOM with these options."""
    opened = []

    def make(cimom, **options):
        opened.append(Connection(endpoint_of(source_of(cimom, **options))))
        return opened[-1]

    yield make
    for each in opened:
        each.close()


def source_of(cimom, **options):
    return Source(name="s", url=cimom.url, user=cimom.user, password=cimom.password, options=options)


@pytest.mark.parametrize("class_name", ["CIM_StorageVolume", "CIM_ComputerSystem", "CIM_StorageHardwareID"])
def test_instances_are_the_same_pulled_or_not(cimom, connect, class_name):
    found = [
        [repr(row) for row in connect(cimom, pull=mode).enumerate_instances(SPACE, class_name, PROPERTIES)]
        for mode in MODES
    ]
    assert len(found[0]) > 1
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize("association", ["CIM_ProtocolControllerForUnit", "CIM_AuthorizedTarget", "CIM_ComponentCS"])
def test_association_names_are_the_same_pulled_or_not(cimom, connect, association):
    found = [[repr(name) for name in connect(cimom, pull=mode).enumerate_names(SPACE, association)] for mode in MODES]
    assert len(found[0]) > 1
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize(("size", "requests"), [(100, 3), (200, 2), (230, 1), (250, 1)])
def test_as_many_objects_are_pulled_at_once_as_configured(cimom, connect, size, requests):
    connection = connect(cimom, pull_size=size)
    assert len(list(connection.enumerate_instances(SPACE, "CIM_StorageVolume", PROPERTIES))) == 230
    assert connection.requests == requests


def test_what_is_left_in_the_middle_is_closed_at_the_server(cimom, connect):
    connection = connect(cimom)
    rows = connection.enumerate_instances(SPACE, "CIM_StorageVolume", PROPERTIES)
    next(rows)
    rows.close()
    assert connection.requests == 2


def test_a_context_that_the_server_forgets_fails_the_reading(connect):
    with mock_cimom.running(estate=ESTATE) as cimom:
        cimom.inject(operation="PullInstancesWithPath", cim_status="CIM_ERR_INVALID_ENUMERATION_CONTEXT")
        connection = connect(cimom)
        with pytest.raises(SourceFailed, match="INVALID_ENUMERATION_CONTEXT"):
            list(connection.enumerate_instances(SPACE, "CIM_StorageVolume", PROPERTIES))


def test_an_inventory_is_the_same_with_pulls_and_on_a_server_without_them():
    inventories, requests = [], []
    for pulls in (True, False):
        with mock_cimom.running(estate=replace(ESTATE, pulls=pulls)) as cimom:
            adapter = BlockAdapter(source_of(cimom), lambda: NOON)
            inventories.append(repr(adapter.read(Reading())))
            first = adapter.requests
            adapter.read(Reading())
            requests.append((first, adapter.requests - first))
            adapter.close()
    assert inventories[0] == inventories[1]
    assert requests[1][0] <= 33, "one to learn that there are no pulls"
    assert requests[1][1] <= requests[1][0] - 1, "which is learned once"
