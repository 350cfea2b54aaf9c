"""`uniqueIdentifier`: how ids are made and how their kind is told from their text (`vasa-1.0 3.2`).

<Vendor>:StorageArray:<array>                arrays
<Vendor>:<EntityType>:<array>:<local>        processors, ports, LUNs, file systems
<Vendor>:StorageCapability:<local>           capabilities, which belong to no array
"""

import hashlib
import re

from vasa_cim.model.enums import EntityType

VENDOR = "VasaCim"
MAX_LENGTH = 255

_UNSAFE = re.compile(rb"[^A-Za-z0-9._+-]")
_PART = r"[A-Za-z0-9._+%-]+"
_FORM = re.compile(
    rf"{_PART}:(?:(StorageArray|StorageCapability):{_PART}"
    rf"|(StorageProcessor|StoragePort|StorageLun|StorageFileSystem):{_PART}:{_PART})"
)


def encode_part(text: str) -> str:
    """Return `text` percent-encoded (UTF-8) outside `[A-Za-z0-9._+-]`. Empty text gives `%00`, never an empty part."""
    raw = text.encode("utf-8", "surrogatepass") or b"\0"
    return _UNSAFE.sub(lambda match: b"%%%02X" % match.group()[0], raw).decode("ascii")


def entity_id(entity_type: EntityType, array: str, local: str, vendor: str = VENDOR) -> str:
    """Return the id of a processor, port, LUN or file system.

    `array` and `local` are raw texts derived from CIM keys. A result above 255 characters has its local part
    replaced by its SHA-256, and then if need be the array part too.
    """
    parts = [encode_part(array), encode_part(local)]
    for index, raw in ((1, local), (0, array)):
        if len(made := f"{vendor}:{entity_type.value}:{parts[0]}:{parts[1]}") <= MAX_LENGTH:
            return made
        parts[index] = _digest(raw)
    return f"{vendor}:{entity_type.value}:{parts[0]}:{parts[1]}"


def array_id(array: str, vendor: str = VENDOR) -> str:
    """Return the id of the array with this raw name."""
    made = f"{vendor}:{EntityType.ARRAY.value}:{encode_part(array)}"
    return made if len(made) <= MAX_LENGTH else f"{vendor}:{EntityType.ARRAY.value}:{_digest(array)}"


def capability_id(local: str, vendor: str = VENDOR) -> str:
    """Return the id of a capability; `local` is already a short digest or name."""
    return f"{vendor}:{EntityType.CAPABILITY.value}:{encode_part(local)}"


def entity_type_of(unique_identifier: str) -> EntityType | None:
    """Return the kind that this text names, or None if it cannot be an id of this provider."""
    if len(unique_identifier) > MAX_LENGTH:
        return None
    match = _FORM.fullmatch(unique_identifier)
    return EntityType(match.group(1) or match.group(2)) if match else None


def _digest(raw: str) -> str:
    return hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()
