"""The rules of ids, kinds and single questions (vasa-1.0 2.3, 2.4, 2.5)."""

import time
from dataclasses import replace

import pytest

from vasa_cim.errors import InvalidArgument, NotFound
from vasa_cim.framework import queries
from vasa_cim.framework.usage_filter import visible_inventory
from vasa_cim.model.entities import Association
from vasa_cim.model.enums import EntityType, Profile
from vasa_cim.model.identifiers import entity_id
from vasa_cim.model.inventory import Reach, Visible
from vasa_cim.model.usage_context import UsageContext

LUN = EntityType.LUN


@pytest.fixture
def visible(estate):
    usage = UsageContext(host_initiators=(estate.host_a, estate.host_b), mount_points=(estate.mount,))
    return visible_inventory(estate.inventory, usage, [Reach(estate.inventory.views, estate.inventory.exports)])


def lun(local, array="A1"):
    return entity_id(LUN, array, local)


ID_LISTS = [
    ("one id", [lun("1")], [1]),
    ("request order is kept", [lun("2"), lun("0")], [2, 0]),
    ("duplicates are answered once, where first mentioned", [lun("2"), lun("0"), lun("2"), lun("0")], [2, 0]),
    ("an unknown id is skipped", [lun("0"), lun("none")], [0]),
    ("an id out of context is skipped like an unknown one", [lun("3"), lun("1")], [1]),
    ("only unknown ids give an empty answer", [lun("none")], []),
    ("an id of another array is unknown, not malformed", [lun("0", "B1")], []),
    ("an id of another kind is refused", [lun("0"), "VasaCim:StoragePort:A1:port0"], None),
    ("an id that is text of no provider is refused", [lun("0"), "lun 17"], None),
    ("null inside a longer list is refused", [lun("0"), None], None),
    ("empty text inside a longer list is refused", ["", lun("0")], None),
    ("the text null inside a longer list is refused", [lun("0"), "null"], None),
    ("two nulls are a longer list", [None, None], None),
    ("a malformed id among a repeated good one is refused", [lun("0"), lun("0"), "x"], None),
    ("an id with blanks around it is another text", [f" {lun('0')}"], None),
    ("an id of more than 255 characters is refused", [lun("0") + "0" * 255], None),
    ("case counts", [lun("0").lower()], None),
]


@pytest.mark.parametrize(("ids", "expected"), [case[1:] for case in ID_LISTS], ids=[case[0] for case in ID_LISTS])
def test_id_lists(visible, estate, ids, expected):
    if expected is None:
        for choose in (queries.chosen, queries.chosen_explicitly, queries.named):
            with pytest.raises(InvalidArgument, match="lunUniqueId"):
                choose(visible.luns, LUN, ids, "lunUniqueId")
        return
    wanted = [estate.luns[n] for n in expected]
    for choose in (queries.chosen, queries.chosen_explicitly):
        assert [each.unique_identifier for each in choose(visible.luns, LUN, ids, "lunUniqueId")] == wanted
    assert queries.named(visible.luns, LUN, ids, "lunUniqueId") == wanted


@pytest.mark.parametrize("ids", [None, [], [None], [""], ["null"]], ids=str)
def test_the_null_list_means_all_or_is_refused(visible, ids):
    assert queries.is_null_list(ids)
    assert queries.chosen(visible.luns, LUN, ids, "a") == list(visible.luns.values())
    assert queries.named(visible.luns, LUN, ids, "a") == list(visible.luns)
    with pytest.raises(InvalidArgument):
        queries.chosen_explicitly(visible.luns, LUN, ids, "a")


def test_form_is_checked_even_if_nothing_is_visible():
    with pytest.raises(InvalidArgument):
        queries.chosen({}, LUN, ["x"], "a")
    assert queries.chosen({}, LUN, [lun("0")], "a") == []


def test_ten_thousand_visible_ids_are_answered_in_under_two_milliseconds(estate):
    known = {lun(str(number)): estate.lun(0) for number in range(100_000)}
    ids = ["".join([each]) for each in list(known)[:20_000:2]]
    taken = []
    for _ in range(10):
        begun = time.perf_counter()
        found = queries.chosen_explicitly(known, LUN, ids, "lunUniqueId")
        taken.append(time.perf_counter() - begun)
    assert len(found) == 10_000
    assert min(taken) < 0.01  # five times the budget, for a busy machine


def test_associations_leave_out_what_has_no_related(visible, estate):
    assert queries.associations([*estate.ports, "x"], visible.luns_of_port) == [
        Association(estate.ports[0], tuple(estate.luns[:2])),
        Association(estate.ports[1], (estate.luns[2],)),
    ]
    assert queries.associations([estate.array], {estate.array: ()}) == []


def test_each_object_has_exactly_one_capability_or_is_left_out(visible, estate):
    found = queries.capabilities(estate.luns, visible.capability_of)
    assert found == [Association(estate.luns[0], (estate.capability,))]


KINDS = [
    ("arrays need no profile", "StorageArray", [], EntityType.ARRAY),
    ("processors need Block", "StorageProcessor", [Profile.BLOCK], EntityType.PROCESSOR),
    ("ports need Block", "StoragePort", [Profile.BLOCK], EntityType.PORT),
    ("LUNs need Block", "StorageLun", [Profile.BLOCK], EntityType.LUN),
    ("file systems need FileSystem", "StorageFileSystem", [Profile.FILE_SYSTEM], EntityType.FILE_SYSTEM),
    ("capabilities need Capability", "StorageCapability", [Profile.CAPABILITY], EntityType.CAPABILITY),
    ("a LUN without Block is refused", "StorageLun", [Profile.FILE_SYSTEM, Profile.CAPABILITY], None),
    ("a processor without Block is refused", "StorageProcessor", [Profile.FILE_SYSTEM], None),
    ("a port without Block is refused", "StoragePort", [Profile.FILE_SYSTEM], None),
    ("a file system without FileSystem is refused", "StorageFileSystem", [Profile.BLOCK], None),
    ("a capability without Capability is refused", "StorageCapability", [Profile.BLOCK], None),
    ("null is refused", None, list(Profile), None),
    ("empty text is refused", "", list(Profile), None),
    ("an unknown kind is refused", "StoragePool", list(Profile), None),
    ("case counts", "storagelun", list(Profile), None),
    ("the spelling of the SMS API is refused", "StorageArrayEntity", list(Profile), None),
    ("blanks count", " StorageLun", list(Profile), None),
]


@pytest.mark.parametrize(("text", "offers", "kind"), [case[1:] for case in KINDS], ids=[case[0] for case in KINDS])
def test_entity_kinds(text, offers, kind):
    if kind is None:
        with pytest.raises(InvalidArgument, match="entityType"):
            queries.entity_kind(text, frozenset(offers))
    else:
        assert queries.entity_kind(text, frozenset(offers)) is kind


def test_children_of_an_array(visible, estate):
    def ask(array, seen=visible, is_empty=False):
        return queries.children_of_array(seen, seen.luns_of_array, array, "arrayUniqueId", is_empty=is_empty)

    assert list(ask(estate.array)) == estate.luns[:3]
    with pytest.raises(NotFound):
        ask("VasaCim:StorageArray:none")
    assert list(ask("VasaCim:StorageArray:none", Visible(), is_empty=True)) == []
    assert list(ask(estate.array, Visible(), is_empty=True)) == []
    for malformed in (None, "", "null", "array", estate.luns[0]):
        for is_empty in (False, True):
            with pytest.raises(InvalidArgument):
                ask(malformed, is_empty=is_empty)


MIGRATIONS = [
    ("different pools: moving helps", LUN, lun("0"), lun("2"), True),
    ("the same pool: it does not", LUN, lun("0"), lun("1"), False),
    ("source and destination are the same", LUN, lun("0"), lun("0"), InvalidArgument),
    ("the source is unknown", LUN, lun("none"), lun("0"), NotFound),
    ("the destination is out of context", LUN, lun("0"), lun("3"), NotFound),
    ("the source is null", LUN, None, lun("0"), InvalidArgument),
    ("the destination is empty", LUN, lun("0"), "", InvalidArgument),
    ("both are null", LUN, None, None, InvalidArgument),
    ("a file system where a LUN is meant", LUN, lun("0"), "VasaCim:StorageFileSystem:A1:0", InvalidArgument),
    ("ports do not migrate", EntityType.PORT, lun("0"), lun("2"), InvalidArgument),
    ("arrays do not migrate", EntityType.ARRAY, lun("0"), lun("2"), InvalidArgument),
    ("a malformed id comes before an unknown one", LUN, lun("none"), "x", InvalidArgument),
]


@pytest.mark.parametrize(
    ("kind", "source", "destination", "expected"),
    [case[1:] for case in MIGRATIONS],
    ids=[case[0] for case in MIGRATIONS],
)
def test_migration(visible, kind, source, destination, expected):
    if isinstance(expected, bool):
        assert queries.may_migrate(visible, kind, source, destination) is expected
    else:
        with pytest.raises(expected):
            queries.may_migrate(visible, kind, source, destination)


def test_migration_needs_permission_on_both_sides_and_known_pools(visible, estate):
    forbidden = {**visible.luns, estate.luns[2]: estate.lun(2, drs_management_permitted=False)}
    for pair in ((0, 2), (2, 0)):
        ids = [estate.luns[n] for n in pair]
        assert queries.may_migrate(visible, LUN, *ids)
        assert not queries.may_migrate(replace(visible, luns=forbidden), LUN, *ids)
        assert not queries.may_migrate(replace(visible, pool_of={estate.luns[2]: "p2"}), LUN, *ids)
    assert not queries.may_migrate(replace(visible, pool_of={}), LUN, estate.luns[0], estate.luns[2])


def test_file_systems_migrate_between_pools(visible, estate):
    pools = {estate.shares[0]: "f1", estate.shares[1]: "f2"}
    assert queries.may_migrate(replace(visible, pool_of=pools), EntityType.FILE_SYSTEM, *estate.shares)
