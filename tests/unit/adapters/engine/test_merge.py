"""Inventories of several adapters become one."""

from dataclasses import replace

from vasa_cim.adapters.engine.merge import merged
from vasa_cim.model.enums import BlockProtocol, FileSystemKind, Profile
from vasa_cim.model.inventory import AccessView, Export


def test_one_inventory_is_itself(parts):
    one = parts.inventory(parts.lun(1))
    assert merged([one]) is one


def test_a_unified_array_has_the_lists_of_both(parts):
    plain = parts.inventory(parts.lun(1))
    (array,) = plain.arrays.values()
    block = replace(
        array,
        array_name="from block",
        alternate_name=("a", "b"),
        supported_block=(BlockProtocol.FC,),
        supported_profile=(Profile.BLOCK, Profile.CAPABILITY),
    )
    file = replace(
        array,
        alternate_name=("b", "c"),
        supported_file_system=(FileSystemKind.NFS,),
        supported_profile=(Profile.FILE_SYSTEM, Profile.CAPABILITY),
    )
    whole = merged([replace(plain, arrays={"x": block}), replace(plain, arrays={"x": file})]).arrays["x"]
    assert whole == replace(
        block,
        alternate_name=("a", "b", "c"),
        supported_file_system=(FileSystemKind.NFS,),
        supported_profile=(Profile.BLOCK, Profile.CAPABILITY, Profile.FILE_SYSTEM),
    )


def test_relations_views_and_exports_are_united_in_ascending_order(parts):
    view_a, view_b = (AccessView(key, frozenset(), (), ()) for key in "ab")
    export = Export("f", ("/f",), frozenset())
    first = parts.inventory(
        parts.lun(2), at=9, processors_of_array={"x": ("p2",)}, views=(view_b,), pool_of={"l": "1"}, exports=(export,)
    )
    second = parts.inventory(
        parts.lun(1), at=3, processors_of_array={"x": ("p1", "p2")}, views=(view_a, view_b), pool_of={"l": "2"}
    )
    whole = merged([first, second])
    assert whole.read_at == second.read_at
    assert list(whole.luns) == ["V:StorageLun:a:1", "V:StorageLun:a:2"]
    assert whole.processors_of_array == {"x": ("p1", "p2")}
    assert whole.luns_of_array["V:StorageArray:a"] == ("V:StorageLun:a:1", "V:StorageLun:a:2")
    assert (whole.views, whole.exports, whole.pool_of) == ((view_a, view_b), (export,), {"l": "1"})


def test_what_only_one_has_is_taken_as_it_is(parts):
    full = parts.inventory(parts.lun(1), views=(AccessView("a", frozenset(), (), ()),), matching=3)
    empty = replace(parts.inventory(), arrays={}, luns_of_array={}, views=(), matching=4)
    for several in ([full, empty], [empty, full]):
        whole = merged(several)
        assert whole.arrays is full.arrays
        assert whole.luns is full.luns
        assert whole.luns_of_array is full.luns_of_array
        assert whole.views is full.views
        assert whole.matching == 7
