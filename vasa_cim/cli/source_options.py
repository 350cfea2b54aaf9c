"""The options that describe a source, and the `[[source]]` table that they make."""

import sys
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from vasa_cim import config
from vasa_cim.errors import ConfigurationError

_OPTIONS = (
    click.option("--user", help="user at the CIMOM; the password is asked for"),
    click.option(
        "--password-file", type=click.Path(path_type=Path), help="file that holds the password, not to be asked"
    ),
    click.option(
        "--ca", type=click.Path(path_type=Path), help="PEM file of the authority, or of the certificate itself"
    ),
    click.option("--thumbprint", help="SHA-256 of the CIMOM's certificate, trusted instead of an authority"),
    click.option("--insecure", is_flag=True, help="do not verify the CIMOM's certificate"),
    click.option("--namespace", help="Interop namespace to try first"),
    click.option(
        "--option", "options", multiple=True, metavar="KEY=VALUE", help="further key of [[source]]; repeatable"
    ),
)


def source_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of a source; `source_table` takes what they hold."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def source_table(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the `[[source]]` table that the options describe, with `url`, and where given `name` and `adapters`.

    Asks for the password of `user` where no file holds it. Raises ConfigurationError.
    """
    table: dict[str, Any] = dict(_option(text) for text in given["options"])
    table |= {key: given[key] for key in ("url", "user", "thumbprint", "namespace") if given[key]}
    table["name"] = given.get("name") or _host(given["url"], can_be_named="name" in given)
    if given["ca"]:
        table["ca"] = str(given["ca"].absolute())
    if given["insecure"]:
        table["insecure"] = True
    if given.get("adapters"):
        table["adapters"] = list(given["adapters"])
    if given["user"]:
        table["password"] = _password(given["password_file"], given["user"])
    elif given["password_file"]:
        raise ConfigurationError(setting="--password-file", reason="it has no meaning without --user")
    return table


def _host(url: str, *, can_be_named: bool) -> str:
    try:
        host = urlsplit(url).hostname
    except ValueError:
        host = None
    if not host:
        raise ConfigurationError(
            setting="URL", reason=f"{url!r} names no host{', so --name is needed' if can_be_named else ''}"
        )
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
