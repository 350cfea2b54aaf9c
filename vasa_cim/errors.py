"""Our errors: one class per VASA fault, plus what can go wrong on the side of the sources and of the set-up.

An error carries its facts as attributes; its text is made from them and is fit to be shown to a person: no stack
trace, no password. Translation happens at three borders: pywbem's errors into `SourceError` (cim/), the database's
into `StoreError` (store/), and ours into VASA faults on the wire (soap/).
"""

from collections.abc import Mapping
from typing import Any, ClassVar


class VasaCimError(Exception):
    """Base of all errors raised on purpose. `text` is a template; its fields are keyword arguments, kept in `facts`."""

    text: ClassVar[str] = "{message}"

    def __init__(self, **facts: Any) -> None:
        self.facts: Mapping[str, Any] = facts
        super().__init__(self.text.format(**facts))


# --- the nine VASA faults (vasa-1.0 1.5) ---


class VasaFault(VasaCimError):
    """Base of the nine faults. `name` is the wire name: the element in the body namespace."""

    name: ClassVar[str]


class InvalidSession(VasaFault):
    """No, unknown or expired session, or no trusted client certificate."""

    name = "InvalidSession"
    text = "the session or the client certificate is not valid: {reason}"


class InvalidArgument(VasaFault):
    """An argument is malformed, of the wrong kind, or null where a value is needed."""

    name = "InvalidArgument"
    text = "argument {argument} is not valid: {reason}"


class NotFound(VasaFault):
    """A single well-formed id names nothing that this session sees."""

    name = "NotFound"
    text = "no such object: {identifier}"


class ProfileNotSupported(VasaFault):
    """VASA's NotImplemented: no array of this provider has the profile."""

    name = "NotImplemented"
    text = "this provider does not support {profile}"


class InvalidCertificate(VasaFault):
    """Certificate text that cannot be parsed, is outside its validity, or (unregister) is not registered."""

    name = "InvalidCertificate"
    text = "the certificate is not valid: {reason}"


class InvalidLogin(VasaFault):
    """User or password missing or wrong."""

    name = "InvalidLogin"
    text = "user name or password is not valid"


class LostEvent(VasaFault):
    """Events after the given id are no longer there."""

    name = "LostEvent"
    text = "events after {last_id} are lost; read everything again"


class LostAlarm(VasaFault):
    """Alarms after the given id are no longer there."""

    name = "LostAlarm"
    text = "alarms after {last_id} are lost; read everything again"


class StorageFault(VasaFault):
    """Anything else. `message_id` is a key of the Fault catalog, `parameters` fill its text (`vasa-1.0 7.3`)."""

    name = "StorageFault"
    text = "{message}"

    def __init__(
        self, message: str, *, message_id: str = "Fault.Internal", parameters: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message=message)
        self.message_id = message_id
        self.parameters: Mapping[str, str] = {"msg": message} if parameters is None else parameters


# --- the side of the sources ---


class SourceError(VasaCimError):
    """Something went wrong with a source. `source` is its configured name."""

    text = "{source}: {reason}"


class SourceUnreachable(SourceError):
    """No connection: name, address, port, TLS trust, time-out, or broken in mid-answer."""

    text = "{source} cannot be reached: {reason}"


class SourceRefused(SourceError):
    """The source refused the user or password (HTTP 401, CIM_ERR_ACCESS_DENIED)."""

    text = "{source} refused user or password: {reason}"


class SourceFailed(SourceError):
    """The source answered with an error. `status` is the CIM status code, or None if it was not a CIM error."""

    text = "{source} failed: {reason}"

    @property
    def status(self) -> int | None:
        """The CIM status code (DSP0200), None where the answer was no CIM error."""
        status = self.facts.get("status")
        return status if isinstance(status, int) else None


class SourceUnreadable(SourceError):
    """The source's answer could not be understood."""

    text = "{source} gave an answer that cannot be read: {reason}"


# --- set-up ---


class AdapterBroken(VasaCimError):
    """A platform adapter cannot be loaded: import error, missing method, wrong contract version."""

    text = "adapter {adapter} cannot be used: {reason}"


class ConfigurationError(VasaCimError):
    """A setting is missing or wrong. `setting` is its name as the user writes it."""

    text = "{setting}: {reason}"


class StoreError(VasaCimError):
    """The database failed."""

    text = "the store failed: {reason}"


# --- the operator's side ---


class NoProvider(VasaCimError):
    """Nobody answers commands for this data directory."""

    text = "no vasa-cim is running with the data directory {data}"


class CommandRefused(VasaCimError):
    """A running provider did not do what an operator asked for; `reason` is a sentence."""

    text = "{reason}"
