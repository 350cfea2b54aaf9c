"""`vasa-cim serve`: the bridge."""

import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from vasa_cim import app, config, logs
from vasa_cim.cli.env_file import check_env_file, write_env_file
from vasa_cim.cli.limits import raise_file_limit

_STOP_GRACE = 10.0
_STOPPING = (signal.SIGTERM, signal.SIGINT)


def _settings_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give the command one option per row of `config.SETTINGS`."""
    for setting in reversed(config.SETTINGS):
        names = [setting.option]
        extra: dict[str, Any] = {"type": click.STRING, "metavar": setting.kind.__name__.upper()}
        if setting.kind is bool:
            names = [f"{setting.option}/--no-{setting.option[2:]}"]
            extra = {"is_flag": True}
        elif setting.kind is list:
            extra |= {"multiple": True, "metavar": "TEXT"}
        elif setting.choices:
            extra["metavar"] = "|".join(setting.choices)
        shown = "" if setting.default in (None, ()) else f" [default: {_shown(setting.default)}]"
        decorate = click.option(*names, setting.name, default=None, help=setting.help + shown, **extra)
        command = decorate(command)
    return command


def _shown(default: Any) -> str:
    return str(default).lower() if isinstance(default, bool) else f"{default}"


@click.command()
@click.option("--config", "file", type=click.Path(path_type=Path), help="TOML file with settings and [[source]] tables")
@_settings_options
def serve(file: Path | None, **options: Any) -> None:
    """Serve VASA for the arrays of one or more CIMOMs.

    Every option can also stand in the TOML file (--poll-interval is poll_interval there) or in the environment
    (VASA_CIM_POLL_INTERVAL).

    Example: vasa-cim serve --cimom https://array:5989 --cimom-user smis --cimom-password-file secret
    """
    settings = config.load(file, command_line=options)
    logs.set_up(settings["log_level"], settings["log_format"])
    if settings["env"]:
        check_env_file(settings["env"])
    raise_file_limit()
    # Blocked in all threads to come, and waited for: no handler can meet a lock that its own thread holds, a signal
    # during the start is kept for its end, and a second one changes nothing.
    signal.pthread_sigmask(signal.SIG_BLOCK, _STOPPING)
    application = app.Application(settings)
    try:
        application.start()
        if settings["env"]:
            write_env_file(settings["env"], application.exports())
        for line in application.greeting():
            click.echo(line)
        signal.sigwait(_STOPPING)
    finally:
        application.stop(_STOP_GRACE)
