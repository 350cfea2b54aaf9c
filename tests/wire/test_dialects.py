"""One array in every dialect of masking and ports: what VASA shows is the same, byte for byte (`smis-mapping 3.1`)."""

from dataclasses import fields, replace

import pytest
import pywbem
from structlog.testing import capture_logs

import mock_cimom
from mock_cimom.estate import names
from mock_cimom.estate.description import ArrayDescription, EstateDescription, Masking, PortLink
from mock_cimom.estate.plan import plan_array
from vasa_cim.adapter import Reading, Source
from vasa_cim.adapters.block.adapter import BlockAdapter
from vasa_cim.adapters.block.initiator_set import InitiatorSet
from vasa_cim.adapters.smis.vocabulary import BLOCK_DEDICATIONS, BLOCK_PROFILES
from vasa_cim.framework.usage_filter import visible_inventory
from vasa_cim.model.inventory import Visible
from vasa_cim.model.usage_context import HostInitiator, UsageContext

REGULAR = ArrayDescription(volumes=60, hosts=6, iscsi_host_every=3)
IRREGULAR = replace(REGULAR, hosts=12, volumes=120, irregular=True)
"""With a cluster (a collection or nested groups), a shared volume, a default view, and a denial if it can be said."""

WAYS = [
    *((masking, ports, False) for masking in Masking for ports in PortLink),
    (Masking.GROUPS, PortLink.SAP, True),
]


def spoken(array, masking, ports, groups_only=False):
    return replace(array, masking=masking, ports=ports, groups_only=groups_only)


def read(description, **options):
    """Return the inventory of an estate, and how masking of each array was read."""
    with mock_cimom.running(estate=description) as cimom:
        source = Source(name="array", url=cimom.url, user=cimom.user, password=cimom.password, options=options)
        adapter = BlockAdapter(source)
        shared = {}
        try:
            inventory = adapter.read(Reading(shared=shared))
            tables = shared["smis"].tables(BLOCK_PROFILES, BLOCK_DEDICATIONS)
            return inventory, [plan for each in tables for plan in each.masking_plan]
        finally:
            adapter.close()


def contexts(description):
    """Return usage contexts by name: nobody, a stranger, each host, each initiator alone, and all at once."""
    hosts = {}
    for index, _ in enumerate(description.arrays, start=1):
        for view in plan_array(description, index).views:
            for initiator in view.initiators:
                if initiator.name:
                    kind = "iscsi_identifier" if initiator.iscsi else "port_wwn"
                    hosts.setdefault(view.name, {})[initiator] = HostInitiator(**{kind: initiator.name})
    found = {name: tuple(one.values()) for name, one in hosts.items()}
    every = tuple(dict.fromkeys(one for each in found.values() for one in each))
    found |= {f"only {one}": (one,) for one in every}
    stranger = HostInitiator(port_wwn=names.host_wwn(9999, 1))
    found |= {"empty": (), "everyone": every, "a stranger": (stranger,)}
    return {name: UsageContext(host_initiators=initiators) for name, initiators in found.items()}


def answers(inventory, usage):
    """Return everything that a session with this context could be told, as bytes."""
    reaches = [InitiatorSet(one).reach(inventory) for one in usage.host_initiators]
    visible = visible_inventory(inventory, usage, reaches)
    told = {one.name: getattr(visible, one.name) for one in fields(Visible) if one.name != "views"}
    told["luns_of_port"] = visible.luns_of_port
    return "\n".join(f"{name} {key} {value!r}" for name in told for key, value in told[name].items()).encode()


@pytest.fixture(scope="module")
def expected():
    """Return a function: the answers that an estate gives in dialect 1, by context."""
    known = {}

    def of(array):
        if array not in known:
            description = EstateDescription((spoken(array, Masking.PRIVILEGES, PortLink.SAP),) * 2)
            inventory, _ = read(description)
            known[array] = {name: answers(inventory, usage) for name, usage in contexts(description).items()}
        return known[array]

    return of


@pytest.mark.parametrize("array", [REGULAR, IRREGULAR], ids=["regular", "irregular"])
@pytest.mark.parametrize(
    "way", WAYS, ids=lambda way: f"{way[0].value}-{way[1].value}{'-groups-only' if way[2] else ''}"
)
def test_an_array_is_the_same_in_every_dialect(expected, array, way):
    description = EstateDescription((spoken(array, *way),) * 2)
    with capture_logs() as lines:
        inventory, plan = read(description)
    assert {name: answers(inventory, usage) for name, usage in contexts(description).items()} == expected(array)
    assert len(set(expected(array).values())) > len(plan_array(description, 1).views)
    assert [line for line in lines if line["event"] == "not shown"] == []
    dialect = {Masking.PRIVILEGES_AND_PORTS: "privileges", Masking.ROWS: "rows", Masking.GROUPS: "groups"}
    told = dialect.get(way[0], way[0].name.lower().replace("_", "-"))
    assert [[str(one) for one in each.dialects] for each in plan] == [[told], [told]]
    assert {str(each.state) for each in plan} == {"masked"}


@pytest.mark.parametrize("array", [REGULAR, IRREGULAR], ids=["regular", "irregular"])
def test_arrays_of_all_dialects_live_behind_one_cimom(array):
    ways = [(Masking.ROWS, PortLink.SAP), (Masking.GROUPS, PortLink.SAP, True), (Masking.PRIVILEGES, PortLink.PORT)]
    ways += [(Masking.ASSOCIATED_PRIVILEGES, PortLink.SAP), (Masking.GROUPS, PortLink.PORT)]
    mixed = EstateDescription(tuple(spoken(array, *way) for way in ways))
    plain = EstateDescription((spoken(array, Masking.PRIVILEGES, PortLink.SAP),) * len(ways))
    inventory, plan = read(mixed)
    reference, _ = read(plain)
    for usage in contexts(plain).values():
        assert answers(inventory, usage) == answers(reference, usage)
    told = [[str(one) for one in each.dialects] for each in plan]
    assert told == [["rows"], ["groups"], ["privileges"], ["associated-privileges"], ["groups"]]


@pytest.mark.parametrize("masking", Masking)
def test_servers_without_pulls_tell_the_same(expected, masking):
    description = EstateDescription((spoken(IRREGULAR, masking, PortLink.SAP),) * 2, pulls=False)
    inventory, _ = read(description)
    assert {name: answers(inventory, usage) for name, usage in contexts(description).items()} == expected(IRREGULAR)


@pytest.mark.parametrize("pulls", [True, False])
def test_more_rows_than_can_be_read_show_nobody_anything(monkeypatch, pulls):
    rows = EstateDescription((spoken(REGULAR, Masking.ROWS, PortLink.SAP),), pulls=pulls)
    monkeypatch.setattr("vasa_cim.adapters.smis.masking.rows.ROW_LIMIT", 50)
    with capture_logs() as lines:
        inventory, (plan,) = read(rows)
    assert (len(inventory.luns), inventory.views, plan.too_many_rows) == (60, (), True)
    assert [line["kind"] for line in lines if line["event"] == "not shown"] == ["masking rows in root/mockblock"]


def test_an_array_without_any_sign_of_masking_is_open_until_there_is_one():
    with mock_cimom.running(estate="tiny") as cimom:
        strip(cimom.connection)
        source = Source(name="array", url=cimom.url, user=cimom.user, password=cimom.password)
        stranger = contexts(cimom.description)["a stranger"]
        adapter = BlockAdapter(source)
        seen = []
        for change in (lambda: None, lambda: register(cimom.connection), lambda: strip(cimom.connection)):
            change()
            inventory = adapter.read(Reading())
            reach = InitiatorSet(stranger.host_initiators[0]).reach(inventory)
            visible = visible_inventory(inventory, stranger, [reach])
            seen.append((len(visible.luns), len(visible.ports)))
        adapter.close()
    assert seen == [(20, 6), (0, 0), (0, 0)]
    assert source.notes.get(f"masking/{names.array_name(1)}") == "masked"


MASKING = (
    "CIM_AuthorizedPrivilege",
    "CIM_StorageHardwareID",
    "CIM_ControllerConfigurationService",
    "CIM_StorageHardwareIDManagementService",
    "CIM_PrivilegeManagementService",
    "CIM_ProtocolControllerMaskingCapabilities",
)


def strip(connection):
    """Take everything of masking from an array, the claims too; volumes, controllers and units stay."""
    for class_name in MASKING:
        for path in connection.EnumerateInstanceNames(class_name, namespace="root/mockblock"):
            connection.DeleteInstance(path)
    for profile in connection.EnumerateInstances("CIM_RegisteredProfile", namespace="interop"):
        if "Masking" in profile["RegisteredName"]:
            connection.DeleteInstance(profile.path)


def register(connection):
    """Make an initiator known to the array, though it is let use nothing."""
    new = pywbem.CIMInstance(
        "MOCK_StorageHardwareID", {"InstanceID": "new", "StorageID": "1" * 16, "IDType": pywbem.Uint16(2)}
    )
    connection.CreateInstance(new, namespace="root/mockblock")
