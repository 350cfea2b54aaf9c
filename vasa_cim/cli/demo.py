"""`vasa-cim demo`: a mock CIMOM, the bridge, and a client that does what a vCenter does first."""

import time
from collections.abc import Mapping
from itertools import islice
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from vasa_cim.cli.demo_report import print_checks, print_survey, report_console
from vasa_cim.cli.demo_servers import Servers, running_servers
from vasa_cim.cli.env_file import export_lines, write_env_file
from vasa_cim.cli.interrupts import Interrupts
from vasa_cim.client.client import VasaClient
from vasa_cim.client.envelope import SoapVersion
from vasa_cim.client.identity import create_identity
from vasa_cim.client.survey import refused, survey
from vasa_cim.client.sync import register
from vasa_cim.errors import ConfigurationError
from vasa_cim.model.usage_context import HostInitiator, MountPoint, UsageContext, normalise_wwn

# A context of its own for each of so many hosts; the rest are only part of the context of all hosts.
_HOSTS = 8
_LOOK_EVERY = 0.2
_INTERRUPTED = 130
_VC_GUID = "00000000-0000-4000-8000-0000000000d0"


@click.command()
@click.option("--estate", default="mixed", show_default=True, help="What the mock CIMOM simulates.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port of the bridge. [default: a free one]")
@click.option(
    "--cim-port", type=click.IntRange(0, 65535), default=0, help="Port of the mock CIMOM. [default: a free one]"
)
@click.option(
    "--soap", type=click.Choice(["1.1", "1.2"]), default="1.1", show_default=True, help="SOAP version of the client."
)
@click.option("--once", is_flag=True, help="End after the checks: status 0 if all agree, 1 if not.")
@click.option(
    "--env",
    "env_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write the export lines to this file.",
)
def demo(estate: str, port: int, cim_port: int, soap: str, once: bool, env_file: Path | None) -> None:
    """Show the whole way from a simulated array to a vCenter, on this machine only.

    Starts a mock CIMOM and the bridge on loopback ports, registers a client certificate as a vCenter does, reads
    everything for several usage contexts over TLS, and checks that the answers agree.

    Example: vasa-cim demo --once
    """
    if env_file is not None:
        _forget(env_file)
    consistent: bool | None = None
    with Interrupts().watched() as interrupts:
        try:
            with running_servers(estate, port, cim_port, interrupts) as servers:
                consistent = _shown(report_console(), servers, SoapVersion.of(soap))
                exports = _exports(servers.exports)
                if env_file is not None:
                    write_env_file(env_file, exports)
                if not once:
                    _stay(servers, exports)
        except KeyboardInterrupt:
            if consistent is None:
                raise SystemExit(_INTERRUPTED) from None
    raise SystemExit(0 if consistent else 1)


def _forget(env_file: Path) -> None:
    """Remove the file of an earlier run, so that whoever waits for it gets this run's. Raises ConfigurationError."""
    try:
        env_file.unlink(missing_ok=True)
        if not env_file.parent.is_dir():
            raise NotADirectoryError(0, "no such directory")
    except OSError as error:
        raise ConfigurationError(setting="--env", reason=f"{env_file} cannot be written: {error.strerror}") from error


def _shown(console: Console, servers: Servers, version: SoapVersion) -> bool:
    """Run the client's sequence and print what it found; return whether all checks passed."""
    began = time.perf_counter()
    values = servers.exports
    _say(console, "Mock CIMOM", f"{values['CIM_URL']}, listening after {servers.cimom.seconds:.1f} s")
    _say(console, "Bridge", f"{values['VASA_URL']}, listening after {servers.bridge.seconds:.1f} s")
    identity = create_identity(servers.directory)
    with VasaClient(
        values["VASA_URL"], ca_file=Path(values["VASA_CA"]), identity=identity, soap_version=version
    ) as client:
        checks = [refused(client, "no trust before registering")]
        info = register(client, identity, values["CIM_USER"], values["CIM_PASSWORD"])
        _say(console, "Provider", f"{info.name} {info.vasa_provider_version}, VASA {info.vasa_api_version}")
        found = survey(client, _context(values), dict(islice(_hosts(values).items(), _HOSTS)))
        client.unregister_vasa_certificate(identity.certificate())
        checks += [*found.checks, refused(client, "no trust after unregistering")]
    console.print()
    print_survey(console, found)
    print_checks(console, checks)
    failed = sorted({check.name for check in checks if not check.passed})
    told = f"FAILED: {', '.join(failed)}" if failed else f"All {len(checks)} checks passed"
    seconds = time.perf_counter() - began
    console.print(
        Text(f"{told} ({seconds:.1f} s, SOAP {version.value.label}).", "bold red" if failed else "bold green")
    )
    return not failed


def _say(console: Console, what: str, text: str) -> None:
    console.print(Text.assemble((f"{what:<12}", "bold"), text), soft_wrap=True)


def _stay(servers: Servers, exports: Mapping[str, str]) -> None:
    """Print the lines to paste, then wait for a signal. Raises DemoFailed if a server ends before."""
    click.echo("\nBoth servers stay up until Ctrl-C. To talk to them, paste into another shell:\n")
    click.echo(export_lines(exports))
    while True:
        servers.check()
        time.sleep(_LOOK_EVERY)


def _exports(values: Mapping[str, str]) -> dict[str, str]:
    """Return what another shell needs: user and password of the CIMOM also authorise registering at the bridge."""
    return {
        "VASA_URL": values["VASA_URL"],
        "VASA_CA": values["VASA_CA"],
        "VASA_USER": values["CIM_USER"],
        "VASA_PASSWORD": values["CIM_PASSWORD"],
        "VASA_WWNS": values.get("CIM_WWNS", ""),
        "VASA_IQNS": values.get("CIM_IQNS", ""),
        "VASA_MOUNTS": values.get("CIM_MOUNTS", ""),
        "CIM_URL": values["CIM_URL"],
        "CIM_USER": values["CIM_USER"],
        "CIM_PASSWORD": values["CIM_PASSWORD"],
    }


def _initiators(values: Mapping[str, str]) -> tuple[HostInitiator, ...]:
    """Return the initiators of all hosts of the estate."""
    names = [name for key in ("CIM_WWNS", "CIM_IQNS") for name in values.get(key, "").split(",")]
    return tuple(_initiator(name) for name in names if name)


def _hosts(values: Mapping[str, str]) -> dict[str, tuple[HostInitiator, ...]]:
    """Return the initiators of each host: `CIM_HOSTS` is `name=initiator,initiator;name=...`."""
    pairs = (entry.partition("=") for entry in values.get("CIM_HOSTS", "").split(";") if entry)
    return {name: tuple(map(_initiator, names.split(","))) for name, _, names in pairs}


def _initiator(name: str) -> HostInitiator:
    """Return an initiator as a vCenter sends it: a WWN with its node WWN, or an iSCSI name."""
    if normalise_wwn(name) is None:
        return HostInitiator(iscsi_identifier=name)
    return HostInitiator(port_wwn=name, node_wwn=name)


def _mounts(values: Mapping[str, str]) -> tuple[MountPoint, ...]:
    """Return the mounts of all hosts: `CIM_MOUNTS` is `server:path;server:path`; no path has a colon."""
    pairs = (entry.rpartition(":") for entry in values.get("CIM_MOUNTS", "").split(";") if entry)
    return tuple(MountPoint(server, path) for server, _, path in pairs)


def _context(values: Mapping[str, str]) -> UsageContext:
    return UsageContext(host_initiators=_initiators(values), mount_points=_mounts(values), vc_guid=_VC_GUID)
