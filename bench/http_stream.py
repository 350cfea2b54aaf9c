"""As much of HTTP/1.1 as a load generator needs: messages with a Content-Length on a kept connection."""

import socket

PIECE = 2**18
END_OF_HEAD = b"\r\n\r\n"


class Message:
    """One message as it comes in, in pieces."""

    def __init__(self) -> None:
        self.head = b""
        self.body = bytearray()
        self._length: int | None = None

    def feed(self, piece: bytes | memoryview) -> bool:
        """Take a piece; return whether the message is complete. Raises ValueError for bytes beyond its end."""
        self.body += piece
        if self._length is None and not self._take_head():
            return False
        missing = (self._length or 0) - len(self.body)
        if missing < 0:
            raise ValueError("there is more than one message")
        return missing == 0

    @property
    def status(self) -> bytes:
        """The status of an answer."""
        return self.head[9:12]

    def _take_head(self) -> bool:
        end = self.body.find(END_OF_HEAD)
        if end < 0:
            return False
        self.head = bytes(self.body[:end])
        del self.body[: end + len(END_OF_HEAD)]
        for line in self.head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                self._length = int(value)
                return True
            if name.lower() == b"transfer-encoding":
                raise ValueError("the length of the message is not announced")
        raise ValueError("the message has no Content-Length")


class HttpStream:
    """A blocking connection, read message by message into one buffer."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._buffer = bytearray(PIECE)

    def read_message(self) -> Message | None:
        """Return the next message; None if the other side closed instead. Raises ValueError if it broke off."""
        message = Message()
        view = memoryview(self._buffer)
        while size := self._connection.recv_into(view):
            if message.feed(view[:size]):
                return message
        if message.body or message.head:
            raise ValueError("the connection was closed in the middle of a message")
        return None
