"""The requests that are measured, and what their answers say."""

from collections.abc import Iterable

from lxml import etree

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
BODY = "http://com.vmware.vim.vasa/1.0/xsd"
DATA = "http://data.vasa.vim.vmware.com/xsd"
PATH = "/vasa/services/vasaService"


def query_storage_luns(ids: Iterable[str]) -> bytes:
    """Return the envelope of queryStorageLuns; ids hold no character that XML would escape."""
    return _envelope("queryStorageLuns", "".join(f"<v:lunUniqueId>{each}</v:lunUniqueId>" for each in ids))


def get_events() -> bytes:
    """Return the envelope of getEvents from the beginning."""
    return _envelope("getEvents", "<v:lastEventId>0</v:lastEventId>")


def _envelope(operation: str, arguments: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<e:Envelope xmlns:e="{SOAP}"><e:Body><v:{operation} xmlns:v="{BODY}">{arguments}</v:{operation}>'
        "</e:Body></e:Envelope>"
    ).encode()


def http_request(operation: str, body: bytes, cookie: str | None, host: str = "127.0.0.1") -> bytes:
    """Return a whole HTTP/1.1 POST that keeps its connection."""
    head = [
        f"POST {PATH} HTTP/1.1",
        f"Host: {host}",
        "Content-Type: text/xml; charset=UTF-8",
        f'SOAPAction: "urn:{operation}"',
        f"Content-Length: {len(body)}",
    ]
    if cookie:
        head.append(f"Cookie: VASASESSIONID={cookie}")
    return "\r\n".join([*head, "", ""]).encode() + body


def returned(answer: bytes) -> list[dict[str, list[str | None]]]:
    """Return the fields of every entity in an answer, to compare answers that spell their XML differently."""
    wrapper = etree.fromstring(answer, etree.XMLParser(huge_tree=True))[0][0]
    found = []
    for item in wrapper:
        fields: dict[str, list[str | None]] = {}
        for child in item:
            fields.setdefault(etree.QName(child).localname, []).append(child.text)
        found.append(fields)
    return found
