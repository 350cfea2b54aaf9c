"""Shares: what they say, what they share, where they are available, and that a mount point finds each (4.2, 4.3)."""

from collections import defaultdict
from dataclasses import replace
from ipaddress import ip_address

import pytest

from mock_cimom.estate.description import SMALLEST, Kind
from mock_cimom.estate.file_description import AddressPath
from mock_cimom.estate.file_plan import Protocol

SHARED = ("CIM_SharedElement", "SameElement", "SystemElement")


def nfs(nas):
    return [share for share in nas.files.shares if share.protocol is Protocol.NFS]


def instance_id(nas, share):
    key = share.path if share.name.startswith("/") else share.name
    return f"{nas.array.name}:{share.protocol.name.lower()}:{key}"


def test_the_abstract_class_gives_the_shares_of_both_protocols(nas):
    shares = nas.list("CIM_FileShare")
    assert {one.classname for one in shares} == {"MOCK_NFSShare", "MOCK_CIFSShare"}
    assert len(nas.list("CIM_NFSShare")) == len(nfs(nas))
    assert {one["InstanceID"] for one in shares} == {instance_id(nas, share) for share in nas.files.shares}


def test_the_superclass_gives_the_rows_of_the_shares(nas):
    rows = nas.list("CIM_SAPAvailableForElement")
    classes = {row["ManagedElement"].classname for row in rows}
    assert classes == {"MOCK_NFSShare", "MOCK_CIFSShare"}
    assert len(rows) == len(nas.list("CIM_SAPAvailableForFileShare"))


def test_shares_say_what_the_plan_says(nas):
    for share in nas.files.shares:
        shown = nas.one("CIM_FileShare", InstanceID=instance_id(nas, share))
        assert shown["Name"] == share.name
        assert (shown["SharingDirectory"], shown["EnabledState"]) == (True, 2 if share.enabled else 3)


def test_each_share_is_hosted_by_one_file_server(nas):
    for share in nas.files.shares:
        shown = nas.one("CIM_FileShare", InstanceID=instance_id(nas, share))
        (host,) = nas.follow(shown.path, "CIM_HostedShare", "Dependent", "Antecedent")
        assert host["ElementName"] == nas.files.server(share.servers[0]).name


def test_each_share_shares_its_file_system_or_a_directory_of_it(nas):
    for share in nas.files.shares:
        shown = nas.one("CIM_FileShare", InstanceID=instance_id(nas, share))
        (shared,) = nas.follow(shown.path, *SHARED)
        if share.directory is None:
            assert (shared.classname, shared["Name"]) == ("MOCK_LocalFileSystem", f"fs{share.file_system:03d}")
            continue
        (holder,) = nas.follow(shared.path, "CIM_FileStorage", "PartComponent", "GroupComponent")
        assert (shared.classname, shared["Name"]) == ("CIM_Directory", share.directory)
        assert shared["FSName"] == holder["Name"] == f"fs{share.file_system:03d}"
        assert shared["Name"].startswith(f"{holder['Root']}/")


def test_each_share_has_one_setting_with_its_protocol_and_access(nas):
    for share in nas.files.shares:
        shown = nas.one("CIM_FileShare", InstanceID=instance_id(nas, share))
        (setting,) = nas.follow(shown.path, "CIM_ElementSettingData", "ManagedElement", "SettingData")
        assert setting["FileSharingProtocol"] == share.protocol.value
        assert setting["DefaultReadWrite"] == (4 if share.writable else 3)
        assert setting.get("RootAccess") == (3 if share.protocol is Protocol.NFS else None)
        assert setting["ProtocolVersions"]


class Mounts:
    """The client of 4.3, on bulk reads alone: which shares does `server:path` mean?"""

    def __init__(self, nas):
        self.shares = {one["InstanceID"]: one for one in nas.list("CIM_NFSShare")}
        systems = {one["Name"]: one for one in nas.list("CIM_ComputerSystem")}
        ips = {(one["SystemName"], one["Name"]): one for one in nas.list("CIM_IPProtocolEndpoint")}
        texts = {key: str(ip_address(one.get("IPv4Address") or one.get("IPv6Address"))) for key, one in ips.items()}
        self.servers, self.paths = defaultdict(set), defaultdict(set)
        below = defaultdict(set)
        for bound in nas.list("CIM_BindsTo"):
            below[place(bound["Dependent"])].add(place(bound["Antecedent"]))
        for row in nas.list("CIM_SAPAvailableForElement"):
            key, endpoint = row["ManagedElement"]["InstanceID"], place(row["AvailableSAP"])
            bound = {ip for tcp in below[endpoint] for ip in below[tcp]}
            found = bound or {place for place in texts if place[0] == endpoint[0]}
            self.servers[key] |= {texts[one] for one in found}
        for row in nas.list("CIM_HostedShare"):
            name = systems[row["Antecedent"]["Name"]]["ElementName"].lower()
            self.servers[row["Dependent"]["InstanceID"]] |= {name, name.partition(".")[0], row["Antecedent"]["Name"]}
        for row in nas.list("CIM_SharedElement"):
            key, shared = row["SameElement"]["InstanceID"], row["SystemElement"]
            if key in self.shares:
                self.paths[key] = {clean(self.shares[key]["Name"])}
                if shared.classname == "CIM_Directory":
                    self.paths[key].add(clean(shared["Name"]))

    def find(self, server, path):
        return {key for key in self.shares if server.lower() in self.servers[key] and clean(path) in self.paths[key]}


def place(path):
    return path["SystemName"], path["Name"]


def clean(path):
    return "/" + "/".join(part for part in path.split("/") if part)


@pytest.mark.parametrize("way", [AddressPath.BINDS_TO, AddressPath.SYSTEM])
def test_every_name_and_address_of_its_server_finds_a_share_and_no_other(nas_from, way):
    described = SMALLEST[Kind.NAS]
    loaded = nas_from(replace(described, files=replace(described.files, address_path=way)))
    mounts = Mounts(loaded)
    for share in nfs(loaded):
        host = loaded.files.server(share.servers[0])
        names = [host.name, host.name.upper(), host.name.partition(".")[0]]
        addresses = [one for server in share.servers for one in loaded.files.server(server).addresses]
        for server in names + addresses:
            for path in (share.path, f"{share.path}/", share.path.replace("/", "//")):
                assert mounts.find(server, path) == {instance_id(loaded, share)}, (server, path)


def test_other_servers_do_not_have_the_share(nas):
    mounts = Mounts(nas)
    for share in nfs(nas):
        for server in nas.files.servers:
            if server.index not in share.servers:
                assert not any(mounts.find(one, share.path) for one in (server.name, *server.addresses))
