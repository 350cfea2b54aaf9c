"""The two ways of reading a list of ids agree on any list."""

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from vasa_cim.errors import InvalidArgument
from vasa_cim.soap import reader
from vasa_cim.soap.names import BODY, XSI
from vasa_cim.soap.reader import Readers
from vasa_cim.soap.service import VasaOperations
from vasa_cim.soap.writer import escape

MESSAGE = VasaOperations.public_methods["query_storage_luns"].in_message
PARSER = etree.XMLParser(remove_comments=True, remove_pis=True)

plain = st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), max_size=8).map(
    lambda text: f"<v:lunUniqueId>{escape(text)}</v:lunUniqueId>"
)
odd = st.sampled_from(
    [
        '<v:lunUniqueId x:nil="1"/>',
        "<v:lunUniqueId/>",
        "<v:lunUniqueId>a<!-- -->b</v:lunUniqueId>",
        "<v:lunUniqueId><![CDATA[a]]>b<![CDATA[c]]></v:lunUniqueId>",
        "<v:lunUniqueId>&amp;x&#65;</v:lunUniqueId>",
        "<v:lunUniqueId><v:y/></v:lunUniqueId>",
        "<v:other/>",
        "<v:lunUniqueId>a</v:lunUniqueId> \n",
        "<v:lunUniqueId>a</v:lunUniqueId>text",
        "<!-- -->",
        "<?pi?>",
    ]
)


def outcome(read, text):
    try:
        return read(etree.fromstring(text, PARSER))
    except InvalidArgument:
        return "refused"


@given(st.lists(st.one_of(plain, plain, plain, odd), min_size=1, max_size=60))
def test_quick_and_thorough_reading_agree(items):
    text = f'<v:queryStorageLuns xmlns:v="{BODY}" xmlns:x="{XSI}">{"".join(items)}</v:queryStorageLuns>'
    quick = Readers().arguments(MESSAGE)
    kept, reader._MANY = reader._MANY, 10**9
    try:
        thorough = outcome(quick, text)
    finally:
        reader._MANY = kept
    assert outcome(quick, text) == thorough


def test_an_empty_body_gives_no_arguments():
    assert Readers().arguments(MESSAGE)(None) == [None]
