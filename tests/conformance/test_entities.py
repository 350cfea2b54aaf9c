"""Systems, ports and volumes hold what an SMI-S client reads of them (smis-mapping 2.1-2.5, 2.8; 9.7 check 7)."""

import re

import pytest

FRONT_END = {2, 4}  # CIM_FCPort.UsageRestriction: front end, not restricted
TARGETS = {3, 4}  # CIM_iSCSIProtocolEndpoint.Role: target, both
PORT_WWN, ISCSI_NAME = 2, 5  # CIM_StorageHardwareID.IDType
SEPARATORS = re.compile(r"^0x|[:\-. ]", re.IGNORECASE)


def everywhere(cimom, class_name):
    found = [one for space in cimom.implementations for one in cimom.instances(space, class_name)]
    if not found:
        pytest.skip(f"the CIMOM has no {class_name}")
    return found


def own_volumes(cimom):
    """The volumes of systems that are here: a NAS head shows those of other arrays too (9.4)."""
    systems = {one["Name"] for one in everywhere(cimom, "CIM_ComputerSystem")}
    found = [one for one in everywhere(cimom, "CIM_StorageVolume") if one["SystemName"] in systems]
    return found or pytest.skip("the systems of the CIMOM have no CIM_StorageVolume")


def wwn(text):
    """Sixteen hex digits in lower case, or None if the text is no WWN (smis-mapping 2.8)."""
    digits = SEPARATORS.sub("", text).lower()
    return digits if re.fullmatch(r"[0-9a-f]{16}", digits) else None


def iqn(text):
    """The iSCSI name of a host or a target, without the rest that an endpoint adds (smis-mapping 2.3)."""
    return text.strip().lower().split(",")[0]


# --- systems (2.1, 2.2) ---


def test_a_top_system_has_a_name_a_maker_and_a_model(cimom):
    for top in cimom.tops():
        packages = cimom.associators(
            top.path, "CIM_ComputerSystemPackage", Role="Dependent", ResultClass="CIM_PhysicalPackage"
        )
        assert [one for one in packages if one["Manufacturer"] and one["Model"]], f"no chassis of {top.path}"
        assert top["ElementName"]


def test_a_top_system_has_firmware(cimom):
    for top in cimom.tops():
        found = cimom.associators(top.path, "CIM_InstalledSoftwareIdentity", Role="System")
        assert [one for one in found if one["VersionString"]], f"no firmware of {top.path}"


def test_health_is_told_of_systems_volumes_and_pools(cimom):
    for class_name in ("CIM_ComputerSystem", "CIM_StorageVolume", "CIM_StoragePool", "CIM_FCPort"):
        for space in cimom.implementations:
            for one in cimom.instances(space, class_name):
                assert one["OperationalStatus"], f"{one.path} has no OperationalStatus"


def test_labels_and_identifiers_of_a_system_go_together(cimom):
    for top in cimom.tops():
        labels, values = top.get("IdentifyingDescriptions") or [], top.get("OtherIdentifyingInfo") or []
        assert len(labels) == len(values)


# --- ports (2.3) ---


def test_a_front_end_port_has_a_wwn_of_its_own(cimom):
    found = [one for one in everywhere(cimom, "CIM_FCPort") if (one["UsageRestriction"] or 4) in FRONT_END]
    names = [wwn(one["PermanentAddress"] or "") for one in found]
    assert None not in names
    assert len(set(names)) == len(names)


def test_a_port_belongs_to_a_system_that_is_there(cimom):
    systems = {one["Name"] for space in cimom.implementations for one in cimom.instances(space, "CIM_ComputerSystem")}
    assert {one["SystemName"] for one in everywhere(cimom, "CIM_FCPort")} <= systems


def test_an_endpoint_has_the_address_of_the_port_that_implements_it(cimom):
    ports = {cimom.key(one.path): one for one in everywhere(cimom, "CIM_FCPort")}
    endpoints = {cimom.key(one.path): one for one in everywhere(cimom, "CIM_SCSIProtocolEndpoint")}
    pairs = [
        (ports[cimom.key(row["Antecedent"])], endpoints[cimom.key(row["Dependent"])])
        for row in everywhere(cimom, "CIM_DeviceSAPImplementation")
        if cimom.key(row["Antecedent"]) in ports and cimom.key(row["Dependent"]) in endpoints
    ]
    assert len(pairs) >= len(ports)
    for port, endpoint in pairs:
        assert wwn(endpoint["Name"]) == wwn(port["PermanentAddress"])


def test_an_iscsi_target_has_a_name_and_a_portal(cimom):
    targets = [one for one in everywhere(cimom, "CIM_iSCSIProtocolEndpoint") if one["Role"] in TARGETS]
    for target in targets:
        assert iqn(target["Name"]).startswith(("iqn.", "eui.", "naa.")), target["Name"]
        sessions = cimom.associators(target.path, "CIM_BindsTo", Role="Dependent", ResultRole="Antecedent")
        assert [one for one in sessions if one["PortNumber"]], f"no TCP endpoint below {target.path}"
        for session in sessions:
            addresses = cimom.associators(session.path, "CIM_BindsTo", Role="Dependent", ResultRole="Antecedent")
            assert [one for one in addresses if one.get("IPv4Address") or one.get("IPv6Address")]


def test_an_iscsi_endpoint_belongs_to_a_node_of_its_name(cimom):
    nodes = [one for one in everywhere(cimom, "CIM_SCSIProtocolController") if one["NameFormat"] == 3]
    if not nodes:
        pytest.skip("the CIMOM has no iSCSI nodes")
    for node in nodes:
        endpoints = cimom.associators(node.path, "CIM_SAPAvailableForElement", Role="ManagedElement")
        assert endpoints, f"no endpoint of {node.path}"
        assert iqn(node["Name"]) in {iqn(one["Name"]) for one in endpoints}


# --- volumes (2.4, 2.5) ---


def well_formed(text):
    """`naa.` and the digits if they are an NAA name of 16 or 32 digits, else None."""
    digits = SEPARATORS.sub("", text or "").lower()
    if re.fullmatch(r"6[0-9a-f]{31}|[235][0-9a-f]{15}", digits):
        return f"naa.{digits}"
    return None


def labelled(volume):
    pairs = zip(volume.get("IdentifyingDescriptions") or (), volume.get("OtherIdentifyingInfo") or (), strict=False)
    return next((value for label, value in pairs if label == "NAA;VPD83Type3"), None)


def rules(volume):
    """The number and the answer of each rule of smis-mapping 2.5 that this volume satisfies, in their order."""
    name, kind, namespace = volume.get("Name"), volume.get("NameFormat"), volume.get("NameNamespace")
    other = volume.get("OtherIdentifyingInfo") or []
    if kind == 9 and namespace == 2:
        yield 1, well_formed(name)
    if kind in (2, 3):
        yield 2, well_formed(name)
    if labelled(volume):
        yield 3, well_formed(labelled(volume))
    if (volume.get("OtherNameFormat"), volume.get("OtherNameNamespace")) == ("NAA", "VPD83Type3") and len(other) == 1:
        yield 4, well_formed(other[0])
    if kind == 9 and namespace == 6:
        yield 5, well_formed(name)
    for vendor in ("EMCWWN", "EMCSVWWN"):
        if volume.get(vendor):
            yield 6, well_formed(volume[vendor])
    if kind == 10 and namespace == 3:
        yield 7, f"eui.{name.lower()}"
    if kind == 11 and namespace == 4:
        yield 8, f"t10.{name}"
    yield 9, well_formed(name)


def lun_name(volume):
    return next((found for _, found in rules(volume) if found), None)


def test_every_volume_has_a_name_that_hosts_know_and_no_other_has_it(cimom):
    volumes = everywhere(cimom, "CIM_StorageVolume")
    names = [lun_name(volume) for volume in volumes]
    assert [str(volume.path) for volume, name in zip(volumes, names, strict=True) if name is None] == []
    assert len(set(names)) == len(names)


def test_a_claimed_name_format_holds_what_it_says(cimom):
    for volume in everywhere(cimom, "CIM_StorageVolume"):
        wrong = [number for number, found in rules(volume) if number < 9 and found is None]
        assert not wrong, f"rules {wrong} claimed by {volume.path}: {volume['Name']}"


def test_a_volume_has_a_size_and_takes_its_space_from_a_pool(cimom):
    taken = {
        cimom.key(row["Dependent"])
        for space in cimom.implementations
        for row in cimom.instances(space, "CIM_AllocatedFromStoragePool")
    }
    for volume in own_volumes(cimom):
        assert volume["BlockSize"] > 0
        assert volume["NumberOfBlocks"] > 0
        assert (volume.get("ConsumableBlocks") or 0) <= volume["NumberOfBlocks"]
        assert cimom.key(volume.path) in taken, f"{volume.path} is in no pool"


def test_a_volume_is_a_device_of_the_system_in_its_keys(cimom):
    rows = {cimom.key(row["PartComponent"]): row for row in everywhere(cimom, "CIM_SystemDevice")}
    for volume in own_volumes(cimom):
        assert rows[cimom.key(volume.path)]["GroupComponent"]["Name"] == volume["SystemName"]


def test_a_concrete_pool_belongs_to_a_system_and_has_capabilities(cimom):
    """The capabilities tell how a pool protects its volumes (5.1)."""
    for pool in everywhere(cimom, "CIM_StoragePool"):
        assert cimom.associator_names(pool.path, "CIM_HostedStoragePool", Role="PartComponent"), str(pool.path)
        if not pool["Primordial"]:
            options = {"Role": "ManagedElement", "ResultClass": "CIM_StorageCapabilities"}
            assert cimom.associator_names(pool.path, "CIM_ElementCapabilities", **options), str(pool.path)


# --- initiators in five spellings (2.8, check 7) ---


def wwn_spellings(digits):
    pairs = [digits[start : start + 2] for start in range(0, 16, 2)]
    return [digits.lower(), digits.upper(), f"0x{digits}", ":".join(pairs), "-".join(pairs).upper()]


def iqn_spellings(name):
    return [name, name.upper(), name.title(), f" {name} ", f"{name},t,0x0001"]


def matching(ids, kind, text):
    """The InstanceIDs of the hardware IDs that a host's port name means."""
    normal = wwn if kind == PORT_WWN else iqn
    return {one["InstanceID"] for one in ids if one["IDType"] == kind and normal(one["StorageID"]) == normal(text)}


@pytest.mark.parametrize(
    ("kind", "normal", "spellings"), [(PORT_WWN, wwn, wwn_spellings), (ISCSI_NAME, iqn, iqn_spellings)]
)
def test_an_initiator_is_found_in_five_spellings(cimom, kind, normal, spellings):
    ids = [one for one in everywhere(cimom, "CIM_StorageHardwareID") if one["IDType"] == kind and one["StorageID"]]
    if not ids:
        pytest.skip(f"the CIMOM has no hardware IDs of type {kind}")
    assert [one["StorageID"] for one in ids if normal(one["StorageID"]) is None] == []
    same = {}
    for one in ids:
        same.setdefault(normal(one["StorageID"]), set()).add(one["InstanceID"])
    for name, expected in same.items():
        assert [matching(ids, kind, text) for text in spellings(name)] == [expected] * 5


def test_hardware_ids_hang_off_their_service(cimom):
    options = {"Role": "Dependent", "ResultRole": "Antecedent", "ResultClass": "CIM_Service"}
    for one in everywhere(cimom, "CIM_StorageHardwareID"):
        assert cimom.associator_names(one.path, "CIM_ConcreteDependency", **options), str(one.path)
