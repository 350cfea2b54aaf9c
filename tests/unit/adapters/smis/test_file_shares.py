"""Shares of providers old and new: protocols, paths, and what they share (smis-mapping 2.6, 4.1, 4.2)."""

import pytest
from structlog.testing import capture_logs

from vasa_cim.adapters.smis.file_shares import read_shares
from vasa_cim.adapters.smis.file_systems import FileSystem

NFS, CIFS = 2, 3


@pytest.fixture
def file_system(made):
    def make(name="fs1", root="/fs1"):
        return FileSystem(("A", name), "A", root, None, None, ())

    return make


@pytest.fixture
def share(made):
    def make(key="s", class_name="CIM_NFSShare", **values):
        return made.row(made.instance(key, class_name), **values)

    return make


@pytest.fixture
def shared(made):
    """Return a function that makes what a share shares: a file system, or a directory of one."""

    def make(key="s", name="fs1", directory=None, class_name="CIM_SharedElement"):
        if directory is None:
            element = made.name("X_FS", CSCreationClassName="X", CSName="A", CreationClassName="X_FS", Name=name)
        else:
            keys = {"CSCreationClassName": "X", "CSName": "A", "FSCreationClassName": "X_FS", "FSName": name}
            element = made.name("X_Dir", CreationClassName="X_Dir", Name=directory, **keys)
        return made.link(class_name, "SystemElement", element, "SameElement", made.instance(key))

    return make


def read(walk, *file_systems, saps=None):
    return read_shares(walk, {one.key: one for one in file_systems}, saps or {})


@pytest.mark.parametrize(
    ("name", "directory", "root", "paths"),
    [
        ("/exports/ds1", None, "/fs1", ["/exports/ds1", "/fs1"]),
        ("/exports/ds1/", None, "/", ["/exports/ds1"]),
        ("/fs1/esx", None, "/fs1", ["/fs1/esx"]),
        ("/ds1", "/vol/fs1/ds1", "/vol/fs1", ["/ds1", "/vol/fs1/ds1"]),
        ("ds1", "/fs1/exports/ds1", "/fs1", ["/fs1/exports/ds1", "ds1"]),
        ("ds1", "exports/ds1", "/fs1", ["/fs1/exports/ds1", "ds1"]),
        ("ds1", None, "/fs1", ["/fs1", "/fs1/ds1", "ds1"]),
        ("exports/ds1", None, "/fs1", ["/fs1/exports/ds1", "/fs1", "exports/ds1"]),
        ("ds1", None, "/", ["/ds1", "ds1"]),
        (None, None, "/", ["/"]),
        ("ds1", None, None, ["ds1"]),
        (None, None, "/fs1", ["/fs1"]),
    ],
)
def test_the_paths_of_a_share(walk_over, share, shared, file_system, name, directory, root, paths):
    walk = walk_over(FileShare=[share(Name=name, ElementName="label")], SharedElement=[shared(directory=directory)])
    (found,) = read(walk, file_system(root=root))
    assert list(found.paths) == paths
    assert found.path == paths[0]
    assert found.file_system == ("A", "fs1")


@pytest.mark.parametrize(
    ("values", "key", "path"),
    [({"ElementName": "/label"}, "s", "/label"), ({"Name": " "}, "A:nfs:/exports/ds1", "/exports/ds1")],
)
def test_where_nothing_else_is_a_path_a_label_or_the_end_of_the_id_may_be(walk_over, share, values, key, path):
    (found,) = read(walk_over(FileShare=[share(key, **values)]))
    assert (found.path, found.local, found.file_system) == (path, key, None)


def test_a_share_without_a_path_is_left_out_with_one_line(walk_over, share):
    walk = walk_over(FileShare=[share("nothing", ElementName="label"), share("s", Name="/a")])
    with capture_logs() as logs:
        assert [one.local for one in read(walk)] == ["s"]
    (line,) = [line for line in logs if line["event"] == "not shown"]
    assert (line["reason"], line["examples"]) == ("they have no path", ["nothing"])


def test_a_disabled_share_is_none(walk_over, share):
    rows = [share("off", Name="/off", EnabledState=3), share("on", Name="/on", EnabledState=2), share("s", Name="/s")]
    with capture_logs() as logs:
        assert [one.local for one in read(walk_over(FileShare=rows))] == ["on", "s"]
    (line,) = [line for line in logs if line["event"] == "not shown"]
    assert (line["reason"], line["examples"]) == ("they are disabled", ["off"])


def test_separators_of_newer_and_older_servers_give_one_id(walk_over, share):
    walk = walk_over(FileShare=[share("SYMMETRIX-+-1-+-ds1", Name="/a")])
    assert [one.local for one in read(walk)] == ["SYMMETRIX+1+ds1"]


# --- protocols ---


def test_classes_tell_the_protocol_without_a_question(walk_over, share):
    walk = walk_over(FileShare=[share("n", Name="/a"), share("c", "CIM_CIFSShare", Name="/b")])
    assert [one.local for one in read(walk)] == ["n"]
    assert "CIM_NFSShare" not in walk.connection.asked
    assert "CIM_ExportedFileShareSetting" not in walk.connection.asked


def test_classes_of_vendors_are_told_by_the_class_they_derive_from(walk_over, share):
    rows = [share("n", "X_Nfs", Name="/a"), share("c", "X_Cifs", Name="/b")]
    walk = walk_over(FileShare=rows, NFSShare=rows[:1])
    assert [one.local for one in read(walk)] == ["n"]
    assert "CIM_ExportedFileShareSetting" not in walk.connection.asked


@pytest.mark.parametrize("association", ["CIM_FileShareSettingData", "CIM_ElementSettingData"])
@pytest.mark.parametrize("setting_class", ["CIM_ExportedFileShareSetting", "SNIA_ExportedFileShareSetting"])
@pytest.mark.parametrize("share_class", ["CIM_FileShare", "SNIA_FileShare", "X_Share"])
def test_settings_tell_where_classes_do_not(walk_over, made, share, share_class, setting_class, association):
    protocols = {"n": NFS, "c": CIFS, "both": [NFS, CIFS]}
    rows = [share(key, share_class, Name=f"/{key}") for key in protocols]
    settings = [
        made.row(
            made.instance(f"{key} setting"), FileSharingProtocol=tuple(value) if isinstance(value, list) else value
        )
        for key, value in protocols.items()
    ]
    links = [
        made.link("X_Data", "ManagedElement", made.instance(key), "SettingData", made.instance(f"{key} setting"))
        for key in protocols
    ]
    walk = walk_over({"CIM_FileShare": rows, setting_class: settings, association: links})
    assert [one.local for one in read(walk)] == ["both", "n"]


def test_endpoints_tell_where_settings_do_not_and_what_nothing_tells_is_left_out(walk_over, made, share):
    kinds = {"n": 4200, "c": 4201, "ip": 4096}
    rows = [share(key, "CIM_FileShare", Name=f"/{key}") for key in (*kinds, "nowhere")]
    endpoints = [made.row(made.endpoint(f"to {key}"), ProtocolIFType=kind) for key, kind in kinds.items()]
    saps = {made.endpoint(f"to {key}").key: {(key,)} for key in kinds}
    walk = walk_over(FileShare=rows, ProtocolEndpoint=endpoints)
    with capture_logs() as logs:
        assert [one.local for one in read(walk, saps=saps)] == ["n"]
    (line,) = [line for line in logs if line["event"] == "not shown"]
    assert (line["reason"], line["examples"]) == ("nothing tells their protocol", ["ip", "nowhere"])


def test_older_names_of_classes_are_asked_for_where_the_newer_have_nothing(walk_over, share, shared, file_system):
    walk = walk_over(
        {
            "SNIA_FileShare": [share(class_name="SNIA_FileShare", Name="ds1")],
            "SNIA_SharedElement": [shared(directory="/fs1/ds1", class_name="SNIA_SharedElement")],
            "CIM_NFSShare": [share()],
        }
    )
    assert [one.path for one in read(walk, file_system())] == []
    walk = walk_over(
        {
            "SNIA_FileShare": [share(class_name="SNIA_NFSFileShare", Name="ds1")],
            "SNIA_SharedElement": [shared(directory="/fs1/ds1", class_name="SNIA_SharedElement")],
            "CIM_NFSShare": [share()],
        }
    )
    assert [one.path for one in read(walk, file_system())] == ["/fs1/ds1"]


def test_of_several_shared_elements_a_known_one_counts_and_a_directory_first(walk_over, share, shared, file_system):
    links = [shared(name="gone"), shared(), shared(directory="/fs1/ds1")]
    (found,) = read(walk_over(FileShare=[share(Name="ds1")], SharedElement=links), file_system())
    assert (found.file_system, found.path) == (("A", "fs1"), "/fs1/ds1")


def test_no_share_costs_no_further_question(walk_over):
    walk = walk_over(FileShare=[])
    assert read(walk) == ()
    assert set(walk.connection.asked) <= {"CIM_FileShare", "SNIA_FileShare"}


def test_of_two_shares_with_one_id_the_first_counts(walk_over, share):
    walk = walk_over(FileShare=[share(Name="/a"), share(Name="/b")])
    with capture_logs() as logs:
        assert [one.path for one in read(walk)] == ["/a"]
    assert [line["examples"] for line in logs if line["event"] == "not shown"] == [["s"]]


def test_the_root_of_a_file_system_with_several_shares_is_no_path_of_one_that_has_a_name(
    walk_over, share, shared, file_system
):
    rows = [share("a", Name="/fs1"), share("b", Name="/esx"), share("c", Name="ds1")]
    walk = walk_over(FileShare=rows, SharedElement=[shared("a"), shared("b"), shared("c")])
    assert [one.paths for one in read(walk, file_system())] == [("/fs1",), ("/esx",), ("/fs1", "/fs1/ds1", "ds1")]
