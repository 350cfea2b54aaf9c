"""The instance-write providers of this server: namespaces, and what clients subscribe to indications with."""

from mock_cimom.connection import CimomConnection
from mock_cimom.estate.description import Indications
from mock_cimom.providers.interop import INTEROP
from mock_cimom.providers.namespaces import Namespaces
from mock_cimom.providers.subscriptions import register_subscription_providers


def register_providers(
    connection: CimomConnection, namespaces: list[str], offered: Indications = Indications.ALL
) -> None:
    """Register the providers of this server: clients create namespaces, and subscribe to the indications `offered`."""
    connection.register_provider(Namespaces(connection.cimrepository), namespaces=INTEROP)
    register_subscription_providers(connection, offered)
