"""The server as a whole: start and stop, several at once, and nobody waits for anybody else."""

import contextlib
import gc
import socket
import threading
import time

import pytest
from lxml import etree

from vasa_cim.soap.server import ServerSettings, SoapServer

SESSION = {"Cookie": "VASASESSIONID=known"}
DATA = "{http://data.vasa.vim.vmware.com/xsd}"


@pytest.fixture
def query(envelope):
    return envelope("<v:queryArrays/>")


def port_names(reply):
    return [one.text for one in etree.fromstring(reply.body).iter(f"{DATA}portWwn")]


class TestLife:
    """Starting and stopping."""

    def test_the_url_names_host_port_and_path(self, serve):
        server = serve()
        assert server.port > 0
        assert server.url == f"https://127.0.0.1:{server.port}/vasa/services/vasaService"
        assert serve(public_name="p.example", path="/x").url.startswith("https://p.example:")

    def test_a_taken_port_is_an_os_error_with_a_sentence(self, server, serve):
        with pytest.raises(OSError, match=rf"cannot listen on 127.0.0.1 port {server.port}: .*in use"):
            serve(port=server.port)

    def test_an_unknown_host_too(self, serve):
        with pytest.raises(OSError, match=r"cannot listen on 203\.0\.113\.254"):
            serve(host="203.0.113.254")

    def test_the_port_is_free_after_stop_and_no_thread_is_left(self, serve, client_for, query):
        before = set(threading.enumerate())
        server = serve()
        client = client_for(server)
        assert client.post(query, SESSION).status == 200
        idle = client.connect()
        server.stop(1.0)
        idle.close()
        assert set(threading.enumerate()) <= before
        with pytest.raises(OSError, match="refused"):
            client.connect()
        assert client_for(serve(port=server.port)).post(query, SESSION).status == 200

    def test_stopping_twice_or_before_the_start_is_harmless(self, serve, service, identities):
        server = serve()
        server.stop(0.5)
        server.stop(0.5)
        identity = identities("localhost")
        SoapServer(service, ServerSettings(), identity.certificate_file, identity.key_file, dict).stop()

    def test_a_server_starts_only_once(self, server):
        with pytest.raises(RuntimeError):
            server.start()

    def test_an_unknown_wwn_format_is_refused(self, serve):
        with pytest.raises(ValueError, match="octal"):
            serve(wwn_format="octal")

    def test_running_calls_finish_within_the_grace(self, server, client, service, envelope):
        service.block = threading.Event()
        replies = []
        body = envelope("<v:setContext><v:usageContext/></v:setContext>")
        caller = threading.Thread(target=lambda: replies.append(client.post(body)))
        caller.start()
        wait_for(lambda: "set_context" in [call[0] for call in service.calls])
        stopper = threading.Thread(target=server.stop, args=(10.0,))
        stopper.start()
        service.block.set()
        caller.join(10)
        stopper.join(10)
        assert not stopper.is_alive()
        assert replies[0].status == 200

    def test_a_call_that_does_not_finish_is_left_behind(self, server, client, service, envelope):
        service.block = threading.Event()
        body = envelope("<v:setContext><v:usageContext/></v:setContext>")

        def call():
            with contextlib.suppress(OSError):
                client.post(body)

        caller = threading.Thread(target=call)
        caller.start()
        wait_for(lambda: "set_context" in [call[0] for call in service.calls])
        start = time.monotonic()
        server.stop(0.2)
        assert time.monotonic() - start < 5
        service.block.set()
        caller.join(10)


def wait_for(condition, seconds=10.0):
    """Wait until the condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.01)


class TestSideBySide:
    """Nobody waits for anybody else."""

    def test_blocked_calls_leave_the_others_alone(self, client, service, envelope, query):
        service.block = threading.Event()
        body = envelope("<v:setContext><v:usageContext/></v:setContext>")
        callers = [threading.Thread(target=client.post, args=(body,)) for _ in range(6)]
        for caller in callers:
            caller.start()
        wait_for(lambda: [call[0] for call in service.calls].count("set_context") == 6)
        start = time.monotonic()
        assert client.post(query, SESSION).status == 200
        assert time.monotonic() - start < 2
        service.block.set()
        for caller in callers:
            caller.join(10)

    def test_silent_connections_leave_the_others_alone(self, client, query):
        with contextlib.ExitStack() as stack:
            for _ in range(60):
                stack.enter_context(client.connect())
                stack.enter_context(socket.create_connection(("127.0.0.1", client.server.port)))
            half = stack.enter_context(client.connect())
            half.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Len")
            times = []
            for _ in range(5):
                start = time.monotonic()
                assert client.post(query, SESSION).status == 200
                times.append(time.monotonic() - start)
            assert min(times) < 0.1

    def test_logins_that_wait_leave_trusted_clients_alone(self, serve, client_for, service, envelope):
        service.wait_in_login = threading.Event()
        server = serve(waiting_strangers=2, queued_strangers=2)
        strangers, body = client_for(server, None), envelope(LOGIN)
        callers = [threading.Thread(target=strangers.post, args=(body,)) for _ in range(2)]
        for caller in callers:
            caller.start()
        wait_for(lambda: [call[0] for call in service.calls].count("register_vasa_certificate") == 2)
        assert b"too many calls are waiting" in strangers.post(body).body
        opened = client_for(server).post(envelope("<v:setContext><v:usageContext/></v:setContext>"))
        assert opened.status == 200
        service.wait_in_login.set()
        for caller in callers:
            caller.join(10)
        assert strangers.post(body).status == 200

    def test_a_call_that_is_turned_away_gets_a_storage_fault(self, serve, client_for, service, envelope):
        client = client_for(serve(queued_strangers=0), None)
        for version in ("1.1", "1.2"):
            reply = client.post(envelope(LOGIN, version))
            assert reply.status == 500
            assert etree.fromstring(reply.body).findall(".//{http://com.vmware.vim.vasa/1.0/xsd}StorageFault")
        assert "register_vasa_certificate" not in [call[0] for call in service.calls]

    def test_strangers_make_room_for_clients_oldest_first(self, serve, client_for, query):
        server = serve(max_connections=4)
        client, stranger = client_for(server), client_for(server, None)
        with client.connect() as known, contextlib.ExitStack() as stack:
            silent = [stack.enter_context(stranger.connect()) for _ in range(2)]
            unfinished = stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            wait_for(lambda: server.connections == 4)
            assert client.post(query, SESSION).status == 200
            assert is_cut(silent[0])
            with stranger.connect(), stranger.connect(), stranger.connect():
                assert is_cut(silent[1])
                assert is_cut(unfinished)
                assert not is_cut(known)
                assert client.post(query, SESSION).status == 200

    def test_more_connections_than_allowed_are_closed(self, serve, client_for, query):
        client = client_for(serve(max_connections=2))
        with client.connect(), client.connect():
            assert not served(client, query)
        wait_for(lambda: served(client, query))

    def test_a_client_that_never_reads_is_cut(self, serve, client_for, service, entities_of, envelope, query):
        service.luns = entities_of(10_000)
        client = client_for(serve(response_timeout=0.3))
        ids = "".join(f"<v:lunUniqueId>{one}</v:lunUniqueId>" for one in service.luns)
        body = envelope(f"<v:queryStorageLuns>{ids}</v:queryStorageLuns>")
        head = (
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nCookie: VASASESSIONID=known\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        with client.connect() as tls:
            tls.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            tls.sendall(head.encode() + body)
            wait_for(lambda: "query_storage_luns" in [call[0] for call in service.calls])
            wait_for(lambda: client.server.connections == 0)
        assert client.post(query, SESSION).status == 200


LOGIN = "<v:registerVASACertificate><v:userName>u</v:userName></v:registerVASACertificate>"


def is_cut(connection):
    """Return whether the other side has ended the connection."""
    connection.settimeout(0.2)
    try:
        return connection.recv(1) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


def served(client, query):
    try:
        return client.post(query, SESSION).status == 200
    except OSError:
        return False


class TestSeveral:
    """Several servers in one process share nothing but the entities."""

    def test_each_writes_wwns_in_its_own_format(self, serve, client_for, envelope):
        body = envelope("<v:queryStoragePorts/>")
        formats = {"colon": "50:06:01:60:3b:20:a1:f3", "bare": "500601603b20a1f3", "decimal": str(0x500601603B20A1F3)}
        clients = {name: client_for(serve(wwn_format=name)) for name in formats}
        for _ in range(2):
            for name, expected in formats.items():
                assert port_names(clients[name].post(body, SESSION)) == [expected]

    def test_fragments_are_kept_on_the_entities(self, serve, client_for, service, envelope):
        ids = "".join(f"<v:lunUniqueId>{one}</v:lunUniqueId>" for one in service.luns)
        body = envelope(f"<v:queryStorageLuns>{ids}</v:queryStorageLuns>")
        first = client_for(serve()).post(body, SESSION).body
        kept = {name: lun.fragment for name, lun in service.luns.items()}
        assert all(kept.values())
        assert client_for(serve(wwn_format="bare")).post(body, SESSION).body == first
        assert all(lun.fragment is kept[name] for name, lun in service.luns.items())

    def test_a_call_leaves_nothing_for_the_garbage_collector(self, ask):
        ask("<v:queryArrays/>")
        gc.collect()
        before = contexts()
        gc.disable()
        try:
            for content in ("<v:queryArrays/>", "<v:nothing/>", "<v:queryArrays>text</v:queryArrays>") * 20:
                ask(content)
            assert contexts() == before
        finally:
            gc.enable()


def contexts():
    return len([one for one in gc.get_objects() if type(one).__name__ == "CallContext"])
