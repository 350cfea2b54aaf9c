"""Registered certificates on disk."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from vasa_cim.store.certificates import CertificateStore, StoredCertificate

AT = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def store(database):
    return CertificateStore(database)


def made(number, at=AT):
    return StoredCertificate(f"{number:064x}", bytes([number, 0, 255]), f"user {number}", at)


def test_what_is_added_comes_back_as_it_was_oldest_first(store):
    first, second = made(2), made(1, AT + timedelta(seconds=1))
    store.add(second)
    store.add(first)
    assert store.all() == [first, second]


def test_a_time_of_any_zone_comes_back_as_the_same_moment(store):
    store.add(made(1, AT.astimezone(timezone(timedelta(hours=5)))))
    (kept,) = store.all()
    assert kept.registered_at == AT
    assert kept.registered_at.tzinfo is UTC


def test_adding_a_known_one_changes_nothing(store):
    store.add(made(1))
    store.add(StoredCertificate(made(1).fingerprint, b"other", "other", AT))
    assert store.all() == [made(1)]


def test_removing_one_leaves_the_others_and_an_unknown_one_is_ignored(store):
    store.add(made(1))
    store.add(made(2))
    store.remove(made(1).fingerprint)
    store.remove(made(3).fingerprint)
    assert store.all() == [made(2)]


def test_all_is_there_after_opening_again(store, open_database):
    store.add(made(1))
    assert CertificateStore(open_database()).all() == [made(1)]
