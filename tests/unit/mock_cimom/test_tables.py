"""Two paths lead to one place exactly when they are paths of one object."""

import pytest
import pywbem

from mock_cimom.keys import target_key
from mock_cimom.tables import Tables


def path(class_name="CIM_Thing", namespace="root/a", host=None, **keys):
    return pywbem.CIMInstanceName(class_name, keybindings=list(keys.items()), namespace=namespace, host=host)


DATE = "20200101000000.000000+000"
PATHS = [
    path(Name="x"),
    path("cim_thing", NAME="x"),
    path(Name="x", namespace="ROOT/A", host="h:5988"),
    path(Name="x", namespace=None),
    path(Name="X"),
    path(Name="x", namespace="root/b"),
    path("CIM_Other", Name="x"),
    path(A="1", B="2"),
    path(B="2", A="1"),
    path(A="1"),
    path(N=1),
    path(N=pywbem.Uint8(1)),
    path(N=True),
    path(N="1"),
    path(D=DATE),
    path(D=pywbem.CIMDateTime(DATE)),
    path(R=path(Name="x")),
    path(R=path(Name="x", namespace=None)),
    path(R=path(Name="x", namespace="root/b")),
    path(R=path(R=path(Name="x"))),
]


@pytest.mark.parametrize("one", PATHS, ids=str)
@pytest.mark.parametrize("other", PATHS, ids=str)
def test_places_tell_paths_apart_as_keys_do(one, other):
    tables = Tables()
    home = tables.table("root/a")
    place = tables.place(one, home)
    same = target_key(one, "root/a") == target_key(other, "root/a")
    assert (tables.find(other, home) is place) == same
    assert (tables.place(other, home) is place) == same


def test_looking_for_a_path_makes_no_place():
    tables = Tables()
    home = tables.table("root/a")
    for one in PATHS:
        assert tables.find(one, home) is None
    assert [table.groups for table in tables.all()] == [{}]


def test_a_place_without_instance_knows_its_path_with_its_namespace():
    tables = Tables()
    given = path(Name="x", namespace=None, host="h")
    found = tables.place(given, tables.table("root/a"))
    given.keybindings["Name"] = "changed"
    assert found.path == path(Name="x")
    assert found["name"] == "x"
