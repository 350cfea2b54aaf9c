"""What adapters note of a source."""

import pytest

from vasa_cim.errors import StoreError
from vasa_cim.store.notes import StoredNotes
from vasa_cim.store.secrets import Secrets
from vasa_cim.store.sources import SourceStore


def test_notes_are_kept_by_source_and_key_and_are_there_after_opening_again(database, open_database):
    left, right = StoredNotes(database, "left"), StoredNotes(database, "right")
    left.put("masking/A", "open")
    left.put("masking/A", "masked")
    right.put("masking/A", "größer 大")
    again = open_database()
    assert StoredNotes(again, "left").get("masking/A") == "masked"
    assert StoredNotes(again, "right").get("masking/A") == "größer 大"
    assert StoredNotes(again, "left").get("masking/B") is None


def test_notes_of_one_source_are_forgotten_alone(database, tmp_path):
    left, right = StoredNotes(database, "left"), StoredNotes(database, "right")
    for notes in (left, right):
        notes.put("k", "v")
    SourceStore(database, Secrets(tmp_path)).forget_notes("left")
    assert (left.get("k"), right.get("k")) == (None, "v")


def test_a_database_that_fails_is_a_store_error(database, tmp_path):
    notes = StoredNotes(database, "left")
    database.close()
    for file in tmp_path.glob("*sqlite3*"):
        file.unlink()
    (tmp_path / "vasa-cim.sqlite3").mkdir()
    with pytest.raises(StoreError):
        notes.get("k")
    with pytest.raises(StoreError):
        notes.put("k", "v")
