"""Whose an array is that several sources claim."""

import gc
import weakref
from dataclasses import replace

from structlog.testing import capture_logs

from vasa_cim.framework.ownership import OwnershipWatch, owned, ownership
from vasa_cim.framework.usage_filter import visible_inventory
from vasa_cim.model.inventory import Inventory, Reach, joined


def seen(inventory, usage):
    reach = Reach(views=inventory.views, exports=inventory.exports)
    return visible_inventory(inventory, usage, [reach])


def test_an_array_belongs_to_the_first_source_that_was_read_and_has_it(estate, make_estate):
    other = make_estate("B1").inventory
    both = joined_inventory(estate.inventory, other)
    found = ownership([("unread", None), ("one", estate.inventory), ("two", both), ("three", other)])
    assert dict(found.foreign) == {"two": {estate.array}, "three": {make_estate("B1").array}}
    assert found.foreign_to("one") == frozenset()
    assert found.objects["two"] == {estate.array, *estate.sps, *estate.ports, *estate.luns, *estate.shares}


def joined_inventory(first, second):
    names = ("arrays", "processors", "ports", "luns", "file_systems", "capabilities", "processors_of_array")
    names += ("ports_of_processor", "luns_of_array", "file_systems_of_array", "capability_of", "pool_of")
    mappings = {name: dict(sorted({**getattr(first, name), **getattr(second, name)}.items())) for name in names}
    views, exports = first.views + second.views, first.exports + second.exports
    return Inventory(read_at=first.read_at, views=views, exports=exports, **mappings)


def test_without_its_foreign_arrays_a_source_shows_what_it_would_if_it_did_not_have_them(estate, make_estate, usage):
    other = make_estate("B1")
    whole = seen(joined_inventory(estate.inventory, other.inventory), usage)
    left = owned(whole, {estate.array})
    alone = seen(other.inventory, usage)
    for name in ("arrays", "processors", "ports", "luns", "file_systems", "luns_of_array", "pool_of", "capability_of"):
        assert dict(getattr(left, name)) == dict(getattr(alone, name)), name
    assert left.luns_of_port == alone.luns_of_port
    assert left.views == alone.views
    assert left.capabilities == whole.capabilities


def test_a_port_that_another_array_has_too_stays(estate, make_estate, usage):
    other = make_estate("B1")
    shared = {other.sps[0]: (estate.ports[0],), other.sps[1]: ()}
    both = joined_inventory(estate.inventory, replace(other.inventory, ports_of_processor=shared, ports={}))
    assert list(owned(seen(both, usage), {estate.array}).ports) == [estate.ports[0]]


def test_the_joined_whole_of_owner_and_claimant_is_the_owners(estate, usage):
    honest = seen(estate.inventory, usage)
    lied = seen(estate.made("A1", luns={key: estate.lun(2) for key in estate.luns}), usage)
    whole = joined([honest, owned(lied, {estate.array})])
    assert (dict(whole.luns), whole.luns_of_port) == (dict(honest.luns), honest.luns_of_port)


def test_it_is_worked_out_anew_only_for_other_inventories_and_told_once(estate):
    watch = OwnershipWatch()
    sources = [("one", estate.inventory), ("two", estate.made("A1"))]
    with capture_logs() as logs:
        first = watch.now(sources)
        assert watch.now(sources) is first
        watch.now([sources[0], ("two", estate.made("A1"))])
        assert len(logs) == 1
        watch.now(sources[1:])
        watch.now(sources)
    assert [each["source"] for each in logs] == ["two", "two"]


def test_no_inventory_is_kept_alive(estate):
    watch, inventory = OwnershipWatch(), estate.made("A1")
    watch.now([("one", inventory)])
    known = weakref.ref(inventory)
    del inventory
    gc.collect()
    assert known() is None
    assert watch.now([("one", None)]).models == ()
