"""Each estate registers the profiles that its arrays have, and their central instances conform to them."""

from collections import defaultdict
from dataclasses import replace

import pytest

from mock_cimom.estate.description import ESTATES, SMALLEST, ArrayDescription, EstateDescription, Kind, Masking
from mock_cimom.estate_loader import load_estate

SERVER = {"Profile Registration", "Indication", "Indications"}
COMMON = {
    "Access Points", "Block Services", "Disk Drive Lite", "Health", "Location", "Multiple Computer System",
    "Physical Package", "Software", "Thin Provisioning",
}  # fmt: skip
BLOCKS = {"FC Target Ports", "iSCSI Target Ports", "Masking and Mapping"}
FILES = {
    "File Export", "File Export Manipulation", "File Server Manipulation", "File Storage", "Filesystem",
    "Filesystem Manipulation", "NAS Network Port",
}  # fmt: skip
NO_CENTRAL_INSTANCES = {"Profile Registration", "Health", "Indication", "SMI-S"}


class Interop:
    """The profiles of an estate, and what is registered about them."""

    def __init__(self, estate):
        self.estate = estate if isinstance(estate, EstateDescription) else EstateDescription((estate,))
        self.connection = load_estate(self.estate)
        self.profiles = {one["RegisteredName"]: one for one in self.list("CIM_RegisteredProfile")}
        self.names = {one["InstanceID"]: name for name, one in self.profiles.items()}

    def list(self, class_name, namespace="interop"):
        return self.connection.EnumerateInstances(class_name, namespace)

    def tree(self):
        found = defaultdict(set)
        for edge in self.list("CIM_ReferencedProfile"):
            found[self.names[edge["Antecedent"]["InstanceID"]]].add(self.names[edge["Dependent"]["InstanceID"]])
        return dict(found)

    def central(self, name, namespace="interop"):
        profile = self.profiles[name].path
        return [
            edge["ManagedElement"]
            for edge in self.list("CIM_ElementConformsToProfile", namespace)
            if edge["ConformantStandard"] == profile
        ]


TREES = {
    "tiny": (ESTATES["tiny"], {"Array": COMMON | BLOCKS}),
    "nas": (SMALLEST[Kind.NAS], {"Self-contained NAS System": COMMON | FILES}),
    "head": (
        SMALLEST[Kind.NAS_HEAD],
        {"NAS Head": COMMON - {"Block Services", "Disk Drive Lite", "Thin Provisioning"} | FILES},
    ),
    "unified": (
        SMALLEST[Kind.UNIFIED],
        {"Array": COMMON | BLOCKS, "Self-contained NAS System": COMMON | FILES},
    ),
    "mixed": (
        ESTATES["mixed"],
        {"Array": COMMON | BLOCKS, "Self-contained NAS System": COMMON | FILES},
    ),
    "groups": (
        ArrayDescription(masking=Masking.GROUPS),
        {"Array": COMMON | BLOCKS - {"Masking and Mapping"} | {"Group Masking and Mapping"}},
    ),
    "rows and statistics": (
        ArrayDescription(masking=Masking.ROWS, statistics=True),
        {"Array": COMMON | BLOCKS | {"Block Server Performance", "Block Storage Views"}},
    ),
    "no fc": (
        ArrayDescription(fc_ports_per_processor=0, iscsi_host_every=1),
        {"Array": COMMON | BLOCKS - {"FC Target Ports"}},
    ),
}


@pytest.fixture(scope="module", params=TREES.values(), ids=TREES)
def case(request):
    return Interop(request.param[0]), request.param[1]


def test_the_tree_has_the_components_of_each_kind(case):
    interop, expected = case
    assert interop.tree() == {"Server": SERVER, **expected}
    assert set(interop.profiles) == {"SMI-S", "Server", *expected} | SERVER.union(*expected.values())


def test_smi_s_leads_to_the_autonomous_profiles(case):
    interop, expected = case
    found = {interop.names[path["InstanceID"]] for path in interop.central("SMI-S")}
    assert found == {"Server", *expected}
    advertised = {name for name, one in interop.profiles.items() if one["AdvertiseTypes"] == [3]}
    assert advertised == {"SMI-S", "Server", *expected}


def test_every_profile_has_central_instances_in_both_namespaces(case):
    interop, _ = case
    for name in set(interop.profiles) - NO_CENTRAL_INSTANCES:
        central = interop.central(name)
        assert central, name
        assert len({str(path) for path in central}) == len(central)
        for path in central:
            assert interop.connection.GetInstance(path).path == path
            if path.namespace != "interop":
                assert path in interop.central(name, path.namespace)


def test_each_top_system_conforms_to_the_profiles_of_its_kind():
    interop = Interop(EstateDescription((*ESTATES["mixed"].arrays, SMALLEST[Kind.NAS_HEAD])))
    found = {name: {path["Name"] for path in interop.central(name)} for name in ("Array", "NAS Head")}
    found["NAS"] = {path["Name"] for path in interop.central("Self-contained NAS System")}
    assert found == {
        "Array": {"MOCK+000000000001", "MOCK+000000000003"},
        "NAS": {"MOCKNAS+2", "MOCK+000000000003"},
        "NAS Head": {"MOCKNAS+4"},
    }


def test_arrays_of_two_dialects_have_both_masking_profiles():
    array = ArrayDescription()
    interop = Interop(EstateDescription((array, replace(array, masking=Masking.GROUPS))))
    assert {"Masking and Mapping", "Group Masking and Mapping"} < interop.tree()["Array"]
    for name, service in (
        ("Masking and Mapping", "CIM_ControllerConfigurationService"),
        ("Group Masking and Mapping", "CIM_GroupMaskingMappingService"),
    ):
        assert [path.classname for path in interop.central(name)] == [service]


def test_there_is_one_object_manager_with_all_namespaces():
    interop = Interop(ESTATES["mixed"])
    (manager,) = interop.list("CIM_ObjectManager")
    below = interop.connection.Associators(manager.path, AssocClass="CIM_NamespaceInManager")
    assert {one["Name"] for one in below} == {"interop", "root/mockblock", "root/mocknas", "root/mockunified"}
