"""An array's systems: the top system, its storage processors, chassis, product and firmware (9.3)."""

from dataclasses import dataclass, field

from mock_cimom.estate import names
from mock_cimom.estate.description import Kind
from mock_cimom.estate.plan import Array
from mock_cimom.providers.factory import HEALTH, InstanceFactory, Ref

STORAGE, BLOCK_SERVER, FILE_SERVER, NAS_HEAD, SELF_CONTAINED_NAS = 3, 15, 16, 24, 25  # CIM_ComputerSystem.Dedicated
DEDICATED = {
    Kind.BLOCK: [STORAGE, BLOCK_SERVER],
    Kind.NAS: [SELF_CONTAINED_NAS, FILE_SERVER],
    Kind.NAS_HEAD: [NAS_HEAD, FILE_SERVER],
    Kind.UNIFIED: [STORAGE, BLOCK_SERVER, SELF_CONTAINED_NAS],
}
MODELS = {Kind.BLOCK: names.MODEL, Kind.UNIFIED: names.UNIFIED_MODEL}
FIRMWARE = 10  # CIM_SoftwareIdentity.Classifications
URL = 200  # CIM_RemoteServiceAccessPoint.InfoFormat


@dataclass
class Systems:
    """Paths of an array's systems; processors are counted from 1."""

    top: Ref
    chassis: Ref
    processors: dict[int, Ref] = field(default_factory=dict)


def publish_systems(factory: InstanceFactory, array: Array) -> Systems:
    """Publish top system --ComponentCS--> processors, and what hangs on the top system."""
    top = factory.make(
        "MOCK_StorageSystem",
        CreationClassName="MOCK_StorageSystem",
        Name=array.name,
        NameFormat="Other",
        ElementName=f"array{array.index}",
        Dedicated=DEDICATED[array.description.kind],
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


def _publish_processor(factory: InstanceFactory, array: Array, top: Ref, processor: int) -> Ref:
    path = factory.make(
        "MOCK_StorageProcessor",
        CreationClassName="MOCK_StorageProcessor",
        Name=array.processor_name(processor),
        NameFormat="Other",
        ElementName=f"SP {names.PROCESSOR_LETTERS[processor - 1]}",
        OtherIdentifyingInfo=[
            f"{names.serial_number(array.index)}-{processor}",
            names.node_wwn(array.index, processor),
        ],
        IdentifyingDescriptions=["Controller Serial Number", "Node WWN"],
        **({"Dedicated": [BLOCK_SERVER]} if array.description.kind.has_blocks else {}),
        **HEALTH,
    )
    factory.make("CIM_ComponentCS", GroupComponent=top, PartComponent=path)
    return path


def _publish_package(factory: InstanceFactory, array: Array, top: Ref) -> Ref:
    model = MODELS.get(array.description.kind, names.NAS_MODEL)
    chassis = factory.make(
        "CIM_Chassis",
        CreationClassName="CIM_Chassis",
        Tag=array.name,
        ElementName=f"chassis of array{array.index}",
        Manufacturer=names.VENDOR,
        Model=model,
        SerialNumber=names.serial_number(array.index),
        **HEALTH,
    )
    product = factory.make(
        "CIM_Product",
        Name=model,
        IdentifyingNumber=names.serial_number(array.index),
        Vendor=names.VENDOR,
        Version=names.FIRMWARE,
        ElementName=model,
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
