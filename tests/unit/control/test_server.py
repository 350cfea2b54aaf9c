"""The control socket: who is heard, what is answered, and how it ends."""

import contextlib
import os
import socket
import stat
import threading

import pytest

from vasa_cim.control import client
from vasa_cim.control.address import SOCKET_NAME, socket_address
from vasa_cim.control.messages import LONGEST
from vasa_cim.control.server import ControlServer
from vasa_cim.errors import CommandRefused, ConfigurationError, NoProvider, StoreError

HANG = 60


@pytest.fixture
def serve(tmp_path):
    with contextlib.ExitStack() as stack:

        def make(perform, directory=tmp_path):
            made = ControlServer(directory, perform)
            stack.callback(made.close)
            return made

        yield make


def echo(command, arguments, is_wanted):
    return [command, arguments, is_wanted()]


def raw(directory, data):
    with socket.socket(socket.AF_UNIX) as connection:
        with socket_address(directory) as address:
            connection.connect(address)
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(HANG)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_a_command_is_answered_with_its_result(serve, tmp_path):
    serve(echo)
    assert client.perform(tmp_path, "do", {"ä": [1, None]}) == ["do", {"ä": [1, None]}, True]


def test_the_socket_is_its_owners_alone(serve, tmp_path):
    serve(echo)
    assert stat.S_IMODE((tmp_path / SOCKET_NAME).stat().st_mode) == 0o600


def test_a_directory_with_a_path_too_long_for_a_socket_works(serve, tmp_path):
    deep = tmp_path / ("d" * 100) / ("e" * 100)
    deep.mkdir(parents=True)
    serve(echo, deep)
    assert client.perform(deep, "do", {}) == ["do", {}, True]


def test_an_error_is_its_sentence_and_a_defect_tells_nothing(serve, tmp_path, capsys):
    def perform(command, arguments, is_wanted):
        raise StoreError(reason="full") if command == "error" else ZeroDivisionError("inner secret")

    serve(perform)
    with pytest.raises(CommandRefused, match=r"^the store failed: full$"):
        client.perform(tmp_path, "error", {})
    with pytest.raises(CommandRefused, match=r"^internal error") as raised:
        client.perform(tmp_path, "defect", {})
    assert "secret" not in str(raised.value)
    assert "inner secret" in capsys.readouterr().out


@pytest.mark.parametrize("there", [True, False])
def test_without_a_provider_it_is_said_for_which_directory(tmp_path, there):
    directory = tmp_path if there else tmp_path / "none"
    with pytest.raises(NoProvider, match="no vasa-cim is running with the data directory"):
        client.perform(directory, "do", {})


def test_a_socket_left_by_a_killed_process_is_no_provider_and_does_not_bar_the_next(serve, tmp_path):
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(tmp_path / SOCKET_NAME))
    with pytest.raises(NoProvider):
        client.perform(tmp_path, "do", {})
    serve(echo)
    assert client.perform(tmp_path, "do", {})[0] == "do"


def test_a_file_in_the_place_of_the_socket_is_left_alone(tmp_path):
    (tmp_path / SOCKET_NAME).write_text("precious")
    with pytest.raises(ConfigurationError, match="cannot be made"):
        ControlServer(tmp_path, echo)
    assert (tmp_path / SOCKET_NAME).read_text() == "precious"


@pytest.mark.parametrize(
    "data",
    [b"", b"\n", b"{}\n", b"[]\n", b"{", b"\xff\n", b'{"command": 1}\n', b'{"command": "x", "arguments": []}\n'],
)
def test_what_is_no_command_harms_nobody(serve, tmp_path, data):
    serve(echo)
    assert b'"result"' not in raw(tmp_path, data)
    assert client.perform(tmp_path, "do", {})[0] == "do"


def test_a_line_without_an_end_is_cut_off(serve, tmp_path):
    serve(echo)
    with contextlib.suppress(OSError):
        assert raw(tmp_path, b"x" * (LONGEST + 10)) == b""
    assert client.perform(tmp_path, "do", {})[0] == "do"


def test_a_command_is_told_when_its_client_has_gone(serve, tmp_path):
    began, outcome = threading.Event(), []

    def perform(command, arguments, is_wanted):
        began.set()
        while is_wanted():
            pass
        outcome.append("gone")

    serve(perform)
    with socket.socket(socket.AF_UNIX) as connection:
        with socket_address(tmp_path) as address:
            connection.connect(address)
        connection.sendall(b'{"command": "wait"}\n')
        assert began.wait(HANG)
    deadline = threading.Event()
    for _ in range(600):
        if outcome:
            break
        deadline.wait(0.1)
    assert outcome == ["gone"]


def test_closing_ends_what_runs_and_removes_the_socket(serve, tmp_path):
    began = threading.Event()

    def perform(command, arguments, is_wanted):
        began.set()
        while is_wanted():
            pass
        raise CommandRefused(reason="nobody waits")

    server = serve(perform)
    refused = []

    def wait():
        with pytest.raises(CommandRefused) as raised:
            client.perform(tmp_path, "wait", {})
        refused.append(str(raised.value))

    waiter = threading.Thread(target=wait)
    waiter.start()
    assert began.wait(HANG)
    server.close()
    waiter.join(HANG)
    assert refused == ["nobody waits"]
    assert not (tmp_path / SOCKET_NAME).exists()
    server.close()


def test_a_slow_command_keeps_no_other_waiting(serve, tmp_path):
    release, began = threading.Event(), threading.Event()

    def perform(command, arguments, is_wanted):
        if command == "slow":
            began.set()
            assert release.wait(HANG)
        return command

    serve(perform)
    slow = threading.Thread(target=client.perform, args=(tmp_path, "slow", {}))
    slow.start()
    assert began.wait(HANG)
    assert client.perform(tmp_path, "quick", {}) == "quick"
    release.set()
    slow.join(HANG)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_another_user_is_not_heard_even_if_the_mode_would_let_it(serve, tmp_path):
    serve(echo)
    for path in (tmp_path, tmp_path / SOCKET_NAME):
        path.chmod(0o777)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        answer = b"?"
        with contextlib.suppress(OSError):
            os.chdir(tmp_path)
            os.setuid(12345)
            with socket.socket(socket.AF_UNIX) as connection:
                connection.connect(SOCKET_NAME)
                answer = b"nothing"  # refused by the provider, not by the system
                connection.sendall(b'{"command": "do"}\n')
                answer = connection.recv(100) or answer
        os.write(writer, answer)
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        assert pipe.read() == b"nothing"
