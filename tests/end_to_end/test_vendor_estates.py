"""All arrays of tests/estates behind one running provider, seen by one vCenter whose hosts they know."""

import contextlib
import importlib.util
import json
from pathlib import Path

import pytest

import mock_cimom
from vasa_cim.client.checks import checked
from vasa_cim.client.client import VasaClient
from vasa_cim.client.identity import create_identity
from vasa_cim.client.sync import register, synchronise
from vasa_cim.model.usage_context import HostInitiator, MountPoint, UsageContext

ESTATES = Path(__file__).resolve().parents[1] / "estates"
SCRIPTS = sorted(one for one in ESTATES.glob("*.py") if one.name != "estate_builder.py")


def load(script):
    spec = importlib.util.spec_from_file_location(f"vendors_{script.stem}", script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PORTLESS = ("naa.600605b0012345601a2b3c4d5e6f7081",)
"""What an array without masking and without target ports has: it is shown, but behind no port."""
MODULES = {script.stem: load(script) for script in SCRIPTS}


def expected(part):
    return [pair for module in MODULES.values() for pair in module.EXPECTED.get(part, {}).items()]


def source_table(name, cimom):
    keys = {"name": name, "url": cimom.url, "user": cimom.user, "password": cimom.password}
    return "\n".join(["[[source]]", *(f"{key} = {json.dumps(value)}" for key, value in keys.items())])


@pytest.fixture(scope="module")
def picture(launcher, tmp_path_factory):
    """What the vCenter is shown once every source has been read."""
    folder = tmp_path_factory.mktemp("vendors")
    with contextlib.ExitStack() as stack:
        cimoms = {}
        for script in SCRIPTS:
            running = mock_cimom.running(None, mock_files=[script], default_namespace=MODULES[script.stem].NAMESPACE)
            cimoms[script.stem] = stack.enter_context(running)
        file = folder / "settings.toml"
        file.write_text("\n\n".join(source_table(*pair) for pair in cimoms.items()), "utf-8")
        arguments = ["--config", file, "--data", folder / "data"]
        bridge = launcher.start("vasa_cim", arguments, folder)
        stack.callback(bridge.stop)
        first = next(iter(cimoms.values()))
        with VasaClient(bridge.exports["VASA_URL"], ca_file=Path(bridge.exports["VASA_CA"])) as anonymous:
            identity = create_identity(folder)
            register(anonymous, identity, first.user, first.password)
        url, ca = bridge.exports["VASA_URL"], Path(bridge.exports["VASA_CA"])
        with VasaClient(url, ca_file=ca, identity=identity) as client:
            client.set_context(context())
            wanted = {name for name, _ in expected("arrays")}
            missing = lambda: wanted - {one.array_name for one in client.query_arrays()}  # noqa: E731
            launcher.wait_for(lambda: not missing(), lambda: f"{missing()} are missing\n{bridge.log()}")
            yield synchronise(client, context())


def context():
    initiators = [who for who, _ in expected("sees")]
    mounts = [mount for mount, _ in expected("mounts")]
    return UsageContext(
        host_initiators=tuple(map(initiator, initiators)),
        mount_points=tuple(MountPoint(server, path) for server, path in mounts),
    )


def initiator(text):
    if "." in text:
        return HostInitiator(iscsi_identifier=text)
    if text.startswith("node:"):
        return HostInitiator(port_wwn="1000000000000001", node_wwn=text.removeprefix("node:"))
    return HostInitiator(port_wwn=text)


def test_the_arrays_of_all_vendors_are_shown(picture):
    assert sorted(one.array_name for one in picture.arrays) == sorted(name for name, _ in expected("arrays"))


def test_every_lun_that_some_initiator_sees_is_shown_once(picture):
    wanted = set().union(*(luns for _, by_port in expected("sees") for luns in by_port.values())) | set(PORTLESS)
    assert sorted(one.esx_lun_identifier for one in picture.luns) == sorted(wanted)


def test_every_share_that_is_mounted_is_shown_once(picture):
    assert len(picture.file_systems) == sum(
        len(set().union(*module.EXPECTED.get("mounts", {"": set()}).values())) for module in MODULES.values()
    )


def test_the_answers_agree_with_each_other(picture):
    portless = [one.unique_identifier for one in picture.luns if one.esx_lun_identifier in PORTLESS]
    told = [failure for check in checked(picture, "all vendors") for failure in check.failures]
    assert told == [f"LUNs of ports: {', '.join(portless)} missing, though in the ids"]
