"""Repairing what XML forbids in an answer's bytes: one odd character in a volume's name must not hide an array.

Bytes that are no UTF-8, characters outside XML's `Char` production, and references to such become U+FFFD. What
is legal passes unchanged.
"""

import re

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r")
_NONCHARACTERS = ("\ufffe".encode(), "\uffff".encode())
_REFERENCE = re.compile("&#(?:x([0-9a-fA-F]{1,8})|([0-9]{1,10}));")
_LONGEST_REFERENCE = 14
_SUBSTITUTE = "\ufffd"


def clean_text(text: str) -> str:
    """Return `text` with every character that XML 1.0 forbids replaced by U+FFFD."""
    return _FORBIDDEN.sub(_SUBSTITUTE, text)


class XmlCleaner:
    """Cleans a document that arrives in chunks cut anywhere."""

    def __init__(self) -> None:
        self._held = b""

    def clean(self, chunk: bytes, *, final: bool = False) -> bytes:
        """Return the cleaned form of this chunk, and of what was held back before; `final` holds nothing back."""
        data = self._held + chunk if self._held else chunk
        cut = len(data) if final else _end_of_whole(data)
        self._held = data[cut:]
        data = data[:cut]
        if _is_sound(data):
            return data
        text = data.decode("utf-8", "replace")
        if "&#" in text:
            text = _REFERENCE.sub(_sound_reference, text)
        return clean_text(text).encode()


def _is_sound(data: bytes) -> bool:
    """Return whether there is surely nothing to clean: found out at a fraction of the cost of cleaning."""
    if (b"&" in data and b"&#" in data) or len(data.translate(None, _CONTROLS)) != len(data):
        return False
    if data.isascii():
        return True
    try:
        data.decode()  # refuses surrogates, too
    except UnicodeDecodeError:
        return False
    return not any(each in data for each in _NONCHARACTERS)


def _end_of_whole(data: bytes) -> int:
    """Return where to cut so that no character and no reference is cut in two."""
    end = len(data)
    for back in range(1, min(4, end + 1)):
        byte = data[-back]
        if byte >= 0xC0:  # the first byte of a character of two, three or four
            whole = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            end -= back if back < whole else 0
        if byte < 0x80 or byte >= 0xC0:
            break
    start = data.rfind(b"&", max(0, end - _LONGEST_REFERENCE), end)
    return start if start >= 0 and b";" not in data[start:end] else end


def _sound_reference(match: re.Match[str]) -> str:
    code = int(match.group(1), 16) if match.group(1) else int(match.group(2))
    legal = code <= 0x10FFFF and not _FORBIDDEN.match(chr(code))
    return match.group() if legal else _SUBSTITUTE
