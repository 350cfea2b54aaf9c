"""The inventory of block arrays, whatever their CIMOM says: sound, whole, and the same however rows are ordered."""

import copy
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from vasa_cim.adapters.block.mapping import block_inventory
from vasa_cim.adapters.smis.memory import Memory
from vasa_cim.adapters.smis.tables import Tables
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import ObjectName, Row
from vasa_cim.errors import SourceFailed
from vasa_cim.model.enums import EntityType
from vasa_cim.model.identifiers import entity_type_of

READ_AT = datetime(2026, 1, 1, tzinfo=UTC)
GIB = 2**30


def name(class_name, **keys):
    return ObjectName(class_name, {key.lower(): value for key, value in keys.items()})


def device(class_name, device_id):
    keys = {"SystemCreationClassName": "X_System", "SystemName": "A", "CreationClassName": class_name}
    return name(class_name, DeviceID=device_id, **keys)


def instance(class_name, instance_id):
    return name(class_name, InstanceID=instance_id)


def link(role, one, other_role, other, **values):
    return Row(name("X_Link", **{role: one, other_role: other}), values)


def an_estate():
    """Return the rows of one array by class: three volumes in two pools, each pool with capabilities and settings."""
    pools = [instance("X_Pool", f"p{n}") for n in (1, 2)]
    volumes = [device("X_Volume", str(n)) for n in (1, 2, 3)]
    capabilities = [instance("X_Capabilities", f"c{n}") for n in (1, 2)]
    setting = instance("X_Setting", "s")
    replicating = name("X_ReplicationService", CreationClassName="X_ReplicationService", Name="r", SystemName="A")
    replication = instance("X_ReplicationServiceCapabilities", "r")
    return {
        "CIM_ComputerSystem": [Row(name("X_System", CreationClassName="X_System", Name="A"), {"Dedicated": (3, 15)})],
        "CIM_StoragePool": [
            Row(pool, {"TotalManagedSpace": 8 * GIB, "RemainingManagedSpace": GIB, "Usage": 2, "Primordial": False})
            for pool in pools
        ],
        "CIM_StorageVolume": [
            Row(
                volume,
                {
                    "Name": f"6000097000019790004653303033423{n}", "NameFormat": 9, "NameNamespace": 2,
                    "ElementName": f"volume {n}", "BlockSize": 512, "NumberOfBlocks": 2**22, "ConsumableBlocks": 2**22,
                    "ThinlyProvisioned": True, "Usage": 2, "DataRedundancy": 1, "PackageRedundancy": 1,
                },
            )
            for n, volume in enumerate(volumes)
        ],
        "CIM_AllocatedFromStoragePool": [
            link("Antecedent", pools[n % 2], "Dependent", volume, SpaceConsumed=GIB, SpaceLimit=2 * GIB)
            for n, volume in enumerate(volumes)
        ],
        "CIM_StorageCapabilities": [
            Row(one, {"ElementType": 3, "AvailableDiskType": (n + 2,), "DataRedundancyDefault": 1,
                      "PackageRedundancyDefault": n + 1, "ParityLayoutDefault": 3})
            for n, one in enumerate(capabilities)
        ],
        "CIM_ElementCapabilities": [
            link("ManagedElement", element, "Capabilities", one)
            for element, one in zip((*pools, replicating), (*capabilities, replication), strict=True)
        ],
        "CIM_StorageSetting": [Row(setting, {"DiskType": 3, "Encryption": 2, "ThinProvisionedPoolType": 7})],
        "CIM_ElementSettingData": [
            link("ManagedElement", one, "SettingData", setting, IsCurrent=1) for one in volumes[:2]
        ],
        "CIM_StorageTier": [Row(instance("X_Tier", f"t{n}"), {"Technology": n}) for n in (3, 5)],
        "CIM_AssociatedElementTier": [
            link("GroupComponent", instance("X_Tier", f"t{n}"), "PartComponent", pools[0]) for n in (3, 5)
        ],
        "CIM_DiskDrive": [Row(device("X_Drive", "d"), {"DiskType": 2, "RPM": 7200})],
        "CIM_ConcreteComponent": [link("GroupComponent", pools[0], "PartComponent", volumes[0])],
        "CIM_ReplicationServiceCapabilities": [Row(replication, {"SupportedReplicationTypes": (4,)})],
        "CIM_StorageSynchronized": [link("SystemElement", volumes[0], "SyncedElement", volumes[1], SyncType=6)],
    }  # fmt: skip


class Held:
    """Answers from rows by class; what is not there is INVALID_CLASS."""

    def __init__(self, rows):
        self._rows = rows
        self.endpoint = SimpleNamespace(source="s")

    def enumerate_instances(self, namespace, class_name, properties):
        if class_name not in self._rows:
            raise SourceFailed(source="s", reason="CIM_ERR_INVALID_CLASS", status=5)
        for row in self._rows[class_name]:
            yield Row(row.name, {key: row[key] for key in properties if row[key] is not None})

    def enumerate_names(self, namespace, class_name):
        return (row.name for row in self.enumerate_instances(namespace, class_name, ()))


def inventory_of(rows):
    return block_inventory([Tables(Walk(Held(rows), "root/x", Memory("s")), ("A",), frozenset())], READ_AT)


def check(found):
    """Check what must hold of every inventory."""
    for mapping in (found.arrays, found.luns, found.capabilities, found.capability_of, found.pool_of):
        assert list(mapping) == sorted(mapping)
    assert set(found.capability_of) == set(found.luns)
    assert set(found.capability_of.values()) <= set(found.capabilities)
    assert set(found.pool_of) <= set(found.luns)
    assert {lun for luns in found.luns_of_array.values() for lun in luns} == set(found.luns)
    assert set(found.luns_of_array) <= set(found.arrays)
    for key, lun in found.luns.items():
        assert entity_type_of(key) is EntityType.LUN
        assert 0 <= lun.used_space_in_mb <= lun.capacity_in_mb < 2**43
        assert lun.display_name.strip()
        assert lun.esx_lun_identifier.partition(".")[0] in ("naa", "eui", "t10")
    for one in found.capabilities.values():
        assert one.capability_name
        assert one.capability_detail


def test_a_plain_array():
    found = inventory_of(an_estate())
    check(found)
    names = [found.capabilities[found.capability_of[lun]].capability_name for lun in found.luns]
    assert names == ["HDD RAID-5 Tiered Encrypted", "SSD RAID-6 Encrypted", "HDD RAID-5 Tiered"]
    assert [lun.drs_management_permitted for lun in found.luns.values()] == [False, True, False]


@pytest.mark.parametrize(("mode", "permitted"), [(5, False), (2, True)])
def test_a_lun_that_is_on_two_arrays_at_once_is_not_for_storage_drs(mode, permitted):
    rows = an_estate()
    ends = device("X_Volume", "2"), ObjectName("X_Volume", {"deviceid": "9", "systemname": "far away"})
    rows["CIM_StorageSynchronized"] = [link("SystemElement", ends[0], "SyncedElement", ends[1], SyncType=6, Mode=mode)]
    found = inventory_of(rows).luns
    assert [lun.drs_management_permitted for lun in found.values()] == [False, permitted, False]


CHANGED = tuple(one for one in an_estate() if one != "CIM_ComputerSystem")
ODD = st.one_of(
    st.none(),
    st.sampled_from(
        ["", " ", "\u00fc\u00df\u6f22", "\ufffd", "9" * 400, "0x6", "a,b;c/d:e+f", "naa.", "RAID 7", "RAID"]
    ),
    st.sampled_from([-1, 0, 1, 2, 3, 7, 99, 2**31, 2**63 - 1, 2**63, 2**64 - 1, -(2**63)]),
    st.sampled_from([True, False, 1.5, (), (None,), ("", None), (0, 99, -1), (True,)]),
)


@st.composite
def odd_estates(draw):
    """The array with some values replaced, rows dropped and doubled, and references that dangle."""
    rows = copy.deepcopy(an_estate())
    for _ in range(draw(st.integers(1, 12))):
        kind = draw(st.sampled_from(CHANGED))
        if not rows[kind]:
            continue
        at = draw(st.integers(0, len(rows[kind]) - 1))
        row = rows[kind][at]
        change = draw(st.sampled_from(["value", "value", "value", "value", "drop", "double", "dangle", "class"]))
        if change == "drop":
            del rows[kind][at]
        elif change == "double":
            rows[kind].append(row)
        elif change == "class":
            keys = {key: value for key, value in row.name.bindings.items() if key != "creationclassname"}
            rows[kind][at] = Row(ObjectName(row.name.class_name.upper(), keys), row._values)
        elif change == "dangle":
            keys = dict(row.name.bindings)
            role = draw(st.sampled_from(sorted(keys)))
            keys[role] = instance("X_Gone", "gone") if isinstance(keys[role], ObjectName) else draw(st.text(max_size=3))
            rows[kind][at] = Row(ObjectName(row.name.class_name, keys), row._values)
        elif row._values:
            name_of = draw(st.sampled_from(sorted(row._values)))
            rows[kind][at] = Row(row.name, {**row._values, name_of: draw(ODD)})
    return rows


@settings(max_examples=300, deadline=None)
@given(rows=odd_estates())
def test_whatever_a_cimom_says_the_inventory_is_sound(rows):
    with capture_logs():
        check(inventory_of(rows))


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_the_order_of_rows_does_not_matter(data):
    rows = an_estate()
    shuffled = {kind: data.draw(st.permutations(each)) for kind, each in rows.items()}
    assert inventory_of(shuffled) == inventory_of(rows)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"NumberOfBlocks": None, "ConsumableBlocks": None}, None),
        ({"NumberOfBlocks": 2**60}, None),
        ({"NumberOfBlocks": -1}, None),
        ({"BlockSize": 0}, None),
        ({"Name": "volume"}, None),
        ({"EMCSpaceConsumed": 2**50}, (2048, 2048)),
        ({"EMCSpaceConsumed": 2**64 - 1}, (2048, 1024)),
        ({"EMCSpaceConsumed": -5}, (2048, 1024)),
        ({"NumberOfBlocks": 0, "ConsumableBlocks": 0}, (0, 0)),
        ({"Usage": 4711, "ElementName": ""}, (2048, 1024)),
    ],
)
def test_a_volume_is_shown_with_what_is_sound_or_left_out_with_one_line(facts, expected):
    rows = an_estate()
    first = rows["CIM_StorageVolume"][0]
    rows["CIM_StorageVolume"][0] = Row(first.name, {**first._values, **facts})
    with capture_logs() as lines:
        found = inventory_of(rows)
    sizes = {key[-1]: (lun.capacity_in_mb, lun.used_space_in_mb) for key, lun in found.luns.items()}
    assert sizes.get("1") == expected
    assert {"2", "3"} <= set(sizes)
    told = [line["examples"] for line in lines if line["event"] == "not shown"]
    assert told == ([["1"]] if expected is None else [])
