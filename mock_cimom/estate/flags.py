"""Options of commands that describe an estate or change what a named estate or a file says."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from mock_cimom.estate.description import (
    ESTATES,
    SMALLEST,
    ArrayDescription,
    EstateDescription,
    Indications,
    Kind,
    Masking,
    PortLink,
)
from mock_cimom.estate.limits import MOST_ARRAYS, check_estate
from mock_cimom.estate.pool_kinds import FILLED_POOLS
from mock_cimom.estate.volume_names import RULES
from mock_cimom.estate.yaml_file import read_estate

Command = TypeVar("Command", bound=Callable[..., Any])

OPTIONS = (
    click.option("--arrays", type=click.IntRange(1, MOST_ARRAYS), help="How many arrays."),
    click.option("--kind", type=click.Choice([one.value for one in Kind]), help="What all arrays are."),
    click.option("--volumes", type=click.IntRange(min=0), help="LUNs of each array."),
    click.option("--hosts", type=click.IntRange(min=0), help="Hosts of each array."),
    click.option("--luns-per-view", type=click.IntRange(min=1), help="LUNs that each host sees."),
    click.option(
        "--masking",
        type=click.IntRange(1, len(Masking)),
        help="Masking dialect: 1 privileges, 2 associated privileges, 3 groups, 4 as 1 with port devices, 5 rows.",
    ),
    click.option("--ports", type=click.Choice([one.value for one in PortLink]), help="What views lead to ports by."),
    click.option("--naa", type=click.IntRange(RULES[0], RULES[-1]), help="Rule by which volumes give their name."),
    click.option("--seed", type=int, help="Spreads what is irregular."),
    click.option("--pulls/--no-pulls", default=None, help="Answer Open and Pull operations, or refuse them."),
    click.option("--indications", type=click.Choice([one.value for one in Indications]), help="What is delivered."),
    click.option(
        "--test-provider/--no-test-provider",
        default=None,
        help="With OpenPegasus' test methods in namespace test/TestProvider, or without.",
    ),
    click.option("--irregular/--regular", default=None, help="With what makes real arrays hard, or without."),
)


def estate_options(command: Command) -> Command:
    """Give a click command the options; their values come as keyword arguments that `described` takes."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def described(
    estate: str | Path | EstateDescription,
    *,
    arrays: int | None = None,
    kind: str | None = None,
    volumes: int | None = None,
    hosts: int | None = None,
    luns_per_view: int | None = None,
    masking: int | None = None,
    ports: str | None = None,
    naa: int | None = None,
    seed: int | None = None,
    pulls: bool | None = None,
    indications: str | None = None,
    test_provider: bool | None = None,
    irregular: bool | None = None,
) -> EstateDescription:
    """Return an estate (a name of ESTATES, a YAML file, a description) as the options change it; None changes nothing.

    Options about arrays change all of them; about volumes, hosts and masking those only that have blocks. With more
    arrays than the estate has, they come again in the same order. Raises KeyError for a text that is neither a name
    nor a file, EstateFileError, ImpossibleArrayError (a ValueError).
    """
    base = _base(estate)
    found = base.arrays if kind is None else tuple(_of_kind(array, Kind(kind)) for array in base.arrays)
    found = _repeated(found, arrays)
    blocks = {"volumes": volumes, "hosts": hosts, "luns_per_view": luns_per_view, "naa": naa}
    values: dict[str, Any] = {name: value for name, value in blocks.items() if value is not None}
    values |= {} if masking is None else {"masking": Masking(masking)}
    values |= {} if ports is None else {"ports": PortLink(ports)}
    found = tuple(_changed(array, values, irregular) for array in found)
    whole = {
        "seed": seed,
        "pulls": pulls,
        "test_provider": test_provider,
        "indications": None if indications is None else Indications(indications),
    }
    given: dict[str, Any] = {name: value for name, value in whole.items() if value is not None}
    changed = replace(base, arrays=found, **given)
    check_estate(changed)
    return changed


def _base(estate: str | Path | EstateDescription) -> EstateDescription:
    if isinstance(estate, EstateDescription):
        return estate
    if isinstance(estate, str) and estate in ESTATES:
        return ESTATES[estate]
    if isinstance(estate, Path) or Path(estate).is_file():
        return read_estate(Path(estate))
    raise KeyError(f"{estate} is neither a file nor one of {', '.join(ESTATES)}")


def _of_kind(array: ArrayDescription, kind: Kind) -> ArrayDescription:
    """Return an array of another kind: the smallest one of its kind, as irregular as the first was."""
    if array.kind is kind:
        return array
    return _with_irregular(SMALLEST[kind], array.irregular)


def _repeated(arrays: Sequence[ArrayDescription], count: int | None) -> tuple[ArrayDescription, ...]:
    return tuple(arrays[turn % len(arrays)] for turn in range(len(arrays) if count is None else count))


def _changed(array: ArrayDescription, blocks: dict[str, Any], irregular: bool | None) -> ArrayDescription:
    changed = replace(array, **blocks) if array.kind.has_blocks else array
    return changed if irregular is None else _with_irregular(changed, irregular)


def _with_irregular(array: ArrayDescription, irregular: bool) -> ArrayDescription:
    """Return the array with everything irregular, or with nothing of it: the filled pools belong to that."""
    pools = tuple(kind for kind in array.pool_kinds if kind not in FILLED_POOLS)
    if irregular and array.kind.has_pools:
        pools += FILLED_POOLS
    return replace(array, irregular=irregular, pool_kinds=pools)
