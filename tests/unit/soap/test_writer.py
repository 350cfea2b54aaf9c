"""Text, times, numbers and WWNs as they are written."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from vasa_cim.model.entities import Association, StorageLun, StoragePort
from vasa_cim.model.enums import AlarmStatus, BlockProtocol
from vasa_cim.soap import types
from vasa_cim.soap.names import BODY, DATA
from vasa_cim.soap.writer import Writers, WwnFormat, escape, write_time

HOLDER = f'<x xmlns:v="{BODY}" xmlns:d="{DATA}">%s</x>'


def parsed(text):
    return etree.fromstring(HOLDER % text)


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_any_text_can_be_parsed_again_without_what_xml_forbids(text):
    allowed = "".join(
        one
        for one in text
        if one in "\t\n\r" or 0x20 <= ord(one) <= 0xD7FF or 0xE000 <= ord(one) <= 0xFFFD or ord(one) > 0xFFFF
    )
    assert (etree.fromstring(f"<x>{escape(text)}</x>").text or "") == allowed


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "2026-01-02T03:04:05.000Z"),
        (datetime(2026, 1, 2, 3, 4, 5, 678_999, tzinfo=timezone(timedelta(hours=2))), "2026-01-02T01:04:05.678Z"),
    ],
)
def test_times(moment, text):
    assert write_time(moment) == text


@pytest.mark.parametrize(
    ("format_", "text"),
    [("colon", "21:00:00:24:ff:3d:5a:01"), ("bare", "21000024ff3d5a01"), ("decimal", str(0x21000024FF3D5A01))],
)
def test_wwn_formats(format_, text):
    assert WwnFormat(format_).write("21000024ff3d5a01") == text


@pytest.mark.parametrize("odd", ["", "xyz", "1234", "50:06"])
def test_what_is_no_wwn_is_written_as_it_is(odd):
    assert WwnFormat.COLON.write(odd) == odd


def test_wwns_are_formatted_only_where_wwns_are():
    port = StoragePort(
        unique_identifier="2100000000000000",
        port_type=BlockProtocol.FC,
        port_wwn="2100000000000001",
        node_wwn="2000000000000001",
    )
    written = parsed(Writers(WwnFormat.BARE).content(types.StoragePort)(port))
    assert [child.text for child in written] == ["2100000000000000", "2000000000000001", "FC", "2100000000000001"]
    assert "21:00:00:00:00:00:00:01" in Writers().content(types.StoragePort)(port)


def test_a_lun_in_wire_order():
    lun = StorageLun(
        unique_identifier="i",
        capacity_in_mb=2**40,
        used_space_in_mb=0,
        display_name="",
        esx_lun_identifier="naa.6",
        thin_provisioned=False,
        thin_provisioning_status=AlarmStatus.YELLOW,
        alternate_identifier=("a", "<b>"),
    )
    written = parsed(Writers().content(types.StorageLun)(lun))
    assert [(child.tag.removeprefix(f"{{{DATA}}}"), child.text) for child in written] == [
        ("uniqueIdentifier", "i"),
        ("alternateIdentifier", "a"),
        ("alternateIdentifier", "<b>"),
        ("capacityInMB", "1099511627776"),
        ("displayName", None),
        ("drsManagementPermitted", "true"),
        ("esxLunIdentifier", "naa.6"),
        ("thinProvisioned", "false"),
        ("thinProvisioningStatus", "Yellow"),
        ("usedSpaceInMB", "0"),
    ]


def test_none_and_empty_lists_are_no_elements():
    write = Writers().element(BODY, "return", types.many(types.VasaAssociationObject))
    assert write(None) == write([]) == ""
    assert "associatedId" not in write([Association("e", ())])


def test_ids_that_need_escaping_are_escaped_among_those_that_do_not():
    write = Writers().element(BODY, "return", types.TEXTS)
    assert [one.text for one in parsed(write(["a", "b&c", "d"]))] == ["a", "b&c", "d"]


def test_a_type_without_writer_is_refused():
    with pytest.raises(TypeError, match="no writer"):
        Writers().element(BODY, "x", types.ENUMERATIONS[0])
