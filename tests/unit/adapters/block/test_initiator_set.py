"""What one initiator of a usage context reaches (`vasa-1.0 5.3`)."""

from datetime import UTC, datetime

import pytest

from vasa_cim.adapters.block.initiator_set import InitiatorSet
from vasa_cim.model.inventory import AccessView, Inventory
from vasa_cim.model.usage_context import HostInitiator

WWN = "21000024ff3a1b2c"
IQN = "iqn.1998-01.com.example:esx1"


def view(key, *initiators, open_to_all=False):
    return AccessView(key, frozenset(initiators), ("lun",), ("port",), open_to_all)


def inventory(*views):
    return Inventory(read_at=datetime(2024, 1, 1, tzinfo=UTC), views=views)


BY_PORT, BY_NODE, BY_NAME = view("p", f"port:{WWN}"), view("n", f"node:{WWN}"), view("i", f"iscsi:{IQN}")
ALL = inventory(BY_PORT, BY_NODE, BY_NAME)


@pytest.mark.parametrize(
    ("initiator", "reached"),
    [
        (HostInitiator(port_wwn=WWN), "p"),
        (HostInitiator(port_wwn="21:00:00:24:FF:3A:1B:2C"), "p"),
        (HostInitiator(port_wwn=str(int(WWN, 16))), "p"),
        (HostInitiator(port_wwn="0x" + WWN), "p"),
        (HostInitiator(node_wwn=WWN), "n"),
        (HostInitiator(port_wwn=WWN, node_wwn=WWN), "pn"),
        (HostInitiator(iscsi_identifier=IQN.upper() + " "), "i"),
        (HostInitiator(port_wwn="1" + WWN[1:]), ""),
        (HostInitiator(port_wwn="nonsense"), ""),
        (HostInitiator(), ""),
    ],
)
def test_each_kind_of_name_reaches_its_own_kind(initiator, reached):
    assert "".join(found.key for found in InitiatorSet(initiator).reach(ALL).views) == reached


def test_a_decimal_wwn_with_the_sign_bit_is_a_negative_number():
    negative = "c0507606d56e0014"
    spelled = str(int(negative, 16) - 2**64)
    found = InitiatorSet(HostInitiator(port_wwn=spelled)).reach(inventory(view("p", f"port:{negative}")))
    assert [one.key for one in found.views] == ["p"]


def test_a_view_reached_in_two_ways_is_reached_once():
    both = view("b", f"port:{WWN}", f"node:{WWN}")
    assert InitiatorSet(HostInitiator(port_wwn=WWN, node_wwn=WWN)).reach(inventory(both)).views == (both,)


def test_open_views_are_reached_by_everyone_with_a_name():
    everyone = view("o", open_to_all=True)
    held = inventory(BY_PORT, everyone)
    assert InitiatorSet(HostInitiator(port_wwn="0x1")).reach(held).views == (everyone,)
    assert InitiatorSet(HostInitiator(port_wwn=WWN)).reach(held).views == (BY_PORT, everyone)
    assert InitiatorSet(HostInitiator(port_wwn="nonsense")).reach(held).views == ()
