"""An array's front-end ports and target endpoints (9.3).

FC:    FCPort --DeviceSAPImplementation-- SCSIProtocolEndpoint
iSCSI: EthernetPort --DeviceSAPImplementation-- IP --BindsTo-- TCP --BindsTo-- iSCSIProtocolEndpoint -- iSCSI node
"""

from dataclasses import dataclass, field

from mock_cimom.estate import names
from mock_cimom.estate.plan import Array, View
from mock_cimom.providers.factory import HEALTH, InstanceFactory, Ref

FRONT_END_ONLY = 2  # CIM_LogicalPort.UsageRestriction
N_PORT, FC_LINK, FC_NATIVE = 10, 4, 11  # CIM_FCPort.PortType, LinkTechnology, PortDiscriminator
ETHERNET_LINK = 2
OTHER, FC, ETHERNET, IPV4, TCP = 1, 56, 6, 4096, 4111  # CIM_ProtocolEndpoint.ProtocolIFType
FC_CONNECTION, ISCSI_CONNECTION, TARGET = 2, 7, 3  # CIM_SCSIProtocolEndpoint.ConnectionType, Role
ISCSI_NAME_FORMAT = 3  # CIM_SCSIProtocolController.NameFormat
ISCSI_TCP_PORT = 3260


@dataclass(frozen=True)
class Port:
    """One target port: the port device and the SCSI endpoint above it."""

    device: Ref
    endpoint: Ref


@dataclass
class Ports:
    """An array's target ports by number, counted over the whole array."""

    fc: dict[int, Port] = field(default_factory=dict)
    iscsi: dict[int, Port] = field(default_factory=dict)

    def of_view(self, view: View) -> list[Port]:
        """Return the ports of a view, FC before iSCSI."""
        return [self.fc[port] for port in view.fc_ports] + [self.iscsi[port] for port in view.iscsi_ports]


def publish_ports(factory: InstanceFactory, array: Array, processors: dict[int, Ref]) -> Ports:
    """Publish all target ports of an array on the processors that carry them."""
    ports = Ports()
    for port in array.fc_ports:
        processor = processors[array.processor_of_fc_port(port)]
        ports.fc[port] = _publish_fc_port(factory, array, processor, port)
    for port in array.iscsi_ports:
        processor = processors[array.processor_of_iscsi_port(port)]
        ports.iscsi[port] = _publish_iscsi_port(factory, array, processor, port)
    return ports


def _publish_fc_port(factory: InstanceFactory, array: Array, processor: Ref, port: int) -> Port:
    wwn = names.fc_port_wwn(array.index, port)
    device = factory.make_device(
        "MOCK_FCPort",
        processor,
        DeviceID=wwn,
        ElementName=f"FC{port - 1}",
        PermanentAddress=wwn,
        NetworkAddresses=[wwn],
        PortType=N_PORT,
        LinkTechnology=FC_LINK,
        UsageRestriction=FRONT_END_ONLY,
        PortDiscriminator=[FC_NATIVE],
        Speed=16 * 10**9,
        MaxSpeed=16 * 10**9,
        **HEALTH,
    )
    factory.make("CIM_SystemDevice", GroupComponent=processor, PartComponent=device)
    endpoint = _endpoint(
        factory, processor, "MOCK_SCSIProtocolEndpoint", wwn,
        ProtocolIFType=FC, ConnectionType=FC_CONNECTION, Role=TARGET,
    )  # fmt: skip
    factory.make("CIM_DeviceSAPImplementation", Antecedent=device, Dependent=endpoint)
    return Port(device, endpoint)


def _publish_iscsi_port(factory: InstanceFactory, array: Array, processor: Ref, port: int) -> Port:
    iqn = names.target_iqn(array.index, port)
    endpoint = _endpoint(
        factory, processor, "MOCK_iSCSIProtocolEndpoint", names.target_endpoint_name(array.index, port),
        Identifier="000000000001", ProtocolIFType=OTHER, ConnectionType=ISCSI_CONNECTION, Role=TARGET,
        OtherTypeDescription="iSCSI",
    )  # fmt: skip
    device, tcp = _publish_portal(factory, array, processor, port)
    factory.make("CIM_BindsTo", Antecedent=tcp, Dependent=endpoint)
    node = factory.make_device(
        "MOCK_iSCSINode",
        processor,
        DeviceID=iqn,
        ElementName=iqn,
        Name=iqn,
        NameFormat=ISCSI_NAME_FORMAT,
        **HEALTH,
    )
    factory.make("CIM_SystemDevice", GroupComponent=processor, PartComponent=node)
    factory.make("CIM_SAPAvailableForElement", AvailableSAP=endpoint, ManagedElement=node)
    return Port(device, endpoint)


def _publish_portal(factory: InstanceFactory, array: Array, processor: Ref, port: int) -> tuple[Ref, Ref]:
    """Publish an Ethernet port with its IP and TCP endpoints; return the port and the TCP endpoint."""
    mac, address = names.ethernet_address(array.index, port), names.portal_address(array.index, port)
    device = factory.make_device(
        "MOCK_EthernetPort",
        processor,
        DeviceID=mac,
        ElementName=f"ETH{port - 1}",
        PermanentAddress=mac,
        NetworkAddresses=[mac],
        LinkTechnology=ETHERNET_LINK,
        UsageRestriction=FRONT_END_ONLY,
        Speed=10 * 10**9,
        **HEALTH,
    )
    factory.make("CIM_SystemDevice", GroupComponent=processor, PartComponent=device)
    ip = _endpoint(
        factory, processor, "CIM_IPProtocolEndpoint", address,
        IPv4Address=address, SubnetMask="255.255.255.0", ProtocolIFType=IPV4,
    )  # fmt: skip
    tcp = _endpoint(
        factory, processor, "CIM_TCPProtocolEndpoint", f"{address}:{ISCSI_TCP_PORT}",
        PortNumber=ISCSI_TCP_PORT, ProtocolIFType=TCP,
    )  # fmt: skip
    factory.make("CIM_DeviceSAPImplementation", Antecedent=device, Dependent=ip)
    factory.make("CIM_BindsTo", Antecedent=ip, Dependent=tcp)
    return device, tcp


def _endpoint(factory: InstanceFactory, processor: Ref, class_name: str, name: str, **values: object) -> Ref:
    path = factory.make_device(class_name, processor, Name=name, ElementName=name, **HEALTH, **values)
    factory.make("CIM_HostedAccessPoint", Antecedent=processor, Dependent=path)
    return path
