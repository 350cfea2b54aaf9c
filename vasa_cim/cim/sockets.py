"""Opening sockets to a CIMOM so that another thread can end whatever waits on them.

A thread that waits in connect, handshake or read cannot be stopped; its socket can be shut down, and then it wakes.
`SocketGate` keeps the open sockets of one transport; closing it shuts them all and lets no new one in.
"""

import errno
import hashlib
import hmac
import os
import selectors
import socket
import ssl
import threading
import time

from vasa_cim.cim.endpoint import Endpoint
from vasa_cim.cim.timed_socket import Overdue
from vasa_cim.errors import SourceUnreachable

CONNECT_TIMEOUT = 10.0
HANDSHAKE_TIMEOUT = 30.0
_SLICE = 0.2
_PENDING = frozenset({0, errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EAGAIN})


class SocketGate:
    """The sockets in use, and whether more may be opened. Safe for all threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._closed = False

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed

    def admit(self, opened: socket.socket) -> bool:
        """Take a connected socket into care; False if the gate is closed already."""
        with self._lock:
            if not self._closed:
                self._open.add(opened)
            return not self._closed

    def dismiss(self, opened: socket.socket) -> None:
        """Forget a socket that its owner is about to close."""
        with self._lock:
            self._open.discard(opened)

    def close(self) -> None:
        """Shut all sockets down, which wakes the threads that wait on them. Their owners close them."""
        with self._lock:
            self._closed = True
            for each in self._open:
                _shut(each)
            self._open.clear()


def _shut(opened: socket.socket) -> None:
    """Shut a socket below TLS: SSLSocket's own `shutdown` would take the TLS state from the thread that reads."""
    try:
        socket.socket.shutdown(opened, socket.SHUT_RDWR)
    except OSError:
        return  # not connected any more: nothing waits on it


def open_socket(endpoint: Endpoint, gate: SocketGate, timeout: float) -> socket.socket:
    """Return a connected socket, in TLS where the endpoint wants it, whose server is verified and in the gate's care.

    Nothing but the handshake has been sent: a server that is not trusted never sees a credential. `timeout` is in
    seconds, for each of connecting and handshake. Raises SourceUnreachable.
    """
    try:
        plain = _connect(endpoint, gate, min(timeout, CONNECT_TIMEOUT))
        plain.settimeout(min(timeout, HANDSHAKE_TIMEOUT))
        if endpoint.tls is None:
            return _admitted(endpoint, gate, plain)
        return _secured(endpoint, gate, plain, endpoint.tls)
    except OSError as error:  # ssl.SSLError and socket.gaierror are OSErrors
        raise SourceUnreachable(source=endpoint.source, reason=reason_of(error)) from error
    except UnicodeError as error:  # of getaddrinfo: a label that is empty or too long
        raise SourceUnreachable(source=endpoint.source, reason="the host name is not valid") from error


def _connect(endpoint: Endpoint, gate: SocketGate, timeout: float) -> socket.socket:
    """Try each address of the host until one accepts; each has its share of the time that is left."""
    end = time.monotonic() + timeout
    failure: OSError = OSError(errno.EHOSTUNREACH, "the host has no address")
    addresses = socket.getaddrinfo(endpoint.host, endpoint.port, 0, socket.SOCK_STREAM)
    for tried, (family, kind, protocol, _, address) in enumerate(addresses):
        now = time.monotonic()
        deadline = now + (end - now) / (len(addresses) - tried)
        try:
            return _connected(family, kind, protocol, address, gate, deadline)
        except OSError as error:  # also of a kernel without this family of addresses
            failure = error
    raise failure


def _connected(
    family: int, kind: int, protocol: int, address: object, gate: SocketGate, deadline: float
) -> socket.socket:
    attempt = socket.socket(family, kind, protocol)
    try:
        _connect_in_slices(attempt, address, gate, deadline)
        attempt.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError:
        attempt.close()
        raise
    return attempt


def _connect_in_slices(attempt: socket.socket, address: object, gate: SocketGate, deadline: float) -> None:
    """Connect, looking at the gate several times a second: a socket not yet connected cannot be shut down."""
    attempt.setblocking(False)
    status = attempt.connect_ex(address)  # type: ignore[arg-type]
    if status not in _PENDING:
        raise OSError(status, os.strerror(status))
    while not _writable(attempt, _SLICE):
        if gate.closed:
            raise OSError(errno.ECANCELED, "closed while connecting")
        if time.monotonic() > deadline:
            raise TimeoutError("no answer to the connection request")
    if status := attempt.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
        raise OSError(status, os.strerror(status))


def _writable(attempt: socket.socket, seconds: float) -> bool:
    with selectors.DefaultSelector() as selector:
        selector.register(attempt, selectors.EVENT_WRITE)
        return bool(selector.select(seconds))


def _admitted(endpoint: Endpoint, gate: SocketGate, opened: socket.socket) -> socket.socket:
    if gate.admit(opened):
        return opened
    opened.close()
    raise SourceUnreachable(source=endpoint.source, reason="the connection was closed")


def _secured(endpoint: Endpoint, gate: SocketGate, plain: socket.socket, tls: ssl.SSLContext) -> socket.socket:
    try:
        wrapped = tls.wrap_socket(plain, server_hostname=endpoint.host, do_handshake_on_connect=False)
    except BaseException:
        plain.close()
        raise
    secured = _admitted(endpoint, gate, wrapped)
    try:
        wrapped.do_handshake()
        _check_thumbprint(endpoint, wrapped)
    except BaseException:
        gate.dismiss(wrapped)
        wrapped.close()
        raise
    return secured


def _check_thumbprint(endpoint: Endpoint, secured: ssl.SSLSocket) -> None:
    if endpoint.thumbprint is None:
        return
    found = hashlib.sha256(secured.getpeercert(binary_form=True) or b"").hexdigest()
    if not hmac.compare_digest(found, endpoint.thumbprint):
        reason = f"its certificate has the SHA-256 thumbprint {found}, not the configured one"
        raise SourceUnreachable(source=endpoint.source, reason=reason)


def reason_of(error: OSError) -> str:
    """Return why a connection failed, in words for a person."""
    if isinstance(error, ssl.SSLCertVerificationError):
        why = error.verify_message or error.reason
        return f"its certificate is not trusted: {why} (if it is the right one, give ca or thumbprint)"
    if isinstance(error, Overdue):
        return "its answer took too long"
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    if isinstance(error, ssl.SSLError):
        return f"TLS failed: {error.reason or error}"
    if isinstance(error, socket.gaierror):
        return f"the host name is unknown: {error.strerror}"
    return (error.strerror or str(error) or type(error).__name__).lower()
