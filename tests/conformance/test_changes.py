"""Changes made by methods leave a model that fits together: check 3 of smis-mapping 9.7, methods of 3.5."""

import time

import pytest
import pywbem

ABSENT = {
    pywbem.CIM_ERR_NOT_SUPPORTED,
    pywbem.CIM_ERR_METHOD_NOT_AVAILABLE,
    pywbem.CIM_ERR_METHOD_NOT_FOUND,
    pywbem.CIM_ERR_INVALID_CLASS,
}
DONE, NOT_SUPPORTED, STARTED = 0, 1, 4096  # what the methods return
RUNNING = {2, 3, 4, 5, 6, 12}  # CIM_Job.JobState
JOB_DEADLINE = 120.0  # seconds
VOLUME, THIN_VOLUME = 2, 5  # ElementType of CreateOrModifyElementFromStoragePool
MEBIBYTE = 2**20
HOST_WWN = "10000000C9C0FFEE"


def invoke(cimom, method, path, **parameters):
    """The out parameters of a method that did what it says; skips the test if the CIMOM does not have it."""
    try:
        code, out = cimom.connection.InvokeMethod(method, path, **parameters)
    except pywbem.CIMError as error:
        if error.status_code in ABSENT:
            pytest.skip(f"the CIMOM does not have {method}")
        raise
    if code == NOT_SUPPORTED:
        pytest.skip(f"the CIMOM does not support {method}")
    if code == STARTED:
        finish(cimom, out["Job"])
        return out
    assert code == DONE, f"{method} returned {code}"
    return out


def finish(cimom, job):
    end = time.monotonic() + JOB_DEADLINE
    while time.monotonic() < end:
        found = cimom.ask("GetInstance", job)
        if not found or found[0]["JobState"] not in RUNNING:  # a job that is done may be gone
            return
        time.sleep(0.2)
    pytest.fail(f"{job} has not ended in {JOB_DEADLINE} s")


def first(cimom, class_name, keep=lambda one: True):
    for space in cimom.implementations:
        for one in cimom.instances(space, class_name):
            if keep(one):
                return one
    pytest.skip(f"the CIMOM has no fitting {class_name}")
    return None


def pool_with_room(cimom):
    return first(
        cimom, "CIM_StoragePool", lambda pool: not pool["Primordial"] and pool["RemainingManagedSpace"] >= 64 * MEBIBYTE
    )


def fits(cimom, pool):
    """Whether the numbers of a pool agree (6.2)."""
    fresh = cimom.connection.GetInstance(pool)
    edges = cimom.references(pool, "CIM_AllocatedFromStoragePool", Role="Antecedent")
    return fresh["TotalManagedSpace"] == fresh["RemainingManagedSpace"] + sum(one["SpaceConsumed"] for one in edges)


@pytest.fixture
def volume(changed):
    """A volume made for the test, with the path of its pool; deleted afterwards if it is still there."""
    pool = pool_with_room(changed)
    service = first(changed, "CIM_StorageConfigurationService", lambda one: one.path.namespace == pool.path.namespace)
    out = invoke(
        changed,
        "CreateOrModifyElementFromStoragePool",
        service.path,
        ElementName="conformance",
        ElementType=pywbem.Uint16(kind_of_volume(changed, pool)),
        Size=pywbem.Uint64(16 * MEBIBYTE),
        InPool=pool.path,
    )
    made = out["TheElement"]
    yield service.path, pool.path, made
    if cimom_has(changed, made):
        changed.connection.InvokeMethod("ReturnToStoragePool", service.path, TheElement=made)


def kind_of_volume(cimom, pool):
    """Thin where the pool makes nothing else (SupportedStorageElementTypes, 5.1)."""
    options = {"Role": "ManagedElement", "ResultClass": "CIM_StorageConfigurationCapabilities"}
    found = cimom.associators(pool.path, "CIM_ElementCapabilities", **options)
    kinds = {kind for one in found for kind in one.get("SupportedStorageElementTypes") or ()}
    return THIN_VOLUME if THIN_VOLUME in kinds and VOLUME not in kinds else VOLUME


def cimom_has(cimom, path):
    return cimom.key(path) in {cimom.key(one) for one in cimom.names(path.namespace, path.classname)}


def test_a_new_volume_is_complete_and_the_numbers_of_its_pool_agree(changed, volume):
    _, pool, made = volume
    instance = changed.connection.GetInstance(made)
    assert instance["NumberOfBlocks"] * instance["BlockSize"] >= 16 * MEBIBYTE
    assert instance["ElementName"] == "conformance"
    assert changed.associator_names(made, "CIM_SystemDevice", Role="PartComponent")
    assert [changed.key(one) for one in changed.associator_names(made, "CIM_AllocatedFromStoragePool")] == [
        changed.key(pool)
    ]
    assert fits(changed, pool)


def test_a_deleted_volume_leaves_nothing_behind(changed, volume):
    service, pool, made = volume
    invoke(changed, "ReturnToStoragePool", service, TheElement=made)
    assert not cimom_has(changed, made)
    assert fits(changed, pool)
    assert changed.dangling() == []


def test_a_resized_volume_takes_more_from_its_pool(changed, volume):
    service, pool, made = volume
    invoke(
        changed,
        "CreateOrModifyElementFromStoragePool",
        service,
        ElementType=pywbem.Uint16(kind_of_volume(changed, changed.connection.GetInstance(pool))),
        Size=pywbem.Uint64(32 * MEBIBYTE),
        TheElement=made,
    )
    instance = changed.connection.GetInstance(made)
    assert instance["NumberOfBlocks"] * instance["BlockSize"] >= 32 * MEBIBYTE
    assert fits(changed, pool)


def is_exposed(cimom, volume):
    """By a view, or by rows in dialect 5 (3.1)."""
    return any(cimom.references(volume, name) for name in ("CIM_ProtocolControllerForUnit", "CIM_MaskingMappingView"))


def test_paths_that_were_exposed_and_hidden_leave_nothing_behind(changed, volume):
    _, _, made = volume
    space = made.namespace
    masking = first(
        changed,
        "CIM_ControllerConfigurationService",
        lambda one: (
            one.path.namespace == space
            and one.classname.lower() not in changed.family(space, "CIM_GroupMaskingMappingService")
        ),
    )
    endpoint = first(
        changed,
        "CIM_SCSIProtocolEndpoint",
        lambda one: one.path.namespace == space and one["ConnectionType"] == 2 and one["Role"] in (3, 4),
    )
    names = {
        "LUNames": [changed.connection.GetInstance(made)["Name"]],
        "InitiatorPortIDs": [HOST_WWN],
        "TargetPortIDs": [endpoint["Name"]],
    }
    access = {"DeviceNumbers": ["0"], "DeviceAccesses": [pywbem.Uint16(2)]}
    assert not is_exposed(changed, made)
    before = {changed.key(path) for path in changed.names(space, "CIM_SCSIProtocolController")}
    invoke(changed, "ExposePaths", masking.path, **names, **access)
    assert is_exposed(changed, made)
    views = [one for one in changed.names(space, "CIM_SCSIProtocolController") if changed.key(one) not in before]
    assert len(views) == 1
    invoke(changed, "HidePaths", masking.path, LUNames=names["LUNames"], ProtocolControllers=views)
    assert not is_exposed(changed, made)
    if cimom_has(changed, views[0]):  # it may stand without volumes
        invoke(
            changed,
            "HidePaths",
            masking.path,
            InitiatorPortIDs=names["InitiatorPortIDs"],
            ProtocolControllers=views,
        )
    assert changed.dangling() == []


def test_an_impossible_request_changes_nothing(changed, volume):
    service, pool, _ = volume
    before = changed.connection.GetInstance(pool)["RemainingManagedSpace"]
    code, _ = changed.connection.InvokeMethod(
        "CreateOrModifyElementFromStoragePool",
        service,
        ElementType=pywbem.Uint16(VOLUME),
        Size=pywbem.Uint64(2**62),
        InPool=pool,
    )
    assert code not in (DONE, STARTED)
    assert changed.connection.GetInstance(pool)["RemainingManagedSpace"] == before
