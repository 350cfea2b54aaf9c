"""MOF files and scripts in the form that `pywbemcli --mock-server` takes, served over HTTP, alone and on an estate."""

import textwrap

import pytest
import pywbem

import mock_cimom
from mock_cimom.connection import CimomConnection
from mock_cimom.mock_files import MockFileError, load_mock_files

QUALIFIERS = """
Qualifier Key : boolean = false, Scope(property, reference), Flavor(DisableOverride, ToSubclass);
Qualifier Association : boolean = false, Scope(association), Flavor(DisableOverride, ToSubclass);
Qualifier In : boolean = true, Scope(parameter), Flavor(DisableOverride, ToSubclass);
Qualifier Out : boolean = false, Scope(parameter), Flavor(DisableOverride, ToSubclass);
Qualifier Description : string = null, Scope(any), Flavor(EnableOverride, ToSubclass, Translatable);
"""
MODEL = """
#pragma include ("qualifiers.mof")
class ACME_Rack {
    [Key] string Name;
    uint32 Slots = 4;
    [Description("Turns the light on")] uint32 Blink(
        [In] uint16 Times, [In(false), Out] string Said, [In, Out] ACME_Rack REF Neighbour);
};
class ACME_Shelf { [Key] string Name; };
[Association] class ACME_Holds { [Key] ACME_Rack REF Rack; [Key] ACME_Shelf REF Shelf; };
instance of ACME_Rack as $rack { Name = "r1"; Slots = 4; };
instance of ACME_Shelf as $shelf { Name = "s1"; };
instance of ACME_Holds { Rack = $rack; Shelf = $shelf; };
"""
METHOD_PROVIDER = """
import pywbem
import pywbem_mock


class RackMethods(pywbem_mock.MethodProvider):
    provider_classnames = "ACME_Rack"

    def InvokeMethod(self, methodname, localobject, params):
        if methodname.lower() != "blink":
            raise pywbem.CIMError(pywbem.CIM_ERR_METHOD_NOT_AVAILABLE)
        store = self.cimrepository.get_instance_store(localobject.namespace)
        rack = store.get(localobject)
        rack["Slots"] = pywbem.Uint32(rack["Slots"] + params["Times"].value)
        store.update(localobject, rack)
        out = [pywbem.CIMParameter("Said", "string", value=f"slots {rack['Slots']}"), params["Neighbour"]]
        return 7, out
"""
NEW_STYLE = (
    METHOD_PROVIDER
    + """

def setup(conn, server, verbose):
    conn.register_provider(RackMethods(conn.cimrepository), conn.default_namespace, verbose=verbose)
"""
)
OLD_STYLE = (
    METHOD_PROVIDER
    + """

global CONN
assert SERVER.conn is CONN and VERBOSE is False
CONN.register_provider(RackMethods(CONN.cimrepository), CONN.default_namespace, verbose=VERBOSE)
"""
)
WRITE_PROVIDER = """
import os
import pywbem
import pywbem_mock


class RackWrites(pywbem_mock.InstanceWriteProvider):
    provider_classnames = "ACME_Rack"

    def CreateInstance(self, namespace, new_instance):
        new_instance["Name"] = new_instance["Name"].upper()
        return super().CreateInstance(namespace, new_instance)

    def ModifyInstance(self, modified_instance, IncludeQualifiers=None):
        raise pywbem.CIMError(pywbem.CIM_ERR_ACCESS_DENIED, "racks do not change")

    def DeleteInstance(self, InstanceName):
        if InstanceName["Name"] == "r1":
            raise pywbem.CIMError(pywbem.CIM_ERR_FAILED, "the first rack stays")
        super().DeleteInstance(InstanceName)


def setup(conn, server, verbose):
    here = os.path.dirname(__file__)
    conn.compile_mof_file(os.path.join(here, "model.mof"), namespace=conn.default_namespace, verbose=verbose)
    conn.provider_dependent_registry.add_dependents(__file__, os.path.join(here, "model.mof"))
    conn.register_provider(RackWrites(conn.cimrepository), conn.default_namespace, verbose=verbose)
    conn.display_registered_providers()
"""
OBJECTS = """
from pywbem import CIMClass, CIMInstance, CIMInstanceName, CIMProperty, CIMQualifier, CIMQualifierDeclaration, Uint32


def setup(conn, server, verbose):
    key = CIMQualifierDeclaration("Key", "boolean", value=False, scopes={"PROPERTY": True, "REFERENCE": True})
    box = CIMClass(
        "ACME_Box",
        properties=[
            CIMProperty("Name", None, "string", qualifiers=[CIMQualifier("Key", True)], class_origin="ACME_Box"),
            CIMProperty("Size", None, "uint32", class_origin="ACME_Box"),
        ],
    )
    path = CIMInstanceName("ACME_Box", {"Name": "b1"})
    conn.add_cimobjects([key, box, CIMInstance("ACME_Box", {"Name": "b1", "Size": Uint32(3)}, path=path)])
    conn.add_namespace("root/other")
    conn.add_cimobjects([key, box], namespace="root/other")
"""
DISABLED_PULLS = "def setup(conn, server, verbose):\n    conn.disable_pull_operations = True\n"
SUBSCRIPTIONS = """
import pywbem_mock


def setup(conn, server, verbose):
    conn.install_namespace_provider("interop", verbose=verbose)
    conn.install_subscription_providers("interop", verbose=verbose)
"""


@pytest.fixture
def folder(tmp_path):
    """A folder with the files above; scripts of one name in two tests are two modules."""
    texts = {
        "qualifiers.mof": QUALIFIERS,
        "model.mof": MODEL,
        "new_style.py": NEW_STYLE,
        "old_style.py": OLD_STYLE,
        "write_provider.py": WRITE_PROVIDER,
        "objects.py": OBJECTS,
        "disabled_pulls.py": DISABLED_PULLS,
        "subscriptions.py": SUBSCRIPTIONS,
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


@pytest.fixture
def serve(folder):
    """A function that serves files of the folder and returns a client, its default namespace that of the files."""
    import contextlib

    with contextlib.ExitStack() as stack:

        def serving(*names, estate=None, namespace="root/cimv2"):
            files = [folder / name for name in names]
            served = stack.enter_context(mock_cimom.running(estate, mock_files=files, default_namespace=namespace))
            client = pywbem.WBEMConnection(served.url, (served.user, served.password), namespace)
            stack.callback(client.close)
            return client

        yield serving


@pytest.fixture
def rack():
    return pywbem.CIMInstanceName("ACME_Rack", {"Name": "r1"})


def test_a_mof_file_with_an_include_is_a_server(serve, rack):
    client = serve("model.mof")
    assert client.EnumerateClassNames() == ["ACME_Rack", "ACME_Shelf", "ACME_Holds"]
    assert client.GetInstance(rack)["Slots"] == 4
    (shelf,) = client.Associators(rack, AssocClass="ACME_Holds")
    assert shelf["Name"] == "s1"
    assert client.GetClass("ACME_Rack").methods["Blink"].parameters["Times"].type == "uint16"


@pytest.mark.parametrize("script", ["new_style.py", "old_style.py"])
def test_a_method_provider_of_a_script_answers(serve, rack, script):
    client = serve("model.mof", script)
    code, out = client.InvokeMethod("Blink", rack, Times=pywbem.Uint16(3), Neighbour=rack)
    assert (code, out["Said"]) == (7, "slots 7")
    assert out["Neighbour"].keybindings == rack.keybindings
    assert client.GetInstance(rack)["Slots"] == 7


def test_a_write_provider_decides_what_is_created_changed_and_deleted(serve, rack, capsys):
    client = serve("write_provider.py")
    assert "RackWrites" in capsys.readouterr().out
    created = client.CreateInstance(pywbem.CIMInstance("ACME_Rack", {"Name": "r2"}))
    assert created["Name"] == "R2"
    client.DeleteInstance(created)
    assert [path["Name"] for path in client.EnumerateInstanceNames("ACME_Rack")] == ["r1"]
    refused = [
        (lambda: client.DeleteInstance(rack), pywbem.CIM_ERR_FAILED),
        (lambda: client.ModifyInstance(client.GetInstance(rack)), pywbem.CIM_ERR_ACCESS_DENIED),
    ]
    for call, status in refused:
        with pytest.raises(pywbem.CIMError) as refusal:
            call()
        assert refusal.value.status_code == status


def test_objects_of_a_script_are_served_in_every_namespace_it_makes(serve):
    client = serve("objects.py")
    (box,) = client.EnumerateInstances("ACME_Box")
    assert (box["Name"], box["Size"]) == ("b1", 3)
    assert client.EnumerateClassNames(namespace="root/other") == ["ACME_Box"]
    assert client.EnumerateInstances("ACME_Box", namespace="root/other") == []


def test_a_script_can_switch_pulls_off(serve):
    client = serve("model.mof", "disabled_pulls.py")
    with pytest.raises(pywbem.CIMError) as refusal:
        client.OpenEnumerateInstances("ACME_Rack", MaxObjectCount=1)
    assert refusal.value.status_code == pywbem.CIM_ERR_NOT_SUPPORTED
    assert len(client.EnumerateInstances("ACME_Rack")) == 1


def test_files_lie_on_top_of_an_estate(serve, rack):
    client = serve("model.mof", "new_style.py", estate="tiny")
    assert client.GetInstance(rack)["Slots"] == 4
    assert len(client.EnumerateInstanceNames("CIM_StorageVolume", "root/mockblock")) == 20
    assert pywbem.WBEMServer(client).interop_ns == "interop"


def test_a_script_may_change_the_estate_it_lies_on(folder, serve):
    (folder / "rename.py").write_text(
        textwrap.dedent(
            """
            def setup(conn, server, verbose):
                for volume in conn.EnumerateInstances("CIM_StorageVolume"):
                    volume["ElementName"] = "renamed"
                    conn.ModifyInstance(volume, PropertyList=["ElementName"])
            """
        ),
        "utf-8",
    )
    client = serve("rename.py", estate="tiny", namespace="root/mockblock")
    assert {one["ElementName"] for one in client.EnumerateInstances("CIM_StorageVolume")} == {"renamed"}


def test_another_default_namespace_holds_what_the_files_bring(serve, rack):
    client = serve("model.mof", namespace="root/acme")
    assert client.GetInstance(rack)["Name"] == "r1"
    with pytest.raises(pywbem.CIMError) as refusal:
        client.EnumerateClassNames(namespace="root/cimv2")
    assert refusal.value.status_code == pywbem.CIM_ERR_INVALID_NAMESPACE


def test_the_namespace_and_subscription_providers_of_pywbem_answer(folder, serve):
    (folder / "interop.py").write_text(
        textwrap.dedent(
            """
            import pywbem
            from mock_cimom.schema import load_schema

            def setup(conn, server, verbose):
                load_schema(conn, ["interop", "root/cimv2"])
                assert server.interop_ns == "interop"
                names = ("SystemCreationClassName", "SystemName", "CreationClassName", "Name", "ElementName")
                manager = pywbem.CIMInstance("CIM_ObjectManager", dict.fromkeys(names, "manager"))
                manager["CreationClassName"] = "CIM_ObjectManager"
                manager.path = pywbem.CIMInstanceName(
                    "CIM_ObjectManager", {name: manager[name] for name in names[:4]}, namespace="interop"
                )
                conn.add_cimobjects([manager], namespace="interop")
            """
        ),
        "utf-8",
    )
    client = serve("interop.py", "subscriptions.py")
    server = pywbem.WBEMServer(client)
    names = ("CreationClassName", "ObjectManagerName", "ObjectManagerCreationClassName", "SystemName")
    keys = dict.fromkeys((*names, "SystemCreationClassName"), "CIM_Namespace")  # the provider sets its own
    made = client.CreateInstance(pywbem.CIMInstance("CIM_Namespace", {"Name": "root/new", **keys}), "interop")
    assert made["Name"] == "root/new"
    assert sorted(server.namespaces) == ["interop", "root/cimv2", "root/new"]
    assert client.EnumerateClassNames(namespace="root/new") == []
    with subscriptions(server) as found:
        assert [one.path.classname for one in found] == ["CIM_IndicationSubscription"]
    client.DeleteInstance(made)
    assert sorted(pywbem.WBEMServer(client).namespaces) == ["interop", "root/cimv2"]


class subscriptions:  # noqa: N801 - used like a function
    """One subscription of a manager, which is removed at the end."""

    def __init__(self, server):
        self.manager = pywbem.WBEMSubscriptionManager("test")
        self.server_id = self.manager.add_server(server)

    def __enter__(self):
        destination = self.manager.add_destination(
            self.server_id, "http://127.0.0.1:5000", owned=True, destination_id="d"
        )
        query = "SELECT * FROM CIM_InstCreation"
        made = self.manager.add_filter(self.server_id, ["root/cimv2"], query, owned=True, filter_id="f")
        return self.manager.add_subscriptions(self.server_id, made.path, [destination.path], owned=True)

    def __exit__(self, *_):
        self.manager.remove_all_servers()


# --- what cannot be loaded ---

BROKEN = {
    "grammar.mof": ("class A {\n  strin g Name;\n};\n", "grammar.mof, line 2"),
    "unknown_superclass.mof": ("class A : NoSuch { };\n", "unknown_superclass.mof, line"),
    "missing_include.mof": ('#pragma include ("nowhere.mof")\n', "missing_include.mof"),
    "include.mof": ('#pragma include ("grammar.mof")\n', "grammar.mof, line 2"),
    "syntax.py": ("def setup(conn, server, verbose):\n    return (\n", "syntax.py, line 2: SyntaxError"),
    "body.py": ("x = 1\n\nraise RuntimeError('first\\nsecond')\n", "body.py, line 3: RuntimeError: first"),
    "in_setup.py": ("def setup(conn, server, verbose):\n    conn.nothing()\n", "in_setup.py, line 2: AttributeError"),
    "cim_error.py": (
        "def setup(conn, server, verbose):\n    conn.GetClass('NoSuch')\n",
        "cim_error.py, line 2: CIMError",
    ),
    "exits.py": ("import sys\nsys.exit(3)\n", "exits.py, line 2: SystemExit: 3"),
    "signature.py": ("def setup(conn):\n    pass\n", "signature.py: TypeError"),
    "quiet.py": ("assert False\n", "quiet.py, line 1: AssertionError: no reason was given"),
    "text.txt": ("", "text.txt: a mock file must end in .mof or .py"),
}


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_what_is_wrong_is_said_in_one_sentence_with_file_and_line(tmp_path, name):
    for other, (text, _) in BROKEN.items():
        (tmp_path / other).write_text(text, "utf-8")
    with pytest.raises(MockFileError) as refusal:
        load_mock_files(CimomConnection("root/cimv2"), [tmp_path / name])
    said = str(refusal.value)
    assert BROKEN[name][1] in said
    assert str(tmp_path) in said
    assert "\n" not in said


def test_a_missing_file_is_told_before_anything_is_loaded(folder):
    connection = CimomConnection("root/cimv2")
    with pytest.raises(MockFileError, match=r"nothing\.mof: there is no such file"):
        load_mock_files(connection, [folder / "model.mof", folder / "nothing.mof"])
    assert connection.EnumerateClassNames() == []


def test_a_later_script_can_import_an_earlier_one(folder, serve):
    (folder / "second.py").write_text(
        "from pywbemtools.pywbemcli.mockscripts.new_style import RackMethods\n"
        "def setup(conn, server, verbose):\n    assert RackMethods.provider_classnames == 'ACME_Rack'\n",
        "utf-8",
    )
    assert serve("model.mof", "new_style.py", "second.py").EnumerateClassNames()
