"""Objects of a served namespace are found, changed and deleted; pools keep their sums."""

import pytest
import pywbem

from mock_cimom.providers.live import Live, SpaceError

GIB = 2**30


def test_there_is_no_such_namespace(tiny):
    with pytest.raises(KeyError):
        Live(tiny.connection.cimrepository, "root/none")


def test_objects_are_found_by_class_and_values(tiny):
    found = tiny.live.find("CIM_LogicalDevice", DeviceID="00003", ThinlyProvisioned=True)
    assert found["ElementName"] == "lun0003"
    assert tiny.live.find("CIM_LogicalDevice", DeviceID="00003", ThinlyProvisioned=False) is None
    assert tiny.live.find("CIM_NoSuchClass") is None


def test_what_is_not_there_is_none(tiny):
    gone = tiny.volume(1).path
    gone["DeviceID"] = "none"
    assert tiny.live.instance(gone) is None
    assert tiny.live.links(gone, "CIM_SystemDevice") == []


def test_associations_are_crossed_from_end_to_end(tiny):
    system, volume = tiny.one("MOCK_StorageSystem"), tiny.volume(1)
    assert tiny.live.across(volume.path, "CIM_SystemDevice", "PartComponent", "GroupComponent") == [system.path]
    assert tiny.live.across(volume.path, "CIM_SystemDevice", "GroupComponent", "PartComponent") == []
    assert tiny.live.across(volume.path, "CIM_Component", "partcomponent", "groupcomponent") == [system.path]


def test_properties_are_changed_in_one_change(tiny):
    volume = tiny.volume(1)
    tiny.live.modify(volume.path, ElementName="new", OperationalStatus=[10], ErrorDescription=None)
    (change,) = tiny.changes
    assert (change.before.instance["ElementName"], change.after.instance["ElementName"]) == ("lun0001", "new")
    assert tiny.get(volume.path)["OperationalStatus"] == [10]
    assert type(tiny.get(volume.path)["OperationalStatus"][0]) is pywbem.Uint16


def test_what_stays_as_it_is_is_no_change(tiny):
    tiny.live.modify(tiny.volume(1).path, ElementName="lun0001", OperationalStatus=[2])
    assert tiny.changes == []


def test_only_declared_properties_of_what_is_there_are_changed(tiny):
    with pytest.raises(KeyError):
        tiny.live.modify(tiny.volume(1).path, Colour="red")
    gone = tiny.volume(1).path
    gone["DeviceID"] = "none"
    with pytest.raises(KeyError):
        tiny.live.modify(gone, ElementName="new")
    assert tiny.changes == []


def test_an_object_goes_after_its_associations_in_all_namespaces(tiny):
    system = tiny.one("MOCK_StorageSystem")
    tiny.live.delete(system.path)
    kinds = tiny.seen()
    assert kinds[-1] == ("deleted", "MOCK_StorageSystem")
    assert ("deleted", "CIM_ElementConformsToProfile") in kinds
    assert {one.space.name for one in tiny.changes} == {"root/mockblock", "interop"}
    tiny.check()


def test_a_deleted_object_gives_back_what_it_took(tiny):
    before, volume = tiny.pool(1)["RemainingManagedSpace"], tiny.volume(1)
    (allocation,) = tiny.live.allocations(volume.path)
    pool = allocation["Antecedent"].copy()
    left = tiny.live.remaining(pool)
    tiny.live.delete(volume.path)
    assert tiny.live.remaining(pool) == left + allocation["SpaceConsumed"]
    assert pool == tiny.pool(1).path or tiny.pool(1)["RemainingManagedSpace"] == before
    tiny.check()


def test_a_pool_gives_no_more_than_it_has(tiny):
    pool = tiny.pool(3)
    left = tiny.live.remaining(pool.path)
    state = tiny.state()
    with pytest.raises(SpaceError, match=f"{left + 1} bytes are more than the {left}"):
        tiny.live.take(pool.path, left + 1)
    with pytest.raises(SpaceError):
        tiny.live.reallocate(tiny.live.allocations(tiny.volume(5).path)[0], left + 100 * GIB)
    assert tiny.state() == state
    tiny.live.reallocate(tiny.live.allocations(tiny.volume(5).path)[0], GIB)
    tiny.check()
