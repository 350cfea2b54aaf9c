"""The streaming decoder against pywbem's client on generated answers: what both read is the same.

An answer is made of pywbem's objects, and then spelled in one of the many ways that DSP0201 allows: attributes in any
order, qualifiers and origins, comments and blanks between elements, CDATA and references to characters.
"""

import math
import random
import re
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape, quoteattr

import pytest
import pywbem
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pywbem._tupleparse import TupleParser

from vasa_cim.cim.decoder import NAMES, PULLED_PATHS, decode, instances_form, pulled_instances_form
from vasa_cim.cim.rows import ObjectName
from vasa_cim.errors import SourceError

pytestmark = pytest.mark.filterwarnings("ignore::pywbem.Warning")
NAMESPACE = "root/x"

# --- pywbem's objects ---

CHARACTERS = st.characters(exclude_categories=("Cs",), exclude_characters="\x00\ufffe\uffff", min_codepoint=32)
TEXT = st.one_of(st.text(CHARACTERS, max_size=12), st.sampled_from(["", " ", " a ", "<&>\"'", "]]>", "容量 Größe 🗄"]))
WORD = st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=6)
MOMENTS = st.one_of(
    st.datetimes(timezones=st.just(UTC), min_value=datetime(1970, 1, 1)),
    st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=9999)),
).map(pywbem.CIMDateTime)
SCALARS = {
    "string": TEXT,
    "char16": st.text(CHARACTERS, min_size=1, max_size=1).filter(lambda one: ord(one) < 65536),
    "boolean": st.booleans(),
    "datetime": MOMENTS,
    "real32": st.floats(width=32),
    "real64": st.floats(),
}
for _bits in (8, 16, 32, 64):
    SCALARS[f"uint{_bits}"] = st.one_of(st.integers(0, 2**_bits - 1), st.just(2**_bits - 1))
    SCALARS[f"sint{_bits}"] = st.integers(-(2 ** (_bits - 1)), 2 ** (_bits - 1) - 1)
KEYS = st.one_of(TEXT, st.integers(0, 2**64 - 1).map(pywbem.Uint64), st.booleans(), MOMENTS)


def paths(keys):
    """Return paths with these keys, which name a namespace, a host and a namespace, or neither."""
    return st.builds(
        lambda name, bindings, space: pywbem.CIMInstanceName(f"X_{name}", bindings, namespace=space[0], host=space[1]),
        WORD,
        st.dictionaries(WORD.map(lambda word: f"K{word}"), keys, min_size=1, max_size=3),
        st.sampled_from([(None, None), (NAMESPACE, None), ("root/ä b/c", None), (NAMESPACE, "host.example:5989")]),
    )


REFERENCES = paths(st.one_of(KEYS, paths(KEYS)))


@st.composite
def embedded(draw):
    """An instance or class that is the value of a property."""
    kind = draw(st.sampled_from(["instance", "object"]))
    if kind == "object" and draw(st.booleans()):
        value = pywbem.CIMClass("X_Class", [pywbem.CIMProperty("P", None, type="uint8")])
    else:
        value = pywbem.CIMInstance("X_Part", {"Name": draw(TEXT), "Size": pywbem.Uint32(draw(st.integers(0, 99)))})
    return kind, value


@st.composite
def properties(draw, name):
    """A property of this name, of any type and form, and perhaps NULL."""
    form = draw(st.sampled_from(["scalar", "array", "reference", "embedded", "embedded array"]))
    null = draw(st.integers(0, 5)) == 0
    if form == "reference":
        value = None if null else draw(REFERENCES)
        return pywbem.CIMProperty(name, value, type="reference", reference_class="X_End")
    if form.startswith("embedded"):
        kind, value = draw(embedded())
        array = form == "embedded array"
        whole = [value, draw(embedded())[1]] if array and kind == "object" else [value] if array else value
        return pywbem.CIMProperty(name, None if null else whole, type="string", embedded_object=kind, is_array=array)
    kind = draw(st.sampled_from(sorted(SCALARS)))
    if form == "scalar":
        return pywbem.CIMProperty(name, None if null else draw(SCALARS[kind]), type=kind)
    item = SCALARS[kind]
    if kind == "string":  # pywbem cannot read NULLs among items of other types
        item = st.one_of(st.none(), item)
    items = st.lists(item, max_size=4)
    return pywbem.CIMProperty(name, None if null else draw(items), type=kind, is_array=True)


ASKED = ("Alpha", "BETA", "gamma")


@st.composite
def instances(draw):
    """An instance with its path; it has some of the properties that are asked for, in any case, and others."""
    names = [name for name in ("alpha", "Beta", "GAMMA", "Delta") if draw(st.booleans())]
    made = [draw(properties(name)) for name in names]
    for each in made:
        if draw(st.booleans()):
            each.class_origin, each.propagated = "X_Origin", draw(st.booleans())
        if draw(st.booleans()):
            each.qualifiers["Description"] = pywbem.CIMQualifier("Description", draw(TEXT))
    path = draw(REFERENCES)
    path.namespace, path.host = NAMESPACE, "host"
    instance = pywbem.CIMInstance(path.classname, made, path=path)
    if draw(st.booleans()):
        instance.qualifiers["Association"] = pywbem.CIMQualifier("Association", True)
    return instance


# --- their spelling ---


class Speller:
    """Writes elements of a document in ways that mean the same."""

    def __init__(self, choose):
        self.choose = choose

    def element(self, node):
        attributes = [f"{name}={quoteattr(value)}" for name, value in node.attributes.items()]
        if self.choose(3) == 0:
            attributes.reverse()
        content = "".join(self.child(node, one) for one in node.childNodes)
        start = " ".join([node.tagName, *attributes])
        if not content and self.choose(2):
            return f"<{start}/>"
        return f"<{start}>{content}</{node.tagName}>"

    def child(self, parent, node):
        if node.nodeType == node.ELEMENT_NODE:
            return self.between() + self.element(node) + self.between()
        return "".join(map(self.text, re.split("(?<=.)(?=.)", node.data, maxsplit=2)))

    def text(self, text):
        way = self.choose(8)
        if way == 0:
            return "".join(f"&#{ord(one)};" for one in text)
        if way == 1 and "]]>" not in text:
            return f"<![CDATA[{text}]]>"
        return escape(text, {"\r": "&#13;"}) + ("<!-- in between -->" if way == 2 else "")

    def between(self):
        return ("", "", "", "", "\n  ", "<!-- in between -->", "\t\r\n", "<?in between?>")[self.choose(8)]


def document(operation, content):
    return (
        '<?xml version="1.0" encoding="utf-8" ?><CIM CIMVERSION="2.0" DTDVERSION="2.0">'
        f'<MESSAGE ID="1" PROTOCOLVERSION="1.0"><SIMPLERSP><IMETHODRESPONSE NAME="{operation}">{content}'
        "</IMETHODRESPONSE></SIMPLERSP></MESSAGE></CIM>"
    ).encode()


@st.composite
def spelled(draw, make):
    """The elements that `make` returns, as one text."""
    chance = random.Random(draw(st.integers(0, 2**32)))
    speller = Speller(chance.randrange)
    return [speller.element(each) for each in make(draw)]


def written(strategy, write):
    return spelled(lambda draw: [write(each) for each in draw(st.lists(strategy, max_size=3))])


CUTS = st.integers(1, 200)
INSTANCES = written(
    instances(),
    lambda each: pywbem._cim_xml.VALUE_NAMEDINSTANCE(
        each.path.tocimxml(ignore_host=True, ignore_namespace=True), each.tocimxml(ignore_path=True)
    ),
)
PATHED = written(
    instances(),
    lambda each: pywbem._cim_xml.VALUE_INSTANCEWITHPATH(each.path.tocimxml(), each.tocimxml(ignore_path=True)),
)
OWN_NAMES = written(REFERENCES, lambda each: each.tocimxml(ignore_host=True, ignore_namespace=True))
ENDS = st.sampled_from([("TRUE", None), ("true", ""), ("FALSE", "con&text"), (None, "context")])


# --- the two readers ---


class Canned:
    """Gives pywbem's client one answer, whatever it asks."""

    def __init__(self, content):
        self.status_code, self.reason, self.headers = 200, "OK", {"Content-type": "application/xml"}
        self.content, self.text = content, content.decode("utf-8", "replace")

    def post(self, *args, **options):
        return self

    def close(self):
        """Nothing is open."""


def pywbem_client(answer):
    client = pywbem.WBEMConnection("http://127.0.0.1:1", default_namespace=NAMESPACE)
    client.session.close()
    client.session = Canned(answer)
    return client


def cut(answer, size):
    return [answer[at : at + size] for at in range(0, len(answer), size)]


def plain_key(value):
    if isinstance(value, pywbem.CIMInstanceName | ObjectName):
        return plain_path(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def plain_path(path):
    """Return a path as plain values; pywbem turns keys into their types, and the decoder leaves them as texts."""
    if isinstance(path, ObjectName):
        return path.class_name, path.namespace, {name: _folded_truth(key) for name, key in path.bindings.items()}
    keys = {(name or "").lower(): _folded_truth(key) for name, key in path.keybindings.items()}
    return path.classname, path.namespace, keys


def _folded_truth(key):
    plain = plain_key(key)
    return plain.lower() if plain in ("TRUE", "FALSE") else plain


def plain(value, like):
    """Return a value as plain values; `like` is pywbem's, which says what a text is to be read as."""
    if isinstance(value, list | tuple):
        return [plain(one, other) for one, other in zip(value, like, strict=True)]
    if isinstance(value, pywbem.CIMInstanceName | ObjectName):
        return plain_path(value)
    if isinstance(like, pywbem.CIMInstance | pywbem.CIMClass) and isinstance(value, str):
        return TupleParser().parse_embeddedObject(value)
    if isinstance(value, pywbem.CIMDateTime):
        return str(value)
    return "NaN" if isinstance(value, float) and math.isnan(value) else value


def assert_same_rows(rows, theirs):
    assert [plain_path(row.name)[::2] for row in rows] == [plain_path(one.path)[::2] for one in theirs]
    assert {row.name.namespace for row in rows} <= {None}
    for row, instance in zip(rows, theirs, strict=True):
        for name in ASKED:
            if name.lower() not in row.name.bindings:
                assert plain(row[name], instance.get(name)) == plain(instance.get(name), instance.get(name))


# --- the properties ---

settings.register_profile("differential", deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
DIFFERENTIAL = settings(settings.get_profile("differential"))


@DIFFERENTIAL
@given(INSTANCES, CUTS)
def test_enumerated_instances_are_the_same(elements, size):
    answer = document("EnumerateInstances", f"<IRETURNVALUE>{''.join(elements)}</IRETURNVALUE>")
    rows = list(decode("s", "EnumerateInstances of X", cut(answer, size), instances_form(ASKED)))
    assert_same_rows(rows, pywbem_client(answer).EnumerateInstances("X"))


@DIFFERENTIAL
@given(OWN_NAMES, CUTS)
def test_enumerated_names_are_the_same(elements, size):
    answer = document("EnumerateInstanceNames", f"<IRETURNVALUE>{''.join(elements)}</IRETURNVALUE>")
    names = list(decode("s", "EnumerateInstanceNames of X", cut(answer, size), NAMES))
    theirs = pywbem_client(answer).EnumerateInstanceNames("X")
    assert [plain_path(name)[::2] for name in names] == [plain_path(one)[::2] for one in theirs]


def output(name, kind, value):
    content = "" if value is None else f"<VALUE>{escape(value)}</VALUE>"
    return f'<PARAMVALUE NAME="{name}" PARAMTYPE="{kind}">{content}</PARAMVALUE>'


def ends_of(ended, context):
    end = "" if ended is None else output("EndOfSequence", "boolean", ended)
    return end + output("EnumerationContext", "string", context)


def assert_same_ends(outputs, theirs):
    assert outputs.get("endofsequence", "false").lower() == str(theirs.eos).lower()
    if theirs.context is not None:
        assert outputs["enumerationcontext"] == theirs.context[0]


@DIFFERENTIAL
@given(PATHED, ENDS, CUTS)
def test_pulled_instances_and_what_is_told_of_the_rest_are_the_same(elements, ends, size):
    answer = document("OpenEnumerateInstances", f"<IRETURNVALUE>{''.join(elements)}</IRETURNVALUE>{ends_of(*ends)}")
    outputs = {}
    form = pulled_instances_form(ASKED)
    rows = list(decode("s", "OpenEnumerateInstances of X", cut(answer, size), form, outputs))
    theirs = pywbem_client(answer).OpenEnumerateInstances("X", MaxObjectCount=9)
    assert_same_rows(rows, theirs.instances)
    assert_same_ends(outputs, theirs)


@DIFFERENTIAL
@given(written(instances(), lambda each: each.path.tocimxml()), ENDS, CUTS)
def test_pulled_paths_and_what_is_told_of_the_rest_are_the_same(elements, ends, size):
    content = f"<IRETURNVALUE>{''.join(elements)}</IRETURNVALUE>{ends_of(*ends)}"
    answer = document("OpenEnumerateInstancePaths", content)
    outputs = {}
    names = list(decode("s", "OpenEnumerateInstancePaths of X", cut(answer, size), PULLED_PATHS, outputs))
    theirs = pywbem_client(answer).OpenEnumerateInstancePaths("X", MaxObjectCount=9)
    assert [plain_path(name)[::2] for name in names] == [plain_path(one)[::2] for one in theirs.paths]
    assert_same_ends(outputs, theirs)


DAMAGE = st.tuples(st.floats(0, 1), st.integers(0, 12), st.sampled_from(["", "<", ">", "/", "0", "VALUE", " ", "é"]))


@settings(DIFFERENTIAL, max_examples=120)
@given(INSTANCES, DAMAGE)
@example([], (0.5, 3, ""))
def test_a_damaged_answer_is_refused_or_read_as_pywbem_reads_it(elements, damage):
    answer = document("EnumerateInstances", f"<IRETURNVALUE>{''.join(elements)}</IRETURNVALUE>").decode()
    at = int(damage[0] * len(answer))
    damaged = (answer[:at] + damage[2] + answer[at + damage[1] :]).encode()
    try:
        rows = list(decode("s", "EnumerateInstances of X", [damaged], instances_form(ASKED)))
    except SourceError:
        return
    try:
        theirs = pywbem_client(damaged).EnumerateInstances("X")
    except (pywbem.Error, AssertionError, LookupError):
        return
    assert_same_rows(rows, theirs)
