"""Real parts for tests of every kind: mock CIMOM and bridge as processes, and client certificates.

Nothing starts before a test asks for it; every worker of a parallel run has processes of its own.
"""

import contextlib
import importlib
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pywbem
import structlog
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

USER, PASSWORD = "smis-admin", "correct horse/battery"
START_DEADLINE = 60.0
STOP_DEADLINE = 20.0


# --- processes ---


@dataclass
class Server:
    """A started process and the values it exported."""

    process: subprocess.Popen
    log_file: Path
    exports: dict[str, str] = field(default_factory=dict)

    def log(self):
        return self.log_file.read_text("utf-8", "replace")

    def stop(self):
        """End it by SIGTERM; it must end by itself, cleanly and without having shown a stack trace."""
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(STOP_DEADLINE)
        finally:
            self.end_hard()
        assert status == 0, self.log()
        assert "Traceback" not in self.log(), self.log()

    def end_hard(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(STOP_DEADLINE)


def wait_for(condition, what, deadline=START_DEADLINE):
    """Return the first true value of `condition()`, asked every 50 ms until the deadline (seconds)."""
    end = time.monotonic() + deadline
    while not (value := condition()):
        assert time.monotonic() < end, f"not within {deadline} s: {what()}"
        time.sleep(0.05)
    return value


def read_exports(file):
    words = [shlex.split(line) for line in file.read_text("utf-8").splitlines()]
    return dict(assignment.split("=", 1) for export, assignment in words if export == "export")


def start(module, arguments, folder, port=0):
    """Start `python -m module serve ...` and wait until it has written its environment file; port 0 is a free one."""
    env_file, log_file = folder / f"{module}.env", folder / f"{module}.log"
    env_file.unlink(missing_ok=True)
    options = [*arguments, "--port", port, "--env", env_file]
    command = [sys.executable, "-m", module, "serve", *map(str, options)]
    with log_file.open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=os.environ | {"NO_COLOR": "1"})
    server = Server(process, log_file)
    try:
        wait_for(lambda: env_file.exists() or process.poll() is not None, server.log)
        assert env_file.exists(), server.log()
        server.exports = read_exports(env_file)
    except BaseException:
        server.end_hard()
        raise
    return server


@contextlib.contextmanager
def running(module, arguments, folder):
    server = start(module, arguments, folder)
    try:
        yield server
    except BaseException:
        server.end_hard()
        raise
    server.stop()


@dataclass(frozen=True)
class Launcher:
    """Starts mock CIMOMs and bridges; each `with` block ends its process and checks that it ended cleanly."""

    password_file: Path

    def cimom(self, folder):
        return running("mock_cimom", self.cimom_arguments(), folder)

    def cimom_arguments(self):
        return ["--estate", "tiny", "--user", USER, "--password-file", self.password_file]

    def bridge(self, folder, cimom_url, *options, password_file=None, data=None):
        return running("vasa_cim", self.bridge_arguments(folder, cimom_url, options, password_file, data), folder)

    def bridge_arguments(self, folder, cimom_url, options, password_file, data):
        secret = password_file or self.password_file
        source = ["--cimom", cimom_url, "--cimom-user", USER, "--cimom-password-file", secret]
        return [*source, "--data", data or folder / "data", *options]

    wait_for = staticmethod(wait_for)
    start = staticmethod(start)
    running = staticmethod(running)


@pytest.fixture(scope="session")
def credentials():
    return USER, PASSWORD


@pytest.fixture(autouse=True)
def logging_as_before():
    """Undo how a command that a test runs in this process sets up logging."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def launcher(tmp_path_factory):
    file = tmp_path_factory.mktemp("secret") / "password"
    file.write_text(PASSWORD + "\n", "utf-8")
    return Launcher(file)


@pytest.fixture(scope="session")
def cimom(launcher, tmp_path_factory):
    with launcher.cimom(tmp_path_factory.mktemp("cimom")) as server:
        yield server


@pytest.fixture(scope="session")
def cim(cimom, credentials):
    """A connection to the CIMOM whose default namespace is that of the array."""
    connection = pywbem.WBEMConnection(cimom.exports["CIM_URL"], credentials, no_verification=True)
    profiles = connection.EnumerateInstances("CIM_RegisteredProfile", namespace="interop")
    (profile,) = [one for one in profiles if one["RegisteredName"] == "Array"]
    (array,) = connection.AssociatorNames(
        profile.path, AssocClass="CIM_ElementConformsToProfile", ResultRole="ManagedElement"
    )
    connection.default_namespace = array.namespace
    yield connection
    connection.close()


@pytest.fixture(scope="session")
def bridge(launcher, cimom, tmp_path_factory):
    """One bridge for all tests of a worker. The tests open far more sessions than its default would allow."""
    folder = tmp_path_factory.mktemp("bridge")
    with launcher.bridge(folder, cimom.exports["CIM_URL"], "--max-sessions", "5000") as server:
        yield server


# --- client certificates ---


@dataclass(frozen=True)
class Identity:
    """A client certificate: its PEM text, its key, and a file that holds both."""

    pem: str
    file: Path


def make_identity(folder, name="vcenter", *, not_before=None, not_after=None, bits=None):
    """Make a self-signed certificate; times None mean an hour ago and tomorrow, `bits` None means an EC key."""
    now = datetime.now(UTC)
    key = (
        rsa.generate_private_key(public_exponent=65537, key_size=bits)
        if bits
        else ec.generate_private_key(ec.SECP256R1())
    )
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(not_before or now - timedelta(hours=1))
        .not_valid_after(not_after or now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / f"{x509.random_serial_number():x}.pem"
    file.write_bytes(private + pem.encode("ascii"))
    return Identity(pem, file)


@pytest.fixture(scope="session")
def identity(tmp_path_factory):
    """A maker of client certificates."""
    folder = tmp_path_factory.mktemp("identities")
    return lambda name="vcenter", **options: make_identity(folder, name, **options)


# --- packages of others ---


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Install a project (a folder with pyproject.toml and packages) as pip does, for one test; return where to.

    Its entry points are found by importlib.metadata, and also by processes that inherit the environment.
    """
    site = tmp_path / "site-packages"
    known = set(sys.modules)
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.setenv("PYTHONPATH", str(site))

    def install(project):
        facts = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))
        name, version = facts["project"]["name"].replace("-", "_"), facts["project"]["version"]
        for package in facts["tool"]["setuptools"]["packages"]:
            shutil.copytree(project / package, site / package, ignore=shutil.ignore_patterns("__pycache__"))
        information = site / f"{name}-{version}.dist-info"
        information.mkdir(parents=True)
        (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", "utf-8")
        groups = facts["project"]["entry-points"].items()
        lines = [line for group, points in groups for line in (f"[{group}]", *map(" = ".join, points.items()))]
        (information / "entry_points.txt").write_text("\n".join(lines) + "\n", "utf-8")
        importlib.invalidate_caches()
        return site

    yield install
    for name in set(sys.modules) - known:
        if (getattr(sys.modules[name], "__file__", None) or "").startswith(str(site)):
            del sys.modules[name]
    importlib.invalidate_caches()
