"""What the commands to a running provider share: which provider, and how tables are written."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from vasa_cim import config
from vasa_cim.control import client


def data_option(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the option `--data`: the directory of the provider that it is for, None if not given."""
    return click.option(
        "--data",
        type=click.Path(path_type=Path),
        help="data directory of the running provider, if it is not the default one (or VASA_CIM_DATA)",
    )(command)


def output_option(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the option `--output`."""
    kinds = click.Choice(["text", "json"])
    return click.option("--output", type=kinds, default="text", show_default=True, help="form of the answer")(command)


def ask(data: Path | None, command: str, arguments: Mapping[str, Any] | None = None) -> Any:
    """Have the running provider do a command and return its result. Raises NoProvider, CommandRefused."""
    given = data or os.environ.get(config.ENVIRONMENT_PREFIX + "DATA")
    directory = Path(given) if given else config.default_data_directory()
    return client.perform(directory, command, arguments or {})


def show_json(found: Any) -> None:
    """Write a result as JSON."""
    click.echo(json.dumps(found, indent=2, ensure_ascii=False))


def show_table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Write rows under their titles, in columns as wide as they must be."""
    lines = [list(titles), *(list(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(titles))]
    for line in lines:
        click.echo("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())
