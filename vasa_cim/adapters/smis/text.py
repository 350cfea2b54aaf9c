"""Small readings of texts that every part of SMI-S shares."""

import re
from collections.abc import Iterable

_SEPARATORS = re.compile(r"[\s:.\-]")
_WWN = re.compile(r"[0-9a-f]{16}")


def plain_name(name: str) -> str:
    """Return a system name with the separator `-+-` that newer servers use in its older form `+`."""
    return name.replace("-+-", "+")


def first_text(*candidates: str | None) -> str | None:
    """Return the first candidate that is more than blanks, trimmed; None if there is none."""
    for candidate in candidates:
        if candidate is not None and (trimmed := candidate.strip()):
            return trimmed
    return None


def distinct_texts(candidates: Iterable[str | None], *, without: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the candidates that are more than blanks, trimmed, each once, in order, and none of `without`."""
    trimmed = (candidate.strip() for candidate in candidates if candidate is not None)
    unwanted = set(without)
    return tuple(dict.fromkeys(text for text in trimmed if text and text not in unwanted))


def bare_hex(text: str | None) -> str:
    """Return `text` in lower case without `0x`, blanks, colons, dots and dashes (`smis-mapping 2.8`)."""
    return _SEPARATORS.sub("", text or "").lower().removeprefix("0x")


def wwn_of(text: str | None) -> str | None:
    """Return a WWN as CIM spells it as 16 lower-case hex digits; None if it is none, or all zeroes."""
    digits = bare_hex(text)
    return digits if _WWN.fullmatch(digits) and digits.strip("0") else None


def iscsi_name_of(text: str | None) -> str | None:
    """Return an iSCSI name in lower case, cut at the first comma; None if nothing is left."""
    return (text or "").split(",", 1)[0].strip().lower() or None


def labelled(values: Iterable[str | None], labels: Iterable[str | None]) -> tuple[tuple[str, str], ...]:
    """Return (label in lower case, value) pairs of `OtherIdentifyingInfo` and `IdentifyingDescriptions`.

    The two arrays may differ in length: zipped to the shorter; pairs with a missing half are left out.
    """
    pairs = zip(labels, values, strict=False)
    return tuple((label.strip().lower(), value.strip()) for label, value in pairs if label and value and value.strip())
