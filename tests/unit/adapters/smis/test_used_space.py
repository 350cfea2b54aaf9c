"""How much of a volume is allocated: a row for each vendor's property, and the switch (`smis-mapping 2.4`)."""

import pytest

from vasa_cim.adapters.smis.pools import Allocation, Pools
from vasa_cim.adapters.smis.quirks import Quirks
from vasa_cim.adapters.smis.switches import UsedSwitch
from vasa_cim.adapters.smis.used_space import consumed_space

VENDORS = [
    ("space-consumed", {"EMCSpaceConsumed": 700}, 700),
    ("virtual-space-consumed", {"VirtualSpaceConsumed": 700}, 700),
    ("allocated-blocks", {"AllocatedBlocks": 7, "BlockSize": 512}, 3584),
    ("provisioned-blocks", {"ProvisionedConsumableBlocks": 7, "BlockSize": 512}, 3584),
]


@pytest.fixture
def used(made):
    def make(facts, *taken, switch=UsedSwitch.AUTO, quirks=None):
        row = made.row(made.device("X_V", "1"), **facts)
        allocations = {row.key: tuple(Allocation((f"p{at}",), one, None, None) for at, one in enumerate(taken))}
        return consumed_space(row, Pools({}, allocations), switch, quirks or Quirks())

    return make


@pytest.mark.parametrize(("name", "facts", "expected"), VENDORS, ids=[one[0] for one in VENDORS])
def test_a_vendors_property_is_believed_unless_it_is_switched_off(used, name, facts, expected):
    quirks = Quirks()
    assert used(facts, 100, 50, quirks=quirks) == expected
    assert [quirk.name for quirk in quirks.used()] == [name]
    assert used(facts, 100, 50, quirks=Quirks({name: False})) == 150
    assert used(facts, 100, 50, switch=UsedSwitch.ALLOCATION) == 150
    assert used(facts, 100, switch=UsedSwitch.VENDOR) == expected


def test_without_any_vendors_property_the_allocations_count(used):
    assert used({}, 100, None, 50) == 150
    assert used({}, 100, switch=UsedSwitch.VENDOR) == 100
    assert used({}) is None
    assert used({"EMCSpaceConsumed": 5}, switch=UsedSwitch.ALLOCATION) is None


@pytest.mark.parametrize("value", [-1, 2**63, 2**64 - 1])
def test_a_vendors_number_that_makes_no_sense_is_not_used(used, value):
    assert used({"EMCSpaceConsumed": value}, 100) == 100
