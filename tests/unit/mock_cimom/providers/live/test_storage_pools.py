"""Pools say what can be made in them; capabilities make settings."""

VOLUME, DISK, THIN = 3, 4, 5
MIB = 2**20


def test_a_pool_offers_a_range_of_sizes(tiny):
    thick, thin = tiny.pool(3), tiny.pool(1)
    for pool, kind, largest in (
        (thick, VOLUME, thick["RemainingManagedSpace"] // MIB * MIB),
        (thin, THIN, thin["TotalManagedSpace"]),
    ):
        sizes = {"MinimumVolumeSize": MIB, "MaximumVolumeSize": largest, "VolumeSizeDivisor": MIB}
        assert tiny.call("GetSupportedSizeRange", pool.path, ElementType=kind) == (0, sizes)
        assert tiny.call("GetSupportedSizeRange", pool.path) == (0, sizes)
        tiny.refuses(2, "GetSupportedSizes", pool.path, ElementType=kind)


def test_what_cannot_be_made_in_a_pool(tiny):
    for method in ("GetSupportedSizeRange", "GetSupportedSizes"):
        tiny.refuses(3, method, tiny.pool(3).path, ElementType=THIN)
        tiny.refuses(3, method, tiny.pool(1).path, ElementType=DISK)
        tiny.refuses(3, method, tiny.one("MOCK_PrimordialPool").path, ElementType=VOLUME)
    goal = tiny.one("CIM_StorageSetting", InstanceID=f"{tiny.pool(3)['InstanceID']}:setting")
    tiny.refuses(1, "GetSupportedSizeRange", tiny.pool(1).path, ElementType=THIN, Goal=goal)


def test_settings_are_made_of_capabilities(tiny):
    capabilities = tiny.one("CIM_StorageCapabilities", InstanceID=f"{tiny.pool(1)['InstanceID']}:capabilities")
    tiny.refuses(5, "CreateSetting", capabilities.path, SettingType=4)
    names = set()
    for kind in (2, 3):
        code, output = tiny.call("CreateSetting", capabilities.path, SettingType=kind)
        setting = tiny.get(output["NewSetting"])
        assert (code, setting["ChangeableType"]) == (0, 1)
        assert setting["DataRedundancyGoal"] == capabilities["DataRedundancyDefault"]
        assert setting["PackageRedundancyMax"] == capabilities["PackageRedundancyMax"]
        names.add(setting["InstanceID"])
    assert len(names) == 2
