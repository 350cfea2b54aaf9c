"""Parts by whole, also where a server turns the roles of ComponentCS round (`smis-mapping 1.5`)."""

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

_System = TypeVar("_System", bound=Hashable)


def parts_by_whole(pairs: Iterable[tuple[_System, _System]]) -> dict[_System, list[_System]]:
    """Return the parts of each whole, of (whole, part) pairs.

    One that is the only part of several wholes is really their whole: no processor belongs to several arrays, and
    swapped roles are the commonest fault of providers.
    """
    parts: dict[_System, list[_System]] = {}
    wholes: dict[_System, list[_System]] = {}
    for whole, part in dict.fromkeys(pairs):
        parts.setdefault(whole, []).append(part)
        wholes.setdefault(part, []).append(whole)
    turned = [part for part in wholes if part not in parts and _is_turned(part, parts, wholes)]
    for part in turned:
        for whole in wholes[part]:
            del parts[whole]
        parts[part] = wholes[part]
    return parts


def _is_turned(part: _System, parts: Mapping[_System, list[_System]], wholes: Mapping[_System, list[_System]]) -> bool:
    return len(wholes[part]) > 1 and all(parts[whole] == [part] and whole not in wholes for whole in wholes[part])
