"""Pulled enumerations give what the operations without pulls give, in bounded memory (smis-mapping 9.7 check 10)."""

import random
import tracemalloc

import pytest
import pywbem

SIZES = (1, 20, 1000)
CLASSES = ("CIM_RegisteredProfile", "CIM_StorageVolume", "CIM_FileShare", "CIM_SystemDevice", "CIM_StorageHardwareID")
WANTED = ["SystemName", "DeviceID", "Name", "ElementName", "OperationalStatus"]
MANY = 5_000  # volumes from which memory is worth measuring
MANY_PULLS = 30  # requests for one enumeration


@pytest.fixture(scope="session")
def pulling(cimom):
    """The CIMOM, if it has pull operations; the test is skipped if it says that it has none."""
    try:
        opened = cimom.connection.OpenEnumerateInstancePaths("CIM_RegisteredProfile", cimom.interop, MaxObjectCount=1)
    except pywbem.CIMError as error:
        if error.status_code == pywbem.CIM_ERR_NOT_SUPPORTED:
            pytest.skip("the CIMOM has no pull operations")
        raise
    if not opened.eos:
        cimom.connection.CloseEnumeration(opened.context)
    return cimom


def drained(connection, opened, pull, size):
    """All objects of an opened enumeration, and the greatest number that came in one answer."""
    kind = "paths" if pull == "PullInstancePaths" else "instances"
    found, most = list(getattr(opened, kind)), len(getattr(opened, kind))
    while not opened.eos:
        opened = getattr(connection, pull)(opened.context, MaxObjectCount=size)
        found += getattr(opened, kind)
        most = max(most, len(getattr(opened, kind)))
    return found, most


def text(cimom, one):
    if isinstance(one, pywbem.CIMInstanceName):
        return cimom.key(one)
    values = sorted((name.lower(), str(prop.value)) for name, prop in one.properties.items() if prop.value is not None)
    return f"{cimom.key(one.path)} {values}"


def where(cimom, class_name):
    found = [space for space in cimom.namespaces if cimom.names(space, class_name)]
    if not found:
        pytest.skip(f"the CIMOM has no {class_name}")
    return found


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("class_name", CLASSES)
def test_pulled_instances_are_the_enumerated_ones(pulling, class_name, size):
    for space in where(pulling, class_name):
        whole = pulling.instances(space, class_name)
        if len(whole) > size * MANY_PULLS:
            continue
        connection = pulling.connection
        opened = connection.OpenEnumerateInstances(class_name, space, DeepInheritance=True, MaxObjectCount=size)
        found, most = drained(connection, opened, "PullInstancesWithPath", size)
        assert sorted(text(pulling, one) for one in found) == sorted(text(pulling, one) for one in whole)
        assert most <= size


@pytest.mark.parametrize("class_name", CLASSES)
def test_pulled_paths_are_the_enumerated_ones(pulling, class_name):
    for space in where(pulling, class_name):
        opened = pulling.connection.OpenEnumerateInstancePaths(class_name, space, MaxObjectCount=50)
        found, most = drained(pulling.connection, opened, "PullInstancePaths", 50)
        assert sorted(map(pulling.key, found)) == sorted(map(pulling.key, pulling.names(space, class_name)))
        assert most <= 50


def test_an_open_without_a_count_gives_no_objects(pulling):
    """The default of MaxObjectCount is 0 (DSP0200 5.4.2.24)."""
    opened = pulling.connection.OpenEnumerateInstances("CIM_RegisteredProfile", pulling.interop)
    assert (opened.instances, opened.eos) == ([], False)
    found, _ = drained(pulling.connection, opened, "PullInstancesWithPath", 1000)
    assert len(found) == len(pulling.names(pulling.interop, "CIM_RegisteredProfile"))


@pytest.mark.parametrize(
    ("open_call", "pull", "plain"),
    [
        ("OpenAssociatorInstances", "PullInstancesWithPath", "Associators"),
        ("OpenAssociatorInstancePaths", "PullInstancePaths", "AssociatorNames"),
        ("OpenReferenceInstances", "PullInstancesWithPath", "References"),
        ("OpenReferenceInstancePaths", "PullInstancePaths", "ReferenceNames"),
    ],
)
def test_pulled_traversals_are_the_plain_ones(pulling, open_call, pull, plain):
    # Whole objects at a top system are many times what a volume has.
    starts = [top.path for top in pulling.tops()] if plain.endswith("Names") else []
    for space in pulling.implementations:
        for class_name in ("CIM_StorageVolume", "CIM_SCSIProtocolController", "CIM_FileShare"):
            starts += pulling.names(space, class_name)[:2]
    for start in starts:
        opened = getattr(pulling.connection, open_call)(start, MaxObjectCount=30)
        found, most = drained(pulling.connection, opened, pull, 30)
        expected = pulling.ask(plain, start)
        assert sorted(text(pulling, one) for one in found) == sorted(text(pulling, one) for one in expected)
        assert most <= 30


def test_a_closed_enumeration_is_gone(pulling):
    opened = pulling.connection.OpenEnumerateInstancePaths("CIM_RegisteredProfile", pulling.interop, MaxObjectCount=1)
    assert not opened.eos
    pulling.connection.CloseEnumeration(opened.context)
    with pytest.raises(pywbem.CIMError) as refusal:
        pulling.connection.PullInstancePaths(opened.context, MaxObjectCount=1)
    assert refusal.value.status_code == pywbem.CIM_ERR_INVALID_ENUMERATION_CONTEXT


def test_a_property_list_limits_the_properties(cimom):
    wanted = ["InstanceID", "RegisteredName"]
    for one in cimom.connection.EnumerateInstances("CIM_RegisteredProfile", cimom.interop, PropertyList=wanted):
        assert set(one.properties) <= set(wanted)
        assert one["RegisteredName"]


def test_one_instance_equals_the_enumerated_one(cimom):
    """For a few objects of every class, in every namespace."""
    some = random.Random(7)
    for space in cimom.namespaces:
        for class_name in (*cimom.elements, *cimom.associations):
            found = cimom.instances(space, class_name)
            for one in some.sample(found, min(1, len(found))):
                alone = cimom.connection.GetInstance(one.path, LocalOnly=False)
                assert text(cimom, alone) == text(cimom, one)


def test_names_are_the_paths_of_the_instances(cimom):
    for space in cimom.namespaces:
        for class_name in (*cimom.elements, *cimom.associations):
            paths = sorted(cimom.key(one.path) for one in cimom.instances(space, class_name))
            assert sorted(map(cimom.key, cimom.names(space, class_name))) == paths
            assert len(set(paths)) == len(paths)


def test_memory_stays_bounded_with_pulls(pulling):
    (space, count), *_ = sorted(
        ((space, len(pulling.names(space, "CIM_StorageVolume"))) for space in pulling.implementations),
        key=lambda one: -one[1],
    )
    if count < MANY:
        pytest.skip(f"{count} volumes are too few to measure memory with")

    def peak(read):
        tracemalloc.start()
        total = sum(1 for _ in read())
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert total == count
        return used

    connection = pulling.target.connect(pulls=True)
    whole = peak(lambda: connection.EnumerateInstances("CIM_StorageVolume", space, PropertyList=WANTED))
    batch = max(count // 10, 1)
    options = {"PropertyList": WANTED, "MaxObjectCount": batch}
    pulled = peak(lambda: connection.IterEnumerateInstances("CIM_StorageVolume", space, **options))
    connection.close()
    assert pulled < whole / 3
