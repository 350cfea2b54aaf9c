"""One export request to one listener (DSP0200 5.2.4, 6.3, 7)."""

import asyncio
import itertools
import ssl
from pathlib import Path
from typing import Protocol

import aiohttp
import pywbem

from mock_cimom.encode import embedded_xml
from mock_cimom.xml_tree import NotWellFormedError, RefusedXmlError, TupleTree, parse_xml

TIMEOUT_SECONDS = 15.0
MAX_ANSWER_BYTES = 2**20
HEADERS = {
    "Content-Type": 'application/xml; charset="utf-8"',
    "Accept": "*/*",
    "CIMProtocolVersion": "1.0",
    "CIMExport": "MethodRequest",
    "CIMExportMethod": "ExportIndication",
}
REQUEST = (
    '<?xml version="1.0" encoding="utf-8"?>\n<CIM CIMVERSION="2.0" DTDVERSION="2.0">'
    '<MESSAGE ID="{}" PROTOCOLVERSION="1.0"><SIMPLEEXPREQ><EXPMETHODCALL NAME="ExportIndication">'
    '<EXPPARAMVALUE NAME="NewIndication">{}</EXPPARAMVALUE></EXPMETHODCALL></SIMPLEEXPREQ></MESSAGE></CIM>'
)
ANSWER = ("CIM", "MESSAGE", "SIMPLEEXPRSP", "EXPMETHODRESPONSE")


class DeliveryError(Exception):
    """A listener did not take an indication. The text says why, in one sentence."""


class Sender(Protocol):
    """What the engine sends with. All calls are made on the engine's event loop."""

    async def send(self, url: str, indication: pywbem.CIMInstance) -> None:
        """Deliver one indication. Raises DeliveryError if the listener did not accept it."""

    async def close(self) -> None:
        """Give back what is held open."""


class HttpSender:
    """Sends over HTTP and HTTPS, on kept connections where listeners keep them.

    `verification` is False (any certificate will do, as listeners mostly have one they made themselves), True (one the
    machine trusts) or a file of CA certificates. Raises OSError if that file cannot be read, ssl.SSLError if it holds
    no certificates. `timeout` is the time for one request, in seconds.
    """

    def __init__(self, verification: bool | Path = False, timeout: float = TIMEOUT_SECONDS) -> None:
        self._ssl: ssl.SSLContext | bool = bool(verification)
        if isinstance(verification, Path):
            self._ssl = ssl.create_default_context(cafile=str(verification))
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._session: aiohttp.ClientSession | None = None
        self._numbers = itertools.count(1)

    async def send(self, url: str, indication: pywbem.CIMInstance) -> None:
        """Deliver one indication. Raises DeliveryError."""
        body = export_request(indication, str(next(self._numbers)))
        try:
            answer = await self._post_twice(url, body)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise DeliveryError(_told(error)) from error
        check_answer(answer)

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _post_twice(self, url: str, body: bytes) -> bytes:
        """Post, and once more if the connection broke: a listener may close a kept one as it is used again."""
        try:
            return await self._post(url, body)
        except (aiohttp.ClientConnectorError, aiohttp.ServerTimeoutError):
            raise
        except aiohttp.ClientConnectionError:
            return await self._post(url, body)

    async def _post(self, url: str, body: bytes) -> bytes:
        if self._session is None:
            # Every destination has its queue, which sends one after the other: no limit is needed here.
            connector = aiohttp.TCPConnector(limit=0, ssl=self._ssl)
            self._session = aiohttp.ClientSession(connector=connector, timeout=self._timeout)
        async with self._session.post(url, data=body, headers=HEADERS, allow_redirects=False) as response:
            if response.status != 200:
                said = response.headers.get("CIMError")
                raise DeliveryError(f"HTTP status {response.status}" + (f", CIMError {said}" if said else ""))
            answer = bytearray()
            async for part in response.content.iter_any():
                answer += part
                if len(answer) > MAX_ANSWER_BYTES:
                    raise DeliveryError("the answer is too long")
            return bytes(answer)


def export_request(indication: pywbem.CIMInstance, message_id: str) -> bytes:
    """Return the ExportIndication request, as UTF-8. `message_id` needs no escaping."""
    return REQUEST.format(message_id, embedded_xml(indication)).encode("utf-8")


def check_answer(text: bytes) -> None:
    """Return if the listener accepted the indication. Raises DeliveryError."""
    try:
        element = parse_xml(text)
    except (NotWellFormedError, RefusedXmlError) as error:
        raise DeliveryError(f"the answer cannot be read: {error}") from error
    for name in ANSWER:
        if element[0] != name:
            raise DeliveryError(f"the answer has {element[0][:40]} where {name} is expected")
        error_or_next = _first_child(element)
        if name == ANSWER[-1]:
            break
        if error_or_next is None:
            raise DeliveryError(f"the answer ends with {name}")
        element = error_or_next
    if error_or_next is not None and error_or_next[0] == "ERROR":
        attributes = error_or_next[1]
        raise DeliveryError(f"CIM status {attributes.get('CODE')}: {attributes.get('DESCRIPTION', '')[:200]}")


def _first_child(element: TupleTree) -> TupleTree | None:
    return next((child for child in element[2] if not isinstance(child, str)), None)


def _told(error: Exception) -> str:
    if isinstance(error, asyncio.TimeoutError):
        return "no answer in time"
    return str(error) or type(error).__name__
