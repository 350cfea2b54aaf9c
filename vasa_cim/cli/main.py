"""The command `vasa-cim`; each noun or verb has a file of its own."""

import sys

import click

from vasa_cim.cli.adapter import adapter
from vasa_cim.cli.array import array
from vasa_cim.cli.array_probe import probe
from vasa_cim.cli.demo import demo
from vasa_cim.cli.serve import serve
from vasa_cim.errors import VasaCimError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="vasa-cim")
def commands() -> None:
    """A VASA 1.0 storage provider for VMware vCenter over any array that speaks SMI-S."""


commands.add_command(serve)
commands.add_command(demo)
array.add_command(probe)
commands.add_command(array)
commands.add_command(adapter)


def main() -> None:
    """Run the command line. An expected error is one sentence on standard error and exit status 1."""
    try:
        commands()
    except VasaCimError as error:
        click.echo(f"vasa-cim: {error}", err=True)
        sys.exit(1)
