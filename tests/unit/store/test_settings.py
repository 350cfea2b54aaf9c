"""Settings by key."""

import pytest

from vasa_cim.store.settings import SettingsStore


@pytest.fixture
def store(database):
    return SettingsStore(database)


def test_a_key_that_was_never_set_has_no_value(store):
    assert store.get("k") is None


def test_change_sees_the_old_value_and_returns_the_new_one(store):
    seen = []

    def longer(old):
        seen.append(old)
        return (old or "") + "x"

    assert [store.change("k", longer), store.change("k", longer)] == ["x", "xx"]
    assert seen == [None, "x"]
    assert store.get("k") == "xx"
    assert store.get("other") is None


def test_a_change_that_fails_changes_nothing(store):
    store.change("k", lambda old: "v")
    with pytest.raises(ZeroDivisionError):
        store.change("k", lambda old: str(1 / 0))
    assert store.get("k") == "v"


def test_values_are_there_after_opening_again(store, open_database):
    store.change("k", lambda old: "größer 大 ' \" \n")
    assert SettingsStore(open_database()).get("k") == "größer 大 ' \" \n"
