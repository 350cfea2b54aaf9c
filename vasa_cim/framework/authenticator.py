"""Checking the user and password of registerVASACertificate at a source (`vasa-1.0 2.4`, `4.6`)."""

import re
import secrets
import threading
from enum import Enum
from weakref import ref

import structlog

from vasa_cim.adapter import VendorAdapter
from vasa_cim.clock import Clock
from vasa_cim.errors import (
    ConfigurationError,
    InvalidLogin,
    SourceError,
    SourceRefused,
    SourceUnreachable,
    StorageFault,
)
from vasa_cim.framework.adapter_facade import VendorAdapterFacade
from vasa_cim.framework.lockout import Lockout

LONGEST_TEXT = 255
SECONDS_TO_CLOSE = 5.0
_USER = re.compile(r"(?:[^\\:\x00-\x1f\x7f]+\\)?[^\\:\x00-\x1f\x7f]+")  # RFC 7617 has no room for a colon
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")

log = structlog.get_logger()


class Check(Enum):
    """Whether the source is known to refuse a wrong password."""

    UNDECIDED = "undecided"
    REFUSES = "refuses"
    ACCEPTS = "accepts"


class Authenticator:
    """Checks logins against one source, which must first have refused a random password.

    `source` is the name of a source of `facade`, None for whichever is the first at the time; raises
    ConfigurationError for any other. A source that accepts every password would let anybody in: it is then used for
    no login at all. What is known of a source is forgotten with its vendor adapter.
    """

    def __init__(self, facade: VendorAdapterFacade, clock: Clock, source: str | None = None) -> None:
        if source is not None and source not in facade.sources():
            raise ConfigurationError(setting="auth_source", reason=f"no source is named {source!r}")
        self._facade = facade
        self._chosen = source
        self._lockout = Lockout(clock)
        self._checked: tuple[ref[VendorAdapter] | None, Check] = (None, Check.UNDECIDED)
        self._thread = threading.Thread(target=self._probe_at_start, name="login-probe", daemon=True)

    @property
    def check(self) -> Check:
        """What is known about the source that checks logins now."""
        adapter = self._adapter()
        return Check.UNDECIDED if adapter is None else self._check_of(adapter)

    @property
    def source(self) -> str | None:
        """The name of the source that checks logins now, None if there is none."""
        adapter = self._adapter()
        return None if adapter is None else adapter.source

    @property
    def is_chosen(self) -> bool:
        """Whether a source was named for it, so that no other takes its place."""
        return self._chosen is not None

    def open(self) -> None:
        """Begin to find out, in the background, whether the source refuses a wrong password. Once only."""
        self._thread.start()

    def close(self) -> None:
        """Wait a little for the background; it ends when the facade is closed."""
        if self._thread.is_alive():
            self._thread.join(SECONDS_TO_CLOSE)

    def log_in(self, user: str | None, password: str | None, address: str) -> str:
        """Return the user's name if user and password are right; may block on the source.

        `address` is the client's. Raises InvalidLogin if either is null, empty, malformed or wrong; StorageFault
        (Fault.AccountLocked) after too many failures, and StorageFault if nobody can say.
        """
        if not user or not password or not _is_well_formed(user, password):
            raise InvalidLogin
        if not self._lockout.try_begin(user, address):
            log.warning("login refused, too many failures", user=user, address=address)
            raise StorageFault(
                "too many failed logins, try again later", message_id="Fault.AccountLocked", parameters={}
            )
        adapter = self._adapter()
        try:
            if adapter is None:
                raise StorageFault("logins cannot be checked: no source is there that could")
            self._probe(adapter, user)
            adapter.authenticate(user, password)
        except SourceRefused as error:
            self._lockout.failed(user, address)
            log.warning("login refused by the source", user=user, address=address, source=error.facts["source"])
            raise InvalidLogin from error
        except SourceError as error:
            self._lockout.undecided(user, address)
            raise _undecided(error) from error
        except BaseException:
            self._lockout.undecided(user, address)
            raise
        self._lockout.succeeded(user, address)
        return user

    def _adapter(self) -> VendorAdapter | None:
        """Return the vendor adapter of the source that checks logins now, None if there is none."""
        names = self._facade.sources()
        name = self._chosen or (names[0] if names else None)
        return None if name is None else self._facade.vendor_adapter(name)

    def _probe_at_start(self) -> None:
        adapter = self._adapter()
        if adapter is None:
            return  # none is there yet, or the facade was closed and the process is about to stop
        # a made-up user: a service that restarts in a loop must not lock a real account at the array
        try:
            self._probe(adapter, f"vasa-cim-{secrets.token_hex(4)}")
        except (SourceError, StorageFault) as error:
            log.warning("logins cannot be checked yet", source=adapter.source, error=str(error))

    def _check_of(self, adapter: VendorAdapter) -> Check:
        known, check = self._checked
        return check if known is not None and known() is adapter else Check.UNDECIDED

    def _probe(self, adapter: VendorAdapter, user: str) -> None:
        """Make sure that the source refuses a random password for this user.

        Raises StorageFault if it accepts it, SourceError if that could not be found out.
        """
        if self._check_of(adapter) is Check.REFUSES:
            return
        try:
            adapter.authenticate(user, secrets.token_urlsafe(24))
        except SourceRefused:
            self._checked = (ref(adapter), Check.REFUSES)
            return
        self._checked = (ref(adapter), Check.ACCEPTS)
        log.error("the source accepts any password, so nobody can log in through it", source=adapter.source)
        raise StorageFault(
            f"source {adapter.source} accepts any password, so it cannot check logins; "
            "turn on authentication there, or choose another auth_source"
        )


def _undecided(error: SourceError) -> StorageFault:
    source = error.facts["source"]
    log.error("login could not be checked", source=source, error=str(error))
    if isinstance(error, SourceUnreachable):
        return StorageFault(
            f"the login could not be checked: source {source} cannot be reached",
            message_id="Fault.ArrayUnreachable",
            parameters={"arrayId": source},
        )
    return StorageFault(f"the login could not be checked at source {source}")


def _is_well_formed(user: str, password: str) -> bool:
    """Return whether user (`name` or `DOMAIN\\name`) and password are worth asking the source about."""
    fits = len(user) <= LONGEST_TEXT and len(password) <= LONGEST_TEXT
    return fits and bool(user.strip()) and _USER.fullmatch(user) is not None and not _CONTROLS.search(password)
