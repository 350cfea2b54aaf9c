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
