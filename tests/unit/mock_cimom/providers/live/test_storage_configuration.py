"""Volumes are made, resized and returned; whatever is refused changes nothing."""

from dataclasses import replace

import pytest
import pywbem

from mock_cimom.estate.description import ArrayDescription, Settings
from mock_cimom.estate.volume_names import RULES

SERVICE = "CIM_StorageConfigurationService"
MAKE = "CreateOrModifyElementFromStoragePool"
MIB, GIB = 2**20, 2**30
THICK, THIN, FULL = 2, 5, 7


@pytest.fixture
def thin_pool(tiny):
    return tiny.pool(1)


@pytest.fixture
def thick_pool(tiny):
    return tiny.pool(3)


def refuses(tiny, code, method=MAKE, **values):
    """Call a method of the service that is to be refused; return its output."""
    return tiny.refuses(code, method, SERVICE, **values)


def test_a_thin_volume_takes_nothing_at_first(tiny, thin_pool):
    code, output = tiny.call(MAKE, SERVICE, ElementType=THIN, InPool=thin_pool, Size=5 * GIB)
    assert (code, output["Size"]) == (0, 5 * GIB)
    volume = tiny.get(output["TheElement"])
    assert (volume["DeviceID"], volume["Name"]) == ("00015", f"60000970{1:012X}{21:012X}")
    assert (volume["ThinlyProvisioned"], volume["NumberOfBlocks"] * volume["BlockSize"]) == (True, 5 * GIB)
    (allocation,) = tiny.live.allocations(volume.path)
    assert (allocation["SpaceConsumed"], allocation["SpaceLimit"], allocation["SpaceLimitWarningThreshold"]) == (
        0,
        5 * GIB,
        80,
    )
    assert tiny.pool(1)["RemainingManagedSpace"] == thin_pool["RemainingManagedSpace"]
    tiny.check()


def test_a_thick_volume_takes_all_of_its_size(tiny, thick_pool):
    for kind in (THICK, FULL):
        code, output = tiny.call(MAKE, SERVICE, ElementType=kind, InPool=thick_pool, Size=GIB, ElementName="db")
        assert code == 0
        assert tiny.get(output["TheElement"])["ElementName"] == "db"
        assert tiny.get(output["TheElement"])["ThinlyProvisioned"] is False
    assert tiny.pool(3)["RemainingManagedSpace"] == thick_pool["RemainingManagedSpace"] - 2 * GIB
    tiny.check()


@pytest.mark.parametrize("naa", RULES)
@pytest.mark.parametrize("settings", Settings)
def test_a_new_volume_is_like_a_planned_one(served_from, naa, settings):
    counts = replace(ArrayDescription(), volumes=6, hosts=0, naa=naa, settings=settings, thick_every=3)
    wanted = served_from(replace(counts, volumes=8))
    served = served_from(counts)
    for number in (7, 8):
        model = wanted.volume(number)
        (allocation,) = wanted.live.allocations(model.path)
        pool = served.one("CIM_StoragePool", InstanceID=allocation["Antecedent"]["InstanceID"])
        size = int(model["NumberOfBlocks"] * model["BlockSize"])
        code, output = served.call(MAKE, SERVICE, ElementType=THIN, InPool=pool, Size=size)
        assert code == 0
        made = served.get(output["TheElement"])
        assert dict(made.properties) == dict(model.properties)
        assert links(served, made) == links(wanted, model)
        (setting,) = settings_of(served, made) or [None]
        assert setting is None or dict(setting.properties) == dict(settings_of(wanted, model)[0].properties)
    served.check()


def links(served, volume):
    """Return the associations of a volume, but for what it consumes."""
    found = served.connection.References(volume.path)
    return sorted(
        (one.classname, sorted((name, str(value)) for name, value in one.items() if name != "SpaceConsumed"))
        for one in found
    )


def settings_of(served, volume):
    return served.connection.Associators(volume.path, AssocClass="CIM_ElementSettingData")


def test_an_array_without_volumes_gets_its_first(served_from):
    served = served_from(replace(ArrayDescription(), volumes=0, hosts=0))
    code, output = served.call(MAKE, SERVICE, ElementType=THIN, InPool=served.pool(1), Size=GIB)
    assert (code, output["TheElement"]["DeviceID"]) == (0, "00001")
    assert served.get(output["TheElement"])["Name"] == f"60000970{1:012X}{1:012X}"
    served.check()


def test_exactly_these_changes_are_seen(tiny, thick_pool):
    _, output = tiny.call(MAKE, SERVICE, ElementType=THICK, InPool=thick_pool, Size=GIB)
    assert tiny.seen() == [
        ("created", "MOCK_StorageVolume"),
        ("created", "CIM_SystemDevice"),
        ("changed", "MOCK_StoragePool"),
        ("created", "CIM_AllocatedFromStoragePool"),
        ("created", "CIM_ElementSettingData"),
    ]
    tiny.changes.clear()
    tiny.call(MAKE, SERVICE, TheElement=output["TheElement"], Size=2 * GIB)
    assert tiny.seen() == [
        ("changed", "MOCK_StoragePool"),
        ("changed", "CIM_AllocatedFromStoragePool"),
        ("changed", "MOCK_StorageVolume"),
    ]
    tiny.changes.clear()
    tiny.call("ReturnToStoragePool", SERVICE, TheElement=output["TheElement"])
    seen = tiny.seen()
    assert seen[-1] == ("deleted", "MOCK_StorageVolume")
    assert sorted(seen[:-1]) == [
        ("changed", "MOCK_StoragePool"),
        ("deleted", "CIM_AllocatedFromStoragePool"),
        ("deleted", "CIM_ElementSettingData"),
        ("deleted", "CIM_SystemDevice"),
    ]


def test_sizes_are_whole_mebibytes(tiny, thin_pool):
    code, output = tiny.call(MAKE, SERVICE, ElementType=THIN, InPool=thin_pool, Size=GIB + 1)
    assert (code, output["Size"]) == (0, GIB + MIB)
    volume = tiny.get(output["TheElement"])
    assert volume["NumberOfBlocks"] * volume["BlockSize"] == GIB + MIB


def test_a_size_that_is_not_there_is_answered_by_the_nearest(tiny, thin_pool, thick_pool):
    largest = thick_pool["RemainingManagedSpace"] // MIB * MIB
    assert refuses(tiny, 4097, ElementType=THICK, InPool=thick_pool, Size=largest + 1) == {"Size": largest}
    assert refuses(tiny, 4097, ElementType=THIN, InPool=thin_pool, Size=thin_pool["TotalManagedSpace"] + 1) == {
        "Size": thin_pool["TotalManagedSpace"]
    }
    assert refuses(tiny, 4097, ElementType=THICK, InPool=thick_pool, Size=0) == {"Size": MIB}
    assert tiny.call(MAKE, SERVICE, ElementType=THICK, InPool=thick_pool, Size=largest)[0] == 0
    assert refuses(tiny, 4097, ElementType=THICK, InPool=thick_pool, Size=GIB) == {"Size": 0}


def test_what_makes_no_sense_is_an_invalid_parameter(tiny, thin_pool, thick_pool):
    good = {"ElementType": THIN, "InPool": thin_pool, "Size": GIB}
    for wrong in (
        {"Size": None},
        {"InPool": None},
        {"InPool": tiny.volume(1)},
        {"InPool": tiny.one("MOCK_PrimordialPool")},
        {"InPool": thick_pool},
        {"ElementType": THICK},
        {"ElementType": 4},
        {"ElementName": " "},
        {"Goal": thin_pool},
        {"TheElement": thin_pool},
        {"TheElement": tiny.volume(1)},
    ):
        assert refuses(tiny, 5, **good | wrong) == {}, wrong


def test_a_goal_the_pool_cannot_meet_is_invalid(tiny, thin_pool):
    own, other = (
        tiny.one("CIM_StorageSetting", InstanceID=f"{pool['InstanceID']}:setting") for pool in (thin_pool, tiny.pool(3))
    )
    refuses(tiny, 5, ElementType=THIN, InPool=thin_pool, Size=GIB, Goal=other)
    code, output = tiny.call(MAKE, SERVICE, ElementType=THIN, InPool=thin_pool, Size=GIB, Goal=own)
    assert code == 0
    (setting,) = settings_of(tiny, tiny.get(output["TheElement"]))
    assert setting["InstanceID"] == own["InstanceID"]


def test_a_goal_can_reserve_space_in_a_thin_pool(tiny, thin_pool):
    capabilities = tiny.one("CIM_StorageCapabilities", InstanceID=f"{thin_pool['InstanceID']}:capabilities")
    code, output = tiny.call("CreateSetting", capabilities.path, SettingType=3)
    assert code == 0
    goal = tiny.get(output["NewSetting"])
    goal["ThinProvisionedInitialReserve"] = pywbem.Uint64(3 * GIB)
    tiny.connection.ModifyInstance(goal)
    _, output = tiny.call(MAKE, SERVICE, ElementType=THIN, InPool=thin_pool, Size=5 * GIB, Goal=goal)
    assert tiny.live.allocations(output["TheElement"])[0]["SpaceConsumed"] == 3 * GIB
    assert tiny.pool(1)["RemainingManagedSpace"] == thin_pool["RemainingManagedSpace"] - 3 * GIB
    _, output = tiny.call(MAKE, SERVICE, ElementType=THIN, InPool=thin_pool, Size=GIB, Goal=goal)
    assert tiny.live.allocations(output["TheElement"])[0]["SpaceConsumed"] == GIB
    tiny.check()


def test_a_volume_grows_and_has_a_new_name(tiny):
    volume = tiny.volume(5)
    (allocation,) = tiny.live.allocations(volume.path)
    left = tiny.live.remaining(allocation["Antecedent"])
    size = int(volume["NumberOfBlocks"] * volume["BlockSize"])
    code, output = tiny.call(MAKE, SERVICE, TheElement=volume, Size=size + GIB, ElementName="grown", ElementType=THICK)
    assert (code, output["Size"], output["TheElement"]) == (0, size + GIB, volume.path)
    assert tiny.volume(5)["ElementName"] == "grown"
    assert tiny.volume(5)["NumberOfBlocks"] == tiny.volume(5)["ConsumableBlocks"] == (size + GIB) // 512
    assert tiny.live.remaining(allocation["Antecedent"]) == left - GIB
    tiny.check()


def test_a_thin_volume_that_grows_takes_nothing(tiny):
    volume = tiny.volume(1)
    (before,) = tiny.live.allocations(volume.path)
    assert tiny.call(MAKE, SERVICE, TheElement=volume, Size=500 * GIB)[0] == 0
    (after,) = tiny.live.allocations(volume.path)
    assert (after["SpaceConsumed"], after["SpaceLimit"]) == (before["SpaceConsumed"], 500 * GIB)
    tiny.check()


def test_a_change_that_cannot_be_made_changes_nothing(tiny):
    volume = tiny.volume(5)
    size = int(volume["NumberOfBlocks"] * volume["BlockSize"])
    (allocation,) = tiny.live.allocations(volume.path)
    left = tiny.live.remaining(allocation["Antecedent"])
    assert refuses(tiny, 4097, TheElement=volume, Size=size - GIB, ElementName="x") == {"Size": size}
    assert refuses(tiny, 4097, TheElement=volume, Size=size + left + GIB, ElementName="x") == {
        "Size": (size + left) // MIB * MIB
    }
    refuses(tiny, 5, TheElement=volume, Size=size, ElementType=THIN)
    other = tiny.one("CIM_StorageSetting", InstanceID=f"{tiny.pool(1)['InstanceID']}:setting")
    refuses(tiny, 1, TheElement=volume, Goal=other)


def test_a_returned_volume_is_gone_and_its_space_back(tiny):
    volume = tiny.volume(20)
    (allocation,) = tiny.live.allocations(volume.path)
    left = tiny.live.remaining(allocation["Antecedent"])
    assert tiny.call("ReturnToStoragePool", SERVICE, TheElement=volume) == (0, {})
    assert tiny.live.instance(volume.path) is None
    assert tiny.live.remaining(allocation["Antecedent"]) == left + allocation["SpaceConsumed"]
    assert tiny.connection.ReferenceNames(volume.path) == []
    tiny.check()


def test_an_exposed_volume_is_in_use(tiny):
    refuses(tiny, 6, "ReturnToStoragePool", TheElement=tiny.volume(1))
    refuses(tiny, 6, "ReturnElementsToStoragePool", TheElements=[tiny.volume(20), tiny.volume(1)])
    refuses(tiny, 5, "ReturnToStoragePool", TheElement=tiny.pool(1))
    refuses(tiny, 5, "ReturnToStoragePool")


def test_settings_of_its_own_go_with_a_volume(served_from):
    served = served_from(replace(ArrayDescription(), volumes=6, hosts=0, settings=Settings.VOLUME))
    assert served.call("ReturnToStoragePool", SERVICE, TheElement=served.volume(2))[0] == 0
    assert len(served.all("CIM_StorageSetting")) == 5
    served.check()


def test_several_volumes_are_made_and_returned_at_once(tiny, thin_pool):
    names = ["a", "b", "c"]
    code, output = tiny.call(
        "CreateElementsFromStoragePools", SERVICE,
        ElementNames=names, ElementCount=3, ElementType=THIN, Size=GIB, InPools=[thin_pool, tiny.pool(2)],
    )  # fmt: skip
    assert (code, output["Size"]) == (0, GIB)
    made = [tiny.get(path) for path in output["TheElements"]]
    assert [one["ElementName"] for one in made] == names
    pools = [tiny.live.allocations(one.path)[0]["Antecedent"]["InstanceID"][-5:] for one in made]
    assert pools == ["pool1", "pool2", "pool1"]
    gone = made[0].path.copy()
    gone["DeviceID"] = "none"
    refuses(tiny, 5, "ReturnElementsToStoragePool", TheElements=[made[0], gone], Options=3)
    code, _ = tiny.call("ReturnElementsToStoragePool", SERVICE, TheElements=[*made, gone], Options=2)
    assert code == 0
    assert len(tiny.all("CIM_StorageVolume")) == 20
    tiny.check()


def test_several_volumes_are_made_or_none(tiny, thin_pool, thick_pool):
    several = "CreateElementsFromStoragePools"
    half = thick_pool["RemainingManagedSpace"] // 2 // MIB * MIB
    fits = {"ElementType": THICK, "Size": half, "InPools": [thick_pool, thick_pool]}
    refuses(tiny, 4097, several, **fits, ElementCount=3)
    refuses(tiny, 5, several, **fits, ElementCount=0)
    refuses(tiny, 5, several, **fits, ElementCount=2, ElementNames=["one"])
    refuses(tiny, 5, several, ElementType=THIN, Size=GIB, InPools=[])
    refuses(tiny, 5, several, Size=GIB, InPools=[thin_pool, thick_pool])
    assert tiny.call(several, SERVICE, **fits, ElementCount=2)[0] == 0
    tiny.check()


def test_only_empty_pools_are_deleted(tiny, served_from):
    refuses(tiny, 6, "DeleteStoragePool", Pool=tiny.pool(1))
    refuses(tiny, 5, "DeleteStoragePool", Pool=tiny.one("MOCK_PrimordialPool"))
    empty = served_from(replace(ArrayDescription(), volumes=0, hosts=0))
    before = empty.one("MOCK_PrimordialPool")["RemainingManagedSpace"]
    assert empty.call("DeleteStoragePool", SERVICE, Pool=empty.pool(2)) == (0, {})
    assert empty.one("MOCK_PrimordialPool")["RemainingManagedSpace"] > before
    assert len(empty.all("CIM_StoragePool")) == 3
    assert not [one for one in empty.all("CIM_Capabilities") if ":pool2:" in one["InstanceID"]]
    empty.check()
