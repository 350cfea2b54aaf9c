"""Arrays of every kind and dialect show what their plan says, in the shape of the SMI-S model (smis-mapping 9)."""

from collections import Counter
from dataclasses import replace

import pytest

from mock_cimom.estate.description import (
    ESTATES,
    SMALLEST,
    ArrayDescription,
    EstateDescription,
    Kind,
    Masking,
    PortLink,
    Settings,
)
from mock_cimom.estate.plan import plan_array
from mock_cimom.estate.pool_kinds import FEW_POOLS, FILLED_POOLS
from mock_cimom.estate.volume_names import RULES
from mock_cimom.estate_loader import load_estate

REGULAR = ArrayDescription(volumes=40, hosts=4)
IRREGULAR = replace(SMALLEST[Kind.BLOCK], volumes=60, hosts=12)
ESTATES_TO_LOAD = {
    "tiny": ESTATES["tiny"],
    "small": ESTATES["small"],
    "mixed": ESTATES["mixed"],
    "nas head": EstateDescription((SMALLEST[Kind.NAS_HEAD],)),
    "all kinds": EstateDescription(tuple(SMALLEST.values())),
    "everything": EstateDescription(
        (replace(IRREGULAR, statistics=True, views=True, settings=Settings.VOLUME, separator="-+-"),)
    ),
    "nothing": EstateDescription((replace(REGULAR, volumes=0, hosts=0, settings=Settings.NONE),)),
    "one iscsi port": EstateDescription(
        (replace(REGULAR, processors=1, fc_ports_per_processor=0, iscsi_host_every=1, hosts=1),)
    ),
    "groups only": EstateDescription((replace(IRREGULAR, masking=Masking.GROUPS, groups_only=True),)),
    **{
        f"masking {one.value} by {ports.value}": EstateDescription((replace(IRREGULAR, masking=one, ports=ports),))
        for one in Masking
        for ports in PortLink
    },
    **{f"naa {rule}": EstateDescription((replace(REGULAR, naa=rule, views=True),)) for rule in RULES},
    "several dialects": EstateDescription(tuple(replace(REGULAR, masking=masking) for masking in Masking)),
}  # fmt: skip


@pytest.fixture(scope="module", params=ESTATES_TO_LOAD.values(), ids=ESTATES_TO_LOAD)
def loaded(request):
    """An estate: its description and the repository that holds it."""
    return request.param, load_estate(request.param).cimrepository


def instances(repository, namespaces=None):
    for name in namespaces or repository.namespaces:
        yield from ((name, one) for one in repository.get_instance_store(name).iter_values(copy=False))


def test_every_reference_resolves(loaded):
    _, repository = loaded
    dangling = [
        (str(instance.path), prop.name)
        for _, instance in instances(repository)
        for prop in instance.properties.values()
        if prop.type == "reference"
        and not repository.get_instance_store(prop.value.namespace).object_exists(prop.value)
    ]
    assert dangling == []


def test_associations_stay_in_their_namespace_but_for_conformance(loaded):
    _, repository = loaded
    crossing = {
        instance.classname
        for name, instance in instances(repository)
        for prop in instance.properties.values()
        if prop.type == "reference" and prop.value.namespace != name
    }
    assert crossing == {"CIM_ElementConformsToProfile"}


def test_every_pool_adds_up_the_primordial_one_too(loaded):
    description, repository = loaded
    consumed = Counter()
    pools = {}
    for name, instance in instances(repository, description.namespaces):
        if "SpaceConsumed" in instance:
            consumed[name, instance["Antecedent"]["InstanceID"]] += instance["SpaceConsumed"]
        if "TotalManagedSpace" in instance:
            pools[name, instance["InstanceID"]] = instance
    with_pools = [array for array in description.arrays if array.kind.has_pools]
    assert len(pools) == sum(len(array.pool_kinds) + 1 for array in with_pools)
    for key, pool in pools.items():
        assert pool["TotalManagedSpace"] == pool["RemainingManagedSpace"] + consumed[key]


def test_values_stay_inside_their_value_maps(loaded):
    _, repository = loaded
    checked = {}
    for name, instance in instances(repository):
        declared = repository.get_class_store(name).get(instance.classname, copy=False).properties
        for prop in instance.properties.values():
            value_map = declared[prop.name].qualifiers.get("ValueMap")
            if value_map is None or not prop.type.startswith("uint") or prop.value is None:
                continue
            for value in prop.value if prop.is_array else [prop.value]:
                checked.setdefault((instance.classname, prop.name, int(value)), value_map.value)
    wrong = [key for key, value_map in checked.items() if not _allowed(key[2], value_map)]
    assert wrong == []


def _allowed(value, value_map):
    for entry in value_map:
        low, dots, high = entry.partition("..")
        if dots and (not low or value >= int(low, 0)) and (not high or value <= int(high, 0)):
            return True
        if not dots and value == int(entry, 0):
            return True
    return False


def test_keys_and_required_properties_have_values(loaded):
    _, repository = loaded
    empty = set()
    for name, instance in instances(repository):
        for declared in repository.get_class_store(name).get(instance.classname, copy=False).properties.values():
            needed = "Key" in declared.qualifiers or "Required" in declared.qualifiers
            if needed and instance.get(declared.name) is None:
                empty.add((instance.classname, declared.name))
    assert empty == set()


@pytest.mark.parametrize("name", ["tiny", "small", "mixed", "everything"])
def test_two_loads_are_equal(name):
    first, second = (load_estate(ESTATES_TO_LOAD[name]).cimrepository for _ in range(2))
    assert list(first.namespaces) == list(second.namespaces)
    for one, other in zip(instances(first), instances(second), strict=True):
        assert one == other


def test_another_seed_changes_no_name():
    first, second = (
        load_estate(replace(ESTATES["small"], seed=seed)).cimrepository.get_instance_store("root/mockblock")
        for seed in (1, 2)
    )
    associations = ("cim_allocated", "cim_elementsetting", "cim_protocolcontrollerforunit")
    paths = [
        {str(path) for path in store.iter_names() if not path.classname.lower().startswith(associations)}
        for store in (first, second)
    ]
    assert paths[0] == paths[1]


def count(estate):
    repository = load_estate(estate).cimrepository
    return sum(repository.get_instance_store(name).len() for name in estate.namespaces)


# What 9.5 counts. A view's initiators have a client setting each; volumes share the setting of their pool.
GROWTH = {
    "a volume without setting": (replace(REGULAR, hosts=0, settings=Settings.NONE), {"volumes": 41}, 3),
    "a volume with a shared setting": (replace(REGULAR, hosts=0), {"volumes": 41}, 4),
    "a volume with its setting": (replace(REGULAR, hosts=0, settings=Settings.VOLUME), {"volumes": 41}, 5),
    "statistics": (replace(REGULAR, hosts=0), {"statistics": True}, 40 * 3 + 2),
    "volume views": (replace(REGULAR, hosts=0), {"views": True}, 40 * 2),
    # View, its device and dependency, privilege, its target; ID, its subject, dependency and setting; ports; LUNs.
    "a view in dialect 1": (replace(REGULAR, luns_per_view=5), {"hosts": 5}, 5 + 2 * 4 + 2 + 5),
    "a view in dialect 4": (
        replace(REGULAR, luns_per_view=5, masking=Masking.PRIVILEGES_AND_PORTS), {"hosts": 5}, 5 + 2 * 4 + 2 + 5,
    ),
    "a view in dialect 2": (
        replace(REGULAR, luns_per_view=5, masking=Masking.ASSOCIATED_PRIVILEGES), {"hosts": 5}, 3 + 2 * 4 + 2 + 5,
    ),
    # Three groups with two associations each, their members, and the ports and LUNs of the view itself.
    "a view in dialect 3": (
        replace(REGULAR, luns_per_view=5, masking=Masking.GROUPS), {"hosts": 5},
        3 + 2 * 3 + 3 * 3 + (2 + 2 + 5) + 2 + 5,
    ),
    "a view of groups only": (
        replace(REGULAR, luns_per_view=5, masking=Masking.GROUPS, groups_only=True), {"hosts": 5},
        3 + 2 * 3 + 3 * 3 + (2 + 2 + 5),
    ),
    "a view in dialect 5": (
        replace(REGULAR, luns_per_view=5, masking=Masking.ROWS), {"hosts": 5}, 3 + 2 * 3 + 2 * 2 * 5,
    ),
    "FC ports of two processors": (replace(REGULAR, hosts=0), {"fc_ports_per_processor": 3}, 2 * 5),
    "iSCSI ports of two processors": (replace(REGULAR, hosts=0), {"iscsi_ports_per_processor": 2}, 2 * 14),
    "drives": (replace(REGULAR, hosts=0), {"drives_per_pool": 5}, 3 * 8),
}  # fmt: skip


@pytest.mark.parametrize(("array", "change", "more"), GROWTH.values(), ids=GROWTH)
def test_an_estate_grows_as_the_model_says(array, change, more):
    # An odd host has two FC initiators and comes in through one FC port of each of two processors. Conformance of
    # ports, drives and services to component profiles is counted apart.
    before, after = (EstateDescription((one,)) for one in (array, replace(array, **change)))
    assert _without_conformance(after) - _without_conformance(before) == more


def _without_conformance(estate):
    repository = load_estate(estate).cimrepository
    found = instances(repository, estate.namespaces)
    return sum(instance.classname != "CIM_ElementConformsToProfile" for _, instance in found)


def test_irregular_volumes_say_what_is_wrong_with_them():
    estate = EstateDescription((SMALLEST[Kind.BLOCK],))
    connection = load_estate(estate)
    found = {one["DeviceID"]: one for one in connection.EnumerateInstances("CIM_StorageVolume", "root/mockblock")}
    for volume in plan_array(estate, 1).volumes:
        shown = found[f"{volume.index:05X}"]
        assert tuple(shown["OperationalStatus"]) == volume.condition.operational_status
        assert shown["HealthState"] == volume.condition.health_state
    assert sum(one["OperationalStatus"] != [2] or one["HealthState"] != 5 for one in found.values()) == 5


@pytest.mark.parametrize(
    ("kind", "dedicated", "name"),
    [
        (Kind.BLOCK, {3, 15}, "MOCK+000000000001"),
        (Kind.NAS, {25, 16}, "MOCKNAS+1"),
        (Kind.NAS_HEAD, {24, 16}, "MOCKNAS+1"),
        (Kind.UNIFIED, {3, 15, 25}, "MOCK+000000000001"),
    ],
)
def test_a_top_system_says_what_it_is_dedicated_to(kind, dedicated, name):
    connection = load_estate(EstateDescription((SMALLEST[kind],)))
    (top,) = connection.EnumerateInstances("MOCK_StorageSystem", kind.namespace)
    assert set(top["Dedicated"]) == dedicated
    assert top["Name"] == name
    (product,) = connection.EnumerateInstances("CIM_Product", kind.namespace)
    (chassis,) = connection.EnumerateInstances("CIM_Chassis", kind.namespace)
    assert (product["Name"], chassis["Tag"]) == (chassis["Model"], name)


@pytest.mark.parametrize("kind", [Kind.NAS, Kind.NAS_HEAD])
def test_a_nas_has_no_blocks(kind):
    connection = load_estate(EstateDescription((SMALLEST[kind],)))
    absent = (
        "CIM_FCPort",
        "CIM_iSCSIProtocolEndpoint",
        "CIM_SCSIProtocolController",
        "CIM_ControllerConfigurationService",
    )
    assert [name for name in absent if connection.EnumerateInstanceNames(name, "root/mocknas")] == []
    pools = connection.EnumerateInstanceNames("CIM_StoragePool", "root/mocknas")
    drives = connection.EnumerateInstanceNames("CIM_DiskDrive", "root/mocknas")
    expected = len(FEW_POOLS + FILLED_POOLS) if kind is Kind.NAS else 0
    assert len(pools) == (expected + 1 if expected else 0)
    assert len(drives) == expected * 4


def test_names_with_the_longer_separator_are_so_everywhere():
    connection = load_estate(EstateDescription((replace(REGULAR, separator="-+-"),)))
    short = [
        str(path)
        for path in connection.cimrepository.get_instance_store("root/mockblock").iter_names()
        if "MOCK+" in str(path) or "+SP_" in str(path).replace("-+-SP_", "")
    ]
    assert short == []
