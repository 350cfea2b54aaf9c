"""Class declarations are written for clients of every kind, and what is remembered of them is limited."""

import threading

import pytest
from lxml import etree

from mock_cimom import class_operations
from mock_cimom.cimom import Cimom

VOLUME = '<CLASSNAME NAME="CIM_StorageVolume"/>'


@pytest.fixture
def fresh(fresh_tiny):
    return Cimom(fresh_tiny, "cimom.example:5988")


def names(text):
    return f"<VALUE.ARRAY><VALUE>{text}</VALUE></VALUE.ARRAY>"


def test_elements_without_content_have_two_tags(fresh, ask):
    whole = {"ClassName": VOLUME, "LocalOnly": "<VALUE>false</VALUE>"}
    for done in (ask(fresh, "GetClass", **whole), ask(fresh, "References", ObjectName=VOLUME)):
        assert b"</PROPERTY>" in done.body
        for tag in (b"PROPERTY", b"METHOD", b"PARAMETER", b"QUALIFIER"):
            assert not [one for one in done.body.split(b"<" + tag)[1:] if one.partition(b">")[0].endswith(b"/")]


def test_the_same_question_has_the_same_answer_until_a_class_changes(fresh, ask):
    first = ask(fresh, "GetClass", ClassName=VOLUME)
    assert ask(fresh, "GetClass", ClassName='<CLASSNAME NAME="cim_storagevolume"/>').body == first.body
    assert len(fresh.class_texts) == 1
    new = '<CLASS NAME="MOCK_New" SUPERCLASS="CIM_StorageVolume"></CLASS>'
    assert ask(fresh, "CreateClass", NewClass=new).status == 200
    below = etree.fromstring(ask(fresh, "EnumerateClasses", ClassName=VOLUME).body)
    assert "MOCK_New" in {one.get("NAME") for one in below.findall(".//IRETURNVALUE/CLASS")}


def test_answers_to_property_lists_are_not_remembered(fresh, ask):
    for number in range(5):
        ask(fresh, "GetClass", ClassName=VOLUME, PropertyList=names(f"p{number}"))
    assert len(fresh.class_texts) == 0


def test_what_is_remembered_stays_below_its_limit(fresh, ask, monkeypatch):
    monkeypatch.setattr(class_operations, "MAX_REMEMBERED", 100_000)
    for class_name in fresh.repository.namespace("root/mockblock").classes.iter_names():
        ask(fresh, "GetClass", ClassName=f'<CLASSNAME NAME="{class_name}"/>', LocalOnly="<VALUE>false</VALUE>")
        assert sum(map(len, fresh.class_texts.values())) <= 100_000
    assert fresh.class_texts


def test_qualifiers_are_read_while_somebody_writes(fresh, ask):
    answers = []

    def read():
        answers.append(ask(fresh, "EnumerateQualifiers"))
        answers.append(ask(fresh, "GetQualifier", QualifierName="<VALUE>Key</VALUE>"))

    reader = threading.Thread(target=read)
    with fresh.repository.writing():
        reader.start()
        reader.join(10)
        assert [b"<QUALIFIER.DECLARATION" in one.body for one in answers] == [True, True]
