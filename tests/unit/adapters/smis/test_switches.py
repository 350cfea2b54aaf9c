"""What an operator may decide about a source instead of leaving it to observation."""

import pytest

from vasa_cim.adapter import Source
from vasa_cim.adapters.smis.switches import (
    ArraySwitches,
    MaskingSwitch,
    SizeSwitch,
    quirks_of,
    switches_of,
)
from vasa_cim.errors import ConfigurationError


def source(**options):
    return Source(name="s", url="https://array.example", options=options)


def test_without_options_all_is_left_to_observation():
    found = switches_of(source())
    assert found.of("any") == ArraySwitches()
    assert found.namespaces == ()


def test_an_array_has_the_switches_of_its_source_and_its_own_on_top():
    tables = {"SYMMETRIX-+-1": {"size": "consumable", "skip_pools": ["X_ArraySitePool"]}}
    found = switches_of(source(masking="groups", namespaces=["root/emc"], array=tables))
    assert found.namespaces == ("root/emc",)
    assert found.of("other") == ArraySwitches(masking=MaskingSwitch.GROUPS)
    assert found.of("SYMMETRIX+1") == ArraySwitches(
        masking=MaskingSwitch.GROUPS, size=SizeSwitch.CONSUMABLE, skip_pools=frozenset({"x_arraysitepool"})
    )


@pytest.mark.parametrize(
    ("options", "setting"),
    [
        ({"masking": "dialect 9"}, "source s: masking"),
        ({"masking": 1}, "source s: masking"),
        ({"namespaces": [""]}, "source s: namespaces"),
        ({"namespaces": 3}, "source s: namespaces"),
        ({"skip_pools": [1]}, "source s: skip_pools"),
        ({"array": ["A"]}, "source s: array"),
        ({"array": {"A": 1}}, "source s: array A"),
        ({"array": {"A": {"namespaces": ["x"]}}}, "source s: array A: namespaces"),
        ({"array": {"A": {"size": "huge"}}}, "source s: array A: size"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(options, setting):
    with pytest.raises(ConfigurationError) as caught:
        switches_of(source(**options))
    assert setting in str(caught.value)


def test_a_quirk_is_decided_by_what_is_observed():
    quirks = quirks_of(source())
    assert quirks.applies("thin-pool-class", True)
    assert not quirks.applies("mask-view-role", False)
    assert [quirk.name for quirk in quirks.used()] == ["thin-pool-class"]


def test_the_configuration_decides_over_what_is_observed():
    quirks = quirks_of(source(quirks={"thin-pool-class": False, "mask-view-role": True}))
    assert not quirks.applies("thin-pool-class", True)
    assert quirks.applies("mask-view-role", False)


@pytest.mark.parametrize("chosen", [{"no-such-row": True}, {"mask-view-role": "yes"}, ["mask-view-role"]])
def test_a_quirk_that_is_not_in_the_table_is_refused(chosen):
    with pytest.raises(ConfigurationError) as caught:
        quirks_of(source(quirks=chosen))
    assert "quirks" in str(caught.value)
