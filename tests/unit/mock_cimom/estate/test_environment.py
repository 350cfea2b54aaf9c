"""A shell learns who is who in an estate."""

from mock_cimom.estate.description import ESTATES
from mock_cimom.estate.environment import environment


def test_tiny_has_no_mounts():
    assert environment(ESTATES["tiny"]) == {
        "CIM_WWNS": "10000000C9000101,10000000C9000102,10000000C9000201",
        "CIM_IQNS": "iqn.1998-01.com.example:esx0002",
        "CIM_HOSTS": "esx0001=10000000C9000101,10000000C9000102;"
        "esx0002=10000000C9000201,iqn.1998-01.com.example:esx0002",
    }


def test_an_estate_with_several_arrays_names_each_host_once():
    values = environment(ESTATES["small"])
    hosts = [part.partition("=")[0] for part in values["CIM_HOSTS"].split(";")]
    assert hosts == [f"esx{number:04d}" for number in range(1, 21)]
    assert len(set(values["CIM_WWNS"].split(","))) == len(values["CIM_WWNS"].split(",")) == 38


def test_mounts_are_those_of_all_arrays_with_shares():
    mounts = environment(ESTATES["mixed"])["CIM_MOUNTS"].split(";")
    servers = {mount.partition(":")[0].partition("-")[0] for mount in mounts}
    assert servers == {"nas2", "nas3"}
    assert all(mount.partition(":")[2].startswith("/") for mount in mounts)
