"""The message catalogs: what queryCatalog lists, and the files behind it (`vasa-1.0 7`)."""

import hashlib
import json
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from vasa_cim.clock import Clock
from vasa_cim.errors import ConfigurationError
from vasa_cim.framework import vmsg
from vasa_cim.framework.added_texts import ENGLISH, Added, Texts, joined_texts
from vasa_cim.framework.messages import SENDABLE
from vasa_cim.framework.vasa_service import CatalogFile
from vasa_cim.model.enums import CatalogName
from vasa_cim.model.identifiers import VENDOR
from vasa_cim.model.notices import MessageCatalog
from vasa_cim.store.settings import SettingsStore

URI_ROOT = "/vasa/catalog"
MODULE_NAME = VENDOR


@dataclass(frozen=True, slots=True)
class _Edition:
    """What is remembered of a file, so that the same content keeps its version and its time over restarts."""

    digest: str
    number: int
    modified: str


@dataclass(frozen=True, slots=True)
class _Listed:
    """What is listed and served at one time: replaced whole, so that readers need no lock."""

    texts: Mapping[tuple[str, CatalogName], Texts]
    entries: Sequence[MessageCatalog] = ()
    files: Mapping[str, CatalogFile] = field(default_factory=dict)


class Catalogs:
    """All message catalogs: one for each locale and each of Event, Alarm and Fault. Safe to use from any thread.

    `extra` holds what each platform adapter adds: `event`, `alarm` or `fault` -> key -> English text, and `de/event`
    and so on for other languages. A locale is offered if we or an adapter have texts in it, and then for all three; a
    text that it lacks is the English one. `settings` remembers the versions. `directory` holds one folder per locale.
    Raises ConfigurationError for files or texts that cannot be used, StoreError.
    """

    def __init__(
        self,
        settings: SettingsStore,
        clock: Clock,
        *,
        extra: Iterable[Mapping[str, Texts]] = (),
        directory: Traversable | None = None,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._changing = threading.Lock()
        self._own = _own_texts(directory or files("vasa_cim.framework.catalog"))
        self._listed = self._with_files(_united(self._own, joined_texts(extra)))

    def entries(self) -> Sequence[MessageCatalog]:
        """Return what queryCatalog answers."""
        return self._listed.entries

    def file(self, path: str) -> CatalogFile | None:
        """Return the file behind a listed `catalogUri`, None for any other path."""
        return self._listed.files.get(path)

    def set_extra(self, extra: Iterable[Mapping[str, Texts]]) -> None:
        """List the texts of these adapters in place of those of before; what an adapter added goes with it.

        Raises ConfigurationError or StoreError; then all stays as it was.
        """
        with self._changing:
            texts = _united(self._own, joined_texts(extra))
            if texts != self._listed.texts:
                _check(texts)
                self._listed = self._with_files(texts)

    def check_catalogs(self) -> None:
        """Prove that each message that can be sent has a text in every locale, and each text its parameters.

        Raises ConfigurationError that names the locale, the catalog and the key.
        """
        if ENGLISH not in {locale for locale, _ in self._own}:
            raise ConfigurationError(setting="catalog", reason=f"there is no locale {ENGLISH}")
        _check(self._listed.texts)

    def _with_files(self, texts: Mapping[tuple[str, CatalogName], Texts]) -> _Listed:
        found: dict[str, CatalogFile] = {}
        entries: list[MessageCatalog] = []
        now = self._clock.now()
        for (locale, name), of_one in texts.items():
            uri = f"{URI_ROOT}/{locale}/{_stem(name)}.vmsg"
            content = vmsg.render(of_one, uri).encode("utf-8")
            edition = _edition(self._settings, uri, content, now)
            found[uri] = CatalogFile(content, datetime.fromisoformat(edition.modified))
            entries.append(_entry(uri, locale, name, edition))
        return _Listed(texts, entries, found)


def _own_texts(directory: Traversable) -> Added:
    locales = sorted(each.name for each in directory.iterdir() if each.is_dir() and not each.name.startswith("_"))
    return {(locale, name): _read(directory, locale, name) for locale in locales for name in CatalogName}


def _united(own: Added, added: Added) -> dict[tuple[str, CatalogName], Texts]:
    """Return all texts in all locales: in each what it has itself, and else the English text."""
    united: dict[tuple[str, CatalogName], Texts] = {}
    for locale in sorted({locale for locale, _ in (*own, *added)}):
        for name in CatalogName:
            extra = {**added.get((ENGLISH, name), {}), **added.get((locale, name), {})}
            ours = own.get((locale, name), own.get((ENGLISH, name), {}))
            united[locale, name] = {**{key: extra[key] for key in sorted(extra)}, **ours}
    return united


def _check(texts: Added) -> None:
    for (locale, name), of_one in texts.items():
        where = f"catalog {locale}/{_stem(name)}"
        for key, sent in SENDABLE[name].items():
            if key not in of_one:
                raise ConfigurationError(setting=where, reason=f"{key} has no text")
            if unknown := vmsg.parameters(of_one[key]) - sent:
                reason = f"{key} shows {', '.join(sorted(unknown))}, which is not sent along"
                raise ConfigurationError(setting=where, reason=reason)
        english = texts[ENGLISH, name]
        for key in of_one:
            if key not in SENDABLE[name] and vmsg.parameters(of_one[key]) != vmsg.parameters(english.get(key, "")):
                reason = f"{key} shows other parameters than the English text"
                raise ConfigurationError(setting=where, reason=reason)


def _entry(uri: str, locale: str, name: CatalogName, edition: _Edition) -> MessageCatalog:
    return MessageCatalog(
        catalog_name=name,
        catalog_uri=uri,
        catalog_version=f"1.{edition.number}",
        last_modified=datetime.fromisoformat(edition.modified),
        locale=locale,
        module_name=MODULE_NAME,
    )


def _edition(settings: SettingsStore, uri: str, content: bytes, now: datetime) -> _Edition:
    """Return version and time of this content; a content not seen last time gets the next version, and `now`."""
    digest = hashlib.sha256(content).hexdigest()

    def decide(known: str | None) -> str:
        last: dict[str, Any] = json.loads(known) if known else {"number": -1, "digest": None}
        if last["digest"] != digest:
            modified = now.replace(microsecond=0).isoformat()  # HTTP dates know no fractions
            last = {"digest": digest, "number": last["number"] + 1, "modified": modified}
        return json.dumps(last)

    return _Edition(**json.loads(settings.change(f"catalog {uri}", decide)))


def _stem(name: CatalogName) -> str:
    return name.value.lower()


def _read(directory: Traversable, locale: str, name: CatalogName) -> Texts:
    file = directory / locale / f"{_stem(name)}.vmsg"
    where = f"catalog {locale}/{_stem(name)}"
    try:
        return vmsg.parse(file.read_text("utf-8"), where)
    except (OSError, ValueError) as error:
        raise ConfigurationError(setting=where, reason=f"cannot be read: {error}") from error
