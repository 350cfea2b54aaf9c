"""Instance-write providers for classes whose instances this server does not let clients create or change."""

import re
from typing import NoReturn

import pywbem
from pywbem_mock import CIMNamespaceProvider, InstanceWriteProvider

from mock_cimom.connection import CimomConnection
from mock_cimom.providers.interop import INTEROP

# ruff: noqa: N802, N803


# Parts without blanks and colons, joined by single slashes: what an object path can hold.
NAMESPACE_NAME = re.compile(r"/?[^\s/:]+(/[^\s/:]+)*/?")


class Namespaces(CIMNamespaceProvider):
    """pywbem_mock's provider, which creates namespaces, for names that a path can hold."""

    def CreateInstance(self, namespace: str, new_instance: pywbem.CIMInstance) -> pywbem.CIMInstanceName:
        """Create a namespace. Raises CIM_ERR_INVALID_PARAMETER for a name that is none."""
        name = new_instance.get("Name")
        if not isinstance(name, str) or not NAMESPACE_NAME.fullmatch(name):
            raise pywbem.CIMError(pywbem.CIM_ERR_INVALID_PARAMETER, f"{name!r} is no name of a namespace")
        return super().CreateInstance(namespace, new_instance)


class NoSubscriptions(InstanceWriteProvider):
    """Refuses subscriptions: a stored subscription that never delivers would mislead its owner.

    The indication service and the filters that are always there are not for clients to change either.
    """

    provider_classnames = (
        "CIM_FilterCollection",
        "CIM_FilterCollectionSubscription",
        "CIM_IndicationFilter",
        "CIM_IndicationService",
        "CIM_IndicationServiceCapabilities",
        "CIM_IndicationSubscription",
        "CIM_ListenerDestinationCIMXML",
    )

    def CreateInstance(self, namespace: str, new_instance: pywbem.CIMInstance) -> pywbem.CIMInstanceName:
        """Raise CIM_ERR_NOT_SUPPORTED."""
        self._refuse(new_instance.classname)

    def ModifyInstance(self, modified_instance: pywbem.CIMInstance, IncludeQualifiers: bool | None = None) -> None:
        """Raise CIM_ERR_NOT_SUPPORTED."""
        self._refuse(modified_instance.classname)

    def DeleteInstance(self, InstanceName: pywbem.CIMInstanceName) -> None:
        """Raise CIM_ERR_NOT_SUPPORTED."""
        self._refuse(InstanceName.classname)

    @staticmethod
    def _refuse(class_name: str) -> NoReturn:
        raise pywbem.CIMError(
            pywbem.CIM_ERR_NOT_SUPPORTED, f"This server delivers no indications: {class_name} is read-only"
        )


def register_providers(connection: CimomConnection, namespaces: list[str]) -> None:
    """Register the providers of this server: namespaces can be created, subscriptions cannot."""
    connection.register_provider(Namespaces(connection.cimrepository), namespaces=INTEROP)
    connection.register_provider(NoSubscriptions(connection.cimrepository), namespaces=namespaces)
