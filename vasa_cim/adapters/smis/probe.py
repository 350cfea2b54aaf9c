"""Looks at a source once, step by step, and tells what was found even where a step fails (`smis-mapping 1`)."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from functools import partial
from typing import TypeVar

from vasa_cim.adapter import Source
from vasa_cim.adapters.smis import vocabulary as v
from vasa_cim.adapters.smis.file_side import file_sides
from vasa_cim.adapters.smis.probe_arrays import ArrayLook
from vasa_cim.adapters.smis.probe_claims import Claims, claimed
from vasa_cim.adapters.smis.probe_report import Failure, LeftOut, ProbeReport, UsedQuirk
from vasa_cim.adapters.smis.probe_verdict import consequences_of, fallbacks_of
from vasa_cim.adapters.smis.source import Round, SmisSource
from vasa_cim.cim.connection import Connection
from vasa_cim.cim.discovery import Discovery
from vasa_cim.cim.interop import distinct, find_interop, interop_candidates, lacks, read_namespaces, rows_if_any
from vasa_cim.cim.profiles import RegisteredProfile, fold_profile_name, read_profiles
from vasa_cim.cim.vocabulary import OBJECT_MANAGER, CimStatus
from vasa_cim.errors import SourceError, SourceFailed, SourceRefused, SourceUnreachable

_AUTONOMOUS = frozenset(map(fold_profile_name, v.BLOCK_PROFILES + v.FILE_PROFILES))
_BLANKS = re.compile(r"\s+")
_EXAMPLES = 3
_Result = TypeVar("_Result")


class _Stopped(Exception):
    """The source does not answer any more, or not to this login: nothing else can be found out."""


class Steps:
    """Runs steps, and notes in a report which of them failed."""

    def __init__(self, report: ProbeReport) -> None:
        self._report = report

    def run(self, what: str, step: Callable[[], _Result]) -> _Result | None:
        """Return what a step returns, None if the source failed; one cause is noted once. Raises _Stopped."""
        try:
            return step()
        except SourceError as error:
            reason = str(error)
            if all(failure.reason != reason for failure in self._report.failures):
                self._report.failures.append(Failure(what, reason))
            if isinstance(error, SourceUnreachable) or (
                isinstance(error, SourceRefused) and error.facts.get("status") is None
            ):
                raise _Stopped from error
            return None


def probe(source: Source) -> ProbeReport:
    """Look at a source once and return what was found, as far as it came; what failed is in the report.

    Nothing is kept: an array's masking is decided as for the first time. Raises ConfigurationError for options that
    cannot be used.
    """
    with closing(SmisSource(source)) as opened:
        report = ProbeReport(opened.connection.endpoint.url)
        with suppress(_Stopped):
            _Probe(opened, report).run()
        _add_what_was_remembered(opened, report)
        report.fallbacks += fallbacks_of(report)
        report.consequences += consequences_of(report)
    return report


def _add_what_was_remembered(opened: SmisSource, report: ProbeReport) -> None:
    report.requests = opened.requests
    report.pulls = opened.connection.has_pulls
    report.quirks = tuple(UsedQuirk(one.name, one.effect, one.source) for one in opened.memory.quirks.used())
    report.left_out = tuple(
        LeftOut(kind, reason, len(names), tuple(map(str, names[:_EXAMPLES])))
        for kind, reason, names in opened.memory.everything_left_out()
    )


class _Probe:
    """The steps of one look at a source."""

    def __init__(self, opened: SmisSource, report: ProbeReport) -> None:
        self._opened = opened
        self._connection: Connection = opened.connection
        self._report = report
        self._steps = Steps(report)

    def run(self) -> None:
        """Go from the Interop namespace to the arrays. Raises _Stopped."""
        run, connection, report = self._steps.run, self._connection, self._report
        report.interop = run("finding the Interop namespace", lambda: _interop(connection))
        interops = [] if report.interop is None else [report.interop]
        profiles = run("reading the registered profiles", self._read_profiles) or []
        interops = distinct([*(str(one.path.namespace) for one in profiles), *interops])
        namespaces = run("reading the list of namespaces", lambda: read_namespaces(connection, interops)) or []
        report.namespaces = (*interops, *namespaces)
        report.cimom = run("asking the CIMOM for its name", lambda: _brand(connection, interops))
        report.profiles = tuple(claimed(profiles))
        found = run("finding arrays", lambda: self._opened.round({}))
        if found is not None:
            report.found_by = found.discovery.way
            report.interop = found.discovery.interop or report.interop
            self._look_at_arrays(found)
            self._check_claims(found.discovery)

    def _read_profiles(self) -> list[RegisteredProfile]:
        found = []
        for candidate in interop_candidates(self._connection):
            try:
                found += read_profiles(self._connection, candidate)
            except SourceFailed as error:
                if not lacks(error):
                    raise
        return found

    def _look_at_arrays(self, found: Round) -> None:
        run = self._steps.run
        blocks = run("reading the block systems", lambda: found.tables(v.BLOCK_PROFILES, v.BLOCK_DEDICATIONS)) or []
        files = run("reading the file systems", lambda: file_sides(found)) or []
        looks: dict[tuple[str, str], ArrayLook] = {}
        for tables in blocks:
            for name in tables.systems.arrays:
                looks[tables.walk.namespace, name] = ArrayLook(name, tables, self._steps.run)
        for side in files:
            for name in side.systems:
                key = (side.tables.walk.namespace, name)
                known = looks.setdefault(key, ArrayLook(name, side.tables, self._steps.run, is_block=False))
                known.file_side = side
        for look in looks.values():
            self._report.arrays.append(look.found)
        for look in looks.values():
            look.fill()

    def _check_claims(self, discovery: Discovery) -> None:
        namespaces = distinct(one.namespace for one in discovery.systems)
        leading = {name for one in discovery.systems for name in one.profiles}
        claims = Claims(self._connection, namespaces, leading)
        checked = []
        for profile in self._report.profiles:
            done = self._steps.run(f"checking {profile.name}", partial(claims.checked, profile, _AUTONOMOUS))
            checked.append(done or profile)
        self._report.profiles = tuple(checked)


def _interop(connection: Connection) -> str | None:
    """Return the Interop namespace, None if there is none."""
    try:
        return find_interop(connection)
    except SourceFailed as error:
        if error.status != CimStatus.INVALID_NAMESPACE:
            raise
        return None


def _brand(connection: Connection, interops: list[str]) -> str | None:
    """Return how the server calls itself, None if it does not."""
    return next(_names_of_managers(connection, interops), None)


def _names_of_managers(connection: Connection, interops: list[str]) -> Iterator[str]:
    for interop in interops:
        for row in rows_if_any(connection, interop, OBJECT_MANAGER, ("ElementName", "Description", "Name")):
            texts = [row.text("ElementName"), row.text("Description")]
            told = [_BLANKS.sub(" ", text).strip() for text in texts if text and text.strip()]
            name = ", ".join(dict.fromkeys(told)) or row.text("Name")
            if name:
                yield name
