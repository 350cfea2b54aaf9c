"""The file of a saved form: lines of JSON, the last one with a check sum of the others."""

import gzip
import json
import os
import secrets
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

FORMAT, VERSION = "mock-cimom saved form", 1
COMPRESSION = 6

Record = dict[str, Any]


class SavedFormError(ValueError):
    """A file is no saved form that this version can read; the text is one sentence about it."""


def write_records(file: Path, records: Iterable[Record]) -> None:
    """Write a file of these records in one step: others find the old file or the whole new one.

    Raises OSError.
    """
    temporary = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        with temporary.open("xb") as raw:
            if file.suffix == ".gz":
                with gzip.GzipFile(fileobj=raw, mode="wb", filename="", compresslevel=COMPRESSION, mtime=0) as packed:
                    _write_lines(packed, records)
            else:
                _write_lines(raw, records)
            raw.flush()
            os.fsync(raw.fileno())
        temporary.replace(file)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _write_lines(stream: Any, records: Iterable[Record]) -> None:
    check = 0
    for record in records:
        line = json.dumps(record, separators=(",", ":")).encode("ascii") + b"\n"
        check = zlib.crc32(line, check)
        stream.write(line)
    stream.write(json.dumps({"end": check}).encode("ascii") + b"\n")


def read_records(file: Path) -> tuple[int, Iterator[Record]]:
    """Return how many bytes the records are and the records, of which the head is checked.

    Raises SavedFormError, also while the records are read; OSError if the file cannot be read.
    """
    lines = _checked_lines(file)
    head = _parsed(file, lines[0])
    if head.get("format") != FORMAT:
        raise SavedFormError(f"{file} is no saved form of this program.")
    if head.get("version") != VERSION:
        raise SavedFormError(f"{file} has version {head.get('version')!r}, and version {VERSION} can be read.")
    return sum(map(len, lines)), chain([head], (_parsed(file, line) for line in lines[1:]))


def _checked_lines(file: Path) -> list[bytes]:
    raw = file.read_bytes()
    if raw.startswith(b"\x1f\x8b"):
        raw = _unpacked(file, raw)
    if not raw.startswith(b'{"format":'):
        raise SavedFormError(f"{file} is no saved form of this program.")
    end = raw.rfind(b"\n", 0, -1) + 1
    try:
        check = json.loads(raw[end:])["end"]
    except (ValueError, KeyError, TypeError) as error:
        raise SavedFormError(f"{file} is cut off: its last line is missing.") from error
    if check != zlib.crc32(memoryview(raw)[:end]):
        raise SavedFormError(f"{file} is damaged: its check sum is wrong.")
    lines = raw.splitlines()
    lines.pop()
    return lines


def _unpacked(file: Path, raw: bytes) -> bytes:
    try:
        return gzip.decompress(raw)
    except (OSError, EOFError, zlib.error) as error:
        raise SavedFormError(f"{file} is damaged: it cannot be decompressed ({error}).") from error


def _parsed(file: Path, line: bytes) -> Record:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise SavedFormError(f"{file} has a line that is no JSON: {error}.") from error
    if not isinstance(found, dict):
        raise SavedFormError(f"{file} has a line that is no record.")
    return found
