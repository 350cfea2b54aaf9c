"""Whether a server has pulled enumerations: found out by asking, and remembered for the life of a connection."""

from enum import StrEnum
from http import HTTPStatus

from vasa_cim.cim.errors import is_busy
from vasa_cim.cim.vocabulary import CimStatus
from vasa_cim.errors import SourceFailed

_LACKING = frozenset({CimStatus.NOT_SUPPORTED, CimStatus.METHOD_NOT_AVAILABLE, CimStatus.METHOD_NOT_FOUND})
_NOT_UNDERSTOOD = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED})
_ANOTHER_TIME = frozenset({CimStatus.INVALID_OPERATION_TIMEOUT, CimStatus.SERVER_LIMITS_EXCEEDED})


class PullMode(StrEnum):
    """Whether to pull: where the server offers it, always, or never."""

    AUTO = "auto"
    ON = "on"
    OFF = "off"


class PullSupport:
    """What is known of one server, by the operation that opens an enumeration (`smis-mapping 1.1`)."""

    def __init__(self, mode: PullMode) -> None:
        self._mode = mode
        self._offered: dict[str, bool] = {}
        self._refused: set[str] = set()

    @property
    def is_offered(self) -> bool | None:
        """Whether the server has pulled enumerations; None if that was not found out."""
        return any(self._offered.values()) if self._offered else None

    def is_worth_trying(self, opening: str) -> bool:
        """Return whether to try this operation. A server that lacks the first one tried is taken to lack all."""
        if self._mode is not PullMode.AUTO:
            return self._mode is PullMode.ON
        return self._offered.get(opening, not self._offered or any(self._offered.values()))

    def succeeded(self, opening: str) -> None:
        """Note that the server has answered this operation."""
        self._offered[opening] = True
        self._refused.discard(opening)

    def is_refused(self, opening: str, error: SourceFailed) -> bool:
        """Return whether an error of this operation means that the class is to be read by a classic one."""
        if self._mode is PullMode.ON:
            return False
        if error.status in _LACKING or (not self._offered and error.facts.get("http_status") in _NOT_UNDERSTOOD):
            self._refused.add(opening)
            if opening not in self._offered:
                self._offered[opening] = False
            return True
        return error.status in _ANOTHER_TIME or is_busy(error)

    def did_without(self, opening: str) -> None:
        """Note that a class was read by a classic operation; one that was refused before it, is not offered."""
        if opening in self._refused:
            self._offered[opening] = False
