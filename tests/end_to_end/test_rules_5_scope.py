"""vasa-1.0 section 5: what a usage context sees, against an independent reading of the CIMOM.

The oracle walks object by object, by pywbem: initiator, privilege, view, then units and endpoints (dialect 1 of
smis-mapping 3.1). LUNs are compared by their NAA, ports by WWN or iSCSI name, relations by pairs of both.
"""

import itertools
from dataclasses import dataclass

import pytest

D = "http://data.vasa.vim.vmware.com/xsd"
NO_ACCESS = 4
ISCSI_NAME = 5
FILTERED = ["StorageArray", "StorageProcessor", "StoragePort", "StorageLun"]


@dataclass(frozen=True)
class Reach:
    """What some initiators reach: pairs of (port, LUN)."""

    pairs: frozenset

    def __or__(self, other):
        return Reach(self.pairs | other.pairs)

    @property
    def ports(self):
        return {port for port, _ in self.pairs}

    @property
    def luns(self):
        return {lun for _, lun in self.pairs}


class Oracle:
    def __init__(self, cim):
        self.cim = cim

    def initiators(self):
        """Map (IDType, StorageID) to the paths that carry it."""
        found = {}
        for one in self.cim.EnumerateInstances("CIM_StorageHardwareID"):
            found.setdefault((one["IDType"], one["StorageID"]), []).append(one.path)
        return found

    def reach_of(self, path):
        pairs = set()
        for privilege in self.cim.Associators(
            path, AssocClass="CIM_AuthorizedSubject", ResultClass="CIM_AuthorizedPrivilege"
        ):
            if privilege["PrivilegeGranted"] and {5, 6} & set(privilege["Activities"]):
                for view in self.cim.AssociatorNames(
                    privilege.path, AssocClass="CIM_AuthorizedTarget", ResultClass="CIM_SCSIProtocolController"
                ):
                    pairs |= set(itertools.product(self.ports_of(view), self.luns_of(view)))
        return Reach(frozenset(pairs))

    def ports_of(self, view):
        endpoints = self.cim.Associators(
            view, AssocClass="CIM_SAPAvailableForElement", ResultClass="CIM_SCSIProtocolEndpoint"
        )
        return {endpoint["Name"].split(",")[0].lower() for endpoint in endpoints}

    def luns_of(self, view):
        units = self.cim.References(view, ResultClass="CIM_ProtocolControllerForUnit", Role="Antecedent")
        paths = [unit["Dependent"] for unit in units if unit["DeviceAccess"] != NO_ACCESS]
        return {f"naa.{self.cim.GetInstance(path)['Name'].lower()}" for path in paths}


@pytest.fixture(scope="module")
def truth(cim):
    """The reach of every initiator by (IDType, StorageID)."""
    oracle = Oracle(cim)
    reach = {}
    for key, paths in oracle.initiators().items():
        for path in paths:
            reach[key] = reach.get(key, Reach(frozenset())) | oracle.reach_of(path)
    assert len({one.pairs for one in reach.values()}) > 1, "an estate in which all see the same proves nothing"
    return reach


def as_xml(soap, key):
    kind, name = key
    return soap.initiator(**{"iscsiIdentifier" if kind == ISCSI_NAME else "portWwn": name})


def field(element, name):
    return element.findtext(f"{{{D}}}{name}")


def seen_by(session):
    """Read ports, LUNs and their relation as the bridge shows them, in the oracle's terms."""
    ports = {}
    for port in session.call("queryStoragePorts").returns:
        wwn, iqn = field(port, "portWwn"), field(port, "iscsiIdentifier")
        ports[field(port, "uniqueIdentifier")] = iqn.lower() if iqn else wwn.replace(":", "").lower()
    ids = session.ids("StorageLun")
    luns = {}
    if ids:
        children = "".join(f"<v:lunUniqueId>{one}</v:lunUniqueId>" for one in ids)
        for lun in session.call("queryStorageLuns", children).returns:
            luns[field(lun, "uniqueIdentifier")] = field(lun, "esxLunIdentifier")
    pairs = set()
    for relation in session.call("queryAssociatedLunsForPort").returns:
        port = ports[relation.findtext(f"{{{D}}}entityId/{{{D}}}uniqueIdentifier")]
        for lun in relation.findall(f"{{{D}}}associatedId"):
            pairs.add((port, luns[field(lun, "uniqueIdentifier")]))
    return Reach(frozenset(pairs)), set(ports.values()), set(luns.values())


def assert_sees(session, expected):
    reach, ports, luns = seen_by(session)
    assert luns == expected.luns
    assert ports == expected.ports
    assert reach == expected
    assert session.count("StorageLun") == len(expected.luns)
    assert session.count("StoragePort") == len(expected.ports)


class TestVisibility:
    def test_the_oracle_knows_the_announced_initiators(self, truth, hosts):
        wwns, iqns = hosts
        assert {name.lower() for _, name in truth} == {name.lower() for name in [*wwns, *iqns]}

    def test_every_single_initiator(self, truth, session, soap):
        for key, reach in truth.items():
            assert_sees(session(as_xml(soap, key)), reach)

    def test_every_pair(self, truth, session, soap):
        for first, second in itertools.combinations(truth, 2):
            assert_sees(session(as_xml(soap, first) + as_xml(soap, second)), truth[first] | truth[second])

    def test_all_together(self, truth, everything):
        union = Reach(frozenset().union(*(reach.pairs for reach in truth.values())))
        assert_sees(everything, union)


@pytest.fixture(scope="module")
def fc(truth):
    """An FC initiator that reaches something: its WWN as 16 hex digits, and its reach."""
    return next((name.lower(), reach) for (kind, name), reach in truth.items() if kind == 2 and reach.pairs)


@pytest.fixture(scope="module")
def iscsi(truth):
    return next((name, reach) for (kind, name), reach in truth.items() if kind == ISCSI_NAME and reach.pairs)


def colons(digits):
    return ":".join(digits[at : at + 2] for at in range(0, 16, 2))


SPELLINGS = {
    "colons": colons,
    "colons, upper case": lambda wwn: colons(wwn).upper(),
    "bare": str,
    "bare, upper case": str.upper,
    "0x": lambda wwn: f"0x{wwn}",
    "0x, upper case": lambda wwn: f"0x{wwn.upper()}",
    "decimal": lambda wwn: str(int(wwn, 16)),
}


class TestMatching:
    """5.3"""

    @pytest.mark.parametrize("spell", SPELLINGS.values(), ids=SPELLINGS)
    def test_every_spelling_of_a_wwn(self, session, soap, fc, spell):
        wwn, reach = fc
        assert_sees(session(soap.initiator(portWwn=spell(wwn))), reach)

    def test_a_node_wwn_supplements_and_does_not_restrict(self, session, soap, fc):
        wwn, reach = fc
        assert_sees(session(soap.initiator(nodeWwn="20000000c9ffffff", portWwn=wwn)), reach)

    def test_a_node_wwn_is_not_compared_with_port_wwns(self, session, soap, fc):
        assert session(soap.initiator(nodeWwn=fc[0])).count("StorageLun") == 0

    @pytest.mark.parametrize("spell", [str, str.upper, str.lower, "  {}\n".format])
    def test_iscsi_names_match_without_regard_to_case_and_blanks(self, session, soap, iscsi, spell):
        name, reach = iscsi
        assert_sees(session(soap.initiator(iscsiIdentifier=spell(name))), reach)

    def test_iscsi_names_match_as_a_whole(self, session, soap, iscsi):
        for other in (iscsi[0] + "0", iscsi[0][:-1]):
            assert session(soap.initiator(iscsiIdentifier=other)).count("StorageLun") == 0

    def test_an_initiator_of_both_kinds_matches_by_either(self, session, soap, fc, iscsi):
        both = session(soap.initiator(iscsiIdentifier=iscsi[0], portWwn=fc[0]))
        assert_sees(both, fc[1] | iscsi[1])

    def test_repeated_initiators_change_nothing(self, session, soap, fc):
        wwn, reach = fc
        assert_sees(session(soap.initiator(portWwn=wwn) + soap.initiator(portWwn=colons(wwn))), reach)

    @pytest.mark.parametrize(
        "bad",
        [
            {},
            {"portWwn": ""},
            {"portWwn": "not a wwn"},
            {"portWwn": "10:00"},
            {"portWwn": "99999999999999999999999999"},
            {"portWwn": "-"},
            {"iscsiIdentifier": ""},
            {"portWwn": "zz:zz:zz:zz:zz:zz:zz:zz", "nodeWwn": "0x"},
            {"uniqueIdentifier": "host-1"},
        ],
    )
    def test_what_cannot_be_parsed_is_ignored(self, session, soap, fc, bad):
        wwn, reach = fc
        assert_sees(session(soap.initiator(**bad) + soap.initiator(portWwn=wwn)), reach)
        assert session(soap.initiator(**bad)).count("StorageLun") == 0

    def test_a_nil_initiator_is_ignored(self, session, soap, fc):
        wwn, reach = fc
        assert_sees(session('<d:hostInitiator xsi:nil="true"/>' + soap.initiator(portWwn=wwn)), reach)


class TestScope:
    """5.2"""

    @pytest.mark.parametrize("entity_type", FILTERED)
    @pytest.mark.parametrize(
        "members",
        ["", "<d:vcGuid>g</d:vcGuid>", "<d:chapUsername>c</d:chapUsername>"],
        ids=["nothing", "vcGuid", "CHAP name"],
    )
    def test_an_empty_context_sees_nothing(self, session, members, entity_type):
        own = session(members)
        assert (own.ids(entity_type), own.count(entity_type)) == ([], 0)

    @pytest.mark.parametrize(
        "operation",
        [
            "queryArrays",
            "queryStorageProcessors",
            "queryStoragePorts",
            "queryAssociatedProcessorsForArray",
            "queryAssociatedPortsForProcessor",
            "queryAssociatedLunsForPort",
            "queryAssociatedCapabilityForLun",
        ],
    )
    def test_an_empty_context_gets_empty_answers(self, session, operation):
        assert session().call(operation).returns == []

    def test_an_empty_context_gets_nothing_by_id_either(self, session, everything, soap):
        own = session()
        assert own.call("queryArrays", soap.elements("arrayUniqueId", everything.ids("StorageArray"))).returns == []
        assert own.call("queryStorageLuns", soap.elements("lunUniqueId", everything.ids("StorageLun"))).returns == []

    @pytest.mark.parametrize("members", ["", "unknown"])
    def test_capabilities_are_always_listed(self, session, everything, soap, members):
        own = session(soap.initiator(portWwn="10:00:00:00:c9:ff:ff:ff") if members else "")
        assert own.ids("StorageCapability") == everything.ids("StorageCapability")
        ids = [field(one, "uniqueIdentifier") for one in own.call("queryStorageCapabilities").returns]
        assert sorted(ids) == sorted(everything.ids("StorageCapability")) != []

    def test_unknown_initiators_see_the_arrays_only(self, session, everything, soap):
        own = session(soap.initiator(portWwn="10:00:00:00:c9:ff:ff:ff"))
        assert own.ids("StorageArray") == everything.ids("StorageArray") != []
        assert own.ids("StorageProcessor") == everything.ids("StorageProcessor") != []
        assert (own.count("StoragePort"), own.count("StorageLun")) == (0, 0)

    def test_mounts_see_no_ports_and_luns(self, session, soap):
        own = session(soap.mount("10.0.1.5", "/exports/ds1"))
        assert (own.count("StoragePort"), own.count("StorageLun")) == (0, 0)
        assert own.count("StorageCapability") > 0

    def test_mounts_beside_initiators_change_nothing_for_block(self, session, soap, fc):
        wwn, reach = fc
        mounts = soap.mount("nas", "/a") + soap.mount("", "") + "<d:mountPoint/>"
        assert_sees(session(mounts + soap.initiator(portWwn=wwn)), reach)

    def test_two_vcenters_see_their_own(self, session, vcenters, truth, soap):
        (first, one), *_, (second, two) = truth.items()
        left, right = session(as_xml(soap, first)), session(as_xml(soap, second), vcenters())
        assert_sees(left, one)
        assert_sees(right, two)
        assert_sees(left, one)
