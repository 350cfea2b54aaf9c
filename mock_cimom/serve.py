"""What `mock-cimom serve` does: load what is to be served, listen, say so, and stop on a signal."""

import asyncio
import gc
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mock_cimom.assembly import Assembly, assemble
from mock_cimom.contents import Contents
from mock_cimom.credentials import Credentials, make_credentials
from mock_cimom.env_file import access, export_lines, paste_line, write_private
from mock_cimom.faults import read_fault_file
from mock_cimom.server import CimXmlServer
from mock_cimom.tls import ServerTls, self_made_tls, tls_from_files


@dataclass(frozen=True)
class ServeOptions:
    """The options of the command. None means: no such port, generate (certificate and key, user, password), no file."""

    contents: Contents
    host: str
    port: int | None
    tls_port: int | None
    certificate: Path | None
    key: Path | None
    certificate_out: Path | None
    user: str | None
    password_file: Path | None
    env_file: Path | None
    fault_file: Path | None


@dataclass(frozen=True)
class Prepared:
    """What is loaded and ready to be served. `tls` None means that no port of HTTPS is wanted."""

    options: ServeOptions
    assembly: Assembly
    credentials: Credentials
    tls: ServerTls | None


def prepare(options: ServeOptions) -> Prepared:
    """Load what is to be served. A signal meanwhile ends the process at once, as there is nothing to finish.

    Raises OSError for a file that cannot be read, ValueError for anything else that cannot be used.
    """
    credentials = make_credentials(options.user, options.password_file)
    tls = _tls(options)
    rules = read_fault_file(options.fault_file) if options.fault_file else []
    assembly = assemble(options.contents, options.host)
    gc.freeze()  # what is loaded stays, so the garbage collector need not walk through it
    assembly.cimom.faults.add_all(rules)
    return Prepared(options, assembly, credentials, tls)


async def serve(prepared: Prepared, say: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT. Raises OSError if a port is taken or a file cannot be written."""
    options, assembly, credentials, tls = prepared.options, prepared.assembly, prepared.credentials, prepared.tls
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    server = CimXmlServer(assembly.cimom, credentials)
    try:
        urls = await listen(server, options.host, options.port, options.tls_port, tls)
        assembly.begin(urls)
        if tls is not None and options.certificate_out is not None:
            options.certificate_out.write_text(tls.pem, encoding="utf-8")
        if options.env_file is not None:
            values = access(urls, credentials) | _more(options, assembly)
            write_private(options.env_file, export_lines(values))
        say(f"mock-cimom serves {assembly.cimom.name} on {' and '.join(urls.values())}")
        say(paste_line(next(iter(urls.values())), credentials, options.password_file, assembly.loaded.question))
        await stop.wait()
    finally:
        assembly.end()
        await server.stop()


async def listen(
    server: CimXmlServer, host: str, port: int | None, tls_port: int | None, tls: ServerTls | None
) -> dict[str, str]:
    """Open the ports that are not None, 0 taking a free one; return the URL of each by its scheme."""
    found = {}
    in_url = f"[{host}]" if ":" in host else host
    if port is not None:
        found["http"] = f"http://{in_url}:{await server.start(host, port)}"
    if tls_port is not None and tls is not None:
        found["https"] = f"https://{in_url}:{await server.start(host, tls_port, tls.context)}"
    return found


def _tls(options: ServeOptions) -> ServerTls | None:
    if options.tls_port is None:
        return None
    if options.certificate is not None and options.key is not None:
        return tls_from_files(options.certificate, options.key)
    return self_made_tls(options.host)


def _more(options: ServeOptions, assembly: Assembly) -> dict[str, str]:
    ca = {} if options.certificate_out is None else {"CIM_CA": str(options.certificate_out.resolve())}
    return ca | {"CIM_PID": str(os.getpid())} | dict(assembly.loaded.variables)
