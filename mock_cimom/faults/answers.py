"""What fault rules do to the content of an answer, and to its bytes."""

import dataclasses
import re
from collections.abc import Iterator

import pywbem

from mock_cimom.faults.rule import CimStatus, Effect, Truncate, Vanish, WrongCharset
from mock_cimom.http_answer import Answer
from mock_cimom.request import Call, IntrinsicCall

END_OF_SEQUENCE = (
    '<PARAMVALUE NAME="EndOfSequence" PARAMTYPE="boolean"><VALUE>true</VALUE></PARAMVALUE>'
    '<PARAMVALUE NAME="EnumerationContext" PARAMTYPE="string"><VALUE></VALUE></PARAMVALUE>'
)
# The elements that an answer lists, each with all it holds. Only names stand within another of their kind, where a
# key is a reference.
_PLAIN = "VALUE[.]NAMEDINSTANCE|VALUE[.]OBJECTWITHPATH|VALUE[.]INSTANCEWITHPATH|OBJECTPATH|INSTANCEPATH"
_IN_NAME = r"(?:(?!</?INSTANCENAME\b).)*"
_LISTED = re.compile(
    rf"<({_PLAIN})[ >].*?</\1>"
    rf"|<INSTANCENAME {_IN_NAME}(?:<INSTANCENAME {_IN_NAME}</INSTANCENAME>{_IN_NAME})*</INSTANCENAME>",
    re.DOTALL,
)
_NAMESPACE_NAME = re.compile(
    r'<INSTANCENAME CLASSNAME="\w*Namespace">(?:(?!</INSTANCENAME>).)*?'
    r'<KEYBINDING NAME="Name"><KEYVALUE[^>]*>([^<]*)</KEYVALUE>',
    re.DOTALL | re.IGNORECASE,
)
# A letter that no other encoding writes like Latin-1 does: plain ASCII would look the same in all of them.
_TELLTALE = "<!-- \N{LATIN SMALL LETTER E WITH ACUTE} -->"


def fault_error(effect: Effect | None, call: Call) -> pywbem.CIMError | None:
    """Return the CIM error that an effect answers a call with, None if it answers with none."""
    if isinstance(effect, CimStatus):
        return pywbem.CIMError(effect.code, effect.description)
    if isinstance(effect, Vanish):
        namespace = call.namespace if isinstance(call, IntrinsicCall) else call.target.namespace
        return pywbem.CIMError(pywbem.CIM_ERR_INVALID_NAMESPACE, f"Namespace {namespace!r} does not exist")
    return None


def empty_content(operation: str) -> str:
    """Return the answer of an enumeration that finds nothing."""
    ends = END_OF_SEQUENCE if operation.startswith(("Open", "Pull")) else ""
    return f"<IRETURNVALUE></IRETURNVALUE>{ends}"


def without_namespaces(content: str, vanished: frozenset[str]) -> str:
    """Return content without the objects that are, or refer to, CIM_Namespace instances of these names."""
    return _LISTED.sub(lambda found: "" if _names_one(found.group(), vanished) else found.group(), content)


def _names_one(text: str, vanished: frozenset[str]) -> bool:
    return any(name.strip("/").lower() in vanished for name in _NAMESPACE_NAME.findall(text))


def damaged(done: Answer, effect: Effect | None) -> Answer:
    """Return an answer as an effect leaves its bytes: truncated, in the wrong charset, or as it was."""
    if isinstance(effect, Truncate):
        return _truncated(done, effect)
    if isinstance(effect, WrongCharset) and effect.where == "header":
        return dataclasses.replace(done, headers={**done.headers, "Content-Type": 'application/xml; charset="utf-16"'})
    if isinstance(effect, WrongCharset):
        more = None if done.more is None else (_latin1(piece) for piece in done.more)
        return dataclasses.replace(done, body=_with_telltale(done.body), more=more)
    return done


def _truncated(done: Answer, effect: Truncate) -> Answer:
    """Keep half of a short answer, and of a long one what would have been its first piece."""
    _close(done.more)
    kept = done.body if done.more is not None else done.body[: len(done.body) // 2]
    announced = 2 * len(kept) if effect.ending == "cut" else None
    return dataclasses.replace(done, body=kept, more=None, announced=announced)


def _close(more: Iterator[bytes] | None) -> None:
    close = getattr(more, "close", None)
    if close is not None:
        close()


def _latin1(utf8: bytes) -> bytes:
    return utf8.decode("utf-8").encode("latin-1", "xmlcharrefreplace")


def _with_telltale(body: bytes) -> bytes:
    text = body.decode("utf-8")
    place = text.find("?>") + 2 if text.startswith("<?xml") else 0
    return (text[:place] + _TELLTALE + text[place:]).encode("latin-1", "xmlcharrefreplace")
