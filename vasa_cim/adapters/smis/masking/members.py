"""What collections hold: initiators, masking groups, and groups in groups (`smis-mapping 3.1`).

collection --MemberOfCollection(Collection -> Member)-- hardware ID, volume, endpoint, port or inner collection
"""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from enum import Enum
from typing import NamedTuple

from vasa_cim.adapters.smis.masking import vocabulary as v
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import Key


class GroupKind(Enum):
    """What a collection is of, by the word for it in names of classes."""

    INITIATOR = "initiator"
    TARGET = "target"
    DEVICE = "device"


def kind_of(class_name: str) -> GroupKind | None:
    """Return the kind of group that a class name tells, None if it tells none or several."""
    found = [kind for kind in GroupKind if kind.value in class_name.lower()]
    return found[0] if len(found) == 1 else None


class Member(NamedTuple):
    """One member. `named` is its creation class, None if its name does not tell; `is_device` tells a device's key."""

    key: Key
    named: str | None
    is_device: bool


class Members:
    """The members of all collections of a namespace, read when they are first asked for.

    Groups of different kinds may have one InstanceID, so they are kept apart by what their classes are called. `known`
    are keys that are kept anyway: equal ones are not held a second time.
    """

    def __init__(self, walk: Walk, known: Iterable[Key] = ()) -> None:
        self._walk = walk
        self._known = known
        self._held: Mapping[tuple[GroupKind | None, Key], list[Member]] | None = None

    def read(self) -> None:
        """Read them now. Raises SourceError."""
        if self._held is not None:
            return
        canonical = {key: key for key in self._known}
        held: dict[tuple[GroupKind | None, Key], list[Member]] = {}
        for name in self._walk.names(v.MEMBER_OF_COLLECTION):
            collection, member = name.reference("Collection"), name.reference("Member")
            if collection is not None and member is not None and collection.key and member.key:
                key = canonical.setdefault(member.key, member.key)
                found = Member(key, member.text("CreationClassName"), member.text("DeviceID") is not None)
                held.setdefault((kind_of(collection.class_name), collection.key), []).append(found)
        self._held = held

    def expanded(
        self,
        collection: Key,
        kind: GroupKind,
        is_leaf: Callable[[Member], bool],
        existing: Container[Key] | None = None,
    ) -> Iterator[Member]:
        """Yield the leaves of a collection of a kind, those of inner collections too. Raises SourceError.

        Circles do no harm, and a member that is neither a leaf nor a collection gives nothing. `existing` are the
        collections that are there, None if that is not known: what is in others does not count.
        """
        waiting, seen = [collection], {collection}
        while waiting:
            for member in self._of(waiting.pop(), kind):
                if is_leaf(member):
                    yield member
                elif member.key not in seen and (existing is None or member.key in existing):
                    seen.add(member.key)
                    waiting.append(member.key)

    def _of(self, collection: Key, kind: GroupKind) -> Iterator[Member]:
        """Yield the direct members; those of a reference that tells no kind only if no other kind has that key."""
        self.read()
        held = self._held or {}
        yield from held.get((kind, collection), ())
        if not any((other, collection) in held for other in GroupKind if other is not kind):
            yield from held.get((None, collection), ())
