"""A description survives its way through JSON."""

import json

import pytest

from mock_cimom.estate.description import ESTATES
from mock_cimom.estate.mapping import described, mapping_of


@pytest.mark.parametrize("name", sorted(ESTATES))
def test_every_named_estate_comes_back_as_it_was(name):
    assert described(json.loads(json.dumps(mapping_of(ESTATES[name])))) == ESTATES[name]


@pytest.mark.parametrize(
    "mapping",
    [
        {"unknown": 1},
        {"seed": "one"},
        {"seed": True},
        {"arrays": [{"kind": "CASTLE"}]},
        {"arrays": [5]},
        {"arrays": None},
        {"arrays": [{"pool_kinds": [{"media": "SSD"}]}]},
        [],
    ],
)
def test_other_mappings_are_refused_in_one_sentence(mapping):
    with pytest.raises(ValueError, match="no description of an estate"):
        described(mapping)
