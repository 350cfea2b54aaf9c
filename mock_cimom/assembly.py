"""Joins the parts of a CIMOM: what it holds, its rules of misbehaviour, its indications."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from mock_cimom.cimom import Cimom
from mock_cimom.contents import Contents, Loaded, load_contents
from mock_cimom.indications import IndicationEngine
from mock_cimom.providers.alerts import array_alerts


@dataclass(frozen=True)
class Assembly:
    """A CIMOM that is ready to be served, and what it was loaded from."""

    cimom: Cimom
    loaded: Loaded
    engine: IndicationEngine

    def begin(self, urls: Mapping[str, str]) -> None:
        """Take the first of `urls` as the CIMOM's own address, and begin to deliver indications."""
        self.cimom.host = urlsplit(next(iter(urls.values()))).netloc
        self.engine.host = self.cimom.host
        self.engine.start()

    def end(self) -> None:
        """Deliver no more. May be called without `begin`."""
        self.engine.stop()


def assemble(contents: Contents, host: str) -> Assembly:
    """Load `contents` into a CIMOM; `host` is its address until it listens.

    Raises SavedFormError or MockFileError, which are ValueErrors, with one sentence.
    """
    loaded = load_contents(contents)
    cimom = Cimom(loaded.connection, host, name=contents.name, pulls=loaded.pulls)
    engine = IndicationEngine(cimom.repository, cimom.faults.indication_fault, watchers=[array_alerts])
    cimom.indications = loaded.connection.indications = engine
    return Assembly(cimom, loaded, engine)
