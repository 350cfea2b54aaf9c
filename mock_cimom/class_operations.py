"""The operations on classes and qualifier declarations, as pywbem_mock does them (DSP0200 5.4.2.1 to 5.4.2.23)."""

from collections.abc import Callable
from threading import Lock
from typing import Any

import pywbem

from mock_cimom import reads
from mock_cimom.cimom import Cimom
from mock_cimom.encode import class_xml, escaped
from mock_cimom.repository import Namespace

Values = dict[str, Any]

# The store of qualifiers is pywbem_mock's and knows no readers beside a writer. Readers take this lock instead of the
# writer's place, which a slow write may hold for long.
QUALIFIERS = Lock()
MAX_REMEMBERED = 32 * 2**20  # characters
# SCOPE ANY is no DTD attribute and some parsers refuse it (DSP0201 5.2.3.3).
SINGLE_SCOPES = ("CLASS", "ASSOCIATION", "INDICATION", "PROPERTY", "REFERENCE", "METHOD", "PARAMETER")


def get_class(cimom: Cimom, space: Namespace, values: Values) -> str:
    """Answer GetClass."""
    return _remembered(
        cimom, space, "GetClass", values,
        lambda: class_xml(cimom.connection.main_provider.GetClass(space.name, **values)),
    )  # fmt: skip


def enumerate_classes(cimom: Cimom, space: Namespace, values: Values) -> str:
    """Answer EnumerateClasses."""
    return _remembered(
        cimom, space, "EnumerateClasses", values,
        lambda: "".join(map(class_xml, cimom.connection.main_provider.EnumerateClasses(space.name, **values))),
    )  # fmt: skip


def _remembered(cimom: Cimom, space: Namespace, operation: str, values: Values, write: Callable[[], str]) -> str:
    """Return the text for a question about classes that was asked before, until any class changes.

    What is remembered stays below MAX_REMEMBERED. Property lists are not: there are too many to meet one again.
    """
    if values.get("PropertyList") is not None:
        return write()
    options = tuple(value.lower() if isinstance(value, str) else value for value in values.values())
    asked = (operation, space.name, space.classes.generation, *options)
    text = cimom.class_texts.get(asked)
    if text is None:
        text = write()
        if len(text) + sum(map(len, tuple(cimom.class_texts.values()))) > MAX_REMEMBERED:
            cimom.class_texts.clear()
        cimom.class_texts[asked] = text
    return text


def enumerate_class_names(cimom: Cimom, space: Namespace, values: Values) -> str:
    """Answer EnumerateClassNames."""
    found = cimom.connection.main_provider.EnumerateClassNames(space.name, **values)
    return "".join(f'<CLASSNAME NAME="{escaped(name)}"/>' for name in found)


def create_class(cimom: Cimom, space: Namespace, values: Values) -> str:
    """Answer CreateClass."""
    with cimom.repository.writing():
        cimom.connection.main_provider.CreateClass(space.name, **values)
    return ""


def modify_class(cimom: Cimom, space: Namespace, values: Values) -> str:
    """Answer ModifyClass."""
    with cimom.repository.writing():
        cimom.connection.main_provider.ModifyClass(space.name, **values)
    return ""


def delete_class(cimom: Cimom, space: Namespace, values: Values) -> str:
    """Answer DeleteClass. A class that has subclasses or instances is kept (DSP0200 5.4.2.3)."""
    name = values["ClassName"]
    with cimom.repository.writing():
        family = reads.family_of(space.classes, name, pywbem.CIM_ERR_NOT_FOUND)
        if len(family) > 1:
            raise pywbem.CIMError(pywbem.CIM_ERR_CLASS_HAS_CHILDREN, f"Class {name} has subclasses")
        if space.instances.of_classes(family):
            raise pywbem.CIMError(pywbem.CIM_ERR_CLASS_HAS_INSTANCES, f"Class {name} has instances")
        space.classes.delete(name)
    return ""


def get_qualifier(cimom: Cimom, space: Namespace, values: Values) -> str:
    """Answer GetQualifier."""
    with QUALIFIERS:
        return _qualifier_xml(cimom.connection.main_provider.GetQualifier(space.name, **values))


def enumerate_qualifiers(cimom: Cimom, space: Namespace, _values: Values) -> str:
    """Answer EnumerateQualifiers."""
    with QUALIFIERS:
        found = cimom.connection.main_provider.EnumerateQualifiers(space.name)
    return "".join(_qualifier_xml(one) for one in found)


def set_qualifier(cimom: Cimom, space: Namespace, values: Values) -> str:
    """Answer SetQualifier."""
    with cimom.repository.writing(), QUALIFIERS:
        cimom.connection.main_provider.SetQualifier(space.name, **values)
    return ""


def delete_qualifier(cimom: Cimom, space: Namespace, values: Values) -> str:
    """Answer DeleteQualifier."""
    with cimom.repository.writing(), QUALIFIERS:
        cimom.connection.main_provider.DeleteQualifier(space.name, **values)
    return ""


def _qualifier_xml(declaration: pywbem.CIMQualifierDeclaration) -> str:
    every = declaration.scopes.get("ANY")
    shown = declaration.copy()
    shown.scopes = [(name, True) for name in SINGLE_SCOPES if every or declaration.scopes.get(name)]
    return str(shown.tocimxml().toxml())
