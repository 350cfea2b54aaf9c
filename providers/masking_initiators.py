"""An array's hardware IDs (smis-mapping 2.8, 9.3).

StorageHardwareIDManagementService --ConcreteDependency-- StorageHardwareID --ElementSettingData-- client settings

The ID without a name stands for every initiator: its view is a default view.
"""

from mock_cimom.estate import names
from mock_cimom.estate.plan import Array, Initiator
from mock_cimom.providers.factory import InstanceFactory, Ref
from mock_cimom.providers.services import Services

PORT_WWN, ISCSI_NAME = 2, 5  # CIM_StorageHardwareID.IDType
VMWARE = 19  # CIM_StorageClientSettingData.ClientTypes


def publish_initiators(factory: InstanceFactory, array: Array, top: Ref, services: Services) -> dict[Initiator, Ref]:
    """Publish each initiator of the array once, also those without a view; return their paths."""
    client = factory.make(
        "CIM_StorageClientSettingData",
        InstanceID=f"{array.name}:client:vmware",
        ElementName="VMware",
        ClientTypes=[VMWARE],
    )
    found: dict[Initiator, Ref] = {}
    everyone = [one for view in array.views for one in view.initiators]
    for initiator in dict.fromkeys([*everyone, *array.idle_initiators]):
        label = initiator.name or names.OPEN_VIEW
        path = factory.make(
            "MOCK_StorageHardwareID",
            InstanceID=f"{array.name}:initiator:{label}",
            ElementName=label,
            StorageID=initiator.name,
            IDType=ISCSI_NAME if initiator.iscsi else PORT_WWN,
        )
        factory.make("CIM_ConcreteDependency", Antecedent=services.hardware_ids, Dependent=path)
        factory.make("CIM_ElementSettingData", ManagedElement=path, SettingData=client)
        found[initiator] = path
    return found
