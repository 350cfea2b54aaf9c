"""The initiators that an array knows: StorageHardwareIDs, and collections of them (`smis-mapping 2.8`, `3.1`)."""

from collections.abc import Iterable, Mapping

from vasa_cim.adapters.smis.masking import vocabulary as v
from vasa_cim.adapters.smis.text import iscsi_name_of, wwn_of
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import Key, Row
from vasa_cim.model.usage_context import iscsi_key, node_wwn_key, port_wwn_key

EVERYONE = "everyone"
"""Stands for all initiators: the hardware ID whose name is the empty string (a default view's only subject)."""


class HardwareIds:
    """The hardware IDs of a namespace; collections are read when the first subject is none of them."""

    def __init__(self, walk: Walk) -> None:
        """Read the hardware IDs. Raises SourceError."""
        self._walk = walk
        self._matches = {row.key: match_key(row) for row in walk.rows(v.STORAGE_HARDWARE_ID, v.HARDWARE_ID_PROPERTIES)}
        self._members: Mapping[Key, tuple[Key, ...]] | None = None

    def __len__(self) -> int:
        return len(self._matches)

    def initiators(self, subjects: Iterable[Key]) -> frozenset[str]:
        """Return the match keys of these hardware IDs and collections, members of members too.

        Subjects that do not exist or cannot be read give nothing. Raises SourceError.
        """
        waiting, seen, found = list(subjects), set(), set()
        while waiting:
            subject = waiting.pop()
            if subject in seen:
                continue
            seen.add(subject)
            if subject in self._matches:
                found.add(self._matches[subject])
            else:
                waiting += self._members_of(subject)
        return frozenset(match for match in found if match is not None)

    def _members_of(self, collection: Key) -> tuple[Key, ...]:
        if self._members is None:
            members: dict[Key, list[Key]] = {}
            for whole, member in self._walk.edges(v.MEMBER_OF_COLLECTION, "Collection", "Member"):
                members.setdefault(whole, []).append(member)
            self._members = {whole: tuple(found) for whole, found in members.items()}
        return self._members.get(collection, ())


def match_key(row: Row) -> str | None:
    """Return the key by which usage contexts match a hardware ID, `EVERYONE`, or None if it cannot be read.

    Port WWNs match port WWNs only, and node WWNs node WWNs. Only a name that is there and empty means everyone.
    """
    name, kind = row.text("StorageID"), row.number("IDType")
    if name == "":
        return EVERYONE
    if kind in (v.IdType.PORT_WWN, v.IdType.NODE_WWN):
        wwn = wwn_of(name)
        key = port_wwn_key if kind == v.IdType.PORT_WWN else node_wwn_key
        return None if wwn is None else key(wwn)
    iscsi = iscsi_name_of(name) if kind == v.IdType.ISCSI_NAME else None
    return None if iscsi is None else iscsi_key(iscsi)
