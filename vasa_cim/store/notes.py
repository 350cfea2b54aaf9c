"""What adapters note of a source, so that it holds after a restart too."""

from sqlalchemy import Connection, insert, select, update

from vasa_cim.store.database import Database
from vasa_cim.store.schema import notes


class StoredNotes:
    """Texts by key, for one source; an `adapter.Notes`. Durable when `put` returns; both raise StoreError."""

    def __init__(self, database: Database, source: str) -> None:
        self._database = database
        self._source = source

    def get(self, key: str) -> str | None:
        """Return what was noted under `key`, None if nothing was."""
        return self._database.run_transaction(lambda connection: self._value(connection, key))

    def put(self, key: str, text: str) -> None:
        """Note `text` under `key`, in the place of what was there."""

        def body(connection: Connection) -> None:
            known = self._value(connection, key)
            if known is None:
                connection.execute(insert(notes).values(source=self._source, key=key, value=text))
            elif known != text:
                place = (notes.c.source == self._source) & (notes.c.key == key)
                connection.execute(update(notes).where(place).values(value=text))

        self._database.run_transaction(body)

    def _value(self, connection: Connection, key: str) -> str | None:
        place = (notes.c.source == self._source) & (notes.c.key == key)
        return connection.execute(select(notes.c.value).where(place)).scalar_one_or_none()
