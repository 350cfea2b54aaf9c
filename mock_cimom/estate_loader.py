"""From an estate's description to a connection that holds its instances."""

from mock_cimom.connection import CimomConnection
from mock_cimom.estate.description import EstateDescription
from mock_cimom.estate.plan import plan_array
from mock_cimom.providers.block_array import publish_block_array
from mock_cimom.providers.factory import InstanceFactory
from mock_cimom.providers.interop import INTEROP, publish_interop
from mock_cimom.providers.refusals import register_providers
from mock_cimom.schema import load_schema

BLOCK_NAMESPACE = "root/mockblock"


def load_estate(description: EstateDescription, url: str | None = None) -> CimomConnection:
    """Return a connection that serves the estate; `url` is the one the server is reached by."""
    connection = CimomConnection(INTEROP, url=url)
    namespaces = [INTEROP, BLOCK_NAMESPACE]
    load_schema(connection, namespaces)
    repository = connection.cimrepository
    factory = InstanceFactory(repository.namespace(BLOCK_NAMESPACE))
    for index in range(1, description.arrays + 1):
        publish_block_array(factory, plan_array(description, index))
    publish_interop(repository, BLOCK_NAMESPACE)
    register_providers(connection, namespaces)
    return connection
