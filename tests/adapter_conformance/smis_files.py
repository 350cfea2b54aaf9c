"""What SMI-S file servers show to a usage context, found object by object (smis-mapping 4)."""

import re
from dataclasses import dataclass, field
from ipaddress import ip_address

FILE_SERVER = 16  # CIM_ComputerSystem.Dedicated
NFS_SETTING, NFS_ENDPOINT = 2, 4200  # FileSharingProtocol, ProtocolIFType
DISABLED = 3  # EnabledState


@dataclass(frozen=True)
class Share:
    """One exported share: the path that VASA shows, all that mean it, the names and addresses of its server."""

    array: str
    path: str
    paths: frozenset
    names: frozenset
    addresses: frozenset
    pools: frozenset

    def has_server(self, text):
        """Whether a mount's server is one of this share (4.3, rule 2); only what needs no look-up."""
        text = text.strip().strip("[]").lower()
        try:
            return ip_address(text) in self.addresses
        except ValueError:
            return text.rstrip(".") in self.names


@dataclass
class FileArray:
    """One array: `processors` by VASA id, and its shares."""

    identifier: str
    processors: set = field(default_factory=set)
    shares: list = field(default_factory=list)


def seen_by(arrays, mounts):
    """The shares that mounts (server, path) mean: the same path, else the longest above it (4.3, rule 3)."""
    found = set()
    for server, path in mounts:
        wanted = tidy(path)
        there = [share for array in arrays for share in array.shares if share.has_server(server)]
        above = {
            one: share
            for share in there
            for one in share.paths
            if wanted == one or wanted.startswith(one.rstrip("/") + "/")
        }
        if above:
            longest = max(above, key=len)
            found |= {share for share in there if longest in share.paths}
    return found


def tidy(path):
    return re.sub("/+", "/", path).rstrip("/") or "/"


class FileWalk:
    """Walks one top system."""

    def __init__(self, walk, top, vasa_id, key_of):
        self.walk, self.top, self.vasa_id, self.key_of = walk, top, vasa_id, key_of

    def read(self, *, unified):
        name = self.top["Name"]
        found = FileArray(self.vasa_id("StorageArray", name))
        servers = [
            path
            for path in self.walk.names(self.top, "CIM_HostedDependency", "Antecedent", None, "CIM_ComputerSystem")
            if FILE_SERVER in (self.walk.get(path)["Dedicated"] or ())
        ]
        nodes = [one for one in self.walk.processors(self.top) if one != self.top]
        parts = nodes or (() if unified else servers) or [self.top]
        found.processors = {self.vasa_id("StorageProcessor", name, one["Name"]) for one in parts}
        for server in (*servers, self.top):
            for path in self.walk.names(server, "CIM_HostedShare", "Antecedent"):
                share = self.walk.get(path)
                if self._is_nfs(share) and share.get("EnabledState") != DISABLED:
                    found.shares.append(self._share(found.identifier, server, share))
        return found

    def _is_nfs(self, share):
        if self.walk.is_a(share.path, "CIM_NFSShare"):
            return True
        if self.walk.is_a(share.path, "CIM_CIFSShare"):
            return False
        settings = self.walk.names(share.path, "CIM_ElementSettingData", "ManagedElement")
        return any(self.walk.get(one).get("FileSharingProtocol") == NFS_SETTING for one in settings)

    def _share(self, array, server, share):
        paths = [share["Name"]] if share["Name"].startswith("/") else []
        pools = set()
        for shared in self.walk.names(share.path, "CIM_SharedElement", "SameElement"):
            if self.walk.is_a(shared, "CIM_LogicalFile"):
                paths.append(shared["Name"])
                systems = self.walk.names(shared, "CIM_FileStorage", "PartComponent")
            else:
                systems = [shared]
            for system in systems:
                pools |= self._pools_of(system)
        label = self.walk.get(server)["ElementName"].lower()
        return Share(
            array=array,
            path=tidy(paths[0]),
            paths=frozenset(map(tidy, [*paths, share["Name"]])),
            names=frozenset({label, label.partition(".")[0], server["Name"].lower()}),
            addresses=frozenset(self._addresses(share.path, server)),
            pools=frozenset(pools),
        )

    def _pools_of(self, file_system):
        found = set()
        for extent in self.walk.names(file_system, "CIM_ResidesOnExtent", "Dependent"):
            found |= set(map(self.key_of, self.walk.names(extent, "CIM_AllocatedFromStoragePool", "Dependent")))
        return found

    # --- addresses (4.2, F6) ---

    def _addresses(self, share, server):
        endpoints = [
            path
            for path in self.walk.names(share, "CIM_SAPAvailableForElement", "ManagedElement")
            if self.walk.get(path).get("ProtocolIFType") == NFS_ENDPOINT
        ]
        found = {self.key_of(ip): ip for one in endpoints for ip in (*self._below(one), *self._over_ports(one))}
        systems = {one["SystemName"] for one in endpoints} or {server["Name"]}
        if not found:
            hosts = [one for one in self._servers() if one["Name"] in systems]
            found = {self.key_of(ip): ip for host in hosts for ip in self._of_system(host)}
        return {address for ip in found.values() for address in self._spelled(ip)}

    def _servers(self):
        return (*self.walk.names(self.top, "CIM_HostedDependency", "Antecedent", None, "CIM_ComputerSystem"), self.top)

    def _of_system(self, system):
        return self.walk.names(system, "CIM_HostedAccessPoint", "Antecedent", None, "CIM_IPProtocolEndpoint")

    def _below(self, endpoint):
        for below in self.walk.names(endpoint, "CIM_BindsTo", "Dependent"):
            if self.walk.is_a(below, "CIM_IPProtocolEndpoint"):
                yield below
            else:
                yield from self._below(below)

    def _over_ports(self, endpoint):
        for port in self.walk.names(endpoint, "CIM_DeviceSAPImplementation", "Dependent"):
            yield from self.walk.names(
                port, "CIM_DeviceSAPImplementation", "Antecedent", None, "CIM_IPProtocolEndpoint"
            )

    def _spelled(self, path):
        found = self.walk.get(path)
        for name in ("IPv4Address", "IPv6Address"):
            if found.get(name):
                address = ip_address(found[name])
                if address.version == 4 or int(address) >> 32:
                    yield address
