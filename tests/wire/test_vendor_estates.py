"""Arrays as other people's providers publish them: what VASA must show of each is written down in its estate.

The estates are mock scripts in tests/estates, written from smis-mapping alone. Each says in EXPECTED what is right:

arrays    ElementName -> vendor, model, firmware, kinds of blocks and files, profiles, names of processors (None: one
          that stands for the array; `name?`: may be there), at times `id` and alternate names; None: whatever is said
ports     WWN or iSCSI name -> kind; `nodes`, `portals`: what else some of them say, names too
luns      ESX name -> array, label, capacity, used space (MiB), thin, thin status, words of the capability's name
drs       ESX name -> whether Storage DRS may move it
sees      initiator -> port -> LUNs
shares    path, or server:path -> array, servers, addresses, words of the capability's name
mounts    (server, path) -> shares
"""

import importlib.util
from dataclasses import replace
from pathlib import Path

import pytest

import mock_cimom
from vasa_cim.adapter import NotesInMemory, Reading, Source
from vasa_cim.adapters.block.adapter import BlockAdapter
from vasa_cim.adapters.file.adapter import FileAdapter
from vasa_cim.adapters.smis.probe import probe
from vasa_cim.adapters.smis.quirk_table import QUIRKS
from vasa_cim.cli.array_probe import lines_of
from vasa_cim.errors import SourceError
from vasa_cim.framework.usage_filter import visible_inventory
from vasa_cim.model.identifiers import entity_type_of
from vasa_cim.model.usage_context import HostInitiator, MountPoint, UsageContext

ESTATES = Path(__file__).resolve().parents[1] / "estates"
SCRIPTS = sorted(one for one in ESTATES.glob("*.py") if one.name != "estate_builder.py")
PROFILES = {"block": "BlockDeviceProfile", "file": "FileSystemProfile", "capability": "CapabilityProfile"}


def load(script):
    spec = importlib.util.spec_from_file_location(f"estates_{script.stem}", script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Seen:
    """What both adapters read of one estate; `quirks` switches rows of the table of quirks on or off."""

    def __init__(self, script, quirks=None):
        self.module = load(script)
        self.expected = {"ports": {}, "luns": {}, "sees": {}, "shares": {}, "mounts": {}, "drs": {}}
        self.expected |= {"nodes": {}, "portals": {}}
        self.expected |= self.module.EXPECTED
        namespace = self.module.NAMESPACE
        with mock_cimom.running(None, mock_files=[script], default_namespace=namespace) as cimom:
            options = {"quirks": quirks} if quirks else {}
            source = Source(name=script.stem, url=cimom.url, user=cimom.user, password=cimom.password, options=options)
            self.adapters = [BlockAdapter(source), FileAdapter(source)]
            shared = {}
            try:
                self.block, self.files = [one.read(Reading(shared=shared)) for one in self.adapters]
            finally:
                for one in self.adapters:
                    one.close()
            self.probed = probe(replace(source, notes=NotesInMemory()))

    def visible(self, inventory, entry):
        mount = isinstance(entry, MountPoint)
        usage = UsageContext(**{"mount_points" if mount else "host_initiators": (entry,)})
        adapter = self.adapters[1 if mount else 0]
        chosen = adapter.entry_set(entry)
        return visible_inventory(inventory, usage, [chosen.reach(inventory)] if chosen else [])


@pytest.fixture(scope="module", params=SCRIPTS, ids=[one.stem for one in SCRIPTS])
def seen(request):
    return Seen(request.param)


def both(seen, name):
    return {**getattr(seen.block, name), **getattr(seen.files, name)}


def texts(values):
    return {str(one) for one in values}


def test_the_arrays_are_these(seen):
    arrays = both(seen, "arrays")
    assert {one.array_name for one in arrays.values()} == set(seen.expected["arrays"])
    assert len(arrays) == len(seen.expected["arrays"])
    for key, found in arrays.items():
        wanted = seen.expected["arrays"][found.array_name]
        assert wanted.get("id", key) == key
        assert found.vendor_id == (wanted["vendor"] or found.vendor_id)
        assert found.model_id == (wanted["model"] or found.model_id)
        assert (found.firmware or None) == wanted["firmware"]
        assert wanted.get("alternate", set()) <= set(found.alternate_name)


def test_arrays_say_what_they_serve(seen):
    for key in both(seen, "arrays"):
        parts = [one.arrays[key] for one in (seen.block, seen.files) if key in one.arrays]
        wanted = seen.expected["arrays"][parts[0].array_name]
        assert texts(kind for one in parts for kind in one.supported_block) == wanted["blocks"]
        assert texts(kind for one in parts for kind in one.supported_file_system) == wanted.get("files", set())
        profiles = texts(profile for one in parts for profile in one.supported_profile)
        assert wanted["profiles"] is None or profiles == {PROFILES[one] for one in wanted["profiles"]}


def test_the_processors_are_these(seen):
    processors, of_array = both(seen, "processors"), both(seen, "processors_of_array")
    for key, array in both(seen, "arrays").items():
        wanted = seen.expected["arrays"][array.array_name]["processors"]
        found = [processors[one] for one in of_array[key]]
        assert all(entity_type_of(one.unique_identifier) for one in found)
        if wanted is None:
            assert len(found) == 1
            continue
        sure = {name for name in wanted if not name.endswith("?")}
        allowed = {name.rstrip("?") for name in wanted}
        labels = [name for one in found for name in one.sp_identifier if name in allowed]
        assert sure <= set(labels)
        assert len(found) == len(set(labels)), [one.sp_identifier for one in found]


def port_name(port):
    """A WWN, an iSCSI name, or else what the array itself calls the port."""
    return port.port_wwn or port.iscsi_identifier or port.unique_identifier.rpartition(":")[2].lower()


def test_the_ports_are_these(seen):
    found = {port_name(one): str(one.port_type) for one in seen.block.ports.values()}
    assert found == seen.expected["ports"]
    attached = {port for ports in seen.block.ports_of_processor.values() for port in ports}
    assert attached == set(seen.block.ports)
    for port in seen.block.ports.values():
        wanted = seen.expected["nodes"].get(port_name(port))
        assert wanted is None or port.node_wwn == wanted
    for name, addresses in seen.expected["portals"].items():
        known = {text for one in seen.block.ports.values() if port_name(one) == name for text in one.alternate_name}
        assert addresses <= known


def test_the_luns_are_these(seen):
    luns = {one.esx_lun_identifier: one for one in seen.block.luns.values()}
    assert set(luns) == set(seen.expected["luns"])
    assert len(luns) == len(seen.block.luns)
    owned = seen.block.luns_of_array.items()
    array_of = {lun: seen.block.arrays[key].array_name for key, some in owned for lun in some}
    for naa, (array, label, capacity, used, thin, status, capability) in seen.expected["luns"].items():
        lun = luns[naa]
        found = (array_of[lun.unique_identifier], lun.display_name, lun.capacity_in_mb, lun.used_space_in_mb,
                 lun.thin_provisioned, str(lun.thin_provisioning_status))  # fmt: skip
        wanted = (array, label, capacity, used, thin, status)
        given = [known if known is not None else got for known, got in zip(wanted, found, strict=True)]
        assert found == tuple(given), naa
        check_capability(seen.block, lun.unique_identifier, capability)


def check_capability(inventory, key, words):
    name = inventory.capabilities[inventory.capability_of[key]].capability_name
    assert set((words or "").split()) <= set(name.split()), name


def test_storage_drs_may_move_these_luns(seen):
    luns = {one.esx_lun_identifier: one.drs_management_permitted for one in seen.block.luns.values()}
    assert {naa: luns[naa] for naa in seen.expected["drs"]} == seen.expected["drs"]


def initiator(text):
    if "." in text:
        return HostInitiator(iscsi_identifier=text)
    if text.startswith("node:"):
        return HostInitiator(port_wwn="1000000000000001", node_wwn=text.removeprefix("node:"))
    return HostInitiator(port_wwn=text)


def test_initiators_see_these_luns_through_these_ports(seen):
    ports, luns = seen.block.ports, seen.block.luns
    for who, wanted in seen.expected["sees"].items():
        visible = seen.visible(seen.block, initiator(who))
        found = {}
        for port, behind in visible.luns_of_port.items():
            found.setdefault(port_name(ports[port]), set()).update(luns[one].esx_lun_identifier for one in behind)
        assert found == wanted, who
        assert {one.esx_lun_identifier for one in visible.luns.values()} == set().union(*wanted.values())
        assert {port_name(one) for one in visible.ports.values()} == set(wanted)


def shares(seen):
    """Each share by its path, or by server and path where the estate says it so."""
    by_server = all(not one.startswith("/") for one in seen.expected["shares"])
    named = {}
    for key, share in seen.files.file_systems.items():
        ((server, path),) = {(one.file_server_name, one.file_system_path.rstrip("/")) for one in share.file_system_info}
        named[key] = f"{server}:{path}" if by_server else path
    return named


def test_the_shares_are_these(seen):
    found = {label: seen.files.file_systems[key] for key, label in shares(seen).items()}
    assert set(found) == set(seen.expected["shares"])
    assert len(found) == len(seen.files.file_systems)
    for path, (array, servers, addresses, capability) in seen.expected["shares"].items():
        share = found[path]
        (owner,) = [key for key, some in seen.files.file_systems_of_array.items() if share.unique_identifier in some]
        assert seen.files.arrays[owner].array_name == array
        assert {one.file_server_name for one in share.file_system_info} == servers
        assert {one.ip_address for one in share.file_system_info if one.ip_address} == addresses
        check_capability(seen.files, share.unique_identifier, capability)


def test_mounts_see_these_shares(seen):
    named = shares(seen)
    for (server, path), wanted in seen.expected["mounts"].items():
        visible = seen.visible(seen.files, MountPoint(server, path))
        assert {named[one] for one in visible.file_systems} == wanted, (server, path)


# --- array probe ---


def test_the_probe_tells_what_is_shown(seen):
    found = {one.element_name or one.name: one for one in seen.probed.arrays}
    assert set(found) == set(seen.expected["arrays"])
    assert seen.probed.failures == []
    shown = list(lines_of(seen.probed))
    for name, one in found.items():
        assert any(name in line for line in shown)
        assert (one.firmware or None) == seen.expected["arrays"][name]["firmware"]
    assert sum(one.luns or 0 for one in found.values()) == len(seen.expected["luns"])
    assert sum(one.shares or 0 for one in found.values()) == len(seen.expected["shares"])
    used = {one.name for one in seen.probed.quirks}
    assert set(getattr(seen.module, "QUIRKS", ())) <= used


# --- the table of quirks ---

SHOWN = [(script, name) for script in SCRIPTS for name in getattr(load(script), "QUIRKS", ())]
NOT_ALONE = {
    "naa-in-node-wwn-form": "the shape of the name alone says the same",
    "site-pools": "no volume lives there anyway",
}
"""Rows without which the answers are right all the same, and why."""
EFFECTIVE = [(script, name) for script, name in SHOWN if name not in NOT_ALONE]


def test_every_row_of_the_table_is_shown_by_an_estate():
    assert {name for _, name in SHOWN} == {one.name for one in QUIRKS}


@pytest.mark.parametrize(("script", "name"), EFFECTIVE, ids=[f"{one.stem}-{name}" for one, name in EFFECTIVE])
def test_without_its_row_the_answers_would_be_wrong(script, name):
    try:
        without = Seen(script, {name: False})
    except SourceError:
        return
    with pytest.raises(AssertionError):
        check_everything(without)


def check_everything(seen):
    for check in (test_the_arrays_are_these, test_arrays_say_what_they_serve, test_the_ports_are_these,
                  test_the_luns_are_these, test_storage_drs_may_move_these_luns,
                  test_initiators_see_these_luns_through_these_ports):  # fmt: skip
        check(seen)
