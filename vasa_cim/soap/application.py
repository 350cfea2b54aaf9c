"""The SOAP endpoint without HTTP: request bytes and headers in, answer bytes and headers out.

One endpoint serves one VASA service class. Nothing of it is shared between endpoints, and calls may run in any
thread.
"""

from collections.abc import Mapping
from typing import Any

import structlog
from spyne.application import Application
from spyne.context import MethodContext
from spyne.interface import InterfaceDocumentsBase
from spyne.server import ServerBase
from spyne.util import appreg

from vasa_cim.errors import VasaFault
from vasa_cim.framework.vasa_service import Peer, VasaService
from vasa_cim.soap.call import Answer, Call, Request, call_of
from vasa_cim.soap.faults import FaultCode, SoapFault, wire_fault
from vasa_cim.soap.gate import gate
from vasa_cim.soap.headers import request_of
from vasa_cim.soap.names import BODY, SOAP_TRANSPORT
from vasa_cim.soap.protocol import VasaSoap
from vasa_cim.soap.responses import ResponseWriter
from vasa_cim.soap.service import VasaOperations
from vasa_cim.soap.types import ENUMERATIONS
from vasa_cim.soap.writer import WwnFormat
from vasa_cim.soap.wsdl import VasaWsdl

log = structlog.get_logger(__name__)

OK = 200
FAULT = 500
"""The HTTP status of every SOAP fault, in both versions (`vasa-1.0 1.2`)."""


class _Documents(InterfaceDocumentsBase):  # type: ignore[misc]
    def __init__(self, interface: Any) -> None:
        super().__init__(interface, wsdl11=VasaWsdl(interface))


class VasaApplication(Application):  # type: ignore[misc]
    """The contract and its protocol. Its `tns` is the namespace of the bodies, which spyne dispatches by."""

    def __init__(self, wwn_format: WwnFormat) -> None:
        super().__init__(
            [VasaOperations],
            tns=BODY,
            name="vasaService",
            in_protocol=VasaSoap(wwn_format),
            out_protocol=VasaSoap(wwn_format),
            classes=ENUMERATIONS,
            documents_container=_Documents,
        )
        # spyne keeps every application in a table of the process; several servers must not meet there.
        appreg.applications.pop((self.tns, self.name), None)
        self.in_protocol.event_manager.add_listener("before_deserialize", gate)

    def call_wrapper(self, ctx: Any) -> Any:
        """Run the operation; whatever it raises leaves as one of its declared faults."""
        try:
            return super().call_wrapper(ctx)
        except Exception as error:
            raise wire_fault(error, ctx.descriptor.operation_name, ctx.descriptor.faults) from error


class CallContext(MethodContext):  # type: ignore[misc]
    """spyne's context without its guard on attributes, and without events that nobody listens to.

    Both cost more than the rest of the life cycle of a small call.
    """

    __setattr__ = object.__setattr__

    def fire_event(self, event: str, *args: Any, **kwargs: Any) -> None:
        """Fire an event if the application or the operation has any listener."""
        descriptor = self.descriptor
        managers = () if descriptor is None else descriptor.event_managers
        if self.app.event_manager.handlers or any(manager.handlers for manager in managers):
            super().fire_event(event, *args, **kwargs)


class SoapEndpoint(ServerBase):  # type: ignore[misc]
    """Answers SOAP requests for one service."""

    transport = SOAP_TRANSPORT

    def __init__(self, service: VasaService, wwn_format: WwnFormat = WwnFormat.COLON) -> None:
        super().__init__(VasaApplication(wwn_format))
        self._service = service
        self._faults = ResponseWriter(wwn_format)
        self.doc.wsdl11.build_interface_document()

    def wsdl(self, url: str) -> bytes:
        """Return the WSDL with `url` as the address of its ports."""
        document: bytes = self.doc.wsdl11.at(url)
        return document

    def answer(self, body: bytes, headers: Mapping[str, str], peer: Peer) -> Answer:
        """Answer a whole request; the headers that count are Content-Type, SOAPAction and Cookie."""
        return self.finish(self.begin(request_of(body, headers, peer)))

    def begin(self, request: Request) -> Any:
        """Parse a request and find its operation. Returns spyne's context, to be given to `finish` once."""
        ctx = CallContext(self, MethodContext.SERVER)
        ctx.udc = Call(request, self._service, request.version)
        ctx.in_string = [request.body]
        try:
            self.generate_contexts(ctx, request.charset)
        except Exception as error:  # noqa: BLE001 - a request must never end without an answer
            ctx.in_error = ctx.out_error = self._unexpected(error, ctx)
        return ctx

    @staticmethod
    def waits(ctx: Any) -> bool:
        """Return whether the call may block on a source, so that it must not run on an event loop."""
        return ctx.descriptor is not None and bool(ctx.descriptor.udd.waits)

    def refuse(self, ctx: Any, error: VasaFault) -> Answer:
        """Answer a call with a fault that its operation declares, without running it."""
        ctx.in_error = ctx.out_error = wire_fault(error, ctx.descriptor.operation_name, ctx.descriptor.faults)
        return self.finish(ctx)

    def finish(self, ctx: Any) -> Answer:
        """Run the call and write its answer."""
        try:
            return self._finish(ctx)
        except Exception as error:  # noqa: BLE001 - a request must never end without an answer
            call = call_of(ctx)
            parts = self._faults.fault(self._unexpected(error, ctx), call.version)
            return Answer(FAULT, {"Content-Type": call.version.content_type}, b"".join(parts))
        finally:
            _release(ctx)

    def _finish(self, ctx: Any) -> Answer:
        if ctx.in_error is None:
            self.get_in_object(ctx)
        if ctx.in_error is None:
            self.get_out_object(ctx)
        call = call_of(ctx)
        if ctx.out_error is not None:
            call.cookie = None
            log.debug(
                "a call ends in a fault",
                operation=ctx.descriptor.operation_name if ctx.descriptor else None,
                fault=type(ctx.out_error).__name__,
                reason=ctx.out_error.faultstring,
                address=call.request.peer.address,
            )
        self.get_out_string(ctx)
        body = b"".join(ctx.out_string)
        ctx.close()
        return Answer(OK if ctx.out_error is None else FAULT, call.headers(), body)

    @staticmethod
    def _unexpected(error: Exception, ctx: Any) -> Any:
        """Return StorageFault once the operation is known, before that a plain Server fault."""
        name = "" if ctx.descriptor is None else ctx.descriptor.operation_name
        fault = wire_fault(error, name, ())
        return SoapFault(FaultCode.SERVER, "internal error") if ctx.descriptor is None else fault


def _release(ctx: Any) -> None:
    """Undo the cycles of spyne's context, which would keep its documents until the next garbage collection."""
    ctx.transport = ctx.event = ctx.protocol = None
    ctx.in_string = ctx.in_document = ctx.in_body_doc = ctx.in_object = None
    ctx.out_object = ctx.out_document = ctx.out_string = ctx.in_error = ctx.out_error = None
