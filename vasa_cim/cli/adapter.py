"""`vasa-cim adapter`: the platform adapters of a running provider."""

from pathlib import Path

import click

from vasa_cim.cli.operator import ask, data_option, output_option, show_json, show_table
from vasa_cim.control.commands import ADAPTER_LIST, ADAPTER_LOAD, ADAPTER_UNLOAD


@click.group()
def adapter() -> None:
    """List, unload and load the adapters of a running provider."""


@adapter.command("list")
@output_option
@data_option
def list_(data: Path | None, output: str) -> None:
    """List the adapters that are installed, and the sources that each serves."""
    found = ask(data, ADAPTER_LIST)
    if output == "json":
        show_json(found)
        return
    rows = [
        (one["name"], one["state"], ", ".join(one["offers"]), ", ".join(one["sources"]), one["class"] or "")
        for one in found
    ]
    show_table(("NAME", "STATE", "OFFERS", "SOURCES", "CLASS"), rows)


@adapter.command()
@click.argument("name")
@data_option
def unload(data: Path | None, name: str) -> None:
    """Stop using the adapter NAME until it is loaded again, or the provider starts again."""
    found = ask(data, ADAPTER_UNLOAD, {"name": name})
    click.echo(f"{name} was unloaded; it served: {', '.join(found['sources']) or 'no source'}")


@adapter.command()
@click.argument("name")
@data_option
def load(data: Path | None, name: str) -> None:
    """Use the installed adapter NAME again, its code read from disk anew."""
    found = ask(data, ADAPTER_LOAD, {"name": name})
    click.echo(f"{name} was loaded; it serves: {', '.join(found['sources']) or 'no source'}")
