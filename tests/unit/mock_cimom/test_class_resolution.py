"""Classes resolved by pywbem_mock, corrected."""

import pytest

from mock_cimom.connection import CimomConnection

DECLARATIONS = """
Qualifier Key : boolean = false, Scope(property, reference), Flavor(DisableOverride, ToSubclass);
Qualifier Override : string, Scope(property, reference, method), Flavor(EnableOverride, Restricted);
Qualifier Note : string, Scope(property, method), Flavor(EnableOverride, ToSubclass);
class T_A { [Key, Note("a")] string Id; [Note("n")] string Name; uint32 Go(); uint32 Stop(); };
class T_B : T_A { [Override("Name")] string Name; [Override("Go")] uint32 Go(); };
class T_C : T_B { string Own; };
"""


@pytest.fixture(scope="module")
def classes():
    connection = CimomConnection("root/test")
    connection.compile_mof_string(DECLARATIONS)
    return {name: connection.GetClass(name, LocalOnly=False, IncludeClassOrigin=True) for name in ("T_A", "T_B", "T_C")}


def test_what_a_class_overrides_is_its_own(classes):
    found = {one.name: one.propagated for one in classes["T_B"].properties.values()}
    assert found == {"Name": False, "Id": True}
    assert {one.name: one.propagated for one in classes["T_B"].methods.values()} == {"Go": False, "Stop": True}
    assert {one.class_origin for one in classes["T_C"].properties.values()} == {"T_A", "T_C"}


def test_below_it_is_inherited_again(classes):
    found = {one.name: one.propagated for one in classes["T_C"].properties.values()}
    assert found == {"Own": False, "Name": True, "Id": True}
    assert all(one.propagated for one in classes["T_C"].methods.values())


def test_restricted_qualifiers_stay_where_they_stand(classes):
    assert list(classes["T_B"].properties["Name"].qualifiers) == ["Override", "Note"]
    assert list(classes["T_C"].properties["Name"].qualifiers) == ["Note"]
    assert list(classes["T_C"].properties["Id"].qualifiers) == ["Key", "Note"]
    assert "Override" in classes["T_B"].methods["Go"].qualifiers
    assert list(classes["T_C"].methods["Go"].qualifiers) == []
