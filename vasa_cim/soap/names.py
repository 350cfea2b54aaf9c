"""Namespaces, SOAP versions and prefixes of the wire (`vasa-1.0 1.1` and `1.2`)."""

from enum import Enum
from typing import NamedTuple

SERVICE = "http://com.vmware.vim.vasa/1.0/"
"""Target namespace of the WSDL: port type, bindings, service."""
BODY = "http://com.vmware.vim.vasa/1.0/xsd"
"""Request and response wrappers, fault wrappers, the base type `Exception`."""
DATA = "http://data.vasa.vim.vmware.com/xsd"
FAULT = "http://fault.vasa.vim.vmware.com/xsd"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
XSD = "http://www.w3.org/2001/XMLSchema"
SOAP_TRANSPORT = "http://schemas.xmlsoap.org/soap/http"

PREFIXES = {BODY: "v", DATA: "d", FAULT: "f"}
"""Prefixes in our answers. They are declared on the wrapper element, or on the detail of a fault."""

SESSION_COOKIE = "VASASESSIONID"


class _Version(NamedTuple):
    namespace: str
    content_type: str


class SoapVersion(Enum):
    """SOAP 1.1 or 1.2: the namespace of the envelope and the media type of its answers."""

    V11 = _Version("http://schemas.xmlsoap.org/soap/envelope/", "text/xml; charset=UTF-8")
    V12 = _Version("http://www.w3.org/2003/05/soap-envelope", "application/soap+xml; charset=UTF-8")

    @property
    def namespace(self) -> str:
        """The namespace of Envelope, Header, Body and Fault."""
        return self.value.namespace

    @property
    def content_type(self) -> str:
        """The Content-Type of an answer in this version."""
        return self.value.content_type


def local_name(tag: str) -> str:
    """Return the part of `{namespace}name` after the namespace."""
    return tag.rpartition("}")[2]
