"""CIM_FileSystemConfigurationService: file systems made, resized, renamed and deleted by clients.

The class declares two return values for these methods, 0 and 1 (failed): all that is refused is refused with 1.
"""

from collections.abc import Mapping
from typing import Any

from pywbem import CIMInstance

from mock_cimom.estate import file_names
from mock_cimom.providers.factory import HEALTH, Ref
from mock_cimom.providers.file_access import among, host_of, only
from mock_cimom.providers.file_share_methods import IN_USE_OPTIONS, release_share
from mock_cimom.providers.file_systems import BLOCK_SIZE, UFS, WARNING_PERCENT, publish_disk, publish_file_system
from mock_cimom.providers.live import Live, Path, SpaceError
from mock_cimom.providers.method_calls import Call, Refusal
from mock_cimom.providers.pools import THIN_DISK, THIN_VOLUME

FILE_SYSTEM_FAILED = 1  # CIM_FileSystemConfigurationService.CreateFileSystem
MIB = 2**20
DEFAULT_SIZE = 100 * 2**30
THIN_TYPES = {THIN_VOLUME, THIN_DISK}
DELETE_ALTHOUGH_IN_USE = (3, 4)  # InUseOptions
REDUNDANCY = {"DataRedundancy": "DataRedundancyDefault", "PackageRedundancy": "PackageRedundancyDefault"}


def create_file_system(call: Call) -> Mapping[str, Any]:
    """Make a file system on a new logical disk of one pool, or on one logical disk that has none yet."""
    live, top = call.live, host_of(call)
    _check_goal(call)
    call.instance("FileServer", "CIM_ComputerSystem")
    pool = _only_one(call, "Pools", "CIM_StoragePool")
    disk = _only_one(call, "InExtents", "CIM_StorageExtent")
    if (pool is None) == (disk is None):
        raise Refusal(FILE_SYSTEM_FAILED)
    label = call.text("ElementName")
    number = _free_number(live, top)
    if pool is not None:
        size = _asked_size(call) or DEFAULT_SIZE
        disk_ref, used = _new_disk(live, top, pool, file_names.disk_id(number), size)
    else:
        size = _free_disk_size(live, top, disk)
        disk_ref, used = live.factory.ref(disk.path), _own_data(size)
    system = publish_file_system(
        live.factory, live.factory.ref(top), disk_ref, file_names.file_system_name(number), size, used, HEALTH, label
    )
    return {"TheElement": system, "InExtents": [disk_ref], "Sizes": [size]}


def modify_file_system(call: Call) -> Mapping[str, Any]:
    """Rename or resize a file system. Its logical disk grows or shrinks with it, inside the disk's own pool."""
    live, top = call.live, host_of(call)
    _check_goal(call)
    system = _file_system(call, top)
    label, size = call.text("ElementName"), _asked_size(call)
    disk = only(live, live.across(system.path, "CIM_ResidesOnExtent", "Dependent", "Antecedent")).path
    own_pools = [one["Antecedent"] for one in live.allocations(disk)]
    _check_own(call, "InExtents", "CIM_StorageExtent", [disk])
    _check_own(call, "Pools", "CIM_StoragePool", own_pools)
    if size is not None:
        _resize(live, system, disk, size)
    if label is not None:
        live.modify(system.path, ElementName=label)
    return {"TheElement": system.path, "InExtents": [disk], "Sizes": [live.instance(system.path)["FileSystemSize"]]}


def delete_file_system(call: Call) -> Mapping[str, Any]:
    """Delete a file system with its directories; its space goes back to the pool.

    A file system that is exported is deleted only if `InUseOptions` asks for that; its shares go with it. A logical
    disk that lies on another array stays and can take another file system.
    """
    live, top = call.live, host_of(call)
    system = _file_system(call, top).path
    options = call.value("InUseOptions")
    if options not in IN_USE_OPTIONS or (_shares(live, system) and options not in DELETE_ALTHOUGH_IN_USE):
        raise Refusal(FILE_SYSTEM_FAILED)
    remove_file_system(live, system)
    return {}


def remove_file_system(live: Live, system: Path) -> None:
    """Delete a file system with its shares, directories and settings, and the logical disk that takes from a pool."""
    for share in _shares(live, system):
        release_share(live, share)
    disks = live.across(system, "CIM_ResidesOnExtent", "Dependent", "Antecedent")
    settings = live.across(system, "CIM_ElementSettingData", "ManagedElement", "SettingData")
    for gone in (*_directories(live, system), *settings, system):
        live.delete(gone)
    for disk in disks:
        if live.allocations(disk):
            live.delete(disk)


def _directories(live: Live, system: Path) -> list[Path]:
    return live.across(system, "CIM_FileStorage", "GroupComponent", "PartComponent")


def _shares(live: Live, system: Path) -> list[Path]:
    return [
        share
        for element in [system, *_directories(live, system)]
        for share in live.across(element, "CIM_SharedElement", "SystemElement", "SameElement")
    ]


def _check_goal(call: Call) -> None:
    """Refuse a wanted setting that is none, or asks for a kind of file system there is not."""
    goal = call.value("Goal")
    if goal is None or (isinstance(goal, str) and not goal.strip()):
        return
    if not isinstance(goal, CIMInstance) or not call.live.is_a(goal.classname, "CIM_FileSystemSetting"):
        raise Refusal(FILE_SYSTEM_FAILED)
    if goal.get("ActualFileSystemType") not in (None, 0, UFS):
        raise Refusal(FILE_SYSTEM_FAILED)


def _only_one(call: Call, name: str, class_name: str) -> CIMInstance | None:
    """Return the one instance an array of references refers to, None if it is NULL. Several are refused."""
    given = call.value(name)
    if given is None:
        return None
    if len(given) != 1:
        raise Refusal(FILE_SYSTEM_FAILED)
    return call.referred(given[0], class_name)


def _check_own(call: Call, name: str, class_name: str, own: list[Path]) -> None:
    """Refuse references to anything but what the file system has already."""
    found = _only_one(call, name, class_name)
    if found is not None and not among(call.live, [found.path], own):
        raise Refusal(FILE_SYSTEM_FAILED)


def _asked_size(call: Call) -> int | None:
    """Return the asked size in bytes, rounded up to whole MiB; None if the array may choose."""
    sizes = call.value("Sizes")
    if sizes is None:
        return None
    if len(sizes) != 1:
        raise Refusal(FILE_SYSTEM_FAILED)
    return -(-int(sizes[0]) // MIB) * MIB if sizes[0] else None


def _own_data(size: int) -> int:
    """Return the bytes an empty file system needs for itself: a hundredth."""
    return -(-size // 100 // MIB) * MIB


def _new_disk(live: Live, top: Path, pool: CIMInstance, device_id: str, size: int) -> tuple[Ref, int]:
    """Publish a logical disk of a pool; return it and the bytes that a file system on it uses at first."""
    hosts = live.across(pool.path, "CIM_HostedStoragePool", "PartComponent", "GroupComponent")
    thin, protection = _what_pool_gives(live, pool)
    used = _own_data(size)
    consumed = used if thin else size
    if pool["Primordial"] or not among(live, hosts, [top]) or live.remaining(pool.path) < consumed:
        raise Refusal(FILE_SYSTEM_FAILED)
    disk = publish_disk(live.factory, live.factory.ref(top), device_id, size, thin, **protection)
    limits = {"SpaceLimit": size, "SpaceLimitWarningThreshold": WARNING_PERCENT} if thin else {}
    live.allocate(pool.path, disk, consumed, **limits)
    return disk, used


def _what_pool_gives(live: Live, pool: CIMInstance) -> tuple[bool, dict[str, object]]:
    """Return whether a pool gives thin storage, and the redundancy properties of what it gives."""
    thin, protection = False, {}
    for path in live.across(pool.path, "CIM_ElementCapabilities", "ManagedElement", "Capabilities"):
        capabilities = live.instance(path)
        thin = thin or not THIN_TYPES.isdisjoint(capabilities.get("SupportedStorageElementTypes") or [])
        values = {name: capabilities.get(default) for name, default in REDUNDANCY.items()}
        protection |= {name: value for name, value in values.items() if value is not None}
    return thin, protection | ({"NoSinglePointOfFailure": True} if protection else {})


def _free_disk_size(live: Live, top: Path, disk: CIMInstance) -> int:
    """Return the size of a logical disk of this array in bytes. Refuses one that has a file system."""
    taken = live.links(disk.path, "CIM_ResidesOnExtent", "Antecedent")
    if taken or not live.is_a(disk.classname, "CIM_LogicalDisk") or disk["SystemName"] != top["Name"]:
        raise Refusal(FILE_SYSTEM_FAILED)
    return int(disk["NumberOfBlocks"]) * int(disk["BlockSize"])


def _free_number(live: Live, top: Path) -> int:
    """Return the first number after those of the array's file systems that no logical disk has either."""
    systems = live.across(top, "CIM_HostedFileSystem", "GroupComponent", "PartComponent")
    devices = live.across(top, "CIM_SystemDevice", "GroupComponent", "PartComponent")
    taken = {one["Name"] for one in systems} | {one["DeviceID"] for one in devices}
    number = len(systems) + 1
    while file_names.file_system_name(number) in taken or file_names.disk_id(number) in taken:
        number += 1
    return number


def _file_system(call: Call, top: Path) -> CIMInstance:
    system = call.required("TheElement", "CIM_LocalFileSystem")
    if (system["CSName"], system["CSCreationClassName"]) != (top["Name"], top["CreationClassName"]):
        raise Refusal(FILE_SYSTEM_FAILED)
    return system


def _resize(live: Live, system: CIMInstance, disk: Path, size: int) -> None:
    """Give a file system, its disk and its place in the pool another size. A thin disk takes no more for it."""
    used = int(system["FileSystemSize"]) - int(system["AvailableSpace"])
    allocations = live.allocations(disk)
    if size < used or len(allocations) != 1:
        raise Refusal(FILE_SYSTEM_FAILED)
    thin = live.instance(disk)["ThinlyProvisioned"]
    consumed, limit = (int(allocations[0]["SpaceConsumed"]), {"SpaceLimit": size}) if thin else (size, {})
    try:
        live.reallocate(allocations[0], consumed, **limit)
    except SpaceError as error:
        raise Refusal(FILE_SYSTEM_FAILED) from error
    live.modify(disk, NumberOfBlocks=size // BLOCK_SIZE, ConsumableBlocks=size // BLOCK_SIZE)
    live.modify(system.path, FileSystemSize=size, AvailableSpace=size - used)
