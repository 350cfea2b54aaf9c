"""A client that knows the rules of smis-mapping 2.5 finds the same name in each form."""

import re

import pytest

from mock_cimom.estate import names
from mock_cimom.estate.volume_names import RULES, canonical_name, constant_name_values, name_values, volume_class

NAA = re.compile(r"6[0-9a-f]{31}|[235][0-9a-f]{15}")


def naa(text):
    digits = re.sub(r"[\s:.\-]|^0x", "", text.lower())
    assert NAA.fullmatch(digits)
    return f"naa.{digits}"


def extracted(shown):
    """Return the name by the first rule that hits, and the rule's number."""
    form, space, name = shown["NameFormat"], shown["NameNamespace"], shown["Name"]
    infos = shown.get("OtherIdentifyingInfo", [])
    labels = shown.get("IdentifyingDescriptions", [])
    if (form, space) == (9, 2):
        return 1, naa(name)
    if (form, len(name)) in ((2, 32), (3, 16)):
        return 2, naa(name)
    if "NAA;VPD83Type3" in labels:
        return 3, naa(infos[labels.index("NAA;VPD83Type3")])
    if (shown.get("OtherNameFormat"), shown.get("OtherNameNamespace")) == ("NAA", "VPD83Type3") and len(infos) == 1:
        return 4, naa(infos[0])
    if (form, space, shown["class"]) == (9, 6, "IBMTSDS_SEVolume"):
        return 5, naa(name)
    if "EMCWWN" in shown:
        return 6, naa(shown["EMCWWN"])
    if (form, space) == (10, 3):
        return 7, f"eui.{name.lower()}"
    if (form, space) == (11, 4):
        return 8, f"t10.{name}"
    return 9, naa(name)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("volume", [1, 2, 99_999, 100_000])
def test_each_form_is_found_by_its_rule(rule, volume):
    shown = dict(constant_name_values(rule)) | name_values(rule, 2, volume) | {"class": volume_class(rule)}
    assert extracted(shown) == (rule, canonical_name(rule, 2, volume))


@pytest.mark.parametrize("rule", [1, 3, 4, 5, 6, 9])
def test_rules_about_long_naas_give_the_same_name(rule):
    assert canonical_name(rule, 2, 7) == f"naa.{names.volume_naa(2, 7).lower()}"


@pytest.mark.parametrize("rule", RULES)
def test_names_differ_in_all_arrays(rule):
    found = [canonical_name(rule, array, volume) for array in (1, 2, 200) for volume in (1, 2, 16, 1_000_000)]
    keys = [name_values(rule, array, volume)["Name"] for array in (1, 2, 200) for volume in (1, 2, 16, 1_000_000)]
    assert len(set(found)) == len(set(keys)) == 12
