"""The SMI-S adapters against a walk of the same CIMOM object by object with pywbem, over random estates and contexts.

VASA_CIM_CONFORMANCE_EXAMPLES sets how many estates are tried per test (default 4); more than that are chosen anew in
each run.
"""

import random
import re
from contextlib import contextmanager
from dataclasses import replace
from ipaddress import ip_address

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import mock_cimom
from mock_cimom.estate.description import ESTATES, SMALLEST, ArrayDescription, EstateDescription, Kind, Masking
from mock_cimom.estate.file_description import AddressPath, FileDescription
from vasa_cim.model.enums import EntityType

CONTEXTS = 5
PAIRS = 6
BLOCK_PROFILES = {"Array", "Storage Virtualizer"}
HOST_NAME = re.compile(r"[a-z0-9.-]+")
FEW = 4  # examples up to which each run is the same
SCOPES = ("context", "associated")


@pytest.fixture(scope="session")
def check(run_provider, judge, smis_walk, smis_blocks, smis_files):
    """Compare what a provider shows of a CIMOM with what the walk finds, in several contexts and both scopes."""

    def check(estate, seed=1):
        with mock_cimom.running(estate=estate) as cimom:
            source = {"name": "mock", "url": cimom.url, "user": cimom.user, "password": cimom.password}
            oracle = Oracle(smis_walk, smis_blocks, smis_files, cimom)
            for scope in SCOPES:
                with run_provider(source, array_scope=scope) as provider:
                    compare(provider, oracle, judge, scope, seed)

    return check


class Oracle:
    """What the walk found, once per CIMOM: for any context what VASA must show of it."""

    def __init__(self, smis_walk, smis_blocks, smis_files, cimom):
        walk = smis_walk.Walk(cimom.url, cimom.user, cimom.password)
        self.blocks, self.files, self.files_of = [], [], smis_files
        for top, profiles in walk.top_systems():
            is_block = bool(profiles & BLOCK_PROFILES)
            if is_block:
                self.blocks.append(smis_blocks.BlockWalk(walk, top, smis_walk.vasa_id, smis_walk.key_of).read())
            if profiles - BLOCK_PROFILES:
                files = smis_files.FileWalk(walk, top, smis_walk.vasa_id, smis_walk.key_of)
                self.files.append(files.read(unified=is_block))
        walk.close()

    def mounts(self):
        """Servers and paths that mean a share, or a directory below it, and some that mean none."""
        for array in self.files:
            for share in array.shares:
                names = (name for name in share.names if HOST_NAME.fullmatch(name))
                for server in (*names, *map(str, share.addresses)):
                    yield from ((server, path) for path in share.paths if path.startswith("/"))
                    yield server.upper(), f"{share.path}/below/"
                yield "localhost", share.path
                yield "192.0.2.99", share.path

    def shares(self, usage):
        mounts = [(one.server_name, one.file_path) for one in usage.mount_points if one.is_usable()]
        return self.files_of.seen_by(self.files, mounts)

    def initiators(self):
        return {name for array in self.blocks for subjects, _, _ in array.views for name in subjects or ()}

    def luns_of_port(self, usage):
        names = [key for initiator in usage.host_initiators for key in initiator.keys()]  # noqa: SIM118 - no mapping
        found = {}
        for array in self.blocks:
            found |= array.seen_by(names) if names else {}
        return {port: luns for port, luns in found.items() if luns}


def compare(provider, oracle, judge, scope, seed):
    everything = None
    chance = random.Random(seed)
    for usage in judge.contexts(oracle.initiators(), set(oracle.mounts()), CONTEXTS, seed):
        seen = judge.picture(provider.client, usage)
        assert list(judge.of_picture(seen)) == [], usage
        everything = everything or judge.everything_of(provider.inventories())
        assert list(judge.foreign(provider.client, seen, everything)) == [], usage
        systems(seen, oracle, usage, scope)
        block_part(seen, oracle, usage)
        file_part(seen, oracle, usage)
        migrations(provider.client, seen, oracle, chance)


def systems(seen, oracle, usage, scope):
    """Arrays and processors are visible to a context that is not empty, or (associated) that sees something of them."""
    luns = set().union(*oracle.luns_of_port(usage).values())
    shares = {share.array for share in oracle.shares(usage)}
    arrays = {one.identifier: set(one.processors) for one in (*oracle.files, *oracle.blocks)}
    if scope == "associated":
        used = {one.identifier for one in oracle.blocks if one.luns.keys() & luns} | shares
        arrays = {array: processors for array, processors in arrays.items() if array in used}
    if usage.is_empty():
        arrays = {}
    assert set(seen.ids[EntityType.ARRAY]) == arrays.keys(), usage
    if EntityType.PROCESSOR in seen.ids:
        assert {one.entity_id: set(one.associated_ids) for one in seen.processors_of_array} == arrays, usage


def block_part(seen, oracle, usage):
    if EntityType.LUN not in seen.ids:
        assert not oracle.luns_of_port(usage)
        return
    behind = oracle.luns_of_port(usage)
    luns = set().union(*behind.values())
    assert set(seen.ids[EntityType.LUN]) == luns, usage
    assert set(seen.ids[EntityType.PORT]) == behind.keys(), usage
    assert {one.entity_id: set(one.associated_ids) for one in seen.luns_of_port} == behind, usage
    ports = {one.entity_id: set(one.associated_ids) for one in seen.ports_of_processor}
    for each in oracle.blocks:
        for processor, all_ports in each.processors.items():
            assert ports.get(processor, set()) == all_ports & behind.keys(), usage
        assert set(seen.luns_of_array.get(each.identifier, ())) == each.luns.keys() & luns, usage
    facts = {lun: fact for each in oracle.blocks for lun, fact in each.luns.items()}
    for lun in seen.luns:
        fact = facts[lun.unique_identifier]
        for name in fact.__dataclass_fields__:
            assert getattr(lun, name) == getattr(fact, name), (lun.unique_identifier, name)


def file_part(seen, oracle, usage):
    """Each share that a mount means is one file system with its path and addresses, and with the mount's own texts."""
    shares = oracle.shares(usage)
    if EntityType.FILE_SYSTEM not in seen.ids:
        assert not shares
        return
    array_of = {one: array for array, of_one in seen.file_systems_of_array.items() for one in of_one}
    shown = [
        (
            array_of[one.unique_identifier],
            one.file_system_info[0].file_system_path,
            frozenset(ip_address(info.ip_address) for info in one.file_system_info if info.ip_address),
        )
        for one in seen.file_systems
    ]
    assert sorted(shown, key=repr) == sorted(((one.array, one.path, one.addresses) for one in shares), key=repr), usage
    told = {
        (info.file_server_name, info.file_system_path) for one in seen.file_systems for info in one.file_system_info
    }
    for mount in usage.mount_points:
        if mount.is_usable() and oracle.files_of.seen_by(oracle.files, [(mount.server_name, mount.file_path)]):
            assert mount.server_name in {name for name, _ in told}, usage


def migrations(client, seen, oracle, chance):
    """Storage DRS: moving helps between pools, if both LUNs permit it (vasa-1.0 2.4, 19)."""
    pools = {lun: pool for each in oracle.blocks for lun, pool in each.pools.items()}
    facts = {lun: fact for each in oracle.blocks for lun, fact in each.luns.items()}
    luns = sorted(one.unique_identifier for one in seen.luns)
    for _ in range(PAIRS if len(luns) > 1 else 0):
        one, other = chance.sample(luns, 2)
        permitted = facts[one].drs_management_permitted and facts[other].drs_management_permitted
        told = client.query_drs_migration_capability_for_performance(one, other, EntityType.LUN)
        assert told is (permitted and pools[one] != pools[other]), (one, other)


# --- estates with a name, and every dialect ---


@pytest.mark.parametrize("name", ["tiny", "mixed"])
def test_an_estate_with_a_name(check, name):
    check(ESTATES[name])


@pytest.mark.parametrize("masking", Masking, ids=lambda one: one.name.lower())
def test_each_dialect_with_all_that_is_irregular(check, masking):
    array = ArrayDescription(hosts=12, volumes=12, drives_per_pool=1, masking=masking, irregular=True)
    check(EstateDescription((array,)))


@pytest.mark.parametrize("way", AddressPath, ids=lambda one: one.value)
@pytest.mark.parametrize("kind", [Kind.NAS, Kind.NAS_HEAD, Kind.UNIFIED], ids=lambda one: one.value)
def test_each_kind_of_file_server_with_all_that_is_irregular(check, kind, way):
    side = FileDescription(servers=3, file_systems=10, nfs_shares=12, address_path=way)
    small = {"volumes": 8, "hosts": 12} if kind.has_blocks else {}
    check(EstateDescription((replace(SMALLEST[kind], drives_per_pool=1, files=side, **small),)))


@contextmanager
def randomly(examples):
    """The settings of a property: few estates, the same in each run, unless more are asked for."""
    yield settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=examples <= FEW,
        phases=[Phase.generate],  # a smaller estate that fails would cost minutes to find
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )


@pytest.mark.parametrize("kind", ["block", "file", "unified", "any"])
def test_any_estate(check, estates, examples, kind):
    kinds = {"block": [estates.blocks()], "file": [estates.filers()], "unified": [estates.unified()]}
    arrays = kinds.get(kind) or [one for several in kinds.values() for one in several]

    @given(estates.estates(*arrays, most=3 if kind == "any" else 2), st.integers(0, 1000))
    def holds(estate, seed):
        check(estate, seed)

    with randomly(examples) as profile:
        profile(holds)()
