"""Which arrays of a source have a file side (`smis-mapping 1.2`, `4.2`)."""

from collections.abc import Iterable

from vasa_cim.adapters.smis import vocabulary as v
from vasa_cim.adapters.smis.file_tables import FileTables
from vasa_cim.adapters.smis.source import Round
from vasa_cim.adapters.smis.tables import Tables
from vasa_cim.adapters.smis.text import plain_name

_HEAD_PROFILES = ("NAS Head",)
_HEADS = frozenset({v.Dedicated.NAS_HEAD})


def file_sides(found: Round) -> list[FileTables]:
    """Return the file side of each namespace that has one; in a source of block arrays only nothing is asked for it.

    A block array has one, too, if it is dedicated to it although no profile says so. Raises SourceError.
    """
    blocks = {tables.walk.namespace: tables for tables in found.tables(v.BLOCK_PROFILES, v.BLOCK_DEDICATIONS)}
    tops = found.tops(v.FILE_PROFILES, v.FILE_DEDICATIONS)
    heads = found.tops(_HEAD_PROFILES, _HEADS)
    both = [name for name, block in blocks.items() if tops.get(name, frozenset()) <= frozenset(block.tops)]
    files = {}
    if tops.keys() - set(both):
        files = {tables.walk.namespace: tables for tables in found.tables(v.FILE_PROFILES, v.FILE_DEDICATIONS)}
    sides = []
    for namespace in sorted({*blocks, *files}):
        block, named = blocks.get(namespace), _plain(tops.get(namespace, ()))
        on = block if block is not None and namespace in both else files.get(namespace)
        if block is not None:
            named |= _dedicated(block, v.FILE_DEDICATIONS)
        if on is not None and named:
            as_blocks = named & _plain(block.tops) if block is not None else frozenset()
            of_others = _plain(heads.get(namespace, ())) | _dedicated(on, _HEADS)
            sides.append(FileTables(on, named, of_others & named, as_blocks, alone=not blocks))
    return sides


def _plain(names: Iterable[str]) -> frozenset[str]:
    return frozenset(map(plain_name, names))


def _dedicated(tables: Tables, wanted: frozenset[v.Dedicated]) -> frozenset[str]:
    """Return the arrays that say themselves that they are dedicated to one of these."""
    return frozenset(name for name, system in tables.systems.arrays.items() if system.dedicated & wanted)
