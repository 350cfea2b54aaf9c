"""An array's systems: the top system, its storage processors, chassis, product and firmware (9.3)."""

from dataclasses import dataclass, field

from pywbem import CIMInstanceName

from mock_cimom.estate import names
from mock_cimom.estate.plan import Array
from mock_cimom.providers.factory import HEALTH, InstanceFactory

STORAGE, BLOCK_SERVER = 3, 15  # CIM_ComputerSystem.Dedicated
FIRMWARE = 10  # CIM_SoftwareIdentity.Classifications
URL = 200  # CIM_RemoteServiceAccessPoint.InfoFormat


@dataclass
class Systems:
    """Paths of an array's systems; processors are counted from 1."""

    top: CIMInstanceName
    chassis: CIMInstanceName
    processors: dict[int, CIMInstanceName] = field(default_factory=dict)


def publish_systems(factory: InstanceFactory, array: Array) -> Systems:
    """Publish top system --ComponentCS--> processors, and what hangs on the top system."""
    top = factory.make(
        "MOCK_StorageSystem",
        CreationClassName="MOCK_StorageSystem",
        Name=array.name,
        NameFormat="Other",
        ElementName=f"array{array.index}",
        Dedicated=[STORAGE, BLOCK_SERVER],
        OtherIdentifyingInfo=[names.node_wwn(array.index), names.management_address(array.index)],
        IdentifyingDescriptions=["Node WWN", "Ipv4 Address"],
        **HEALTH,
    )
    systems = Systems(top, _publish_package(factory, array, top))
    for processor in range(1, array.description.processors + 1):
        systems.processors[processor] = _publish_processor(factory, array, top, processor)
    _publish_firmware(factory, array, systems)
    access = factory.make_device(
        "CIM_RemoteServiceAccessPoint",
        top,
        Name=f"{array.name}:management",
        ElementName="management",
        AccessInfo=f"https://{names.management_address(array.index)}",
        InfoFormat=URL,
    )
    factory.make("CIM_HostedAccessPoint", Antecedent=top, Dependent=access)
    return systems


def _publish_processor(factory: InstanceFactory, array: Array, top: CIMInstanceName, processor: int) -> CIMInstanceName:
    path = factory.make(
        "MOCK_StorageProcessor",
        CreationClassName="MOCK_StorageProcessor",
        Name=names.processor_name(array.index, processor),
        NameFormat="Other",
        ElementName=f"SP {names.PROCESSOR_LETTERS[processor - 1]}",
        Dedicated=[BLOCK_SERVER],
        OtherIdentifyingInfo=[
            f"{names.serial_number(array.index)}-{processor}",
            names.node_wwn(array.index, processor),
        ],
        IdentifyingDescriptions=["Controller Serial Number", "Node WWN"],
        **HEALTH,
    )
    factory.make("CIM_ComponentCS", GroupComponent=top, PartComponent=path)
    return path


def _publish_package(factory: InstanceFactory, array: Array, top: CIMInstanceName) -> CIMInstanceName:
    chassis = factory.make(
        "CIM_Chassis",
        CreationClassName="CIM_Chassis",
        Tag=array.name,
        ElementName=f"chassis of array{array.index}",
        Manufacturer=names.VENDOR,
        Model=names.MODEL,
        SerialNumber=names.serial_number(array.index),
        **HEALTH,
    )
    product = factory.make(
        "CIM_Product",
        Name=names.MODEL,
        IdentifyingNumber=names.serial_number(array.index),
        Vendor=names.VENDOR,
        Version=names.FIRMWARE,
        ElementName=names.MODEL,
    )
    location = factory.make(
        "CIM_Location", Name=f"location of array{array.index}", PhysicalPosition=f"rack {array.index}"
    )
    factory.make("CIM_ComputerSystemPackage", Antecedent=chassis, Dependent=top)
    factory.make("CIM_ProductPhysicalComponent", GroupComponent=product, PartComponent=chassis)
    factory.make("CIM_PhysicalElementLocation", Element=chassis, PhysicalLocation=location)
    return chassis


def _publish_firmware(factory: InstanceFactory, array: Array, systems: Systems) -> None:
    owners = {array.name: None} | {path["Name"]: path for path in systems.processors.values()}
    for owner, processor in owners.items():
        software = factory.make(
            "CIM_SoftwareIdentity",
            InstanceID=f"{owner}:firmware",
            ElementName="firmware",
            VersionString=names.FIRMWARE,
            Manufacturer=names.VENDOR,
            Classifications=[FIRMWARE],
            IsEntity=True,
        )
        if processor is None:
            factory.make("CIM_InstalledSoftwareIdentity", System=systems.top, InstalledSoftware=software)
        else:
            factory.make("CIM_ElementSoftwareIdentity", Antecedent=software, Dependent=processor)
