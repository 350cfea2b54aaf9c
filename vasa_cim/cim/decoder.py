"""Reading the answer of an enumeration while it arrives: CIM-XML (DSP0201) to rows, by lxml's pull parser.

Only what the enumerations return is understood. Anything that is not as DSP0201 says makes the whole answer
unreadable: a cut or odd answer is never a short list.
"""

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from lxml import etree

from vasa_cim.cim.cleaning import XmlCleaner
from vasa_cim.cim.elements import Malformed, attribute, integer, named_row, own_name, path_name, pathed_row
from vasa_cim.cim.errors import cim_error
from vasa_cim.cim.rows import ObjectName, Row
from vasa_cim.errors import SourceUnreadable

_ERROR = "ERROR"
_RESPONSE = "IMETHODRESPONSE"
_RETURN_VALUE = "IRETURNVALUE"
_PARAMETER = "PARAMVALUE"

Outputs = dict[str, str]
"""The output parameters of an answer that are not NULL, as texts by name in lower case."""

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Form(Generic[_Result]):
    """How an operation returns its results: in elements with this tag, and what becomes of each."""

    tag: str
    convert: Callable[[etree._Element], _Result]


def instances_form(properties: Iterable[str]) -> Form[Row]:
    """Return the form of EnumerateInstances; the rows hold only these properties."""
    wanted = _by_spelling(properties)
    return Form("VALUE.NAMEDINSTANCE", lambda element: named_row(element, wanted))


def pulled_instances_form(properties: Iterable[str]) -> Form[Row]:
    """Return the form of OpenEnumerateInstances and PullInstancesWithPath; the rows hold only these properties."""
    wanted = _by_spelling(properties)
    return Form("VALUE.INSTANCEWITHPATH", lambda element: pathed_row(element, wanted))


def _by_spelling(properties: Iterable[str]) -> dict[str, str]:
    """Return the names of properties by themselves and by their lower case."""
    names = tuple(properties)
    return {name.lower(): name for name in names} | {name: name for name in names}


NAMES: Form[ObjectName] = Form("INSTANCENAME", own_name)
"""The form of EnumerateInstanceNames."""
PULLED_PATHS: Form[ObjectName] = Form("INSTANCEPATH", path_name)
"""The form of OpenEnumerateInstancePaths and PullInstancePaths."""


def decode(
    source: str, operation: str, chunks: Iterable[bytes], form: Form[_Result], outputs: Outputs | None = None
) -> Iterator[_Result]:
    """Yield the results of an answer, each as soon as it is complete; its output parameters are added to `outputs`.

    `operation` names the request in errors; its first word is the operation. Raises SourceUnreadable for what is no
    whole, sound answer, and the CIM error if the answer is one.
    """
    parser = etree.XMLPullParser(
        events=("end",),
        tag=(form.tag, _ERROR, _RETURN_VALUE, _RESPONSE),
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
    )
    answered = False
    try:
        for element in _finished(parser, chunks):
            answered = answered or element.tag == _RESPONSE
            if _is_result(source, operation, element, form.tag):
                yield form.convert(element)
                _forget(element)
            elif outputs is not None and element.tag == _RESPONSE:
                outputs |= _outputs(element)
        root = parser.close()
    except (etree.XMLSyntaxError, Malformed, ValueError) as error:
        raise SourceUnreadable(source=source, reason=f"{operation}: {error}") from error
    if root.tag != "CIM" or not answered:
        raise SourceUnreadable(source=source, reason=f"{operation}: no CIM-XML response")
    declared = cast("Any", root.getroottree().docinfo.internalDTD)
    if declared is not None and (declared.entities() or declared.elements()):
        raise SourceUnreadable(source=source, reason=f"{operation}: it declares entities or elements of its own")


def _finished(parser: Any, chunks: Iterable[bytes]) -> Iterator[etree._Element]:
    """Yield the wanted elements as they end."""
    for cleaned in _cleaned(chunks):
        parser.feed(cleaned)
        for _, element in parser.read_events():
            yield element


def _cleaned(chunks: Iterable[bytes]) -> Iterator[bytes]:
    cleaner = XmlCleaner()
    for chunk in chunks:
        if cleaned := cleaner.clean(chunk):
            yield cleaned
    if rest := cleaner.clean(b"", final=True):
        yield rest


def _is_result(source: str, operation: str, element: etree._Element, tag: str) -> bool:
    """Return whether a finished element is one of the answer's; raise the error that it may be instead."""
    if element.tag == _ERROR:
        raise cim_error(source, _error_code(element), element.get("DESCRIPTION"))
    if element.tag == _RESPONSE:
        if attribute(element, "NAME") != operation.split(" ", 1)[0]:
            raise Malformed(f"the answer is one to {element.get('NAME')}")
        _check_children(element, (_RETURN_VALUE, _PARAMETER))
        return False
    if element.tag == _RETURN_VALUE:
        _check_children(element, (tag,))
        return False
    parent = element.getparent()
    return parent is not None and parent.tag == _RETURN_VALUE


def _error_code(element: etree._Element) -> int:
    code = integer(attribute(element, "CODE"))
    if code is None:
        raise Malformed(f"an error with the code {element.get('CODE')!r:.50}")
    return code


def _outputs(response: etree._Element) -> Outputs:
    found = {}
    for parameter in response.iterchildren(_PARAMETER):
        value = parameter.find("VALUE")
        if value is not None:
            found[attribute(parameter, "NAME").lower()] = value.text or ""
    return found


def _check_children(element: etree._Element, tags: Container[str]) -> None:
    for one in element:
        if one.tag not in tags:
            raise Malformed(f"{one.tag} in {element.tag}")


def _forget(element: etree._Element) -> None:
    """Free a used element and its elder siblings; the parser still holds on to the youngest."""
    element.clear()
    parent = element.getparent()
    while parent is not None and (elder := element.getprevious()) is not None:
        if elder.tag != element.tag:
            raise Malformed(f"{elder.tag} in {parent.tag}")
        del parent[0]
