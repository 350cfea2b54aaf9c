"""queryStorageLuns and getEvents as a plain spyne application: its own types, Soap11 in and out, WSGI.

Written as spyne's documentation shows it. What is generous to it: the objects of an answer are made once and kept,
nobody checks certificates, sessions or visibility, and spyne's garbage collection at each call is off.
"""
# ruff: noqa: E402, N805, RUF012 - the shim comes before spyne; context and `_type_info` are as spyne wants them

import importlib
import sys
import types
from collections.abc import Iterable, Mapping, Sequence
from email.message import Message
from io import BytesIO
from typing import Any

from vasa_cim.model.entities import StorageLun as LunEntity
from vasa_cim.soap import spyne_compat

BODY = "http://com.vmware.vim.vasa/1.0/xsd"
DATA = "http://data.vasa.vim.vmware.com/xsd"


def _provide_cgi() -> None:
    """Give spyne's Soap11 the one function of the module `cgi` that it calls; Python 3.13 has no such module."""
    if sys.version_info < (3, 13):
        return

    def parse_header(line: str) -> tuple[str, dict[str, str]]:
        message = Message()
        message["Content-Type"] = line
        return message.get_content_type(), {str(name): str(value) for name, value in (message.get_params() or [])[1:]}

    stub = types.ModuleType("cgi")
    vars(stub)["parse_header"] = parse_header
    sys.modules.setdefault("cgi", stub)


spyne_compat.install()
_provide_cgi()

from spyne import Application, Boolean, ComplexModel, Integer64, Service, Unicode, rpc
from spyne.context import MethodContext
from spyne.protocol.soap import Soap11

WsgiApplication = importlib.import_module("spyne.server.wsgi").WsgiApplication


class BaseStorageEntity(ComplexModel):  # type: ignore[misc]
    """Anything with an id."""

    __namespace__ = DATA
    _type_info = [("uniqueIdentifier", Unicode)]


class StorageLun(BaseStorageEntity):
    """A LUN."""

    __namespace__ = DATA
    _type_info = [
        ("alternateIdentifier", Unicode.customize(max_occurs="unbounded")),
        ("capacityInMB", Integer64),
        ("displayName", Unicode),
        ("drsManagementPermitted", Boolean),
        ("esxLunIdentifier", Unicode),
        ("thinProvisioned", Boolean),
        ("thinProvisioningStatus", Unicode),
        ("usedSpaceInMB", Integer64),
    ]


class StorageEvent(ComplexModel):  # type: ignore[misc]
    """A change; the answers measured here hold none."""

    __namespace__ = DATA
    _type_info = [("eventId", Integer64)]


def plain_application(luns: Iterable[LunEntity]) -> Any:
    """Return the WSGI application that answers with these LUNs."""
    known = {lun.unique_identifier: _made(lun) for lun in luns}

    class VasaService(Service):  # type: ignore[misc]
        @rpc(  # type: ignore[untyped-decorator]
            Unicode.customize(max_occurs="unbounded"),
            _args=["lunUniqueId"],
            _operation_name="queryStorageLuns",
            _out_message_name="queryStorageLunsResponse",
            _out_variable_name="return",
            _returns=StorageLun.customize(max_occurs="unbounded"),
        )
        def query_storage_luns(ctx: Any, ids: list[str]) -> list[StorageLun]:
            return [known[each] for each in ids]

        @rpc(  # type: ignore[untyped-decorator]
            Integer64,
            _args=["lastEventId"],
            _operation_name="getEvents",
            _out_message_name="getEventsResponse",
            _out_variable_name="return",
            _returns=StorageEvent.customize(max_occurs="unbounded"),
        )
        def get_events(ctx: Any, last_event_id: int) -> list[StorageEvent]:
            return []

    application = Application([VasaService], BODY, in_protocol=Soap11(), out_protocol=Soap11())
    return WsgiApplication(application, max_content_length=2**24, block_length=2**24)


def answer(application: Any, body: bytes) -> bytes:
    """Return the bytes that a WSGI application answers to a POST of `body`. Raises ValueError for anything but 200."""
    statuses: list[str] = []

    def start_response(status: str, headers: Any, exc_info: Any = None) -> None:
        statuses.append(status)

    answered = b"".join(application(wsgi_environ(body), start_response))
    if not statuses[0].startswith("200"):
        raise ValueError(f"the peer answered {statuses[0]}: {answered[:200]!r}")
    return answered


def read(application: Any, body: bytes) -> Sequence[str]:
    """Return the ids of a queryStorageLuns request as spyne reads them, without calling the operation."""
    context = MethodContext(application, MethodContext.SERVER)
    context.in_string = [body]
    (call,) = application.generate_contexts(context, "utf-8")
    application.get_in_object(call)
    if call.in_error is not None:
        raise ValueError(f"the peer refused the request: {call.in_error}")
    ids: Sequence[str] = call.in_object[0]
    return ids


def wsgi_environ(body: bytes) -> Mapping[str, Any]:
    """Return the WSGI environment of a POST of `body`."""
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/vasa/services/vasaService",
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": "text/xml; charset=utf-8",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
        "wsgi.url_scheme": "https",
        "wsgi.errors": sys.stderr,
        "wsgi.version": (1, 0),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


def _made(lun: LunEntity) -> StorageLun:
    return StorageLun(
        uniqueIdentifier=lun.unique_identifier,
        alternateIdentifier=list(lun.alternate_identifier),
        capacityInMB=lun.capacity_in_mb,
        displayName=lun.display_name,
        drsManagementPermitted=lun.drs_management_permitted,
        esxLunIdentifier=lun.esx_lun_identifier,
        thinProvisioned=lun.thin_provisioned,
        thinProvisioningStatus=lun.thin_provisioning_status.value,
        usedSpaceInMB=lun.used_space_in_mb,
    )
