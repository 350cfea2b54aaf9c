"""HTTP to one CIMOM: one connection at a time, kept between requests, that another thread can close.

Bulk reading and pywbem share this transport, so there is one place that trusts certificates, counts time, and gives
sockets back. No proxy, certificate bundle or password file named by the environment plays a part.

Every exchange ends, whatever the server does: by silence, by time, by size.
"""

import http.client
import selectors
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from vasa_cim.cim.endpoint import Endpoint
from vasa_cim.cim.sockets import SocketGate, open_socket, reason_of
from vasa_cim.cim.timed_socket import TimedSocket
from vasa_cim.errors import SourceUnreachable, SourceUnreadable

PATH = "/cimom"
SMALL_ANSWER = 16 * 2**20
"""Bytes that an answer of a small operation may have; it is held in memory whole."""
BULK_ANSWER = 4 * 2**30
"""Bytes that an enumeration may have: those of more than a million instances."""
BULK_PATIENCE = 4
"""How many times as long as a silence an enumeration may take as a whole."""

_CHUNK = 65536
_REPEATABLE_PREFIXES = ("Enumerate", "Get", "Associator", "Reference", "Open")


class Answer:
    """The answer to one request: its status line and headers, and its body in chunks, to be read once."""

    def __init__(self, endpoint: Endpoint, response: http.client.HTTPResponse, limit: int) -> None:
        self._endpoint = endpoint
        self._response = response
        self._limit = limit
        self.status = response.status
        self.reason = response.reason
        self.headers = response.headers

    def chunks(self) -> Iterator[bytes]:
        """Yield the body. Raises SourceUnreachable if it breaks off before its announced end, SourceUnreadable."""
        received = 0
        while chunk := self._read():
            received += len(chunk)
            if received > self._limit:
                raise SourceUnreadable(source=self._endpoint.source, reason=f"it has more than {self._limit:,} bytes")
            yield chunk
        if self._response.length:
            raise SourceUnreachable(source=self._endpoint.source, reason="it broke off in the middle of an answer")

    def _read(self) -> bytes:
        try:
            return self._response.read(_CHUNK)
        except ValueError as error:  # of http.client: a chunk whose size is no number, or below zero
            raise SourceUnreadable(source=self._endpoint.source, reason="it is cut into chunks wrongly") from error


class Reply:
    """A whole answer in the shape that pywbem expects of `requests`."""

    def __init__(self, answer: Answer) -> None:
        self.status_code = answer.status
        self.reason = answer.reason
        self.headers = answer.headers
        self.content = b"".join(answer.chunks())

    @property
    def text(self) -> str:
        """The body as text."""
        return self.content.decode("utf-8", "replace")


class Transport:
    """The HTTP connection to one CIMOM. Used by one thread; `close` may be called by any."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._gate = SocketGate()
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._connection: http.client.HTTPConnection | None = None
        self._socket: socket.socket | None = None
        self._timed: TimedSocket | None = None
        self._busy = False
        self.requests = 0

    def post(self, url: str, data: bytes, headers: Mapping[str, str], timeout: tuple[float, float]) -> Reply:
        """Send one request for pywbem, which takes this object for its session. `timeout` is (connect, read)."""
        del url
        with self.exchange(data, headers, timeout[1], small=True) as answer:
            return Reply(answer)

    @contextmanager
    def exchange(
        self, body: bytes, headers: Mapping[str, str], timeout: float, *, small: bool = False
    ) -> Iterator[Answer]:
        """Send one request and give its answer; the connection is dropped if its body is not read to the end.

        `timeout` is in seconds of silence; a `small` operation must be done in that time, and its answer be small.
        Raises SourceUnreachable and, where no HTTP comes back or too much of it, SourceUnreadable.
        """
        whole_time, limit = (timeout, SMALL_ANSWER) if small else (timeout * BULK_PATIENCE, BULK_ANSWER)
        self._begin()
        whole = False
        response = None
        try:
            response = self._request(body, headers, timeout, whole_time)
            yield Answer(self._endpoint, response, limit)
            whole = response.isclosed() and not response.will_close
        except OSError as error:
            raise SourceUnreachable(source=self._endpoint.source, reason=reason_of(error)) from error
        except http.client.IncompleteRead as error:
            reason = "it broke off in the middle of an answer"
            raise SourceUnreachable(source=self._endpoint.source, reason=reason) from error
        except http.client.HTTPException as error:
            reason = f"no HTTP answer ({type(error).__name__})"
            raise SourceUnreadable(source=self._endpoint.source, reason=reason) from error
        finally:
            if response is not None:
                response.close()
            self._end(keep=whole)

    @property
    def busy(self) -> bool:
        """Whether an exchange has begun that is not over."""
        return self._busy

    def pause(self, seconds: float) -> None:
        """Wait between two requests. Raises SourceUnreachable if the transport is closed meanwhile."""
        if self._closing.wait(seconds):
            raise SourceUnreachable(source=self._endpoint.source, reason="the connection was closed")

    def close(self) -> None:
        """End the connection and whatever waits on it; later requests raise SourceUnreachable. Idempotent."""
        self._gate.close()
        self._closing.set()
        with self._lock:
            if not self._busy:
                self._drop()

    def _begin(self) -> None:
        with self._lock:
            if self._busy:
                raise RuntimeError("the answer before this request was not read to its end")
            if self._gate.closed:
                raise SourceUnreachable(source=self._endpoint.source, reason="the connection was closed")
            self._busy = True

    def _end(self, *, keep: bool) -> None:
        with self._lock:
            self._busy = False
            if not keep or self._gate.closed:
                self._drop()

    def _drop(self) -> None:
        connection, self._connection, self._timed = self._connection, None, None
        opened, self._socket = self._socket, None
        if opened is not None:
            self._gate.dismiss(opened)
            opened.close()
        if connection is not None:
            connection.close()

    def _request(
        self, body: bytes, headers: Mapping[str, str], silence: float, whole: float
    ) -> http.client.HTTPResponse:
        """Send on the kept connection; if the server had closed it meanwhile, once more on a new one."""
        self.requests += 1
        if self._socket is not None and _has_ended(self._socket):
            self._drop()
        kept = self._connection is not None
        try:
            return self._send(body, headers, silence, whole)
        except (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError, http.client.BadStatusLine):
            if not kept or self._gate.closed or not _repeatable(headers):
                raise
            self._drop()
            return self._send(body, headers, silence, whole)

    def _send(self, body: bytes, headers: Mapping[str, str], silence: float, whole: float) -> http.client.HTTPResponse:
        if self._connection is None or self._timed is None:
            self._socket = open_socket(self._endpoint, self._gate, silence)
            self._timed = TimedSocket(self._socket)
            self._connection = http.client.HTTPConnection(self._endpoint.host, self._endpoint.port)
            self._connection.sock = self._timed
            self._connection.auto_open = 0
        self._timed.allow(silence, whole)
        self._connection.request("POST", PATH, body=body, headers=dict(headers))
        return self._connection.getresponse()


def _has_ended(opened: socket.socket) -> bool:
    """Return whether a kept connection was closed by the server: it is readable though nothing was asked.

    Found out before, because not every request may be sent again after it failed.
    """
    with selectors.DefaultSelector() as selector:
        selector.register(opened, selectors.EVENT_READ)
        return bool(selector.select(0))


def _repeatable(headers: Mapping[str, str]) -> bool:
    """Return whether sending this request twice does no harm."""
    return headers.get("CIMMethod", "").startswith(_REPEATABLE_PREFIXES)
