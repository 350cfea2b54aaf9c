"""The compact MOF of the project: one line per property, and only the qualifiers that carry facts.

Everything here is plain MOF (DSP0004), so any MOF compiler reads it.
"""

import pywbem

# Qualifiers kept, in the order they are written. All others of the schema (texts, hints, versions) are left out.
KEPT = (
    "Association", "Indication", "Abstract", "Key", "Required", "Static", "In", "Out", "Override",
    "EmbeddedInstance", "EmbeddedObject", "ArrayType", "ValueMap", "Values",
)  # fmt: skip
# The names of values are kept where WBEM clients look for them to tell profiles apart.
NAMED_VALUES = {("CIM_RegisteredSpecification", "RegisteredOrganization")}
# Values that say nothing: the schema's own default of the qualifier.
SILENT = {"in": True, "out": False, "arraytype": "Bag"}


def class_mof(cim_class: pywbem.CIMClass) -> str:
    """Return the declaration of `cim_class`, which must hold its own elements only (LocalOnly), with qualifiers."""
    head = f"class {cim_class.classname}"
    if cim_class.superclass:
        head += f" : {cim_class.superclass}"
    lines = [_qualifiers(cim_class.qualifiers) + head + " {"]
    lines += ["  " + _property(cim_class.classname, one) for one in cim_class.properties.values()]
    lines += ["  " + _method(one) for one in cim_class.methods.values()]
    return "\n".join([*lines, "};", "", ""])


def qualifier_mof(declaration: pywbem.CIMQualifierDeclaration) -> str | None:
    """Return the declaration of a qualifier on one line, or None if the compact form does not use it."""
    if declaration.name not in KEPT:
        return None
    return " ".join(declaration.tomof().split()) + "\n"


def _qualifiers(qualifiers: pywbem.NocaseDict, with_values: bool = False) -> str:
    """Return the bracketed list of the kept qualifiers with a trailing blank, or nothing if none is kept."""
    names = [name for name in KEPT if name in qualifiers and (with_values or name != "Values")]
    kept = [_qualifier(name, qualifiers[name].value) for name in names]
    said = [text for text in kept if text]
    return f"[{', '.join(said)}] " if said else ""


def _qualifier(name: str, value: object) -> str | None:
    if value is None or (value is False and name != "In") or SILENT.get(name.lower()) == value:
        return None
    if value is True:
        return name
    if isinstance(value, list):
        return f"{name}{{{', '.join(_literal(one) for one in value)}}}"
    return f"{name}({_literal(value)})"


def _property(class_name: str, prop: pywbem.CIMProperty) -> str:
    text = _qualifiers(prop.qualifiers, (class_name, prop.name) in NAMED_VALUES) + _typed_name(prop)
    if prop.value is not None:
        text += f" = {_initialiser(prop.value)}"
    return text + ";"


def _method(method: pywbem.CIMMethod) -> str:
    parameters = ", ".join(_qualifiers(one.qualifiers) + _typed_name(one) for one in method.parameters.values())
    return f"{_qualifiers(method.qualifiers)}{method.return_type} {method.name}({parameters});"


def _typed_name(element: pywbem.CIMProperty | pywbem.CIMParameter) -> str:
    kind = f"{element.reference_class} REF" if element.type == "reference" else element.type
    array = f"[{element.array_size or ''}]" if element.is_array else ""
    return f"{kind} {element.name}{array}"


def _initialiser(value: object) -> str:
    if isinstance(value, list):
        return "{" + ", ".join(_literal(one) for one in value) + "}"
    return _literal(value)


def _literal(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, pywbem.CIMDateTime)):
        escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return str(value)
