"""Extrinsic methods (DSP0200 5.3): typing of parameters by the class's declaration, and the answer."""

from typing import Any

import pywbem

from mock_cimom import reads
from mock_cimom.cimom import Cimom
from mock_cimom.encode import escaped, values_xml
from mock_cimom.parameters import invalid
from mock_cimom.request import MethodCall, parsed_parameters


def invoke_method(cimom: Cimom, call: MethodCall) -> str:
    """Run a method; return the content of METHODRESPONSE.

    Raises CIM_ERR_INVALID_NAMESPACE, CIM_ERR_INVALID_CLASS, CIM_ERR_NOT_FOUND, CIM_ERR_INVALID_PARAMETER and, for a
    method that the class does not declare or nobody provides, CIM_ERR_METHOD_NOT_AVAILABLE.
    """
    space = reads.namespace_of(cimom.repository, call.target.namespace)
    reads.family_of(space.classes, call.target.classname)
    if isinstance(call.target, pywbem.CIMInstanceName):
        reads.instance_at(space, call.target)
    declared = space.classes.get(call.target.classname, copy=False).methods.get(call.name)
    if declared is None:
        raise _not_available(call)
    given = typed_parameters(declared, parsed_parameters(call))
    target = call.target.copy()
    target.namespace = space.name
    try:
        # Method providers take the writer's place themselves: a slow method must not keep others from writing.
        result, output = cimom.connection.provider_dispatcher.InvokeMethod(declared.name, target, given)
    except pywbem.CIMError as error:
        if error.status_code == pywbem.CIM_ERR_METHOD_NOT_FOUND:
            raise _not_available(call) from error
        raise
    return _answer(declared, result, output)


def typed_parameters(declared: pywbem.CIMMethod, given: list[tuple[str, Any]]) -> Any:
    """Return input parameters by name, typed as the method declares them, as pywbem_mock's dispatcher wants them."""
    typed = pywbem.NocaseDict()
    for name, raw in given:
        parameter = declared.parameters.get(name)
        if parameter is None or name in typed:
            raise invalid(f"Method {declared.name} has no parameter {name!r}, or it is given twice")
        typed[parameter.name] = _typed(parameter, raw)
    return typed


def _typed(parameter: pywbem.CIMParameter, raw: Any) -> pywbem.CIMParameter:
    try:
        value = typed_as(parameter, raw)
    except ValueError as error:
        raise invalid(f"Parameter {parameter.name!r} does not fit: {error}") from error
    typed = pywbem.CIMParameter(
        parameter.name,
        parameter.type,
        value=value,
        is_array=parameter.is_array,
        reference_class=parameter.reference_class,
    )
    # pywbem_mock compares this with the compiled declaration, which says nothing of it.
    typed.embedded_object = parameter.embedded_object
    return typed


def typed_as(declared: pywbem.CIMParameter | pywbem.CIMProperty, raw: Any) -> Any:
    """Return a parsed but untyped value as the declaration types it; None is NULL. Raises ValueError."""
    if raw is not None and isinstance(raw, list) != bool(declared.is_array):
        raise ValueError("an array" if declared.is_array else "not an array")
    embedded = "EmbeddedInstance" in declared.qualifiers or "EmbeddedObject" in declared.qualifiers
    try:
        if isinstance(raw, list):
            return [_typed_value(one, declared.type, embedded) for one in raw]
        return _typed_value(raw, declared.type, embedded)
    except (ValueError, TypeError) as error:
        raise ValueError(f"no {declared.type}: {error}") from error


def _typed_value(raw: Any, kind: str, embedded: bool) -> Any:
    if raw is None:
        return None
    if kind == "reference":
        if not isinstance(raw, (pywbem.CIMInstanceName, pywbem.CIMClassName)):
            raise ValueError("not a reference")
        return raw
    if isinstance(raw, (pywbem.CIMInstance, pywbem.CIMClass)):
        if not embedded:
            raise ValueError("not an embedded object")
        return raw
    if not isinstance(raw, str):
        raise ValueError("not a value")
    if kind == "boolean":
        if raw.strip().lower() not in ("true", "false"):
            raise ValueError("not a boolean")
        return raw.strip().lower() == "true"
    return pywbem.cimvalue(raw.strip() if kind not in ("string", "char16") else raw, kind)


def _not_available(call: MethodCall) -> pywbem.CIMError:
    return pywbem.CIMError(
        pywbem.CIM_ERR_METHOD_NOT_AVAILABLE, f"Nobody provides method {call.name!r} of class {call.target.classname}"
    )


def _answer(declared: pywbem.CIMMethod, result: Any, output: Any) -> str:
    text = ""
    if result is not None:
        kind = declared.return_type
        text = f'<RETURNVALUE PARAMTYPE="{kind}">{values_xml(result, kind)}</RETURNVALUE>'
    for name, value in output.items():
        kind = declared.parameters[name].type
        head = f'NAME="{escaped(declared.parameters[name].name)}" PARAMTYPE="{kind}"'
        embedded = _embedded_kind(value)
        if embedded is not None:
            head += f' EmbeddedObject="{embedded}"'
        inner = "" if value is None else values_xml(value, kind)
        text += f"<PARAMVALUE {head}>{inner}</PARAMVALUE>"
    return text


def _embedded_kind(value: Any) -> str | None:
    """Return what kind of embedded objects a value is or is an array of, None if it is none (DSP0201 5.2.6.18)."""
    kinds = {type(one) for one in (value if isinstance(value, list) else [value]) if one is not None}
    if not kinds & {pywbem.CIMInstance, pywbem.CIMClass}:
        return None
    return "instance" if kinds == {pywbem.CIMInstance} else "object"
