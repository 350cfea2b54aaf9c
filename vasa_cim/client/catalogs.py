"""Message catalogs: the `.vmsg` file format, and texts with their values filled in (`vasa-1.0 7.2`)."""

import re
from collections.abc import Iterable

from vasa_cim.client.failures import UnreadableAnswer
from vasa_cim.model.notices import NameValue

_LINE = re.compile(r"\s*([A-Za-z0-9_.-]+)\s*=\s*(.*?)\s*")
_NAME = re.compile(r"\{([^{}]+)\}")


def parsed_catalog(uri: str, content: bytes) -> dict[str, str]:
    """Return key -> text of one file. Raises UnreadableAnswer with the line that is no entry, or comes twice."""
    try:
        lines = content.decode("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise UnreadableAnswer(element=uri, reason="is not UTF-8") from error
    texts: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        if not match:
            raise UnreadableAnswer(element=f"{uri}:{number}", reason='is no entry `key = "text"`')
        key, value = match.groups()
        if key in texts:
            raise UnreadableAnswer(element=f"{uri}:{number}", reason=f"repeats the key {key}")
        texts[key] = value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value
    return texts


def names_in(text: str) -> tuple[str, ...]:
    """Return the `{name}`s that a catalog text asks for."""
    return tuple(_NAME.findall(text))


def filled_in(text: str, parameters: Iterable[NameValue]) -> str:
    """Return the text with each `{name}` replaced by its value; a name without value stays."""
    values = {one.name: one.value for one in parameters}
    return _NAME.sub(lambda match: values.get(match[1], match[0]), text)
