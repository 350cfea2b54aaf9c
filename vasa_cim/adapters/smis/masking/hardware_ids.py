"""The initiators that an array knows: StorageHardwareIDs, and collections of them (`smis-mapping 2.8`, `3.1`)."""

from collections.abc import Iterable

from vasa_cim.adapters.smis.masking import vocabulary as v
from vasa_cim.adapters.smis.masking.members import GroupKind, Member, Members
from vasa_cim.adapters.smis.text import iscsi_name_of, wwn_of
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import Key
from vasa_cim.model.usage_context import iscsi_key, node_wwn_key, port_wwn_key

EVERYONE = "everyone"
"""Stands for all initiators: the hardware ID whose name is the empty string (a default view's only subject)."""


class HardwareIds:
    """The hardware IDs of a namespace, and the collections of them."""

    def __init__(self, walk: Walk, members: Members) -> None:
        """Read the hardware IDs. Raises SourceError."""
        self._members = members
        self._matches: dict[Key, str | None] = {}
        for row in walk.rows(v.STORAGE_HARDWARE_ID, v.HARDWARE_ID_PROPERTIES):
            match = match_key(row.text("StorageID"), row.number("IDType"))
            known = self._matches.setdefault(row.key, match)
            if known != match:
                self._matches[row.key] = None  # one key and two initiators: neither is sure

    def __len__(self) -> int:
        return len(self._matches)

    def __contains__(self, key: Key) -> bool:
        return key in self._matches

    def match(self, key: Key) -> str | None:
        """Return the match key of a hardware ID, None if there is none or it cannot be read."""
        return self._matches.get(key)

    def initiators(self, subjects: Iterable[Key]) -> frozenset[str]:
        """Return the match keys of these hardware IDs and collections, members of members too.

        Subjects that do not exist or cannot be read give nothing. Raises SourceError.
        """
        found: set[str | None] = set()
        for subject in subjects:
            if subject in self._matches:
                found.add(self._matches[subject])
            else:
                leaves = self._members.expanded(subject, GroupKind.INITIATOR, self._is_known)
                found.update(self._matches[leaf.key] for leaf in leaves)
        return frozenset(match for match in found if match is not None)

    def _is_known(self, member: Member) -> bool:
        return member.key in self._matches


def match_key(name: str | None, kind: int | None) -> str | None:
    """Return the key by which usage contexts match a StorageID of an IDType, `EVERYONE`, or None if unreadable.

    Port WWNs match port WWNs only, and node WWNs node WWNs. Only a name that is there and empty means everyone.
    """
    if name == "":
        return EVERYONE
    if kind in (v.IdType.PORT_WWN, v.IdType.NODE_WWN):
        wwn = wwn_of(name)
        key = port_wwn_key if kind == v.IdType.PORT_WWN else node_wwn_key
        return None if wwn is None else key(wwn)
    iscsi = iscsi_name_of(name) if kind == v.IdType.ISCSI_NAME else None
    return None if iscsi is None else iscsi_key(iscsi)
