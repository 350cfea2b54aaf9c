"""`vasa-cim array probe`: what is behind a URL, and what VASA will make of it."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from vasa_cim import config, logs
from vasa_cim.adapters.smis.probe import probe as look_at
from vasa_cim.adapters.smis.probe_report import ArrayFound, MaskingFound, ProbeReport
from vasa_cim.cli.operator import output_option, show_json
from vasa_cim.cli.source_options import source_options, source_table
from vasa_cim.errors import VasaCimError


class ProbeFailed(VasaCimError):
    """Nothing at all could be found out about a source."""


@click.command()
@click.argument("url")
@source_options
@output_option
def probe(output: str, **given: Any) -> None:
    """Look at the arrays behind URL once, and tell what VASA will make of them. No provider need run.

    Ends with status 1 if something could not be read; what was found is shown all the same.

    Example: vasa-cim array probe https://array.example.com:5989 --user smis
    """
    logs.set_up("error", "text")
    table = source_table(given)
    report = look_at(config.source_of(table, "source", Path()))
    if report.failures and not (report.namespaces or report.profiles or report.arrays):
        raise ProbeFailed(message=report.failures[0].reason)
    if output == "json":
        show_json(asdict(report))
    else:
        for line in lines_of(report):
            click.echo(line)
    if report.failures:
        raise SystemExit(1)


def lines_of(report: ProbeReport) -> Iterator[str]:
    """Yield a report as lines of text for people."""
    yield f"CIMOM        {report.cimom or 'does not say what it is'}, at {report.url}"
    yield f"Interop      {report.interop or 'none'}"
    yield f"Namespaces   {_listed(report.namespaces)}"
    yield f"Pulls        {_PULLS[report.pulls]}"
    yield f"Found by     {_FOUND_BY.get(report.found_by or '', 'nothing')}"
    yield f"Requests     {report.requests}"
    yield from _section("Registered profiles, and whether the class behind each is there", _profiles(report))
    for array in report.arrays:
        yield from _section(f"Array {array.element_name or array.name}", _array(array))
    yield from _section("Quirks that apply", [f"{one.name}: {one.effect} ({one.source})" for one in report.quirks])
    yield from _section("Done without", report.fallbacks)
    yield from _section("VASA will not show", report.consequences or ["Nothing is left out."])
    yield from _section("Failed", [f"{one.what}: {one.reason}" for one in report.failures])


_PULLS = {True: "offered", False: "not offered", None: "not tried"}
_FOUND_BY = {
    "profiles": "registered profiles",
    "dedicated": "what systems are dedicated to",
    "pools": "the pools that systems host",
}


def _listed(texts: Sequence[str]) -> str:
    return ", ".join(texts) or "none"


def _section(title: str, lines: Sequence[str] | Iterator[str]) -> Iterator[str]:
    """Yield a title and its lines; nothing where there are no lines."""
    found = list(lines)
    if found:
        yield ""
        yield title
        yield from (f"  {line}" for line in found)


def _profiles(report: ProbeReport) -> Iterator[str]:
    width = max((len(one.name) for one in report.profiles), default=0)
    for one in report.profiles:
        versions = ", ".join(one.versions) or "no version"
        behind = f": {one.class_name}" if one.class_name else ""
        yield f"{one.name:<{width}}  {one.organization:<5}  {versions:<20}  {one.claim}{behind}"


def _array(array: ArrayFound) -> Iterator[str]:
    made = " ".join(text for text in (array.vendor, array.model) if text) or "of an unknown make"
    serial = f", serial number {array.serial_number}" if array.serial_number else ""
    yield f"name         {array.name} in {array.namespace} ({' and '.join(array.kinds)})"
    yield f"make         {made}, firmware {array.firmware or 'unknown'}{serial}"
    yield f"processors   {_listed(array.processors)}"
    if array.masking is not None:
        yield f"masking      {_masking(array.masking)}"
    if array.ports is not None:
        counts = [f"{count} {kind}" for kind, count in array.ports.items()]
        yield f"ports        {_listed(counts)}"
    counts = [f"{word} {count}" for word, count in _counts(array) if count is not None]
    if counts:
        yield f"counts       {', '.join(counts)}"


def _counts(array: ArrayFound) -> Iterator[tuple[str, int | None]]:
    yield "pools", array.pools
    yield "LUNs", array.luns
    yield "of these in no view", array.luns_in_no_view
    yield "file servers", array.file_servers
    yield "file systems", array.file_systems
    yield "shares", array.shares


def _masking(masking: MaskingFound) -> str:
    if masking.state != "masked":
        return f"{masking.state.upper()}: {masking.reason}"
    by = f" by {', '.join(masking.dialects)}" if masking.dialects else ""
    ports = f", ports by {', '.join(masking.ports_by)}" if masking.ports_by else ""
    return f"masked{by}{ports}; {masking.views} {'view' if masking.views == 1 else 'views'}; {masking.reason}"
