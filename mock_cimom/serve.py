"""What `mock-cimom serve` does: load the estate, listen, say so, and stop on a signal."""

import asyncio
import os
import shlex
import signal
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mock_cimom.cimom import Cimom
from mock_cimom.credentials import Credentials, make_credentials
from mock_cimom.estate import names
from mock_cimom.estate.description import ESTATES, EstateDescription
from mock_cimom.estate.plan import estate_initiators, initiators_of
from mock_cimom.estate_loader import load_estate
from mock_cimom.server import CimXmlServer


@dataclass(frozen=True)
class ServeOptions:
    """The options of the command. None means: generate (user, password), or write no file."""

    estate: str
    host: str
    port: int
    user: str | None
    password_file: Path | None
    env_file: Path | None


async def serve(options: ServeOptions, say: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT. Raises OSError if the port is taken, ValueError for unusable credentials."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    credentials = make_credentials(options.user, options.password_file)
    description = ESTATES[options.estate]
    cimom = Cimom(load_estate(description), options.host)
    server = CimXmlServer(cimom, credentials)
    try:
        port = await server.start(options.host, options.port)
        cimom.host = f"{_in_url(options.host)}:{port}"
        url = f"http://{cimom.host}"
        if options.env_file is not None:
            write_env_file(options.env_file, env_lines(url, credentials, description))
        say(f"mock-cimom serves estate {options.estate} on {url}")
        say(paste_line(url, credentials, options.password_file))
        await stop.wait()
    finally:
        await server.stop()


def paste_line(url: str, credentials: Credentials, password_file: Path | None) -> str:
    """Return a shell command that reads from the server. A password given in a file stays there."""
    if credentials.generated or password_file is None:
        password = shlex.quote(credentials.password)
    else:
        password = f'"$(head -n 1 {shlex.quote(str(password_file))})"'
    user = shlex.quote(credentials.user)
    return f"pywbemcli -s {url} -u {user} -p {password} -d root/mockblock instance enumerate CIM_StorageVolume"


def env_lines(url: str, credentials: Credentials, description: EstateDescription) -> str:
    """Return the `export` lines that tell a shell how to reach the server and which initiators its hosts have."""
    initiators = estate_initiators(description)
    hosts = {names.host_name(host): initiators_of(description, host) for host in range(1, description.hosts + 1)}
    values = {
        "CIM_URL": url,
        "CIM_USER": credentials.user,
        "CIM_PASSWORD": credentials.password,
        "CIM_WWNS": ",".join(one.name for one in initiators if not one.iscsi),
        "CIM_IQNS": ",".join(one.name for one in initiators if one.iscsi),
        "CIM_HOSTS": ";".join(f"{host}={','.join(one.name for one in ports)}" for host, ports in hosts.items()),
    }
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in values.items())


def write_env_file(path: Path, text: str) -> None:
    """Write a file only its owner can read; a reader sees all of it or the file that was there before."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # made with mode 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
