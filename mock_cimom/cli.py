"""The command `mock-cimom`."""

import asyncio
import sys
from pathlib import Path

import click

from mock_cimom.estate.description import ESTATES
from mock_cimom.serve import ServeOptions, serve


@click.group()
@click.version_option(package_name="vasa-cim")
def main() -> None:
    """Simulated storage arrays that answer CIM-XML."""


@main.command("serve")
@click.option(
    "--estate", type=click.Choice(sorted(ESTATES)), default="tiny", show_default=True, help="What to simulate."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=5988,
    show_default=True,
    help="Port to listen on; 0 takes a free one.",
)
@click.option("--user", help="User who may ask. Generated if not given.")
@click.option(
    "--password-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File whose first line is the password. A password is generated if not given.",
)
@click.option(
    "--env",
    "env_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write CIM_URL, CIM_USER, CIM_PASSWORD, CIM_WWNS, CIM_IQNS and CIM_HOSTS to, for `source`.",
)
def serve_command(
    estate: str, host: str, port: int, user: str | None, password_file: Path | None, env_file: Path | None
) -> None:
    """Serve an estate until SIGTERM or SIGINT.

    Example: mock-cimom serve --estate tiny --port 0 --env cim.env
    """
    options = ServeOptions(estate, host, port, user, password_file, env_file)
    try:
        asyncio.run(serve(options, click.echo))
    except (OSError, ValueError) as error:
        click.echo(f"mock-cimom: {error}", err=True)
        sys.exit(1)
