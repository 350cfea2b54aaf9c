"""Which shares of the whole provider have a path, for all its file adapters (`smis-mapping 4.3` rule 4)."""

import threading
from collections.abc import Callable, Mapping


class PathRegister:
    """The shares of each owner (a file adapter) by path. Safe for all threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._shares: dict[object, Mapping[str, frozenset[str]]] = {}
        self._changed: dict[object, Callable[[], None]] = {}

    def watch(self, owner: object, changed: Callable[[], None]) -> None:
        """Call `changed` whenever one of the owner's paths comes to be, or ceases to be, a path of others too."""
        with self._lock:
            self._changed[owner] = changed

    def publish(self, owner: object, shares: Mapping[str, frozenset[str]]) -> None:
        """Set the ids of the owner's shares by path."""
        with self._lock:
            before = self._shares.get(owner, {})
            self._shares[owner] = shares
            differing = {path for path in before.keys() | shares.keys() if before.get(path) != shares.get(path)}
            concerned = [
                self._changed[other]
                for other, paths in self._shares.items()
                if other is not owner and other in self._changed and not differing.isdisjoint(paths)
            ]
        for changed in concerned:
            changed()

    def withdraw(self, owner: object) -> None:
        """Forget an owner. Idempotent."""
        self.publish(owner, {})
        with self._lock:
            self._shares.pop(owner, None)
            self._changed.pop(owner, None)

    def shares_of(self, path: str) -> frozenset[str]:
        """Return the ids of all shares that have a path."""
        with self._lock:
            return frozenset().union(*(shares.get(path, ()) for shares in self._shares.values()))
