"""A file is read whole and sound, or refused with one sentence."""

import gzip
import json
import zlib

import pytest

from mock_cimom.connection import CimomConnection
from mock_cimom.saved import SavedFormError, load, save
from mock_cimom.saved.text_file import FORMAT, VERSION, read_records, write_records

HEAD = {"format": FORMAT, "version": VERSION, "header": {}, "schema": None, "namespaces": ["root/a"], "groups": []}


@pytest.fixture
def file(tmp_path):
    save(CimomConnection("root/a").cimrepository, tmp_path / "good.json", {"note": "ü\n"})
    return tmp_path / "good.json"


def test_records_are_read_as_they_were_written(tmp_path):
    for name in ("a.json", "a.json.gz"):
        write_records(tmp_path / name, [HEAD, {"x": "ü\n\ud800"}])
        assert list(read_records(tmp_path / name)[1]) == [HEAD, {"x": "ü\n\ud800"}]


def test_the_suffix_decides_what_is_compressed(tmp_path):
    write_records(tmp_path / "a.json.gz", [HEAD])
    assert gzip.decompress((tmp_path / "a.json.gz").read_bytes()).startswith(b'{"format"')


def test_equal_content_is_an_equal_file(tmp_path):
    for name in ("a.gz", "b.gz"):
        write_records(tmp_path / name, [HEAD])
    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()


def test_what_fails_leaves_the_old_file_and_nothing_else(file):
    before = file.read_bytes()

    def records():
        yield HEAD
        raise ValueError("half-way")

    with pytest.raises(ValueError, match="half-way"):
        write_records(file, records())
    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]


def sealed(*records):
    """Return a file's bytes with a check sum that is right."""
    body = b"".join(json.dumps(one).encode() + b"\n" for one in records)
    return body + json.dumps({"end": zlib.crc32(body)}).encode() + b"\n"


FOREIGN = {
    "nothing": (b"", "no saved form"),
    "text": (b"hello\n", "no saved form"),
    "other JSON": (b'{"a": 1}\n', "no saved form"),
    "another format": (sealed(HEAD | {"format": "x"}), "no saved form"),
    "another version": (sealed(HEAD | {"version": 99}), "version 99"),
    "no JSON": (b'{"format": \n' + b'{"end": 1}\n', "check sum"),
    "no namespaces": (sealed(HEAD | {"namespaces": []}), "holds what no saved form holds"),
    "unknown records": (sealed(HEAD, {"what": 1}), "holds what no saved form holds"),
    "unknown objects": (sealed(HEAD, {"declaration": {"kind": "CIMServer"}}), "holds what no saved form holds"),
    "objects of a wrong kind": (
        sealed(HEAD, {"declaration": {"kind": "CIMClassName", "classname": "X"}}),
        "holds what no saved form holds",
    ),
    "rows of nothing": (sealed(HEAD, {"rows": 0, "layout": {}, "columns": []}), "holds what no saved form holds"),
    "a place without a path": (
        sealed(HEAD | {"groups": [{"namespace": "root/a", "class": "x", "keys": [], "members": 1, "others": 0}]}),
        "holds what no saved form holds",
    ),
    "more places than bytes": (
        sealed(HEAD | {"groups": [{"namespace": "root/a", "class": "x", "keys": [], "members": 10**9, "others": 0}]}),
        "holds what no saved form holds",
    ),
    "a record that is a list": (sealed(HEAD, [1]), "is no record"),
}


@pytest.mark.parametrize("content", FOREIGN)
def test_what_is_no_saved_form_is_refused(content, tmp_path):
    raw, sentence = FOREIGN[content]
    (tmp_path / "foreign").write_bytes(raw)
    with pytest.raises(SavedFormError, match=sentence):
        load(tmp_path / "foreign")


@pytest.mark.parametrize(
    "damage",
    [
        lambda good: good[: len(good) // 2],
        lambda good: good[:-20],
        lambda good: good.replace(b"root/a", b"root/b", 1),
        lambda good: gzip.compress(good)[:-1],
        lambda good: gzip.compress(good)[:40],
        lambda good: gzip.compress(good)[:40] + b"xxx" + gzip.compress(good)[43:],
        lambda good: gzip.compress(good[:-20]),
    ],
)
def test_a_damaged_file_is_refused(file, damage):
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(SavedFormError, match=r"good\.json is (damaged|cut off)"):
        load(file)
