"""An array's masking views, in dialect 1 (smis-mapping 3.1, 9.3).

StorageHardwareID --AuthorizedSubject-- AuthorizedPrivilege --AuthorizedTarget-- view
view --ProtocolControllerForUnit-- StorageVolume      SCSIProtocolEndpoint --SAPAvailableForElement-- view
"""

from pywbem import CIMInstanceName

from mock_cimom.estate import names
from mock_cimom.estate.plan import Array, Initiator, View
from mock_cimom.providers.factory import HEALTH, InstanceFactory
from mock_cimom.providers.ports import Endpoints
from mock_cimom.providers.services import Services

FC_PORT_NAME_FORMAT = 2  # CIM_SCSIProtocolController.NameFormat
READ, WRITE = 5, 6  # CIM_Privilege.Activities
READ_WRITE = 2  # CIM_ProtocolControllerForUnit.DeviceAccess
PORT_WWN, ISCSI_NAME = 2, 5  # CIM_StorageHardwareID.IDType
VMWARE = 19  # CIM_StorageClientSettingData.ClientTypes


def publish_views(
    factory: InstanceFactory,
    array: Array,
    top: CIMInstanceName,
    services: Services,
    endpoints: Endpoints,
    volumes: dict[int, CIMInstanceName],
) -> None:
    """Publish one view per host: its privilege and initiators, its ports, its volumes in LUN order from 0."""
    client = factory.make(
        "CIM_StorageClientSettingData",
        InstanceID=f"{array.name}:client:vmware",
        ElementName="VMware",
        ClientTypes=[VMWARE],
    )
    for view in array.views:
        controller = _publish_controller(factory, array, top, services, view)
        privilege = _publish_privilege(factory, array, controller, view)
        for initiator in view.initiators:
            hardware_id = _publish_hardware_id(factory, array, services, client, initiator)
            factory.make("CIM_AuthorizedSubject", Privilege=privilege, PrivilegedElement=hardware_id)
        ports = [endpoints.fc[port] for port in view.fc_ports]
        ports += [endpoints.iscsi[port] for port in view.iscsi_ports]
        for endpoint in ports:
            factory.make("CIM_SAPAvailableForElement", AvailableSAP=endpoint, ManagedElement=controller)
        for number, volume in enumerate(view.volumes):
            factory.make(
                "CIM_ProtocolControllerForUnit",
                Antecedent=controller,
                Dependent=volumes[volume],
                DeviceNumber=f"{number:04X}",
                DeviceAccess=READ_WRITE,
            )


def _publish_controller(
    factory: InstanceFactory, array: Array, top: CIMInstanceName, services: Services, view: View
) -> CIMInstanceName:
    path = factory.make_device(
        "MOCK_MaskingView",
        top,
        DeviceID=f"{array.name}:view:{names.host_name(view.host)}",
        ElementName=names.host_name(view.host),
        NameFormat=FC_PORT_NAME_FORMAT,
        **HEALTH,
    )
    factory.make("CIM_SystemDevice", GroupComponent=top, PartComponent=path)
    factory.make("CIM_ConcreteDependency", Antecedent=services.masking, Dependent=path)
    return path


def _publish_privilege(
    factory: InstanceFactory, array: Array, controller: CIMInstanceName, view: View
) -> CIMInstanceName:
    host = names.host_name(view.host)
    path = factory.make(
        "MOCK_AuthorizedPrivilege",
        InstanceID=f"{array.name}:privilege:{host}",
        ElementName=f"access of {host}",
        PrivilegeGranted=True,
        Activities=[READ, WRITE],
    )
    factory.make("CIM_AuthorizedTarget", Privilege=path, TargetElement=controller)
    return path


def _publish_hardware_id(
    factory: InstanceFactory, array: Array, services: Services, client: CIMInstanceName, initiator: Initiator
) -> CIMInstanceName:
    path = factory.make(
        "MOCK_StorageHardwareID",
        InstanceID=f"{array.name}:initiator:{initiator.name}",
        ElementName=initiator.name,
        StorageID=initiator.name,
        IDType=ISCSI_NAME if initiator.iscsi else PORT_WWN,
    )
    factory.make("CIM_ConcreteDependency", Antecedent=services.hardware_ids, Dependent=path)
    factory.make("CIM_ElementSettingData", ManagedElement=path, SettingData=client)
    return path
