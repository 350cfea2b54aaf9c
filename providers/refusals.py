"""Instance-write providers for classes whose instances this server does not let clients create."""

import pywbem
from pywbem_mock import CIMNamespaceProvider, InstanceWriteProvider

from mock_cimom.connection import CimomConnection
from mock_cimom.providers.interop import INTEROP

# ruff: noqa: N802


class NoSubscriptions(InstanceWriteProvider):
    """Refuses subscriptions: a stored subscription that never delivers would mislead its owner."""

    provider_classnames = (
        "CIM_IndicationFilter",
        "CIM_IndicationSubscription",
        "CIM_FilterCollectionSubscription",
        "CIM_ListenerDestinationCIMXML",
    )

    def CreateInstance(self, namespace: str, new_instance: pywbem.CIMInstance) -> pywbem.CIMInstanceName:
        """Raise CIM_ERR_NOT_SUPPORTED."""
        raise pywbem.CIMError(
            pywbem.CIM_ERR_NOT_SUPPORTED, f"This server delivers no indications: {new_instance.classname}"
        )


def register_providers(connection: CimomConnection, namespaces: list[str]) -> None:
    """Register the providers of this server: namespaces can be created, subscriptions cannot."""
    connection.register_provider(CIMNamespaceProvider(connection.cimrepository), namespaces=INTEROP)
    connection.register_provider(NoSubscriptions(connection.cimrepository), namespaces=namespaces)
