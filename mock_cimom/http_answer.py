"""What is to be sent as the answer to one HTTP request."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


class BrokenAnswerError(Exception):
    """An answer that has begun cannot be written to its end. The cause is in the log."""


@dataclass(frozen=True)
class Answer:
    """An answer to be sent: HTTP status, headers beyond those of every HTTP answer, and the body.

    `more` yields the rest of a long body, each piece made when it is asked for (BrokenAnswerError if that fails).
    `announced` is a Content-Length that is not true: the connection is cut after `body`. `failure` is the reason for
    the log if the call was refused or failed.
    """

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    more: Iterator[bytes] | None = None
    announced: int | None = None
    failure: str = ""
