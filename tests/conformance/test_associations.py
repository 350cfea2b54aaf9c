"""Roles, directions and references of all associations: checks 3 and 4 of smis-mapping 9.7, table 1.5."""

import random

import pytest

SAMPLE = 60  # references that are also read one by one
# Association: role and the class of what plays it.
ROLES = {
    "CIM_ElementConformsToProfile": ("ConformantStandard CIM_RegisteredProfile", "ManagedElement CIM_ManagedElement"),
    "CIM_ReferencedProfile": ("Antecedent CIM_RegisteredProfile", "Dependent CIM_RegisteredProfile"),
    "CIM_ComponentCS": ("GroupComponent CIM_ComputerSystem", "PartComponent CIM_ComputerSystem"),
    "CIM_SystemDevice": ("GroupComponent CIM_System", "PartComponent CIM_LogicalDevice"),
    "CIM_HostedStoragePool": ("GroupComponent CIM_System", "PartComponent CIM_StoragePool"),
    "CIM_HostedFileSystem": ("GroupComponent CIM_System", "PartComponent CIM_FileSystem"),
    "CIM_FileStorage": ("GroupComponent CIM_FileSystem", "PartComponent CIM_LogicalFile"),
    "CIM_HostedService": ("Antecedent CIM_System", "Dependent CIM_Service"),
    "CIM_HostedAccessPoint": ("Antecedent CIM_System", "Dependent CIM_ServiceAccessPoint"),
    "CIM_HostedShare": ("Antecedent CIM_System", "Dependent CIM_FileShare"),
    "CIM_HostedCollection": ("Antecedent CIM_System", "Dependent CIM_SystemSpecificCollection"),
    "CIM_AllocatedFromStoragePool": ("Antecedent CIM_StoragePool", "Dependent CIM_LogicalElement"),
    "CIM_ProtocolControllerForUnit": ("Antecedent CIM_ProtocolController", "Dependent CIM_LogicalDevice"),
    "CIM_ProtocolControllerForPort": ("Antecedent CIM_ProtocolController", "Dependent CIM_LogicalPort"),
    "CIM_SAPAvailableForElement": ("AvailableSAP CIM_ServiceAccessPoint", "ManagedElement CIM_ManagedElement"),
    "CIM_SAPAvailableForFileShare": ("AvailableSAP CIM_ProtocolEndpoint", "ManagedElement CIM_FileShare"),
    "CIM_DeviceSAPImplementation": ("Antecedent CIM_LogicalDevice", "Dependent CIM_ServiceAccessPoint"),
    "CIM_BindsTo": ("Antecedent CIM_ProtocolEndpoint", "Dependent CIM_ServiceAccessPoint"),
    "CIM_AuthorizedSubject": ("Privilege CIM_AuthorizedPrivilege", "PrivilegedElement CIM_ManagedElement"),
    "CIM_AuthorizedTarget": ("Privilege CIM_AuthorizedPrivilege", "TargetElement CIM_ProtocolController"),
    "CIM_AssociatedPrivilege": ("Subject CIM_ManagedElement", "Target CIM_ProtocolController"),
    "CIM_AssociatedInitiatorMaskingGroup": (
        "Antecedent CIM_SCSIProtocolController",
        "Dependent CIM_InitiatorMaskingGroup",
    ),
    "CIM_AssociatedTargetMaskingGroup": ("Antecedent CIM_SCSIProtocolController", "Dependent CIM_TargetMaskingGroup"),
    "CIM_AssociatedDeviceMaskingGroup": ("Antecedent CIM_SCSIProtocolController", "Dependent CIM_DeviceMaskingGroup"),
    "CIM_MemberOfCollection": ("Collection CIM_Collection", "Member CIM_ManagedElement"),
    "CIM_ElementCapabilities": ("ManagedElement CIM_ManagedElement", "Capabilities CIM_Capabilities"),
    "CIM_ElementSettingData": ("ManagedElement CIM_ManagedElement", "SettingData CIM_SettingData"),
    "CIM_SettingsDefineState": ("ManagedElement CIM_ManagedElement", "SettingData CIM_SettingData"),
    "CIM_ComputerSystemPackage": ("Antecedent CIM_PhysicalPackage", "Dependent CIM_ComputerSystem"),
    "CIM_SystemPackaging": ("Antecedent CIM_PhysicalElement", "Dependent CIM_System"),
    "CIM_ProductPhysicalComponent": ("GroupComponent CIM_Product", "PartComponent CIM_PhysicalElement"),
    "CIM_InstalledSoftwareIdentity": ("System CIM_System", "InstalledSoftware CIM_SoftwareIdentity"),
    "CIM_ElementSoftwareIdentity": ("Antecedent CIM_SoftwareIdentity", "Dependent CIM_ManagedElement"),
    "CIM_SharedElement": ("SystemElement CIM_LogicalElement", "SameElement CIM_FileShare"),
    "CIM_ConcreteIdentity": ("SystemElement CIM_ManagedElement", "SameElement CIM_ManagedElement"),
    "CIM_ResidesOnExtent": ("Antecedent CIM_StorageExtent", "Dependent CIM_LogicalElement"),
    "CIM_MediaPresent": ("Antecedent CIM_MediaAccessDevice", "Dependent CIM_StorageExtent"),
    "CIM_Realizes": ("Antecedent CIM_PhysicalElement", "Dependent CIM_LogicalDevice"),
    "CIM_PhysicalElementLocation": ("Element CIM_PhysicalElement", "PhysicalLocation CIM_Location"),
    "CIM_ElementStatisticalData": ("ManagedElement CIM_ManagedElement", "Stats CIM_StatisticalData"),
    "CIM_MaskingMappingView": (
        "StorageHardwareID CIM_StorageHardwareID",
        "LogicalDevice CIM_LogicalDevice",
        "ProtocolEndpoint CIM_ProtocolEndpoint",
    ),
    "CIM_NamespaceInManager": ("Antecedent CIM_ObjectManager", "Dependent CIM_Namespace"),
    "CIM_IndicationSubscription": ("Filter CIM_IndicationFilter", "Handler CIM_ListenerDestination"),
}
LAYERS = {4096: 1, 4097: 1, 4098: 1, 4111: 2, 4200: 3, 4201: 3}  # ProtocolIFType: IP, TCP, NFS and CIFS
ABOVE_TCP = 3


def rows(cimom, class_name):
    """All instances of a class in every namespace."""
    return [one for space in cimom.namespaces for one in cimom.of_class(space, class_name)]


def sources(cimom, association):
    found = rows(cimom, association)
    if not found:
        pytest.skip(f"the CIMOM has no {association}")
    return found


def references(instance):
    return {name: one.value for name, one in instance.properties.items() if one.type == "reference"}


@pytest.mark.parametrize("association", sorted(ROLES))
def test_each_role_is_played_by_its_class(cimom, association):
    for instance in sources(cimom, association):
        ends = references(instance)
        for role, class_name in (text.split() for text in ROLES[association]):
            assert role in ends, f"{instance.path} has no {role}"
            family = cimom.family(ends[role].namespace or instance.path.namespace, class_name)
            assert ends[role].classname.lower() in family, f"{role} of {instance.path} is no {class_name}"


def test_every_reference_leads_to_an_instance(cimom):
    assert cimom.dangling() == []
    ends = [
        path
        for association in cimom.associations
        for instance in rows(cimom, association)
        for path in references(instance).values()
    ]
    assert ends
    for path in random.Random(9).sample(ends, min(SAMPLE, len(ends))):
        assert cimom.key(cimom.connection.GetInstance(path, PropertyList=[]).path) == cimom.key(path)


def test_a_reference_names_its_namespace_and_its_class_as_the_instance_does(cimom):
    classes = {
        cimom.key(path): path.classname
        for space in cimom.namespaces
        for name in cimom.elements
        for path in cimom.names(space, name)
    }
    for association in cimom.associations:
        for instance in rows(cimom, association):
            for path in references(instance).values():
                assert path.namespace, f"a reference of {instance.path} has no namespace"
                assert path.classname == classes.get(cimom.key(path), path.classname)


def test_the_keys_of_an_association_are_its_references(cimom):
    for association in cimom.associations:
        for instance in rows(cimom, association)[:SAMPLE]:
            for name, path in references(instance).items():
                if name in instance.path.keybindings:
                    assert cimom.key(instance.path[name]) == cimom.key(path)


def test_both_ends_lead_over_an_association_to_each_other(cimom):
    picked = [one for name in sorted(ROLES) for one in rows(cimom, name)[:1]]
    for instance in picked:
        # An association between namespaces is found in those in which it is stored (smis-mapping 9.6).
        ends = {
            role: path
            for role, path in references(instance).items()
            if (path.namespace or "").lower() == instance.path.namespace.lower()
        }
        for role, path in ends.items():
            back = cimom.references(path, instance.classname, Role=role)
            assert cimom.key(instance.path) in {cimom.key(one.path) for one in back}, f"{instance.path} from {role}"


def test_a_processor_is_part_of_a_top_system(cimom):
    found = sources(cimom, "CIM_ComponentCS")
    tops = {cimom.key(top.path) for top in cimom.tops()}
    wholes = {cimom.key(one["GroupComponent"]) for one in found}
    parts = {cimom.key(one["PartComponent"]) for one in found}
    assert not parts & tops, "a top system as PartComponent"
    assert wholes <= tops | parts


def test_a_child_pool_is_allocated_from_a_greater_one(cimom):
    pools = {
        cimom.key(one.path): one for space in cimom.namespaces for one in cimom.instances(space, "CIM_StoragePool")
    }
    for one in sources(cimom, "CIM_AllocatedFromStoragePool"):
        parent, child = pools[cimom.key(one["Antecedent"])], pools.get(cimom.key(one["Dependent"]))
        if child is not None:
            assert not child["Primordial"], f"{child.path} is primordial and has a parent"
            assert child["TotalManagedSpace"] <= parent["TotalManagedSpace"]


def test_the_lower_layer_is_the_antecedent_of_a_binding(cimom):
    endpoints = {
        cimom.key(one.path): one for space in cimom.namespaces for one in cimom.instances(space, "CIM_ProtocolEndpoint")
    }

    def layer(path):
        return LAYERS.get(endpoints[cimom.key(path)]["ProtocolIFType"], ABOVE_TCP)

    for one in sources(cimom, "CIM_BindsTo"):
        assert layer(one["Antecedent"]) < layer(one["Dependent"]), str(one.path)


def test_masking_services_own_controllers_and_hardware_ids(cimom):
    """EnumerateInstances of CIM_ConcreteDependency has unrelated rows too (smis-mapping 3.2, rule 5)."""
    for space in cimom.implementations:
        owned = cimom.family(space, "CIM_SCSIProtocolController") | cimom.family(space, "CIM_StorageHardwareID")
        services = cimom.family(space, "CIM_Service")
        for one in cimom.instances(space, "CIM_ConcreteDependency"):
            classes = [one["Antecedent"].classname.lower(), one["Dependent"].classname.lower()]
            assert not (classes[0] in owned and classes[1] in services), f"swapped roles: {one.path}"
