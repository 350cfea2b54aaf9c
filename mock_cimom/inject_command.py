"""The command `mock-cimom inject`: fault rules of a running server, over its control path."""

import functools
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from mock_cimom.control_client import ControlClient, ControlError
from mock_cimom.faults import described, read_fault_file, read_rule

Command = TypeVar("Command", bound=Callable[..., Any])

# The flags that make an entry of the rule, by the name of the entry.
ENTRIES = {
    "rule_id": "id",
    "operation": "operation",
    "class_name": "class",
    "namespace": "namespace",
    "nth": "nth",
    "first": "from",
    "times": "times",
    "probability": "probability",
    "seed": "seed",
    "delay": "delay",
    "jitter": "jitter",
    "cim_status": "cim-status",
    "description": "description",
    "http_status": "http-status",
    "truncate": "truncate",
    "wrong_charset": "wrong-charset",
    "indication": "indication",
}
SWITCHES = {"cut": "cut", "empty": "empty", "vanish": "vanish", "lose_contexts": "lose-contexts"}


@click.group("inject")
def inject() -> None:
    """Make a running server misbehave by rules.

    The file that `mock-cimom serve --env FILE` writes sets CIM_URL, CIM_USER, CIM_PASSWORD and CIM_CA.
    """


def _of_server(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the flags that name the server, and as its first argument a client of it."""

    @click.option("--url", envvar="CIM_URL", required=True, help="The server, for instance http://127.0.0.1:5988.")
    @click.option("--user", envvar="CIM_USER", required=True, help="User of the server.")
    @click.option(
        "--password-file",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="File whose first line is the password; without it, CIM_PASSWORD is used.",
    )
    @click.option(
        "--ca",
        envvar="CIM_CA",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="PEM file that verifies an https server; without it, the system's.",
    )
    @functools.wraps(command)
    def with_client(url: str, user: str, password_file: Path | None, ca: Path | None, **others: Any) -> None:
        try:
            command(ControlClient.for_command(url, user, password_file, ca), **others)
        except (ControlError, ValueError, OSError) as error:
            click.echo(f"mock-cimom: {error}", err=True)
            sys.exit(1)

    return with_client


def _of_effect(command: Command) -> Command:
    """Give a command the flags of the effects."""
    options = [
        click.option("--delay", metavar="TIME", help="Wait before the call is carried out: 500ms, 2s, 1m."),
        click.option("--jitter", metavar="TIME", help="Vary the delay by up to this much."),
        click.option("--cim-status", metavar="STATUS", help="Answer with a CIM error, such as CIM_ERR_FAILED or 1."),
        click.option("--description", metavar="TEXT", help="Description of the CIM error."),
        click.option("--http-status", type=int, metavar="STATUS", help="Answer with an HTTP status, such as 500."),
        click.option("--cut", is_flag=True, help="Cut the connection instead of answering."),
        click.option(
            "--truncate",
            is_flag=False,
            flag_value="ended",
            type=click.Choice(["ended", "cut"]),
            help="Send half of the answer, properly ended (the default) or cut.",
        ),
        click.option(
            "--wrong-charset",
            is_flag=False,
            flag_value="header",
            type=click.Choice(["header", "bytes"]),
            help="Say UTF-16 in the header (the default), or send Latin-1.",
        ),
        click.option("--empty", is_flag=True, help="Enumerations find nothing."),
        click.option("--vanish", is_flag=True, help="The namespace does not exist."),
        click.option("--lose-contexts", is_flag=True, help="Forget all open enumerations."),
        click.option(
            "--indication",
            type=click.Choice(["drop", "double", "reorder", "new-context"]),
            help="Concern indications instead of calls.",
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def _of_match(command: Command) -> Command:
    """Give a command the flags of the match."""
    options = [
        click.option("--id", "rule_id", help="Name of the rule. Made up if not given."),
        click.option("--operation", metavar="NAME", help="Operation, InvokeMethod, or one method; * is any part."),
        click.option("--class", "class_name", metavar="NAME", help="Class the call is about."),
        click.option(
            "--subclasses/--no-subclasses", default=True, show_default=True, help="Concern its subclasses as well."
        ),
        click.option("--namespace", metavar="NAME", help="Namespace of the call."),
        click.option("--nth", type=int, help="Fire at every nth matching call."),
        click.option("--from", "first", type=int, metavar="N", help="Fire from the Nth matching call on."),
        click.option("--times", type=int, help="Fire this often at most."),
        click.option("--probability", type=float, help="Fire with this probability, above 0 and up to 1."),
        click.option("--seed", type=int, help="Seed of what is left to chance."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


@inject.command("add")
@_of_match
@_of_effect
@click.option(
    "--file",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="YAML file with 'faults:' and a list of rules, instead of the other flags.",
)
@_of_server
def add_command(client: ControlClient, file: Path | None, **flags: Any) -> None:
    """Add rules and print their ids.

    Example: mock-cimom inject add --operation "*EnumerateInstances" --class CIM_StorageVolume --delay 2s --jitter 500ms
    """
    values = rule_values(flags)
    if file is not None and values:
        raise ControlError("--file goes with no other flag of a rule")
    # What is wrong is told here already, before anybody is asked.
    rules = [read_rule(values)] if file is None else read_fault_file(file)
    for added in client.add([described(one) for one in rules]):
        click.echo(added["id"])


@inject.command("list")
@_of_server
def list_command(client: ControlClient) -> None:
    """List the rules, one a line, with how many calls each matched and how often it fired."""
    for rule in client.listed():
        click.echo(json.dumps(rule))


@inject.command("remove")
@click.argument("rule_id", metavar="ID")
@_of_server
def remove_command(client: ControlClient, rule_id: str) -> None:
    """Remove one rule."""
    client.remove(rule_id)


@inject.command("clear")
@_of_server
def clear_command(client: ControlClient) -> None:
    """Remove all rules."""
    client.clear()


def rule_values(flags: dict[str, Any]) -> dict[str, Any]:
    """Return the entries of a rule that the flags of `add` give."""
    values = {entry: flags[flag] for flag, entry in ENTRIES.items() if flags.get(flag) is not None}
    values |= {entry: True for flag, entry in SWITCHES.items() if flags.get(flag)}
    if not flags.get("subclasses", True):
        values["subclasses"] = False
    if str(values.get("cim-status", "")).isdigit():
        values["cim-status"] = int(values["cim-status"])
    return values
