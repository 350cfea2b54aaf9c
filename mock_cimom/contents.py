"""What a server holds: an estate, a recording or nothing, with mock scripts and MOF files on top."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mock_cimom.connection import CimomConnection
from mock_cimom.estate.description import EstateDescription
from mock_cimom.estate.environment import environment
from mock_cimom.estate.mapping import described, mapping_of
from mock_cimom.estate_loader import load_estate, register_estate_providers, register_recording_providers
from mock_cimom.mock_files import load_mock_files
from mock_cimom.saved import load

DEFAULT_NAMESPACE = "root/cimv2"  # of pywbemcli, for mock files
ESTATE = "estate"  # entry of a saved form's header


@dataclass(frozen=True)
class Contents:
    """What to serve: `estate` or `replay`, or neither for mock files alone, which are loaded in their order.

    `replay` is a file that `record` or `save` wrote. `default_namespace` is that of the mock files, None the usual one.
    `name` is what it is called in messages.
    """

    estate: EstateDescription | None = None
    replay: Path | None = None
    mock_files: tuple[Path, ...] = ()
    default_namespace: str | None = None
    verbose: bool = False
    name: str = ""


@dataclass(frozen=True)
class Loaded:
    """A filled repository behind its connection; `estate` None if it was not made from a description."""

    connection: CimomConnection
    estate: EstateDescription | None = None
    question: str = "namespace list"
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def pulls(self) -> bool:
        """Whether the server has the Open and Pull operations."""
        described = self.estate is None or self.estate.pulls
        return described and not self.connection.disable_pull_operations  # which a mock script may have set


def load_contents(contents: Contents) -> Loaded:
    """Load what is to be served.

    Raises SavedFormError or MockFileError, each with one sentence, for a file that cannot be used.
    """
    connection, estate = _base(contents)
    if contents.mock_files:
        namespace = contents.default_namespace or DEFAULT_NAMESPACE
        load_mock_files(connection, contents.mock_files, namespace, contents.verbose)
    if estate is None:
        return Loaded(connection)
    return Loaded(connection, estate, _question(estate), environment(estate))


def header_of(estate: EstateDescription) -> dict[str, Any]:
    """Return the header of an estate's saved form."""
    return {ESTATE: mapping_of(estate)}


def _base(contents: Contents) -> tuple[CimomConnection, EstateDescription | None]:
    if contents.replay is not None:
        connection, header = load(contents.replay)
        if ESTATE not in header:
            register_recording_providers(connection)
            return connection, None
        estate = described(header[ESTATE])
        register_estate_providers(connection, estate)
        return connection, estate
    if contents.estate is not None:
        return load_estate(contents.estate), contents.estate
    return CimomConnection(contents.default_namespace or DEFAULT_NAMESPACE), None


def _question(estate: EstateDescription) -> str:
    kind = estate.arrays[0].kind
    class_name = "CIM_StorageVolume" if kind.has_blocks else "CIM_FileShare"
    return f"-d {kind.namespace} instance enumerate {class_name}"
