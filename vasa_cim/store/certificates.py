"""Registered client certificates on disk (`vasa-1.0 4.6`: trust survives a restart)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from vasa_cim.store.database import Database
from vasa_cim.store.schema import certificates


@dataclass(frozen=True, slots=True)
class StoredCertificate:
    """One registered certificate.

    `fingerprint` is the SHA-256 of `der` in lower-case hex; `user_name` the login that registered it;
    `registered_at` carries a zone.
    """

    fingerprint: str
    der: bytes = field(repr=False)
    user_name: str
    registered_at: datetime


class CertificateStore:
    """The table of certificates. Every change is durable when its method returns; all raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> Sequence[StoredCertificate]:
        """Return all certificates, oldest first."""

        def body(connection: Connection) -> list[StoredCertificate]:
            query = select(certificates).order_by(certificates.c.registered_at, certificates.c.fingerprint)
            return [
                StoredCertificate(row.fingerprint, bytes(row.der), row.user_name, row.registered_at)
                for row in connection.execute(query)
            ]

        return self._database.run_transaction(body)

    def add(self, certificate: StoredCertificate) -> None:
        """Keep a certificate. One that is already kept stays as it is."""

        def body(connection: Connection) -> None:
            known = select(certificates.c.fingerprint).where(certificates.c.fingerprint == certificate.fingerprint)
            if connection.execute(known).first() is None:
                connection.execute(
                    insert(certificates).values(
                        fingerprint=certificate.fingerprint,
                        der=certificate.der,
                        user_name=certificate.user_name,
                        registered_at=certificate.registered_at,
                    )
                )

        self._database.run_transaction(body)

    def remove(self, fingerprint: str) -> None:
        """Forget a certificate; an unknown one is ignored."""

        def body(connection: Connection) -> None:
            connection.execute(delete(certificates).where(certificates.c.fingerprint == fingerprint))

        self._database.run_transaction(body)
