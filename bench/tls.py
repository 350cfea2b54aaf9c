"""Certificates and TLS contexts of the benchmarks: stdlib `ssl` for clients and peers, one client certificate."""

import ssl
from dataclasses import dataclass
from pathlib import Path

from vasa_cim.client.identity import ClientIdentity, create_identity
from vasa_cim.clock import SystemClock
from vasa_cim.framework.server_certificate import CERTIFICATE_NAME, KEY_NAME, ensure_server_certificate

CLIENT_NAME = "vcenter"
HOST = "127.0.0.1"


@dataclass(frozen=True)
class Credentials:
    """The files of one run in `directory`: the server's certificate and key, the client's certificate and key."""

    directory: Path

    @property
    def certificate_file(self) -> Path:
        """The server's certificate."""
        return self.directory / CERTIFICATE_NAME

    @property
    def key_file(self) -> Path:
        """The server's key."""
        return self.directory / KEY_NAME

    @property
    def identity(self) -> ClientIdentity:
        """The client's certificate and key."""
        return ClientIdentity(self.directory / f"{CLIENT_NAME}.pem", self.directory / f"{CLIENT_NAME}.key")

    def create(self) -> None:
        """Make all of them."""
        ensure_server_certificate(self.directory, [HOST], SystemClock())
        create_identity(self.directory, CLIENT_NAME)

    def client_context(self) -> ssl.SSLContext:
        """Return a context that shows the client certificate."""
        context = ssl.create_default_context(cafile=str(self.certificate_file))
        context.load_cert_chain(self.identity.certificate_file, self.identity.key_file)
        return context

    def peer_context(self) -> ssl.SSLContext:
        """Return the context of a server on stdlib `ssl`.

        It asks for a client certificate, and knows ours beforehand: one that it does not know it would refuse.
        """
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate_file, self.key_file)
        context.load_verify_locations(self.identity.certificate_file)
        context.verify_mode = ssl.CERT_REQUIRED
        return context
