"""Hostile and broken XML is refused before anything is built of it."""

import pytest

from mock_cimom.xml_tree import MAX_ATTRIBUTES, MAX_DEPTH, NotWellFormedError, RefusedXmlError, parse_xml

BOMB = (
    b'<!DOCTYPE CIM [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><CIM>&c;</CIM>'
)
REFUSED = {
    "an entity bomb": BOMB,
    "an external document type": b'<!DOCTYPE CIM SYSTEM "http://127.0.0.1:1/cim.dtd"><CIM/>',
    "an external entity": b'<!DOCTYPE CIM [<!ENTITY x SYSTEM "file:///etc/hostname">]><CIM>&x;</CIM>',
    "a processing instruction": b'<?xml-stylesheet href="x"?><CIM/>',
    "too many levels": b"<a>" * (MAX_DEPTH + 1) + b"</a>" * (MAX_DEPTH + 1),
}
BROKEN = {
    "nothing": b"",
    "only blanks": b"   ",
    "plain text": b"hello",
    "a cut document": b"<CIM><MESSAGE>",
    "crossed tags": b"<a><b></a></b>",
    "two roots": b"<a/><b/>",
    "an unknown entity": b"<a>&nope;</a>",
    "bytes that are no UTF-8": b"<a>\xff\xfe\xfa</a>",
    "another encoding": '<?xml version="1.0" encoding="utf-16"?><a/>'.encode("utf-16"),
    "another encoding with its mark only": "<a/>".encode("utf-16"),
    "an attribute given twice": b'<a x="1" x="2"/>',
    "a control character": b"<a>\x01</a>",
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_hostile_xml_is_refused(text):
    with pytest.raises(RefusedXmlError):
        parse_xml(text)


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_broken_xml_is_not_well_formed(text):
    with pytest.raises(NotWellFormedError):
        parse_xml(text)


def test_the_deepest_allowed_document_is_read():
    tree = parse_xml(b"<a>" * MAX_DEPTH + b"</a>" * MAX_DEPTH)
    assert tree[0] == "a"


def test_long_text_is_kept_whole():
    text = "line\n&amp;" * 400_000
    assert parse_xml(f"<a>{text}</a>".encode()) == ("a", {}, [text.replace("&amp;", "&")])


def test_text_attributes_and_children_keep_their_order():
    tree = parse_xml('<?xml version="1.0"?><a x="1&amp;2">ä<b/>c<![CDATA[<d>]]></a>'.encode())
    assert tree == ("a", {"x": "1&2"}, ["ä", ("b", {}, []), "c<d>"])


def with_attributes(count):
    return f"<r><a {' '.join(f'x{number} = {chr(39)}>{chr(39)}' for number in range(count))}/></r>".encode()


def test_an_element_has_few_attributes():
    assert len(parse_xml(with_attributes(MAX_ATTRIBUTES))[2][0][1]) == MAX_ATTRIBUTES
    for count in (MAX_ATTRIBUTES + 1, 100_000):
        with pytest.raises(RefusedXmlError, match="attributes"):
            parse_xml(with_attributes(count))


def test_text_that_looks_like_attributes_is_text():
    text = 'a="1" ' * 1000
    assert parse_xml(f"<a>{text}</a>".encode()) == ("a", {}, [text])
