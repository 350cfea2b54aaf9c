"""A session is shown its file systems by the texts of its own mounts too (smis-mapping 4.3 rule 5)."""

from vasa_cim.framework.mounted import with_mounts
from vasa_cim.model.entities import FileSystemInfo, StorageFileSystem
from vasa_cim.model.inventory import Reach

OWN = FileSystemInfo("nas1.example.com", "/a", "10.0.0.1")


def share(identifier="a", *infos):
    return StorageFileSystem(unique_identifier=identifier, file_system_info=infos or (OWN,))


def reach(*texts, of="a"):
    return Reach(mounted=tuple((of, FileSystemInfo(*text)) for text in texts))


def test_without_other_texts_nothing_is_changed():
    shares = {"a": share(), "b": share("b")}
    assert with_mounts(shares, []) is shares
    assert with_mounts(shares, [Reach(), reach(("nas1.example.com", "/a", None))]) is shares
    assert with_mounts(shares, [reach(("x", "/a", None), of="hidden")]) is shares


def test_each_new_text_is_added_once_in_the_order_of_the_mounts():
    shares = {"a": share(), "b": share("b")}
    reaches = [reach(("NAS1", "/a/", None)), reach(("10.0.0.1", "/a", "10.0.0.1")), reach(("NAS1", "/a/", "10.0.0.1"))]
    found = with_mounts(shares, reaches)
    assert list(found) == ["a", "b"]
    assert found["a"].file_system_info == (
        OWN,
        FileSystemInfo("NAS1", "/a/", None),
        FileSystemInfo("10.0.0.1", "/a", "10.0.0.1"),
    )
    assert found["b"] is shares["b"]
    assert shares["a"].file_system_info == (OWN,)


def test_equal_file_systems_with_equal_mounts_are_the_same_object():
    first, again = (with_mounts({"a": share()}, [reach(("NAS1", "/a", None))])["a"] for _ in range(2))
    assert first is again
    other = with_mounts({"a": share()}, [reach(("NAS2", "/a", None))])["a"]
    assert other.file_system_info[-1].file_server_name == "NAS2"


def test_no_client_makes_a_file_system_as_long_as_it_likes():
    spelled = [reach(("10.0.0.1%" + str(number), "/a", None)) for number in range(10_000)]
    assert len(with_mounts({"a": share()}, spelled)["a"].file_system_info) == len(share().file_system_info) + 64
