"""Front-end ports: which they are, what they are called, whose they are (`smis-mapping 2.3`)."""

from itertools import pairwise

import pytest
from structlog.testing import capture_logs

from vasa_cim.adapters.smis.device_ports import ports_of_devices
from vasa_cim.adapters.smis.endpoints import read_endpoints
from vasa_cim.adapters.smis.ports import read_ports
from vasa_cim.adapters.smis.systems import read_systems
from vasa_cim.model.enums import BlockProtocol

WWN = "50000973F0000001"
FC_ENDPOINT = {"ConnectionType": 2, "Role": 3}
ISCSI_ENDPOINT = {"ConnectionType": 7, "Role": 3}


@pytest.fixture
def ports_of(made, walk_over):
    """Read the ports of array A with processor B (node WWN 2100...0b) and array C without parts."""

    def make(controllers=(), saps=None, **classes):
        label = {"OtherIdentifyingInfo": ("210000000000000B",), "IdentifyingDescriptions": ("Node WWN",)}
        systems = [made.row(made.system("A")), made.row(made.system("B"), **label), made.row(made.system("C"))]
        part = made.link("X", "GroupComponent", made.system("A"), "PartComponent", made.system("B"))
        walk = walk_over(ComputerSystem=systems, ComponentCS=[part], **classes)
        nodes = {each.key: each for each in controllers}
        found = read_ports(
            walk,
            read_systems(walk, ["A", "C"]),
            read_endpoints(walk),
            lambda: walk.edges("CIM_BindsTo", "Antecedent", "Dependent"),
            nodes,
            saps or {},
        )
        make.walk = walk
        return found, walk.connection.asked

    return make


def fc_port(made, device="1", system="B", **facts):
    return made.row(made.device("X_FCPort", device, system), **({"PermanentAddress": WWN} | facts))


def only(ports):
    (port,) = ports.ports
    return port


def test_an_fc_port_has_its_own_wwn_and_its_processors_node_wwn(made, ports_of):
    ports, _ = ports_of(FCPort=[fc_port(made, ElementName="FC0")])
    port = only(ports)
    assert (port.array, port.owner, port.local, port.kind) == ("A", "B", "B:1", BlockProtocol.FC)
    assert (port.port_wwn, port.node_wwn, port.names) == (WWN.lower(), "210000000000000b", ("FC0", "1"))


def test_without_any_label_the_port_wwn_stands_for_the_node(made, ports_of):
    port = only(ports_of(FCPort=[fc_port(made, system="C")])[0])
    assert port.node_wwn == port.port_wwn == WWN.lower()


def test_a_vendors_node_wwn_may_be_decimal(made, ports_of):
    port = only(ports_of(FCPort=[fc_port(made, NodeWWN=str(0x2100000000000077))])[0])
    assert port.node_wwn == "2100000000000077"


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        ({"LinkTechnology": 4, "PortDiscriminator": (11,)}, BlockProtocol.FC),
        ({"PortDiscriminator": (11, 10)}, BlockProtocol.FCOE),
        ({"LinkTechnology": 2}, BlockProtocol.FCOE),
        ({}, BlockProtocol.FC),
    ],
)
def test_fcoe_is_told_from_fc(made, ports_of, facts, kind):
    assert only(ports_of(FCPort=[fc_port(made, **facts)])[0]).kind is kind


@pytest.mark.parametrize(("restriction", "shown"), [(2, 1), (3, 0), (4, 1), (0, 1), (None, 1)])
def test_back_end_ports_are_no_ports(made, ports_of, restriction, shown):
    assert len(ports_of(FCPort=[fc_port(made, UsageRestriction=restriction)])[0].ports) == shown


def test_ports_that_are_only_initiators_are_no_ports(made, ports_of):
    initiator = made.row(made.endpoint(WWN, "B"), ConnectionType=2, Role=2)
    assert ports_of(FCPort=[fc_port(made)], ProtocolEndpoint=[initiator])[0].ports == ()


def test_ports_of_other_systems_are_no_ports(made, ports_of):
    assert ports_of(FCPort=[fc_port(made, system="host7")])[0].ports == ()


@pytest.mark.parametrize(
    "facts",
    [
        {"PermanentAddress": None, "NetworkAddresses": (WWN,)},
        {"PermanentAddress": "", "device": WWN},
        {"PermanentAddress": "50:00:09:73:f0:00:00:01"},
    ],
)
def test_the_wwn_is_found_where_the_array_has_it(made, ports_of, facts):
    assert only(ports_of(FCPort=[fc_port(made, **facts)])[0]).port_wwn == WWN.lower()


def test_a_port_without_wwn_is_left_out_with_a_line(made, ports_of):
    with capture_logs() as lines:
        ports, _ = ports_of(FCPort=[fc_port(made, PermanentAddress=None), fc_port(made, "2")])
    assert [port.local for port in ports.ports] == ["B:2"]
    assert [line["kind"] for line in lines if line["log_level"] == "warning"] == ["FC ports in root/x"]


def test_equal_device_ids_on_two_processors_are_two_ports_whichever_are_there(made, ports_of):
    first, second = fc_port(made), fc_port(made, "1", "A", PermanentAddress="50000973F0000002")
    both, one = (ports_of(FCPort=rows)[0] for rows in ([first, second], [first]))
    assert sorted(port.local for port in both.ports) == ["1", "B:1"]
    assert only(one).local == "B:1"


@pytest.mark.parametrize("device", [WWN, "50:00:09:73:F0:00:00:01", f"port {WWN.lower()}"])
def test_a_device_id_that_holds_the_wwn_is_enough(made, ports_of, device):
    assert only(ports_of(FCPort=[fc_port(made, device)])[0]).local == device


def test_endpoints_mean_the_port_with_their_wwn(made, ports_of):
    endpoint = made.row(made.endpoint("50:00:09:73:F0:00:00:01", "B"), **FC_ENDPOINT)
    ports, asked = ports_of(FCPort=[fc_port(made)], ProtocolEndpoint=[endpoint])
    assert ports.of_endpoint == {endpoint.key: ("A", "B:1")}
    assert "CIM_DeviceSAPImplementation" not in asked


def test_an_endpoint_with_another_name_means_the_port_it_is_implemented_on(made, ports_of):
    port, endpoint = fc_port(made), made.row(made.endpoint("port-1", "B"), **FC_ENDPOINT)
    link = made.link("X", "Antecedent", port.name, "Dependent", endpoint.name)
    ports, _ = ports_of(FCPort=[port], ProtocolEndpoint=[endpoint], DeviceSAPImplementation=[link])
    assert ports.of_endpoint == {endpoint.key: ("A", "B:1")}


def test_a_wwn_of_another_array_is_not_meant(made, ports_of):
    endpoint = made.row(made.endpoint(WWN, "C"), **FC_ENDPOINT)
    assert ports_of(FCPort=[fc_port(made)], ProtocolEndpoint=[endpoint])[0].of_endpoint == {}


def test_an_endpoint_is_a_port_where_an_array_has_no_port_devices(made, ports_of):
    target, initiator = made.endpoint("50000973F0000009", "C"), made.endpoint("50000973F000000A", "C")
    rows = [made.row(target, **FC_ENDPOINT), made.row(initiator, **FC_ENDPOINT | {"Role": 2})]
    found, _ = ports_of(FCPort=[fc_port(made)], ProtocolEndpoint=rows)
    assert [port.port_wwn for port in found.ports if port.array == "C"] == ["50000973f0000009"]
    assert list(found.of_endpoint) == [target.key]


def test_an_endpoint_is_no_port_beside_port_devices(made, ports_of):
    endpoint = made.row(made.endpoint("50000973F0000009", "B"), **FC_ENDPOINT)
    found, _ = ports_of(FCPort=[fc_port(made)], ProtocolEndpoint=[endpoint])
    assert [port.port_wwn for port in found.ports] == [WWN.lower()]


# --- iSCSI ---


def binding(made, lower, upper):
    return made.link("X_B", "Antecedent", lower, "Dependent", upper)


def test_an_endpoint_without_a_transport_is_known_by_its_name(made, ports_of):
    untold = {name: value for name, value in ISCSI_ENDPOINT.items() if name != "ConnectionType"}
    rows = [made.row(made.endpoint(name, "B"), **untold) for name in ("iqn.2015-01.com.x:A,t,0x0001", "something")]
    assert [port.iscsi_name for port in ports_of(ProtocolEndpoint=rows)[0].ports] == ["iqn.2015-01.com.x:a"]


def test_an_iscsi_port_is_a_target_endpoint_with_its_portals(made, ports_of):
    target = made.row(made.endpoint("iqn.2015-01.com.x:A,t,0x0001", "B"), ElementName="P0", **ISCSI_ENDPOINT)
    tcp, ip = made.endpoint("tcp", "B"), made.endpoint("ip", "B")
    ports, _ = ports_of(
        ProtocolEndpoint=[
            target,
            made.row(tcp, PortNumber=3260),
            made.row(ip, IPv4Address="10.0.0.5", IPv6Address="2001:DB8::5", IPv6AddressType=6),
        ],
        BindsTo=[binding(made, ip, tcp), binding(made, tcp, target.name)],
    )
    port = only(ports)
    assert (port.kind, port.owner, port.iscsi_name) == (BlockProtocol.ISCSI, "B", "iqn.2015-01.com.x:a")
    assert port.local == "iqn.2015-01.com.x:A,t,0x0001"
    assert port.names == ("P0", "10.0.0.5:3260", "[2001:db8::5]:3260")
    assert ports.of_endpoint == {target.key: ("A", port.local)}


@pytest.mark.parametrize(
    "facts",
    [
        {"IPv4Address": "0.0.0.0"},
        {"IPv4Address": "none"},
        {"IPv6Address": "0000:0000:0000:0000:0000:0000:0a10:29d5"},
        {"IPv6Address": "fe80::1", "IPv6AddressType": 5},
        {},
    ],
)
def test_addresses_that_nobody_reaches_are_no_portals(made, ports_of, facts):
    target = made.row(made.endpoint("iqn.2015-01.com.x:a", "B"), **ISCSI_ENDPOINT)
    tcp, ip = made.endpoint("tcp", "B"), made.endpoint("ip", "B")
    ports, _ = ports_of(
        ProtocolEndpoint=[target, made.row(tcp, PortNumber=3260), made.row(ip, **facts)],
        BindsTo=[binding(made, ip, tcp), binding(made, tcp, target.name), binding(made, ip, made.endpoint("gone"))],
    )
    assert only(ports).names == ()


def test_endpoints_of_all_layers_are_asked_for_at_once(made, ports_of):
    target = made.row(made.endpoint("iqn.2015-01.com.x:a", "B"), **ISCSI_ENDPOINT)
    _, asked = ports_of(ProtocolEndpoint=[target])
    assert asked.count("CIM_ProtocolEndpoint") == 1


def test_the_target_name_may_be_that_of_the_node_behind_the_endpoint(made, ports_of):
    target = made.row(made.endpoint("port group 1", "B"), **ISCSI_ENDPOINT)
    node = made.row(made.device("X_Node", "n", "B"), Name="IQN.2015-01.com.x:n", NameFormat=3)
    view = made.row(made.device("X_View", "a", "B"), Name="x", NameFormat=2)
    ports, _ = ports_of((node, view), {target.key: {node.key, view.key, ("gone",)}}, ProtocolEndpoint=[target])
    assert only(ports).iscsi_name == "iqn.2015-01.com.x:n"


def test_an_iscsi_endpoint_without_a_name_is_left_out_with_a_line(made, ports_of):
    with capture_logs() as lines:
        ports, _ = ports_of(ProtocolEndpoint=[made.row(made.endpoint("port group 1", "B"), **ISCSI_ENDPOINT)])
    assert ports.ports == ()
    assert [line["kind"] for line in lines if line["log_level"] == "warning"] == ["iSCSI ports in root/x"]


def test_an_endpoint_that_two_processors_share_is_one_port_of_both(made, ports_of):
    name = "iqn.2015-01.com.x:a,t,0x0001"
    endpoints = [made.row(made.endpoint(name, system), **ISCSI_ENDPOINT) for system in ("A", "B")]
    ports, _ = ports_of(ProtocolEndpoint=endpoints)
    assert [(port.local, port.owner) for port in ports.ports] == [(name, "A"), (name, "B")]
    assert set(ports.of_endpoint.values()) == {("A", name)}


def test_other_transports_are_ports_of_another_kind(made, ports_of):
    sas = made.row(made.endpoint("5000c50000000001", "B"), ConnectionType=8, Role=3)
    port = only(ports_of(ProtocolEndpoint=[sas])[0])
    assert (port.kind, port.local, port.port_wwn) == (BlockProtocol.OTHER, "5000c50000000001", None)


def test_an_array_without_ports_has_none(ports_of):
    assert ports_of()[0].ports == ()


# --- what vendors do otherwise ---


def test_a_wwn_that_two_nodes_publish_is_one_port_of_both(made, ports_of):
    rows = [fc_port(made, "0a", "A"), fc_port(made, "0a", "B")]
    ports, _ = ports_of(FCPort=rows)
    assert {(port.local, port.owner) for port in ports.ports} == {("0a", "A"), ("0a", "B")}
    assert set(ports.of_device.values()) == {("A", "0a")}


@pytest.mark.parametrize(("facts", "shown"), [({"RAMode": 4}, 1), ({"RAMode": 2}, 0), ({"SCGroupNo": 1}, 0)])
@pytest.mark.parametrize("on", ["port", "endpoint"])
def test_ports_for_remote_copy_are_no_ports(made, ports_of, facts, shown, on):
    endpoint = made.row(made.endpoint(WWN, "B"), **FC_ENDPOINT, **(facts if on == "endpoint" else {}))
    ports, _ = ports_of(FCPort=[fc_port(made, **(facts if on == "port" else {}))], ProtocolEndpoint=[endpoint])
    assert (len(ports.ports), len(ports.of_endpoint)) == (shown, shown)


@pytest.mark.parametrize(("attributes", "shown"), [((1, 3), 1), ((3,), 0), ((), 1), (None, 1)])
def test_ports_that_cannot_be_masked_are_no_ports(made, ports_of, attributes, shown):
    assert len(ports_of(FCPort=[fc_port(made, EMCPortAttributes=attributes)])[0].ports) == shown


def test_a_controller_that_maps_a_port_names_no_target(made, ports_of):
    target = made.row(made.endpoint("port group 1", "B"), **ISCSI_ENDPOINT)
    path = made.device("Clar_MappingSCSIProtocolController", "n", "B")
    node = made.row(path, Name="iqn.2015-01.com.x:n", NameFormat=3)
    ports, _ = ports_of((node,), {target.key: {node.key}}, ProtocolEndpoint=[target])
    assert ports.ports == ()


# --- port devices ---


def below(made, *chain):
    """Return the bindings of a chain of endpoints, lowest first."""
    return [binding(made, lower, upper) for lower, upper in pairwise(chain)]


def implementation(made, device, endpoint):
    return made.link("X_I", "Antecedent", made.device("X_EthernetPort", device, "B"), "Dependent", endpoint)


def test_a_network_port_means_the_iscsi_ports_above_it(made, ports_of):
    one, two = (made.row(made.endpoint(f"iqn.x:{name}", "B"), **ISCSI_ENDPOINT) for name in "ab")
    tcp, ip = made.endpoint("tcp", "B"), made.endpoint("ip", "B")
    bindings = [*below(made, ip, tcp, one.name), *below(made, tcp, two.name, tcp)]  # the last one is a circle
    ports, _ = ports_of(
        ProtocolEndpoint=[one, two, made.row(tcp, PortNumber=3260), made.row(ip, IPv4Address="10.0.0.5")],
        BindsTo=bindings,
        DeviceSAPImplementation=[implementation(made, "eth0", ip), implementation(made, "eth1", two.name)],
    )
    wanted = [("eth0", "B"), ("eth1", "B"), ("eth2", "B")]
    assert ports_of_devices(ports_of.walk, ports, wanted) == {
        ("eth0", "B"): {("A", "iqn.x:a"), ("A", "iqn.x:b")},
        ("eth1", "B"): {("A", "iqn.x:a"), ("A", "iqn.x:b")},
    }


def test_fc_ports_are_known_without_asking(made, ports_of):
    ports, asked = ports_of(FCPort=[fc_port(made)])
    assert ports_of_devices(ports_of.walk, ports, [("1", "B")]) == {("1", "B"): {("A", "B:1")}}
    assert ports_of_devices(ports_of.walk, ports, [("1", "B"), ("gone", "B")]).keys() == {("1", "B")}
    assert "CIM_DeviceSAPImplementation" not in asked
