"""File servers, their settings, and the way from a protocol endpoint to its IP addresses (smis-mapping 4.2, F6)."""

from collections import defaultdict
from dataclasses import replace
from ipaddress import ip_address

import pytest

from mock_cimom.estate.description import SMALLEST, Kind
from mock_cimom.estate.file_description import AddressPath
from mock_cimom.estate.file_plan import Protocol

BINDS_TO = ("CIM_BindsTo", "Dependent", "Antecedent")
IMPLEMENTATION = "CIM_DeviceSAPImplementation"


def test_file_servers_hang_on_the_top_system(nas):
    top = nas.one("MOCK_StorageSystem", Name="MOCKNAS+1")
    hosted = nas.follow(top.path, "CIM_HostedDependency", "Antecedent", "Dependent")
    systems = {one["Name"]: one for one in hosted if one.classname == "MOCK_FileServer"}
    assert sorted(systems) == ["MOCKNAS+1+vs1", "MOCKNAS+1+vs2", "MOCKNAS+1+vs3"]
    assert [one["Dedicated"] for one in systems.values()] == [[16]] * 3
    assert systems["MOCKNAS+1+vs1"]["ElementName"] == nas.files.server(1).name


def test_the_separator_of_the_array_stands_in_the_names_of_its_servers(nas_from):
    other = nas_from(replace(SMALLEST[Kind.NAS], separator="-+-"))
    assert {one["Name"] for one in other.list("MOCK_FileServer")} == {f"{other.array.name}-+-vs{n}" for n in (1, 2, 3)}


def test_every_server_has_its_settings_and_capabilities(nas):
    with_cifs = {share.servers[0] for share in nas.files.shares if share.protocol is Protocol.CIFS}
    for server in nas.files.servers:
        system = nas.one("MOCK_FileServer", ElementName=server.name)
        settings = nas.follow(system.path, "CIM_ElementSettingData", "ManagedElement", "SettingData")
        by_class = {one.classname: one for one in settings}
        (capabilities,) = nas.follow(system.path, "CIM_ElementCapabilities", "ManagedElement", "Capabilities")
        assert (by_class["CIM_NFSSettingData"]["Enabled"], by_class["CIM_NFSSettingData"]["Port"]) == (True, 2049)
        assert "CIM_FileServerSettings" in by_class
        assert ("CIM_CIFSSettingData" in by_class) == (server.index in with_cifs)
        assert (capabilities["NFSSupported"], capabilities["CIFSSupported"]) == (True, server.index in with_cifs)


def addresses_of(nas, systems, step):
    """The addresses of each server's NFS endpoints, found by `step` from an endpoint to IP endpoints."""
    found = defaultdict(set)
    for endpoint in nas.list("CIM_ProtocolEndpoint"):
        if endpoint["ProtocolIFType"] == 4200:
            for ip in step(endpoint):
                found[systems[endpoint["SystemName"]]].add(
                    str(ip_address(ip.get("IPv4Address") or ip.get("IPv6Address")))
                )
    return found


def by_binding(nas):
    return lambda endpoint: [
        ip for tcp in nas.follow(endpoint.path, *BINDS_TO) for ip in nas.follow(tcp.path, *BINDS_TO)
    ]


def by_port(nas):
    return lambda endpoint: [
        ip
        for port in nas.follow(endpoint.path, IMPLEMENTATION, "Dependent", "Antecedent")
        for ip in nas.follow(port.path, IMPLEMENTATION, "Antecedent", "Dependent")
        if ip.classname == "CIM_IPProtocolEndpoint"
    ]


def by_system(nas):
    ips = nas.list("CIM_IPProtocolEndpoint")
    return lambda endpoint: [ip for ip in ips if ip["SystemName"] == endpoint["SystemName"]]


@pytest.mark.parametrize(
    ("way", "step"),
    [(AddressPath.BINDS_TO, by_binding), (AddressPath.PORT, by_port), (AddressPath.SYSTEM, by_system)],
)
def test_endpoints_lead_to_the_addresses_of_their_server_in_the_described_way_alone(nas_from, way, step):
    described = SMALLEST[Kind.NAS]
    loaded = nas_from(replace(described, files=replace(described.files, address_path=way)))
    systems = {f"{loaded.array.name}+vs{server.index}": server.index for server in loaded.files.servers}
    found = addresses_of(loaded, systems, step(loaded))
    assert found == {server.index: set(server.addresses) for server in loaded.files.servers}
    others = {AddressPath.BINDS_TO: by_binding, AddressPath.PORT: by_port}
    for other in set(others) - {way}:
        assert addresses_of(loaded, systems, others[other](loaded)) == {}


def test_one_server_has_an_ipv6_address_too(nas):
    (only,) = [one for one in nas.list("CIM_IPProtocolEndpoint") if one.get("IPv6Address") is not None]
    assert (only["ProtocolIFType"], only["IPv6AddressType"], only.get("IPv4Address")) == (4097, 6, None)
    assert len(only["IPv6Address"]) == 39


def test_cifs_is_served_on_its_own_tcp_port(nas):
    cifs = [one for one in nas.list("CIM_ProtocolEndpoint") if one["ProtocolIFType"] == 4201]
    assert {tcp["PortNumber"] for one in cifs for tcp in nas.follow(one.path, *BINDS_TO)} == {445}
    nfs = [one for one in nas.list("CIM_ProtocolEndpoint") if one["ProtocolIFType"] == 4200]
    assert {tcp["PortNumber"] for one in nfs for tcp in nas.follow(one.path, *BINDS_TO)} == {2049}
