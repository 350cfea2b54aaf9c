"""Repairing what XML forbids in an answer's bytes: one odd character in a volume's name must not hide an array.

Bytes that are no UTF-8, characters outside XML's `Char` production, and references to such become U+FFFD. What
is legal passes unchanged.
"""

import codecs
import re

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_REFERENCE = re.compile("&#(?:x([0-9a-fA-F]{1,8})|([0-9]{1,10}));")
_LONGEST_REFERENCE = 14
_SUBSTITUTE = "\ufffd"


def clean_text(text: str) -> str:
    """Return `text` with every character that XML 1.0 forbids replaced by U+FFFD."""
    return _FORBIDDEN.sub(_SUBSTITUTE, text)


class XmlCleaner:
    """Cleans a document that arrives in chunks cut anywhere."""

    def __init__(self) -> None:
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._held = ""

    def clean(self, chunk: bytes, *, final: bool = False) -> bytes:
        """Return the cleaned form of this chunk, and of what was held back before; `final` holds nothing back."""
        text = self._held + self._decode(chunk, final)
        self._held = ""
        cut = -1 if final else text.rfind("&", -_LONGEST_REFERENCE)
        if cut >= 0 and ";" not in text[cut:]:
            text, self._held = text[:cut], text[cut:]
        if "&#" in text:
            text = _REFERENCE.sub(_sound_reference, text)
        return clean_text(text).encode()


def _sound_reference(match: re.Match[str]) -> str:
    code = int(match.group(1), 16) if match.group(1) else int(match.group(2))
    legal = code <= 0x10FFFF and not _FORBIDDEN.match(chr(code))
    return match.group() if legal else _SUBSTITUTE
