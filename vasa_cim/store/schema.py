"""The tables. `migrations/versions` makes them; this module is how the code speaks of them."""

from datetime import UTC, datetime

from sqlalchemy import Column, DateTime, Dialect, Integer, LargeBinary, MetaData, String, Table, Text
from sqlalchemy.types import TypeDecorator

FINGERPRINT_DIGITS = 64
NAME_LENGTH = 255


class Moment(TypeDecorator[datetime]):
    """A time with a zone, kept as UTC without one: databases differ in what they do with zones."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn a time with a zone into UTC without one."""
        del dialect
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        del dialect
        return None if value is None else value.replace(tzinfo=UTC)


metadata = MetaData()

certificates = Table(
    "certificates",
    metadata,
    Column("fingerprint", String(FINGERPRINT_DIGITS), primary_key=True),  # SHA-256 of the DER, lower-case hex
    Column("der", LargeBinary, nullable=False),
    Column("user_name", String(NAME_LENGTH), nullable=False),  # the login that registered it
    Column("registered_at", Moment, nullable=False),
)

settings = Table(
    "settings",
    metadata,
    Column("key", String(NAME_LENGTH), primary_key=True),
    Column("value", Text, nullable=False),
)

sources = Table(
    "sources",
    metadata,
    Column("name", String(NAME_LENGTH), primary_key=True),
    Column("position", Integer, nullable=False),  # they keep the order in which they were added
    Column("url", Text, nullable=False),
    Column("user_name", Text, nullable=True),
    Column("password", LargeBinary, nullable=True),  # sealed by `store.secrets`
    Column("options", Text, nullable=False),  # JSON object
    Column("adapters", Text, nullable=True),  # JSON list; NULL: every adapter that need not be named
)

notes = Table(
    "notes",
    metadata,
    Column("source", String(NAME_LENGTH), primary_key=True),  # name of a source, stored or configured
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
