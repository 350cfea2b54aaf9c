"""Sources that were added to a running provider."""

import pytest

from vasa_cim.adapter import Source
from vasa_cim.errors import ConfigurationError
from vasa_cim.store.database import FILE_NAME
from vasa_cim.store.secrets import FILE_NAME as KEY_FILE
from vasa_cim.store.secrets import Secrets
from vasa_cim.store.sources import SourceStore

PASSWORD = "größer 大 ' \" \n"


@pytest.fixture
def store(database, tmp_path):
    return SourceStore(database, Secrets(tmp_path))


def source(name, **changes):
    return Source(**{"name": name, "url": f"https://{name}:5989", **changes})


def test_everything_of_a_source_is_there_after_opening_again_in_the_order_of_adding(store, open_database, tmp_path):
    full = source(
        "z", user="smis", password=PASSWORD, options={"quirks": {"x": True}, "timeout": 2.5}, adapters=("block", "file")
    )
    plain = source("a")
    for each in (full, plain):
        store.add(each)
    again = SourceStore(open_database(), Secrets(tmp_path)).all()
    assert [each.source for each in again] == [full, plain]
    assert [each.trouble for each in again] == [None, None]


def test_no_adapters_is_not_the_same_as_all(store):
    store.add(source("a", adapters=()))
    assert store.all()[0].source.adapters == ()


def test_a_name_is_taken_once(store):
    store.add(source("a"))
    with pytest.raises(ConfigurationError, match="named 'a' is there already"):
        store.add(source("a", url="https://other:1"))
    assert [each.source.url for each in store.all()] == ["https://a:5989"]


def test_one_that_is_removed_is_gone_and_may_come_again_at_the_end(store):
    for name in "abc":
        store.add(source(name))
    assert store.remove("a")
    assert not store.remove("a")
    store.add(source("a"))
    assert [each.source.name for each in store.all()] == ["b", "c", "a"]


def test_the_password_is_not_in_the_database(store, tmp_path):
    store.add(source("a", user="smis", password="correct horse battery"))
    for file in tmp_path.glob(f"{FILE_NAME}*"):
        assert b"correct horse" not in file.read_bytes()


def test_without_its_key_a_source_is_there_without_its_password(store, tmp_path):
    store.add(source("a", user="smis", password="x"))
    store.add(source("b"))
    (tmp_path / KEY_FILE).unlink()
    lost, plain = store.all()
    assert lost.source.password is None
    assert lost.trouble == f"the password of source 'a' cannot be opened with the key in {tmp_path / KEY_FILE}"
    assert plain.trouble is None
    assert store.remove("a")


def test_a_damaged_key_is_a_trouble_of_the_source_and_not_of_the_start(store, tmp_path):
    store.add(source("a", password="x"))
    (tmp_path / KEY_FILE).write_text("no key")
    assert "holds no key" in store.all()[0].trouble
