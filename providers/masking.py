"""An array's masking views, alike in all dialects: controllers, volumes and ports (smis-mapping 3.1, 9.3).

view --ProtocolControllerForUnit-- StorageVolume
SCSIProtocolEndpoint --SAPAvailableForElement-- view      view --ProtocolControllerForPort-- FCPort, EthernetPort

Who may use a view is said in the array's dialect: 1 and 2 `masking_privileges`, 3 `masking_groups`, 5 `masking_rows`;
dialect 4 is dialect 1 with ProtocolControllerForPort. Dialect 5 has its rows instead of units and ports.
"""

from collections.abc import Callable, Mapping

from mock_cimom.estate.description import Masking, PortLink
from mock_cimom.estate.plan import Array, View
from mock_cimom.providers.factory import HEALTH, InstanceFactory, Ref
from mock_cimom.providers.masking_ground import Ground
from mock_cimom.providers.masking_groups import publish_groups
from mock_cimom.providers.masking_initiators import publish_initiators
from mock_cimom.providers.masking_privileges import publish_associated_privileges, publish_privileges
from mock_cimom.providers.masking_rows import publish_rows
from mock_cimom.providers.ports import Ports
from mock_cimom.providers.services import Services

FC_PORT_NAME_FORMAT = 2  # CIM_SCSIProtocolController.NameFormat
READ_WRITE = 2  # CIM_ProtocolControllerForUnit.DeviceAccess

Grants = Callable[[Ground, Mapping[str, Ref]], None]
GRANTS: Mapping[Masking, Grants] = {
    Masking.PRIVILEGES: publish_privileges,
    Masking.ASSOCIATED_PRIVILEGES: publish_associated_privileges,
    Masking.GROUPS: publish_groups,
    Masking.PRIVILEGES_AND_PORTS: publish_privileges,
    Masking.ROWS: publish_rows,
}


def publish_views(
    factory: InstanceFactory, array: Array, top: Ref, services: Services, ports: Ports, volumes: Mapping[int, Ref]
) -> None:
    """Publish the initiators and views of an array: of each view its ports and its volumes, in LUN order from 0."""
    description = array.description
    initiators = publish_initiators(factory, array, top, services)
    controllers = {view.name: _publish_controller(factory, array, top, services, view) for view in array.views}
    if description.masking is not Masking.ROWS and not description.groups_only:
        for view in array.views:
            _publish_units(factory, view, controllers[view.name], volumes)
            _publish_ports(factory, view, controllers[view.name], ports, description.port_link)
    ground = Ground(factory, array, top, services.masking, initiators, ports, volumes)
    GRANTS[description.masking](ground, controllers)


def view_id(array: Array, view: View) -> str:
    """Return the DeviceID of a view."""
    return f"{array.name}:view:{view.name}"


def _publish_controller(factory: InstanceFactory, array: Array, top: Ref, services: Services, view: View) -> Ref:
    path = factory.make_device(
        "MOCK_MaskingView",
        top,
        DeviceID=view_id(array, view),
        ElementName=view.name,
        NameFormat=FC_PORT_NAME_FORMAT,
        **HEALTH,
    )
    factory.make("CIM_SystemDevice", GroupComponent=top, PartComponent=path)
    factory.make("CIM_ConcreteDependency", Antecedent=services.masking, Dependent=path)
    return path


def _publish_units(factory: InstanceFactory, view: View, controller: Ref, volumes: Mapping[int, Ref]) -> None:
    for number, volume in enumerate(view.volumes):
        factory.make(
            "CIM_ProtocolControllerForUnit",
            Antecedent=controller,
            Dependent=volumes[volume],
            DeviceNumber=f"{number:04X}",
            DeviceAccess=READ_WRITE,
        )


def _publish_ports(factory: InstanceFactory, view: View, controller: Ref, ports: Ports, link: PortLink) -> None:
    for port in ports.of_view(view):
        if link is PortLink.SAP:
            factory.make("CIM_SAPAvailableForElement", AvailableSAP=port.endpoint, ManagedElement=controller)
        else:
            factory.make("CIM_ProtocolControllerForPort", Antecedent=controller, Dependent=port.device)
