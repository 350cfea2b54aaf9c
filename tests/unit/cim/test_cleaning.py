"""What XML forbids is replaced wherever a chunk is cut; what is legal is not touched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vasa_cim.cim.cleaning import XmlCleaner, clean_text

CASES = [
    ("control characters", b"a\x00b\x08c\x1fd", "a\ufffdb\ufffdc\ufffdd"),
    ("tab, line feed and carriage return are legal", b"a\tb\nc\rd", "a\tb\nc\rd"),
    ("bytes that are no UTF-8", b"a\xffb", "a\ufffdb"),
    ("a surrogate in UTF-8", b"a\xed\xa0\x80b", "a\ufffd\ufffd\ufffdb"),
    ("non-characters", "a\ufffeb\uffffc".encode(), "a\ufffdb\ufffdc"),
    ("references to forbidden characters", b"a&#0;b&#x1F;c&#xD800;d", "a\ufffdb\ufffdc\ufffdd"),
    ("a reference beyond Unicode", b"a&#x110000;b", "a\ufffdb"),
    ("references to legal characters", b"a&#233;b&#x9;c&amp;d", "a&#233;b&#x9;c&amp;d"),
    ("an unfinished reference at the end", b"a&#12", "a&#12"),
    ("other alphabets", "Größe 容量 🗄".encode(), "Größe 容量 🗄"),
]


@pytest.mark.parametrize(("what", "dirty", "clean"), CASES, ids=[case[0] for case in CASES])
@pytest.mark.parametrize("size", [1, 2, 3, 5, 1000])
def test_a_document_is_cleaned_however_it_is_cut(what, dirty, clean, size):
    cleaner = XmlCleaner()
    pieces = [cleaner.clean(dirty[at : at + size]) for at in range(0, len(dirty), size)]
    assert (b"".join(pieces) + cleaner.clean(b"", final=True)).decode() == clean, what


@given(st.text(), st.integers(1, 7))
def test_cutting_never_matters(text, size):
    dirty = text.encode("utf-8", "surrogatepass")
    cleaner = XmlCleaner()
    pieces = [cleaner.clean(dirty[at : at + size]) for at in range(0, len(dirty), size)]
    assert b"".join(pieces) + cleaner.clean(b"", final=True) == XmlCleaner().clean(dirty, final=True)


def test_texts_are_cleaned_alike():
    assert clean_text("a\x00b\ud800") == "a\ufffdb\ufffd"
