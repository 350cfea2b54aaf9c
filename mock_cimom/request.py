"""From the bytes of a CIM-XML request to the call it holds (DSP0200 5, DSP0201 5.2.6)."""

from dataclasses import dataclass
from typing import Any

import pywbem
from pywbem._tupleparse import TupleParser

from mock_cimom.xml_tree import NotWellFormedError, RefusedXmlError, TupleTree, parse_xml

MAX_EMBEDDING = 4

# What pywbem's parser lets out when a document has the wrong shape; it was written for answers, which it trusts.
_MISSHAPEN = (
    pywbem.Error,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    AssertionError,
    RecursionError,
)


class BadRequestError(Exception):
    """A request that is answered by an HTTP status and a CIMError header instead of a CIM-XML message."""

    def __init__(self, status: int, cim_error: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.cim_error = cim_error


@dataclass(frozen=True)
class IntrinsicCall:
    """An operation of DSP0200. `parameters` are IPARAMVALUE elements, not yet looked into."""

    message_id: str
    name: str
    namespace: str
    parameters: list[TupleTree]


@dataclass(frozen=True)
class MethodCall:
    """A method call. `target` has its namespace set; `parameters` are PARAMVALUE elements, not yet looked into."""

    message_id: str
    name: str
    target: pywbem.CIMInstanceName | pywbem.CIMClassName
    parameters: list[TupleTree]


Call = IntrinsicCall | MethodCall


class RequestParser(TupleParser):
    """pywbem's parser, strict where it is lenient with servers, and limited in what objects may be embedded."""

    def __init__(self) -> None:
        super().__init__()
        self._embedding = 0

    def parse_instancename(self, tup_tree: Any) -> pywbem.CIMInstanceName:
        """Return the path of an instance, whose keys all must have a name."""
        keys = [one for one in tup_tree[2] if not isinstance(one, str)]
        if not keys or any(one[0] != "KEYBINDING" for one in keys):
            raise ValueError("INSTANCENAME must have named keys")
        return super().parse_instancename(tup_tree)

    def unpack_single_value(self, data: str | None, cimtype: str | None) -> Any:
        """Return a value of a CIM type, None for a NULL among the elements of an array (DSP0201 5.2.3.4)."""
        return None if data is None else super().unpack_single_value(data, cimtype)

    def unpack_boolean(self, data: str) -> bool:
        """Return a boolean, which must not be empty."""
        if not data.strip():
            raise ValueError("a boolean must not be empty")
        return bool(super().unpack_boolean(data))

    def parse_scope(self, tup_tree: Any) -> dict[str, bool]:
        """Return the scopes of a qualifier declaration; ANY, which pywbem writes and the DTD lacks, is kept as such."""
        name, attributes, children = tup_tree
        without = {key: value for key, value in attributes.items() if key != "ANY"}
        scopes: dict[str, bool] = super().parse_scope((name, without, children))
        if "ANY" in attributes:
            scopes["ANY"] = self.unpack_boolean(attributes["ANY"])
        return scopes

    def parse_embeddedObject(self, val: Any) -> Any:  # noqa: N802
        """Return the embedded instance or class in the text `val`, a list of them for a list, None for None."""
        if val is None:
            return None
        if isinstance(val, list):
            return [self.parse_embeddedObject(one) for one in val]
        if self._embedding >= MAX_EMBEDDING:
            raise RefusedXmlError("objects are embedded too deep")
        self._embedding += 1
        try:
            tree = parse_xml(val.encode("utf-8"))
            if tree[0] not in ("INSTANCE", "CLASS"):
                raise RefusedXmlError(f"{tree[0]} is no embedded object")
            return self.parse_any(tree)
        finally:
            self._embedding -= 1


def parsed_parameters(call: Call) -> list[tuple[str, Any]]:
    """Return name and value of each parameter, not yet typed; None is NULL.

    Raises CIM_ERR_INVALID_PARAMETER for values that are no CIM-XML of the kind they should be.
    """
    parser = RequestParser()
    try:
        if isinstance(call, IntrinsicCall):
            return [parser.parse_iparamvalue(one) for one in call.parameters]
        parsed = [parser.parse_paramvalue(one) for one in call.parameters]
    except _MISSHAPEN as error:
        said = f"A parameter cannot be read: {_told(error)}"
        raise pywbem.CIMError(pywbem.CIM_ERR_INVALID_PARAMETER, said) from error
    return [(name, value) for name, _, value in parsed]


# Where the class stands that an operation is about: the parameter, and the attribute of the first such element in it.
_TARGETS = frozenset(
    {"ClassName", "InstanceName", "ObjectName", "NewInstance", "ModifiedInstance", "NewClass", "ModifiedClass"}
)
_CLASS_ATTRIBUTES = {"CLASSNAME": "NAME", "INSTANCENAME": "CLASSNAME", "INSTANCE": "CLASSNAME", "CLASS": "NAME"}


def class_of(call: Call) -> str | None:
    """Return the name of the class a call is about, None if it names none."""
    if isinstance(call, MethodCall):
        return str(call.target.classname)
    for _, attributes, children in call.parameters:
        if attributes.get("NAME") in _TARGETS:
            return _first_class(children)
    return None


def _first_class(children: list[Any]) -> str | None:
    for child in children:
        if isinstance(child, str):
            continue
        attribute = _CLASS_ATTRIBUTES.get(child[0])
        found = child[1].get(attribute) if attribute else _first_class(child[2])
        if found is not None:
            return str(found)
    return None


def parse_request(text: bytes) -> Call:
    """Return the call in a request. Raises BadRequestError with the status DSP0200 7.3.4 gives to what is wrong."""
    try:
        tree = parse_xml(text)
    except NotWellFormedError as error:
        raise BadRequestError(400, "request-not-well-formed", str(error)) from error
    except RefusedXmlError as error:
        raise BadRequestError(400, "request-not-valid", str(error)) from error
    message_id, call = _call_element(tree)
    try:
        return _parsed_call(message_id, call)
    except _MISSHAPEN as error:
        raise BadRequestError(400, "request-not-valid", _told(error)) from error


def _call_element(tree: TupleTree) -> tuple[str, TupleTree]:
    """Check the envelope CIM/MESSAGE/SIMPLEREQ; return the message id and the call in it."""
    cim = _expect(tree, ("CIM",))
    _check_version(cim, "CIMVERSION", "2.", "unsupported-cim-version")
    _check_version(cim, "DTDVERSION", "2.", "unsupported-dtd-version")
    message = _expect(_only_child(cim), ("MESSAGE",))
    _check_version(message, "PROTOCOLVERSION", "1.", "unsupported-protocol-version")
    if "ID" not in message[1]:
        raise BadRequestError(400, "request-not-valid", "MESSAGE has no ID")
    request = _only_child(message)
    if request[0] in ("MULTIREQ", "MULTIEXPREQ"):
        raise BadRequestError(501, "multiple-requests-unsupported", f"{request[0]} is not supported")
    call = _only_child(_expect(request, ("SIMPLEREQ",)))
    return message[1]["ID"], _expect(call, ("IMETHODCALL", "METHODCALL"))


def _told(error: Exception) -> str:
    """Return what pywbem's parser says, without the whole document, which it wants to show after that."""
    return str(error).partition("\nCIM-XML response:")[0]


def _expect(element: TupleTree, names: tuple[str, ...]) -> TupleTree:
    if element[0] not in names:
        raise BadRequestError(400, "request-not-valid", f"found {element[0]} instead of {' or '.join(names)}")
    return element


def _only_child(element: TupleTree) -> TupleTree:
    children = [one for one in element[2] if not isinstance(one, str)]
    # CORRELATOR may precede the call (DSP0201 5.2.6.7); it concerns nobody here.
    children = [one for one in children if one[0] != "CORRELATOR"]
    if len(children) != 1:
        raise BadRequestError(400, "request-not-valid", f"{element[0]} has {len(children)} children instead of 1")
    only: TupleTree = children[0]
    return only


def _check_version(element: TupleTree, attribute: str, wanted: str, cim_error: str) -> None:
    found = element[1].get(attribute)
    if found is None:
        raise BadRequestError(400, "request-not-valid", f"{element[0]} has no {attribute}")
    if not found.startswith(wanted):
        raise BadRequestError(501, cim_error, f"{attribute} {found} is not supported")


def _parsed_call(message_id: str, call: TupleTree) -> Call:
    parser = RequestParser()
    children = [one for one in call[2] if not isinstance(one, str)]
    if "NAME" not in call[1] or not children:
        raise BadRequestError(400, "request-not-valid", f"{call[0]} needs a NAME and a target")
    name, (first, *rest) = call[1]["NAME"], children
    wanted = "IPARAMVALUE" if call[0] == "IMETHODCALL" else "PARAMVALUE"
    for parameter in rest:
        _expect(parameter, (wanted,))
    if call[0] == "IMETHODCALL":
        return IntrinsicCall(message_id, name, parser.parse_localnamespacepath(first), rest)
    target = parser.parse_any(_expect(first, ("LOCALINSTANCEPATH", "LOCALCLASSPATH")))
    return MethodCall(message_id, name, target, rest)
