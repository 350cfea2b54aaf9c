"""Indications and slow answers when a client asks for them, under the names that OpenPegasus' test provider has.

General test suites of WBEM clients call these, and whoever writes a listener can have a thousand indications at once.
Neither has anything to do with storage; they are in a namespace of their own.
"""

from threading import Event
from typing import Any

import pywbem
from pywbem_mock import MethodProvider

from mock_cimom.connection import CimomConnection
from mock_cimom.schema import load_schema

# ruff: noqa: N802

NAMESPACE = "test/TestProvider"
SLOW, SENDER = "Test_CLITestProviderClass", "Test_IndicationProviderClass"
DECLARATIONS = f"""
class {SLOW} {{
    [Key] uint64 Id;
    [Static] uint32 delayedMethodResponse([In, Out] uint32 delayInSeconds);
}};
[Indication] class {SENDER} : CIM_ProcessIndication {{
    string MethodName;
    [Static] uint32 SendTestIndicationsCount([In] uint32 indicationSendCount);
}};
"""
MOST_SECONDS = 3600
MOST_INDICATIONS = 10_000


class Slow(MethodProvider):
    """`delayedMethodResponse` answers when the given seconds are over, or at once for more than MOST_SECONDS."""

    provider_classnames = SLOW

    def InvokeMethod(self, methodname: str, localobject: Any, params: Any) -> tuple[Any, Any]:
        """Return 0 and the seconds; 1 if they are too many or none were given."""
        _check(methodname, "delayedMethodResponse")
        seconds = _number(params, "delayInSeconds")
        if seconds is None or seconds > MOST_SECONDS:
            return pywbem.Uint32(1), []
        Event().wait(seconds)
        return pywbem.Uint32(0), [pywbem.CIMParameter("delayInSeconds", "uint32", value=pywbem.Uint32(seconds))]


class Sender(MethodProvider):
    """`SendTestIndicationsCount` sends so many indications of its class, as far as somebody subscribed to them."""

    provider_classnames = SENDER

    def __init__(self, connection: CimomConnection) -> None:
        super().__init__(connection.cimrepository)
        self._connection = connection

    def InvokeMethod(self, methodname: str, localobject: Any, params: Any) -> tuple[Any, Any]:
        """Return 0; 1 if their number is 0, more than MOST_INDICATIONS or not given, or nothing delivers them."""
        _check(methodname, "SendTestIndicationsCount")
        count = _number(params, "indicationSendCount")
        engine = self._connection.indications
        if not count or count > MOST_INDICATIONS or engine is None:
            return pywbem.Uint32(1), []
        for _ in range(count):
            engine.alert(localobject.namespace, pywbem.CIMInstance(SENDER, {"MethodName": methodname}))
        return pywbem.Uint32(0), []


def declare_test_provider(connection: CimomConnection) -> None:
    """Create the namespace with its classes."""
    load_schema(connection, [NAMESPACE])
    connection.compile_mof_string(DECLARATIONS, namespace=NAMESPACE)


def register_test_provider(connection: CimomConnection) -> None:
    """Register the methods, if the namespace is there."""
    if NAMESPACE in connection.cimrepository.namespaces:
        connection.register_provider(Slow(connection.cimrepository), namespaces=NAMESPACE)
        connection.register_provider(Sender(connection), namespaces=NAMESPACE)


def _check(name: str, known: str) -> None:
    if name.lower() != known.lower():
        raise pywbem.CIMError(pywbem.CIM_ERR_METHOD_NOT_AVAILABLE, f"There is no method {name}")


def _number(params: Any, name: str) -> int | None:
    """Return a parameter's value; None if it is NULL or not given."""
    given = params.get(name)
    return None if given is None or given.value is None else int(given.value)
