"""Names are pure functions of (array, index) and never meet."""

import re

import pytest

from mock_cimom.estate import names


def test_names_are_those_of_the_model():
    assert names.array_name(1) == "MOCK+000000000001"
    assert names.processor_name(1, 1) == "MOCK+000000000001+SP_A"
    assert names.pool_name(1, 3) == "MOCK+000000000001:pool3"
    assert names.volume_id(1) == "00001"
    assert names.fc_port_wwn(1, 1) == "50000973F0000001"
    assert names.target_endpoint_name(1, 1) == "iqn.2015-01.com.mock:a1.sp0,t,0x0001"
    assert names.host_wwn(1, 1) == "10000000C9000101"


@pytest.mark.parametrize(
    ("name", "form"),
    [
        (names.volume_naa, "6[0-9A-F]{31}"),
        (names.fc_port_wwn, "5[0-9A-F]{15}"),
        (names.node_wwn, "2[0-9A-F]{15}"),
        (names.host_wwn, "1[0-9A-F]{15}"),
        (names.ethernet_address, "[0-9A-F]{12}"),
    ],
)
def test_identifiers_have_their_form_and_differ(name, form):
    found = [name(first, second) for first in (1, 2, 17) for second in (1, 2, 16, 255)]
    assert len(set(found)) == len(found)
    assert all(re.fullmatch(form, one) for one in found)


def test_naas_reach_a_hundred_thousand_volumes():
    assert len({names.volume_naa(1, volume) for volume in range(1, 100_001)}) == 100_000
