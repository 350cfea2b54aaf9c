"""The Interop namespace: the server itself, its namespaces, its indication service and the profiles (9.2)."""

from mock_cimom.estate.description import EstateDescription
from mock_cimom.providers.factory import HEALTH, InstanceFactory, Ref
from mock_cimom.providers.indications import publish_indications
from mock_cimom.providers.profiles import publish_profiles
from mock_cimom.repository import IndexedRepository

SERVER_NAME = "mock-cimom"
SERVER_VERSION = "0.1.0"
INTEROP = "interop"

NOT_ADVERTISED = 2  # CIM_ObjectManagerCommunicationMechanism.AdvertiseTypes
CIM_XML, BASIC = 2, 3  # CIM_ObjectManagerCommunicationMechanism.CommunicationMechanism, AuthenticationMechanisms


def publish_interop(repository: IndexedRepository, description: EstateDescription) -> None:
    """Publish the server and its profiles, after the arrays."""
    factory = InstanceFactory(repository.namespace(INTEROP))
    system = publish_server(factory, repository.namespaces)
    kinds = [array.kind for array in description.arrays]
    publish_indications(
        factory,
        system,
        list(dict.fromkeys(kind.namespace for kind in kinds if kind.has_blocks)),
        list(dict.fromkeys(kind.namespace for kind in kinds if kind.has_files)),
        description.indications,
    )
    spaces = {name: InstanceFactory(repository.namespace(name)) for name in description.namespaces}
    publish_profiles(factory, spaces, description.arrays)


def publish_server(factory: InstanceFactory, namespaces: list[str]) -> Ref:
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


def _publish_mechanism(factory: InstanceFactory, system: Ref) -> Ref:
    return factory.make_device(
        "CIM_CIMXMLCommunicationMechanism",
        system,
        Name=f"{SERVER_NAME}:cim-xml",
        ElementName="CIM-XML over HTTP",
        CommunicationMechanism=CIM_XML,
        FunctionalProfilesSupported=[0],
        MultipleOperationsSupported=False,
        AuthenticationMechanismsSupported=[BASIC],
        Version="1.2",
        CIMXMLProtocolVersion=1,
        CIMValidated=False,
        AdvertiseTypes=[NOT_ADVERTISED],
        **HEALTH,
    )
