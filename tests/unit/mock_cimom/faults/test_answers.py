"""What fault rules do to content and bytes."""

import pytest
from lxml import etree

from mock_cimom.faults.answers import damaged, empty_content, without_namespaces
from mock_cimom.faults.rule import Truncate, WrongCharset
from mock_cimom.http_answer import Answer

WHOLE = Answer(200, '<?xml version="1.0" encoding="utf-8"?>\n<a>zwölf €</a>'.encode(), {"Content-Type": "x"})


def long_answer():
    return Answer(200, "<a>ä".encode(), {}, iter(["ö".encode(), "€</a>".encode()]))


def test_an_answer_without_damage_is_the_same():
    assert damaged(WHOLE, None) is WHOLE


def test_half_of_a_short_answer_is_kept():
    ended, cut = damaged(WHOLE, Truncate("ended")), damaged(WHOLE, Truncate("cut"))
    assert ended.body == cut.body == WHOLE.body[: len(WHOLE.body) // 2]
    assert ended.announced is None
    assert cut.announced > len(cut.body)


@pytest.mark.parametrize("ending", ["ended", "cut"])
def test_the_rest_of_a_long_answer_is_not_made(ending):
    def rest():
        raise AssertionError("it was asked for")
        yield b""

    done = damaged(Answer(200, b"<a>", {}, rest()), Truncate(ending))
    assert (done.body, done.more) == (b"<a>", None)


def test_latin_1_bytes_are_no_utf_8_even_of_plain_text():
    plain = damaged(Answer(200, b'<?xml version="1.0"?><a/>'), WrongCharset("bytes"))
    with pytest.raises(UnicodeDecodeError):
        plain.body.decode("utf-8")
    assert etree.fromstring(damaged(WHOLE, WrongCharset("bytes")).body.replace(b"utf-8", b"latin1")).text == "zwölf €"
    long = damaged(long_answer(), WrongCharset("bytes"))
    assert b"".join((long.body, *long.more)) == b"<!-- \xe9 --><a>\xe4\xf6&#8364;</a>"


def test_a_header_may_say_another_charset():
    done = damaged(WHOLE, WrongCharset("header"))
    assert (done.body, done.headers["Content-Type"]) == (WHOLE.body, 'application/xml; charset="utf-16"')


def test_only_pulls_have_an_end_of_sequence():
    assert empty_content("EnumerateInstances") == "<IRETURNVALUE></IRETURNVALUE>"
    for operation in ("OpenEnumerateInstances", "PullInstancePaths"):
        assert 'NAME="EndOfSequence" PARAMTYPE="boolean"><VALUE>true<' in empty_content(operation)


def name(namespace, class_name="CIM_Namespace"):
    keys = f'<KEYBINDING NAME="CreationClassName"><KEYVALUE VALUETYPE="string">{class_name}</KEYVALUE></KEYBINDING>'
    keys += f'<KEYBINDING NAME="Name"><KEYVALUE VALUETYPE="string">{namespace}</KEYVALUE></KEYBINDING>'
    return f'<INSTANCENAME CLASSNAME="{class_name}">{keys}</INSTANCENAME>'


def link(namespace):
    reference = f"<VALUE.REFERENCE>{name(namespace)}</VALUE.REFERENCE>"
    manager = f"<VALUE.REFERENCE>{name('manager', 'CIM_ObjectManager')}</VALUE.REFERENCE>"
    keys = f'<KEYBINDING NAME="A">{manager}</KEYBINDING><KEYBINDING NAME="D">{reference}</KEYBINDING>'
    return f'<INSTANCENAME CLASSNAME="CIM_NamespaceInManager">{keys}</INSTANCENAME>'


LISTS = [
    lambda one: name(one),
    lambda one: link(one),
    lambda one: f"<VALUE.NAMEDINSTANCE>{name(one)}<INSTANCE/></VALUE.NAMEDINSTANCE>",
    lambda one: f"<OBJECTPATH><INSTANCEPATH>{name(one)}</INSTANCEPATH></OBJECTPATH>",
    lambda one: f"<INSTANCEPATH>{link(one)}</INSTANCEPATH>",
]


@pytest.mark.parametrize("element", LISTS)
def test_a_vanished_namespace_is_left_out_of_lists(element):
    content = "".join(element(one) for one in ("root/a", "Root/B", "root/c"))
    assert without_namespaces(content, frozenset({"root/b"})) == element("root/a") + element("root/c")


def test_other_instances_of_that_name_stay():
    content = f"<x>{name('root/b', 'CIM_System')}</x>"
    assert without_namespaces(content, frozenset({"root/b"})) == content
