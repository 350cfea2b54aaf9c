"""The same CIM objects as other servers spell or refuse them on the wire must give the same inventory.

A proxy between the bridge and a mock CIMOM rewrites every answer: names in other cases, references with hosts or
without a namespace, pretty-printed XML, CDATA, key values without types.
"""

import html
import importlib.util
import re
import threading
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from lxml import etree

import mock_cimom
from vasa_cim.adapter import Reading, Source
from vasa_cim.adapters.block.adapter import BlockAdapter
from vasa_cim.adapters.file.adapter import FileAdapter

ESTATES = Path(__file__).resolve().parents[1] / "estates"
ADAPTERS = {"ecom_proxy": BlockAdapter, "hitachi_hdvm": BlockAdapter, "emc_celerra": FileAdapter}
LOCAL_PATH = re.compile(
    "<LOCALINSTANCEPATH>(<LOCALNAMESPACEPATH>.*?</LOCALNAMESPACEPATH>)(<INSTANCENAME .*?</INSTANCENAME>)"
    "</LOCALINSTANCEPATH>"
)


def names_in_lower_case(text):
    properties = r"(?:PROPERTY|PROPERTY\.ARRAY|PROPERTY\.REFERENCE|KEYBINDING) NAME"
    named = rf'(?<=<)({properties}|(?:INSTANCE|INSTANCENAME) CLASSNAME)="(.*?)"'
    return re.sub(named, lambda match: f'{match[1]}="{match[2].lower()}"', text)


def names_in_upper_case(text):
    named = r'(?<=<)(KEYBINDING NAME|INSTANCENAME CLASSNAME)="(.*?)"'
    return re.sub(named, lambda match: f'{match[1]}="{match[2].upper()}"', text)


def references_with_hosts(text):
    whole = r"<INSTANCEPATH><NAMESPACEPATH><HOST>192.0.2.77:5989</HOST>\1</NAMESPACEPATH>\2</INSTANCEPATH>"
    return LOCAL_PATH.sub(whole, text)


def references_without_namespace(text):
    return LOCAL_PATH.sub(r"\2", text)


def pretty_printed(text):
    return re.sub(r"><(?!/VALUE>|/KEYVALUE>)", ">\r\n  <", text)


def values_as_cdata(text):
    def one(match):
        plain = html.unescape(match[1])
        return f"<VALUE><![CDATA[{plain}]]></VALUE>" if plain and "]]>" not in plain else match[0]

    return re.sub(r"<VALUE>([^<]*)</VALUE>", one, text)


def keys_without_types(text):
    return text.replace(' VALUETYPE="string"', "")


def letters_as_references(text):
    return "".join(letter if ord(letter) < 128 else f"&#x{ord(letter):X};" for letter in text)


def everything_twice(text):
    return re.sub("(?<=<IRETURNVALUE>)(.*)(?=</IRETURNVALUE>)", r"\1\1", text, flags=re.S)


def backwards(text):
    """The same answer, last object first."""
    root = etree.fromstring(text.encode("utf-8"))
    for returned in root.iter("IRETURNVALUE"):
        returned[:] = returned[::-1]
    return etree.tostring(root, encoding="unicode")


def nothing_is(code):
    """A server that answers with this error where another has an empty list."""

    def spelling(text):
        empty = "<IRETURNVALUE></IRETURNVALUE>.*?(?=</IMETHODRESPONSE>)"
        return re.sub(empty, f'<ERROR CODE="{code}"/>', text, flags=re.S)

    spelling.__name__ = f"nothing_is_error_{code}"
    return spelling


def no_pulls(text):
    """A server of the classic operations alone."""
    opened = '(<IMETHODRESPONSE NAME="Open[^>]*>).*(?=</IMETHODRESPONSE>)'
    return re.sub(opened, r'\1<ERROR CODE="7" DESCRIPTION="not here"/>', text, flags=re.S)


ABSENT = (4, 5, 6, 7, 16)  # invalid parameter, invalid class, not found, not supported, method not available
SPELLINGS = (names_in_lower_case, names_in_upper_case, references_with_hosts, references_without_namespace,
             pretty_printed, values_as_cdata, keys_without_types, letters_as_references, no_pulls, everything_twice,
             backwards, *map(nothing_is, ABSENT))  # fmt: skip


@contextmanager
def spelled(url, spelling):
    """A proxy to `url` that rewrites the answers: its URL, and a list with a True for each answer changed."""
    target = urlsplit(url)
    changed = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        wbufsize = -1

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "te")}
            behind = HTTPConnection(target.hostname, target.port, timeout=30)
            behind.request("POST", self.path, body, headers)
            plain = behind.getresponse().read().decode("utf-8")
            behind.close()
            text = spelling(plain)
            changed.append(text != plain)
            self.send_response(200)
            self.send_header("Content-Type", 'application/xml; charset="utf-8"')
            self.send_header("CIMOperation", "MethodResponse")
            self.send_header("Content-Length", str(len(text.encode("utf-8"))))
            self.end_headers()
            self.wfile.write(text.encode("utf-8"))

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", changed
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def read(cimom, adapter_class, url):
    adapter = adapter_class(Source(name="array", url=url, user=cimom.user, password=cimom.password))
    try:
        found = adapter.read(Reading())
    finally:
        adapter.close()
    return {name: value for name, value in vars(found).items() if name != "read_at"}


def namespace_of(script):
    spec = importlib.util.spec_from_file_location(f"spelled_{script.stem}", script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.NAMESPACE


@pytest.fixture(scope="module", params=sorted(ADAPTERS))
def plain(request):
    script = ESTATES / f"{request.param}.py"
    with mock_cimom.running(None, mock_files=[script], default_namespace=namespace_of(script)) as cimom:
        yield cimom, ADAPTERS[request.param], read(cimom, ADAPTERS[request.param], cimom.url)


@pytest.mark.parametrize("spelling", SPELLINGS, ids=lambda one: one.__name__)
def test_the_inventory_does_not_depend_on_spelling(plain, spelling):
    cimom, adapter_class, expected = plain
    assert expected["arrays"]
    with spelled(cimom.url, spelling) as (url, changed):
        found = read(cimom, adapter_class, url)
    assert any(changed)
    for name, value in expected.items():
        assert found[name] == value, name
