"""An adapter that comes in a package of its own: through the entry point, over the wire, out and in again."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from vasa_cim.client.client import VasaClient
from vasa_cim.client.identity import create_identity
from vasa_cim.client.sync import register, synchronise
from vasa_cim.model.usage_context import HostInitiator, UsageContext

PROJECT = Path(__file__).resolve().parents[1] / "json_adapter"
ESX1 = UsageContext(host_initiators=(HostInitiator(port_wwn=str(0x10000000C9000001)),))
DEADLINE = 60.0


@pytest.fixture
def array(tmp_path):
    """A copy of the example's array that a test may change."""
    file = tmp_path / "array.json"
    file.write_bytes((PROJECT / "array.json").read_bytes())
    return file


@pytest.fixture
def options(tmp_path, array):
    """The options of a provider with that array alone."""
    config = tmp_path / "vasa-cim.toml"
    (tmp_path / "lab.password").write_text("secret\n", "utf-8")
    config.write_text(
        f'[[source]]\nname = "lab"\nurl = "{array.as_uri()}"\nadapters = ["json"]\nuser = "admin"\n'
        'password_file = "lab.password"\ncheck_seconds = 0.1\n',
        "utf-8",
    )
    return ["--config", config, "--data", tmp_path / "data"]


@pytest.fixture
def provider(launcher, install, tmp_path, options):
    install(PROJECT)
    with launcher.running("vasa_cim", options, tmp_path) as server:
        yield server


@pytest.fixture
def vcenter(provider, tmp_path):
    """A registered vCenter: the login is the one that the adapter checks."""
    identity = create_identity(tmp_path)
    with VasaClient(
        provider.exports["VASA_URL"], ca_file=Path(provider.exports["VASA_CA"]), identity=identity
    ) as client:
        register(client, identity, "admin", "secret")
        yield client


def vasa_cim(*arguments):
    command = [sys.executable, "-m", "vasa_cim", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE, check=False)


def test_a_vcenter_sees_the_array_of_the_file(vcenter):
    seen = synchronise(vcenter, ESX1)
    assert [array.array_name for array in seen.arrays] == ["J-1"]
    assert [lun.display_name for lun in seen.luns] == ["data", "logs"]


def test_its_texts_are_in_the_catalogs_in_both_languages(vcenter):
    vcenter.set_context(ESX1)
    texts = {(one.locale, one.catalog_name): vcenter.fetch_catalog(one) for one in vcenter.query_catalog()}
    assert {locale for locale, _ in texts} == {"de", "en"}
    assert texts["de", "Alarm"]["AcmeJson.Temperature"] == "Die Temperatur von {object} ist im Zustand {state}"
    assert texts["de", "Event"]["AcmeJson.Maintenance"] == "Array {array} is in maintenance until {until}"
    assert texts["de", "Fault"] == texts["en", "Fault"]


def test_a_change_of_the_file_arrives_without_waiting_for_the_next_poll(vcenter, array, launcher):
    assert len(synchronise(vcenter, ESX1).luns) == 2
    described = json.loads(array.read_text("utf-8"))
    described["hosts"]["esx1"]["luns"].append("3")
    array.write_text(json.dumps(described), "utf-8")
    launcher.wait_for(lambda: len(synchronise(vcenter, ESX1).luns) == 3, lambda: "the third LUN")


def test_a_half_written_file_leaves_what_was_there(vcenter, array, provider, launcher):
    synchronise(vcenter, ESX1)
    array.write_bytes(array.read_bytes()[:100])
    launcher.wait_for(lambda: "describes no array" in provider.log(), provider.log)
    assert [lun.display_name for lun in synchronise(vcenter, ESX1).luns] == ["data", "logs"]


def test_it_is_unloaded_and_loaded_again_while_the_session_goes_on(vcenter, launcher, tmp_path):
    vcenter.set_context(ESX1)
    session = vcenter.session_id
    data = ["--data", tmp_path / "data"]
    assert vasa_cim("adapter", "unload", "json", *data).returncode == 0
    listed = json.loads(vasa_cim("adapter", "list", "--output", "json", *data).stdout)
    assert {one["name"]: one["state"] for one in listed}["json"] == "unloaded"
    assert {one.locale for one in vcenter.query_catalog()} == {"en"}
    loaded = vasa_cim("adapter", "load", "json", *data)
    assert loaded.returncode == 0, loaded.stderr
    assert {one.locale for one in vcenter.query_catalog()} == {"de", "en"}
    launcher.wait_for(lambda: len(vcenter.query_arrays()) == 1, lambda: "the array")
    assert vcenter.session_id == session


BROKEN = {
    "an import error": ("import fcntl", "import no_such_module", "No module named 'no_such_module'"),
    "a missing method": ("def entry_set", "def entry_sets", "it lacks entry_set"),
    "another version": (
        "    needs_naming",
        "    contract_version = 2\n    needs_naming",
        "for version 2 of the contract",
    ),
}


@pytest.mark.parametrize(("there", "instead", "reason"), BROKEN.values(), ids=BROKEN)
def test_a_broken_one_stops_the_start_with_its_name_and_the_reason(install, options, there, instead, reason):
    module = install(PROJECT) / "acme_json" / "adapter.py"
    module.write_text(module.read_text("utf-8").replace(there, instead), "utf-8")
    ended = vasa_cim("serve", "--port", 0, *options)
    assert ended.returncode != 0
    assert "adapter json cannot be used: " in ended.stderr
    assert reason in ended.stderr
    assert "Traceback" not in ended.stderr


def test_texts_that_cannot_be_used_stop_the_start_too(install, options):
    module = install(PROJECT) / "acme_json" / "messages.py"
    module.write_text(module.read_text("utf-8").replace("von {object}", "von {objekt}"), "utf-8")
    ended = vasa_cim("serve", "--port", 0, *options)
    assert ended.returncode != 0
    assert "adapter json cannot be used: its texts cannot be used" in ended.stderr
    assert "AcmeJson.Temperature shows other parameters than the English text" in ended.stderr
    assert "Traceback" not in ended.stderr
