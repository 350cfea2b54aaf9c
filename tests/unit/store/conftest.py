"""A real SQLite database in a file."""

import pytest

from vasa_cim.store.database import Database, sqlite_url


@pytest.fixture
def open_database(tmp_path):
    """Opens the database of the test's directory; each call opens it anew."""
    opened = []

    def make(**options):
        opened.append(Database(sqlite_url(tmp_path), **options))
        return opened[-1]

    yield make
    for each in opened:
        each.close()


@pytest.fixture
def database(open_database):
    return open_database()
