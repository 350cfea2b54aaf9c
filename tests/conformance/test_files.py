"""Shares, their file systems and their addresses (smis-mapping 4.2); mount points in five spellings (9.7 check 7)."""

import ipaddress
import re
from dataclasses import dataclass

import pytest

NFS, CIFS = 4200, 4201  # CIM_ProtocolEndpoint.ProtocolIFType
NFS_SETTING = 2  # CIM_ExportedFileShareSetting.FileSharingProtocol
FILE_SERVER = 16  # CIM_ComputerSystem.Dedicated
TOP = "/"


@dataclass(frozen=True)
class Export:
    """An NFS share as a client may mount it."""

    instance_id: str
    path: str
    servers: frozenset[str]
    addresses: frozenset[str]


@pytest.fixture(scope="session")
def shares(cimom):
    found = [one for space in cimom.implementations for one in cimom.instances(space, "CIM_FileShare")]
    if not found:
        pytest.skip("the CIMOM has no file shares")
    return found


@pytest.fixture(scope="session")
def exports(cimom, shares):
    found = [export_of(cimom, share) for share in shares if is_nfs(cimom, share)]
    if not found:
        pytest.skip("the CIMOM has no NFS shares")
    return found


def is_nfs(cimom, share):
    """By the class of the share, else by its setting, else by its endpoint (4.1)."""
    space = share.path.namespace
    for class_name, answer in (("CIM_NFSShare", True), ("CIM_CIFSShare", False)):
        if share.classname.lower() in cimom.family(space, class_name):
            return answer
    protocols = {one["FileSharingProtocol"] for one in settings_of(cimom, share)}
    kinds = {one["ProtocolIFType"] for one in endpoints_of(cimom, share)}
    return NFS_SETTING in protocols or (not protocols and NFS in kinds)


def settings_of(cimom, share):
    options = {"Role": "ManagedElement", "ResultClass": "CIM_ExportedFileShareSetting"}
    return cimom.associators(share.path, "CIM_ElementSettingData", **options)


def endpoints_of(cimom, share):
    options = {"Role": "ManagedElement", "ResultRole": "AvailableSAP", "ResultClass": "CIM_ProtocolEndpoint"}
    return cimom.associators(share.path, "CIM_SAPAvailableForElement", **options)


def hosts_of(cimom, share):
    return cimom.associators(share.path, "CIM_HostedShare", Role="Dependent", ResultRole="Antecedent")


def addresses_of(cimom, share):
    """Down from the endpoints of the share, else all addresses of its file server (F6)."""
    layer, found = endpoints_of(cimom, share), set()
    while layer:
        found |= {one[name] for one in layer for name in ("IPv4Address", "IPv6Address") if one.get(name)}
        options = {"Role": "Dependent", "ResultRole": "Antecedent"}
        layer = [below for one in layer for below in cimom.associators(one.path, "CIM_BindsTo", **options)]
    if found:
        return found
    names = {host["Name"] for host in hosts_of(cimom, share)}
    endpoints = cimom.instances(share.path.namespace, "CIM_IPProtocolEndpoint")
    return {one["IPv4Address"] for one in endpoints if one["SystemName"] in names and one.get("IPv4Address")}


def export_of(cimom, share):
    name = share["Name"] or ""
    shared = cimom.associators(share.path, "CIM_SharedElement", Role="SameElement")
    paths = [name] if name.startswith("/") else [one.get("Root") or one["Name"] for one in shared]
    servers = {
        host[label].lower() for host in hosts_of(cimom, share) for label in ("ElementName", "Name") if host[label]
    }
    return Export(share["InstanceID"], *paths[:1], frozenset(servers), frozenset(addresses_of(cimom, share)))


# --- joins ---


def test_a_share_shares_one_file_system_or_directory(cimom, shares):
    for share in shares:
        shared = cimom.associators(share.path, "CIM_SharedElement", Role="SameElement", ResultRole="SystemElement")
        assert len(shared) == 1, f"{share.path} shares {[str(one.path) for one in shared]}"


def test_a_share_has_one_host_which_is_a_file_server_or_the_nas_system(cimom, shares):
    tops = {cimom.key(top.path) for top in cimom.tops()}
    for share in shares:
        (host,) = hosts_of(cimom, share)
        assert cimom.key(host.path) in tops or FILE_SERVER in host["Dedicated"], str(host.path)


def test_a_file_server_is_hosted_by_a_nas_system(cimom, shares):
    tops = {cimom.key(top.path) for top in cimom.tops("NAS Head", "Self-contained NAS System")}
    servers = {cimom.key(host.path): host.path for share in shares for host in hosts_of(cimom, share)}
    for name, server in servers.items():
        above = cimom.associator_names(server, "CIM_HostedDependency", Role="Dependent", ResultRole="Antecedent")
        assert name in tops or tops & {cimom.key(path) for path in above}, f"{server} is hosted by no NAS system"


def test_a_share_has_settings_that_name_its_protocol(cimom, shares):
    for share in shares:
        assert [one for one in settings_of(cimom, share) if one["FileSharingProtocol"] is not None], str(share.path)


def test_a_file_system_has_a_size_a_root_and_a_system(cimom, shares):
    systems = {space: cimom.instances(space, "CIM_LocalFileSystem") for space in cimom.implementations}
    assert any(systems.values())
    for one in (one for found in systems.values() for one in found):
        assert 0 <= one["AvailableSpace"] <= one["FileSystemSize"], str(one.path)
        assert one["Root"]
        assert cimom.associator_names(one.path, "CIM_HostedFileSystem", Role="PartComponent"), str(one.path)


def test_a_file_system_of_a_self_contained_nas_leads_to_a_pool(cimom, shares):
    """A NAS Head stands on volumes of a foreign array and has no pools (4.2)."""
    if not cimom.tops("Self-contained NAS System"):
        pytest.skip("no Self-contained NAS System")
    for space in sorted({top.path.namespace for top in cimom.tops("Self-contained NAS System")}):
        for one in cimom.instances(space, "CIM_LocalFileSystem"):
            extents = cimom.associator_names(one.path, "CIM_ResidesOnExtent", Role="Dependent")
            assert extents, f"{one.path} resides on nothing"
            pools = [cimom.associator_names(path, "CIM_AllocatedFromStoragePool", Role="Dependent") for path in extents]
            heads = {top["Name"] for top in cimom.tops("NAS Head")}
            assert any(pools) or any(one["CSName"].startswith(head) for head in heads), str(one.path)


def test_the_shares_of_a_share_class_are_its_instances(cimom, shares):
    """CIM_FileShare is abstract; its subclasses answer for it (4.1, 9.4)."""
    for space in cimom.implementations:
        parts = [cimom.key(path) for name in ("CIM_NFSShare", "CIM_CIFSShare") for path in cimom.names(space, name)]
        assert set(parts) <= {cimom.key(path) for path in cimom.names(space, "CIM_FileShare")}


# --- mount points ---


def plain_path(path):
    """One slash each, none at the end (4.3 rule 1)."""
    return re.sub(r"/+", "/", path).rstrip("/") or TOP


def plain_server(server):
    """An address without brackets, zone and leading zeros, or a name in lower case (4.3 rule 2)."""
    bare = server.strip("[]").split("%")[0]
    octets = [part.lstrip("0") or "0" for part in bare.split(".")]
    try:
        return str(ipaddress.ip_address(".".join(octets) if len(octets) == 4 else bare))
    except ValueError:
        return bare.lower()


def serves(export, server):
    name = plain_server(server)
    addresses = {plain_server(address) for address in export.addresses}
    short = {one.split(".")[0] for one in export.servers}
    return name in addresses or name in export.servers or name in short


def matching(exports, server, path):
    """The exports a mount point means: of those on the server the longest that is the path or above it (4.3 rule 3)."""
    wanted = plain_path(path)
    above = [
        one
        for one in exports
        if serves(one, server)
        and (plain_path(one.path) == wanted or wanted.startswith(plain_path(one.path).rstrip("/") + "/"))
    ]
    longest = max((len(plain_path(one.path)) for one in above), default=0)
    return [one.instance_id for one in above if len(plain_path(one.path)) == longest]


def spellings(export):
    address = sorted(export.addresses)[0]
    name = min(export.servers)
    padded = ".".join(part.zfill(3) for part in address.split(".")) if "." in address else f"[{address.upper()}]"
    return [
        (address, export.path),
        (padded, export.path + "/"),
        (name.upper(), export.path.replace("/", "//")),
        (name, export.path),
        (address, export.path + "/a-folder-in-it"),
    ]


def test_every_export_has_a_path_and_an_address(exports):
    for export in exports:
        assert export.path.startswith("/"), export
        assert export.addresses, f"no address of {export.instance_id}"
        for address in export.addresses:
            ipaddress.ip_address(address)


def test_a_mount_point_is_found_in_five_spellings(exports):
    for export in exports:
        found = [matching(exports, server, path) for server, path in spellings(export)]
        assert found == [[export.instance_id]] * 5


def test_a_mount_point_of_another_server_is_not_found(exports):
    for export in exports:
        assert matching(exports, "nobody.example", export.path) == []
