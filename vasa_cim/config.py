"""Settings: a TOML file, overridden by the environment, overridden by the command line.

`SETTINGS` is the one table: name, default, kind, help. From it come the TOML keys (`poll_interval`), the environment
variables (`VASA_CIM_POLL_INTERVAL`) and the options (`--poll-interval`). Sources are a `[[source]]` list in the file,
or one source by the `cimom*` settings, which then replaces the file's list.
"""

import ipaddress
import math
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from vasa_cim.adapter import Source
from vasa_cim.errors import ConfigurationError

ENVIRONMENT_PREFIX = "VASA_CIM_"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. `default` None means: not set. `choices` empty means: any value of the kind."""

    name: str
    kind: type
    default: Any
    help: str
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None

    @property
    def option(self) -> str:
        """The name on the command line."""
        return "--" + self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        """The name in the environment."""
        return ENVIRONMENT_PREFIX + self.name.upper()


SETTINGS: tuple[Setting, ...] = (
    Setting("host", str, "127.0.0.1", "address to listen on; 0.0.0.0 serves the network"),
    Setting("port", int, 8443, "TCP port to listen on; 0 takes a free one", minimum=0, maximum=65535),
    Setting("path", str, "/vasa/services/vasaService", "path of the SOAP endpoint"),
    Setting("names", list, (), "host names and addresses that clients use; put into the server certificate"),
    Setting("data", Path, None, "directory of the database and the server certificate"),
    Setting("env", Path, None, "write export VASA_URL= VASA_CA= to this file once listening"),
    Setting("cimom", str, None, "URL of one CIMOM, such as https://array.example.com:5989"),
    Setting("cimom_user", str, None, "user at that CIMOM"),
    Setting("cimom_password_file", Path, None, "file that holds the password of that user"),
    Setting("cimom_ca", Path, None, "PEM file of the authority, or of the certificate itself, of that CIMOM"),
    Setting("cimom_thumbprint", str, None, "SHA-256 of that CIMOM's certificate, trusted instead of an authority"),
    Setting("cimom_insecure", bool, False, "do not verify that CIMOM's certificate (warns at each start)"),
    Setting("auth_source", str, None, "name of the source that checks user and password; default: the first"),
    Setting("poll_interval", float, 300.0, "seconds between two whole readings of a source", minimum=1),
    Setting("first_context_wait", float, 30.0, "seconds that setContext waits for the first reading", minimum=0),
    Setting("session_timeout", int, 1800, "idle seconds of a session that asks for none", minimum=60),
    Setting("max_sessions", int, 64, "sessions at a time", minimum=1),
    Setting("batch_limit", int, 100, "events or alarms in one answer", minimum=1),
    Setting("require_client_certificate", bool, True, "false only in a lab: the cookie alone then protects the calls"),
    Setting("array_scope", str, "context", "arrays shown: all, or with something visible", ("context", "associated")),
    Setting("wwn_format", str, "colon", "how port WWNs are sent", choices=("colon", "bare", "decimal")),
    Setting("version_file", Path, None, "static file to serve as /version.xml"),
    Setting("log_level", str, "info", "least level that is logged", choices=("debug", "info", "warning", "error")),
    Setting("log_format", str, "text", "form of the log on standard error", choices=("text", "json")),
)
_BY_NAME = {setting.name: setting for setting in SETTINGS}
SOURCE_KEYS = frozenset({"name", "url", "user", "password", "password_file", "adapters"})
_HOST_NAME = re.compile(r"(?!-)[\w-]{1,63}(?<!-)(?:\.(?!-)[\w-]{1,63}(?<!-))*\.?")  # letters of any script
_TRUE, _FALSE = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off"})


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings after merging. `values` has every name of `SETTINGS`; `sources` may be empty.

    Whether `auth_source` names a source shows only when those are known that were added to the running provider.
    """

    values: Mapping[str, Any]
    sources: tuple[Source, ...]

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    @property
    def data(self) -> Path:
        """The data directory, also where none was given."""
        given: Path | None = self.values["data"]
        return given if given is not None else default_data_directory()


def default_data_directory() -> Path:
    """Return where data go when no directory is given: the user's state directory."""
    state = os.environ.get("XDG_STATE_HOME")
    return (Path(state) if state else Path.home() / ".local" / "state") / "vasa-cim"


def load(
    file: Path | None = None,
    environment: Mapping[str, str] | None = None,
    command_line: Mapping[str, Any] | None = None,
) -> Settings:
    """Merge the three layers and check every value.

    `command_line` maps names to values, None meaning not given. Raises ConfigurationError that names the setting as
    the user wrote it (`port`, `VASA_CIM_PORT`, `--port`).
    """
    environment = os.environ if environment is None else environment
    table = _read(file) if file else {}
    tables = table.pop("source", [])
    values = {setting.name: setting.default for setting in SETTINGS}
    for name, value in table.items():
        if name not in _BY_NAME:
            raise ConfigurationError(setting=name, reason=f"no such setting (in {file})")
        values[name] = _checked(_BY_NAME[name], value, name)
    for setting in SETTINGS:
        if (text := environment.get(setting.variable)) is not None:
            values[setting.name] = _checked(setting, text, setting.variable)
    for name, value in (command_line or {}).items():
        if value not in (None, ()):
            values[name] = _checked(_BY_NAME[name], value, _BY_NAME[name].option)
    return Settings(values, _sources(tables, values, file))


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(setting=str(file), reason=f"cannot be read: {error}") from error


def _checked(setting: Setting, value: Any, spelled: str) -> Any:
    try:
        converted = _converted(setting, value)
        if setting.name in ("host", "names"):
            _check_hosts((converted,) if isinstance(converted, str) else converted, spelled)
    except (TypeError, ValueError) as error:
        raise ConfigurationError(setting=spelled, reason=f"{value!r} is not a valid {setting.kind.__name__}") from error
    if setting.choices and converted not in setting.choices:
        raise ConfigurationError(setting=spelled, reason=f"{value!r} is none of {', '.join(setting.choices)}")
    if setting.minimum is not None and converted < setting.minimum:
        raise ConfigurationError(setting=spelled, reason=f"{value!r} is less than {setting.minimum:g}")
    if setting.maximum is not None and converted > setting.maximum:
        raise ConfigurationError(setting=spelled, reason=f"{value!r} is more than {setting.maximum:g}")
    return converted


def _check_hosts(names: tuple[str, ...], spelled: str) -> None:
    for name in names:
        if name and not is_host(name):
            reason = f"{name!r} is neither a host name nor an address (without https://, port and path)"
            raise ConfigurationError(setting=spelled, reason=reason)


def is_host(text: str) -> bool:
    """Return whether the text is a host name, or an IP address with or without brackets."""
    try:
        ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return _HOST_NAME.fullmatch(text) is not None
    return True


def _converted(setting: Setting, value: Any) -> Any:
    if setting.kind is bool:
        return _boolean(value)
    if setting.kind is list:
        texts = [value] if isinstance(value, str) else value
        items = [item.strip() for text in texts for item in str(text).split(",")]
        return tuple(item for item in items if item)
    if isinstance(value, bool) or (setting.kind in (str, Path) and not isinstance(value, str | Path)):
        raise TypeError(value)
    if setting.kind is int and isinstance(value, float):
        raise TypeError(value)
    made = setting.kind(value)
    if setting.kind is float and not math.isfinite(made):
        raise ValueError(value)
    return made


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    text = str(value).strip().lower()
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    raise ValueError(value)


def _sources(tables: Any, values: Mapping[str, Any], file: Path | None) -> tuple[Source, ...]:
    if values["cimom"]:
        return (_single_source(values),)
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise ConfigurationError(setting="source", reason="must be written as [[source]] tables")
    base = file.parent if file else Path()
    sources = tuple(source_of(table, f"source{position}", base) for position, table in enumerate(tables, 1))
    names = [source.name for source in sources]
    for name in names:
        if names.count(name) > 1:
            raise ConfigurationError(setting="source", reason=f"two sources are named {name!r}")
    return sources


def _single_source(values: Mapping[str, Any]) -> Source:
    password_file = values["cimom_password_file"]
    if bool(values["cimom_user"]) != bool(password_file):
        reason = "user and password file are given together, or neither of them"
        raise ConfigurationError(setting="--cimom-user and --cimom-password-file", reason=reason)
    options = {"ca": values["cimom_ca"], "thumbprint": values["cimom_thumbprint"]}
    chosen: dict[str, Any] = {name: str(value) for name, value in options.items() if value is not None}
    if values["cimom_insecure"]:
        chosen["insecure"] = True
    return Source(
        name="cimom",
        url=_url(values["cimom"], "--cimom"),
        user=values["cimom_user"],
        password=read_password(password_file, "--cimom-password-file") if password_file else None,
        options=chosen,
    )


def source_of(table: Mapping[str, Any], unnamed: str, base: Path) -> Source:
    """Return the source that a `[[source]]` table describes; `unnamed` is its name if it has none.

    Relative paths in it start at `base`. Raises ConfigurationError.
    """
    name = table.get("name", unnamed)
    where = f"source {name!r}"
    if not isinstance(name, str) or not name:
        raise ConfigurationError(setting=unnamed, reason="name must be text")
    if not isinstance(table.get("url"), str):
        raise ConfigurationError(setting=where, reason="url is missing")
    for key in ("user", "password", "password_file"):
        if not isinstance(table.get(key, ""), str):
            raise ConfigurationError(setting=f"{where}, {key}", reason="must be text")
    password = table.get("password")
    if "password_file" in table:
        password = read_password(base / table["password_file"], f"{where}, password_file")
    options = {key: value for key, value in table.items() if key not in SOURCE_KEYS}
    if isinstance(options.get("ca"), str):
        options["ca"] = str(base / options["ca"])
    return Source(
        name=name,
        url=_url(table["url"], where),
        user=table.get("user"),
        password=password,
        options=options,
        adapters=_adapters(table.get("adapters"), where),
    )


def _adapters(value: Any, where: str) -> tuple[str, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ConfigurationError(setting=f"{where}, adapters", reason="must be a list of names")
    return tuple(value)


def _url(text: str, where: str) -> str:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError as error:
        raise ConfigurationError(setting=where, reason=f"it is no URL: {error}") from error
    if parts.username or parts.password:
        raise ConfigurationError(setting=where, reason="user and password do not belong into the URL")
    if not parts.scheme:
        raise ConfigurationError(setting=where, reason=f"{text!r} is no URL such as https://array.example.com:5989")
    return text


def read_password(file: Path, where: str) -> str:
    """Return the first line of a password file, without its line end. Raises ConfigurationError."""
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise ConfigurationError(setting=where, reason=f"cannot be read: {error}") from error
    if not lines or not lines[0]:
        raise ConfigurationError(setting=where, reason=f"{file} is empty")
    return lines[0]
