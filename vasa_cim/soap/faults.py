# mypy: disallow-subclassing-any=False
# ruff: noqa: RUF012 - `_type_info` is how spyne takes declarations
"""Faults: the nine of the contract, the plain ones of SOAP, and which of them an error becomes (`vasa-1.0 1.5`).

A declared fault class is the wrapper element; its single member is the typed detail, so the doubled detail of the
contract is a declaration like any other.
"""

import traceback
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple

import structlog
from spyne.model.fault import Fault

from vasa_cim import errors
from vasa_cim.model.notices import NameValue
from vasa_cim.soap.names import BODY, FAULT, SoapVersion
from vasa_cim.soap.types import TEXT, ExceptionType, NameValuePair, many

log = structlog.get_logger(__name__)


class _CodeText(NamedTuple):
    v11: str
    v12: str


class FaultCode(Enum):
    """Who is to blame, in the words of both SOAP versions."""

    CLIENT = _CodeText("Client", "Sender")
    SERVER = _CodeText("Server", "Receiver")
    VERSION_MISMATCH = _CodeText("VersionMismatch", "VersionMismatch")
    MUST_UNDERSTAND = _CodeText("MustUnderstand", "MustUnderstand")

    def text(self, version: SoapVersion) -> str:
        """Return the local name of the code."""
        return self.value.v11 if version is SoapVersion.V11 else self.value.v12


class SoapFault(Fault):
    """A fault without a VASA detail: the envelope, a header or the operation's name is wrong.

    `not_understood` holds the `{namespace}name` of headers that were to be understood.
    """

    __namespace__ = BODY
    __type_name__ = "SoapFault"
    _type_info: list[Any] = []

    def __init__(self, code: FaultCode, reason: str, *, not_understood: tuple[str, ...] = ()) -> None:
        super().__init__(faultcode=code.value.v11, faultstring=reason)
        self.code = code
        self.reason = reason
        self.not_understood = not_understood


@dataclass(frozen=True, slots=True)
class FaultDetail:
    """What the detail of a declared fault holds; only StorageFault has anything in it."""

    message_id: str | None = None
    parameters: tuple[NameValue, ...] = ()


class VasaWireFault(Fault):
    """Base of the nine declared faults."""

    __namespace__ = BODY
    __type_name__ = "VasaWireFault"
    _type_info: Any = []

    def __init__(self, reason: str, detail: FaultDetail) -> None:
        super().__init__(faultcode=FaultCode.SERVER.value.v11, faultstring=reason)
        self.code = FaultCode.SERVER
        self.reason = reason
        self.fault_detail = detail


def _declare(error: type[errors.VasaFault], fields: list[tuple[str, Any]]) -> type[VasaWireFault]:
    space = {"__namespace__": FAULT, "__type_name__": error.name, "_type_info": fields}
    detail = _subclass(ExceptionType, f"{error.name}Type", space)
    wrapper = {"__namespace__": BODY, "__type_name__": error.name, "_type_info": [(error.name, detail)]}
    made: type[VasaWireFault] = _subclass(VasaWireFault, error.name, wrapper)
    return made


def _subclass(base: Any, name: str, space: dict[str, Any]) -> Any:
    return type(base)(name, (base,), space)


_STORAGE_FAULT_FIELDS = [("faultMessageId", TEXT), ("parameterList", many(NameValuePair))]

WIRE_FAULTS: dict[type[errors.VasaFault], type[VasaWireFault]] = {
    error: _declare(error, _STORAGE_FAULT_FIELDS if error is errors.StorageFault else [])
    for error in (
        errors.InvalidCertificate,
        errors.InvalidSession,
        errors.StorageFault,
        errors.InvalidArgument,
        errors.InvalidLogin,
        errors.NotFound,
        errors.ProfileNotSupported,
        errors.LostEvent,
        errors.LostAlarm,
    )
}
"""The declared fault of each of our errors."""


def wire_fault(error: Exception, operation: str, declared: Collection[type[Fault]]) -> Fault:
    """Return the fault that the client gets for `error`, one of the `declared` ones or a plain SOAP fault.

    An error that the operation does not declare becomes InvalidCertificate where a certificate argument could not be
    read, else StorageFault (`vasa-1.0 1.5`). What nobody expected is logged here, with its trace but never with
    arguments, and the client learns only that it was an internal error.
    """
    if isinstance(error, Fault):
        return error
    if isinstance(error, errors.VasaFault):
        wanted = WIRE_FAULTS[type(error)]
        if wanted in declared:
            return wanted(str(error), _detail(error))
        return _substitute(error, declared)
    if isinstance(error, errors.VasaCimError):
        log.warning("a call failed", operation=operation, reason=str(error))
        return _storage_fault(errors.StorageFault(str(error)))
    log.error("a call failed unexpectedly", operation=operation, error=type(error).__name__, trace=_trace(error))
    return _storage_fault(errors.StorageFault("internal error"))


def _substitute(error: errors.VasaFault, declared: Collection[type[Fault]]) -> VasaWireFault:
    certificate = WIRE_FAULTS[errors.InvalidCertificate]
    argument = error.facts.get("argument", "")
    if isinstance(error, errors.InvalidArgument) and "Certificate" in argument and certificate in declared:
        return certificate(str(error), FaultDetail())
    return _storage_fault(errors.StorageFault(str(error)))


def _storage_fault(error: errors.StorageFault) -> VasaWireFault:
    return WIRE_FAULTS[errors.StorageFault](str(error), _detail(error))


def _detail(error: errors.VasaFault) -> FaultDetail:
    if not isinstance(error, errors.StorageFault):
        return FaultDetail()
    return FaultDetail(error.message_id, tuple(NameValue(*pair) for pair in error.parameters.items()))


def _trace(error: Exception) -> str:
    """Return where it happened. The error's own text stays out: it may repeat what the client sent."""
    return "".join(traceback.format_tb(error.__traceback__))
