"""An array's file servers with the addresses they are reached by (9.4).

NAS system --HostedDependency--> file server
EthernetPort --DeviceSAPImplementation-- IP --BindsTo-- TCP --BindsTo-- NFS or CIFS endpoint
"""

from collections import defaultdict
from dataclasses import dataclass, field
from ipaddress import IPv6Address

from mock_cimom.estate import file_names
from mock_cimom.estate.file_description import AddressPath
from mock_cimom.estate.file_plan import FilePlan, FileServer, Protocol
from mock_cimom.providers.factory import HEALTH, InstanceFactory, Ref

FILE_SERVER = 16  # CIM_ComputerSystem.Dedicated
ETHERNET_LINK = 2  # CIM_NetworkPort.LinkTechnology
DNS = 3  # CIM_FileServerSettings.HostLookupOrder
TCP, IPV4, IPV6 = 4111, 4096, 4097  # CIM_ProtocolEndpoint.ProtocolIFType
IF_TYPES = {Protocol.NFS: 4200, Protocol.CIFS: 4201}
TCP_PORTS = {Protocol.NFS: 2049, Protocol.CIFS: 445}
GLOBAL_UNICAST = 6  # CIM_IPProtocolEndpoint.IPv6AddressType
IS_CURRENT = 1  # CIM_ElementSettingData.IsCurrent


@dataclass
class FileServers:
    """What other areas refer to: the servers by number, and the endpoints of each by protocol."""

    systems: dict[int, Ref] = field(default_factory=dict)
    endpoints: dict[tuple[int, Protocol], list[Ref]] = field(default_factory=lambda: defaultdict(list))


def publish_file_servers(factory: InstanceFactory, plan: FilePlan, separator: str, top: Ref) -> FileServers:
    """Publish the file servers of a plan, hosted by `top`; `separator` stands between the parts of their names."""
    servers = FileServers()
    port_number = 0
    for server in plan.servers:
        system = _publish_server(factory, top, separator, server)
        servers.systems[server.index] = system
        protocols = _protocols(plan, server)
        _publish_settings(factory, system, protocols)
        for address in server.addresses:
            port_number += 1
            port = _publish_port(factory, plan, top, port_number)
            ip = _publish_address(factory, system, port, address)
            for protocol in protocols:
                endpoint = _publish_endpoint(factory, plan.description.address_path, system, port, ip, protocol)
                servers.endpoints[server.index, protocol].append(endpoint)
    return servers


def _protocols(plan: FilePlan, server: FileServer) -> list[Protocol]:
    """Return what a server serves: NFS always, CIFS if one of its shares needs it."""
    needed = {share.protocol for share in plan.shares if server.index in share.servers}
    return [one for one in Protocol if one is Protocol.NFS or one in needed]


def _publish_server(factory: InstanceFactory, top: Ref, separator: str, server: FileServer) -> Ref:
    system = factory.make(
        "MOCK_FileServer",
        CreationClassName="MOCK_FileServer",
        Name=file_names.server_key(top["Name"], separator, server.index),
        NameFormat="Other",
        ElementName=server.name,
        Dedicated=[FILE_SERVER],
        **HEALTH,
    )
    factory.make("CIM_HostedDependency", Antecedent=top, Dependent=system)
    return system


def _publish_settings(factory: InstanceFactory, system: Ref, protocols: list[Protocol]) -> None:
    with_cifs = Protocol.CIFS in protocols
    settings = [
        _setting(factory, system, "CIM_FileServerSettings", "settings", HostLookupOrder=[DNS]),
        _setting(factory, system, "CIM_NFSSettingData", "nfs", Enabled=True, Port=TCP_PORTS[Protocol.NFS]),
    ]
    if with_cifs:
        settings.append(_setting(factory, system, "CIM_CIFSSettingData", "cifs", Enabled=True, UseTCPOnly=True))
    for setting in settings:
        factory.make("CIM_ElementSettingData", ManagedElement=system, SettingData=setting, IsCurrent=IS_CURRENT)
    capabilities = factory.make(
        "CIM_FileServerCapabilities",
        InstanceID=f"{system['Name']}:capabilities",
        ElementName="file server capabilities",
        NFSSupported=True,
        CIFSSupported=with_cifs,
        FileServerSettingsSupported=True,
        DNSSupported=True,
        NISSupported=False,
    )
    factory.make("CIM_ElementCapabilities", ManagedElement=system, Capabilities=capabilities)


def _setting(factory: InstanceFactory, system: Ref, class_name: str, kind: str, **values: object) -> Ref:
    return factory.make(class_name, InstanceID=f"{system['Name']}:{kind}", ElementName=f"{kind} of server", **values)


def _publish_port(factory: InstanceFactory, plan: FilePlan, top: Ref, number: int) -> Ref:
    mac = file_names.ethernet_address(plan.array, number)
    port = factory.make_device(
        "MOCK_EthernetPort",
        top,
        DeviceID=mac,
        ElementName=f"NAS{number - 1}",
        PermanentAddress=mac,
        NetworkAddresses=[mac],
        LinkTechnology=ETHERNET_LINK,
        Speed=10 * 10**9,
        **HEALTH,
    )
    factory.make("CIM_SystemDevice", GroupComponent=top, PartComponent=port)
    return port


def _publish_address(factory: InstanceFactory, system: Ref, port: Ref, address: str) -> Ref:
    if ":" in address:
        spelled = IPv6Address(address).exploded
        values = {"IPv6Address": spelled, "ProtocolIFType": IPV6, "IPv6AddressType": GLOBAL_UNICAST}
    else:
        values = {"IPv4Address": address, "SubnetMask": "255.255.255.0", "ProtocolIFType": IPV4}
    ip = _endpoint(factory, system, "CIM_IPProtocolEndpoint", address, **values)
    factory.make("CIM_DeviceSAPImplementation", Antecedent=port, Dependent=ip)
    return ip


def _publish_endpoint(
    factory: InstanceFactory, path: AddressPath, system: Ref, port: Ref, ip: Ref, protocol: Protocol
) -> Ref:
    """Publish what shares are available at; `path` is the way from there to the IP address."""
    endpoint = _endpoint(
        factory, system, "CIM_ProtocolEndpoint", f"{ip['Name']}:{protocol.name.lower()}",
        ProtocolIFType=IF_TYPES[protocol],
    )  # fmt: skip
    if path is AddressPath.BINDS_TO:
        number = TCP_PORTS[protocol]
        tcp = _endpoint(
            factory, system, "CIM_TCPProtocolEndpoint", f"{ip['Name']}:{number}",
            PortNumber=number, ProtocolIFType=TCP,
        )  # fmt: skip
        factory.make("CIM_BindsTo", Antecedent=ip, Dependent=tcp)
        factory.make("CIM_BindsTo", Antecedent=tcp, Dependent=endpoint)
    elif path is AddressPath.PORT:
        factory.make("CIM_DeviceSAPImplementation", Antecedent=port, Dependent=endpoint)
    return endpoint


def _endpoint(factory: InstanceFactory, system: Ref, class_name: str, name: str, **values: object) -> Ref:
    endpoint = factory.make_device(class_name, system, Name=name, ElementName=name, **HEALTH, **values)
    factory.make("CIM_HostedAccessPoint", Antecedent=system, Dependent=endpoint)
    return endpoint
