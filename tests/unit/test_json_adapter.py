"""The example of the guide to adapters: an array described by a JSON file."""

import fcntl
import json
import threading
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from vasa_cim.adapter import ENTRY_POINT_GROUP, Hint, Reading, Source
from vasa_cim.errors import ConfigurationError, SourceError, SourceRefused, SourceUnreachable, SourceUnreadable
from vasa_cim.framework.adapter_loading import load_adapters
from vasa_cim.model.usage_context import HostInitiator, MountPoint

PROJECT = Path(__file__).resolve().parents[1] / "json_adapter"
ESX1 = HostInitiator(port_wwn="10:00:00:00:c9:00:00:01")
POOLS = ("gold", "bronze", "bronze")
DEADLINE = 20.0


@pytest.fixture
def file(tmp_path):
    """A copy of the example's description that a test may change."""
    made = tmp_path / "an array.json"
    made.write_bytes((PROJECT / "array.json").read_bytes())
    return made


@pytest.fixture
def make(install, file):
    install(PROJECT)
    adapter = load_adapters(entry_points(group=ENTRY_POINT_GROUP, name="json"))["json"]
    made = []

    def make(**changes):
        facts = {"name": "lab", "url": file.as_uri(), "user": "admin", "password": "secret", "adapters": ("json",)}
        made.append(adapter(Source(**(facts | changes))))
        return made[-1]

    yield make
    for adapter in made:
        adapter.close()


def test_it_is_loaded_beside_the_built_in_ones_and_wants_to_be_named(install):
    install(PROJECT)
    adapters = load_adapters(entry_points(group=ENTRY_POINT_GROUP))
    assert {"block", "json"} <= adapters.keys()
    assert adapters["json"].needs_naming
    assert not adapters["block"].needs_naming


def test_it_reads_what_the_file_says(make):
    found = make().read(Reading())
    assert [array.array_name for array in found.arrays.values()] == ["J-1"]
    assert [lun.display_name for lun in found.luns.values()] == ["data", "logs", "spare"]
    assert list(found.capability_of.values()) == [f"AcmeJson:StorageCapability:{name}" for name in POOLS]
    (array,) = found.arrays
    assert found.luns_of_array == {array: tuple(found.luns)}
    assert sorted(sum(found.ports_of_processor.values(), ())) == list(found.ports)


def test_an_initiator_reaches_its_luns_and_a_mount_is_no_matter(make):
    adapter = make()
    reach = adapter.entry_set(ESX1).reach(adapter.read(Reading()))
    assert [view.luns for view in reach.views] == [("AcmeJson:StorageLun:J-1:1", "AcmeJson:StorageLun:J-1:2")]
    assert adapter.entry_set(MountPoint("nas", "/vol")) is None


def test_all_mappings_ascend_whatever_the_names(make, file):
    described = json.loads(file.read_text())
    for table in ("luns", "pool_of"):
        described[table] = {("ü" if key == "1" else key): value for key, value in described[table].items()}
    for host in described["hosts"].values():
        host["luns"] = ["ü" if key == "1" else key for key in host["luns"]]
    file.write_text(json.dumps(described))
    found = make().read(Reading())
    for name in ("luns", "ports", "processors", "capabilities", "capability_of", "pool_of", "ports_of_processor"):
        assert list(getattr(found, name)) == sorted(getattr(found, name))


def changed(path, value):
    """Return a spoiler of a description: the item at `path` becomes `value`, None takes it away."""

    def spoil(text):
        described = json.loads(text)
        *way, last = path
        place = described
        for step in way:
            place = place[step]
        if value is None:
            del place[last]
        else:
            place[last] = value
        return json.dumps(described)

    return spoil


UNREADABLE = {
    "half written": lambda text: text[: len(text) // 2],
    "empty": lambda text: "",
    "no JSON": lambda text: "<array/>",
    "another JSON": lambda text: "[]",
    "a number that is none": lambda text: text.replace("10240", "Infinity"),
    "no name": changed(["array", "array_name"], None),
    "a name that is none": changed(["array", "array_name"], 7),
    "no LUNs": changed(["luns"], None),
    "LUNs in a list": changed(["luns"], []),
    "a size as text": changed(["luns", "1", "capacity_in_mb"], "10"),
    "a negative size": changed(["luns", "1", "capacity_in_mb"], -1),
    "a size that is true": changed(["luns", "1", "capacity_in_mb"], True),
    "a name that ESX does not know": changed(["luns", "1", "esx_lun_identifier"], "naa.123"),
    "a LUN without a pool": changed(["pool_of", "1"], None),
    "a pool that is not there": changed(["pool_of", "1"], "silver"),
    "a host's LUN that is not there": changed(["hosts", "esx1", "luns"], ["9"]),
    "a host's port that is not there": changed(["hosts", "esx1", "ports"], ["50000ac000000009"]),
    "an initiator that is no WWN": changed(["hosts", "esx1", "initiators"], ["esx1"]),
}


@pytest.mark.parametrize("spoil", UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_that_describes_no_array_is_one_sentence(make, file, spoil):
    file.write_text(spoil(file.read_text()))
    with pytest.raises(SourceUnreadable) as raised:
        make().read(Reading())
    assert str(raised.value).startswith(f"lab gave an answer that cannot be read: {file} describes no array: ")


def test_bytes_that_are_no_text_are_unreadable(make, file):
    file.write_bytes(b"\xff\xfe\xfd")
    with pytest.raises(SourceUnreadable):
        make().read(Reading())


def test_a_file_that_somebody_has_locked_and_one_that_is_gone(make, file):
    adapter = make()
    with file.open("rb") as writer:
        fcntl.flock(writer, fcntl.LOCK_EX)
        with pytest.raises(SourceUnreachable, match="somebody has locked it"):
            adapter.read(Reading())
    assert adapter.read(Reading()).luns
    file.unlink()
    with pytest.raises(SourceUnreachable, match="No such file"):
        adapter.read(Reading())
    file.mkdir()
    with pytest.raises(SourceUnreachable, match="Is a directory"):
        adapter.read(Reading())


def test_a_change_of_the_file_is_hinted_and_close_ends_the_watching(make, file):
    adapter, told = make(options={"check_seconds": 0.01}), threading.Semaphore(0)
    hints = []

    def hint(one):
        hints.append(one)
        told.release()

    adapter.watch(hint)
    file.write_text(file.read_text() + "\n")
    assert told.acquire(timeout=DEADLINE)
    new = file.with_suffix(".new")
    new.write_bytes((PROJECT / "array.json").read_bytes())
    new.replace(file)
    assert told.acquire(timeout=DEADLINE)
    file.unlink()
    assert told.acquire(timeout=DEADLINE)
    assert set(hints) == {Hint()}
    adapter.close()
    assert "json watch" not in {thread.name for thread in threading.enumerate()}


@pytest.mark.parametrize(
    "changes",
    [
        {"url": "https://array.example.com"},
        {"options": {"namespace": "interop"}},
        {"options": {"check_seconds": 0}},
        {"options": {"check_seconds": "1"}},
        {"options": {"check_seconds": True}},
    ],
)
def test_what_it_cannot_use_of_the_configuration(make, changes):
    with pytest.raises(ConfigurationError, match="source 'lab'"):
        make(**changes)


@pytest.mark.parametrize(
    ("user", "password"), [("admin", "wrong"), ("root", "secret"), ("", ""), ("admin", ""), ("ädmin", "sécret")]
)
def test_a_wrong_login_is_refused(make, user, password):
    with pytest.raises(SourceRefused):
        make().authenticate(user, password)


def test_the_configured_login_is_accepted_and_without_one_nobody_is(make):
    make().authenticate("admin", "secret")
    with pytest.raises(SourceError):
        make(user=None, password=None).authenticate("admin", "secret")
