"""Files of `export NAME=value` lines, for a shell to source."""

import os
import shlex
import tempfile
from collections.abc import Mapping
from pathlib import Path

from vasa_cim.errors import ConfigurationError


def export_lines(values: Mapping[str, str]) -> str:
    """Return one `export NAME=value` line per entry, shell-quoted."""
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in values.items())


def check_env_file(file: Path) -> None:
    """Raise ConfigurationError if `file` can hardly be written, so that this is found out before all the work."""
    reason = None
    if not file.parent.is_dir():
        reason = "there is no such directory"
    elif file.is_dir():
        reason = "it is a directory"
    elif not os.access(file.parent, os.W_OK | os.X_OK):
        reason = "its directory is not writable"
    if reason:
        raise ConfigurationError(setting="--env", reason=f"{file} cannot be written: {reason}")


def write_env_file(file: Path, values: Mapping[str, str]) -> None:
    """Write the lines to `file` by rename, readable by its owner only. Raises ConfigurationError."""
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                stream.write(export_lines(values))
            Path(name).replace(file)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ConfigurationError(setting="--env", reason=f"{file} cannot be written: {error.strerror}") from error
