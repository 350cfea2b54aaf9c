"""The usage context of a session: which hosts a vCenter speaks for (`vasa-1.0 3.3`, `5.2`, `5.3`)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_HEX = re.compile(r"[0-9a-f]+")
_DECIMAL = re.compile(r"-?[0-9]+")
_WWN_DIGITS = 16
_WWN_BITS = 64


def normalise_wwn(text: str | None) -> str | None:
    """Return the WWN as 16 lower-case hex digits, or None if `text` is not one (`vasa-1.0 5.3`).

    Tried in this order: with colons; `0x` and hex; exactly 16 hex digits; decimal, negative as two's complement.
    The all-zero WWN, which hosts send for "none", gives None.
    """
    spelled = (text or "").strip().lower()
    if ":" in spelled:
        digits = spelled.replace(":", "")
        valid = _is_wwn(digits)
    elif spelled.startswith("0x"):
        digits = spelled[2:].rjust(_WWN_DIGITS, "0")
        valid = len(spelled) > 2 and _is_wwn(digits)
    elif _is_wwn(spelled):
        digits, valid = spelled, True
    elif len(spelled) <= 20 and _DECIMAL.fullmatch(spelled):
        number = int(spelled)
        valid = -(1 << (_WWN_BITS - 1)) <= number < (1 << _WWN_BITS)
        digits = f"{number % (1 << _WWN_BITS):016x}"
    else:
        return None
    return digits if valid and digits.strip("0") else None


def _is_wwn(digits: str) -> bool:
    return len(digits) == _WWN_DIGITS and _HEX.fullmatch(digits) is not None


def normalise_iscsi_name(text: str | None) -> str | None:
    """Return an iSCSI name trimmed and in lower case, or None if nothing is left (`vasa-1.0 5.3`)."""
    return (text or "").strip().lower() or None


def port_wwn_key(wwn: str) -> str:
    """Return the match key of an initiator known by port WWN (16 lower-case hex digits)."""
    return f"port:{wwn}"


def node_wwn_key(wwn: str) -> str:
    """Return the match key of an initiator known by node WWN (16 lower-case hex digits)."""
    return f"node:{wwn}"


def iscsi_key(name: str) -> str:
    """Return the match key of an iSCSI initiator (a normalised name)."""
    return f"iscsi:{name}"


@dataclass(frozen=True, slots=True)
class HostInitiator:
    """HostInitiatorInfo as the client spelled it; every field may be None."""

    port_wwn: str | None = None
    node_wwn: str | None = None
    iscsi_identifier: str | None = None
    unique_identifier: str | None = None

    def keys(self) -> tuple[str, ...]:
        """Return the match keys of this initiator; empty if it names nothing that can be parsed."""
        found = []
        if port := normalise_wwn(self.port_wwn):
            found.append(port_wwn_key(port))
        if node := normalise_wwn(self.node_wwn):
            found.append(node_wwn_key(node))
        if name := normalise_iscsi_name(self.iscsi_identifier):
            found.append(iscsi_key(name))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class MountPoint:
    """MountInfo: an NFS datastore as it was mounted. Either part may be None; such a mount matches nothing."""

    server_name: str | None = None
    file_path: str | None = None

    def is_usable(self) -> bool:
        """Return whether both parts are given and the path is no snapshot directory (`vasa-1.0 5.3`)."""
        server, path = (self.server_name or "").strip(), (self.file_path or "").strip()
        return bool(server and path) and ".snapshot" not in path.split("/")


ContextEntry = HostInitiator | MountPoint


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageContext:
    """UsageContext, fixed for the life of a session.

    `session_timeout_in_seconds` None or <= 0 means the provider's default. CHAP names and IP addresses are kept
    and not matched.
    """

    host_initiators: tuple[HostInitiator, ...] = ()
    mount_points: tuple[MountPoint, ...] = ()
    chap_usernames: tuple[str, ...] = ()
    iscsi_initiator_ip_addresses: tuple[str, ...] = ()
    session_timeout_in_seconds: int | None = None
    vc_guid: str | None = None

    def entries(self) -> Iterator[ContextEntry]:
        """Yield the entries that can match something: initiators first, then mounts, each one once."""
        yield from dict.fromkeys(one for one in self.host_initiators if one.keys())
        yield from dict.fromkeys(one for one in self.mount_points if one.is_usable())

    def is_empty(self) -> bool:
        """Return whether no entry can match anything; then all but the capabilities is hidden (`vasa-1.0 5.2`)."""
        return not any(one.keys() for one in self.host_initiators) and not any(
            one.is_usable() for one in self.mount_points
        )
