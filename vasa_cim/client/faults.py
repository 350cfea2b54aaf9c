"""Faults on the wire, raised as our own classes (`vasa-1.0 1.5`)."""

from typing import Any

from lxml import etree

from vasa_cim.client import contract
from vasa_cim.client.decode import name_value
from vasa_cim.client.envelope import SoapVersion
from vasa_cim.client.failures import SoapFault, unreadable
from vasa_cim.client.shapes import Field, Shape, filled_text, is_nil, no_stray_text, text
from vasa_cim.errors import StorageFault, VasaCimError, VasaFault

_CLASSES = {one.name: one for declared in contract.DECLARED_FAULTS.values() for one in declared}
# The text of a received fault is the provider's, not made from a template; what `except` asks for stays the same.
_RECEIVED: dict[str, type[VasaFault]] = {
    name: type(one.__name__, (one,), {"text": "{message}", "__doc__": one.__doc__, "__module__": one.__module__})
    for name, one in _CLASSES.items()
    if one is not StorageFault
}
_BASE_FIELD = f"{{{contract.BODY}}}Exception"

_storage_fault: Shape[dict[str, Any]] = Shape(
    dict,
    contract.FAULT,
    [
        Field("faultMessageId", "message_id", filled_text),
        Field("parameterList", "parameters", name_value, required=False, many=True),
    ],
)


def is_fault(version: SoapVersion, element: etree._Element) -> bool:
    """Return whether the child of a body is a SOAP fault."""
    return bool(element.tag == f"{{{version.namespace}}}Fault")


def fault_from(version: SoapVersion, operation: str, element: etree._Element) -> VasaCimError:
    """Return the error that a SOAP fault stands for: a VasaFault, or SoapFault if it has no VASA detail.

    The class is chosen by the first child of the detail, as vCenter does. Returns UnreadableAnswer for a detail that
    does not fit the contract, and for a fault that the operation does not declare.
    """
    code, reason, detail = _parts_1_2(element) if version is SoapVersion.V1_2 else _parts_1_1(element)
    if detail is None or not len(detail):
        return SoapFault(code=code, reason=reason)
    wrapper = detail[0]
    name = etree.QName(wrapper)
    if name.namespace != contract.BODY or name.localname not in _CLASSES:
        return unreadable(wrapper, f"is no fault of the contract (namespace {name.namespace!r})")
    fault = _CLASSES[name.localname]
    if fault not in contract.DECLARED_FAULTS[operation]:
        return unreadable(wrapper, f"{operation} does not declare this fault")
    inner = _inner(wrapper)
    if fault is not StorageFault:
        _only_base_field(inner)
        return _RECEIVED[name.localname](message=reason)
    if inner is None:
        return unreadable(wrapper, "is missing", name.localname)
    return _storage_fault_from(inner, reason)


def _parts_1_1(element: etree._Element) -> tuple[str, str, etree._Element | None]:
    code, reason = element.find("faultcode"), element.find("faultstring")
    if code is None or reason is None:
        raise unreadable(element, "is missing", "faultcode" if code is None else "faultstring")
    return text(code).strip().rpartition(":")[2], text(reason).strip(), element.find("detail")


def _parts_1_2(element: etree._Element) -> tuple[str, str, etree._Element | None]:
    names = {"e": SoapVersion.V1_2.namespace}
    code, reason = element.find("e:Code/e:Value", names), element.find("e:Reason/e:Text", names)
    if code is None or reason is None:
        raise unreadable(element, "is missing", "Code/Value" if code is None else "Reason/Text")
    return text(code).strip().rpartition(":")[2], text(reason).strip(), element.find("e:Detail", names)


def _inner(wrapper: etree._Element) -> etree._Element | None:
    """Return the detail's inner element, which repeats the wrapper's name; None if absent or nil."""
    no_stray_text(wrapper)
    if len(wrapper) > 1:
        raise unreadable(wrapper[1], "is a second child of the fault")
    if not len(wrapper):
        return None
    if wrapper[0].tag != wrapper.tag:
        raise unreadable(wrapper[0], "does not repeat the name of the fault")
    return None if is_nil(wrapper[0]) else wrapper[0]


def _only_base_field(inner: etree._Element | None) -> None:
    for child in inner if inner is not None else ():
        if child.tag != _BASE_FIELD:
            raise unreadable(child, "unknown element")


def _storage_fault_from(inner: etree._Element, reason: str) -> StorageFault:
    for child in inner.findall(_BASE_FIELD):
        inner.remove(child)
    fields = _storage_fault(inner)
    parameters = {one.name: one.value for one in fields["parameters"]}
    return StorageFault(reason, message_id=fields["message_id"], parameters=parameters)
