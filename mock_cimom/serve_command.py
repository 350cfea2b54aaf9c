"""The commands `serve` and `save`."""

import asyncio
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from mock_cimom.contents import Contents, header_of
from mock_cimom.detach import NotStartedError, detached
from mock_cimom.estate.description import ESTATES, EstateDescription
from mock_cimom.estate.flags import described, estate_options
from mock_cimom.estate_loader import load_estate
from mock_cimom.saved import save
from mock_cimom.serve import ServeOptions, prepare, serve

DEFAULT_ESTATE = "tiny"
HTTP_PORT, HTTPS_PORT = 5988, 5989
NO_PORT = "none"
READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)
WRITABLE = click.Path(dir_okay=False, path_type=Path)


class Port(click.ParamType):
    """A port number, or None for the word `none`."""

    name = "port"

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> Any:
        """Return the number, or NO_PORT."""
        if value == NO_PORT or isinstance(value, int):
            return value
        return click.IntRange(0, 65535).convert(value, parameter, context)


def _number(port: int | str) -> int | None:
    return None if isinstance(port, str) else port


def _of_estate(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that choose and change an estate."""
    chosen = click.option(
        "--estate", metavar="NAME|FILE", help=f"{', '.join(ESTATES)}, or a YAML file.  [default: {DEFAULT_ESTATE}]"
    )
    return chosen(estate_options(command))


@click.command("serve")
@_of_estate
@click.option("--replay", type=READABLE, help="Serve a file written by `record` or `save` instead of an estate.")
@click.option(
    "--mock", "mock_files", multiple=True, type=click.Path(path_type=Path), metavar="SCRIPT_OR_MOF",
    help="Load a MOF file or a mock script written for pywbemcli, on top of the estate or alone. May be repeated.",
)  # fmt: skip
@click.option("--default-namespace", metavar="NS", help="Namespace of the --mock files.  [default: root/cimv2]")
@click.option("--faults", "fault_file", type=READABLE, help="YAML file of rules for what goes wrong (see `inject`).")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=Port(),
    default=HTTP_PORT,
    show_default=True,
    help="Port of HTTP; 0 takes a free one, none opens none.",
)
@click.option(
    "--tls-port", type=Port(),
    help=f"Port of HTTPS; none opens none.  [default: {HTTPS_PORT}, or a free one if --port is 0]",
)  # fmt: skip
@click.option("--certificate", type=READABLE, help="PEM certificate of HTTPS. One is made if not given.")
@click.option("--key", type=READABLE, help="PEM key of the certificate, without a password.")
@click.option("--certificate-out", type=WRITABLE, help="File to write the certificate of HTTPS to, for clients.")
@click.option("--user", help="User who may ask. Generated if not given.")
@click.option("--password-file", type=READABLE, help="File whose first line is the password. Generated if not given.")
@click.option(
    "--env", "env_file", type=WRITABLE,
    help="File to write CIM_URL, CIM_USER, CIM_PASSWORD, CIM_PID and what the estate's hosts are to, for `source`.",
)  # fmt: skip
@click.option("--detach", is_flag=True, help="Come back once it listens; needs --env. Messages go to ENV.log.")
@click.option("--verbose", is_flag=True, help="Tell what the --mock files do.")
def serve_command(
    replay: Path | None,
    mock_files: tuple[Path, ...],
    default_namespace: str | None,
    fault_file: Path | None,
    host: str,
    port: int | str,
    tls_port: int | str | None,
    certificate: Path | None,
    key: Path | None,
    certificate_out: Path | None,
    user: str | None,
    password_file: Path | None,
    env_file: Path | None,
    detach: bool,
    verbose: bool,
    estate: str | None,
    **flags: Any,
) -> None:
    """Serve simulated arrays until SIGTERM or SIGINT.

    Example: mock-cimom serve --estate small --port 0 --env cim.env
    """
    if (certificate is None) != (key is None):
        raise click.UsageError("--certificate and --key go together")
    if tls_port is None:
        tls_port = 0 if port == 0 else HTTPS_PORT
    if port == NO_PORT and tls_port == NO_PORT:
        raise click.UsageError("with --port none and --tls-port none there is nothing to listen on")
    if detach:
        _detach(env_file)
        return
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    description = _estate(estate, flags, replay, mock_files)
    name = _name(estate, description, replay)
    options = ServeOptions(
        Contents(description, replay, mock_files, default_namespace, verbose, name),
        host, _number(port), _number(tls_port), certificate, key, certificate_out,
        user, password_file, env_file, fault_file,
    )  # fmt: skip
    try:
        asyncio.run(serve(prepare(options), click.echo))
    except (OSError, ValueError) as error:
        _fail(error)


@click.command("save")
@_of_estate
@click.option("-o", "--output", required=True, type=WRITABLE, help="File to write; a name in .gz is compressed.")
def save_command(output: Path, estate: str | None, **flags: Any) -> None:
    """Write an estate to a file that `serve --replay` starts from faster than from the description.

    Example: mock-cimom save --estate huge -o huge.cim
    """
    description = _described(estate, flags)
    try:
        connection = load_estate(description)
        save(connection.cimrepository, output, header_of(description))
    except (OSError, ValueError) as error:
        _fail(error)
    click.echo(f"saved the estate to {output}")


def _estate(
    estate: str | None, flags: dict[str, Any], replay: Path | None, mock_files: tuple[Path, ...]
) -> EstateDescription | None:
    """Return what to simulate; None where a recording or mock files alone are asked for."""
    named = estate is not None or any(value is not None for value in flags.values())
    if replay is not None:
        if named:
            raise click.UsageError("--replay serves a file, not an estate: leave out --estate and its options")
        return None
    return None if mock_files and not named else _described(estate, flags)


def _described(estate: str | None, flags: dict[str, Any]) -> EstateDescription:
    try:
        return described(estate or DEFAULT_ESTATE, **flags)
    except KeyError as error:
        raise click.BadParameter(str(error.args[0]), param_hint="'--estate'") from error
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _name(estate: str | None, description: EstateDescription | None, replay: Path | None) -> str:
    if replay is not None:
        return f"recording {replay.name}"
    return "mock files" if description is None else f"estate {estate or DEFAULT_ESTATE}"


def _detach(env_file: Path | None) -> None:
    if env_file is None:
        raise click.UsageError("--detach needs --env: it tells how to reach the server and how to end it")
    arguments = [one for one in sys.argv[1:] if one != "--detach"]
    log_file = env_file.with_name(f"{env_file.name}.log")
    try:
        process = detached(arguments, env_file, log_file)
    except (OSError, NotStartedError) as error:
        _fail(error)
    click.echo(f"mock-cimom listens as process {process}; `. {env_file}` tells a shell how to reach it")


def _fail(error: Exception) -> None:
    click.echo(f"mock-cimom: {error}", err=True)
    sys.exit(1)
