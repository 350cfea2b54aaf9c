"""Secrets at rest."""

import stat

import pytest

from vasa_cim.errors import StoreError
from vasa_cim.store.secrets import FILE_NAME, SecretLost, Secrets


def test_what_is_sealed_can_be_opened_by_another_process_with_the_key_file(tmp_path):
    sealed = Secrets(tmp_path).seal("a", "größer 大")
    assert Secrets(tmp_path).open("a", sealed) == "größer 大"


def test_the_key_is_its_owners_alone_and_is_made_once(tmp_path):
    Secrets(tmp_path).seal("a", "x")
    file = tmp_path / FILE_NAME
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    key = file.read_text()
    Secrets(tmp_path).seal("b", "y")
    assert file.read_text() == key
    assert [each.name for each in tmp_path.iterdir()] == [FILE_NAME]


def test_the_same_text_is_never_sealed_alike(tmp_path):
    secrets = Secrets(tmp_path)
    assert secrets.seal("a", "x") != secrets.seal("a", "x")


def test_what_is_another_owners_or_was_changed_is_not_opened(tmp_path):
    secrets = Secrets(tmp_path)
    sealed = secrets.seal("a", "x")
    for owner, data in [("b", sealed), ("a", sealed[:-1] + bytes([sealed[-1] ^ 1])), ("a", b""), ("a", sealed[:5])]:
        with pytest.raises(SecretLost):
            secrets.open(owner, data)


def test_with_another_key_or_none_it_is_lost(tmp_path):
    sealed = Secrets(tmp_path).seal("a", "x")
    (tmp_path / FILE_NAME).write_text("00" * 32 + "\n")
    with pytest.raises(SecretLost):
        Secrets(tmp_path).open("a", sealed)
    (tmp_path / FILE_NAME).unlink()
    with pytest.raises(SecretLost):
        Secrets(tmp_path).open("a", sealed)
    assert not (tmp_path / FILE_NAME).exists()


@pytest.mark.parametrize("text", ["", "zz", "00" * 31])
def test_a_damaged_key_file_is_never_overwritten(tmp_path, text):
    (tmp_path / FILE_NAME).write_text(text)
    with pytest.raises(StoreError, match="holds no key"):
        Secrets(tmp_path).seal("a", "x")
    assert (tmp_path / FILE_NAME).read_text() == text


def test_a_key_that_was_cut_off_while_it_was_written_is_made_anew(tmp_path):
    (tmp_path / FILE_NAME).with_suffix(".new").write_text("00")
    secrets = Secrets(tmp_path)
    assert secrets.open("a", secrets.seal("a", "x")) == "x"


def test_a_directory_that_is_not_there_is_a_store_error(tmp_path):
    with pytest.raises(StoreError, match="cannot be written"):
        Secrets(tmp_path / "none").seal("a", "x")
