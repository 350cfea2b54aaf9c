"""The command `mock-cimom record`."""

import datetime
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from mock_cimom.connection import CimomConnection
from mock_cimom.record import Progress, RecordError, record
from mock_cimom.saved import save

PASSWORD_VARIABLE = "CIM_PASSWORD"  # noqa: S105 - the name of a variable


@click.command("record")
@click.argument("url")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write; compressed if its name ends in .gz. It is replaced when all is read, not before.",
)
@click.option("--user", envvar="CIM_USER", help="User to ask as; also from CIM_USER. Nobody if not given.")
@click.option(
    "--password-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=f"File whose first line is the password. Else it is taken from {PASSWORD_VARIABLE} or asked for.",
)
@click.option(
    "--ca",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File of CAs to trust, in PEM, instead of those of the system.",
)
@click.option("--no-verify", is_flag=True, help="Trust any certificate.")
@click.option(
    "--namespace",
    "namespaces",
    multiple=True,
    help="A namespace to read beside those that CIM_Namespace tells of. May be repeated.",
)
@click.option(
    "--timeout",
    type=click.IntRange(1, 86400),
    default=300,
    show_default=True,
    help="Seconds to wait for each answer.",
)
def record_command(
    url: str,
    output: Path,
    user: str | None,
    password_file: Path | None,
    ca: Path | None,
    no_verify: bool,
    namespaces: tuple[str, ...],
    timeout: int,
) -> None:
    """Record what the CIMOM at URL holds, for `mock-cimom serve --replay`.

    Classes, qualifiers, instances and associations of all namespaces are read. What cannot be read is listed and left
    out. Neither the password nor the CIMOM's host is written.

    Example: mock-cimom record https://array:5989 --user admin -o array.json.gz
    """
    if ca is not None and no_verify:
        raise click.UsageError("--ca and --no-verify exclude each other.")
    try:
        _check_place(output)
        password = _password(password_file) if user is not None else None
        verification: str | bool = str(ca) if ca is not None else not no_verify
        with _shown_progress() as shown:
            connection = record(url, user, password, verification, shown, namespaces, timeout)
        _write(connection, output)
    except (RecordError, OSError) as error:
        click.echo(f"mock-cimom: {error}", err=True)
        sys.exit(1)
    click.echo(_summary(connection, output))


def _check_place(output: Path) -> None:
    """Raise OSError now rather than after an hour of reading."""
    if not os.access(output.absolute().parent, os.W_OK):
        raise FileNotFoundError(f"The directory of {output} does not exist or cannot be written.")


def _password(password_file: Path | None) -> str:
    if password_file is not None:
        lines = password_file.read_text(encoding="utf-8").splitlines()
        return lines[0] if lines else ""
    given = os.environ.get(PASSWORD_VARIABLE)
    return given if given is not None else str(click.prompt("Password", hide_input=True, err=True))


@contextmanager
def _shown_progress() -> Iterator[Callable[[Progress], None]]:
    """Show a bar for the namespace at hand on the standard error, and a line for whatever could not be read."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[instances]} instances"),
        TimeElapsedColumn(),
    )
    with Bar(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("connecting", total=None, instances=0)

        def show(step: Progress) -> None:
            if step.problem is not None:
                bar.console.print(escape(f"not recorded: {step.problem}"), highlight=False)
            where = f"{step.namespace} {step.class_name}".strip()
            total = step.classes or None
            bar.update(
                task, description=escape(where), completed=step.classes_done, total=total, instances=step.instances
            )

        yield show


def _write(connection: CimomConnection, output: Path) -> None:
    """Write beside `output` first and move it there when it is whole."""
    header = {
        "kind": "recording",
        "recorded": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "default_namespace": connection.default_namespace,
    }
    handle, name = tempfile.mkstemp(dir=output.absolute().parent, prefix=".recording-", suffix=output.suffix)
    os.close(handle)
    part = Path(name)
    try:
        save(connection.cimrepository, part, header)
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)


def _summary(connection: CimomConnection, output: Path) -> str:
    repository = connection.cimrepository
    spaces = [repository.namespace(name) for name in repository.namespaces]
    instances, classes = sum(one.instances.len() for one in spaces), sum(one.classes.len() for one in spaces)
    return f"Recorded {instances} instances and {classes} classes of {len(spaces)} namespaces to {output}"
