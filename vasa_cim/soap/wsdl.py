"""The served WSDL: spyne's schemas of the declared types, tidied, and our messages, port type, bindings and service.

It is made from the same declarations that serve the requests (`vasa-1.0` 1.1 to 1.3).
"""

from typing import Any

from lxml import etree
from spyne.interface.wsdl import Wsdl11

from vasa_cim.soap.names import BODY, DATA, FAULT, SERVICE, SOAP_TRANSPORT, XSD

Element = etree._Element

_WSDL = "http://schemas.xmlsoap.org/wsdl/"
_SOAP11 = "http://schemas.xmlsoap.org/wsdl/soap/"
_SOAP12 = "http://schemas.xmlsoap.org/wsdl/soap12/"
_HTTP = "http://schemas.xmlsoap.org/wsdl/http/"
_MIME = "http://schemas.xmlsoap.org/wsdl/mime/"
_ACTION = "{http://www.w3.org/2006/05/addressing/wsdl}Action"
_PREFIXES = {
    "wsdl": _WSDL,
    "soap": _SOAP11,
    "soap12": _SOAP12,
    "http": _HTTP,
    "mime": _MIME,
    "wsaw": "http://www.w3.org/2006/05/addressing/wsdl",
    "xs": XSD,
    "service": SERVICE,
    "tns": BODY,
    "data": DATA,
    "fault": FAULT,
}
_SCHEMA_PREFIXES = {prefix: _PREFIXES[prefix] for prefix in ("xs", "tns", "data", "fault")}
"""The prefixes inside schemas, the same as on the root: lxml drops a second prefix for one URI, and names dangle."""
_NAME = "vasaService"
_PORT_TYPE = f"{_NAME}PortType"
_ADDRESS = "https://vasa-provider.invalid/"
"""Stands where the address belongs until the document is asked for."""

_SCHEMA_ORDER = (FAULT, DATA, BODY)


def _xs(name: str) -> str:
    return f"{{{XSD}}}{name}"


class VasaWsdl(Wsdl11):  # type: ignore[misc]
    """The interface document of the application."""

    def __init__(self, interface: Any) -> None:
        for prefix, namespace in _SCHEMA_PREFIXES.items():
            interface.nsmap[prefix] = namespace
            interface.prefmap[namespace] = prefix
        super().__init__(interface)
        self._document = b""

    def build_interface_document(self, url: str = _ADDRESS) -> None:
        """Make the document once; `at` puts the address in."""
        root = etree.Element(f"{{{_WSDL}}}definitions", nsmap=_PREFIXES)
        root.set("name", _NAME)
        root.set("targetNamespace", SERVICE)
        types = _child(root, "types")
        types.extend(self._schemas())
        operations = [method for service in self.interface.services for method in service.public_methods.values()]
        _messages(root, operations)
        _port_type(root, operations)
        for prefix, version in (("soap", "11"), ("soap12", "12")):
            _soap_binding(root, operations, prefix, f"{_NAME}Soap{version}Binding")
        _http_binding(root, operations)
        _service(root, url)
        self._document = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)

    def get_interface_document(self) -> bytes:
        """Return the document with a placeholder for the address."""
        return self._document

    def at(self, url: str) -> bytes:
        """Return the document with `url`, which holds no character that XML would escape, as the address."""
        return self._document.replace(_ADDRESS.encode(), url.encode())

    def _schemas(self) -> list[Element]:
        self.build_schema_nodes()
        by_namespace = {schema.get("targetNamespace"): schema for schema in self.schema_dict.values()}
        return [self._tidied(by_namespace[namespace]) for namespace in _SCHEMA_ORDER]

    def _tidied(self, schema: Element) -> Element:
        """Return spyne's schema as the contract has it: sorted, and elements only for wrappers, without named types."""
        made = etree.Element(_xs("schema"), nsmap=_SCHEMA_PREFIXES)
        for name in ("attributeFormDefault", "elementFormDefault"):
            made.set(name, "qualified")
        namespace = schema.get("targetNamespace") or ""
        made.set("targetNamespace", namespace)
        for imported in sorted(node.get("namespace") or "" for node in schema.iter(_xs("import"))):
            etree.SubElement(made, _xs("import"), namespace=imported)
        named = {node.get("name"): node for node in schema if node.tag in (_xs("simpleType"), _xs("complexType"))}
        for annotation in list(schema.iter(_xs("annotation"))):
            parent = annotation.getparent()
            if parent is not None:
                parent.remove(annotation)
        wrappers = self._wrappers() if namespace == BODY else {}
        made.extend(node for name, node in sorted(named.items()) if name not in wrappers)
        made.extend(_anonymous(name, named[name]) for name, has_members in sorted(wrappers.items()) if has_members)
        return made

    def _wrappers(self) -> dict[str, bool]:
        """Return the names of requests, responses and faults; only those with members are elements."""
        return {
            message.get_type_name(): bool(message._type_info)
            for service in self.interface.services
            for method in service.public_methods.values()
            for message in (method.in_message, method.out_message, *method.faults)
        }


def _anonymous(name: str, complex_type: Element) -> Element:
    element = etree.Element(_xs("element"), name=name)
    del complex_type.attrib["name"]
    element.append(complex_type)
    return element


def _child(parent: Element, tag: str, /, **attributes: str) -> Element:
    """Append an element; `tag` is local to WSDL or has a prefix."""
    prefix, _, local = tag.rpartition(":")
    return etree.SubElement(parent, f"{{{_PREFIXES[prefix or 'wsdl']}}}{local}", attributes)


def _message(root: Element, name: str, element: str | None) -> None:
    message = _child(root, "message", name=name)
    if element is not None:
        _child(message, "part", name="parameters", element=f"tns:{element}")


def _messages(root: Element, operations: list[Any]) -> None:
    faults = {fault.get_type_name() for operation in operations for fault in operation.faults}
    for operation in operations:
        name = operation.operation_name
        _message(root, f"{name}Request", name if operation.in_message._type_info else None)
        _message(root, f"{name}Response", f"{name}Response" if operation.out_message._type_info else None)
    for fault in sorted(faults):
        _message(root, fault, fault)


def _port_type(root: Element, operations: list[Any]) -> None:
    port_type = _child(root, "portType", name=_PORT_TYPE)
    for operation in operations:
        name = operation.operation_name
        node = _child(port_type, "operation", name=name)
        _child(node, "input", message=f"service:{name}Request").set(_ACTION, f"urn:{name}")
        _child(node, "output", message=f"service:{name}Response").set(_ACTION, f"urn:{name}Response")
        for fault in sorted(one.get_type_name() for one in operation.faults):
            _child(node, "fault", message=f"service:{fault}", name=fault).set(_ACTION, f"urn:{name}{fault}")


def _soap_binding(root: Element, operations: list[Any], prefix: str, binding_name: str) -> None:
    binding = _child(root, "binding", name=binding_name, type=f"service:{_PORT_TYPE}")
    _child(binding, f"{prefix}:binding", transport=SOAP_TRANSPORT, style="document")
    for operation in operations:
        name = operation.operation_name
        node = _child(binding, "operation", name=name)
        _child(node, f"{prefix}:operation", soapAction=f"urn:{name}", style="document")
        _child(_child(node, "input"), f"{prefix}:body", use="literal")
        if operation.out_message._type_info:
            # The contract leaves the output of unregisterVASACertificate out of both bindings (vasa-1.0 1.3).
            _child(_child(node, "output"), f"{prefix}:body", use="literal")
        for fault in sorted(one.get_type_name() for one in operation.faults):
            _child(_child(node, "fault", name=fault), f"{prefix}:fault", use="literal", name=fault)


def _http_binding(root: Element, operations: list[Any]) -> None:
    binding = _child(root, "binding", name=f"{_NAME}HttpBinding", type=f"service:{_PORT_TYPE}")
    _child(binding, "http:binding", verb="POST")
    for operation in operations:
        name = operation.operation_name
        node = _child(binding, "operation", name=name)
        _child(node, "http:operation", location=f"{_NAME}/{name}")
        for direction in ("input", "output") if operation.out_message._type_info else ("input",):
            _child(_child(node, direction), "mime:content", type="text/xml", part=name)


def _service(root: Element, url: str) -> None:
    service = _child(root, "service", name=_NAME)
    ports = (("HttpSoap11", "Soap11", "soap"), ("HttpSoap12", "Soap12", "soap12"), ("Http", "Http", "http"))
    for port, binding, prefix in ports:
        node = _child(service, "port", name=f"{_NAME}{port}Endpoint", binding=f"service:{_NAME}{binding}Binding")
        _child(node, f"{prefix}:address", location=url)
