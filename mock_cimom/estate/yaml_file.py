"""Estates described in YAML files.

    from: small            # the estate that gives what is not said here; "small" if there is no such line
    seed: 7
    pulls: false
    indications: alerts
    arrays:                # all arrays of the estate; those of the base if there is no such line
      - kind: block
        count: 2           # so many alike
        volumes: 500
        masking: 3
        pools: [{media: ssd, raid: raid6, thin: true, used_percent: 85}]

An array has the fields of `ArrayDescription`, with `pools` for `pool_kinds` and `fc_ports`, `iscsi_ports` for those of
each processor; one with files may have the fields of `FileDescription` under `files`. What is not said of an array is
that of the first array of its kind in the base, or else of the smallest irregular array of its kind.
"""

from collections.abc import Mapping
from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import Any, NoReturn

from mock_cimom.estate.description import (
    ESTATES,
    SMALLEST,
    ArrayDescription,
    EstateDescription,
    Indications,
    Kind,
    Masking,
    PortLink,
    Settings,
)
from mock_cimom.estate.file_description import AddressPath, FileDescription
from mock_cimom.estate.limits import MOST_ARRAYS, ImpossibleArrayError, check_array, check_estate
from mock_cimom.estate.marked_yaml import Marked, MarkedError, read_marked
from mock_cimom.estate.pool_kinds import Media, PoolKind, Raid

MOST_BYTES = 100_000
DEFAULT_BASE = "small"
MEDIA = {one.name.lower(): one for one in Media}
RAIDS = {one.name.lower(): one for one in Raid}

Choices = Mapping[Any, Enum]


class EstateFileError(ValueError):
    """A file that describes no estate: which one, where, and why. `line` counts from 1, None: no line in particular."""

    def __init__(self, file: Path, line: int | None, reason: str) -> None:
        super().__init__(f"{file}: {reason}" if line is None else f"{file}, line {line}: {reason}")
        self.file = file
        self.line = line
        self.reason = reason


def read_estate(file: Path) -> EstateDescription:
    """Read an estate. Raises EstateFileError for a file that cannot be read or describes no estate."""
    try:
        if file.stat().st_size > MOST_BYTES:
            raise EstateFileError(file, None, f"the file has more than {MOST_BYTES} bytes")
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise EstateFileError(file, None, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise EstateFileError(file, None, "the file is no UTF-8 text") from error
    try:
        return _estate(read_marked(text))
    except MarkedError as error:
        raise EstateFileError(file, error.line, error.reason) from error


def _estate(root: Marked) -> EstateDescription:
    fields = root.fields("an estate", ("from", "seed", "pulls", "indications", "test_provider", "arrays"))
    base = ESTATES[DEFAULT_BASE]
    if "from" in fields:
        base = ESTATES[fields["from"].choice({name: name for name in ESTATES})]
    values: dict[str, Any] = {}
    if "seed" in fields:
        values["seed"] = fields["seed"].integer()
    if "pulls" in fields:
        values["pulls"] = fields["pulls"].boolean()
    if "test_provider" in fields:
        values["test_provider"] = fields["test_provider"].boolean()
    if "indications" in fields:
        values["indications"] = fields["indications"].choice(_by_value(Indications))
    if "arrays" in fields:
        values["arrays"] = _arrays(fields["arrays"], base)
    estate = replace(base, **values)
    try:
        check_estate(estate)
    except ImpossibleArrayError as error:
        (fields.get("arrays") or root).refuse(error.reason)
    return estate


def _arrays(listed: Marked, base: EstateDescription) -> tuple[ArrayDescription, ...]:
    arrays: list[ArrayDescription] = []
    for item in listed.items("arrays"):
        fields = item.fields("an array", (*READERS, "kind", "count", "files"))
        count = fields["count"].integer() if "count" in fields else 1
        if not 1 <= count <= MOST_ARRAYS:
            fields["count"].refuse(f"count is 1 to {MOST_ARRAYS}, not {count}")
        arrays += [_array(item, fields, base)] * count
        if len(arrays) > MOST_ARRAYS:
            item.refuse(f"an estate has {MOST_ARRAYS} arrays at most")
    return tuple(arrays)


def _array(item: Marked, fields: Mapping[str, Marked], base: EstateDescription) -> ArrayDescription:
    kind = fields["kind"].choice(_by_value(Kind)) if "kind" in fields else Kind.BLOCK
    model = next((array for array in base.arrays if array.kind is kind), SMALLEST[kind])
    values = {FIELDS.get(name, name): READERS[name](fields[name]) for name in READERS if name in fields}
    if "files" in fields:
        values["files"] = _files(fields["files"], model.files or FileDescription())
    array = replace(model, **values)
    try:
        check_array(array)
    except ImpossibleArrayError as error:
        _refuse_array(item, fields, error)
    return array


def _refuse_array(item: Marked, fields: Mapping[str, Marked], error: ImpossibleArrayError) -> NoReturn:
    shown = {long: short for short, long in FIELDS.items()}
    name = shown.get(error.field or "", error.field or "")
    reason = error.reason.replace(error.field or "", name) if error.field in shown else error.reason
    (fields.get(name) or item).refuse(reason)


def _files(node: Marked, model: FileDescription) -> FileDescription:
    fields = node.fields("files", tuple(FILE_READERS))
    try:
        return replace(model, **{name: FILE_READERS[name](value) for name, value in fields.items()})
    except ValueError as error:
        node.refuse(str(error))


def _pools(node: Marked) -> tuple[PoolKind, ...]:
    return tuple(_pool(item) for item in node.items("pools"))


def _pool(item: Marked) -> PoolKind:
    fields = item.fields("a pool", ("media", "raid", "thin", "used_percent"))
    for needed in ("media", "raid", "thin"):
        if needed not in fields:
            item.refuse(f"a pool needs {needed}")
    return PoolKind(
        fields["media"].choice(MEDIA),
        fields["raid"].choice(RAIDS),
        fields["thin"].boolean(),
        fields["used_percent"].integer() if "used_percent" in fields else None,
    )


def _by_value(choices: type[Enum]) -> dict[Any, Any]:
    return {one.value: one for one in choices}


FIELDS = {
    "pools": "pool_kinds",
    "fc_ports": "fc_ports_per_processor",
    "iscsi_ports": "iscsi_ports_per_processor",
}
INTEGERS = (
    "processors", "fc_ports", "iscsi_ports", "drives_per_pool", "volumes", "thick_every", "unmasked_every",
    "not_ok_every", "hosts", "iscsi_host_every", "luns_per_view", "naa",
)  # fmt: skip
BOOLEANS = ("groups_only", "statistics", "views", "irregular")
READERS: Mapping[str, Any] = {
    **dict.fromkeys(INTEGERS, Marked.integer),
    **dict.fromkeys(BOOLEANS, Marked.boolean),
    "pools": _pools,
    "masking": lambda node: node.choice(_by_value(Masking)),
    "ports": lambda node: node.choice(_by_value(PortLink)),
    "settings": lambda node: node.choice(_by_value(Settings)),
    "separator": Marked.text,
}
FILE_READERS: Mapping[str, Any] = {
    **dict.fromkeys(
        ("servers", "addresses_per_server", "file_systems", "nfs_shares", "cifs_shares", "directory_every"),
        Marked.integer,
    ),
    "snapshots": Marked.boolean,
    "address_path": lambda node: node.choice(_by_value(AddressPath)),
}
