"""`vasa-cim array`: the arrays of a running provider."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from vasa_cim.cli.operator import ask, data_option, output_option, show_json, show_table
from vasa_cim.cli.source_options import source_options, source_table
from vasa_cim.control.commands import ARRAY_ADD, ARRAY_LIST, ARRAY_REMOVE

_NOBODY = "Nobody can log in any more: no source is left to check user and password."


@click.group()
def array() -> None:
    """Add, list and remove the sources of arrays of a running provider."""


@array.command()
@click.argument("url")
@click.option("--name", help="what to call it; default: the host name in the URL")
@click.option(
    "--adapter", "adapters", multiple=True, help="adapter that serves it, instead of all that can; repeatable"
)
@source_options
@click.option("--force", is_flag=True, help="add it even if it cannot be read now")
@data_option
def add(data: Path | None, *, force: bool, **given: Any) -> None:
    """Add the arrays behind URL, now and after each restart.

    It is read once before; a refused login, or no array, is an error.

    Example: vasa-cim array add https://array.example.com:5989 --user smis
    """
    table = source_table(given)
    found = ask(data, ARRAY_ADD, {"source": table, "force": force})
    if found["read_at"]:
        click.echo(f"{found['name']} was added: {_count(found['arrays'], 'array')}, {_count(found['luns'], 'LUN')}")
    else:
        click.echo(f"{found['name']} was added; it has not been read yet")
    if found["left_out"]:
        click.echo(f"left out, as another source has them too: {', '.join(found['left_out'])}")
    if found["checks_logins"]:
        click.echo(f"{found['name']} checks the logins of vCenters")


@array.command("list")
@output_option
@data_option
def list_(data: Path | None, output: str) -> None:
    """List the sources of a running provider, and how fresh their data are."""
    found = ask(data, ARRAY_LIST)
    if output == "json":
        show_json(found)
    elif not found:
        click.echo("there is no source yet; add one with vasa-cim array add")
    else:
        show_table(("NAME", "URL", "FROM", "ARRAYS", "LUNS", "READ", "LOGINS", "TROUBLE"), [_row(one) for one in found])


@array.command()
@click.argument("name")
@data_option
def remove(data: Path | None, name: str) -> None:
    """Remove the added source NAME; vCenters see its arrays no more."""
    found = ask(data, ARRAY_REMOVE, {"name": name})
    click.echo(f"{found['name']} was removed")
    if found["logins"] is None:
        click.echo(_NOBODY)
    elif found["logins_moved"]:
        click.echo(f"{found['logins']} checks the logins of vCenters from now on")


def _row(source: Mapping[str, Any]) -> tuple[str, ...]:
    age = source["age_seconds"]
    trouble = source["error"] or ""
    if source["left_out"]:
        trouble = "; ".join(filter(None, (trouble, f"left out, as another source has them: {len(source['left_out'])}")))
    return (
        source["name"],
        source["url"],
        source["origin"],
        str(source["arrays"]),
        str(source["luns"]),
        "never" if age is None else f"{age:.0f} s ago",
        "checked here" if source["checks_logins"] else "",
        trouble,
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
