"""From an estate's description to a connection that holds its instances."""

from mock_cimom.collection import no_collection
from mock_cimom.connection import CimomConnection
from mock_cimom.estate.description import EstateDescription
from mock_cimom.estate.plan import plan_array
from mock_cimom.providers.array import publish_array
from mock_cimom.providers.factory import InstanceFactory
from mock_cimom.providers.file_methods import register_file_methods
from mock_cimom.providers.interop import INTEROP, publish_interop
from mock_cimom.providers.methods import register_block_methods
from mock_cimom.providers.namespaces import Namespaces
from mock_cimom.providers.refusals import register_providers
from mock_cimom.providers.subscriptions import register_subscription_providers
from mock_cimom.providers.test_provider import declare_test_provider, register_test_provider
from mock_cimom.schema import load_schema


def load_estate(description: EstateDescription, url: str | None = None) -> CimomConnection:
    """Return a connection that serves the estate; `url` is the one the server is reached by."""
    connection = CimomConnection(INTEROP, url=url)
    load_schema(connection, [INTEROP, *description.namespaces])
    repository = connection.cimrepository
    factories = {name: InstanceFactory(repository.namespace(name)) for name in description.namespaces}
    with no_collection():
        for index, array in enumerate(description.arrays, start=1):
            publish_array(factories[array.kind.namespace], plan_array(description, index))
        if description.test_provider:
            declare_test_provider(connection)
        publish_interop(repository, description)
    register_estate_providers(connection, description)
    return connection


def register_estate_providers(connection: CimomConnection, description: EstateDescription) -> None:
    """Register what lets clients change an estate that is loaded: methods, rules of writing, subscriptions."""
    register_providers(connection, [INTEROP, *description.namespaces], description.indications)
    register_block_methods(connection, description)
    with_files = {array.kind.namespace for array in description.arrays if array.kind.has_files}
    register_file_methods(connection, sorted(with_files))
    register_test_provider(connection)


def register_recording_providers(connection: CimomConnection) -> None:
    """Register what lets clients of a recording create namespaces and subscribe, as far as it has the classes."""
    interop = connection.find_interop_namespace()
    if interop is None:
        return
    classes = connection.cimrepository.get_class_store(interop)
    if classes.object_exists("CIM_Namespace"):
        connection.register_provider(Namespaces(connection.cimrepository), namespaces=interop)
    register_subscription_providers(connection)
