"""The statistics of an array's volumes, if it has any (9.3).

StorageVolume --ElementStatisticalData-- BlockStorageStatisticalData --MemberOfCollection-- StatisticsCollection
"""

from collections.abc import Mapping

from mock_cimom.estate import names
from mock_cimom.estate.plan import Array
from mock_cimom.providers.factory import InstanceFactory, Ref

VOLUME = 8  # CIM_BlockStorageStatisticalData.ElementType
STARTED, TAKEN = "20250101000000.000000+000", "20250102000000.000000+000"


def publish_statistics(factory: InstanceFactory, array: Array, top: Ref, volumes: Mapping[int, Ref]) -> None:
    """Publish one set of counters for each volume, by number, and the collection of all of them."""
    collection = factory.make(
        "CIM_StatisticsCollection", InstanceID=f"{array.name}:statistics", ElementName="statistics"
    )
    factory.make("CIM_HostedCollection", Antecedent=top, Dependent=collection)
    for number, volume in volumes.items():
        reads, writes = 1000 + number * 17 % 5000, 500 + number * 13 % 3000
        data = factory.make(
            "CIM_BlockStorageStatisticalData",
            InstanceID=f"{array.name}:statistics:{names.volume_id(number)}",
            ElementName=f"statistics of {names.volume_label(number)}",
            ElementType=VOLUME,
            StartStatisticTime=STARTED,
            StatisticTime=TAKEN,
            TotalIOs=reads + writes,
            ReadIOs=reads,
            WriteIOs=writes,
            KBytesRead=reads * 8,
            KBytesWritten=writes * 8,
            KBytesTransferred=(reads + writes) * 8,
        )
        factory.make("CIM_ElementStatisticalData", ManagedElement=volume, Stats=data)
        factory.make("CIM_MemberOfCollection", Collection=collection, Member=data)
