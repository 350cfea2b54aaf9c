"""vasa-1.0 section 3: what stands in the fields, compared with what pywbem reads from the CIMOM."""

import itertools
import re

import pytest
from lxml import etree

D = "http://data.vasa.vim.vmware.com/xsd"
MIB = 2**20
QUERIES = {
    "StorageArray": ("queryArrays", None),
    "StorageProcessor": ("queryStorageProcessors", None),
    "StoragePort": ("queryStoragePorts", None),
    "StorageLun": ("queryStorageLuns", "lunUniqueId"),
    "StorageCapability": ("queryStorageCapabilities", None),
}
REQUIRED = {
    "StorageArray": {"uniqueIdentifier", "arrayName", "modelId", "vendorId", "alternateName"},
    "StorageProcessor": {"uniqueIdentifier", "spIdentifier"},
    "StoragePort": {"uniqueIdentifier", "portType"},
    "StorageLun": {
        "uniqueIdentifier",
        "capacityInMB",
        "displayName",
        "drsManagementPermitted",
        "esxLunIdentifier",
        "thinProvisioned",
        "thinProvisioningStatus",
        "usedSpaceInMB",
    },
    "StorageCapability": {"uniqueIdentifier", "capabilityDetail", "capabilityName"},
}


def fields(element):
    """Map the local names of an entity's children to their texts, in wire order."""
    found = {}
    for child in element:
        found.setdefault(etree.QName(child).localname, []).append(child.text)
    return found


@pytest.fixture(scope="module")
def raw(everything, soap):
    """The elements of every entity that the whole context sees, by kind."""
    shown = {}
    for entity_type, (operation, argument) in QUERIES.items():
        children = soap.elements(argument, everything.ids(entity_type)) if argument else ""
        shown[entity_type] = everything.call(operation, children).returns
    return shown


@pytest.fixture(scope="module")
def shown(raw):
    return {entity_type: [fields(element) for element in elements] for entity_type, elements in raw.items()}


@pytest.fixture(scope="module")
def volumes(cim):
    """The volumes of the CIMOM by their ESX name."""
    return {f"naa.{one['Name'].lower()}": one for one in cim.EnumerateInstances("CIM_StorageVolume")}


def one(entity, name):
    (value,) = entity[name]
    return value


@pytest.mark.parametrize("entity_type", QUERIES)
class TestEveryEntity:
    def test_required_fields_are_filled(self, shown, entity_type):
        assert shown[entity_type]
        for entity in shown[entity_type]:
            for name in REQUIRED[entity_type]:
                assert all(text and text.strip() for text in entity.get(name, [None])), (name, entity)

    def test_children_stand_in_the_order_of_the_alphabet_after_the_id(self, raw, entity_type):
        for element in raw[entity_type]:
            names = [etree.QName(child).localname for child in element]
            assert names[0] == "uniqueIdentifier"
            assert names[1:] == sorted(names[1:])
            assert names.count("uniqueIdentifier") == 1

    def test_nothing_is_nil_and_nothing_is_padded(self, raw, entity_type):
        for element in raw[entity_type]:
            for child in element:
                assert not child.attrib
                assert child.text == child.text.strip()

    def test_ids_are_short_plain_text(self, shown, entity_type):
        for entity in shown[entity_type]:
            assert re.fullmatch(r"[!-~]{1,255}", one(entity, "uniqueIdentifier"))
            assert not set(one(entity, "uniqueIdentifier")) & set("<&, ")


def test_ids_are_unique_over_all_kinds(shown):
    ids = [one(entity, "uniqueIdentifier") for entities in shown.values() for entity in entities]
    assert len(ids) == len(set(ids))


class TestArrays:
    """2.1 of smis-mapping, 3.4"""

    def test_names_and_models_are_those_of_the_chassis(self, shown, cim):
        (chassis,) = cim.EnumerateInstances("CIM_Chassis")
        for array in shown["StorageArray"]:
            assert (one(array, "vendorId"), one(array, "modelId")) == (chassis["Manufacturer"], chassis["Model"])
            assert one(array, "arrayName") in {
                system[name]
                for system in cim.EnumerateInstances("CIM_ComputerSystem")
                for name in ("ElementName", "Name")
            }

    def test_profiles_and_protocols_are_those_it_has(self, shown):
        ports = {one(port, "portType") for port in shown["StoragePort"]}
        for array in shown["StorageArray"]:
            assert set(array["supportedProfile"]) == {"BlockDeviceProfile", "CapabilityProfile"}
            assert set(array["supportedBlock"]) >= ports
            assert set(array["supportedBlock"]) <= {"FC", "ISCSI", "FCoE", "Other"}
            assert "supportedFileSystem" not in array
            for name in ("supportedProfile", "supportedBlock"):
                assert len(array[name]) == len(set(array[name]))

    def test_the_firmware_is_dotted(self, shown):
        for array in shown["StorageArray"]:
            assert re.fullmatch(r"\d+(\.\w+)+", one(array, "firmware"))


class TestPorts:
    def test_kinds_and_names(self, shown):
        kinds = {one(port, "portType") for port in shown["StoragePort"]}
        assert kinds == {"FC", "ISCSI"}
        for port in shown["StoragePort"]:
            if one(port, "portType") == "ISCSI":
                assert re.fullmatch(r"(iqn|eui)\..+", one(port, "iscsiIdentifier"))
                assert "," not in one(port, "iscsiIdentifier")
                assert not any(port.get("portWwn", []))
            else:
                for name in ("portWwn", "nodeWwn"):
                    assert re.fullmatch(r"([0-9a-f]{2}:){7}[0-9a-f]{2}", one(port, name)), name
                assert not any(port.get("iscsiIdentifier", []))

    def test_fc_ports_are_target_ports_of_the_cimom(self, shown, cim):
        wwns = {port["PermanentAddress"].lower() for port in cim.EnumerateInstances("CIM_FCPort")}
        found = {
            one(port, "portWwn").replace(":", "") for port in shown["StoragePort"] if one(port, "portType") == "FC"
        }
        assert found <= wwns
        assert found


class TestLuns:
    def test_the_esx_name_is_the_naa_of_the_volume(self, shown, volumes):
        for lun in shown["StorageLun"]:
            assert re.fullmatch(r"naa\.(6[0-9a-f]{31}|[235][0-9a-f]{15})", one(lun, "esxLunIdentifier"))
            assert one(lun, "esxLunIdentifier") in volumes

    def test_capacity_is_that_of_the_volume_rounded_down(self, shown, volumes):
        for lun in shown["StorageLun"]:
            volume = volumes[one(lun, "esxLunIdentifier")]
            assert int(one(lun, "capacityInMB")) == volume["NumberOfBlocks"] * volume["BlockSize"] // MIB

    def test_used_space(self, shown, volumes, cim):
        for lun in shown["StorageLun"]:
            volume = volumes[one(lun, "esxLunIdentifier")]
            capacity = int(one(lun, "capacityInMB"))
            if volume["ThinlyProvisioned"]:
                rows = cim.References(volume.path, ResultClass="CIM_AllocatedFromStoragePool", Role="Dependent")
                consumed = sum(row["SpaceConsumed"] for row in rows)
                assert int(one(lun, "usedSpaceInMB")) == min(consumed // MIB, capacity)
            else:
                assert int(one(lun, "usedSpaceInMB")) == capacity

    def test_name_and_thinness(self, shown, volumes):
        thinness = set()
        for lun in shown["StorageLun"]:
            volume = volumes[one(lun, "esxLunIdentifier")]
            assert one(lun, "displayName") == volume["ElementName"]
            assert one(lun, "thinProvisioned") == str(volume["ThinlyProvisioned"]).lower()
            assert one(lun, "thinProvisioningStatus") in {"Red", "Yellow", "Green"}
            if not volume["ThinlyProvisioned"]:
                assert one(lun, "thinProvisioningStatus") == "Green"
            thinness.add(volume["ThinlyProvisioned"])
        assert thinness == {True, False}

    def test_drs_is_permitted_for_plain_volumes(self, shown):
        assert {one(lun, "drsManagementPermitted") for lun in shown["StorageLun"]} == {"true"}

    def test_drs_moves_help_between_different_pools_only(self, everything, shown, volumes, cim, soap):
        pools = {}
        for lun in shown["StorageLun"][:8]:
            volume = volumes[one(lun, "esxLunIdentifier")]
            (pool,) = cim.AssociatorNames(volume.path, AssocClass="CIM_AllocatedFromStoragePool", Role="Dependent")
            pools[one(lun, "uniqueIdentifier")] = pool["InstanceID"]
        assert len(set(pools.values())) > 1
        for source, destination in itertools.permutations(pools, 2):
            children = (
                soap.elements("srcUniqueId", [source])
                + soap.elements("dstUniqueId", [destination])
                + soap.elements("entityType", ["StorageLun"])
            )
            (answer,) = everything.call("queryDRSMigrationCapabilityForPerformance", children).texts
            assert answer == str(pools[source] != pools[destination]).lower()


class TestCapabilities:
    def test_names_are_unique_and_texts_of_bearable_length(self, shown):
        names = [one(capability, "capabilityName") for capability in shown["StorageCapability"]]
        assert len(names) == len(set(names))
        for capability in shown["StorageCapability"]:
            assert len(one(capability, "capabilityName")) <= 255
            assert len(one(capability, "capabilityDetail")) <= 1000

    def test_luns_of_one_pool_have_one_capability(self, everything, shown, volumes, cim):
        names = {one(lun, "uniqueIdentifier"): one(lun, "esxLunIdentifier") for lun in shown["StorageLun"]}
        by_pool = {}
        for relation in everything.call("queryAssociatedCapabilityForLun").returns:
            lun, capability = (
                relation.findtext(f"{{{D}}}{end}/{{{D}}}uniqueIdentifier") for end in ("entityId", "associatedId")
            )
            path = volumes[names[lun]].path
            (pool,) = cim.AssociatorNames(path, AssocClass="CIM_AllocatedFromStoragePool", Role="Dependent")
            by_pool.setdefault(pool["InstanceID"], set()).add(capability)
        assert {len(capabilities) for capabilities in by_pool.values()} == {1}


class TestProviderInfo:
    @pytest.fixture(params=["setContext", "registerVASACertificate"])
    def info(self, request, registered, soap):
        children = {
            "setContext": soap.context(),
            "registerVASACertificate": soap.registration(registered.identity.pem),
        }
        (element,) = registered.call(request.param, children[request.param]).returns
        return fields(element)

    def test_fields(self, info):
        assert one(info, "vasaApiVersion") == "1.0"
        assert re.fullmatch(r"\d+(\.\w+)+", one(info, "vasaProviderVersion"))
        assert one(info, "name").strip()
        assert one(info, "defaultNamespace").strip()
        assert 60 <= int(one(info, "defaultSessionTimeoutInSeconds")) <= 86400

    def test_the_session_id_of_registering_is_0(self, registered, identity, anonymous, soap):
        (info,) = anonymous.call("registerVASACertificate", soap.registration(identity().pem)).returns
        assert info.findtext(f"{{{D}}}sessionId") == "0"

    def test_models_are_those_of_the_arrays_once(self, registered, everything, shown, soap):
        (info,) = registered.call("setContext", soap.context()).returns
        models = [fields(model) for model in info.findall(f"{{{D}}}supportedVendorModel")]
        pairs = [(one(model, "vendorId"), one(model, "modelId")) for model in models]
        assert set(pairs) == {(one(array, "vendorId"), one(array, "modelId")) for array in shown["StorageArray"]}
        assert len(pairs) == len(set(pairs))
