"""Initiators as arrays know them: each kind matches its own kind only (`smis-mapping 2.8`)."""

import pytest

from vasa_cim.adapters.smis.masking.hardware_ids import EVERYONE, HardwareIds, match_key
from vasa_cim.adapters.smis.masking.members import Members

WWN = "10000000C9ABCDEF"


@pytest.mark.parametrize(
    ("storage_id", "kind", "key"),
    [
        (WWN, 2, "port:10000000c9abcdef"),
        ("10:00:00:00:C9:AB:CD:EF", 2, "port:10000000c9abcdef"),
        ("0x10000000c9abcdef", 3, "node:10000000c9abcdef"),
        ("IQN.1998-01.com.Example:esx1", 5, "iscsi:iqn.1998-01.com.example:esx1"),
        ("iqn.1998-01.com.example:esx1,i,0x0", 5, "iscsi:iqn.1998-01.com.example:esx1"),
        ("", 2, EVERYONE),
        ("", None, EVERYONE),
        (" ", 2, None),
        (None, 2, None),
        (WWN, None, None),
        (WWN, 1, None),
        (WWN, 4, None),
        (WWN + "00", 2, None),
        ("0000000000000000", 2, None),
        (" , ", 5, None),
    ],
)
def test_a_hardware_id_has_one_match_key_or_none(storage_id, kind, key):
    assert match_key(storage_id, kind) == key


def ids_of(walk):
    return HardwareIds(walk, Members(walk))


def hardware_id(made, key, storage_id=WWN):
    return made.row(made.instance(key), StorageID=storage_id, IDType=2)


def member(made, collection, inside):
    return made.link("X_M", "Collection", made.instance(collection), "Member", made.instance(inside))


def test_collections_are_resolved_through_all_levels_and_circles(made, walk_over):
    walk = walk_over(
        StorageHardwareID=[hardware_id(made, "1"), hardware_id(made, "2", "10000000c9000002")],
        MemberOfCollection=[member(made, *pair) for pair in (("a", "b"), ("b", "1"), ("b", "a"), ("a", "gone"))],
    )
    ids = ids_of(walk)
    assert ids.initiators([("a",)]) == {"port:10000000c9abcdef"}
    assert ids.initiators([("a",), ("2",)]) == {"port:10000000c9abcdef", "port:10000000c9000002"}
    assert ids.initiators([("gone",)]) == frozenset()


def test_collections_are_asked_for_only_when_needed(made, walk_over):
    walk = walk_over(StorageHardwareID=[hardware_id(made, "1")])
    assert ids_of(walk).initiators([("1",)])
    assert "CIM_MemberOfCollection" not in walk.connection.asked


def test_an_initiator_registered_twice_is_one(made, walk_over):
    ids = ids_of(walk_over(StorageHardwareID=[hardware_id(made, "1"), hardware_id(made, "2")]))
    assert ids.initiators([("1",), ("2",)]) == {"port:10000000c9abcdef"}
    assert len(ids) == 2


def test_two_initiators_of_one_key_are_neither(made, walk_over):
    ids = ids_of(walk_over(StorageHardwareID=[hardware_id(made, "1"), hardware_id(made, "1", "10000000c9000002")]))
    assert ids.initiators([("1",)]) == frozenset()
