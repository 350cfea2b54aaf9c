"""`vasa-cim array`: the arrays of a running provider."""

import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from vasa_cim import config
from vasa_cim.cli.operator import ask, data_option, output_option, show_json, show_table
from vasa_cim.control.commands import ARRAY_ADD, ARRAY_LIST, ARRAY_REMOVE
from vasa_cim.errors import ConfigurationError

_NOBODY = "Nobody can log in any more: no source is left to check user and password."


@click.group()
def array() -> None:
    """Add, list and remove the sources of arrays of a running provider."""


@array.command()
@click.argument("url")
@click.option("--name", help="what to call it; default: the host name in the URL")
@click.option("--user", help="user at the CIMOM; the password is asked for")
@click.option("--password-file", type=click.Path(path_type=Path), help="file that holds the password, not to be asked")
@click.option("--ca", type=click.Path(path_type=Path), help="PEM file of the authority, or of the certificate itself")
@click.option("--thumbprint", help="SHA-256 of the CIMOM's certificate, trusted instead of an authority")
@click.option("--insecure", is_flag=True, help="do not verify the CIMOM's certificate")
@click.option("--namespace", help="Interop namespace to try first")
@click.option(
    "--adapter", "adapters", multiple=True, help="adapter that serves it, instead of all that can; repeatable"
)
@click.option("--option", "options", multiple=True, metavar="KEY=VALUE", help="further key of [[source]]; repeatable")
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


def source_table(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the `[[source]]` table that the options describe. Raises ConfigurationError."""
    table: dict[str, Any] = dict(_option(text) for text in given["options"])
    table |= {key: given[key] for key in ("url", "user", "thumbprint", "namespace") if given[key]}
    table["name"] = given["name"] or _host(given["url"])
    if given["ca"]:
        table["ca"] = str(given["ca"].absolute())
    if given["insecure"]:
        table["insecure"] = True
    if given["adapters"]:
        table["adapters"] = list(given["adapters"])
    if given["user"]:
        table["password"] = _password(given["password_file"], given["user"])
    elif given["password_file"]:
        raise ConfigurationError(setting="--password-file", reason="it has no meaning without --user")
    return table


def _host(url: str) -> str:
    try:
        host = urlsplit(url).hostname
    except ValueError:
        host = None
    if not host:
        raise ConfigurationError(setting="URL", reason=f"{url!r} names no host, so --name is needed")
    return host


def _password(file: Path | None, user: str) -> str:
    if file is not None:
        return config.read_password(file, "--password-file")
    if not sys.stdin.isatty():
        reason = "there is no terminal to ask for the password, so this option is needed"
        raise ConfigurationError(setting="--password-file", reason=reason)
    answer: str = click.prompt(f"Password of {user}", hide_input=True, err=True)
    return answer


def _option(text: str) -> tuple[str, Any]:
    """Return key and value of `KEY=VALUE`; the value is read as TOML, and as plain text where it is none."""
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise ConfigurationError(setting="--option", reason=f"{text!r} is not KEY=VALUE")
    if key.strip() in ("password", "password_file"):
        raise ConfigurationError(setting="--option", reason="a password is asked for, or read from --password-file")
    try:
        return key.strip(), tomllib.loads(f"value = {value}")["value"]
    except ValueError:
        return key.strip(), value.strip()


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
