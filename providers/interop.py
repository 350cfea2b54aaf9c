"""The Interop namespace: the server itself, its namespaces and the profiles it registers (9.2).

    SMI-S --ElementConformsToProfile--> Server, Array          (never by ReferencedProfile)
    Array --ElementConformsToProfile--> top systems            (stored in both namespaces, as it joins them)
    parent --ReferencedProfile(Antecedent -> Dependent)--> component

The last has the direction of SNIA for every profile, the one of DMTF included: all are parts of one SMI-S tree, and a
client that follows it could not tell a component from a parent if the directions were mixed (1.2).
"""

from dataclasses import dataclass

from pywbem import CIMInstanceName

from mock_cimom.providers.factory import HEALTH, InstanceFactory
from mock_cimom.providers.indications import publish_indications
from mock_cimom.repository import IndexedRepository

SERVER_NAME = "mock-cimom"
SERVER_VERSION = "0.1.0"
INTEROP = "interop"

DMTF, SNIA = 2, 11  # CIM_RegisteredSpecification.RegisteredOrganization
ORGANISATIONS = {DMTF: "DMTF", SNIA: "SNIA"}
NOT_ADVERTISED, SLP = 2, 3  # CIM_RegisteredSpecification.AdvertiseTypes
PROFILE = 2  # CIM_RegisteredProfile.SpecificationType
CIM_XML, BASIC = 2, 3  # CIM_ObjectManagerCommunicationMechanism.CommunicationMechanism, AuthenticationMechanisms
PROFILE_VERSION = "1.6.1"
DMTF_INDICATIONS_VERSION = "1.1.0"


@dataclass(frozen=True)
class ProfileDeclaration:
    """One registered profile, the profile it is a component of (None: autonomous) and its central class.

    `central_class` None means that no central instances are published for it (smis-mapping 1.4).
    """

    name: str
    parent: str | None
    central_class: str | None
    organisation: int = SNIA
    version: str = PROFILE_VERSION

    @property
    def instance_id(self) -> str:
        """The key of the registered profile."""
        return f"{ORGANISATIONS[self.organisation]}:{self.name}:{self.version}"


SPECIFICATION = ProfileDeclaration("SMI-S", None, None)
SERVER_PROFILES = (
    ProfileDeclaration("Server", None, "CIM_ObjectManager"),
    ProfileDeclaration("Profile Registration", "Server", None),
    ProfileDeclaration("Indication", "Server", "CIM_ListenerDestinationCIMXML"),
    ProfileDeclaration("Indications", "Server", "CIM_IndicationService", DMTF, DMTF_INDICATIONS_VERSION),
)
BLOCK_PROFILES = (
    ProfileDeclaration("Array", None, "MOCK_StorageSystem"),
    ProfileDeclaration("Access Points", "Array", "CIM_RemoteServiceAccessPoint"),
    ProfileDeclaration("Block Services", "Array", "CIM_StoragePool"),
    ProfileDeclaration("Disk Drive Lite", "Array", "CIM_DiskDrive"),
    ProfileDeclaration("FC Target Ports", "Array", "CIM_FCPort"),
    ProfileDeclaration("Health", "Array", None),
    ProfileDeclaration("Location", "Array", "CIM_Location"),
    ProfileDeclaration("Masking and Mapping", "Array", "CIM_ControllerConfigurationService"),
    ProfileDeclaration("Multiple Computer System", "Array", "MOCK_StorageSystem"),
    ProfileDeclaration("Physical Package", "Array", "CIM_Chassis"),
    ProfileDeclaration("Software", "Array", "CIM_SoftwareIdentity"),
    ProfileDeclaration("Thin Provisioning", "Array", "MOCK_ThinPool"),
    ProfileDeclaration("iSCSI Target Ports", "Array", "CIM_iSCSICapabilities"),
)


def publish_interop(repository: IndexedRepository, implementation: str) -> None:
    """Publish the server and its profiles, after the arrays in the namespace `implementation`."""
    factory = InstanceFactory(repository.namespace(INTEROP))
    arrays = InstanceFactory(repository.namespace(implementation))
    system = publish_server(factory, repository.namespaces)
    publish_indications(factory, system, [implementation])
    specification = _publish_profile(factory, SPECIFICATION)
    profiles: dict[str, CIMInstanceName] = {}
    for declared in (*SERVER_PROFILES, *BLOCK_PROFILES):
        path = profiles[declared.name] = _publish_profile(factory, declared)
        if declared.parent:
            factory.make("CIM_ReferencedProfile", Antecedent=profiles[declared.parent], Dependent=path)
        else:
            _conform([factory], specification, path)
    for declared in SERVER_PROFILES:
        for element in _central_instances(factory, declared):
            _conform([factory], profiles[declared.name], element)
    for declared in BLOCK_PROFILES:
        for element in _central_instances(arrays, declared):
            _conform([factory, arrays], profiles[declared.name], element)


def publish_server(factory: InstanceFactory, namespaces: list[str]) -> CIMInstanceName:
    """Publish host system, object manager, communication mechanism and namespaces; return the host system."""
    system = factory.make(
        "CIM_ComputerSystem",
        CreationClassName="CIM_ComputerSystem",
        Name=SERVER_NAME,
        NameFormat="Other",
        ElementName=SERVER_NAME,
        Description="The computer the mock CIMOM runs on",
        Dedicated=[0],
        **HEALTH,
    )
    manager = factory.make_device(
        "CIM_ObjectManager",
        system,
        Name=f"{SERVER_NAME}:manager",
        ElementName=SERVER_NAME,
        Description=f"{SERVER_NAME} Version {SERVER_VERSION}",
        Started=True,
        GatherStatisticalData=False,
        **HEALTH,
    )
    factory.make("CIM_HostedService", Antecedent=system, Dependent=manager)
    mechanism = _publish_mechanism(factory, system)
    factory.make("CIM_HostedAccessPoint", Antecedent=system, Dependent=mechanism)
    factory.make("CIM_CommMechanismForManager", Antecedent=manager, Dependent=mechanism)
    for name in namespaces:
        space = factory.make_device(
            "CIM_Namespace",
            system,
            ObjectManagerCreationClassName=manager["CreationClassName"],
            ObjectManagerName=manager["Name"],
            Name=name,
            ClassInfo=0,
            ClassType=2,
        )
        factory.make("CIM_NamespaceInManager", Antecedent=manager, Dependent=space)
    return system


def _publish_mechanism(factory: InstanceFactory, system: CIMInstanceName) -> CIMInstanceName:
    return factory.make_device(
        "CIM_CIMXMLCommunicationMechanism",
        system,
        Name=f"{SERVER_NAME}:cim-xml",
        ElementName="CIM-XML over HTTP",
        CommunicationMechanism=CIM_XML,
        FunctionalProfilesSupported=[0],
        MultipleOperationsSupported=False,
        AuthenticationMechanismsSupported=[BASIC],
        Version="1.4",
        CIMXMLProtocolVersion=1,
        CIMValidated=False,
        AdvertiseTypes=[NOT_ADVERTISED],
        **HEALTH,
    )


def _publish_profile(factory: InstanceFactory, declared: ProfileDeclaration) -> CIMInstanceName:
    return factory.make(
        "CIM_RegisteredProfile",
        InstanceID=declared.instance_id,
        ElementName=declared.name,
        RegisteredOrganization=declared.organisation,
        RegisteredName=declared.name,
        RegisteredVersion=declared.version,
        AdvertiseTypes=[NOT_ADVERTISED if declared.parent else SLP],
        SpecificationType=PROFILE,
    )


def _central_instances(factory: InstanceFactory, declared: ProfileDeclaration) -> list[CIMInstanceName]:
    if declared.central_class is None:
        return []
    family = sorted(factory.space.classes.family(declared.central_class))
    return [entry.instance.path for entry in factory.space.instances.of_classes(family)]


def _conform(factories: list[InstanceFactory], profile: CIMInstanceName, element: CIMInstanceName) -> None:
    for factory in factories:
        factory.make(
            "CIM_ElementConformsToProfile",
            ConformantStandard=profile.copy(),
            ManagedElement=element.copy(),
        )
