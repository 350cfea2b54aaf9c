"""Masking dialect 5: one MaskingMappingView row for each initiator, volume and endpoint (smis-mapping 3.1)."""

from collections.abc import Mapping

from mock_cimom.estate.plan import View
from mock_cimom.providers.factory import Ref
from mock_cimom.providers.masking_ground import Ground
from mock_cimom.providers.masking_initiators import ISCSI_NAME, PORT_WWN
from mock_cimom.providers.masking_privileges import READ, WRITE
from mock_cimom.providers.ports import FC, FC_CONNECTION, ISCSI_CONNECTION, OTHER, TARGET

READ_WRITE = 2  # CIM_ProtocolControllerForUnit.DeviceAccess


def publish_rows(ground: Ground, controllers: Mapping[str, Ref]) -> None:
    """Publish the rows of each view of `controllers` (by the view's name)."""
    for view in ground.array.views:
        _publish_view(ground, view, controllers[view.name])


def _publish_view(ground: Ground, view: View, controller: Ref) -> None:
    endpoints = [(ground.ports.fc[port].endpoint, FC, FC_CONNECTION) for port in view.fc_ports]
    endpoints += [(ground.ports.iscsi[port].endpoint, OTHER, ISCSI_CONNECTION) for port in view.iscsi_ports]
    for endpoint, interface, connection in endpoints:
        common = {
            "ProtocolEndpoint": endpoint,
            "SPEPSystemCreationClassName": endpoint["SystemCreationClassName"],
            "SPEPCreationClassName": endpoint["CreationClassName"],
            "SPEPSystemName": endpoint["SystemName"],
            "SPEPName": endpoint["Name"],
            "SPEPProtocolIFType": interface,
            "SPEPConnectionType": connection,
            "SPEPRole": TARGET,
            "APPrivilegeGranted": True,
            "APActivities": [READ, WRITE],
            "APElementName": view.name,
            "SPCSystemCreationClassName": controller["SystemCreationClassName"],
            "SPCCreationClassName": controller["CreationClassName"],
            "SPCSystemName": controller["SystemName"],
            "SPCDeviceID": controller["DeviceID"],
            "PCFUDeviceAccess": READ_WRITE,
        }
        for initiator in view.initiators:
            for number, volume in enumerate(view.volumes):
                device = ground.volumes[volume]
                ground.factory.make(
                    "CIM_MaskingMappingView",
                    StorageHardwareID=ground.initiators[initiator],
                    SHIDStorageID=initiator.name,
                    SHIDIDType=ISCSI_NAME if initiator.iscsi else PORT_WWN,
                    LogicalDevice=device,
                    LDDeviceID=device["DeviceID"],
                    PCFUDeviceNumber=f"{number:04X}",
                    **common,
                )
