"""The profiles that the server and its arrays conform to (smis-mapping 1.3, 9.2).

    SMI-S --ElementConformsToProfile--> Server, Array, NAS...  (never by ReferencedProfile)
    Array --ElementConformsToProfile--> top systems            (stored in both namespaces, as it joins them)
    parent --ReferencedProfile(Antecedent -> Dependent)--> component

The last has the direction of SNIA for every profile, the one of DMTF included: all are parts of one SMI-S tree, and a
client that follows it could not tell a component from a parent if the directions were mixed (1.2).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from mock_cimom.estate.description import ArrayDescription, Kind, Masking
from mock_cimom.providers.factory import InstanceFactory, Ref

DMTF, SNIA = 2, 11  # CIM_RegisteredSpecification.RegisteredOrganization
ORGANISATIONS = {DMTF: "DMTF", SNIA: "SNIA"}
NOT_ADVERTISED, SLP = 2, 3  # CIM_RegisteredSpecification.AdvertiseTypes
PROFILE = 2  # CIM_RegisteredProfile.SpecificationType
PROFILE_VERSION = "1.6.1"
DMTF_INDICATIONS_VERSION = "1.1.0"
TOP_SYSTEM = "MOCK_StorageSystem"

Condition = Callable[[ArrayDescription], bool]


@dataclass(frozen=True)
class Profile:
    """One registered profile and its central class, None if no central instances are published (smis-mapping 1.4).

    `exact`: instances of the central class itself, without those of its subclasses.
    """

    name: str
    central_class: str | None
    organisation: int = SNIA
    version: str = PROFILE_VERSION
    exact: bool = False

    @property
    def instance_id(self) -> str:
        """The key of the registered profile."""
        return f"{ORGANISATIONS[self.organisation]}:{self.name}:{self.version}"


SPECIFICATION = Profile("SMI-S", None)
SERVER = Profile("Server", "CIM_ObjectManager")
SERVER_COMPONENTS = (
    Profile("Profile Registration", None),
    Profile("Indication", "CIM_ListenerDestinationCIMXML"),
    Profile("Indications", "CIM_IndicationService", DMTF, DMTF_INDICATIONS_VERSION),
)

# The autonomous profiles of arrays, each with the value of Dedicated that its top systems have.
ARRAY, NAS, NAS_HEAD = "Array", "Self-contained NAS System", "NAS Head"
DEDICATED = {ARRAY: 15, NAS: 25, NAS_HEAD: 24}
AUTONOMOUS: Mapping[Kind, tuple[str, ...]] = {
    Kind.BLOCK: (ARRAY,),
    Kind.NAS: (NAS,),
    Kind.NAS_HEAD: (NAS_HEAD,),
    Kind.UNIFIED: (ARRAY, NAS),
}


def _always(_: ArrayDescription) -> bool:
    return True


def _has_pools(array: ArrayDescription) -> bool:
    return array.kind.has_pools


def _has_groups(array: ArrayDescription) -> bool:
    return array.masking is Masking.GROUPS


def _has_views(array: ArrayDescription) -> bool:
    return array.views or array.masking is Masking.ROWS


COMMON: Sequence[tuple[Profile, Condition]] = (
    (Profile("Access Points", "CIM_RemoteServiceAccessPoint"), _always),
    (Profile("Block Services", "CIM_StoragePool"), _has_pools),
    (Profile("Disk Drive Lite", "CIM_DiskDrive"), _has_pools),
    (Profile("Health", None), _always),
    (Profile("Location", "CIM_Location"), _always),
    (Profile("Multiple Computer System", TOP_SYSTEM), _always),
    (Profile("Physical Package", "CIM_Chassis"), _always),
    (Profile("Software", "CIM_SoftwareIdentity"), _always),
    (Profile("Thin Provisioning", "MOCK_ThinPool"), _has_pools),
)
BLOCKS: Sequence[tuple[Profile, Condition]] = (
    (Profile("FC Target Ports", "CIM_FCPort"), lambda array: array.fc_ports_per_processor > 0),
    (Profile("iSCSI Target Ports", "CIM_iSCSICapabilities"), lambda array: array.iscsi_ports_per_processor > 0),
    (
        Profile("Masking and Mapping", "CIM_ControllerConfigurationService", exact=True),
        lambda array: not _has_groups(array),
    ),
    (Profile("Group Masking and Mapping", "CIM_GroupMaskingMappingService"), _has_groups),
    (Profile("Block Server Performance", "CIM_BlockStatisticsService"), lambda array: array.statistics),
    (Profile("Block Storage Views", "CIM_ViewCapabilities"), _has_views),
)
FILES: Sequence[tuple[Profile, Condition]] = (
    (Profile("File Export", "CIM_FileShare"), _always),
    (Profile("File Export Manipulation", "CIM_FileExportService"), _always),
    (Profile("File Server Manipulation", "CIM_FileServerConfigurationService"), _always),
    (Profile("File Storage", "CIM_LogicalDisk"), _always),
    (Profile("Filesystem", "CIM_LocalFileSystem"), _always),
    (Profile("Filesystem Manipulation", "CIM_FileSystemConfigurationService"), _always),
    (Profile("NAS Network Port", "CIM_ProtocolEndpoint", exact=True), _always),
)
COMPONENTS: Mapping[str, Sequence[tuple[Profile, Condition]]] = {
    ARRAY: (*COMMON, *BLOCKS),
    NAS: (*COMMON, *FILES),
    NAS_HEAD: (*COMMON, *FILES),
}


def publish_profiles(
    interop: InstanceFactory, spaces: Mapping[str, InstanceFactory], arrays: Sequence[ArrayDescription]
) -> None:
    """Register the profiles of the server and of its arrays, published before in their namespaces `spaces`."""
    specification = _publish(interop, SPECIFICATION, autonomous=True)
    server = _publish(interop, SERVER, autonomous=True)
    _conform([interop], specification, [server])
    _conform([interop], server, _central_instances(interop, SERVER))
    for profile in SERVER_COMPONENTS:
        component = _publish(interop, profile, autonomous=False)
        interop.make("CIM_ReferencedProfile", Antecedent=server, Dependent=component)
        _conform([interop], component, _central_instances(interop, profile))
    components: dict[Profile, Ref] = {}
    for name in DEDICATED:
        conforming = [array for array in arrays if name in AUTONOMOUS[array.kind]]
        if conforming:
            autonomous = _publish(interop, Profile(name, TOP_SYSTEM), autonomous=True)
            _conform([interop], specification, [autonomous])
            for space in _spaces(spaces, conforming):
                _conform([interop, space], autonomous, _top_systems(space, DEDICATED[name]))
            for profile in _components(name, conforming):
                if profile not in components:
                    components[profile] = _publish_component(interop, spaces, arrays, profile)
                interop.make("CIM_ReferencedProfile", Antecedent=autonomous, Dependent=components[profile])


def _components(autonomous: str, arrays: Sequence[ArrayDescription]) -> list[Profile]:
    """Return the components that any of these arrays, which conform to the autonomous profile, has."""
    return [profile for profile, condition in COMPONENTS[autonomous] if any(condition(array) for array in arrays)]


def _publish_component(
    interop: InstanceFactory,
    spaces: Mapping[str, InstanceFactory],
    arrays: Sequence[ArrayDescription],
    profile: Profile,
) -> Ref:
    """Register a component; its central instances are those of all arrays that have it, of whatever kind."""
    component = _publish(interop, profile, autonomous=False)
    having = [
        array for array in arrays if any(profile in _components(name, [array]) for name in AUTONOMOUS[array.kind])
    ]
    for space in _spaces(spaces, having):
        _conform([interop, space], component, _central_instances(space, profile))
    return component


def _spaces(spaces: Mapping[str, InstanceFactory], arrays: Iterable[ArrayDescription]) -> list[InstanceFactory]:
    return [spaces[name] for name in dict.fromkeys(array.kind.namespace for array in arrays)]


def _publish(factory: InstanceFactory, profile: Profile, *, autonomous: bool) -> Ref:
    return factory.make(
        "CIM_RegisteredProfile",
        InstanceID=profile.instance_id,
        ElementName=profile.name,
        RegisteredOrganization=profile.organisation,
        RegisteredName=profile.name,
        RegisteredVersion=profile.version,
        AdvertiseTypes=[SLP if autonomous else NOT_ADVERTISED],
        SpecificationType=PROFILE,
    )


def _central_instances(factory: InstanceFactory, profile: Profile) -> list[Ref]:
    if profile.central_class is None:
        return []
    family = [profile.central_class.lower()]
    if not profile.exact:
        family = sorted(factory.space.classes.family(profile.central_class))
    return [factory.ref(entry.instance.path) for entry in factory.space.instances.of_classes(family)]


def _top_systems(factory: InstanceFactory, dedicated: int) -> list[Ref]:
    """Return the top systems with this value among those of Dedicated."""
    entries = factory.space.instances.of_classes([TOP_SYSTEM.lower()])
    return [factory.ref(entry.instance.path) for entry in entries if dedicated in entry.instance["Dedicated"]]


def _conform(factories: list[InstanceFactory], profile: Ref, elements: Iterable[Ref]) -> None:
    for element in elements:
        for factory in factories:
            factory.make("CIM_ElementConformsToProfile", ConformantStandard=profile, ManagedElement=element)
