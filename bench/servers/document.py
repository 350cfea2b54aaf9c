"""A ready document over stdlib `ssl`, a thread per connection and hardly any HTTP: the limit that TLS sets."""

import socket
import ssl
import threading
from pathlib import Path

from bench.http_stream import HttpStream
from bench.servers.arguments import say_ready, server_arguments
from bench.tls import HOST

BACKLOG = 128


def serve_connection(connection: socket.socket, context: ssl.SSLContext, answer: bytes) -> None:
    """Answer every request of one connection with the same bytes."""
    try:
        with context.wrap_socket(connection, server_side=True) as secured:
            stream = HttpStream(secured)
            while stream.read_message():
                secured.sendall(answer)
    except OSError:
        connection.close()


def answer_of(document: Path) -> bytes:
    """Return the whole HTTP answer."""
    body = document.read_bytes()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=UTF-8\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def main() -> None:
    """Serve until the process is told to end."""
    arguments = server_arguments()
    if arguments.document is None:
        raise SystemExit("--document is needed")
    answer = answer_of(arguments.document)
    context = arguments.credentials.peer_context()
    listener = socket.create_server((HOST, 0), backlog=BACKLOG)
    say_ready(listener.getsockname()[1])
    while True:
        connection, _ = listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=serve_connection, args=(connection, context, answer), daemon=True).start()


if __name__ == "__main__":
    main()
