"""Sources that were added to a running provider, and are there again after a restart."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from vasa_cim.adapter import Source
from vasa_cim.errors import ConfigurationError, StoreError
from vasa_cim.store.database import Database
from vasa_cim.store.schema import NAME_LENGTH, notes, sources
from vasa_cim.store.secrets import Secrets


@dataclass(frozen=True, slots=True)
class StoredSource:
    """One stored source. `trouble` is None if it can be used, else the sentence that says why not."""

    source: Source
    trouble: str | None = None


class SourceStore:
    """The table of sources; passwords are sealed.

    Every change is durable when its method returns; all raise StoreError.
    """

    def __init__(self, database: Database, secrets: Secrets) -> None:
        self._database = database
        self._secrets = secrets

    def all(self) -> Sequence[StoredSource]:
        """Return all sources in the order in which they were added.

        One whose password cannot be opened any more is returned without it, and with that trouble.
        """

        def body(connection: Connection) -> Sequence[Any]:
            return connection.execute(select(sources).order_by(sources.c.position, sources.c.name)).all()

        return [self._stored(row) for row in self._database.run_transaction(body)]

    def add(self, source: Source) -> None:
        """Keep a source behind all others. Raises ConfigurationError if its name is taken or too long."""
        if len(source.name) > NAME_LENGTH:
            raise ConfigurationError(setting="name", reason=f"must not be longer than {NAME_LENGTH} characters")
        sealed = None if source.password is None else self._secrets.seal(_owner(source.name), source.password)

        def body(connection: Connection) -> bool:
            if connection.execute(select(sources.c.name).where(sources.c.name == source.name)).first():
                return False
            last = connection.execute(select(func.max(sources.c.position))).scalar_one_or_none()
            connection.execute(
                insert(sources).values(
                    name=source.name,
                    position=0 if last is None else last + 1,
                    url=source.url,
                    user_name=source.user,
                    password=sealed,
                    options=json.dumps(dict(source.options)),
                    adapters=None if source.adapters is None else json.dumps(source.adapters),
                )
            )
            return True

        if not self._database.run_transaction(body):
            raise ConfigurationError(setting="name", reason=f"a source named {source.name!r} is there already")

    def remove(self, name: str) -> bool:
        """Forget a source, but not what was noted of it; return whether it was there."""

        def body(connection: Connection) -> bool:
            return connection.execute(delete(sources).where(sources.c.name == name)).rowcount > 0

        return self._database.run_transaction(body)

    def forget_notes(self, name: str) -> None:
        """Forget what was noted of a source, stored or not."""

        def body(connection: Connection) -> None:
            connection.execute(delete(notes).where(notes.c.source == name))

        self._database.run_transaction(body)

    def _stored(self, row: Any) -> StoredSource:
        password, trouble = None, None
        if row.password is not None:
            try:
                password = self._secrets.open(_owner(row.name), bytes(row.password))
            except StoreError as error:
                trouble = str(error)
        source = Source(
            name=row.name,
            url=row.url,
            user=row.user_name,
            password=password,
            options=json.loads(row.options),
            adapters=None if row.adapters is None else tuple(json.loads(row.adapters)),
        )
        return StoredSource(source, trouble)


def _owner(name: str) -> str:
    return f"the password of source {name!r}"
