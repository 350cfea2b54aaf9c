"""What is asked of filters, and the errors of the subscription providers."""

import pywbem

from mock_cimom.estate.description import Indications
from mock_cimom.indications.subscriptions import SERVICE, SUBSCRIPTION
from mock_cimom.query import QueryError, parse_query
from mock_cimom.repository import Namespace

INDICATION, ALERT = "CIM_Indication", "CIM_AlertIndication"
DEFAULT_SYSTEM = ("CIM_ComputerSystem", "mock-cimom")


def invalid(reason: str) -> pywbem.CIMError:
    """Return the error for a value that cannot be used."""
    return pywbem.CIMError(pywbem.CIM_ERR_INVALID_PARAMETER, reason)


def not_supported(reason: str) -> pywbem.CIMError:
    """Return the error for something that this server does not do."""
    return pywbem.CIMError(pywbem.CIM_ERR_NOT_SUPPORTED, reason)


def check_filter(instance: pywbem.CIMInstance, namespaces: list[Namespace], offered: Indications) -> None:
    """Return if the filter's query selects indications of one of its source namespaces.

    Raises CIM_ERR_INVALID_PARAMETER, and CIM_ERR_NOT_SUPPORTED for indications that are not offered.
    """
    text, language = instance.get("Query"), instance.get("QueryLanguage")
    if not isinstance(text, str) or not isinstance(language, str):
        raise invalid("A filter needs Query and QueryLanguage")
    try:
        class_name = parse_query(text, language).class_name
    except QueryError as error:
        raise invalid(f"The query of the filter is refused: {error}") from error
    if not any(class_name.lower() in space.classes.family(INDICATION) for space in namespaces):
        raise invalid(f"Class {class_name} is no indication in {', '.join(space.name for space in namespaces)}")
    alerts = any(class_name.lower() in space.classes.family(ALERT) for space in namespaces)
    if offered is not Indications.ALL and not alerts:
        raise not_supported(f"This server delivers alerts only, no {class_name}")


def refuse_used(space: Namespace, path: pywbem.CIMInstanceName) -> None:
    """Return if no subscription refers to the instance. Raises CIM_ERR_FAILED (DSP1054)."""
    if space.instances.referring_to(path, space.classes.family(SUBSCRIPTION)):
        raise pywbem.CIMError(pywbem.CIM_ERR_FAILED, f"Subscriptions refer to {path}")


def system_keys(space: Namespace) -> tuple[str, str]:
    """Return creation class and name of the system that hosts the indication service of the Interop namespace."""
    for class_name in (SERVICE, "CIM_ObjectManager"):
        for entry in space.instances.of_classes(sorted(space.classes.family(class_name))):
            return entry.instance["SystemCreationClassName"], entry.instance["SystemName"]
    return DEFAULT_SYSTEM
