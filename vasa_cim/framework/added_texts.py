"""The message texts that platform adapters add to the catalogs, checked and joined (`vasa-1.0 7.2`, 7.3).

An adapter's `catalogs()` maps `event`, `alarm` or `fault` to its English texts, and `<locale>/event` and so on to
those of another language.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from vasa_cim.errors import AdapterBroken, ConfigurationError
from vasa_cim.framework import vmsg
from vasa_cim.framework.messages import SENDABLE
from vasa_cim.model.enums import CatalogName

ENGLISH = "en"
Texts = Mapping[str, str]
Added = Mapping[tuple[str, CatalogName], Texts]

_LOCALE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_STEMS = {name.value.lower(): name for name in CatalogName}


def joined_texts(extra: Iterable[Mapping[str, Texts]]) -> Added:
    """Return the texts of all adapters by locale and catalog; two adapters may say the same, not different things.

    Raises ConfigurationError that names the catalog and the key.
    """
    found: dict[tuple[str, CatalogName], dict[str, str]] = {}
    for adapter in extra:
        for place, texts in _checked(adapter).items():
            known = found.setdefault(place, {})
            for key, text in texts.items():
                if known.setdefault(key, text) != text:
                    raise ConfigurationError(setting=_spelled(place), reason=f"two adapters have a text for {key}")
    return found


def check_texts(adapter: str, catalogs: Any) -> None:
    """Raise AdapterBroken, with name and reason, unless an adapter's texts can be used."""
    try:
        joined_texts([catalogs])
    except ConfigurationError as error:
        raise AdapterBroken(adapter=adapter, reason=f"its texts cannot be used: {error}") from error


def _checked(adapter: Any) -> Added:
    """Return the texts of one adapter, each with the parameters of its English one. Raises ConfigurationError."""
    if not isinstance(adapter, Mapping):
        raise ConfigurationError(setting="catalogs", reason=f"{adapter!r} is no mapping of catalogs")
    found = {_place(key): _texts(key, texts) for key, texts in adapter.items()}
    if len(found) < len(adapter):
        raise ConfigurationError(setting="catalogs", reason="English texts are given twice, with locale and without")
    for (locale, name), texts in found.items():
        english = found.get((ENGLISH, name), {})
        for key, text in texts.items():
            if key not in english:
                raise ConfigurationError(setting=_spelled((locale, name)), reason=f"{key} has no English text")
            if vmsg.parameters(text) != vmsg.parameters(english[key]):
                reason = f"{key} shows other parameters than the English text"
                raise ConfigurationError(setting=_spelled((locale, name)), reason=reason)
    return found


def _place(key: Any) -> tuple[str, CatalogName]:
    locale, slash, stem = key.rpartition("/") if isinstance(key, str) else ("", "", "")
    locale = locale if slash else ENGLISH
    if stem not in _STEMS or not _LOCALE.fullmatch(locale):
        reason = f"adapters may add to {', '.join(_STEMS)} only, or to <locale>/event and so on"
        raise ConfigurationError(setting=f"catalog {key}", reason=reason)
    return locale, _STEMS[stem]


def _texts(key: str, texts: Any) -> Texts:
    where = f"catalog {key}"
    if not isinstance(texts, Mapping) or not all(isinstance(one, str) for pair in texts.items() for one in pair):
        raise ConfigurationError(setting=where, reason="it must map keys to texts")
    vmsg.render(texts, where)  # raises for what cannot be written into a file
    if taken := sorted(one for one in texts if one in SENDABLE[_place(key)[1]]):
        raise ConfigurationError(setting=where, reason=f"an adapter redefines {', '.join(taken)}")
    return texts


def _spelled(place: tuple[str, CatalogName]) -> str:
    return f"catalog {place[0]}/{place[1].value.lower()}"
