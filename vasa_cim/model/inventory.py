"""What one source shows at one moment, before (Inventory) and after (Visible) the usage context is applied.

Both are immutable. All mappings are from id to object or to ids, in the order of ascending ids.
"""

from collections.abc import ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from vasa_cim.model.entities import (
    Entity,
    FileSystemInfo,
    StorageArray,
    StorageCapability,
    StorageFileSystem,
    StorageLun,
    StoragePort,
    StorageProcessor,
)
from vasa_cim.model.enums import EntityType
from vasa_cim.model.lazy import cached_property
from vasa_cim.model.mounts import short_name


@dataclass(frozen=True, slots=True)
class AccessView:
    """One masking view: these initiators reach these LUNs through these ports.

    `key` is stable over polls and unique in the source. `initiators` holds the match keys of
    `model.usage_context`. `open_to_all` is a view without any subject (an array without masking, a default view).
    """

    key: str
    initiators: frozenset[str]
    luns: tuple[str, ...]
    ports: tuple[str, ...]
    open_to_all: bool = False


@dataclass(frozen=True, slots=True)
class Export:
    """One exported share: where it is mounted from (`smis-mapping 4.3`).

    `paths` are the paths that mean it, without double slashes and slash at the end; `names` host names as
    `model.mounts` normalises them; `addresses` likewise, in the order of its `address_order`.
    """

    file_system: str
    paths: tuple[str, ...]
    names: frozenset[str] = frozenset()
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reach:
    """What one entry of a usage context reaches in one inventory.

    `mounted` tells for file systems how the entry itself spells server and path: the client finds its datastore by
    that, so its session is shown it in addition (`smis-mapping 4.3` rule 5).
    """

    views: tuple[AccessView, ...] = ()
    exports: tuple[Export, ...] = ()
    mounted: tuple[tuple[str, FileSystemInfo], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Inventory:
    """Everything that one source holds, as VASA entities, their relations, and who reaches what.

    `capability_of` maps a LUN or file system to exactly one capability; `pool_of` to a text that is equal for
    two objects exactly if they live on the same pool (an object without a known pool is absent).
    `*_of_array` name the children of each array. `read_at` is the time at which the reading began, with a zone.
    `matching` changes whenever entries of usage contexts may reach something else although nothing here differs, as
    when a host name resolves to another address.
    """

    read_at: datetime
    arrays: Mapping[str, StorageArray] = field(default_factory=dict)
    processors: Mapping[str, StorageProcessor] = field(default_factory=dict)
    ports: Mapping[str, StoragePort] = field(default_factory=dict)
    luns: Mapping[str, StorageLun] = field(default_factory=dict)
    file_systems: Mapping[str, StorageFileSystem] = field(default_factory=dict)
    capabilities: Mapping[str, StorageCapability] = field(default_factory=dict)
    processors_of_array: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ports_of_processor: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    luns_of_array: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    file_systems_of_array: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    capability_of: Mapping[str, str] = field(default_factory=dict)
    pool_of: Mapping[str, str] = field(default_factory=dict)
    views: tuple[AccessView, ...] = ()
    exports: tuple[Export, ...] = ()
    matching: int = 0

    @cached_property
    def exports_of_path(self) -> Mapping[str, tuple[Export, ...]]:
        """The exports that each path means."""
        found: dict[str, list[Export]] = {}
        for export in self.exports:
            for path in export.paths:
                found.setdefault(path, []).append(export)
        return {path: tuple(exports) for path, exports in found.items()}

    @cached_property
    def exporter_names(self) -> frozenset[str]:
        """The names of all hosts that export something, and the short forms of these."""
        names = frozenset[str]().union(*(export.names for export in self.exports))
        return names | {short_name(name) for name in names}

    @cached_property
    def views_of_initiator(self) -> Mapping[str, tuple[AccessView, ...]]:
        """The views of each match key; views open to all are in `open_views` only."""
        found: dict[str, list[AccessView]] = {}
        for view in self.views:
            for key in view.initiators:
                found.setdefault(key, []).append(view)
        return {key: tuple(views) for key, views in found.items()}

    @cached_property
    def open_views(self) -> tuple[AccessView, ...]:
        """The views that every initiator reaches, known to the array or not."""
        return tuple(view for view in self.views if view.open_to_all)

    @cached_property
    def lun_order(self) -> tuple[str, ...]:
        """The ids of the LUNs by their place in `luns`."""
        return tuple(self.luns)

    @cached_property
    def lun_places(self) -> Mapping[int, tuple[int, ...]]:
        """The places in `lun_order` of the LUNs of each of `views`, by the view's identity (`id`).

        Small numbers are joined in a fraction of the time that ids take. LUNs that are not there are left out.
        """
        places = {lun: place for place, lun in enumerate(self.lun_order)}
        return {id(view): tuple(places[lun] for lun in view.luns if lun in places) for view in self.views}

    def make_lookups(self) -> None:
        """Work out what is looked up for each entry of a usage context, which takes a while for a large inventory."""
        _ = self.views_of_initiator, self.open_views, self.lun_places, self.exports_of_path


@dataclass(frozen=True, kw_only=True)
class Visible:
    """What one session sees of one moment: every query of a session is answered from one of these.

    Relations name visible objects only. `views` are the distinct views through which the context sees LUNs.
    """

    arrays: Mapping[str, StorageArray] = field(default_factory=dict)
    processors: Mapping[str, StorageProcessor] = field(default_factory=dict)
    ports: Mapping[str, StoragePort] = field(default_factory=dict)
    luns: Mapping[str, StorageLun] = field(default_factory=dict)
    file_systems: Mapping[str, StorageFileSystem] = field(default_factory=dict)
    capabilities: Mapping[str, StorageCapability] = field(default_factory=dict)
    processors_of_array: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ports_of_processor: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    luns_of_array: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    file_systems_of_array: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    capability_of: Mapping[str, str] = field(default_factory=dict)
    pool_of: Mapping[str, str] = field(default_factory=dict)
    views: tuple[AccessView, ...] = ()

    def of(self, entity_type: EntityType) -> Mapping[str, Entity]:
        """Return the visible entities of one kind by id."""
        return self._by_type[entity_type]

    @cached_property
    def _by_type(self) -> Mapping[EntityType, Mapping[str, Entity]]:
        return {
            EntityType.ARRAY: self.arrays,
            EntityType.PROCESSOR: self.processors,
            EntityType.PORT: self.ports,
            EntityType.LUN: self.luns,
            EntityType.CAPABILITY: self.capabilities,
            EntityType.FILE_SYSTEM: self.file_systems,
        }

    @cached_property
    def luns_of_port(self) -> Mapping[str, tuple[str, ...]]:
        """The visible LUNs behind each visible port, ascending; a port without any is absent."""
        views_of_port: dict[str, list[AccessView]] = {}
        for view in self.views:
            for port in view.ports:
                if port in self.ports:
                    views_of_port.setdefault(port, []).append(view)
        return {port: luns for port in sorted(views_of_port) if (luns := self._luns(views_of_port[port]))}

    def _luns(self, views: Iterable[AccessView]) -> tuple[str, ...]:
        union = set().union(*(view.luns for view in views))
        return tuple(sorted(lun for lun in union if lun in self.luns))


class _Joined(Mapping[str, Any]):
    """The union of mappings, worked out when it is first asked for: most sessions never ask for most relations."""

    def __init__(self, parts: Iterable[Mapping[str, Any]]) -> None:
        self._parts = tuple(parts)

    @cached_property
    def _whole(self) -> dict[str, Any]:
        whole: dict[str, Any] = {}
        for part in reversed(self._parts):
            whole.update(part)
        return dict(sorted(whole.items()))

    def __getitem__(self, key: str) -> Any:
        return self._whole[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._whole)

    def __len__(self) -> int:
        return len(self._whole)

    def __contains__(self, key: object) -> bool:
        return key in self._whole

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value of a key, or `default`."""
        return self._whole.get(key, default)

    def keys(self) -> KeysView[str]:
        """Return the keys, ascending."""
        return self._whole.keys()

    def values(self) -> ValuesView[Any]:
        """Return the values, in the order of their keys."""
        return self._whole.values()

    def items(self) -> ItemsView[str, Any]:
        """Return keys and values, in the order of the keys."""
        return self._whole.items()


def joined(parts: Iterable[Visible]) -> Visible:
    """Return what several sources show to one session as one whole; ids do not clash between sources.

    An id that two parts hold (a capability derived alike on two arrays) is taken from the first.
    """
    every = list(parts)
    if len(every) == 1:
        return every[0]
    mappings: dict[str, Any] = {name: _Joined(getattr(part, name) for part in every) for name in _MAPPINGS}
    return Visible(views=tuple(view for part in every for view in part.views), **mappings)


_MAPPINGS = (
    "arrays",
    "processors",
    "ports",
    "luns",
    "file_systems",
    "capabilities",
    "processors_of_array",
    "ports_of_processor",
    "luns_of_array",
    "file_systems_of_array",
    "capability_of",
    "pool_of",
)
