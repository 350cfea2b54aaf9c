"""From a URL to the systems, and what is done where profiles are missing or lead nowhere (`smis-mapping 1.2`)."""

import pytest

from vasa_cim.cim.dedication import Assumed
from vasa_cim.cim.discovery import Wanted, Way, discover
from vasa_cim.errors import SourceFailed, SourceRefused

EIN, EI, AN = "EnumerateInstanceNames", "EnumerateInstances", "AssociatorNames"
PROFILES, SYSTEMS = "CIM_RegisteredProfile", "CIM_ComputerSystem"
NAMESPACES, CONFORMS, PARTS = "CIM_Namespace", "CIM_ElementConformsToProfile", "CIM_ComponentCS"
HOSTED, POOLS = "CIM_HostedStoragePool", "CIM_StoragePool"


def discovery(connection, wanted=("Array",), interop="interop", **more):
    options = {"dedications": (15,), "assumed": Assumed(blocks=15, files=25, file_server=16)} | more
    return discover(connection, interop, Wanted(profiles=wanted, **options))


def found(connection, *arguments, **more):
    systems = discovery(connection, *arguments, **more).systems
    return [(one.name.text("Name"), one.namespace, sorted(one.profiles)) for one in systems]


@pytest.fixture
def rows(cim_xml):
    """Return a function that makes instances of ComputerSystem: name -> values of Dedicated."""

    def make(**systems):
        return "".join(
            cim_xml.instance(system_name(cim_xml, name), Name=name, Dedicated=list(dedicated))
            for name, dedicated in systems.items()
        )

    return make


@pytest.fixture
def spaces(cim_xml):
    """Return a function that makes instances of CIM_Namespace."""

    def make(*names):
        return "".join(cim_xml.instance(cim_xml.keyed(NAMESPACES, Name=name), Name=name) for name in names)

    return make


def system_name(cim_xml, name):
    return cim_xml.keyed("X_System", CreationClassName="X_System", Name=name)


def pool(cim_xml, name):
    return cim_xml.keyed("X_Pool", InstanceID=name)


def hosted(cim_xml, system, name="p"):
    ends = {"GroupComponent": (None, system_name(cim_xml, system)), "PartComponent": (None, pool(cim_xml, name))}
    return cim_xml.link("X_Hosted", **ends)


# --- by profiles ---


def test_systems_are_found_through_every_version_of_a_wanted_profile(connection_to, cim_xml):
    told = {
        ("interop", EI, PROFILES): cim_xml.profile("Array", version="1.4.0")
        + cim_xml.profile("Array", version="1.5.0")
        + cim_xml.profile("Array", organization=3)
        + cim_xml.profile("Server"),
        ("interop", AN, "Array"): cim_xml.system("A") + cim_xml.system("B", "root/y"),
    }
    connection = connection_to(told)
    assert found(connection) == [("A", "root/x", ["array"]), ("B", "root/y", ["array"])]
    assert connection.requests == 3
    told = discovery(connection)
    assert (told.registered, told.way, told.interop) == ({"array", "server"}, Way.PROFILES, "interop")
    assert [one.version for one in told.profiles] == [(1, 4, 0), (1, 5, 0), (1, 6, 0), (1, 6, 0)]


def test_a_profile_without_its_association_leads_nowhere(connection_to, cim_xml):
    told = {
        ("interop", EI, PROFILES): cim_xml.profile("Array") + cim_xml.profile("NAS Head"),
        ("interop", AN, "Array"): cim_xml.system("A"),
    }
    assert found(connection_to(told), ("Array", "NAS Head")) == [("A", "root/x", ["array"])]


def test_profiles_may_be_in_another_namespace_than_the_first_that_exists(connection_to, cim_xml):
    told = {
        ("interop", EI, PROFILES): cim_xml.profile("Server"),
        ("root/PG_Interop", EI, PROFILES): cim_xml.profile("Array"),
        ("root/PG_Interop", AN, "Array"): cim_xml.system("A"),
    }
    assert found(connection_to(told)) == [("A", "root/x", ["array"])]
    assert discovery(connection_to(told)).interop == "root/PG_Interop"


@pytest.mark.parametrize("is_turned", [False, True])
@pytest.mark.parametrize("home", ["interop", "root/x"])
def test_an_association_that_only_its_instances_show_is_found(connection_to, cim_xml, spaces, home, is_turned):
    profile = ("interop", cim_xml.keyed("X_Profile", InstanceID="SNIA:Array:1.6.0"))
    system = ("root/x", system_name(cim_xml, "A"))
    roles = ("ManagedElement", "ConformantStandard") if is_turned else ("ConformantStandard", "ManagedElement")
    told = {
        ("interop", EI, PROFILES): cim_xml.profile("Array"),
        ("interop", EI, NAMESPACES): spaces("interop", "root/x"),
        ("root/x", EIN, "X"): "",
    }
    told[home, EIN, CONFORMS] = cim_xml.link("X_Conforms", **dict(zip(roles, (profile, system), strict=True)))
    assert found(connection_to(told)) == [("A", "root/x", ["array"])]


def test_a_system_is_looked_for_where_it_is_implemented(connection_to, cim_xml, rows, spaces):
    """The Interop namespace repeats it, as some servers do, or the association names the wrong namespace."""
    told = {
        ("interop", EI, PROFILES): cim_xml.profile("Array"),
        ("interop", EI, NAMESPACES): spaces("interop", "root/x", "root/y", "root/gone"),
        ("interop", AN, "Array"): cim_xml.system("A", "interop"),
        ("root/x", EI, SYSTEMS): rows(B=[15]),
        ("root/y", EI, SYSTEMS): rows(A=[15]),
        ("root/y", EIN, POOLS): pool(cim_xml, "p"),
    }
    assert found(connection_to(told)) == [("A", "root/y", ["array"])]
    assert found(connection_to(told | {("interop", EI, SYSTEMS): rows(A=[15])})) == [("A", "root/y", ["array"])]


def test_a_server_may_have_all_in_its_interop_namespace(connection_to, cim_xml, rows):
    told = {
        ("interop", EI, PROFILES): cim_xml.profile("Array"),
        ("interop", AN, "Array"): cim_xml.system("A", "interop"),
        ("interop", EI, SYSTEMS): rows(A=[15]),
    }
    assert found(connection_to(told)) == [("A", "interop", ["array"])]


def test_a_mirror_of_a_namespace_is_left_out_but_not_another_part_of_the_array(connection_to, cim_xml):
    told = {
        ("interop", EI, PROFILES): cim_xml.profile("Array") + cim_xml.profile("NAS Head"),
        ("interop", AN, "Array"): cim_xml.system("A", "root/x") + cim_xml.system("A", "root/y"),
        ("interop", AN, "NAS Head"): cim_xml.system("A", "root/y"),
        ("root/x", EIN, POOLS): pool(cim_xml, "p") + pool(cim_xml, "q"),
        ("root/y", EIN, POOLS): pool(cim_xml, "p"),
    }
    both = ("Array", "NAS Head")
    assert found(connection_to(told), both) == [("A", "root/x", ["array", "nahead"])]
    told["root/y", EIN, "CIM_LocalFileSystem"] = cim_xml.keyed("X_FileSystem", Name="f")
    assert found(connection_to(told), both) == [("A", "root/x", ["array"]), ("A", "root/y", ["array", "nahead"])]


# --- without profiles ---


def test_without_profiles_systems_are_known_by_what_they_are_dedicated_to(connection_to, cim_xml, rows, spaces):
    told = {
        ("interop", EI, NAMESPACES): spaces("root/x"),
        ("root/x", EI, SYSTEMS): rows(A=[3, 15], B=[15], host=[0]),
        ("root/x", EIN, PARTS): cim_xml.component("A", "B"),
    }
    connection = connection_to(told)
    assert found(connection) == [("A", "root/x", [])]
    (only,) = discovery(connection).systems
    assert only.dedicated == {3, 15}
    assert discovery(connection).way is Way.DEDICATED


def test_a_given_namespace_is_searched_too(connection_to, rows):
    told = {("root/own", EI, SYSTEMS): rows(A=[15]), ("interop", EIN, "X"): ""}
    assert found(connection_to(told, namespace="root/own")) == [("A", "root/own", [])]


def test_a_server_without_an_interop_namespace_has_those_of_the_configuration(connection_to, rows):
    told = {("root/own", EI, SYSTEMS): rows(A=[15])}
    assert found(connection_to(told), interop=None, namespaces=("root/own",)) == [("A", "root/own", [])]


def test_configured_namespaces_are_searched_besides_what_profiles_lead_to(connection_to, cim_xml, rows):
    told = {
        ("interop", EI, PROFILES): cim_xml.profile("Array"),
        ("interop", AN, "Array"): cim_xml.system("A", "root/x"),
        ("root/x", EI, SYSTEMS): rows(A=[15]),
        ("root/y", EI, SYSTEMS): rows(B=[15]),
    }
    connection = connection_to(told)
    assert found(connection, namespaces=("root/x", "root/y")) == [("A", "root/x", ["array"]), ("B", "root/y", [])]


def test_published_namespaces_are_tried_last(connection_to, rows):
    told = {("interop", EIN, "X"): "", ("root/y", EI, SYSTEMS): rows(A=[15])}
    published = {"published": ("root/x", "root/y")}
    assert found(connection_to(told)) == []
    assert found(connection_to(told), **published) == [("A", "root/y", [])]
    assert discovery(connection_to(told), **published).published


def test_systems_that_say_nothing_are_known_by_the_pools_they_host(connection_to, cim_xml, rows, spaces):
    told = {
        ("interop", EI, NAMESPACES): spaces("root/x"),
        ("root/x", EI, SYSTEMS): rows(A=[], B=[0]),
        ("root/x", EIN, HOSTED): hosted(cim_xml, "A") + hosted(cim_xml, "gone"),
    }
    assert found(connection_to(told)) == [("A", "root/x", [])]
    (only,) = discovery(connection_to(told)).systems
    assert only.dedicated == {15}


def test_a_namespace_that_has_nothing_to_do_with_arrays_may_fail(connection_to, cim_xml, rows, spaces):
    told = {
        ("interop", EI, NAMESPACES): spaces("root/x", "root/y"),
        ("root/x", EI, SYSTEMS): cim_xml.error.format(1),
        ("root/y", EI, SYSTEMS): rows(A=[15]),
    }
    assert found(connection_to(told)) == [("A", "root/y", [])]
    with pytest.raises(SourceFailed):
        found(connection_to(told), known=("root/x",))
    told["root/x", EI, SYSTEMS] = cim_xml.error.format(2)
    assert found(connection_to(told)) == [("A", "root/y", [])]
    told["root/y", EI, SYSTEMS] = ""
    with pytest.raises(SourceRefused):
        found(connection_to(told))


def test_an_error_while_searching_is_an_error(connection_to, cim_xml):
    with pytest.raises(SourceFailed, match="CIM_ERR_FAILED"):
        found(connection_to({("interop", EI, PROFILES): cim_xml.error.format(1)}))
