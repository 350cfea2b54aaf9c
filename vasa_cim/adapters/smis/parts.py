"""Whose part each system is (`smis-mapping 2.2`).

top ComputerSystem --ComponentCS(GroupComponent -> PartComponent)--> ComputerSystem, in one or more tiers
top ComputerSystem --ConcreteIdentity-- RedundancySet --MemberOfCollection(Collection -> Member)--> ComputerSystem
"""

from collections.abc import Collection, Iterable, Iterator, Mapping

from vasa_cim.adapters.smis import vocabulary as v
from vasa_cim.adapters.smis.text import plain_name
from vasa_cim.adapters.smis.walk import Walk
from vasa_cim.cim.rows import ObjectName
from vasa_cim.cim.wholes import parts_by_whole

SEPARATOR = "+"


class Parts:
    """The direct parts of each system, by plain name; dangling and circular ones do no harm."""

    def __init__(self, parts: Mapping[str, Collection[str]], known: Collection[str]) -> None:
        """`known` are the names of the systems that exist."""
        self._parts = parts
        self._known = known

    def below(self, top: str, others: Collection[str] = ()) -> list[str]:
        """Return the parts of a system in all tiers, not through `others`, which are tops themselves.

        Then those whose name says that they are parts.
        """
        found: dict[str, None] = {}
        waiting = [top]
        while waiting:
            for part in self._parts.get(waiting.pop(), ()):
                if part not in found and part != top and part not in others and part in self._known:
                    found[part] = None
                    waiting.append(part)
        begins = tuple(f"{system}{SEPARATOR}" for system in (top, *found))
        apart = tuple(f"{other}{SEPARATOR}" for other in others if other.startswith(begins))
        named = (name for name in self._known if name.startswith(begins) and name not in others)
        return list(dict.fromkeys([*found, *sorted(name for name in named if not name.startswith(apart))]))

    def tops_of(self, names: Iterable[str]) -> list[str]:
        """Return those of these systems that are no part of another of them, sorted."""
        chosen = sorted(set(names))
        below = {name: set(self.below(name)) for name in chosen}
        return [
            name
            for name in chosen
            if not any(name in below[other] and other not in below[name] for other in chosen if other != name)
        ]


def read_parts(walk: Walk) -> dict[str, list[str]]:
    """Return the direct parts of each system. Raises SourceError."""
    return parts_by_whole(_links(walk.names(v.COMPONENT_CS)))


def _links(names: Iterable[ObjectName]) -> Iterator[tuple[str, str]]:
    for name in names:
        whole, part = name.reference("GroupComponent"), name.reference("PartComponent")
        texts = [text for end in (whole, part) if end is not None and (text := end.text("Name"))]
        if len(texts) == 2:
            yield plain_name(texts[0]), plain_name(texts[1])


def read_redundancy(walk: Walk, tops: Mapping[str, ObjectName]) -> dict[str, list[str]]:
    """Return the members of the redundancy sets that are these systems, given by plain name.

    One request where the server has no redundancy sets. Raises SourceError.
    """
    if not tops or not list(walk.names(v.REDUNDANCY_SET)):
        return {}
    found: dict[str, list[str]] = {}
    for name, top in tops.items():
        sets = walk.associated(top, v.CONCRETE_IDENTITY, ("SystemElement", "SameElement"), v.REDUNDANCY_SET)
        sets = sets or walk.associated(top, v.CONCRETE_IDENTITY, ("SameElement", "SystemElement"), v.REDUNDANCY_SET)
        for one in sets:
            members = walk.associated(one, v.MEMBER_OF_COLLECTION, ("Collection", "Member"), v.COMPUTER_SYSTEM)
            names = [plain_name(text) for member in members if (text := member.text("Name"))]
            found.setdefault(name, []).extend(part for part in names if part != name)
    return found
