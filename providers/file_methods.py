"""The methods of the file services, and the rules of writing there, registered."""

from collections.abc import Mapping
from typing import Any

import pywbem

from mock_cimom.connection import CimomConnection
from mock_cimom.providers.block_writes import TidyDeletion
from mock_cimom.providers.file_share_methods import (
    create_exported_share,
    modify_exported_share,
    release_exported_share,
    release_share,
)
from mock_cimom.providers.file_system_methods import (
    FILE_SYSTEM_FAILED,
    create_file_system,
    delete_file_system,
    modify_file_system,
    remove_file_system,
)
from mock_cimom.providers.live import Live
from mock_cimom.providers.method_calls import BlockMethods, Call, Method, Refusal, families


def register_file_methods(connection: CimomConnection, namespaces: list[str]) -> None:
    """Let clients change shares and file systems in these namespaces.

    What is registered there for every object before this gives way to what is known of these.
    """
    shares: dict[str, Method] = {
        "CreateExportedShare": create_exported_share,
        "ModifyExportedShare": modify_exported_share,
        "ReleaseExportedShare": release_exported_share,
    }
    systems: dict[str, Method] = {
        "CreateFileSystem": _failing(create_file_system),
        "ModifyFileSystem": _failing(modify_file_system),
        "DeleteFileSystem": _failing(delete_file_system),
    }
    for namespace in namespaces:
        for service, methods in (("CIM_FileExportService", shares), ("CIM_FileSystemConfigurationService", systems)):
            provider = BlockMethods(connection.cimrepository, families(connection, namespace, service), methods)
            connection.register_provider(provider, namespaces=namespace)
        for ancestor, delete in (("CIM_FileShare", _delete_share), ("CIM_LocalFileSystem", _delete_file_system)):
            writer = TidyDeletion(connection.cimrepository, families(connection, namespace, ancestor), delete)
            connection.register_provider(writer, namespaces=namespace)


def _delete_share(live: Live, share: pywbem.CIMInstance) -> None:
    release_share(live, share.path)


def _delete_file_system(live: Live, system: pywbem.CIMInstance) -> None:
    remove_file_system(live, system.path)


def _failing(method: Method) -> Method:
    """Return a method that refuses with the one return value its class declares for that."""

    def run(call: Call) -> Mapping[str, Any]:
        try:
            return method(call)
        except Refusal as refusal:
            raise Refusal(FILE_SYSTEM_FAILED, **refusal.output) from refusal

    return run
