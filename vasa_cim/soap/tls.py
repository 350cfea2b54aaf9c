"""TLS for asyncio through pyOpenSSL: a client certificate is asked for, and any is let in (`vasa-1.0 4.2`).

The standard `ssl` module cuts off a client whose certificate it does not know. asyncio only needs an SSLContext
whose `wrap_bio` returns an object with the methods of `ssl.SSLObject`; here that object stands on a pyOpenSSL
connection with a verify callback that accepts. Whom to trust is decided per request, by the certificate's bytes.
"""

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from OpenSSL import SSL, crypto

from vasa_cim.errors import ConfigurationError

_PIECE = 64 * 1024
"""What is encrypted at once: larger buffers are mapped afresh each time."""
_RECORD = 16 * 1024
_OVERHEAD = 1024
_PARTIAL_WRITE = 0x1
"""SSL_MODE_ENABLE_PARTIAL_WRITE, which pyOpenSSL sets: one record per call, the rest of the data copied each time."""
_CIPHERS = b"ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:DHE+CHACHA20"


class ServerContext(ssl.SSLContext):
    """TLS 1.2 and 1.3 for a server that asks for a client certificate and takes every answer.

    The list of acceptable issuers is empty, so that clients send a certificate whoever issued it. No session is ever
    resumed: a client that tries gets a full handshake, and so shows its certificate again.
    """

    def __new__(cls, certificate_file: Path, key_file: Path) -> "ServerContext":
        return super().__new__(cls, ssl.PROTOCOL_TLS_SERVER)

    def __init__(self, certificate_file: Path, key_file: Path) -> None:
        """Load a PEM chain and its PEM key. Raises ConfigurationError."""
        context = SSL.Context(SSL.TLS_SERVER_METHOD)
        context.set_min_proto_version(SSL.TLS1_2_VERSION)
        context.clear_mode(_PARTIAL_WRITE)
        context.set_options(
            SSL.OP_NO_COMPRESSION | SSL.OP_NO_RENEGOTIATION | SSL.OP_NO_TICKET | SSL.OP_CIPHER_SERVER_PREFERENCE
        )
        context.set_cipher_list(_CIPHERS)
        context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
        context.set_session_id(b"vasa")
        context.set_verify(SSL.VERIFY_PEER, _accept)
        try:
            context.use_certificate_chain_file(str(certificate_file))
        except SSL.Error:
            raise _unusable("certificate_file", certificate_file, "it is no chain of PEM certificates") from None
        try:
            # Tried first, as OpenSSL would ask for the password of a protected key on the terminal.
            load_pem_private_key(key_file.read_bytes(), password=None)
            context.use_privatekey_file(str(key_file))
        except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
            raise _unusable("key_file", key_file, "it is no PEM key without a password") from None
        except SSL.Error:
            raise _unusable("key_file", key_file, "the key does not belong to the certificate") from None
        self._context = context

    def wrap_bio(self, incoming: Any, outgoing: Any, *args: Any, **kwargs: Any) -> Any:
        """Return the TLS state of one connection, between asyncio's two memory buffers."""
        return TlsConnection(self, SSL.Connection(self._context, None), incoming, outgoing)


def _accept(*details: Any) -> bool:
    return True


def _unusable(setting: str, file: Path, reason: str) -> ConfigurationError:
    found = reason if file.is_file() else "there is no such file"
    return ConfigurationError(setting=setting, reason=f"{file} cannot be used: {found}")


class TlsConnection:
    """What asyncio expects of an `ssl.SSLObject`, over a pyOpenSSL connection.

    `certificate` is the DER of the client's leaf certificate, None if it sent none; known after the handshake.
    `peer` is a place for what the server derives from it once per connection.
    """

    __slots__ = (
        "_connection",
        "_incoming",
        "_outgoing",
        "certificate",
        "context",
        "peer",
        "server_hostname",
        "server_side",
    )

    def __init__(
        self, context: ServerContext, connection: SSL.Connection, incoming: ssl.MemoryBIO, outgoing: ssl.MemoryBIO
    ) -> None:
        connection.set_accept_state()
        self._connection = connection
        self._incoming = incoming
        self._outgoing = outgoing
        self.certificate: bytes | None = None
        self.peer: Any = None
        self.context = context
        self.server_side = True
        self.server_hostname: str | None = None

    def do_handshake(self) -> None:
        """Go on with the handshake; raises SSLWantReadError until it is done."""
        self._run(self._connection.do_handshake)
        found = self._connection.get_peer_certificate()
        if found is not None:
            self.certificate = crypto.dump_certificate(crypto.FILETYPE_ASN1, found)

    def read(self, length: int = _RECORD, buffer: Any = None) -> Any:
        """Return decrypted bytes, or put them into `buffer` and return their number; nothing once the peer closed."""
        if buffer is None:
            return self._run(self._connection.recv, min(length, _RECORD), closed=b"", answers=False)
        return self._run(self._connection.recv_into, buffer, min(length, _RECORD), closed=0, answers=False)

    def write(self, data: Any) -> int:
        """Encrypt all of `data` and return its length."""
        if len(data) <= _PIECE:
            self._run(self._connection.send, data)
            return len(data)
        view = memoryview(data)
        for start in range(0, len(view), _PIECE):
            self._run(self._connection.send, view[start : start + _PIECE])
        return len(view)

    def unwrap(self) -> None:
        """Say goodbye; raises SSLWantReadError until the peer has done so too."""
        if not self._run(self._connection.shutdown, closed=True):
            raise ssl.SSLWantReadError(ssl.SSL_ERROR_WANT_READ, "the peer has not closed yet")

    def pending(self) -> int:
        """Return how many decrypted bytes wait to be read."""
        return self._connection.pending()

    def getpeercert(self, binary_form: bool = False) -> Any:
        """Return the client certificate as DER (or None); its parsed form is not offered."""
        return self.certificate if binary_form else {}

    def cipher(self) -> tuple[str, str, int] | None:
        """Return name, protocol and bits of the cipher, as `ssl.SSLObject` does."""
        name = self._connection.get_cipher_name()
        if name is None:
            return None
        return name, self._connection.get_cipher_version() or "", self._connection.get_cipher_bits() or 0

    def version(self) -> str | None:
        """Return the protocol version, for instance `TLSv1.3`."""
        return self._connection.get_protocol_version_name()

    def compression(self) -> None:
        """Return None: there is never compression."""

    def selected_alpn_protocol(self) -> None:
        """Return None: HTTP/1.1 is all there is."""

    def _run(self, step: Callable[..., Any], *args: Any, closed: Any = None, answers: bool = True) -> Any:
        """Take one step with what has arrived, pass on what it made, and speak asyncio's dialect of errors.

        A read hardly ever makes anything (`answers` False); should it, that leaves with the next write.
        """
        if self._incoming.pending:
            self._connection.bio_write(self._incoming.read())
        try:
            return step(*args)
        except SSL.WantReadError:
            raise ssl.SSLWantReadError(ssl.SSL_ERROR_WANT_READ, "more data are needed") from None
        except SSL.WantWriteError:
            raise ssl.SSLWantWriteError(ssl.SSL_ERROR_WANT_WRITE, "there is no room to write") from None
        except SSL.ZeroReturnError:
            return closed
        except SSL.Error as error:
            raise ssl.SSLError(ssl.SSL_ERROR_SSL, f"TLS failed: {error}") from None
        finally:
            if answers:
                self._drain()

    def _drain(self) -> None:
        while True:
            try:
                made = self._connection.bio_read(_PIECE + _OVERHEAD)
            except SSL.WantReadError:
                return
            self._outgoing.write(made)
            if len(made) < _PIECE + _OVERHEAD:
                return
