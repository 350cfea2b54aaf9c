"""GetProperty and SetProperty, deprecated and still sent by some clients (DSP0200 5.4.2.18, 5.4.2.19)."""

from typing import Any

import pywbem

from mock_cimom import reads
from mock_cimom.cimom import Cimom
from mock_cimom.encode import values_xml
from mock_cimom.entry import Entry
from mock_cimom.instance_operations import modify_instance
from mock_cimom.methods import typed_as
from mock_cimom.repository import Namespace

Values = dict[str, Any]


def get_property(_cimom: Cimom, space: Namespace, values: Values) -> str:
    """Answer GetProperty: the bare value, nothing for NULL."""
    entry = reads.instance_at(space, values["InstanceName"])
    declared = _declared(space, entry, values["PropertyName"])
    value = entry.value(declared.name)
    return "" if value is None else values_xml(value, declared.type)


def set_property(cimom: Cimom, space: Namespace, values: Values) -> str:
    """Answer SetProperty: a ModifyInstance of the one property. `NewValue` left out sets NULL."""
    entry = reads.instance_at(space, values["InstanceName"])
    declared = _declared(space, entry, values["PropertyName"])
    try:
        value = typed_as(declared, values["NewValue"])
    except ValueError as error:
        raise pywbem.CIMError(pywbem.CIM_ERR_TYPE_MISMATCH, f"The value of {declared.name} is {error}") from error
    changed = pywbem.CIMProperty(
        declared.name, value, type=declared.type, is_array=declared.is_array, reference_class=declared.reference_class
    )
    modified = pywbem.CIMInstance(entry.instance.classname, [changed], path=entry.instance.path.copy())
    options = {"ModifiedInstance": modified, "IncludeQualifiers": None, "PropertyList": [declared.name]}
    return modify_instance(cimom, space, options)


def _declared(space: Namespace, entry: Entry, name: str) -> pywbem.CIMProperty:
    """Return the declaration of a property of the instance's class. Raises CIM_ERR_NO_SUCH_PROPERTY."""
    found = space.classes.get(entry.class_key, copy=False).properties.get(name)
    if found is None:
        raise pywbem.CIMError(
            pywbem.CIM_ERR_NO_SUCH_PROPERTY, f"Class {entry.instance.classname} has no property {name!r}"
        )
    return found
