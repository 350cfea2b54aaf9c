"""vasa-1.0 4.1 and 4.2 at the TLS layer: versions, optional certificates, resumed sessions."""

import socket
import ssl
import warnings

import pytest
from OpenSSL import SSL

VERSIONS = [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]


def only(wire, version):
    with warnings.catch_warnings():
        # The standard library calls TLS 1.1 deprecated, which is why it is asked for here.
        warnings.simplefilter("ignore", DeprecationWarning)
        wire.context.minimum_version = wire.context.maximum_version = version
    return wire


@pytest.fixture(params=VERSIONS, ids=["TLS 1.2", "TLS 1.3"])
def version(request):
    return request.param


def ask(wire, sock, soap, operation, children, cookie=None):
    body = soap.envelope(f"<v:{operation}>{children}</v:{operation}>")
    head = f"POST {wire.path} HTTP/1.1\r\nHost: {wire.host}\r\nContent-Length: {len(body)}\r\n"
    for name, value in soap.headers(action=f"urn:{operation}", cookie=cookie).items():
        head += f"{name}: {value}\r\n"
    sock.sendall(head.encode() + b"\r\n" + body)
    return wire.read(sock)


def test_without_a_certificate(wires, bridge, soap, version):
    wire = only(wires(bridge), version)
    with wire.connect() as sock:
        assert sock.version() == version.name.replace("_", ".")
        assert ask(wire, sock, soap, "queryArrays", "").fault == "InvalidSession"


def test_with_a_certificate(vcenters, soap, version):
    wire = only(vcenters(), version)
    with wire.connect() as sock:
        assert ask(wire, sock, soap, "setContext", soap.context()).fault is None


def test_with_an_unknown_certificate(wires, bridge, identity, soap, version):
    wire = only(wires(bridge, identity()), version)
    with wire.connect() as sock:
        assert ask(wire, sock, soap, "setContext", soap.context()).fault == "InvalidSession"


def test_a_resumed_connection_still_carries_the_certificate(vcenters, soap, version):
    """A client that keeps its TLS session may have it refused, but never loses its identity or its connection."""
    wire = only(vcenters(), version)
    with wire.connect() as sock:
        answer = ask(wire, sock, soap, "setContext", soap.context())
        cookie, resumable = answer.set_cookie.value, sock.session
    for _ in range(3):
        with wire.connect(resumable) as sock:
            assert ask(wire, sock, soap, "queryArrays", "", cookie).status == 200
            resumable = sock.session or resumable


def test_a_session_resumed_after_unregistering_is_not_trusted(vcenters, soap, version):
    wire = only(vcenters(), version)
    with wire.connect() as sock:
        cookie = ask(wire, sock, soap, "setContext", soap.context()).set_cookie.value
        children = soap.elements("existingCertificate", [wire.identity.pem])
        assert ask(wire, sock, soap, "unregisterVASACertificate", children, cookie).status == 200
        resumable = sock.session
    with wire.connect(resumable) as sock:
        assert ask(wire, sock, soap, "setContext", soap.context()).fault == "InvalidSession"


def test_tls_1_1_is_refused(wires, bridge, identity):
    wire = only(wires(bridge), ssl.TLSVersion.TLSv1_1)
    wire.context.set_ciphers("ALL:@SECLEVEL=0")
    assert shakes_hands(wire.context, identity().file), "this client cannot do TLS 1.1 at all"
    with pytest.raises((ssl.SSLError, ConnectionError)), wire.connect():
        pass


def shakes_hands(client_context, certificate):
    """Whether the client comes as far as to judge the certificate of a server that takes every version."""
    server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        server_context.minimum_version = ssl.TLSVersion.TLSv1_1
    server_context.set_ciphers("ALL:@SECLEVEL=0")
    server_context.load_cert_chain(certificate)
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_context.wrap_bio(back, there, server_hostname="127.0.0.1")
    server = server_context.wrap_bio(there, back, server_side=True)
    for _ in range(4):
        for side in (client, server):
            try:
                side.do_handshake()
            except ssl.SSLCertVerificationError:
                return True
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLError:
                return False
    return False


def test_the_certificate_request_names_no_authorities(wires, bridge, version):
    """4.2: many clients send nothing if the list is not empty and holds none of their issuers."""
    wire = wires(bridge)
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.set_min_proto_version(version)
    context.set_max_proto_version(version)
    with socket.create_connection((wire.host, wire.port)) as raw:
        connection = SSL.Connection(context, raw)
        connection.set_connect_state()
        connection.do_handshake()
        assert connection.get_client_ca_list() == []


def test_the_certificate_passes_a_strict_client(wires, bridge, soap):
    wire = wires(bridge)
    wire.context.verify_flags |= ssl.VERIFY_X509_STRICT
    assert wire.context.check_hostname
    with wire.connect() as sock:
        assert ask(wire, sock, soap, "queryArrays", "").fault == "InvalidSession"


def test_a_wrong_authority_is_noticed(bridge, wires, identity):
    """The checks above would be worth nothing if the client trusted everything."""
    wire = wires(bridge)
    wire.context = ssl.create_default_context(cafile=identity().file)
    with pytest.raises(ssl.SSLCertVerificationError), wire.connect():
        pass
