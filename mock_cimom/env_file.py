"""What is told to a shell that wants to ask a running server: the file to `source`, and a line to paste."""

import os
import shlex
import tempfile
from collections.abc import Mapping
from pathlib import Path

from mock_cimom.credentials import Credentials


def export_lines(values: Mapping[str, str]) -> str:
    """Return one `export` line for each value."""
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in values.items())


def access(urls: Mapping[str, str], credentials: Credentials) -> dict[str, str]:
    """Return the variables of access: CIM_URL, the first of `urls`, one CIM_<scheme>_URL for each, user and password.

    `urls` are the addresses of one server by scheme, at least one.
    """
    by_scheme = {f"CIM_{scheme.upper()}_URL": url for scheme, url in urls.items()}
    user = {"CIM_USER": credentials.user, "CIM_PASSWORD": credentials.password}
    return {"CIM_URL": next(iter(urls.values())), **by_scheme, **user}


def write_private(path: Path, text: str) -> None:
    """Write a file only its owner can read; a reader sees all of it or the file that was there before."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # made with mode 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def paste_line(url: str, credentials: Credentials, password_file: Path | None, question: str) -> str:
    """Return a shell command that asks `question` (words of pywbemcli). A password given in a file stays there."""
    if credentials.generated or password_file is None:
        password = shlex.quote(credentials.password)
    else:
        password = f'"$(head -n 1 {shlex.quote(str(password_file))})"'
    verify = "" if url.startswith("http:") else " --no-verify"
    return f"pywbemcli -s {url} -u {shlex.quote(credentials.user)} -p {password}{verify} {question}"
