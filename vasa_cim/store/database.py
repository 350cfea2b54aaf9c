"""The database: opening, migrating, and the one way to run a transaction.

SQLite is one file in the data directory: write-ahead log, synchronous=FULL (what was answered survives a power cut),
foreign keys on. Any other SQLAlchemy URL works where its driver is installed.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import structlog
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from vasa_cim.errors import ConfigurationError, StoreError
from vasa_cim.store import migrations
from vasa_cim.store.errors import is_passing, store_error

T = TypeVar("T")

FILE_NAME = "vasa-cim.sqlite3"
BUSY_TIMEOUT_MS = 5_000
ATTEMPTS = 5
FIRST_PAUSE_SECONDS = 0.05

log = structlog.get_logger()


def sqlite_url(data_directory: Path) -> str:
    """Return the URL of the default database in this directory."""
    return URL.create("sqlite", database=str(data_directory / FILE_NAME)).render_as_string()


class Database:
    """One open database. Safe to use from any thread.

    The constructor opens it and brings its schema up to date. `url` is an SQLAlchemy URL; `sleep` pauses between
    the attempts of a transaction. Raises ConfigurationError for a URL that cannot be used or a schema newer than
    this program, StoreError if the database cannot be opened.
    """

    def __init__(self, url: str, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._sleep = sleep
        parsed = _parsed(url)
        self._where = _where(parsed)
        if parsed.get_backend_name() == "sqlite":
            _create_privately(parsed.database, self._where)
        self._engine = _engine(parsed)
        try:
            self.run_transaction(migrations.upgrade)
        except BaseException:
            self.close()
            raise

    def run_transaction(self, body: Callable[[Connection], T]) -> T:
        """Run `body` in one transaction and return its result once that is committed and durable.

        `body` may run several times: after a lock or a serialization failure it starts afresh, at most five times
        in all. Raises StoreError; then nothing was changed.
        """
        pause = FIRST_PAUSE_SECONDS
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with self._engine.begin() as connection:
                    return body(connection)
            except SQLAlchemyError as error:
                if attempt == ATTEMPTS or not is_passing(error):
                    raise store_error(error, self._where) from error
            log.info("database is busy", database=self._where, attempt=attempt)
            self._sleep(pause)
            pause *= 2
        raise AssertionError("the last attempt returns or raises")

    def close(self) -> None:
        """Close all connections. Idempotent."""
        self._engine.dispose()


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError as error:
        # the text may hold a password: it is not repeated
        raise ConfigurationError(setting="store", reason="it is not a database URL") from error


def _where(url: URL) -> str:
    if url.get_backend_name() == "sqlite":
        return url.database or ":memory:"
    return url.render_as_string(hide_password=True)


def _create_privately(path: str | None, where: str) -> None:
    """Make the file readable by its owner only; SQLite gives its side files the same mode."""
    if not path or path == ":memory:" or path.startswith("file:"):
        return
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        Path(path).chmod(0o600)
    except OSError as error:
        raise StoreError(reason=f"{where}: {error.strerror or error}") from error


def _engine(url: URL) -> Engine:
    options: dict[str, Any] = {}
    if url.get_backend_name() != "sqlite":
        options = {"isolation_level": "SERIALIZABLE", "pool_pre_ping": True}
    try:
        engine = create_engine(url, **options)
    except (NoSuchModuleError, ImportError) as error:
        raise ConfigurationError(setting="store", reason=f"no driver for it is installed ({error})") from error
    if url.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, record: Any) -> None:
    """Set up a new SQLite connection; the driver's own, late BEGIN is switched off."""
    del record
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_TIMEOUT_MS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at the start: a read lock that is upgraded later can fail half-way."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
