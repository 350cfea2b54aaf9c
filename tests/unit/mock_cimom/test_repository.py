"""The repository keeps namespaces apart and finds them by any spelling."""

import pytest
import pywbem

from mock_cimom.repository import IndexedRepository


def test_namespaces_are_found_without_case_and_slashes():
    repository = IndexedRepository("root/A")
    repository.validate_namespace("/ROOT/a/")
    assert repository.get_class_store("root/a") is repository.get_class_store("ROOT/A")
    assert list(repository.namespaces) == ["root/A"]


def test_a_namespace_exists_once():
    repository = IndexedRepository("root/a")
    with pytest.raises(ValueError, match="exists already"):
        repository.add_namespace("ROOT/a")


def test_an_unknown_namespace_is_a_key_error():
    with pytest.raises(KeyError):
        IndexedRepository("root/a").get_instance_store("root/b")


def test_only_an_empty_namespace_can_be_removed():
    repository = IndexedRepository("root/a")
    repository.get_class_store("root/a").create("A", pywbem.CIMClass("A"))
    with pytest.raises(ValueError, match="not empty"):
        repository.remove_namespace("root/a")
    repository.get_class_store("root/a").delete("A")
    repository.remove_namespace("root/a")
    assert list(repository.namespaces) == []
