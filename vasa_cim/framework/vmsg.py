"""Message files (`.vmsg`): one `key = "text"` per line (`vasa-1.0 7.2`)."""

import re
from collections.abc import Mapping

from vasa_cim.errors import ConfigurationError

_LINE = re.compile(r'(?P<key>[^\s="]+)\s*=\s*(?:"(?P<quoted>[^"]*)"|(?P<bare>[^"]*))')
_KEY = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*")
_PLACE = re.compile(r"\{([^{}]*)\}")


def parse(text: str, where: str) -> dict[str, str]:
    """Return the texts of a message file by key, in its order.

    `where` names the file for people. Raises ConfigurationError for a line that is none of ours, or a key twice.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        match = _LINE.fullmatch(stripped)
        if match is None or _KEY.fullmatch(match["key"]) is None or match["key"] in found:
            raise ConfigurationError(setting=f"{where}, line {number}", reason='it is not a new key = "text"')
        found[match["key"]] = match["bare"].strip() if match["quoted"] is None else match["quoted"]
    return found


def render(texts: Mapping[str, str], where: str) -> str:
    """Return a message file of these texts. Raises ConfigurationError for a key or text that cannot be written."""
    for key, text in texts.items():
        if _KEY.fullmatch(key) is None:
            raise ConfigurationError(setting=where, reason=f"{key!r} is no message key")
        if '"' in text or len(text.splitlines()) > 1:
            raise ConfigurationError(setting=where, reason=f"the text of {key} has a double quote or a line end")
    return "".join(f'{key} = "{text}"\n' for key, text in texts.items())


def parameters(text: str) -> frozenset[str]:
    """Return the names of the parameters that a text shows."""
    return frozenset(_PLACE.findall(text))
