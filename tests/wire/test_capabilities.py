"""Capabilities over the wire: derived alike on every node and after every restart, exactly one for each LUN."""

import contextlib
import json
import subprocess
import sys

import pytest
import pywbem

import mock_cimom
from mock_cimom.estate.description import ArrayDescription, EstateDescription
from vasa_cim.adapter import Reading, Source
from vasa_cim.adapters.block.adapter import BlockAdapter

BLOCK = "root/mockblock"
# What tuples were called when they were first published: ids and names that vCenters have in storage profiles.
PUBLISHED = {
    "VasaCim:StorageCapability:07f2587c854c8527": "SSD RAID-6 Thin",
    "VasaCim:StorageCapability:3fe626586c9400f5": "HDD RAID-10 Thick",
    "VasaCim:StorageCapability:b302dc58bade6674": "HDD RAID-5 Thin",
}
NODE = """
import json, sys
from vasa_cim.adapter import Reading, Source
from vasa_cim.adapters.block.adapter import BlockAdapter
url, user, password = sys.argv[1:]
adapter = BlockAdapter(Source(name="node", url=url, user=user, password=password))
found = adapter.read(Reading())
adapter.close()
print(json.dumps([sorted(found.capabilities), found.capability_of]))
"""


def read(cimom, **options):
    source = Source(name="array", url=cimom.url, user=cimom.user, password=cimom.password, options=options)
    with contextlib.closing(BlockAdapter(source)) as adapter:
        return adapter.read(Reading())


@pytest.fixture
def own():
    """A CIMOM of tiny size that a test may change."""
    with mock_cimom.running(estate="tiny") as cimom:
        cimom.connection.default_namespace = BLOCK
        yield cimom


def change(cimom, class_name, **values):
    """Change all instances of a class; None makes a property NULL."""
    for instance in cimom.connection.EnumerateInstances(class_name):
        for name, value in values.items():
            known = instance.properties.get(name)
            instance[name] = (
                value if known is None else pywbem.CIMProperty(name, value, type=known.type, is_array=known.is_array)
            )
        cimom.connection.ModifyInstance(instance, PropertyList=list(values))


def names(inventory):
    return {inventory.capabilities[one].capability_name for one in inventory.capability_of.values()}


def test_published_ids_stay(own):
    found = read(own)
    assert {one.unique_identifier: one.capability_name for one in found.capabilities.values()} == PUBLISHED
    assert set(found.capability_of) == set(found.luns)


def test_two_nodes_in_processes_of_their_own_derive_the_same_ids(own):
    command = [sys.executable, "-c", NODE, own.url, own.user, own.password]
    told = [subprocess.run(command, check=True, capture_output=True, text=True).stdout for _ in range(2)]
    first, second = (text.splitlines()[-1] for text in told)  # after the lines of the log
    assert first == second
    assert json.loads(first)[0] == sorted(PUBLISHED)


def test_ids_do_not_depend_on_the_order_in_which_pools_are_told(own):
    before = read(own)
    store = own.connection.cimrepository.get_instance_store(BLOCK)
    pools = [store.get(path) for path in own.connection.EnumerateInstanceNames("CIM_StoragePool")]
    for pool in pools:
        store.delete(pool.path)
    for pool in reversed(pools):
        store.create(pool.path, pool)
    after = read(own)
    assert (after.capabilities, after.capability_of) == (before.capabilities, before.capability_of)


def test_a_new_pool_changes_nothing_for_the_others():
    one = ArrayDescription()
    with mock_cimom.running(estate=EstateDescription((one,))) as cimom:
        before = read(cimom)
    with mock_cimom.running(estate=EstateDescription((one, one))) as cimom:
        after = read(cimom)
    assert before.capability_of.items() <= after.capability_of.items()
    assert before.capabilities == after.capabilities


def test_without_stated_media_settings_and_drives_tell_the_same(own):
    before = read(own)
    change(own, "CIM_StorageCapabilities", AvailableDiskType=None)
    assert read(own).capability_of == before.capability_of
    change(own, "CIM_StorageSetting", DiskType=None)
    found = read(own)
    assert names(found) == {"RAID-6 Thin", "RAID-10 Thick", "RAID-5 Thin"}  # two kinds of drives, and no telling which
    change(own, "CIM_DiskDrive", DiskType=pywbem.Uint16(3))
    assert names(read(own)) == {"SSD RAID-6 Thin", "SSD RAID-10 Thick", "SSD RAID-5 Thin"}


def test_a_lun_that_is_encrypted_compressed_or_a_remote_replica_says_so(own):
    for name, facts in {
        "Encrypted": ("CIM_StorageSetting", {"Encryption": pywbem.Uint16(2)}),
        "Reduced": ("CIM_StorageVolume", {"IsCompressed": True}),
        "Replicated": ("CIM_StorageVolume", {"Usage": pywbem.Uint16(7)}),
    }.items():
        change(own, facts[0], **facts[1])
        assert all(name in one.split() for one in names(read(own)))


def test_tiered_luns_are_not_for_storage_drs_unless_it_is_permitted(own):
    change(own, "CIM_StorageVolume", StorageTieringSelection=pywbem.Uint16(2))
    found = read(own)
    assert all("Tiered" in one.split() for one in names(found))
    assert not any(lun.drs_management_permitted for lun in found.luns.values())
    assert all(lun.drs_management_permitted for lun in read(own, drs="permit").luns.values())
