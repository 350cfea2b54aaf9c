"""An array's services and the capabilities of the array as a whole (9.3)."""

from dataclasses import dataclass

from mock_cimom.estate.description import Masking
from mock_cimom.estate.plan import Array
from mock_cimom.providers.factory import HEALTH, InstanceFactory, Ref
from mock_cimom.providers.pools import element_types

PORT_WWN, ISCSI_NAME = 2, 5  # CIM_ProtocolControllerMaskingCapabilities.ValidHardwareIdTypes
# CIM_GroupMaskingMappingCapabilities: SupportedSynchronousActions, CreateGroup to ModifyMaskingView; SupportedFeatures;
# and of each kind of group: nameable, can be changed while in a view, may be empty, may be nested and shared.
GROUP_ACTIONS = [19, 20, 21, 22, 23, 24, 25]
GROUPS_OF_THREE_KINDS = [2, 3, 4]
GROUP_FEATURES = [2, 3, 4, 6, 8]
SEVERAL_PORTS = 3  # CIM_ProtocolControllerMaskingCapabilities.PortsPerView


@dataclass
class Services:
    """Paths of the services other areas refer to."""

    masking: Ref
    hardware_ids: Ref


def publish_services(factory: InstanceFactory, array: Array, top: Ref) -> Services:
    """Publish the five services of an array with blocks, hosted by `top`, and their capabilities."""
    storage = _service(factory, top, "CIM_StorageConfigurationService")
    masking = _service(factory, top, masking_class(array.description.masking))
    hardware_ids = _service(factory, top, "CIM_StorageHardwareIDManagementService")
    _service(factory, top, "CIM_PrivilegeManagementService")
    _service(factory, top, "CIM_BlockStatisticsService")
    kind = array.description.kind
    _capabilities(
        factory, storage, "CIM_StorageConfigurationCapabilities", f"{array.name}:storage configuration",
        SupportedStorageElementTypes=sorted(element_types(kind, thin=False) + element_types(kind, thin=True)),
        SupportedSynchronousActions=[5, 6],
        SupportedStorageElementFeatures=[3, 5, 6, 12],
    )  # fmt: skip
    if array.description.masking is Masking.GROUPS:
        _publish_group_capabilities(factory, array, masking)
    else:
        _publish_masking_capabilities(factory, array, masking)
    _publish_system_capabilities(factory, array, top)
    return Services(masking, hardware_ids)


def masking_class(masking: Masking) -> str:
    """Return the class of the service that makes and changes views."""
    return "CIM_GroupMaskingMappingService" if masking is Masking.GROUPS else "CIM_ControllerConfigurationService"


def service_name(system: str, class_name: str) -> str:
    """Return the key `Name` of a service, by that of its system."""
    return f"{system}:{class_name.removeprefix('CIM_')}"


def _view_rules(array: Array) -> dict[str, object]:
    """Return what the masking capabilities of any dialect say of views and initiators."""
    irregular = array.description.irregular
    return {
        "ValidHardwareIdTypes": [PORT_WWN, ISCSI_NAME],
        "PortsPerView": SEVERAL_PORTS,
        "OneHardwareIDPerView": False,
        "SPCSupportsDefaultViews": irregular,
        **({"SPCAllowsNoInitiators": True} if irregular else {}),
    }


def _publish_masking_capabilities(factory: InstanceFactory, array: Array, masking: Ref) -> None:
    irregular = array.description.irregular
    _capabilities(
        factory, masking, "CIM_ProtocolControllerMaskingCapabilities", f"{array.name}:masking",
        ExposePathsSupported=True,
        PrivilegeDeniedSupported=irregular,
        **_view_rules(array),
        **({"ProtocolControllerSupportsCollections": True} if irregular else {}),
    )  # fmt: skip


def _publish_group_capabilities(factory: InstanceFactory, array: Array, masking: Ref) -> None:
    _capabilities(
        factory, masking, "CIM_GroupMaskingMappingCapabilities", f"{array.name}:masking",
        ExposePathsSupported=False,
        PrivilegeDeniedSupported=False,
        SupportedSynchronousActions=GROUP_ACTIONS,
        SupportedFeatures=GROUPS_OF_THREE_KINDS,
        SupportedInitiatorGroupFeatures=GROUP_FEATURES,
        SupportedTargetGroupFeatures=GROUP_FEATURES,
        SupportedDeviceGroupFeatures=GROUP_FEATURES,
        **_view_rules(array),
    )  # fmt: skip


def _publish_system_capabilities(factory: InstanceFactory, array: Array, top: Ref) -> None:
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
    _capabilities(factory, top, "CIM_ViewCapabilities", f"{array.name}:views", SupportedViews=_views(array))


def _views(array: Array) -> list[str]:
    volumes = ["SNIA:VolumeView"] if array.description.views else []
    return volumes + (["SNIA:MaskingMappingView"] if array.description.masking is Masking.ROWS else [])


def _service(factory: InstanceFactory, top: Ref, class_name: str) -> Ref:
    name = service_name(top["Name"], class_name)
    label = class_name.removeprefix("CIM_")
    path = factory.make_device(class_name, top, Name=name, ElementName=label, Started=True, **HEALTH)
    factory.make("CIM_HostedService", Antecedent=top, Dependent=path)
    return path


def _capabilities(factory: InstanceFactory, element: Ref, class_name: str, instance_id: str, **values: object) -> Ref:
    path = factory.make(class_name, InstanceID=instance_id, ElementName=instance_id.partition(":")[2], **values)
    factory.make("CIM_ElementCapabilities", ManagedElement=element, Capabilities=path)
    return path
