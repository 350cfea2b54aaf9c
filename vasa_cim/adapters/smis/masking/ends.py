"""Whether a reference means the object that has its key: the key leaves classes out (`smis-mapping 3.2` rule 1)."""

from collections.abc import Mapping

from vasa_cim.adapters.smis.masking import vocabulary as v
from vasa_cim.adapters.smis.volumes import Volume
from vasa_cim.cim.rows import Key, ObjectName


def is_volume(named: str | None, volume: Volume) -> bool:
    """Return whether a volume is meant by a reference with its key that names the class `named`.

    A reference names a volume's own class or a superclass, in any case of letters; None on either side tells nothing.
    Other devices, such as CIM_SCSIArbitraryLogicalUnit, may have a volume's DeviceID.
    """
    if named is None or volume.class_name is None:
        return True
    return named.lower() in (volume.class_name.lower(), *v.VOLUME_ROOTS) or "storagevolume" in named.lower()


def volume_of(end: ObjectName | None, volumes: Mapping[Key, Volume]) -> Volume | None:
    """Return the known volume that a reference means, None if it means none."""
    volume = volumes.get(end.key) if end is not None else None
    return volume if end is not None and volume and is_volume(end.text("CreationClassName"), volume) else None


def target_of(end: ObjectName | None, volumes: Mapping[Key, Volume]) -> Key | None:
    """Return the key of what a privilege is for, None if it is surely no protocol controller but a volume.

    What is not there has its key returned: it is known not to be another.
    """
    if end is None or not end.key:
        return None
    volume, named = volumes.get(end.key), end.text("CreationClassName") or end.class_name
    own = volume.class_name if volume is not None else None
    return None if own is not None and named.lower() == own.lower() else end.key
