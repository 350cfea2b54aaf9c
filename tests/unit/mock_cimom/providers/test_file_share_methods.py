"""Shares made, changed and taken back by CIM_FileExportService; what it refuses changes nothing."""

from functools import partial

import pytest
from pywbem import CIMInstance, Uint16

EXPORT = "CIM_FileExportService"
SHARED = ("CIM_SharedElement", "SameElement", "SystemElement")
HOSTED = ("CIM_HostedShare", "Dependent", "Antecedent")
AVAILABLE = ("CIM_SAPAvailableForFileShare", "ManagedElement", "AvailableSAP")


def goal(**values):
    return CIMInstance(
        "CIM_ExportedFileShareSetting",
        {name: Uint16(value) if isinstance(value, int) else value for name, value in values.items()},
    )


@pytest.fixture
def call(fresh_nas):
    return partial(fresh_nas.call, EXPORT)


@pytest.fixture
def root(fresh_nas):
    """The path of the first file system."""
    return fresh_nas.one("CIM_LocalFileSystem", Name="fs001").path


@pytest.fixture
def share(fresh_nas):
    """The path of the first share."""
    return fresh_nas.one("CIM_NFSShare", Name="/exports/ds1").path


def created(nas, result):
    code, output = result
    assert code == 0
    nas.check()
    return nas.connection.GetInstance(output["TheShare"])


def setting_of(nas, share):
    (setting,) = nas.follow(share, "CIM_FileShareSettingData", "ManagedElement", "SettingData")
    return setting


def test_a_whole_file_system_is_exported_by_its_root(fresh_nas, call, root):
    share = created(fresh_nas, call("CreateExportedShare", Root=root))
    (shared,) = fresh_nas.follow(share.path, *SHARED)
    (host,) = fresh_nas.follow(share.path, *HOSTED)
    endpoints = fresh_nas.follow(share.path, *AVAILABLE)
    assert (share.classname, share["Name"], share["EnabledState"]) == ("MOCK_NFSShare", "/fs001", 2)
    assert (shared["Name"], host["Name"]) == ("fs001", "MOCKNAS+1+vs1")
    assert {one["SystemName"] for one in endpoints} == {"MOCKNAS+1+vs1"}
    assert len(endpoints) == len(fresh_nas.files.server(1).addresses)
    assert setting_of(fresh_nas, share.path)["DefaultReadWrite"] == 4


def test_a_directory_is_published_once_and_exported_by_its_path(fresh_nas, call, root):
    before = len(fresh_nas.list("CIM_Directory"))
    share = created(fresh_nas, call("CreateExportedShare", Root=root, SharedElementPath="new//deep/"))
    (directory,) = fresh_nas.follow(share.path, *SHARED)
    assert share["Name"] == directory["Name"] == "/fs001/new/deep"
    below = created(fresh_nas, call("CreateExportedShare", Root=directory.path, SharedElementPath="er"))
    assert below["Name"] == "/fs001/new/deep/er"
    assert call("ReleaseExportedShare", TheShare=share.path) == (0, {})
    again = created(fresh_nas, call("CreateExportedShare", Root=directory.path))
    assert again.path == share.path
    assert len(fresh_nas.list("CIM_Directory")) == before + 2


def test_without_a_root_the_first_file_system_is_exported(fresh_nas, call):
    code, output = call("CreateExportedShare", SharedElementPath="a")
    assert (code, output["Root"]["Name"]) == (0, "fs001")


def test_the_goal_decides_protocol_access_and_state(fresh_nas, call, root):
    wanted = goal(FileSharingProtocol=2, DefaultReadWrite=3, RootAccess=2, InitialEnabledState=3, ElementName="mine")
    share = created(fresh_nas, call("CreateExportedShare", Root=root, SharedElementPath="b", Goal=wanted))
    setting = setting_of(fresh_nas, share.path)
    assert (share["ElementName"], share["EnabledState"]) == ("mine", 3)
    assert [setting[name] for name in ("DefaultReadWrite", "RootAccess", "InitialEnabledState")] == [3, 2, 3]


def test_a_cifs_share_is_named_by_the_last_part_of_its_path(fresh_nas, call, root):
    wanted = goal(FileSharingProtocol=3)
    share = created(fresh_nas, call("CreateExportedShare", Root=root, SharedElementPath="team", Goal=wanted))
    endpoints = fresh_nas.follow(share.path, *AVAILABLE)
    assert (share.classname, share["Name"]) == ("MOCK_CIFSShare", "team")
    assert {one["ProtocolIFType"] for one in endpoints} == {4201}
    assert setting_of(fresh_nas, share.path)["FileSharingProtocol"] == 3


def test_access_points_can_be_chosen_by_name(fresh_nas, call, root):
    address = fresh_nas.files.server(2).addresses[0]
    share = created(
        fresh_nas, call("CreateExportedShare", Root=root, SharedElementPath="c", AccessPointPorts=[f"+{address}:nfs"])
    )
    (endpoint,) = fresh_nas.follow(share.path, *AVAILABLE)
    (host,) = fresh_nas.follow(share.path, *HOSTED)
    assert (endpoint["Name"], host["Name"]) == (f"{address}:nfs", "MOCKNAS+1+vs2")
    code, _ = call("ModifyExportedShare", TheShare=share.path, AccessPointPorts=["+*", f"-{address}:nfs"])
    names = {one["Name"] for one in fresh_nas.follow(share.path, *AVAILABLE)}
    assert code == 0
    assert f"{address}:nfs" not in names
    assert names


REFUSED = [
    ({"SharedElementPath": "../x"}, 9),
    ({"SharedElementPath": "x" * 1025}, 9),
    ({"Goal": goal(FileSharingProtocol=5)}, 1),
    ({"Goal": goal(FileSharingProtocol=2, ProtocolVersions=["9"])}, 1),
    ({"Goal": goal(DefaultReadWrite=17)}, 5),
    ({"Goal": "no instance"}, 5),
    ({"Goal": goal(DefaultReadWrite="all")}, 5),
    ({"Goal": goal(ElementName=7)}, 5),
    ({"Goal": goal(FileSharingProtocol=2, ProtocolVersions="3")}, 1),
    ({"Goal": CIMInstance("CIM_FileSystemSetting", {"InstanceID": "x"})}, 5),
    ({"AccessPointPorts": ["+nowhere"]}, 5),
    ({"AccessPointPorts": ["-*"]}, 1),
    ({"RootAccessHosts": ["+host.example.com"]}, 1),
]


@pytest.mark.parametrize(("values", "expected"), REFUSED)
def test_what_cannot_be_exported_is_refused_without_any_change(fresh_nas, call, root, values, expected):
    before = fresh_nas.contents()
    code, output = call("CreateExportedShare", Root=root, **{"SharedElementPath": "d", **values})
    assert (code, dict(output)) == (expected, {})
    assert fresh_nas.contents() == before


def test_what_is_exported_already_or_is_no_root_is_refused(fresh_nas, call, root, share):
    assert call("CreateExportedShare", Root=root)[0] == 0
    before = fresh_nas.contents()
    pool = fresh_nas.list("CIM_StoragePool")[0].path
    gone = root.copy()
    gone["Name"] = "fs999"
    codes = [call("CreateExportedShare", Root=one)[0] for one in (root, pool, share, gone)]
    assert codes == [4, 5, 5, 5]
    assert fresh_nas.contents() == before


def test_a_share_can_be_made_read_only_and_disabled(fresh_nas, call, share):
    code, _ = call("ModifyExportedShare", TheShare=share, Goal=goal(DefaultReadWrite=3, InitialEnabledState=3))
    assert code == 0
    assert setting_of(fresh_nas, share)["DefaultReadWrite"] == 3
    assert setting_of(fresh_nas, share)["RootAccess"] == 3
    assert fresh_nas.connection.GetInstance(share)["EnabledState"] == 3


def test_a_share_can_be_moved_to_another_directory(fresh_nas, call, share):
    other = fresh_nas.one("CIM_LocalFileSystem", Name="fs002").path
    assert call("ModifyExportedShare", TheShare=share, Root=other, SharedElementPath="moved")[0] == 0
    (shared,) = fresh_nas.follow(share, *SHARED)
    assert (shared["Name"], shared["FSName"]) == ("/fs002/moved", "fs002")
    assert fresh_nas.connection.GetInstance(share)["Name"] == "/fs002/moved"
    fresh_nas.check()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"Goal": goal(FileSharingProtocol=3)}, 1),
        ({"Goal": goal(DefaultReadWrite=9)}, 5),
        ({"SharedElementPath": ".."}, 9),
        ({"AccessPointPorts": ["nowhere"], "Goal": goal(DefaultReadWrite=3)}, 5),
        ({"InUseOptions": Uint16(9)}, 5),
        ({"TheShare": None}, 5),
    ],
)
def test_a_change_that_is_refused_changes_nothing(fresh_nas, call, share, values, expected):
    before = fresh_nas.contents()
    assert call("ModifyExportedShare", **{"TheShare": share, **values})[0] == expected
    assert fresh_nas.contents() == before


def test_a_released_share_leaves_nothing_but_its_directory(fresh_nas, call):
    planned = next(one for one in fresh_nas.files.shares if one.directory and one.name == one.path)
    share = next(one for one in fresh_nas.list("CIM_NFSShare") if one["InstanceID"].endswith(planned.path))
    before = fresh_nas.contents()
    assert call("ReleaseExportedShare", TheShare=share.path) == (0, {})
    gone = set(before) - set(fresh_nas.contents())
    assert {one.partition(":")[2].partition(".")[0] for one in gone} == {
        "MOCK_NFSShare", "CIM_HostedShare", "CIM_SharedElement", "CIM_ExportedFileShareSetting",
        "CIM_FileShareSettingData", "CIM_SAPAvailableForFileShare",
    }  # fmt: skip
    assert set(fresh_nas.contents()) < set(before)
    fresh_nas.check()
    assert call("ReleaseExportedShare", TheShare=share.path)[0] == 5
    assert call("ReleaseExportedShare")[0] == 5


def test_who_watches_is_told_of_the_share_before_what_refers_to_it(fresh_nas, call, root):
    changes = []
    fresh_nas.connection.cimrepository.observers.append(changes.append)
    share = created(fresh_nas, call("CreateExportedShare", Root=root, SharedElementPath="seen"))
    assert call("ReleaseExportedShare", TheShare=share.path)[0] == 0
    made = [one.after.instance for one in changes if one.before is None]
    gone = [one.before.instance for one in changes if one.after is None]
    assert [one.classname for one in made[:3]] == ["CIM_Directory", "CIM_FileStorage", "MOCK_NFSShare"]
    assert gone[-1].path == share.path
    assert len(made) == len(gone) + 2


def test_a_share_that_clients_have_cut_off_is_refused_and_can_be_released(fresh_nas, call, share):
    (link,) = fresh_nas.connection.ReferenceNames(share, "CIM_SharedElement")
    fresh_nas.connection.DeleteInstance(link)
    assert call("ModifyExportedShare", TheShare=share, AccessPointPorts=["+*"])[0] == 4
    assert call("ReleaseExportedShare", TheShare=share)[0] == 0
    fresh_nas.check()
