"""The message catalogs: what queryCatalog lists, and the files behind it (`vasa-1.0 7`)."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from vasa_cim.clock import Clock
from vasa_cim.errors import ConfigurationError
from vasa_cim.framework import vmsg
from vasa_cim.framework.vasa_service import CatalogFile
from vasa_cim.model.enums import CatalogName, EntityType, EventConfigType
from vasa_cim.model.identifiers import VENDOR
from vasa_cim.model.notices import MessageCatalog
from vasa_cim.store.settings import SettingsStore

URI_ROOT = "/vasa/catalog"
FALLBACK_LOCALE = "en"
MODULE_NAME = VENDOR

_CONFIG_EVENTS = {
    f"{VENDOR}.{entity.value}{change.value}": frozenset({"resId"})
    for entity in EntityType
    for change in EventConfigType
}
SENDABLE: Mapping[CatalogName, Mapping[str, frozenset[str]]] = {
    CatalogName.ALARM: {
        "Alarm.ThinProvisioned": frozenset({"state"}),
        "Alarm.Capability": frozenset({"state"}),
        "Alarm.Object": frozenset({"object", "state"}),
    },
    CatalogName.EVENT: {**_CONFIG_EVENTS, f"{VENDOR}.System": frozenset({"msg"})},
    CatalogName.FAULT: {
        "Fault.NotFound": frozenset({"arrayId"}),
        "Fault.ArrayUnreachable": frozenset({"arrayId"}),
        "Fault.Internal": frozenset({"msg"}),
        "Fault.AccountLocked": frozenset(),
        "Fault.TooManySessions": frozenset({"limit"}),
    },
}
"""Every message that the provider itself can send, with the parameters that it sends along (`vasa-1.0 7.3`)."""

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Edition:
    """What is remembered of a file, so that the same content keeps its version and its time over restarts."""

    digest: str
    number: int
    modified: str


class Catalogs:
    """All message catalogs: one for each locale and each of Event, Alarm and Fault.

    `extra` holds the texts that platform adapters add: file name (`event`, `alarm`, `fault`) -> key -> English text;
    a locale without them shows the English ones. `settings` remembers the versions. `directory` holds one folder per
    locale. Raises ConfigurationError for files or texts that cannot be used, StoreError.
    """

    def __init__(
        self,
        settings: SettingsStore,
        clock: Clock,
        *,
        extra: Iterable[Mapping[str, Texts]] = (),
        directory: Traversable | None = None,
    ) -> None:
        directory = directory or files("vasa_cim.framework.catalog")
        locales = sorted(each.name for each in directory.iterdir() if each.is_dir() and not each.name.startswith("_"))
        added = _joined(extra)
        self._texts: dict[tuple[str, CatalogName], Texts] = {}
        self._files: dict[str, CatalogFile] = {}
        self._entries: list[MessageCatalog] = []
        for locale in locales:
            for name in CatalogName:
                texts = _with_extra(_read(directory, locale, name), added.get(_stem(name), {}), name)
                self._texts[locale, name] = texts
                self._add_file(settings, clock.now(), locale, name)

    def entries(self) -> Sequence[MessageCatalog]:
        """Return what queryCatalog answers."""
        return self._entries

    def file(self, path: str) -> CatalogFile | None:
        """Return the file behind a listed `catalogUri`, None for any other path."""
        return self._files.get(path)

    def check_catalogs(self) -> None:
        """Prove that each message that can be sent has a text in every locale, and each text its parameters.

        Raises ConfigurationError that names the locale, the catalog and the key.
        """
        if FALLBACK_LOCALE not in {locale for locale, _ in self._texts}:
            raise ConfigurationError(setting="catalog", reason=f"there is no locale {FALLBACK_LOCALE}")
        for (locale, name), texts in self._texts.items():
            for key, sent in SENDABLE[name].items():
                if key not in texts:
                    raise ConfigurationError(setting=f"catalog {locale}/{_stem(name)}", reason=f"{key} has no text")
                if unknown := vmsg.parameters(texts[key]) - sent:
                    reason = f"{key} shows {', '.join(sorted(unknown))}, which is not sent along"
                    raise ConfigurationError(setting=f"catalog {locale}/{_stem(name)}", reason=reason)

    def _add_file(self, settings: SettingsStore, now: datetime, locale: str, name: CatalogName) -> None:
        uri = f"{URI_ROOT}/{locale}/{_stem(name)}.vmsg"
        content = vmsg.render(self._texts[locale, name], uri).encode("utf-8")
        edition = _edition(settings, uri, content, now)
        modified = datetime.fromisoformat(edition.modified)
        self._files[uri] = CatalogFile(content, modified)
        self._entries.append(
            MessageCatalog(
                catalog_name=name,
                catalog_uri=uri,
                catalog_version=f"1.{edition.number}",
                last_modified=modified,
                locale=locale,
                module_name=MODULE_NAME,
            )
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


def _joined(extra: Iterable[Mapping[str, Texts]]) -> dict[str, dict[str, str]]:
    """Return the added texts of all adapters by file name; two adapters may say the same, not different things."""
    stems = {_stem(name) for name in CatalogName}
    found: dict[str, dict[str, str]] = {}
    for adapter in extra:
        for stem, texts in adapter.items():
            if stem not in stems:
                raise ConfigurationError(setting=f"catalog {stem}", reason=f"adapters may add to {sorted(stems)} only")
            for key, text in texts.items():
                if found.setdefault(stem, {}).setdefault(key, text) != text:
                    raise ConfigurationError(setting=f"catalog {stem}", reason=f"two adapters have a text for {key}")
    return found


def _with_extra(texts: Texts, added: Texts, name: CatalogName) -> Texts:
    if taken := sorted(key for key in added if key in SENDABLE[name]):
        raise ConfigurationError(setting=f"catalog {_stem(name)}", reason=f"an adapter redefines {', '.join(taken)}")
    return {**{key: added[key] for key in sorted(added)}, **texts}
