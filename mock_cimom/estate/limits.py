"""Which counts go together: what an array cannot be, said in one sentence."""

from collections import Counter
from collections.abc import Iterator

from mock_cimom.estate import names
from mock_cimom.estate.description import ArrayDescription, EstateDescription, Kind, Masking
from mock_cimom.estate.plan_views import plan_views
from mock_cimom.estate.spread import Spread
from mock_cimom.estate.volume_names import RULES

MOST_ARRAYS = 200
MOST_VOLUMES = 1_000_000
MOST_HOSTS = 60_000
MOST_PORTS_PER_PROCESSOR = 16
MOST_DRIVES_PER_POOL = 1_000
MOST_POOLS = 64
MOST_FILES = 100_000
MOST_ROWS = 1_000_000
MOST_UNITS = 2_000_000  # volumes in the views of an array, each counted as often as it is in one
MOST_OBJECTS = 4_000_000  # volumes, hosts, volumes in views, rows, drives, file systems and shares of all arrays
SEPARATORS = ("+", "-+-")

# Least and greatest value of each count of an array.
COUNTS = {
    "processors": (1, len(names.PROCESSOR_LETTERS)),
    "fc_ports_per_processor": (0, MOST_PORTS_PER_PROCESSOR),
    "iscsi_ports_per_processor": (0, MOST_PORTS_PER_PROCESSOR),
    "drives_per_pool": (1, MOST_DRIVES_PER_POOL),
    "volumes": (0, MOST_VOLUMES),
    "thick_every": (0, MOST_VOLUMES),
    "unmasked_every": (0, MOST_VOLUMES),
    "not_ok_every": (0, MOST_VOLUMES),
    "hosts": (0, MOST_HOSTS),
    "iscsi_host_every": (0, MOST_HOSTS),
    "luns_per_view": (1, MOST_VOLUMES),
    "naa": (RULES[0], RULES[-1]),
}
BLOCK_COUNTS = ("volumes", "hosts", "fc_ports_per_processor", "iscsi_ports_per_processor")
FILE_COUNTS = ("servers", "addresses_per_server", "file_systems", "nfs_shares", "cifs_shares")


class ImpossibleArrayError(ValueError):
    """Counts that no array has: `field` is the one to look at, None for all of them together."""

    def __init__(self, field: str | None, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason


def check_estate(estate: EstateDescription) -> None:
    """Raise ImpossibleArrayError unless the estate can be made: the arrays one by one, and all of them together."""
    if not 1 <= len(estate.arrays) <= MOST_ARRAYS:
        raise ImpossibleArrayError("arrays", f"an estate has 1 to {MOST_ARRAYS} arrays, not {len(estate.arrays)}")
    objects = 0
    for array, count in Counter(estate.arrays).items():
        check_array(array)
        objects += _objects(array) * count
    if objects > MOST_OBJECTS:
        raise ImpossibleArrayError("arrays", f"all arrays together are too large: {objects} of {MOST_OBJECTS} objects")


def check_array(array: ArrayDescription) -> None:
    """Raise ImpossibleArrayError for the first reason why there is no such array."""
    for field, reason in _reasons(array):
        raise ImpossibleArrayError(field, reason)


def _reasons(array: ArrayDescription) -> Iterator[tuple[str, str]]:
    yield from _bad_counts(array)
    kind = array.kind
    if array.separator not in SEPARATORS:
        yield "separator", f"a separator is {' or '.join(SEPARATORS)}, not {array.separator!r}"
    if kind.has_files != (array.files is not None):
        yield "files", f"an array of kind {kind.value} has {'a' if kind.has_files else 'no'} file side"
    if not kind.has_blocks:
        for field in BLOCK_COUNTS:
            if getattr(array, field):
                yield field, f"an array of kind {kind.value} has no {field}, not {getattr(array, field)}"
    yield from _bad_pools(array)
    if array.files is not None:
        for field in FILE_COUNTS:
            if getattr(array.files, field) > MOST_FILES:
                yield "files", f"{field} is {MOST_FILES} at most, not {getattr(array.files, field)}"
    if kind.has_blocks:
        yield from _bad_views(array)


def _bad_counts(array: ArrayDescription) -> Iterator[tuple[str, str]]:
    for field, (least, most) in COUNTS.items():
        value = getattr(array, field)
        if value is not None and not least <= value <= most:
            yield field, f"{field} is {least} to {most}, not {value}"


def _bad_pools(array: ArrayDescription) -> Iterator[tuple[str, str]]:
    if array.kind.has_pools != bool(array.pool_kinds):
        yield "pools", f"an array of kind {array.kind.value} has {'' if array.kind.has_pools else 'no '}pools"
    if len(array.pool_kinds) > MOST_POOLS:
        yield "pools", f"an array has {MOST_POOLS} pools at most, not {len(array.pool_kinds)}"
    if any(not 1 <= kind.used_percent <= 100 for kind in array.pool_kinds if kind.used_percent is not None):
        yield "pools", "used_percent is 1 to 100"
    if any(kind.used_percent is not None and not kind.thin for kind in array.pool_kinds):
        yield "pools", "only a thin pool can be filled to a used_percent"
    if array.kind is Kind.UNIFIED and array.pool_kinds and all(kind.used_percent for kind in array.pool_kinds):
        yield "pools", "file systems beside volumes need a pool without used_percent"
    every = array.thick_every
    if array.volumes and every != 1 and not any(kind.thin for kind in array.pool_kinds):
        yield "pools", "there are thin volumes and no thin pool"
    if every and array.volumes >= every and all(kind.thin for kind in array.pool_kinds):
        yield "pools", "there are thick volumes and no thick pool"


def _bad_views(array: ArrayDescription) -> Iterator[tuple[str, str]]:
    if array.groups_only and array.masking is not Masking.GROUPS:
        yield "groups_only", f"groups_only goes with masking {Masking.GROUPS.value} only"
    if not array.hosts:
        return
    if not array.fc_ports_per_processor and not array.iscsi_ports_per_processor:
        yield "hosts", "hosts need FC or iSCSI ports to come in through"
    if array.luns_per_view is not None and array.luns_per_view > array.volumes:
        yield "luns_per_view", f"a view cannot have {array.luns_per_view} of {array.volumes} volumes"
    if (units := _units(array)) > MOST_UNITS:
        yield "luns_per_view", f"the views would have {units} volumes together, which is more than {MOST_UNITS}"
    if array.masking is Masking.ROWS and (rows := _rows(array)) > MOST_ROWS:
        yield "masking", f"masking 5 would make {rows} rows, which is more than {MOST_ROWS}"


def _units(array: ArrayDescription) -> int:
    """Return how many volumes are in views, about."""
    return array.volumes + array.hosts if array.luns_per_view is None else array.hosts * array.luns_per_view


def _objects(array: ArrayDescription) -> int:
    """Return about how many things an array consists of whose number the description says."""
    rows = _rows(array) if array.masking is Masking.ROWS else 0
    files = array.files
    shares = 0 if files is None else files.file_systems + files.nfs_shares + files.cifs_shares
    drives = len(array.pool_kinds) * array.drives_per_pool
    return array.volumes + array.hosts + _units(array) + rows + drives + shares


def _rows(array: ArrayDescription) -> int:
    """Return how many rows masking dialect 5 needs: initiators x volumes x ports of each view."""
    views = plan_views(array, Spread(array, 1, 1)).views
    return sum(
        len(view.initiators) * len(view.volumes) * (len(view.fc_ports) + len(view.iscsi_ports)) for view in views
    )
