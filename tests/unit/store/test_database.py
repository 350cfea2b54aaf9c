"""Opening, migrating and transactions, on real SQLite files."""

import sqlite3
import subprocess
import sys
import threading

import pytest
from alembic import op
from sqlalchemy import create_engine, insert, inspect, select, text
from sqlalchemy.exc import DBAPIError

from vasa_cim.errors import ConfigurationError, StoreError
from vasa_cim.store.database import ATTEMPTS, FILE_NAME, Database, sqlite_url
from vasa_cim.store.errors import is_passing
from vasa_cim.store.schema import metadata, settings
from vasa_cim.store.settings import SettingsStore


def put(key, value="v"):
    return lambda connection: connection.execute(insert(settings).values(key=key, value=value))


def keys(connection):
    return sorted(connection.execute(select(settings.c.key)).scalars())


@pytest.fixture
def file(tmp_path):
    return tmp_path / FILE_NAME


def test_the_file_and_its_side_files_are_for_the_owner_only(database, tmp_path):
    database.run_transaction(put("k"))
    modes = {each.name: each.stat().st_mode & 0o777 for each in tmp_path.iterdir()}
    assert FILE_NAME in modes
    assert set(modes.values()) == {0o600}


def test_a_file_that_others_could_read_is_closed_to_them(open_database, file):
    file.touch(0o644)
    file.chmod(0o644)
    open_database()
    assert file.stat().st_mode & 0o777 == 0o600


def test_each_connection_is_durable_and_checks_foreign_keys(database):
    def pragmas(connection):
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        return {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names}

    expected = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}
    assert database.run_transaction(pragmas) == expected


def test_what_was_committed_is_there_after_a_kill(tmp_path):
    program = (
        "import os, sys, pathlib\n"
        "from vasa_cim.store.database import Database, sqlite_url\n"
        "from vasa_cim.store.settings import SettingsStore\n"
        "store = SettingsStore(Database(sqlite_url(pathlib.Path(sys.argv[1]))))\n"
        "store.change('k', lambda old: 'kept')\n"
        "os._exit(9)\n"
    )
    assert subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False).returncode == 9
    database = Database(sqlite_url(tmp_path))
    assert database.run_transaction(keys) == ["k"]
    database.close()


def test_a_transaction_that_fails_leaves_nothing(database):
    def body(connection):
        put("first")(connection)
        raise KeyError("second")

    with pytest.raises(KeyError):
        database.run_transaction(body)
    assert database.run_transaction(keys) == []


def test_an_error_of_the_database_is_a_store_error_that_names_the_file(database, file):
    database.run_transaction(put("k"))
    with pytest.raises(StoreError, match=str(file)):
        database.run_transaction(put("k"))
    with pytest.raises(StoreError, match="no such table"):
        database.run_transaction(lambda connection: connection.execute(text("SELECT * FROM nowhere")))
    assert database.run_transaction(keys) == ["k"]


def test_a_lock_held_by_another_is_waited_for_with_growing_pauses(open_database, file):
    """The pauses are the test's: the lock goes away in the second of them."""
    pauses = []
    other = sqlite3.connect(file, isolation_level=None)

    def sleep(seconds):
        pauses.append(seconds)
        if len(pauses) == 2:
            other.execute("ROLLBACK")

    database = open_database(sleep=sleep)
    database.run_transaction(lambda connection: connection.exec_driver_sql("PRAGMA busy_timeout = 0"))
    other.execute("BEGIN IMMEDIATE")
    database.run_transaction(put("k"))
    assert pauses == [0.05, 0.1]
    assert database.run_transaction(keys) == ["k"]
    other.close()


def test_a_lock_that_stays_is_a_store_error_after_five_attempts(open_database, file):
    pauses = []
    database = open_database(sleep=pauses.append)
    database.run_transaction(lambda connection: connection.exec_driver_sql("PRAGMA busy_timeout = 0"))
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="another process holds it locked"):
        database.run_transaction(put("k"))
    assert len(pauses) == ATTEMPTS - 1
    other.close()


@pytest.mark.parametrize(("sqlstate", "passing"), [("40001", True), ("40P01", True), ("23505", False), (None, False)])
def test_serialization_failures_of_other_databases_pass_and_other_errors_do_not(sqlstate, passing):
    class Refused(Exception):
        pass

    original = Refused("could not serialize access")
    original.sqlstate = sqlstate
    assert is_passing(DBAPIError("COMMIT", None, original)) is passing


def test_many_threads_change_one_value_without_losing_a_change(database):
    store = SettingsStore(database)

    def count():
        for _ in range(20):
            store.change("n", lambda old: str(int(old or "0") + 1))

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.get("n") == "80"


def test_a_full_disk_is_a_clear_store_error_and_leaves_nothing(database):
    def fill(connection):
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    database.run_transaction(fill)
    with pytest.raises(StoreError, match="no room left on the disk"):
        database.run_transaction(put("k", "v" * 100_000))
    assert database.run_transaction(keys) == []


def test_a_file_that_cannot_be_written_is_a_clear_store_error(database):
    database.run_transaction(lambda connection: connection.exec_driver_sql("PRAGMA query_only = ON"))
    with pytest.raises(StoreError, match="cannot be written to"):
        database.run_transaction(put("k"))


def test_a_file_that_is_no_database_is_a_clear_store_error(open_database, file):
    file.write_bytes(b"certificates, once" * 1000)
    with pytest.raises(StoreError, match="damaged or is not a database"):
        open_database()
    assert file.read_bytes().startswith(b"certificates, once")


def test_a_damaged_page_is_a_clear_store_error(open_database, file):
    database = open_database()
    database.run_transaction(put("k" * 200, "v" * 50_000))
    database.run_transaction(lambda connection: None)
    database.close()
    with sqlite3.connect(file) as plain:
        plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    plain.close()
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    file.write_bytes(bytes(content))
    with pytest.raises(StoreError, match="damaged"):
        open_database().run_transaction(keys)


def test_a_directory_that_is_not_there_is_a_clear_store_error(tmp_path):
    with pytest.raises(StoreError, match="No such file or directory"):
        Database(sqlite_url(tmp_path / "none"))


def test_a_directory_in_place_of_the_file_is_a_clear_store_error(open_database, file):
    file.mkdir()
    with pytest.raises(StoreError, match="Is a directory"):
        open_database()


@pytest.mark.parametrize(
    ("url", "words"),
    [("no url", "not a database URL"), ("delphi://host/db", "no driver")],
)
def test_a_url_that_cannot_be_used_is_a_configuration_error(url, words):
    with pytest.raises(ConfigurationError, match=words):
        Database(url)


def test_a_path_with_odd_characters_works(tmp_path):
    odd = tmp_path / "ü %s @ ? # x"
    odd.mkdir()
    database = Database(sqlite_url(odd))
    database.run_transaction(put("k"))
    database.close()
    assert (odd / FILE_NAME).stat().st_size > 0


def test_the_migrations_make_exactly_the_declared_tables(database, file):
    engine = create_engine(f"sqlite:///{file}")
    inspector = inspect(engine)
    assert set(inspector.get_table_names()) == {*metadata.tables, "alembic_version"}
    for name, table in metadata.tables.items():
        made = [
            (column["name"], column["type"].compile(engine.dialect), column["nullable"], bool(column["primary_key"]))
            for column in inspector.get_columns(name)
        ]
        declared = [
            (column.name, column.type.compile(engine.dialect), column.nullable, column.primary_key)
            for column in table.columns
        ]
        assert made == declared
    engine.dispose()


def test_opening_again_keeps_what_is_there(open_database):
    first = open_database()
    first.run_transaction(put("k"))
    first.close()
    assert open_database().run_transaction(keys) == ["k"]


def test_a_newer_schema_is_refused_and_left_alone(open_database, file):
    open_database().close()
    with sqlite3.connect(file) as plain:
        plain.execute("UPDATE alembic_version SET version_num = '9999'")
    plain.close()
    with pytest.raises(ConfigurationError, match="schema 9999, which is newer than this program"):
        open_database()
    with sqlite3.connect(file) as plain:
        assert plain.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]
    plain.close()


def test_a_migration_that_is_cut_off_leaves_no_half_schema(tmp_path, file, monkeypatch):
    made = op.create_table

    def fail_at_the_second(name, *columns):
        if name == "settings":
            raise KeyboardInterrupt
        return made(name, *columns)

    monkeypatch.setattr(op, "create_table", fail_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        Database(sqlite_url(tmp_path))
    with sqlite3.connect(file) as plain:
        assert plain.execute("SELECT name FROM sqlite_master").fetchall() == []
    plain.close()
    monkeypatch.undo()
    database = Database(sqlite_url(tmp_path))
    assert database.run_transaction(keys) == []
    database.close()


def test_two_starts_at_the_same_time_make_one_schema(tmp_path):
    opened, errors = [], []

    def start():
        try:
            opened.append(Database(sqlite_url(tmp_path)))
        except (StoreError, ConfigurationError) as error:
            errors.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(opened) == 4
    for database in opened:
        database.close()
