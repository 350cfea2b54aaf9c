"""An array's services and the capabilities of the array as a whole (9.3)."""

from dataclasses import dataclass

from pywbem import CIMInstanceName

from mock_cimom.estate.plan import Array
from mock_cimom.providers.factory import HEALTH, InstanceFactory

PORT_WWN, ISCSI_NAME = 2, 5  # CIM_ProtocolControllerMaskingCapabilities.ValidHardwareIdTypes
SEVERAL_PORTS = 3  # CIM_ProtocolControllerMaskingCapabilities.PortsPerView


@dataclass
class Services:
    """Paths of the services other areas refer to."""

    masking: CIMInstanceName
    hardware_ids: CIMInstanceName


def publish_services(factory: InstanceFactory, array: Array, top: CIMInstanceName) -> Services:
    """Publish the five services of a block array, hosted by `top`, and their capabilities."""
    storage = _service(factory, top, "CIM_StorageConfigurationService")
    masking = _service(factory, top, "CIM_ControllerConfigurationService")
    hardware_ids = _service(factory, top, "CIM_StorageHardwareIDManagementService")
    _service(factory, top, "CIM_PrivilegeManagementService")
    _service(factory, top, "CIM_BlockStatisticsService")
    _capabilities(
        factory, storage, "CIM_StorageConfigurationCapabilities", f"{array.name}:storage configuration",
        SupportedStorageElementTypes=[2, 5],
        SupportedSynchronousActions=[5, 6],
        SupportedStorageElementFeatures=[3, 5, 6, 12],
    )  # fmt: skip
    _capabilities(
        factory, masking, "CIM_ProtocolControllerMaskingCapabilities", f"{array.name}:masking",
        ValidHardwareIdTypes=[PORT_WWN, ISCSI_NAME],
        PortsPerView=SEVERAL_PORTS,
        ExposePathsSupported=True,
        OneHardwareIDPerView=False,
        PrivilegeDeniedSupported=False,
        SPCSupportsDefaultViews=False,
    )  # fmt: skip
    _publish_system_capabilities(factory, array, top)
    return Services(masking, hardware_ids)


def _publish_system_capabilities(factory: InstanceFactory, array: Array, top: CIMInstanceName) -> None:
    if array.iscsi_ports:
        _capabilities(
            factory, top, "CIM_iSCSICapabilities", f"{array.name}:iscsi",
            MinimumSpecificationVersionSupported=0,
            MaximumSpecificationVersionSupported=0,
            AuthenticationMethodsSupported=[2],
        )  # fmt: skip
    _capabilities(
        factory, top, "CIM_StorageServerAsymmetryCapabilities", f"{array.name}:asymmetry",
        StorageResourceSymmetryCapability=2,
    )  # fmt: skip
    _capabilities(factory, top, "CIM_ViewCapabilities", f"{array.name}:views", SupportedViews=[])


def _service(factory: InstanceFactory, top: CIMInstanceName, class_name: str) -> CIMInstanceName:
    label = class_name.removeprefix("CIM_")
    path = factory.make_device(
        class_name, top, Name=f"{top['Name']}:{label}", ElementName=label, Started=True, **HEALTH
    )
    factory.make("CIM_HostedService", Antecedent=top, Dependent=path)
    return path


def _capabilities(
    factory: InstanceFactory, element: CIMInstanceName, class_name: str, instance_id: str, **values: object
) -> CIMInstanceName:
    path = factory.make(class_name, InstanceID=instance_id, ElementName=instance_id.partition(":")[2], **values)
    factory.make("CIM_ElementCapabilities", ManagedElement=element, Capabilities=path)
    return path
