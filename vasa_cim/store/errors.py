"""The border at which the database's errors become `StoreError`, judged by class and code, never by words."""

import sqlite3

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from vasa_cim.errors import StoreError

_SQLITE_SENTENCES = {
    sqlite3.SQLITE_FULL: "there is no room left on the disk",
    sqlite3.SQLITE_CORRUPT: "the file is damaged",
    sqlite3.SQLITE_NOTADB: "the file is damaged or is not a database",
    sqlite3.SQLITE_READONLY: "the file or its directory cannot be written to",
    sqlite3.SQLITE_CANTOPEN: "the file cannot be opened",
    sqlite3.SQLITE_PERM: "access to the file is not permitted",
    sqlite3.SQLITE_AUTH: "access to the file is not permitted",
    sqlite3.SQLITE_IOERR: "reading or writing the file failed",
    sqlite3.SQLITE_BUSY: "another process holds it locked",
    sqlite3.SQLITE_LOCKED: "another process holds it locked",
}
_SQLITE_PASSING = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_PASSING_STATES = frozenset({"40001", "40P01", "55P03"})  # serialization failure, deadlock, lock not available


def is_passing(error: SQLAlchemyError) -> bool:
    """Return whether the same transaction, run again, may well succeed (a lock, a serialization failure)."""
    if not isinstance(error, DBAPIError):
        return False
    return _sqlite_code(error) in _SQLITE_PASSING or getattr(error.orig, "sqlstate", None) in _PASSING_STATES


def store_error(error: SQLAlchemyError, where: str) -> StoreError:
    """Return the `StoreError` that tells a person what is wrong with the database called `where`."""
    reason = str(getattr(error, "orig", None) or error).strip() or type(error).__name__
    code = _sqlite_code(error) if isinstance(error, DBAPIError) else None
    return StoreError(reason=f"{where}: {_SQLITE_SENTENCES.get(code, reason) if code else reason}")


def _sqlite_code(error: DBAPIError) -> int | None:
    """Return SQLite's primary result code, None for other databases."""
    extended = getattr(error.orig, "sqlite_errorcode", None)
    return extended & 0xFF if isinstance(extended, int) else None
