"""pywbem_mock as it comes, holding as many volumes as ours, each with its place in a pool and in the system."""

from importlib import resources

import pywbem
import pywbem_mock

NAMESPACE = "root/stock"
SYSTEM = {"CreationClassName": "CIM_ComputerSystem", "Name": "array"}
GIB = 2**30


class StockMock:
    """A FakedWBEMConnection, asked in process: what it would need on a wire comes on top."""

    def __init__(self, luns: int) -> None:
        self.connection = pywbem_mock.FakedWBEMConnection(default_namespace=NAMESPACE)
        schema = resources.files("mock_cimom.mof").joinpath("cim_schema.mof").read_text(encoding="utf-8")
        self.connection.compile_mof_string(schema)
        self.connection.add_cimobjects([_instance("CIM_ComputerSystem", SYSTEM)])
        for number in range(1, luns + 1):
            self.connection.add_cimobjects(_volume(number))

    def volumes(self, property_list: list[str]) -> int:
        """Enumerate the volumes; return how many there are."""
        return len(self.connection.EnumerateInstances("CIM_StorageVolume", PropertyList=property_list))

    def reference_names(self, number: int) -> int:
        """Ask what refers to one volume; return how much does."""
        return len(self.connection.ReferenceNames(_volume_path(number)))


def _volume(number: int) -> list[pywbem.CIMInstance]:
    system, pool, path = _path("CIM_ComputerSystem", SYSTEM), _pool_path(), _volume_path(number)
    volume = _instance(
        "CIM_StorageVolume",
        dict(path.keybindings),
        Name=f"60000970{1:012X}{number:012X}",
        NameFormat=pywbem.Uint16(9),
        NameNamespace=pywbem.Uint16(2),
        ElementName=f"lun{number:04d}",
        BlockSize=pywbem.Uint64(512),
        NumberOfBlocks=pywbem.Uint64(10 * GIB // 512),
        ConsumableBlocks=pywbem.Uint64(10 * GIB // 512),
        ThinlyProvisioned=True,
        OperationalStatus=[pywbem.Uint16(2)],
        HealthState=pywbem.Uint16(5),
    )
    return [
        volume,
        _instance("CIM_SystemDevice", {"GroupComponent": system, "PartComponent": path}),
        _instance(
            "CIM_AllocatedFromStoragePool", {"Antecedent": pool, "Dependent": path}, SpaceConsumed=pywbem.Uint64(GIB)
        ),
    ]


def _instance(class_name: str, keys: dict[str, object], **values: object) -> pywbem.CIMInstance:
    instance = pywbem.CIMInstance(class_name, properties={**keys, **values})
    instance.path = _path(class_name, keys)
    return instance


def _path(class_name: str, keys: dict[str, object]) -> pywbem.CIMInstanceName:
    return pywbem.CIMInstanceName(class_name, keybindings=keys, namespace=NAMESPACE)


def _pool_path() -> pywbem.CIMInstanceName:
    return _path("CIM_StoragePool", {"InstanceID": "array:pool1"})


def _volume_path(number: int) -> pywbem.CIMInstanceName:
    return _path(
        "CIM_StorageVolume",
        {
            "SystemCreationClassName": SYSTEM["CreationClassName"],
            "SystemName": SYSTEM["Name"],
            "CreationClassName": "CIM_StorageVolume",
            "DeviceID": f"{number:05X}",
        },
    )
