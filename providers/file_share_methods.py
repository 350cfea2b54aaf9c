"""CIM_FileExportService: shares made, changed and taken back by clients."""

from collections.abc import Mapping
from typing import Any

from pywbem import CIMInstance

from mock_cimom.estate import file_names
from mock_cimom.estate.file_plan import Protocol
from mock_cimom.providers.factory import Ref
from mock_cimom.providers.file_access import access_points, among, file_servers, host_of, only
from mock_cimom.providers.file_shares import (
    ALLOW_ROOT,
    ENABLED,
    READ_WRITE,
    VERSIONS,
    ShareFacts,
    publish_directory,
    publish_share,
)
from mock_cimom.providers.live import Live, Path
from mock_cimom.providers.method_calls import FAILED, INVALID, NOT_SUPPORTED, Call, Refusal

# Return values of CIM_FileExportService.CreateExportedShare beside the common ones.
ROOT_NOT_ACCESSIBLE, NOT_SHAREABLE = 7, 9
LONGEST_NAME = 1024  # CIM_NFSShare.Name
SETTING_VALUES = {"DefaultReadWrite": (0, 2, 3, 4), "RootAccess": (0, 2, 3), "InitialEnabledState": (2, 3)}
IN_USE_OPTIONS = (None, 2, 3, 4)


def create_exported_share(call: Call) -> Mapping[str, Any]:
    """Export a file system, or a directory below `Root`, from the file server that exports the file system already."""
    live, top = call.live, host_of(call)
    _refuse_users(call)
    root = _root(call, top)
    path = _exported_path(live, root, call.value("SharedElementPath"))
    goal = _goal(call)
    protocol = _protocol(goal)
    file_system = _file_system_of(live, root)
    server, endpoints = access_points(call, top, file_system.path, protocol)
    name = path if protocol is Protocol.NFS else path.rpartition("/")[2]
    key = file_names.share_key(top["Name"], protocol.name.lower(), name)
    if live.find("CIM_FileShare", InstanceID=key) is not None:
        raise Refusal(FAILED)
    setting = {"DefaultReadWrite": READ_WRITE, "RootAccess": ALLOW_ROOT, **_setting_values(goal)}
    enabled = setting.pop("InitialEnabledState", ENABLED) == ENABLED
    label = (goal or {}).get("ElementName") or path.rpartition("/")[2]
    ref = live.factory.ref
    share = publish_share(
        live.factory,
        ref(top),
        ref(server),
        _shared_element(live, file_system, path),
        [ref(one) for one in endpoints],
        ShareFacts(protocol, name, name, label, enabled, setting),
    )
    return {"TheShare": share, "Root": root.path}


def modify_exported_share(call: Call) -> Mapping[str, Any]:
    """Change what a share exports, at which endpoints, and its setting: whatever of them is given."""
    live, top = call.live, host_of(call)
    _refuse_users(call)
    share = _share(call, top)
    goal = _goal(call)
    protocol = Protocol.NFS if live.is_a(share.classname, "CIM_NFSShare") else Protocol.CIFS
    if goal is not None and goal.get("FileSharingProtocol") not in (None, 0, protocol.value):
        raise Refusal(NOT_SUPPORTED)
    changes = _setting_values(goal)
    target = None
    if call.value("Root") is not None or call.value("SharedElementPath") is not None:
        root = _root(call, top)
        target = _file_system_of(live, root), _exported_path(live, root, call.value("SharedElementPath"))
    shared = _file_system_of_share(live, share) if target is None else target[0]
    endpoints = None
    if call.value("AccessPointPorts") is not None:
        endpoints = access_points(call, top, shared.path, protocol)[1]
    # Nothing is refused from here on.
    if target is not None:
        _move_share(live, share, protocol, *target)
    if endpoints is not None:
        live.unlink(live.links(share.path, "CIM_SAPAvailableForFileShare", "ManagedElement"))
        for endpoint in endpoints:
            ends = {"AvailableSAP": live.factory.ref(endpoint), "ManagedElement": live.factory.ref(share.path)}
            live.factory.make("CIM_SAPAvailableForFileShare", **ends)
    for setting in live.across(share.path, "CIM_FileShareSettingData", "ManagedElement", "SettingData"):
        live.modify(setting, **changes)
    if "InitialEnabledState" in changes:
        live.modify(share.path, EnabledState=changes["InitialEnabledState"])
    return {}


def release_exported_share(call: Call) -> Mapping[str, Any]:
    """Take a share back. Nobody mounts shares of a simulated array: none is ever in use."""
    release_share(call.live, _share(call, host_of(call)).path)
    return {}


def release_share(live: Live, share: Path) -> None:
    """Delete a share with its setting. The directory it exports stays."""
    for setting in live.across(share, "CIM_FileShareSettingData", "ManagedElement", "SettingData"):
        live.delete(setting)
    live.delete(share)


def _refuse_users(call: Call) -> None:
    """Refuse what would need identities and privileges of users, which these arrays do not have."""
    if call.value("DefaultUserId") is not None or call.value("RootAccessHosts"):
        raise Refusal(NOT_SUPPORTED)
    if call.value("InUseOptions") not in IN_USE_OPTIONS:
        raise Refusal(INVALID)


def _share(call: Call, top: Path) -> CIMInstance:
    share = call.required("TheShare", "CIM_FileShare")
    hosts = call.live.across(share.path, "CIM_HostedShare", "Dependent", "Antecedent")
    if not among(call.live, hosts, [top, *file_servers(call.live, top)]):
        raise Refusal(INVALID)
    return share


def _root(call: Call, top: Path) -> CIMInstance:
    """Return the file system or directory that is to be exported, by default the array's first file system."""
    live = call.live
    root = call.instance("Root", "CIM_FileSystem", "CIM_Directory")
    if root is None:
        hosted = live.across(top, "CIM_HostedFileSystem", "GroupComponent", "PartComponent")
        if not hosted:
            raise Refusal(ROOT_NOT_ACCESSIBLE)
        root = live.instance(min(hosted, key=lambda path: path["Name"]))
    if (root["CSName"], root["CSCreationClassName"]) != (top["Name"], top["CreationClassName"]):
        raise Refusal(INVALID)
    return root


def _file_system_of(live: Live, root: CIMInstance) -> CIMInstance:
    if live.is_a(root.classname, "CIM_FileSystem"):
        return root
    return only(live, live.across(root.path, "CIM_FileStorage", "PartComponent", "GroupComponent"))


def _file_system_of_share(live: Live, share: CIMInstance) -> CIMInstance:
    return _file_system_of(
        live, only(live, live.across(share.path, "CIM_SharedElement", "SameElement", "SystemElement"))
    )


def _exported_path(live: Live, root: CIMInstance, below: str | None) -> str:
    """Return the path that is exported: that of `root`, or what `below` says, which starts there."""
    base = root["Root"] if live.is_a(root.classname, "CIM_FileSystem") else root["Name"]
    parts = [part for part in (below or "").split("/") if part not in ("", ".")]
    path = "/".join([base.rstrip("/"), *parts])
    if ".." in parts or "\0" in path or len(path) > LONGEST_NAME:
        raise Refusal(NOT_SHAREABLE)
    return path


def _shared_element(live: Live, file_system: CIMInstance, path: str) -> Ref:
    """Return the file system, or its directory with this path, which is published if it was not yet."""
    if path == file_system["Root"]:
        return live.factory.ref(file_system.path)
    for directory in live.across(file_system.path, "CIM_FileStorage", "GroupComponent", "PartComponent"):
        if directory["Name"] == path:
            return live.factory.ref(directory)
    return publish_directory(live.factory, live.factory.ref(file_system.path), path)


def _move_share(live: Live, share: CIMInstance, protocol: Protocol, file_system: CIMInstance, path: str) -> None:
    live.unlink(live.links(share.path, "CIM_SharedElement", "SameElement"))
    shared = _shared_element(live, file_system, path)
    live.factory.make("CIM_SharedElement", SystemElement=shared, SameElement=live.factory.ref(share.path))
    if protocol is Protocol.NFS:
        live.modify(share.path, Name=path)


def _goal(call: Call) -> CIMInstance | None:
    """Return the wanted setting, None if the array may choose."""
    goal = call.value("Goal")
    if goal is None or (isinstance(goal, str) and not goal.strip()):
        return None
    if not isinstance(goal, CIMInstance) or not call.live.is_a(goal.classname, "CIM_ExportedFileShareSetting"):
        raise Refusal(INVALID)
    if not isinstance(goal.get("ElementName"), str | None):
        raise Refusal(INVALID)
    return goal


def _protocol(goal: CIMInstance | None) -> Protocol:
    wanted = None if goal is None else goal.get("FileSharingProtocol")
    if not wanted:
        return Protocol.NFS
    if wanted not in [one.value for one in Protocol]:
        raise Refusal(NOT_SUPPORTED)
    protocol = Protocol(wanted)
    versions = goal.get("ProtocolVersions") or []
    if not isinstance(versions, list) or any(one not in VERSIONS[protocol] for one in versions):
        raise Refusal(NOT_SUPPORTED)
    return protocol


def _setting_values(goal: CIMInstance | None) -> dict[str, Any]:
    """Return those properties of a wanted setting that a share can have."""
    values = {} if goal is None else {name: goal.get(name) for name in SETTING_VALUES}
    values = {name: value for name, value in values.items() if value is not None}
    if any(value not in SETTING_VALUES[name] for name, value in values.items()):
        raise Refusal(INVALID)
    return {name: int(value) for name, value in values.items()}
