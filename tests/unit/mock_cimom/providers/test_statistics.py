"""Each volume of an array with statistics has its counters, and they add up."""

from mock_cimom.estate.description import ArrayDescription, EstateDescription
from mock_cimom.estate_loader import load_estate

BLOCK = "root/mockblock"


def test_counters_belong_to_volumes_and_add_up():
    connection = load_estate(EstateDescription((ArrayDescription(statistics=True),)))
    (collection,) = connection.EnumerateInstanceNames("CIM_StatisticsCollection", BLOCK)
    members = connection.Associators(collection, AssocClass="CIM_MemberOfCollection")
    assert len(members) == 20
    for data in members:
        (volume,) = connection.Associators(data.path, AssocClass="CIM_ElementStatisticalData")
        assert volume["DeviceID"] == data["InstanceID"].rpartition(":")[2]
        assert data["TotalIOs"] == data["ReadIOs"] + data["WriteIOs"]
        assert data["KBytesTransferred"] == data["KBytesRead"] + data["KBytesWritten"]
