"""A mock CIMOM in a process of its own, and the bytes of CIM-XML requests to it."""

import base64
import http.client
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bench.processes import ROOT, ChildFailed, end
from vasa_cim.adapter import Source

SECONDS_TO_START = 120.0
SECONDS_TO_ANSWER = 120.0
NAMESPACE = "root/mockblock"
ENVELOPE = (
    '<?xml version="1.0" encoding="utf-8"?><CIM CIMVERSION="2.0" DTDVERSION="2.0">'
    '<MESSAGE ID="1" PROTOCOLVERSION="1.0"><SIMPLEREQ><IMETHODCALL NAME="{operation}">'
    "<LOCALNAMESPACEPATH>{namespace}</LOCALNAMESPACEPATH>{parameters}"
    "</IMETHODCALL></SIMPLEREQ></MESSAGE></CIM>"
)


@dataclass(frozen=True)
class Cimom:
    """A running mock CIMOM: where it is, who may ask, its process, and the seconds from its start until it listened."""

    url: str
    user: str
    password: str
    process: int
    started_in: float

    def resident_megabytes(self) -> float:
        """Return the memory of the process that is in RAM (Linux)."""
        for line in Path(f"/proc/{self.process}/status").read_text("ascii", "replace").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024 / 1e6
        raise ChildFailed("the system does not tell how much memory the CIMOM has")

    @property
    def source(self) -> Source:
        """It as a source, read without pulls; `source_with` sets options."""
        return self.source_with(pull="off")

    def source_with(self, **options: object) -> Source:
        """Return it as a source with these options."""
        return Source(name="mock", url=self.url, user=self.user, password=self.password, options=options)

    def connection(self) -> "WbemConnection":
        """Return a new connection to it."""
        return WbemConnection(self)


@contextmanager
def cimom(directory: Path, *options: str) -> Iterator[Cimom]:
    """Run `mock-cimom serve` with `options` until the block ends. Raises ChildFailed."""
    env, log = directory / "cimom.env", directory / "cimom.log"
    env.unlink(missing_ok=True)
    begun = time.perf_counter()
    with log.open("wb") as lines:
        command = [*_program("serve"), *options, "--port", "0", "--tls-port", "none", "--env", str(env)]
        child = subprocess.Popen(command, stdout=lines, stderr=lines, cwd=ROOT)
        try:
            values = _settings(env, child, log)
            took = time.perf_counter() - begun
            yield Cimom(values["CIM_URL"], values["CIM_USER"], values["CIM_PASSWORD"], child.pid, took)
        finally:
            end(child)


def save(estate: str, file: Path) -> None:
    """Write the saved form of an estate. Raises ChildFailed."""
    command = [*_program("save"), "--estate", estate, "-o", str(file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ChildFailed(f"the estate was not saved: {done.stderr[-300:]}")


class WbemConnection:
    """One HTTP connection that sends prepared calls and hands out the bytes of the answers."""

    def __init__(self, cimom: Cimom) -> None:
        parts = urlsplit(cimom.url)
        self.http = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=SECONDS_TO_ANSWER)
        user = base64.b64encode(f"{cimom.user}:{cimom.password}".encode()).decode()
        self._headers = {
            "Authorization": f"Basic {user}",
            "Content-Type": 'application/xml; charset="utf-8"',
            "CIMOperation": "MethodCall",
        }

    def ask(self, operation: str, **parameters: str) -> bytes:
        """Return the answer to a call whose parameters are given as CIM-XML. Raises ChildFailed if it is an error."""
        self.send(operation, **parameters)
        answer = self.http.getresponse().read()
        if b"<ERROR" in answer[:2000] or b"</CIM>" not in answer[-20:]:
            raise ChildFailed(f"{operation} failed: {answer[:500]!r}")
        return answer

    def send(self, operation: str, **parameters: str) -> None:
        """Send a call and leave its answer unread."""
        values = "".join(f'<IPARAMVALUE NAME="{name}">{value}</IPARAMVALUE>' for name, value in parameters.items())
        namespace = "".join(f'<NAMESPACE NAME="{part}"/>' for part in NAMESPACE.split("/"))
        body = ENVELOPE.format(operation=operation, namespace=namespace, parameters=values)
        headers = self._headers | {"CIMMethod": operation, "CIMObject": NAMESPACE}
        self.http.request("POST", "/cimom", body.encode(), headers)


def class_name(name: str) -> str:
    """Return a class name as CIM-XML."""
    return f'<CLASSNAME NAME="{name}"/>'


def strings(values: Sequence[str]) -> str:
    """Return an array of strings as CIM-XML."""
    return f"<VALUE.ARRAY>{''.join(f'<VALUE>{value}</VALUE>' for value in values)}</VALUE.ARRAY>"


def _program(command: str) -> list[str]:
    return [sys.executable, "-W", "ignore", "-m", "mock_cimom", command]


def _settings(env: Path, child: subprocess.Popen[bytes], log: Path) -> dict[str, str]:
    """Return what the CIMOM writes into its file once it listens."""
    deadline = time.monotonic() + SECONDS_TO_START
    while not env.exists():
        if child.poll() is not None or time.monotonic() > deadline:
            raise ChildFailed(f"the CIMOM did not start: {log.read_text('utf-8', 'replace')[-300:]}")
        time.sleep(0.02)
    words = [word for line in env.read_text("utf-8").splitlines() for word in shlex.split(line)]
    return dict(word.split("=", 1) for word in words if "=" in word)
