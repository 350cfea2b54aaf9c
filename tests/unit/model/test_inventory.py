"""Inventories and what sessions see of them."""

from datetime import UTC, datetime

from vasa_cim.model.entities import StorageCapability, StorageLun, StoragePort
from vasa_cim.model.enums import BlockProtocol, EntityType
from vasa_cim.model.inventory import AccessView, Inventory, Visible, joined


def lun(name):
    return StorageLun(
        unique_identifier=name,
        capacity_in_mb=1,
        used_space_in_mb=1,
        display_name=name,
        esx_lun_identifier="naa.6" + "0" * 31,
        thin_provisioned=False,
    )


def port(name):
    return StoragePort(unique_identifier=name, port_type=BlockProtocol.FC, port_wwn="2100000000000001")


def view(key, initiators, luns, ports, **more):
    return AccessView(key, frozenset(initiators), tuple(luns), tuple(ports), **more)


def test_views_are_found_by_initiator_and_open_ones_apart():
    one, other = view("a", ["port:1"], ["l1"], ["p1"]), view("b", [], ["l2"], ["p1"], open_to_all=True)
    inventory = Inventory(read_at=datetime(2026, 1, 1, tzinfo=UTC), views=(one, other))
    assert inventory.views_of_initiator == {"port:1": (one,)}
    assert inventory.open_views == (other,)


def test_luns_of_a_port_are_those_of_the_seen_views_through_it():
    seen = Visible(
        luns={name: lun(name) for name in ("l1", "l2")},
        ports={name: port(name) for name in ("p1", "p2", "p3")},
        views=(view("a", [], ["l2", "l1"], ["p1", "p9"]), view("b", [], ["l2", "l7"], ["p1", "p2"])),
    )
    assert seen.luns_of_port == {"p1": ("l1", "l2"), "p2": ("l2",)}


def test_joining_keeps_every_object_once_and_in_order():
    def capability(detail):
        return StorageCapability(unique_identifier="c", capability_name="SSD", capability_detail=detail)

    left = Visible(luns={"l2": lun("l2")}, capabilities={"c": capability("left")})
    right = Visible(luns={"l1": lun("l1")}, capabilities={"c": capability("right")})
    both = joined([left, right])
    assert list(both.luns) == ["l1", "l2"]
    assert both.capabilities["c"].capability_detail == "left"
    assert joined([left]) is left
    assert joined([]).of(EntityType.LUN) == {}


def test_the_serialized_form_takes_no_part_in_comparison():
    one, other = lun("l1"), lun("l1")
    object.__setattr__(one, "fragment", b"<x/>")
    assert one == other


def test_the_places_of_luns_are_those_in_their_order_without_what_is_not_there():
    one, other = view("a", [], ["c", "a", "gone"], []), view("b", [], [], [])
    inventory = Inventory(
        read_at=datetime(2026, 1, 1, tzinfo=UTC), luns={name: lun(name) for name in "abc"}, views=(one, other)
    )
    inventory.make_lookups()
    assert inventory.lun_places == {id(one): (2, 0), id(other): ()}
    assert [inventory.lun_order[place] for place in inventory.lun_places[id(one)]] == ["c", "a"]
