"""How mounts, and the arrays that serve them, spell addresses, host names and paths (`smis-mapping 4.3`)."""

import ipaddress
import re

_OCTETS = re.compile(r"[0-9]{1,4}(\.[0-9]{1,4}){3}", re.ASCII)


def normalise_address(text: str | None) -> str | None:
    """Return the shortest form of an IPv4 or IPv6 address, or None if `text` is not one.

    Brackets, a zone id and leading zeros are dropped; an IPv4 address written as IPv6 (`::ffff:10.0.0.1`) becomes
    IPv4. The unspecified addresses, which stand for "none", give None.
    """
    bare = (text or "").strip()
    if bare.startswith("[") and bare.endswith("]"):
        bare = bare[1:-1]
    bare = bare.partition("%")[0]
    if _OCTETS.fullmatch(bare):
        bare = ".".join(str(int(octet)) for octet in bare.split("."))
    try:
        found = ipaddress.ip_address(bare)
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return None if found.is_unspecified else str(found)


def address_order(address: str) -> tuple[int, int]:
    """Return what sorts normalised addresses: IPv4 before IPv6, then by number."""
    found = ipaddress.ip_address(address)
    return found.version, int(found)


def normalise_host_name(text: str | None) -> str | None:
    """Return a host name in one case, without blanks around it and without the dot at the end of a full name.

    None if nothing is left or if `text` is an address.
    """
    name = (text or "").strip().casefold().removesuffix(".")
    return name if name and normalise_address(name) is None else None


def short_name(name: str) -> str:
    """Return the first label of a normalised host name."""
    return name.partition(".")[0]


def normalise_path(text: str | None) -> str | None:
    """Return a path without double slashes, `.` parts and slash at the end; the root stays `/`, case is kept.

    None if nothing is left, or if a part is `..`: where that leads only the server knows.
    """
    spelled = (text or "").strip()
    parts = [part for part in spelled.split("/") if part not in ("", ".")]
    if ".." in parts:
        return None
    root = "/" if spelled.startswith("/") else ""
    return root + "/".join(parts) or None


def paths_above(path: str) -> list[str]:
    """Return a normalised path and all those above it, the longest first, the root last if it is absolute."""
    found = [path]
    while "/" in path:
        path = path.rpartition("/")[0]
        found.append(path or "/")
    return list(dict.fromkeys(found))
