"""Small facts that must outlive the process, as texts by key (such as the versions of message catalogs)."""

from collections.abc import Callable

from sqlalchemy import Connection, insert, select, update

from vasa_cim.store.database import Database
from vasa_cim.store.schema import settings


class SettingsStore:
    """The table of settings. Every change is durable when its method returns; all raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, key: str) -> str | None:
        """Return the value of `key`, None if there is none."""

        def body(connection: Connection) -> str | None:
            return _value(connection, key)

        return self._database.run_transaction(body)

    def change(self, key: str, decide: Callable[[str | None], str]) -> str:
        """Replace the value of `key` by what `decide` makes of it (None: there is none yet) and return the new one.

        Nobody else changes it in between. `decide` may be called more than once and must be pure.
        """

        def body(connection: Connection) -> str:
            old = _value(connection, key)
            new = decide(old)
            if old is None:
                connection.execute(insert(settings).values(key=key, value=new))
            elif old != new:
                connection.execute(update(settings).where(settings.c.key == key).values(value=new))
            return new

        return self._database.run_transaction(body)


def _value(connection: Connection, key: str) -> str | None:
    return connection.execute(select(settings.c.value).where(settings.c.key == key)).scalar_one_or_none()
