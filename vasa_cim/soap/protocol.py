"""spyne's protocol of this server: our envelope reader, readers and writers inside spyne's call life cycle.

It builds on XmlDocument, not on Soap11: that class would resolve references inside documents and set headers we do
not want. One instance reads, another writes, as spyne requires.
"""

from typing import Any

from spyne.protocol.xml import XmlDocument

from vasa_cim.soap.call import Call, call_of
from vasa_cim.soap.envelope import EnvelopeReader, describe, not_understood, open_envelope
from vasa_cim.soap.faults import FaultCode, SoapFault, wire_fault
from vasa_cim.soap.names import BODY
from vasa_cim.soap.reader import ReadArguments, Readers
from vasa_cim.soap.responses import ResponseWriter, WriteAnswer
from vasa_cim.soap.writer import WwnFormat

_CATALOG_REQUEST = "queryCatalogRequest"
"""The message of queryCatalog has no part; some toolkits send its name as an element without namespace."""
_CATALOG = "queryCatalog"


class VasaSoap(XmlDocument):  # type: ignore[misc]
    """SOAP 1.1 and 1.2 by the rules of `vasa-1.0 1`."""

    def __init__(self, wwn_format: WwnFormat = WwnFormat.COLON) -> None:
        super().__init__()
        self._envelopes = EnvelopeReader()
        self._responses = ResponseWriter(wwn_format)
        self._read: dict[str, ReadArguments] = {}
        self._write: dict[str, WriteAnswer] = {}
        self._operations: dict[str, Any] = {}

    def set_app(self, value: Any) -> None:
        """Compile a reader and a writer for each operation of the application."""
        super().set_app(value)
        if value is None:
            return
        readers = Readers()
        for (descriptor,) in value.interface.service_method_map.values():
            self._operations[f"{{{BODY}}}{descriptor.operation_name}"] = descriptor
            self._read[descriptor.operation_name] = readers.arguments(descriptor.in_message)
            self._write[descriptor.operation_name] = self._responses.answer(descriptor.out_message)

    def get_context(self, parent: Any, transport: Any) -> None:
        """Return nothing: what a call needs is in the `udc` of its context."""

    def create_in_document(self, ctx: Any, charset: str | None = None) -> None:
        """Parse the request."""
        ctx.in_document = self._envelopes.parse(call_of(ctx).request.body, charset)

    def decompose_incoming_envelope(self, ctx: Any, message: Any) -> None:
        """Find SOAP version, headers and operation."""
        call = call_of(ctx)
        envelope = open_envelope(ctx.in_document)
        call.version = envelope.version
        if strange := not_understood(envelope):
            reason = f"header {describe(strange[0])} is not understood"
            raise SoapFault(FaultCode.MUST_UNDERSTAND, reason, not_understood=strange)
        ctx.in_body_doc = envelope.child
        ctx.method_request_string = _operation_name(call, envelope.child)

    def generate_method_contexts(self, ctx: Any) -> tuple[Any]:
        """Name the operation; there is one per request, so the context itself serves."""
        descriptor = self._operations.get(ctx.method_request_string)
        if descriptor is None:
            known = describe(ctx.method_request_string)
            raise SoapFault(FaultCode.CLIENT, f"there is no operation {known}" if known else "no operation is named")
        ctx.descriptor = descriptor
        return (ctx,)

    def deserialize(self, ctx: Any, message: Any) -> None:
        """Let the gate decide, then decode the arguments."""
        descriptor = ctx.descriptor
        try:
            self.event_manager.fire_event("before_deserialize", ctx)
            ctx.in_object = self._read[descriptor.operation_name](ctx.in_body_doc)
        except Exception as error:
            raise wire_fault(error, descriptor.operation_name, descriptor.faults) from error

    def serialize(self, ctx: Any, message: Any) -> None:
        """Write the answer or the fault as a list of bytes."""
        version = call_of(ctx).version
        if ctx.out_error is not None:
            ctx.out_document = self._responses.fault(ctx.out_error, version)
        else:
            ctx.out_document = self._write[ctx.descriptor.operation_name](ctx.out_object[0], version)

    def create_out_string(self, ctx: Any, charset: str | None = None) -> None:
        """The document is bytes already."""
        ctx.out_string = ctx.out_document


def _operation_name(call: Call, child: Any) -> str:
    """Return `{namespace}name` of the operation: the child of Body, or the action where Body is empty."""
    if child is None:
        return f"{{{BODY}}}{(call.request.action or '').removeprefix('urn:')}"
    return f"{{{BODY}}}{_CATALOG}" if child.tag == _CATALOG_REQUEST else str(child.tag)
