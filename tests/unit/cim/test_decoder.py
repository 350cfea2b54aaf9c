"""The streaming decoder reads what pywbem reads, and takes nothing that is cut or malformed for an answer."""

import subprocess
import sys

import pytest

from vasa_cim.cim.decoder import NAMES, decode, instances_form
from vasa_cim.errors import SourceFailed, SourceRefused, SourceUnreadable


def cut(document, size=7):
    data = document.encode() if isinstance(document, str) else document
    return [data[at : at + size] for at in range(0, len(data), size)]


def decode_instances(source, operation, chunks, properties):
    return decode(source, operation, chunks, instances_form(properties))


def decode_names(source, operation, chunks):
    return decode(source, operation, chunks, NAMES)


def instances(answers, content, properties=("Name",)):
    document = answers.envelope("EnumerateInstances", content)
    return list(decode_instances("s", "EnumerateInstances of CIM_X", cut(document), properties))


def names(answers, content):
    document = answers.envelope("EnumerateInstanceNames", content)
    return list(decode_names("s", "EnumerateInstanceNames of CIM_X", cut(document)))


NAMED = (
    '<VALUE.NAMEDINSTANCE><INSTANCENAME CLASSNAME="X_Y"><KEYBINDING NAME="ID">'
    '<KEYVALUE VALUETYPE="string">1</KEYVALUE></KEYBINDING></INSTANCENAME>'
    '<INSTANCE CLASSNAME="X_Y">{}</INSTANCE></VALUE.NAMEDINSTANCE>'
)


def one(answers, properties, name="Name"):
    (row,) = instances(answers, f"<IRETURNVALUE>{NAMED.format(properties)}</IRETURNVALUE>", (name,))
    return row


# --- values ---


@pytest.mark.parametrize(
    ("xml", "value"),
    [
        ('<PROPERTY NAME="Name" TYPE="string"><VALUE>a &lt; b &amp; c</VALUE></PROPERTY>', "a < b & c"),
        ('<PROPERTY NAME="Name" TYPE="string"><VALUE> kept </VALUE></PROPERTY>', " kept "),
        ('<PROPERTY NAME="Name" TYPE="string"><VALUE></VALUE></PROPERTY>', ""),
        ('<PROPERTY NAME="Name" TYPE="string"></PROPERTY>', None),
        ('<PROPERTY NAME="NAME" TYPE="string"><VALUE>case</VALUE></PROPERTY>', "case"),
        ('<PROPERTY NAME="Name" TYPE="uint64"><VALUE>18446744073709551615</VALUE></PROPERTY>', 2**64 - 1),
        ('<PROPERTY NAME="Name" TYPE="sint8"><VALUE> -3 </VALUE></PROPERTY>', -3),
        ('<PROPERTY NAME="Name" TYPE="uint8"><VALUE>0x1F</VALUE></PROPERTY>', 31),
        ('<PROPERTY NAME="Name" TYPE="real32"><VALUE>1.5e3</VALUE></PROPERTY>', 1500.0),
        ('<PROPERTY NAME="Name" TYPE="boolean"><VALUE>True</VALUE></PROPERTY>', True),
        ('<PROPERTY NAME="Name" TYPE="boolean"><VALUE>FALSE</VALUE></PROPERTY>', False),
        ('<PROPERTY NAME="Other" TYPE="string"><VALUE>x</VALUE></PROPERTY>', None),
        (
            '<PROPERTY NAME="Name" TYPE="string"><QUALIFIER NAME="Key" TYPE="boolean"><VALUE>TRUE</VALUE></QUALIFIER>'
            "<VALUE>x</VALUE></PROPERTY>",
            "x",
        ),
        (
            '<PROPERTY.ARRAY NAME="Name" TYPE="uint16"><VALUE.ARRAY><VALUE>2</VALUE><VALUE.NULL/><VALUE>5</VALUE>'
            "</VALUE.ARRAY></PROPERTY.ARRAY>",
            (2, None, 5),
        ),
        ('<PROPERTY.ARRAY NAME="Name" TYPE="uint16"><VALUE.ARRAY/></PROPERTY.ARRAY>', ()),
        ('<PROPERTY.ARRAY NAME="Name" TYPE="uint16"/>', None),
        ("<PROPERTY NAME='Name' TYPE='string'><VALUE><![CDATA[<a>]]></VALUE></PROPERTY>", "<a>"),
        ('<PROPERTY NAME="Name" TYPE="string"><VALUE>Größe&#233;</VALUE></PROPERTY>', "Größeé"),
        ('<PROPERTY NAME="Name" TYPE="string"><VALUE>a\x01b&#2;c</VALUE></PROPERTY>', "a\ufffdb\ufffdc"),
        ('<PROPERTY NAME="Name" TYPE="string"><VALUE>60<!-- x -->97<?x y?>0</VALUE></PROPERTY>', "60970"),
    ],
)
def test_a_property_is_read_by_its_type(answers, xml, value):
    assert one(answers, xml)["Name"] == value


@pytest.mark.parametrize(
    "xml",
    [
        '<PROPERTY NAME="Name" TYPE="uint8"><VALUE>many</VALUE></PROPERTY>',
        '<PROPERTY NAME="Name" TYPE="real64"><VALUE>x</VALUE></PROPERTY>',
        '<PROPERTY NAME="Name" TYPE="boolean"><VALUE>perhaps</VALUE></PROPERTY>',
        '<PROPERTY NAME="Name" TYPE="string"><VALUE.ARRAY/></PROPERTY>',
        '<PROPERTY NAME="Name" TYPE="string"><VALUE>a</VALUE><VALUE>b</VALUE></PROPERTY>',
        '<PROPERTY NAME="Name" TYPE="string"><VALUE>a<VALUE>b</VALUE></VALUE></PROPERTY>',
        '<PROPERTY NAME="Name" TYPE="uint8"><VALUE>256</VALUE></PROPERTY>',
        '<PROPERTY NAME="Name" TYPE="uint64"><VALUE>-1</VALUE></PROPERTY>',
        '<PROPERTY NAME="Name" TYPE="uint64"><VALUE>18446744073709551616</VALUE></PROPERTY>',
        '<PROPERTY NAME="Name" TYPE="sint8"><VALUE>-129</VALUE></PROPERTY>',
        '<PROPERTY NAME="Name" TYPE="uint8"><VALUE>1_0</VALUE></PROPERTY>',
        '<PROPERTY NAME="Name" TYPE="uint8"><VALUE>\u0663</VALUE></PROPERTY>',
        '<PROPERTY NAME="Name" TYPE="number"><VALUE>1</VALUE></PROPERTY>',
        '<PROPERTY NAME="Name"><VALUE>FALSE</VALUE></PROPERTY>',
        '<PROPERTY TYPE="string"><VALUE>no name</VALUE></PROPERTY>',
        '<PROPERTY.ARRAY NAME="Name" TYPE="uint16"><VALUE>5</VALUE></PROPERTY.ARRAY>',
        '<PROPERTIES NAME="Name" TYPE="boolean"><VALUE>FALSE</VALUE></PROPERTIES>',
        '<PROPERTY NAME="Name" TYPE="boolean"><VALUE>FALSE</VALUE></PROPERTY>'
        '<PROPERTY NAME="name" TYPE="boolean"><VALUE>TRUE</VALUE></PROPERTY>',
        '<PROPERTY.REFERENCE NAME="Name"><VALUE.REFERENCE><CLASSNAME NAME="X"/></VALUE.REFERENCE></PROPERTY.REFERENCE>',
    ],
)
def test_a_wanted_property_that_contradicts_its_type_is_unreadable(answers, xml):
    with pytest.raises(SourceUnreadable):
        one(answers, xml)


def test_keys_come_from_the_name_first(answers):
    row = one(answers, '<PROPERTY NAME="ID" TYPE="string"><VALUE>other</VALUE></PROPERTY>', "ID")
    assert (row["ID"], row.key, row.name.class_name) == ("1", ("1",), "X_Y")


# --- names ---


def reference(role, target):
    return f'<KEYBINDING NAME="{role}"><VALUE.REFERENCE>{target}</VALUE.REFERENCE></KEYBINDING>'


def instance_name(class_name="X_Y", key="1"):
    return (
        f'<INSTANCENAME CLASSNAME="{class_name}"><KEYBINDING NAME="SystemCreationClassName"><KEYVALUE>X_S</KEYVALUE>'
        f'</KEYBINDING><KEYBINDING NAME="DeviceID"><KEYVALUE>{key}</KEYVALUE></KEYBINDING></INSTANCENAME>'
    )


SPACE = '<LOCALNAMESPACEPATH><NAMESPACE NAME="root"/><NAMESPACE NAME="x"/></LOCALNAMESPACEPATH>'


@pytest.mark.parametrize(
    ("target", "namespace"),
    [
        (instance_name(), None),
        (f"<LOCALINSTANCEPATH>{SPACE}{instance_name()}</LOCALINSTANCEPATH>", "root/x"),
        (
            f"<INSTANCEPATH><NAMESPACEPATH><HOST>h</HOST>{SPACE}</NAMESPACEPATH>{instance_name('X_Z')}</INSTANCEPATH>",
            "root/x",
        ),
    ],
)
def test_an_association_names_both_ends_however_they_are_spelled(answers, target, namespace):
    ends = reference("Antecedent", target) + reference("Dependent", instance_name(key="2"))
    (name,) = names(answers, f'<IRETURNVALUE><INSTANCENAME CLASSNAME="X_A">{ends}</INSTANCENAME></IRETURNVALUE>')
    assert name.ends("Antecedent", "Dependent") == (("1",), ("2",))
    assert name.reference("antecedent").namespace == namespace


def test_a_name_may_have_one_key_alone_or_none(answers):
    found = names(
        answers,
        '<IRETURNVALUE><INSTANCENAME CLASSNAME="A"><KEYVALUE>7</KEYVALUE></INSTANCENAME><INSTANCENAME CLASSNAME="B"/>'
        "</IRETURNVALUE>",
    )
    assert [name.key for name in found] == [("7",), ()]


def test_no_return_value_and_an_empty_one_are_no_instances(answers):
    assert instances(answers, "") == instances(answers, "<IRETURNVALUE/>") == []
    assert names(answers, "") == names(answers, "<IRETURNVALUE></IRETURNVALUE>") == []


# --- errors ---


def test_an_error_is_the_cim_error(answers):
    with pytest.raises(SourceFailed, match="CIM_ERR_INVALID_CLASS: no CIM_X") as caught:
        instances(answers, '<ERROR CODE="5" DESCRIPTION="no CIM_X"/>')
    assert caught.value.status == 5


def test_access_denied_is_a_refusal(answers):
    with pytest.raises(SourceRefused):
        names(answers, '<ERROR CODE="2"/>')


@pytest.mark.parametrize(
    "content",
    [
        "<IRETURNVALUE>{good}<ERROR CODE='1' DESCRIPTION='broke'/></IRETURNVALUE>",
        "<IRETURNVALUE>{good}</IRETURNVALUE><ERROR CODE='1' DESCRIPTION='broke'/>",
        "<ERROR CODE='1' DESCRIPTION='broke'/><IRETURNVALUE>{good}</IRETURNVALUE>",
    ],
)
def test_an_error_beside_instances_is_an_error_and_no_short_list(answers, content):
    with pytest.raises(SourceFailed, match="broke"):
        instances(answers, content.format(good=NAMED.format("")))


@pytest.mark.parametrize("code", ["", "five", "1_0", "9" * 5000])
def test_an_error_whose_code_cannot_be_read_is_unreadable(answers, code):
    with pytest.raises(SourceUnreadable):
        names(answers, f'<ERROR CODE="{code}"/>')


@pytest.mark.parametrize(
    "content",
    [
        "<IRETURNVALUE>{good}<VALUE.OBJECTWITHPATH/>{good}</IRETURNVALUE>",
        "<IRETURNVALUE><INSTANCE CLASSNAME='X'/>{good}</IRETURNVALUE>",
        "<IRETURNVALUE>{good}<X/></IRETURNVALUE>",
        "<RETURNVALUE>{good}</RETURNVALUE>",
    ],
)
def test_what_is_no_instance_among_instances_is_unreadable_and_never_skipped(answers, content):
    with pytest.raises(SourceUnreadable):
        instances(answers, content.format(good=NAMED.format("")))


@pytest.mark.parametrize(
    ("declared", "text"),
    [
        ("<!DOCTYPE CIM [<!ENTITY a 'b'>]>", "60&a;97"),
        ("<!DOCTYPE CIM [<!ENTITY a SYSTEM 'file:///etc/hostname'>]>", "60&a;97"),
        ("<!DOCTYPE CIM SYSTEM 'http://127.0.0.1:9/cim.dtd'>", "60&a;97"),
        ("<!DOCTYPE CIM [<!ENTITY a 'b'>]>", "6097"),
        ("<!DOCTYPE CIM [<!ELEMENT VALUE ANY>]>", "6097"),
    ],
)
def test_entities_are_never_left_out_of_a_value_unseen(answers, declared, text):
    value = NAMED.format(f'<PROPERTY NAME="Name" TYPE="string"><VALUE>{text}</VALUE></PROPERTY>')
    document = answers.envelope("EnumerateInstances", f"<IRETURNVALUE>{value}</IRETURNVALUE>")
    with pytest.raises(SourceUnreadable):
        list(
            decode_instances(
                "s", "EnumerateInstances", [document.replace("<CIM ", f"{declared}<CIM ").encode()], ["Name"]
            )
        )


def test_a_document_type_that_only_names_one_is_read(answers):
    document = answers.envelope("EnumerateInstances", GOOD).replace("<CIM ", "<!DOCTYPE CIM SYSTEM 'cim.dtd'><CIM ")
    assert len(list(decode_instances("s", "EnumerateInstances", [document.encode()], ()))) == 3


@pytest.mark.parametrize(("depth", "breadth"), [(100_000, 1), (200, 1), (1, 100_000)])
def test_masses_of_elements_are_unreadable(answers, depth, breadth):
    with pytest.raises(SourceUnreadable):
        names(answers, "<IRETURNVALUE>" + ("<A>" * depth + "</A>" * depth) * breadth + "</IRETURNVALUE>")


GOOD = "<IRETURNVALUE>" + NAMED.format("") * 3 + "</IRETURNVALUE>"


def test_an_answer_cut_anywhere_is_unreadable(answers):
    document = answers.envelope("EnumerateInstances", GOOD)
    for length in range(0, len(document), 11):
        with pytest.raises(SourceUnreadable):
            list(decode_instances("s", "EnumerateInstances", [document[:length].encode()], ()))


@pytest.mark.parametrize(
    "document",
    [
        "",
        "<html><body>Sign in</body></html>",
        "<CIM><MESSAGE/></CIM>",
        "not XML",
        "<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><CIM>&b;</CIM>",
    ],
)
def test_what_is_no_response_is_unreadable(document):
    with pytest.raises(SourceUnreadable):
        list(decode_names("s", "EnumerateInstanceNames", [document.encode()]))


def test_the_answer_to_another_question_is_unreadable(answers):
    with pytest.raises(SourceUnreadable, match="GetInstance"):
        list(decode_names("s", "EnumerateInstanceNames", [answers.envelope("GetInstance", "").encode()]))


KEY = "<KEYBINDING NAME='ID'><KEYVALUE>1</KEYVALUE></KEYBINDING>"


@pytest.mark.parametrize(
    "broken",
    [
        "<INSTANCENAME/>",
        "<INSTANCENAME CLASSNAME='X'><VALUE/></INSTANCENAME>",
        f"<INSTANCENAME CLASSNAME='X'>{KEY}{KEY}</INSTANCENAME>",
        "<INSTANCENAME CLASSNAME='X'><KEYBINDING NAME='ID'/></INSTANCENAME>",
        f"<INSTANCENAME CLASSNAME='X'><KEYBINDING NAME='ID'>{'<KEYVALUE>1</KEYVALUE>' * 2}</KEYBINDING></INSTANCENAME>",
        "<INSTANCENAME CLASSNAME='X'><KEYBINDING NAME='ID'><KEYVALUE>1<X/></KEYVALUE></KEYBINDING></INSTANCENAME>",
    ],
)
def test_a_malformed_name_is_unreadable(answers, broken):
    with pytest.raises(SourceUnreadable):
        names(answers, f"<IRETURNVALUE>{broken}</IRETURNVALUE>")


def test_rows_come_before_the_answer_is_complete(answers):
    document = answers.envelope("EnumerateInstances", GOOD).encode()
    given_out = []

    def chunks():
        for chunk in cut(document, 40):
            given_out.append(chunk)
            yield chunk

    next(iter(decode_instances("s", "EnumerateInstances", chunks(), ())))
    assert sum(map(len, given_out)) < len(document) / 2 + 200


def test_a_property_may_have_the_name_of_a_type(answers):
    xml = NAMED.format('<PROPERTY TYPE="uint8" NAME="string"><VALUE>5</VALUE></PROPERTY>')
    (row,) = instances(answers, f"<IRETURNVALUE>{xml}</IRETURNVALUE>", ("uint8", "string"))
    assert (row["string"], row["uint8"]) == (5, None)


@pytest.mark.parametrize(
    "content",
    [
        "<INSTANCE CLASSNAME='X'/><INSTANCENAME CLASSNAME='X'/>",
        "<INSTANCENAME CLASSNAME='X'/><CLASS NAME='X'/>",
        "<X/><INSTANCE CLASSNAME='X'/>",
    ],
)
def test_an_instance_of_other_parts_is_unreadable(answers, content):
    with pytest.raises(SourceUnreadable):
        instances(answers, f"<IRETURNVALUE><VALUE.NAMEDINSTANCE>{content}</VALUE.NAMEDINSTANCE></IRETURNVALUE>")


MEASURED = """
import resource, sys
from vasa_cim.cim.decoder import decode, instances_form

def chunks(count):
    text = "<VALUE>" + "x" * 200 + "</VALUE>"
    row = (
        "<VALUE.NAMEDINSTANCE><INSTANCENAME CLASSNAME='X'/><INSTANCE CLASSNAME='X'>"
        + "".join(f"<PROPERTY NAME='P{number}' TYPE='string'>{text}</PROPERTY>" for number in range(5))
        + "</INSTANCE></VALUE.NAMEDINSTANCE>"
    )
    yield b"<CIM><MESSAGE><SIMPLERSP><IMETHODRESPONSE NAME='EnumerateInstances'><IRETURNVALUE>"
    for _ in range(count // 40):
        yield (row * 40).encode()
    yield b"</IRETURNVALUE></IMETHODRESPONSE></SIMPLERSP></MESSAGE></CIM>"

def peak(count):
    found = sum(1 for _ in decode("s", "EnumerateInstances", chunks(count), instances_form(["P1", "P2"])))
    assert found == count, found
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

print(peak(400), peak(20_000))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere ru_maxrss is in another unit")
def test_memory_does_not_grow_with_the_answer():
    done = subprocess.run([sys.executable, "-c", MEASURED], capture_output=True, text=True, check=True)
    small, large = map(int, done.stdout.split())
    assert large - small < 4 * 1024, "KB more for an answer of 27 MB"
