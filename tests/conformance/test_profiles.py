"""Every registered profile has its central instances, on the path that its specification gives (smis-mapping 1.3).

A walk goes from the top systems of the autonomous profiles above the profile, and their component systems.
"""

import pytest

SYSTEM_DEVICE = ("CIM_SystemDevice", "GroupComponent", "PartComponent")
HOSTED_SERVICE = ("CIM_HostedService", "Antecedent", "Dependent")
HOSTED_POOL = ("CIM_HostedStoragePool", "GroupComponent", "PartComponent")
ACCESS_POINT = ("CIM_HostedAccessPoint", "Antecedent", "Dependent")
CAPABILITIES = ("CIM_ElementCapabilities", "ManagedElement", "Capabilities")
HOSTED_FILE_SYSTEM = ("CIM_HostedFileSystem", "GroupComponent", "PartComponent")
COMPONENT_CS = ("CIM_ComponentCS", "GroupComponent", "PartComponent")
HOSTED_DEPENDENCY = ("CIM_HostedDependency", "Antecedent", "Dependent")
PACKAGING = ("CIM_SystemPackaging", "Dependent", "Antecedent")
# Registered name: central class, then the associations from a system to it.
PATHS = {
    "Block Services": ("CIM_StoragePool", HOSTED_POOL),
    "Multiple Computer System": ("CIM_ComputerSystem", COMPONENT_CS),
    "FC Target Ports": ("CIM_FCPort", SYSTEM_DEVICE),
    "FCoE Target Ports": ("CIM_FCPort", SYSTEM_DEVICE),
    "SAS Target Ports": ("CIM_SASPort", SYSTEM_DEVICE),
    "iSCSI Target Ports": ("CIM_iSCSICapabilities", CAPABILITIES),
    "Generic Target Ports": ("CIM_LogicalPort", SYSTEM_DEVICE),
    "Masking and Mapping": ("CIM_ControllerConfigurationService", HOSTED_SERVICE),
    "Group Masking and Mapping": ("CIM_GroupMaskingMappingService", HOSTED_SERVICE),
    "Thin Provisioning": ("CIM_StoragePool", HOSTED_POOL),
    "Software": ("CIM_SoftwareIdentity", ("CIM_InstalledSoftwareIdentity", "System", "InstalledSoftware")),
    "Software Inventory": ("CIM_SoftwareIdentity", ("CIM_InstalledSoftwareIdentity", "System", "InstalledSoftware")),
    "Physical Package": ("CIM_PhysicalPackage", PACKAGING),
    "Location": ("CIM_Location", PACKAGING, ("CIM_PhysicalElementLocation", "Element", "PhysicalLocation")),
    "Disk Drive Lite": ("CIM_DiskDrive", SYSTEM_DEVICE),
    "Block Server Performance": ("CIM_BlockStatisticsService", HOSTED_SERVICE),
    "Block Storage Views": ("CIM_ViewCapabilities", CAPABILITIES),
    "Storage Server Asymmetry": ("CIM_StorageServerAsymmetryCapabilities", CAPABILITIES),
    "Automated Storage Tiering": ("CIM_TierService", HOSTED_SERVICE),
    "Replication Services": ("CIM_ReplicationService", HOSTED_SERVICE),
    "Copy Services": ("CIM_StorageConfigurationService", HOSTED_SERVICE),
    "Access Points": ("CIM_RemoteServiceAccessPoint", ACCESS_POINT),
    "File Export": ("CIM_FileShare", ("CIM_HostedShare", "Antecedent", "Dependent")),
    "File Export Manipulation": ("CIM_FileExportService", HOSTED_SERVICE),
    "Filesystem": ("CIM_LocalFileSystem", HOSTED_FILE_SYSTEM),
    "Filesystem Manipulation": ("CIM_FileSystemConfigurationService", HOSTED_SERVICE),
    "File Storage": ("CIM_StorageExtent", HOSTED_FILE_SYSTEM, ("CIM_ResidesOnExtent", "Dependent", "Antecedent")),
    "NAS Network Port": ("CIM_ProtocolEndpoint", ACCESS_POINT),
    "File Server Manipulation": ("CIM_FileServerConfigurationService", HOSTED_SERVICE),
    "Filesystem Quotas": ("CIM_FSQuotaManagementService", HOSTED_SERVICE),
}
# The central instances of these come and go with errors, jobs and subscribers, or are the profiles themselves.
WITHOUT_INSTANCES = {"Health", "Job Control", "Indication", "Profile Registration"}


def parents(cimom, profile):
    return cimom.kept(("parents", cimom.key(profile.path)), lambda: all_above(cimom, profile))


def all_above(cimom, profile):
    found = cimom.associators(profile.path, "CIM_ReferencedProfile", Role="Dependent", ResultRole="Antecedent")
    return [one for parent in found for one in (parent, *parents(cimom, parent))]


def systems_of(cimom, autonomous):
    """The conforming systems, their processors and their file servers, recursively."""
    return cimom.kept(("below", cimom.key(autonomous.path)), lambda: list(all_below(cimom, autonomous).values()))


def all_below(cimom, autonomous):
    options = {"Role": "ConformantStandard", "ResultClass": "CIM_ComputerSystem"}
    found = {}
    fresh = cimom.associator_names(autonomous.path, "CIM_ElementConformsToProfile", **options)
    while fresh:
        found.update({cimom.key(path): path for path in fresh})
        below = [path for one in fresh for path in parts_of(cimom, one)]
        fresh = [path for path in below if cimom.key(path) not in found]
    return found


def parts_of(cimom, system):
    steps = (COMPONENT_CS, HOSTED_DEPENDENCY)
    return [path for step in steps for path in walk(cimom, [system], [step], "CIM_ComputerSystem")]


def walk(cimom, starts, steps, class_name):
    """The paths reached over all steps; only the last one is limited to a class."""
    for number, (association, role, result_role) in enumerate(steps, 1):
        options = {"Role": role, "ResultRole": result_role}
        if number == len(steps):
            options["ResultClass"] = class_name
        starts = [path for one in starts for path in cimom.associator_names(one, association, **options)]
    return starts


def test_every_component_profile_has_central_instances(cimom):
    empty = []
    for profile in cimom.profiles():
        name = profile["RegisteredName"]
        if name not in PATHS:
            continue
        class_name, *steps = PATHS[name]
        systems = [path for one in parents(cimom, profile) for path in systems_of(cimom, one)]
        if not walk(cimom, systems, steps, class_name):
            empty.append(str(profile["InstanceID"]))
    assert not empty, "registered, but without an instance of the central class below the top systems"


def test_every_component_profile_of_storage_has_a_path_here(cimom):
    """A profile below an array or a NAS system that this table does not know was not checked by the test above."""
    storage = {"Array", "Storage Virtualizer", "NAS Head", "Self-contained NAS System"}
    unchecked = [
        name
        for profile in cimom.profiles()
        if (name := profile["RegisteredName"]) not in PATHS.keys() | WITHOUT_INSTANCES
        and profile["RegisteredOrganization"] == 11
        and storage & {parent["RegisteredName"] for parent in parents(cimom, profile)}
    ]
    if unchecked and not cimom.target.mock:
        pytest.skip(f"profiles without a path in this table: {', '.join(sorted(unchecked))}")
    assert not unchecked


@pytest.mark.parametrize(
    ("profile", "dedicated"),
    [("Array", {15}), ("Storage Virtualizer", {15, 21}), ("NAS Head", {24}), ("Self-contained NAS System", {25})],
)
def test_a_top_system_says_what_it_is(cimom, profile, dedicated):
    tops = cimom.tops(profile)
    if not tops:
        pytest.skip(f"no system conforms to {profile}")
    for top in tops:
        assert dedicated & set(top["Dedicated"] or ()), f"{top.path} has Dedicated {top['Dedicated']}"


def test_a_top_system_is_no_part_of_another(cimom):
    for top in cimom.tops():
        assert not cimom.associator_names(top.path, "CIM_ComponentCS", Role="PartComponent"), str(top.path)
