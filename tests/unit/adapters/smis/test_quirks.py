"""The table of quirks: each row is told by its sign, and the configuration decides over that."""

import pytest

from vasa_cim.adapters.smis.quirk_table import QUIRKS
from vasa_cim.adapters.smis.quirks import Quirks

NAA = "6" + "0" * 31

# name, what is asked, facts that show its sign, answer with the row, answer without
ROWS = [
    ("wwn-property", "stated_wwn", {"EMCWWN": NAA}, NAA, None),
    ("space-consumed", "consumed_space", {"EMCSpaceConsumed": 5}, 5, None),
    ("virtual-space-consumed", "consumed_space", {"VirtualSpaceConsumed": 5}, 5, None),
    ("allocated-blocks", "consumed_space", {"AllocatedBlocks": 5, "BlockSize": 512}, 2560, None),
    ("provisioned-blocks", "consumed_space", {"ProvisionedConsumableBlocks": 5, "BlockSize": 512}, 2560, None),
    ("port-name", "port_name", {"EMCPortName": "SPA-0"}, "SPA-0", None),
    ("bound-pool", "is_bound", {"EMCBoundToThinStoragePool": True}, True, False),
    ("subscribed-capacity", "subscribed_capacity", {"EMCSubscribedCapacity": 5}, 5, None),
    ("raid-text", "raid_texts", {"ErrorMethodology": "RAID5"}, ("RAID5",), ()),
    ("drive-type-text", "drive_type", {"EMCDiskDriveType": "EFD"}, "EFD", None),
    ("tier-policy-text", "has_tier_policy", {"EMCSLO": "Diamond"}, True, False),
]


@pytest.mark.parametrize(("name", "asked", "facts", "with_it", "without"), ROWS, ids=[row[0] for row in ROWS])
def test_a_row_applies_where_its_sign_is(made, name, asked, facts, with_it, without):
    row, bare = (made.row(made.device("X_V", "1"), **values) for values in (facts, {}))
    quirks = Quirks()
    assert getattr(quirks, asked)(bare) == without
    assert quirks.used() == ()
    assert getattr(quirks, asked)(row) == with_it
    assert [quirk.name for quirk in quirks.used()] == [name]
    assert getattr(Quirks({name: False}), asked)(row) == without
    assert getattr(Quirks({name: True}), asked)(row) == with_it


def test_a_model_at_the_head_of_a_description():
    for described in (None, "", "an array", ", ID: 7"):
        quirks = Quirks()
        assert quirks.described_model(described) is None
        assert quirks.used() == ()
    quirks = Quirks()
    assert quirks.described_model("InServ E200, ID: 7") == "InServ E200"
    assert [quirk.name for quirk in quirks.used()] == ["model-in-description"]
    assert Quirks({"model-in-description": False}).described_model("InServ E200, ID: 7") is None
    assert Quirks({"model-in-description": True}).described_model("an array") is None


@pytest.mark.parametrize(
    ("asked", "class_name", "applies"),
    [
        ("is_site_pool", "IBMTSDS_ArraySitePool", True),
        ("is_site_pool", "IBMTSDS_ArrayPool", False),
        ("is_thin_pool_class", "FUJITSU_ThinProvisioningPool", True),
        ("is_thin_pool_class", "Symm_SRPStoragePool", True),
        ("is_thin_pool_class", "FUJITSU_RAIDStoragePool", False),
    ],
)
def test_classes_of_pools_in_any_case(asked, class_name, applies):
    for spelled in (class_name, class_name.upper(), class_name.lower()):
        assert getattr(Quirks(), asked)(spelled) is applies


def test_names_are_unique_and_every_row_says_all_that_people_need():
    assert len({quirk.name for quirk in QUIRKS}) == len(QUIRKS)
    for quirk in QUIRKS:
        assert all((quirk.name, quirk.source, quirk.observed, quirk.effect))
