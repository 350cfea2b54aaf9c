"""From a URL to the systems: namespaces, profiles, and what is done where they are missing (`smis-mapping 1.2`)."""

import re

import pytest

from vasa_cim.cim.connection import Connection
from vasa_cim.cim.interop import discover, find_interop, fold_profile_name
from vasa_cim.errors import SourceFailed, SourceRefused

ERROR = '<ERROR CODE="{}"/>'


def keyed(class_name, **keys):
    bindings = "".join(
        f'<KEYBINDING NAME="{key}"><KEYVALUE VALUETYPE="string">{value}</KEYVALUE></KEYBINDING>'
        for key, value in keys.items()
    )
    return f'<INSTANCENAME CLASSNAME="{class_name}">{bindings}</INSTANCENAME>'


def instance(name, **texts):
    def value(text):
        return f"<VALUE>{text}</VALUE>"

    body = ""
    for key, text in texts.items():
        if isinstance(text, list):
            items = "".join(map(value, text))
            body += f'<PROPERTY.ARRAY NAME="{key}" TYPE="uint16"><VALUE.ARRAY>{items}</VALUE.ARRAY></PROPERTY.ARRAY>'
        else:
            kind = "uint16" if isinstance(text, int) else "string"
            body += f'<PROPERTY NAME="{key}" TYPE="{kind}">{value(text)}</PROPERTY>'
    return f'<VALUE.NAMEDINSTANCE>{name}<INSTANCE CLASSNAME="X">{body}</INSTANCE></VALUE.NAMEDINSTANCE>'


def profile(name, organization=11, version="1.6.0"):
    key = f"SNIA:{name}:{version}"
    facts = {"RegisteredName": name, "RegisteredOrganization": organization, "RegisteredVersion": version}
    return instance(keyed("X_Profile", InstanceID=key), InstanceID=key, **facts)


def system(name, namespace="root/x"):
    parts = "".join(f'<NAMESPACE NAME="{part}"/>' for part in namespace.split("/"))
    space = f"<NAMESPACEPATH><HOST>h</HOST><LOCALNAMESPACEPATH>{parts}</LOCALNAMESPACEPATH></NAMESPACEPATH>"
    path = keyed("X_System", CreationClassName="X_System", Name=name)
    return f"<OBJECTPATH><INSTANCEPATH>{space}{path}</INSTANCEPATH></OBJECTPATH>"


def component(whole, part):
    def reference(role, name):
        return (
            f'<KEYBINDING NAME="{role}"><VALUE.REFERENCE>{keyed("X_System", CreationClassName="X_System", Name=name)}'
            "</VALUE.REFERENCE></KEYBINDING>"
        )

    ends = reference("GroupComponent", whole) + reference("PartComponent", part)
    return f'<INSTANCENAME CLASSNAME="X_C">{ends}</INSTANCENAME>'


@pytest.fixture
def connection_to(raw_server, answers):
    """Return a function that connects to a CIMOM whose answers are (namespace, operation, class or key) -> content.

    What is not told is INVALID_CLASS, or INVALID_NAMESPACE outside the namespaces told of.
    """
    made = []

    def make(told, **options):
        spaces = {key[0] for key in told}

        def respond(request):
            operation = re.search(r"CIMMethod: (\w+)", request).group(1)
            space = "/".join(re.findall(r'<NAMESPACE NAME="([^"]+)"', request.split("IPARAMVALUE")[0]))
            subject = re.search(r'ClassName"><CLASSNAME NAME="(\w+)"', request) or re.search(r">SNIA:([^<:]+)", request)
            content = told.get((space, operation, subject.group(1)))
            if content is None:
                content = ERROR.format(5 if space in spaces else 3)
            elif not content.startswith("<ERROR"):
                content = f"<IRETURNVALUE>{content}</IRETURNVALUE>"
            return answers.http(answers.envelope(operation, content))

        server = raw_server(respond)
        made.append(Connection(server.endpoint(**options)))
        return made[-1]

    yield make
    for connection in made:
        connection.close()


EIN, EI, AN = "EnumerateInstanceNames", "EnumerateInstances", "AssociatorNames"


@pytest.mark.parametrize("space", ["interop", "root/interop", "root/PG_Interop"])
def test_the_interop_namespace_is_the_first_that_exists(connection_to, space):
    assert find_interop(connection_to({(space, EIN, "CIM_Namespace"): ""})) == space


def test_a_given_namespace_comes_first(connection_to):
    told = {(space, EIN, "CIM_Namespace"): "" for space in ("interop", "root/own")}
    assert find_interop(connection_to(told, namespace="root/own")) == "root/own"


def test_a_namespace_without_cim_namespace_is_the_second_choice(connection_to):
    weak = {("root/own", EIN, "X"): ""}
    assert find_interop(connection_to(weak, namespace="root/own")) == "root/own"
    strong = weak | {("root/interop", EIN, "CIM_Namespace"): ""}
    assert find_interop(connection_to(strong, namespace="root/own")) == "root/interop"


def test_no_namespace_at_all_is_a_failure_that_names_them(connection_to):
    with pytest.raises(SourceFailed, match="root/PG_Interop"):
        find_interop(connection_to({("other", EIN, "X"): ""}))


def test_a_refusal_ends_the_search(connection_to):
    with pytest.raises(SourceRefused):
        find_interop(connection_to({("interop", EIN, "CIM_Namespace"): ERROR.format(2)}))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("FC Target Ports", "FC Target Port"),
        ("FileSystem Quotas", "Filesystem quota"),
        (" Self-contained  NAS System ", "self-contained nas system"),
    ],
)
def test_misspelled_profile_names_are_equal(one, other):
    assert fold_profile_name(one) == fold_profile_name(other)


def found(connection, wanted=("Array",), dedications=(15,)):
    systems = discover(connection, "interop", wanted, dedications).systems
    return [(one.name.text("Name"), one.namespace, sorted(one.profiles)) for one in systems]


def test_systems_are_found_through_every_version_of_a_wanted_profile(connection_to):
    told = {
        ("interop", EI, "CIM_RegisteredProfile"): profile("Array", version="1.4.0")
        + profile("Array", version="1.5.0")
        + profile("Array", organization=3)
        + profile("Server"),
        ("interop", AN, "Array"): system("A") + system("B", "root/y"),
    }
    connection = connection_to(told)
    assert found(connection) == [("A", "root/x", ["array"]), ("B", "root/y", ["array"])]
    assert connection.requests == 3
    assert discover(connection, "interop", ("Array",), ()).registered == {"array", "server"}


def test_a_profile_without_its_association_leads_nowhere(connection_to):
    told = {
        ("interop", EI, "CIM_RegisteredProfile"): profile("Array") + profile("NAS Head"),
        ("interop", AN, "Array"): system("A"),
    }
    assert found(connection_to(told), ("Array", "NAS Head")) == [("A", "root/x", ["array"])]


def test_without_profiles_systems_are_known_by_what_they_are_dedicated_to(connection_to):
    systems = "".join(
        instance(keyed("X_System", CreationClassName="X_System", Name=name), Name=name, Dedicated=dedicated)
        for name, dedicated in (("A", [3, 15]), ("A+SP", [15]), ("host", [0]))
    )
    told = {
        ("interop", EI, "CIM_Namespace"): instance(keyed("CIM_Namespace", Name="root/x"), Name="root/x"),
        ("root/x", EI, "CIM_ComputerSystem"): systems,
        ("root/x", EIN, "CIM_ComponentCS"): component("A", "A+SP"),
    }
    connection = connection_to(told)
    assert found(connection) == [("A", "root/x", [])]
    (only,) = discover(connection, "interop", ("Array",), (15,)).systems
    assert only.dedicated == {3, 15}


def test_a_given_namespace_is_searched_too(connection_to):
    top = instance(keyed("X_System", CreationClassName="X_System", Name="A"), Name="A", Dedicated=[15])
    told = {("root/own", EI, "CIM_ComputerSystem"): top, ("interop", EIN, "X"): ""}
    assert found(connection_to(told, namespace="root/own")) == [("A", "root/own", [])]


def test_an_error_while_searching_is_an_error(connection_to):
    with pytest.raises(SourceFailed, match="CIM_ERR_FAILED"):
        found(connection_to({("interop", EI, "CIM_RegisteredProfile"): ERROR.format(1)}))
