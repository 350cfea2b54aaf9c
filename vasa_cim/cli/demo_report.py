"""What `vasa-cim demo` prints: tables for a person, at 100 columns."""

import os
from collections.abc import Iterable, Mapping, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from vasa_cim.client.catalogs import filled_in
from vasa_cim.client.checks import Check
from vasa_cim.client.survey import ALL_HOSTS, EMPTY, MIXED, MOUNTS, UNKNOWN, Survey
from vasa_cim.client.sync import Picture
from vasa_cim.model.entities import Association, StorageLun
from vasa_cim.model.enums import AlarmStatus, CatalogName

_WIDTH = 100
_ROWS = 40
_LOCALE = "en"
_COLOURS = {AlarmStatus.GREEN: "green", AlarmStatus.YELLOW: "yellow", AlarmStatus.RED: "bold red"}
_MB_PER_GB, _MB_PER_TB = 1024, 1024 * 1024


def report_console() -> Console:
    """Return a console on standard output: as wide as the terminal, 100 columns when there is none."""
    fixed = None if os.environ.get("COLUMNS") else _WIDTH
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=fixed)


def print_survey(console: Console, found: Survey) -> None:
    """Print the array with its parts, who sees what, timings and checks."""
    whole = found.whole
    tables = [_arrays(whole)]
    if whole.ports:
        tables += [_ports(whole), _luns(whole, found.hosts)]
    if whole.file_systems:
        tables.append(_file_systems(whole))
    if whole.alarms:
        tables.append(_alarms(whole))
    for table in (*tables, _contexts(found), _timings(whole)):
        console.print(table)
        console.print()


def print_checks(console: Console, checks: Sequence[Check]) -> None:
    """Print one row per check, over all contexts, and a sentence for each failure."""
    table = _table("Checks")
    table.add_column("Check", no_wrap=True)
    table.add_column("Contexts", justify="right")
    table.add_column("Result")
    by_name: dict[str, list[Check]] = {}
    for check in checks:
        by_name.setdefault(check.name, []).append(check)
    for name, results in by_name.items():
        failed = [check for check in results if not check.passed]
        told = Text("ok", "green")
        if failed:
            told = Text(f"FAILED: {', '.join(check.context for check in failed)}", "bold red")
        table.add_row(name, str(len(results)), told)
    console.print(table)
    console.print()
    for check in checks:
        for failure in check.failures:
            console.print(Text(f"FAILED  {check.name} ({check.context}): {failure}", "red"))


def size(mebibytes: int) -> str:
    """Return a size in the largest unit that keeps it above one: MB, GB, TB of 1024."""
    if mebibytes >= _MB_PER_TB:
        return f"{mebibytes / _MB_PER_TB:.1f} TB"
    return f"{mebibytes / _MB_PER_GB:.1f} GB" if mebibytes >= _MB_PER_GB else f"{mebibytes} MB"


def _table(title: str) -> Table:
    return Table(
        title=Text(title, "bold"),
        title_justify="left",
        box=box.SIMPLE_HEAD,
        header_style="bold",
        pad_edge=False,
        show_edge=False,
        caption_justify="left",
    )


def _close(table: Table, shown: int, of: int, what: str) -> Table:
    if shown < of:
        table.caption = Text(f"... and {of - shown:,} more {what}", "dim")
    return table


def _arrays(picture: Picture) -> Table:
    table = _table("Arrays")
    for name in ("Array", "Vendor", "Model", "Firmware", "Profiles", "Processors"):
        table.add_column(name, overflow="fold")
    processors = _by_entity(picture.processors_of_array)
    names = {one.unique_identifier: "/".join(one.sp_identifier[:1]) for one in picture.processors}
    for array in picture.arrays[:_ROWS]:
        profiles = ", ".join(profile.removesuffix("Profile") for profile in array.supported_profile)
        own = ", ".join(names.get(one, one) for one in processors.get(array.unique_identifier, ()))
        cells = (array.array_name, array.vendor_id, array.model_id, array.firmware or "-", profiles, own or "-")
        table.add_row(*map(Text, cells))
    return _close(table, _ROWS, len(picture.arrays), "arrays")


def _by_entity(found: Iterable[Association]) -> dict[str, tuple[str, ...]]:
    return {one.entity_id: one.associated_ids for one in found}


def _names_of_processors(picture: Picture) -> dict[str, str]:
    """Return the name of each processor, with its array's before it where there are several arrays."""
    names = {one.unique_identifier: "/".join(one.sp_identifier[:1]) for one in picture.processors}
    if len(picture.arrays) < 2:
        return names
    arrays = {one.unique_identifier: one.array_name for one in picture.arrays}
    above = {below: one.entity_id for one in picture.processors_of_array for below in one.associated_ids}
    return {key: f"{arrays[above[key]]} {name}" if above.get(key) in arrays else name for key, name in names.items()}


def _names_of_luns(picture: Picture) -> dict[str, str]:
    """Return the name of each LUN, with its array's before it where there are several arrays."""
    names = {one.unique_identifier: one.display_name for one in picture.luns}
    if len(picture.arrays) < 2:
        return names
    arrays = {one.unique_identifier: one.array_name for one in picture.arrays}
    for array, luns in picture.luns_of_array.items():
        names |= {lun: f"{arrays.get(array, array)} {names[lun]}" for lun in luns if lun in names}
    return names


def _ports(picture: Picture) -> Table:
    table = _table("Ports")
    table.add_column("Port", overflow="fold")
    table.add_column("Processor", overflow="fold")
    table.add_column("Type")
    table.add_column("Name on the wire", overflow="fold")
    table.add_column("LUNs", justify="right")
    names = _names_of_processors(picture)
    parents: dict[str, list[str]] = {}
    for association in picture.ports_of_processor:
        for port_id in association.associated_ids:
            parents.setdefault(port_id, []).append(names.get(association.entity_id, association.entity_id))
    luns = _by_entity(picture.luns_of_port)
    for port in picture.ports[:_ROWS]:
        label = port.alternate_name[0] if port.alternate_name else port.unique_identifier
        processors = ", ".join(parents.get(port.unique_identifier, ()))
        wire = _colons(port.port_wwn) if port.port_wwn else port.iscsi_identifier or "-"
        count = len(luns.get(port.unique_identifier, ()))
        table.add_row(Text(label), Text(processors), port.port_type, Text(wire), f"{count:,}")
    return _close(table, _ROWS, len(picture.ports), "ports")


def _colons(wwn: str) -> str:
    return ":".join(wwn[place : place + 2] for place in range(0, len(wwn), 2))


def _luns(picture: Picture, hosts: Mapping[str, Picture]) -> Table:
    table = _table("LUNs")
    table.add_column("LUN", overflow="fold", min_width=12)
    table.add_column("Capacity", justify="right", no_wrap=True)
    table.add_column("Used", justify="right", no_wrap=True)
    table.add_column("Thin")
    table.add_column("Status")
    table.add_column("Capability", overflow="fold", min_width=10)
    table.add_column(f"Seen by (of {len(hosts)} hosts)", overflow="fold", min_width=8)
    labels = {one.unique_identifier: one.capability_name for one in picture.capabilities}
    capability = {one.entity_id: one.associated_ids for one in picture.capability_of_lun}
    seen = {name: {lun.unique_identifier for lun in host.luns} for name, host in hosts.items()}
    names = _names_of_luns(picture)
    for lun in picture.luns[:_ROWS]:
        named = ", ".join(labels.get(one, one) for one in capability.get(lun.unique_identifier, ()))
        viewers = ", ".join(name for name, ids in seen.items() if lun.unique_identifier in ids)
        table.add_row(*_lun_cells(lun, names[lun.unique_identifier]), Text(named or "-"), Text(viewers or "-"))
    return _close(table, _ROWS, len(picture.luns), "LUNs")


def _lun_cells(lun: StorageLun, name: str) -> tuple[Text, ...]:
    status = lun.thin_provisioning_status
    return (
        Text(name),
        Text(size(lun.capacity_in_mb)),
        Text(size(lun.used_space_in_mb)),
        Text("thin" if lun.thin_provisioned else "thick"),
        Text(status, _COLOURS[status]),
    )


def _file_systems(picture: Picture) -> Table:
    table = _table("File systems")
    table.add_column("Server", overflow="fold")
    table.add_column("Path", overflow="fold")
    table.add_column("Status")
    table.add_column("Capability", overflow="fold")
    table.add_column("Snapshots")
    labels = {one.unique_identifier: one.capability_name for one in picture.capabilities}
    capability = _by_entity(picture.capability_of_file_system)
    for one in picture.file_systems[:_ROWS]:
        status = one.thin_provisioning_status
        servers = ", ".join(dict.fromkeys(info.file_server_name for info in one.file_system_info))
        paths = ", ".join(dict.fromkeys(info.file_system_path for info in one.file_system_info))
        named = ", ".join(labels.get(each, each) for each in capability.get(one.unique_identifier, ()))
        snapshots = "yes" if one.native_snapshot_supported else "no"
        table.add_row(Text(servers), Text(paths), Text(status, _COLOURS[status]), Text(named or "-"), snapshots)
    return _close(table, _ROWS, len(picture.file_systems), "file systems")


def _alarms(picture: Picture) -> Table:
    table = _table("Alarms")
    table.add_column("Id", justify="right")
    table.add_column("Status")
    table.add_column("Object", overflow="fold")
    table.add_column("Text", overflow="fold")
    names = _names_of_luns(picture)
    for share in picture.file_systems:
        info = share.file_system_info[0]
        names[share.unique_identifier] = f"{info.file_server_name}:{info.file_system_path}"
    texts = picture.texts.get((_LOCALE, CatalogName.ALARM), {})
    for alarm in picture.alarms[:_ROWS]:
        text = filled_in(texts.get(alarm.message_id, alarm.message_id), alarm.parameters)
        name = names.get(alarm.object_id, alarm.object_id)
        table.add_row(str(alarm.alarm_id), Text(alarm.status, _COLOURS[alarm.status]), Text(name), Text(text))
    return _close(table, _ROWS, len(picture.alarms), "alarms")


def _contexts(found: Survey) -> Table:
    table = _table("Who sees what")
    table.add_column("Usage context", overflow="fold", min_width=10)
    for name in ("Initiators", "Mounts", "Arrays", "Ports", "LUNs", "Shares", "Capab."):
        table.add_column(name, justify="right")
    pictures = {ALL_HOSTS: found.whole, **found.hosts}
    if found.mounts is not None:
        pictures[MOUNTS] = found.mounts
    pictures |= {EMPTY: found.empty, UNKNOWN: found.unknown}
    if found.mixed is not None:
        pictures[MIXED] = found.mixed
        first_host = next(iter(found.hosts), "")
        told = f"{MIXED}: {first_host} spelled otherwise, among unknown initiators and some that name nothing"
        table.caption = Text(told, "dim")
    for name, picture in pictures.items():
        parts = (
            picture.context.host_initiators,
            picture.context.mount_points,
            picture.arrays,
            picture.ports,
            picture.luns,
            picture.file_systems,
            picture.capabilities,
        )
        counts = map(len, parts)
        table.add_row(Text(name), *(f"{count:,}" for count in counts))
    return table


def _timings(picture: Picture) -> Table:
    table = _table("First synchronisation (all hosts)")
    table.add_column("Step")
    for name in ("Calls", "Objects", "ms"):
        table.add_column(name, justify="right")
    for step in picture.steps:
        table.add_row(step.name, f"{step.calls:,}", f"{step.items:,}", f"{step.seconds * 1000:,.1f}")
    calls, seconds = sum(step.calls for step in picture.steps), sum(step.seconds for step in picture.steps)
    items = sum(step.items for step in picture.steps)
    table.add_section()
    table.add_row("together", f"{calls:,}", f"{items:,}", f"{seconds * 1000:,.1f}", style="bold")
    return table
