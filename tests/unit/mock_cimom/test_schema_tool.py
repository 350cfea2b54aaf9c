"""The schema tool writes compact declarations of what is asked for, and of what that needs."""

import zipfile

import pytest
import pywbem_mock

from mock_cimom.schema_tool import compile_archive, write_declarations

QUALIFIERS = """
Qualifier Abstract : boolean = false, Scope(class, association, indication), Flavor(EnableOverride, Restricted);
Qualifier Association : boolean = false, Scope(association), Flavor(DisableOverride, ToSubclass);
Qualifier Description : string = null, Scope(any), Flavor(EnableOverride, ToSubclass, Translatable);
Qualifier In : boolean = true, Scope(parameter), Flavor(DisableOverride, ToSubclass);
Qualifier Key : boolean = false, Scope(property, reference), Flavor(DisableOverride, ToSubclass);
Qualifier Out : boolean = false, Scope(parameter), Flavor(DisableOverride, ToSubclass);
Qualifier Override : string = null, Scope(property, method, reference), Flavor(EnableOverride, Restricted);
Qualifier ValueMap : string[], Scope(property, method, parameter), Flavor(EnableOverride, ToSubclass);
Qualifier Values : string[], Scope(property, method, parameter), Flavor(EnableOverride, ToSubclass, Translatable);
"""
CLASSES = {
    "X_Top": '[Abstract, Description("long text")] class X_Top { [Key, Description("text")] string Name; };',
    "X_Thing": """class X_Thing : X_Top {
        [ValueMap{"1", "2"}, Values{"One", "Two"}, Description("text")] uint16 Kinds[] = {1, 2};
        string Note = "a \\"quoted\\" \\\\ word"; boolean On = true;
        uint32 Do([In, Description("text")] string A, [In(false), Out] X_Friend REF B[]); };""",
    "X_Friend": "class X_Friend : X_Top { };",
    "X_Link": "[Association] class X_Link { [Key] X_Thing REF A; [Key] X_Friend REF B; };",
    "X_Unwanted": "class X_Unwanted : X_Top { };",
}


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "schema.zip"
    includes = "\n".join(f'#pragma include ("Core/{name}.mof")' for name in CLASSES)
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("qualifiers.mof", QUALIFIERS)
        packed.writestr("cim_schema_0.0.mof", f'#pragma include ("qualifiers.mof")\n{includes}\n')
        for name, text in CLASSES.items():
            packed.writestr(f"Core/{name}.mof", text)
    return path


def test_the_output_compiles_to_the_same_facts(archive, tmp_path):
    path = write_declarations(compile_archive(archive, ["X_Link"]), "0.0", tmp_path)
    text = path.read_text()
    for left_out in ("Description", "long text", "X_Unwanted", "One"):
        assert left_out not in text
    connection = pywbem_mock.FakedWBEMConnection("root/x")
    connection.compile_mof_string(text)
    assert sorted(connection.EnumerateClassNames(DeepInheritance=True)) == ["X_Friend", "X_Link", "X_Thing", "X_Top"]
    thing = connection.GetClass("X_Thing", LocalOnly=False)
    assert "Key" in thing.properties["Name"].qualifiers
    assert thing.properties["Kinds"].qualifiers["ValueMap"].value == ["1", "2"]
    assert thing.properties["Kinds"].value == [1, 2]
    assert (thing.properties["Note"].value, thing.properties["On"].value) == ('a "quoted" \\ word', True)
    parameters = thing.methods["Do"].parameters
    assert (parameters["B"].is_array, parameters["B"].reference_class) == (True, "X_Friend")
    assert parameters["B"].qualifiers["In"].value is False
    assert connection.GetClass("X_Top").qualifiers["Abstract"].value is True


def test_an_archive_without_a_schema_is_refused(tmp_path):
    empty = tmp_path / "empty.zip"
    with zipfile.ZipFile(empty, "w") as packed:
        packed.writestr("readme.txt", "nothing")
    with pytest.raises(FileNotFoundError):
        compile_archive(empty, ["X_Thing"])
