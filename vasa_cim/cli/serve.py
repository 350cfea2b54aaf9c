"""`vasa-cim serve`: the bridge."""

import signal
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import click

from vasa_cim import app, config, logs
from vasa_cim.cli.env_file import write_env_file

_STOP_GRACE = 10.0


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
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    application = app.Application(settings)
    try:
        application.start()
        if settings["env"]:
            write_env_file(settings["env"], application.exports())
        for line in application.greeting():
            click.echo(line)
        stopping.wait()
    finally:
        application.stop(_STOP_GRACE)
