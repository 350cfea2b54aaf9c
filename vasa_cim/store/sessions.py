"""What is kept of a session beyond the live object: the interface, and the memory that serves a single process."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from vasa_cim.model.usage_context import UsageContext


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRecord:
    """The lasting facts of one session (`vasa-1.0 5.1`).

    `certificate` is the SHA-256 of the certificate that opened it, None if it was opened without one (lab only);
    `timeout` its idle time in seconds. Times carry a zone; `last_call_at` may lag by a minute.
    """

    session_id: str = field(repr=False)
    certificate: str | None
    usage: UsageContext = field(repr=False)
    timeout: int
    opened_at: datetime
    last_call_at: datetime


class SessionStore(Protocol):
    """Where records of sessions live. All methods may be called from any thread and may raise StoreError."""

    def all(self) -> Sequence[SessionRecord]:
        """Return the records of all sessions, oldest first."""
        ...

    def add(self, record: SessionRecord) -> None:
        """Keep the record of a new session; durable on return, as far as this store is."""
        ...

    def touch(self, session_id: str, at: datetime) -> None:
        """Note the time of a call; an unknown session is ignored."""
        ...

    def remove(self, session_id: str) -> None:
        """Forget a session; an unknown one is ignored."""
        ...


class MemorySessionStore:
    """A `SessionStore` that dies with the process: vCenter answers InvalidSession with a new setContext."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._records: dict[str, SessionRecord] = {}

    def all(self) -> Sequence[SessionRecord]:
        """Return the records, oldest first."""
        with self._lock:
            return list(self._records.values())

    def add(self, record: SessionRecord) -> None:
        """Keep a record."""
        with self._lock:
            self._records[record.session_id] = record

    def touch(self, session_id: str, at: datetime) -> None:
        """Note the time of a call."""
        with self._lock:
            if record := self._records.get(session_id):
                self._records[session_id] = replace(record, last_call_at=at)

    def remove(self, session_id: str) -> None:
        """Forget a session."""
        with self._lock:
            self._records.pop(session_id, None)
