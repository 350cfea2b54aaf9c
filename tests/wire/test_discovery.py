"""An array is found and read alike, whatever its CIMOM lacks or lists otherwise (`smis-mapping 1.2`, `2.2`)."""

import contextlib
import copy

import pytest
import pywbem

import mock_cimom
from vasa_cim.adapter import Reading, Source
from vasa_cim.adapters.block.adapter import BlockAdapter
from vasa_cim.errors import SourceError, SourceFailed, SourceRefused

BLOCK, INTEROP = "root/mockblock", "interop"
TOP = "MOCK+000000000001"


def adapter_to(cimom, **options):
    return BlockAdapter(Source(name="s", url=cimom.url, user=cimom.user, password=cimom.password, options=options))


def read(cimom, **options):
    """Return what an adapter reads, and in how many requests."""
    with contextlib.closing(adapter_to(cimom, **options)) as adapter:
        return adapter.read(Reading()), adapter.requests


@pytest.fixture(scope="module")
def whole():
    """What is read of the array as it is, and in how many requests."""
    with mock_cimom.running(estate="tiny") as cimom:
        return read(cimom)


@pytest.fixture
def cimom():
    with mock_cimom.running(estate="tiny") as running:
        yield running


def same(found, whole):
    """Return whether two inventories differ in nothing but their time."""
    return vars(found) | {"read_at": None} == {name: vars(whole)[name] for name in vars(found)} | {"read_at": None}


def delete(cimom, class_name, namespace):
    """Delete the instances of a class below the server's providers, in this namespace only."""
    store = cimom.connection.cimrepository.get_instance_store(namespace)
    for path in cimom.connection.EnumerateInstanceNames(class_name, namespace=namespace):
        store.delete(path)


def instances(cimom, class_name, namespace):
    return cimom.connection.EnumerateInstances(class_name, namespace=namespace)


def change(cimom, instance, **values):
    for name, value in values.items():
        instance.properties[name].value = value
    cimom.connection.ModifyInstance(instance, PropertyList=list(values))


def add_system(cimom, name, dedicated, class_name="CIM_ComputerSystem", namespace=BLOCK):
    properties = {"CreationClassName": class_name, "Name": name}
    instance = pywbem.CIMInstance(class_name, properties)
    instance["Dedicated"] = pywbem.CIMProperty("Dedicated", dedicated, type="uint16", is_array=True)
    instance.path = pywbem.CIMInstanceName(class_name, dict(properties), namespace=namespace)
    cimom.connection.add_cimobjects([instance], namespace=namespace)
    return instance.path


# --- what CIMOMs lack ---


def no_profiles(cimom):
    delete(cimom, "CIM_RegisteredProfile", INTEROP)


def no_list_of_namespaces(cimom):
    delete(cimom, "CIM_Namespace", INTEROP)


def association_only_beside_the_systems(cimom):
    delete(cimom, "CIM_ElementConformsToProfile", INTEROP)


def association_only_in_interop(cimom):
    delete(cimom, "CIM_ElementConformsToProfile", BLOCK)


def no_association_at_all(cimom):
    association_only_beside_the_systems(cimom)
    association_only_in_interop(cimom)


def profiles_of_dmtf(cimom):
    for profile in instances(cimom, "CIM_RegisteredProfile", INTEROP):
        change(cimom, profile, RegisteredOrganization=pywbem.Uint16(2))


def profiles_misspelled(cimom):
    names = {"Array": "  ARRAYS ", "Masking and Mapping": "Masking_and_Mapping"}
    for profile in instances(cimom, "CIM_RegisteredProfile", INTEROP):
        if profile["RegisteredName"] in names:
            change(cimom, profile, RegisteredName=names[profile["RegisteredName"]])


def hosts_and_switches_among_the_systems(cimom):
    for name, dedicated in (("host1", [0]), ("switch1", [5]), (f"{TOP}+host", [0]), ("host2", None), ("nas", [16])):
        add_system(cimom, name, dedicated)


def no_profiles_and_hosts_and_switches(cimom):
    hosts_and_switches_among_the_systems(cimom)
    no_profiles(cimom)


def parts_by_name_only(cimom):
    delete(cimom, "CIM_ComponentCS", BLOCK)


def no_profiles_and_parts_by_name_only(cimom):
    parts_by_name_only(cimom)
    no_profiles(cimom)


def part_of_a_site(cimom):
    site = add_system(cimom, "site", [0])
    (top,) = cimom.connection.EnumerateInstanceNames("MOCK_StorageSystem", namespace=BLOCK)
    link = pywbem.CIMInstance("CIM_ComponentCS", {"GroupComponent": site, "PartComponent": top})
    link.path = pywbem.CIMInstanceName("CIM_ComponentCS", dict(link.items()), namespace=BLOCK)
    cimom.connection.add_cimobjects([link], namespace=BLOCK)


def no_profiles_and_part_of_a_site(cimom):
    part_of_a_site(cimom)
    no_profiles(cimom)


def nothing_is_dedicated_to_anything(cimom):
    no_profiles(cimom)
    for system in instances(cimom, "CIM_ComputerSystem", BLOCK):
        change(cimom, system, Dedicated=None)


def top_repeated_in_interop(cimom):
    (top,) = instances(cimom, "MOCK_StorageSystem", BLOCK)
    add_system(cimom, top["Name"], [3, 15], namespace=INTEROP)
    store = cimom.connection.cimrepository.get_instance_store(INTEROP)
    for path in cimom.connection.EnumerateInstanceNames("CIM_ElementConformsToProfile", namespace=INTEROP):
        if path["ManagedElement"].get("Name") == TOP:
            wrong = copy.deepcopy(store.get(path))
            store.delete(path)
            wrong["ManagedElement"].namespace = INTEROP
            wrong["ManagedElement"].classname = "CIM_ComputerSystem"
            wrong["ManagedElement"].keybindings["CreationClassName"] = "CIM_ComputerSystem"
            keys = {name: wrong[name] for name in path.keybindings}
            wrong.path = pywbem.CIMInstanceName(path.classname, keys, namespace=INTEROP)
            store.create(wrong.path, wrong)


SHAPES = (
    no_profiles,
    no_list_of_namespaces,
    association_only_beside_the_systems,
    association_only_in_interop,
    no_association_at_all,
    profiles_of_dmtf,
    profiles_misspelled,
    hosts_and_switches_among_the_systems,
    no_profiles_and_hosts_and_switches,
    parts_by_name_only,
    no_profiles_and_parts_by_name_only,
    part_of_a_site,
    no_profiles_and_part_of_a_site,
    nothing_is_dedicated_to_anything,
    top_repeated_in_interop,
)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_the_inventory_is_the_same(cimom, whole, shape):
    shape(cimom)
    found, requests = read(cimom)
    assert same(found, whole[0])
    assert requests <= whole[1] + 12


def test_a_namespace_that_nothing_tells_of_can_be_configured(cimom, whole):
    no_profiles(cimom)
    no_list_of_namespaces(cimom)
    with pytest.raises(SourceFailed, match="leads to an array"):
        read(cimom)
    for options in ({"namespaces": [BLOCK]}, {"namespace": BLOCK}):
        assert same(read(cimom, **options)[0], whole[0])


# --- over rounds ---


def test_a_second_reading_does_without_discovery(cimom):
    with contextlib.closing(adapter_to(cimom)) as adapter:
        before = adapter.read(Reading())
        first = adapter.requests
        again = adapter.read(Reading(previous=before))
        assert same(again, before)
        assert adapter.requests - first == first - len(("Interop namespace", "profiles", "their systems"))


def test_a_reading_goes_on_without_the_interop_namespace_but_not_after_trouble(cimom, whole):
    with contextlib.closing(adapter_to(cimom)) as adapter:
        before = adapter.read(Reading())
        vanished = cimom.inject(namespace=INTEROP, cim_status="CIM_ERR_INVALID_NAMESPACE")
        assert same(adapter.read(Reading(previous=before)), before)
        trouble = cimom.inject(class_="CIM_StorageVolume", cim_status="CIM_ERR_FAILED")
        for _ in range(2):
            with pytest.raises(SourceError):
                adapter.read(Reading(previous=before))
        cimom.faults.remove(trouble)
        with pytest.raises(SourceFailed, match="none of the namespaces"):
            adapter.read(Reading(previous=before))
        cimom.faults.remove(vanished)
        assert same(adapter.read(Reading(previous=before)), whole[0])


def test_profiles_that_are_away_for_a_moment_do_not_change_the_inventory(cimom):
    with contextlib.closing(adapter_to(cimom)) as adapter:
        before = adapter.read(Reading())
        away = cimom.inject(class_="CIM_RegisteredProfile", empty=True)
        once = cimom.inject(class_="CIM_StoragePool", times=1, cim_status="CIM_ERR_FAILED")
        with pytest.raises(SourceFailed):
            adapter.read(Reading(previous=before))
        with pytest.raises(SourceFailed, match="profiles do not lead"):
            adapter.read(Reading(previous=before))
        cimom.faults.remove(away)
        cimom.faults.remove(once)
        assert same(adapter.read(Reading(previous=before)), before)


# --- logins where there is no Interop namespace ---


@pytest.mark.parametrize("configured", [True, False])
def test_logins_are_checked_in_a_namespace_that_holds_arrays(cimom, configured):
    with contextlib.closing(adapter_to(cimom, **({"namespaces": [BLOCK]} if configured else {}))) as adapter:
        if not configured:
            adapter.read(Reading())
        cimom.inject(namespace=INTEROP, cim_status="CIM_ERR_INVALID_NAMESPACE")
        adapter.authenticate(cimom.user, cimom.password)
        with pytest.raises(SourceRefused):
            adapter.authenticate(cimom.user, "wrong")


def test_a_login_at_a_server_of_which_nothing_is_known_is_not_decided(cimom):
    cimom.inject(namespace=INTEROP, cim_status="CIM_ERR_INVALID_NAMESPACE")
    with contextlib.closing(adapter_to(cimom)) as adapter, pytest.raises(SourceFailed):
        adapter.authenticate(cimom.user, cimom.password)
