"""The file adapter against the mock CIMOM over the wire: inventories and mounts are predicted from the plan."""

import ipaddress
from dataclasses import replace

import pytest
import pywbem
from structlog.testing import capture_logs

import mock_cimom
from mock_cimom.estate import file_names, names
from mock_cimom.estate.description import ESTATES, SMALLEST, EstateDescription, Kind
from mock_cimom.estate.file_description import AddressPath
from mock_cimom.estate.file_plan import Protocol
from mock_cimom.estate.plan import plan_array
from vasa_cim.adapter import Reading, Source
from vasa_cim.adapters.block.adapter import BlockAdapter
from vasa_cim.adapters.engine.cache import carried_over, same_content
from vasa_cim.adapters.engine.merge import merged
from vasa_cim.adapters.file.adapter import FileAdapter
from vasa_cim.adapters.file.mapping import EXTERNAL_STORAGE
from vasa_cim.adapters.file.path_register import PathRegister
from vasa_cim.adapters.file.resolver import Resolver
from vasa_cim.cim.connection import Connection
from vasa_cim.framework.usage_filter import visible_inventory
from vasa_cim.model.entities import FileSystemInfo, StorageFileSystem
from vasa_cim.model.enums import AlarmStatus, EntityType, FileSystemKind, Profile
from vasa_cim.model.identifiers import array_id, entity_id
from vasa_cim.model.usage_context import HostInitiator, MountPoint, UsageContext

KINDS = {
    "nas": EstateDescription((SMALLEST[Kind.NAS],)),
    "nas-head": EstateDescription((SMALLEST[Kind.NAS_HEAD],)),
    "unified": EstateDescription((SMALLEST[Kind.UNIFIED],)),
    "mixed": ESTATES["mixed"],
}
MOST_REQUESTS = 11
NAS = "root/mocknas"


def unknown(name):
    raise OSError("nobody knows it")


def source_of(cimom):
    return Source(name="array", url=cimom.url, user=cimom.user, password=cimom.password)


class Reader:
    """Both adapters of one source, as an engine drives them."""

    def __init__(self, cimom, lookup=unknown, register=None):
        source = source_of(cimom)
        self.block = BlockAdapter(source)
        self.file = FileAdapter(source, resolver=Resolver(lookup), register=register or PathRegister())
        self.parts = [None, None]

    @property
    def requests(self):
        return self.block.requests + self.file.requests

    def read(self):
        """Read one round; return how many requests each adapter's part cost, and the whole."""
        shared, counts, parts = {}, [self.requests], []
        for adapter, previous in zip((self.block, self.file), self.parts, strict=True):
            found = adapter.read(Reading(previous=previous, shared=shared))
            parts.append(found if previous is None else carried_over(previous, found))
            counts.append(self.requests)
        self.parts = parts
        return counts[1] - counts[0], counts[2] - counts[1], merged(parts)

    def visible(self, whole, *entries):
        mounts = tuple(entry for entry in entries if isinstance(entry, MountPoint))
        hosts = tuple(entry for entry in entries if isinstance(entry, HostInitiator))
        usage = UsageContext(mount_points=mounts, host_initiators=hosts)
        sets = [made for entry in usage.entries() for one in (self.block, self.file) if (made := one.entry_set(entry))]
        return visible_inventory(whole, usage, [one.reach(whole) for one in sets])

    def close(self):
        self.block.close()
        self.file.close()


@pytest.fixture
def reader_of():
    made = []

    def make(cimom, **options):
        made.append(Reader(cimom, **options))
        return made[-1]

    yield make
    for reader in made:
        reader.close()


@pytest.fixture(scope="module", params=KINDS)
def estate(request):
    """(description, reader, whole inventory) of each kind, read once."""
    with mock_cimom.running(KINDS[request.param]) as cimom:
        reader = Reader(cimom)
        yield KINDS[request.param], reader, reader.read()[2]
        reader.close()


@pytest.fixture
def own():
    """A regular NAS that a test may change: 2 servers, 4 file systems, 8 NFS shares, a CIFS share."""
    with mock_cimom.running(EstateDescription((regular(Kind.NAS),))) as cimom:
        cimom.connection.default_namespace = NAS
        yield cimom


def regular(kind, **files):
    described = SMALLEST[kind]
    changes = {"servers": 2, "file_systems": 4, "nfs_shares": 8, "cifs_shares": 1} | files
    return replace(described, irregular=False, files=replace(described.files, **changes))


# --- what the plan predicts ---


def plans(description):
    whole = [plan_array(description, index) for index in range(1, len(description.arrays) + 1)]
    return [array for array in whole if array.files is not None]


def top_name(array):
    return array.name.replace("-+-", "+")


def exported(array):
    return [share for share in array.files.shares if share.protocol is Protocol.NFS and share.enabled]


def share_id(array, share):
    path = share.path if share.name.startswith("/") else share.name
    return entity_id(EntityType.FILE_SYSTEM, top_name(array), file_names.share_key(top_name(array), "nfs", path))


def addresses_of(array, share):
    found = {address for number in share.servers for address in array.files.server(number).addresses}
    return sorted(found, key=lambda one: (":" in one, int(ipaddress.ip_address(one))))


def expected_infos(array, share):
    name = array.files.server(share.servers[0]).name
    return tuple(FileSystemInfo(name, share.path, address) for address in addresses_of(array, share))


def ids_of(description):
    return {share_id(array, share) for array in plans(description) for share in exported(array)}


def only(cimom, class_name, **wanted):
    found = [
        one for one in cimom.connection.EnumerateInstances(class_name) if all(one[k] == v for k, v in wanted.items())
    ]
    assert len(found) == 1, [str(one.path) for one in found]
    return found[0]


def change(cimom, instance, **values):
    for name, value in values.items():
        if value is None:
            instance.properties[name].value = None
        else:
            instance[name] = value
    cimom.connection.ModifyInstance(instance, PropertyList=list(values))


def without(cimom, class_name, keep=lambda path: False):
    for path in cimom.connection.EnumerateInstanceNames(class_name):
        if not keep(path):
            cimom.connection.DeleteInstance(path)


# --- entities ---


def test_every_enabled_nfs_share_is_one_file_system_with_all_its_addresses(estate):
    description, _, whole = estate
    expected = {
        share_id(array, share): StorageFileSystem(
            unique_identifier=share_id(array, share),
            file_system_info=expected_infos(array, share),
            native_snapshot_supported=True,
            thin_provisioning_status=whole.file_systems[share_id(array, share)].thin_provisioning_status,
        )
        for array in plans(description)
        for share in exported(array)
    }
    assert whole.file_systems == expected
    assert list(whole.file_systems) == sorted(expected)


def test_file_systems_belong_to_their_arrays_and_arrays_say_what_they_are(estate):
    description, _, whole = estate
    for index, array in enumerate(description.arrays, start=1):
        name = top_name(plan_array(description, index))
        entity = whole.arrays[array_id(name)]
        expected = []
        if array.kind.has_blocks:
            expected.append(Profile.BLOCK)
        if array.files is not None:
            expected.append(Profile.FILE_SYSTEM)
        assert set(entity.supported_profile) == {*expected, Profile.CAPABILITY}
        assert entity.supported_file_system == ((FileSystemKind.NFS,) if array.files is not None else ())
        assert bool(entity.supported_block) is array.kind.has_blocks
        assert whole.processors_of_array[array_id(name)]
    found = {key: set(children) for key, children in whole.file_systems_of_array.items()}
    assert found == {
        array_id(top_name(array)): {share_id(array, share) for share in exported(array)} for array in plans(description)
    }


def test_every_end_of_every_association_is_there(estate):
    _, _, whole = estate
    assert set(whole.capability_of) == {*whole.luns, *whole.file_systems}
    assert set(whole.capability_of.values()) <= set(whole.capabilities)
    for parents, related, children in (
        (whole.arrays, whole.processors_of_array, whole.processors),
        (whole.arrays, whole.file_systems_of_array, whole.file_systems),
        (whole.arrays, whole.luns_of_array, whole.luns),
    ):
        assert set(related) <= set(parents)
        assert {child for several in related.values() for child in several} == set(children)
    assert {export.file_system for export in whole.exports} == set(whole.file_systems)


def test_capabilities_and_pools_are_those_below_the_file_system(estate):
    description, _, whole = estate
    for array in plans(description):
        for share in exported(array):
            identifier = share_id(array, share)
            system = array.files.file_systems[share.file_system - 1]
            name = whole.capabilities[whole.capability_of[identifier]].capability_name
            if system.pool is None:
                assert name == EXTERNAL_STORAGE.capability_name
                assert identifier not in whole.pool_of
            else:
                assert ("Thin" in name.split()) is system.thin
                assert whole.pool_of[identifier].endswith(f":pool{system.pool}")


def test_the_status_is_that_of_the_pool_and_of_the_file_system_itself(estate):
    description, _, whole = estate
    for array in plans(description):
        pools = {pool.index: pool for pool in array.pools}
        for share in exported(array):
            system = array.files.file_systems[share.file_system - 1]
            status = whole.file_systems[share_id(array, share)].thin_provisioning_status
            if not system.thin:
                assert status is AlarmStatus.GREEN
            elif system.used * 100 >= system.size * 95:
                assert status is AlarmStatus.RED
            elif pools[system.pool].kind.used_percent is None:
                assert status is AlarmStatus.GREEN


# --- cost ---


@pytest.fixture
def asked(monkeypatch):
    """The classes that were asked for, with their namespaces."""
    found = []
    for name in ("enumerate_instances", "enumerate_names"):
        original = getattr(Connection, name)

        def wrapped(self, namespace, class_name, *rest, original=original):
            found.append((namespace, class_name))
            return original(self, namespace, class_name, *rest)

        monkeypatch.setattr(Connection, name, wrapped)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_the_file_part_costs_few_requests_beyond_what_a_block_part_asks_for(kind, reader_of, asked):
    with mock_cimom.running(KINDS["unified"]) as cimom:
        reader_of(cimom).block.read(Reading())
        of_blocks = {class_name for _, class_name in asked}
    with mock_cimom.running(KINDS[kind]) as cimom:
        reader = reader_of(cimom)
        asked.clear()
        _, requests, whole = reader.read()
        own = [(namespace, name) for namespace, name in asked[-requests:] if name not in of_blocks]
    assert whole.file_systems
    for namespace in {namespace for namespace, _ in asked}:
        assert sum(space == namespace for space, _ in own) <= MOST_REQUESTS
    assert len(set(asked)) == len(asked), "something was asked for twice"


def test_a_block_array_costs_no_request_more(reader_of):
    with mock_cimom.running("tiny") as cimom:
        _, requests, whole = reader_of(cimom).read()
    assert requests == 0
    assert whole.luns
    assert not whole.file_systems


def test_an_unchanged_source_gives_the_same_content_and_the_same_objects(own, reader_of):
    reader = reader_of(own)
    before = reader.read()[2]
    after = carried_over(before, reader.read()[2])
    assert same_content(before, after)


# --- mounts ---


def spellings(array, share):
    """Return mounts that all mean one share: each of its servers by name and by each address, the path in all forms."""
    paths = [
        share.path,
        f"{share.path}/",
        share.path.replace("/", "//"),
        f"{share.path}/a/b",
        share.path.replace("e", "%65"),
    ]
    full = array.files.server(share.servers[0]).name
    servers = [full, full.upper(), full.partition(".")[0], f"{full}."]
    for address in addresses_of(array, share):
        servers += [address]
        if ":" in address:
            servers += [f"[{address}]", ipaddress.ip_address(address).exploded.upper(), f"{address}%vmk0"]
        else:
            servers += [".".join(octet.zfill(3) for octet in address.split(".")), f"::ffff:{address}"]
    yield from ((server, paths[0]) for server in servers)
    yield from ((servers[0], path) for path in paths)
    yield servers[-1], paths[-1]


def test_every_share_is_found_by_every_spelling_and_no_other(estate):
    description, reader, whole = estate
    for array in plans(description):
        for share in exported(array):
            for server, path in spellings(array, share):
                visible = reader.visible(whole, MountPoint(server, path))
                assert list(visible.file_systems) == [share_id(array, share)], (server, path)


def test_the_session_is_shown_the_text_of_its_own_mount_and_other_sessions_are_not(estate):
    description, reader, whole = estate
    array = plans(description)[0]
    share = exported(array)[0]
    identifier = share_id(array, share)
    address = addresses_of(array, share)[0]
    mount = MountPoint(f"[::ffff:{address}]", f"{share.path}//")
    shown = reader.visible(whole, mount).file_systems[identifier]
    assert shown.file_system_info == (
        *expected_infos(array, share),
        FileSystemInfo(mount.server_name, mount.file_path, address),
    )
    assert whole.file_systems[identifier].file_system_info == expected_infos(array, share)
    plain = MountPoint(array.files.server(share.servers[0]).name, share.path)
    assert reader.visible(whole, plain).file_systems[identifier] is whole.file_systems[identifier]
    assert reader.visible(whole, mount).file_systems[identifier] is shown


def test_a_mount_of_another_server_or_path_finds_nothing(estate):
    description, reader, whole = estate
    array = plans(description)[0]
    share = exported(array)[0]
    foreign = [
        ("10.99.99.99", share.path),
        ("2001:db8::99", share.path),
        (array.files.server(share.servers[0]).name, "/exports"),
        (array.files.server(share.servers[0]).name, f"{share.path}0000"),
        (array.files.server(share.servers[0]).name, f"{share.path}/.snapshot/hourly.0"),
        (array.files.server(share.servers[0]).name, share.path.upper()),
    ]
    for server, path in foreign:
        assert not reader.visible(whole, MountPoint(server, path)).file_systems, (server, path)


def test_disabled_shares_and_those_for_cifs_are_not_shown(estate):
    description, reader, whole = estate
    hidden = [
        (array.files.server(share.servers[0]).name, share.path)
        for array in plans(description)
        for share in array.files.shares
        if not (share.enabled and share.protocol is Protocol.NFS)
    ]
    assert hidden
    assert not reader.visible(whole, *(MountPoint(*one) for one in hidden)).file_systems


def test_initiators_alone_see_no_file_systems_and_mounts_alone_no_luns(estate):
    description, reader, whole = estate
    mounts = [MountPoint(*mount.split(":", 1)) for array in plans(description) for mount in array.files.mounts]
    visible = reader.visible(whole, *mounts)
    assert set(visible.file_systems) == ids_of(description)
    assert not visible.luns
    assert list(visible.arrays) == list(whole.arrays)
    assert not reader.visible(whole, HostInitiator(port_wwn="1000000000000001")).file_systems


def test_an_alias_is_found_by_the_addresses_it_resolves_to(reader_of):
    description = KINDS["nas"]
    (array,) = plans(description)
    share = exported(array)[0]
    known = {"storage.alias.example": [addresses_of(array, share)[-1]]}
    with mock_cimom.running(description) as cimom:
        reader = reader_of(cimom, lookup=lambda name: known[name])
        whole = reader.read()[2]
        visible = reader.visible(whole, MountPoint("Storage.Alias.Example", share.path))
    (shown,) = visible.file_systems.values()
    assert shown.unique_identifier == share_id(array, share)
    assert shown.file_system_info[-1] == FileSystemInfo(
        "Storage.Alias.Example", share.path, known["storage.alias.example"][0]
    )


def test_an_unresolvable_name_finds_the_only_share_with_its_path_until_another_source_has_it_too(reader_of):
    description = KINDS["nas"]
    (array,) = plans(description)
    share = exported(array)[0]
    mount = MountPoint("gone.invalid", share.path)
    register = PathRegister()
    with mock_cimom.running(description) as cimom, mock_cimom.running(KINDS["unified"]) as other:
        reader, hints = reader_of(cimom, register=register), []
        reader.file.watch(hints.append)
        whole = reader.read()[2]
        with capture_logs() as logs:
            assert list(reader.visible(whole, mount).file_systems) == [share_id(array, share)]
        assert [line["server"] for line in logs if "by its path alone" in line["event"]] == ["gone.invalid"]
        reader_of(other, register=register).read()
        assert hints, "a share elsewhere with the same path was not noticed"
        again = reader.read()[2]
        assert again.matching != whole.matching
        assert not reader.visible(again, mount).file_systems


# --- the ways of providers ---


@pytest.mark.parametrize("way", AddressPath)
def test_addresses_are_found_on_every_way(way, reader_of):
    description = EstateDescription((regular(Kind.NAS, address_path=way),))
    with mock_cimom.running(description) as cimom:
        whole = reader_of(cimom).read()[2]
    (array,) = plans(description)
    for share in exported(array):
        infos = whole.file_systems[share_id(array, share)].file_system_info
        assert infos == expected_infos(array, share)


def test_a_file_side_without_snapshots_says_so(reader_of):
    with mock_cimom.running(EstateDescription((regular(Kind.NAS, snapshots=False),))) as cimom:
        whole = reader_of(cimom).read()[2]
    assert {one.native_snapshot_supported for one in whole.file_systems.values()} == {False}


def test_a_nas_for_cifs_alone_has_no_file_profile_for_vasa(own, reader_of):
    without(own, "MOCK_NFSShare")
    without(own, "CIM_FileExportCapabilities")
    without(own, "CIM_FileServerCapabilities")
    (array,) = reader_of(own).read()[2].arrays.values()
    assert array.supported_file_system == ()
    assert array.supported_profile == (Profile.CAPABILITY,)


def test_a_nas_that_exports_nothing_yet_but_can_is_for_files(own, reader_of):
    without(own, "CIM_FileShare")
    whole = reader_of(own).read()[2]
    (array,) = whole.arrays.values()
    assert array.supported_file_system == (FileSystemKind.NFS,)
    assert Profile.FILE_SYSTEM in array.supported_profile
    assert not whole.file_systems


def test_a_nas_without_nodes_has_its_file_servers_as_processors_or_itself(own, reader_of):
    without(own, "CIM_ComponentCS")
    without(own, "MOCK_StorageProcessor")
    reader = reader_of(own)
    (parts,) = reader.read()[2].processors_of_array.values()
    assert [part.rpartition("+")[2] for part in parts] == ["vs1", "vs2"]


def test_a_share_that_appears_is_shown_and_one_that_goes_is_gone(own, reader_of):
    reader = reader_of(own)
    before = reader.read()[2].file_systems
    share = only(own, "MOCK_NFSShare", Name="/exports/ds1")
    change(own, share, EnabledState=pywbem.Uint16(3))
    assert len(reader.read()[2].file_systems) == len(before) - 1
    change(own, share, EnabledState=pywbem.Uint16(2))
    assert reader.read()[2].file_systems == before


def test_a_file_system_on_a_volume_of_its_own_array_has_what_that_offers(reader_of):
    with mock_cimom.running(EstateDescription((regular(Kind.UNIFIED),))) as cimom:
        cimom.connection.default_namespace = "root/mockunified"
        system = only(cimom, "MOCK_LocalFileSystem", Name="fs001").path
        volume = only(cimom, "MOCK_StorageVolume", DeviceID="00003").path
        without(cimom, "CIM_ResidesOnExtent", keep=lambda path: path["Dependent"] != system)
        ends = {"Antecedent": volume, "Dependent": system}
        cimom.connection.CreateInstance(pywbem.CIMInstance("CIM_ResidesOnExtent", ends))
        whole = reader_of(cimom).read()[2]
    lun = next(one for one in whole.luns if one.endswith(":00003"))
    share = next(one for one in whole.file_systems if one.endswith("%2Fds1"))
    assert whole.capability_of[share] == whole.capability_of[lun]
    assert whole.pool_of[share] == whole.pool_of[lun]


# --- what is missing ---


def test_a_share_whose_file_system_is_gone_is_shown_with_what_is_sound(own, reader_of):
    without(own, "CIM_SharedElement")
    with capture_logs() as logs:
        whole = reader_of(own).read()[2]
    assert len(whole.file_systems) == 8
    assert {one.thin_provisioning_status for one in whole.file_systems.values()} == {AlarmStatus.GREEN}
    assert {whole.capabilities[one].capability_name for one in whole.capability_of.values()} == {"Any storage"}
    (line,) = [line for line in logs if line["event"] == "not shown"]
    assert line["kind"].startswith("file systems of shares")


def test_a_share_without_a_server_is_the_nas_systems_own(own, reader_of):
    without(own, "CIM_HostedShare")
    whole = reader_of(own).read()[2]
    assert {info.file_server_name for one in whole.file_systems.values() for info in one.file_system_info} == {"array1"}
    assert all(info.ip_address for one in whole.file_systems.values() for info in one.file_system_info)


def test_shares_without_any_address_are_shown_once_each(own, reader_of):
    without(own, "CIM_IPProtocolEndpoint")
    reader = reader_of(own)
    whole = reader.read()[2]
    infos = [one.file_system_info for one in whole.file_systems.values()]
    assert len(infos) == 8
    assert all(len(several) == 1 and several[0].ip_address is None for several in infos)
    assert len(reader.visible(whole, MountPoint("10.1.2.3", "/exports/ds1")).file_systems) == 1


def test_shares_and_file_systems_that_say_nothing_do_no_harm(own, reader_of):
    share = only(own, "MOCK_NFSShare", Name="/exports/ds1")
    change(own, share, Name=None, ElementName="")
    change(own, only(own, "CIM_LocalFileSystem", Name="fs001"), Root=None, FileSystemSize=None, AvailableSpace=None)
    change(own, only(own, "MOCK_NFSShare", Name="/exports/ds2"), Name="größe <ds> & \U0001f5c4")
    whole = reader_of(own).read()[2]
    paths = {one.file_system_info[0].file_system_path for one in whole.file_systems.values()}
    assert {"/exports/ds1", "/fs002"} <= paths


def test_a_share_without_any_path_is_left_out_with_one_line(own, reader_of):
    share = only(own, "MOCK_NFSShare", Name="/exports/ds1")
    new = pywbem.CIMInstance("MOCK_NFSShare", {"InstanceID": "nothing", "EnabledState": share["EnabledState"]})
    own.connection.CreateInstance(new)
    with capture_logs() as logs:
        whole = reader_of(own).read()[2]
    assert len(whole.file_systems) == 8
    (line,) = [line for line in logs if line["event"] == "not shown"]
    assert (line["count"], line["examples"]) == (1, ["nothing"])


def test_dangling_references_leave_the_rest_alone(own, reader_of):
    without(own, "CIM_LogicalDisk")
    whole = reader_of(own).read()[2]
    assert len(whole.file_systems) == 8
    assert set(whole.capability_of) == set(whole.file_systems)
    assert next(iter(whole.arrays.values())).vendor_id == names.VENDOR
