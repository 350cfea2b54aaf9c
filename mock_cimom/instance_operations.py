"""GetInstance, EnumerateInstances, EnumerateInstanceNames and the operations that change instances.

LocalOnly is accepted and treated as false for instances, as DSP0200 5.4.2.2 lets a server do: its default is true, and
clients that leave it out expect all properties.
"""

from collections.abc import Iterator
from typing import Any

import pywbem

from mock_cimom import reads
from mock_cimom.cimom import Cimom
from mock_cimom.encode import name_xml
from mock_cimom.keys import settle_path, settle_references
from mock_cimom.parameters import invalid
from mock_cimom.pieces import in_pieces
from mock_cimom.reference_checks import check_references
from mock_cimom.repository import Namespace
from mock_cimom.row_xml import row_name_xml
from mock_cimom.shapes import InstanceShape

Values = dict[str, Any]


def get_instance(_cimom: Cimom, space: Namespace, values: Values) -> str:
    """Answer GetInstance (DSP0200 5.4.2.2)."""
    entry = reads.instance_at(space, values["InstanceName"])
    shape = InstanceShape(values["PropertyList"], values["IncludeClassOrigin"])
    return shape.instance(space, entry)


def enumerate_instances(_cimom: Cimom, space: Namespace, values: Values) -> str | Iterator[str]:
    """Answer EnumerateInstances (DSP0200 5.4.2.11)."""
    found = reads.instances_of(space, values["ClassName"])
    shape = enumeration_shape(space, values)
    return in_pieces(shape.named_instance(space, entry) for entry in found)


def enumeration_shape(space: Namespace, values: Values) -> InstanceShape:
    """Return the shape an enumeration of `ClassName` asks for. DeepInheritance defaults to true."""
    shape = InstanceShape(values["PropertyList"], values["IncludeClassOrigin"])
    if values["DeepInheritance"] is False:
        return shape.limited_to(space.classes, values["ClassName"])
    return shape


def enumerate_instance_names(_cimom: Cimom, space: Namespace, values: Values) -> str | Iterator[str]:
    """Answer EnumerateInstanceNames (DSP0200 5.4.2.12)."""
    return in_pieces(row_name_xml(entry.row) for entry in reads.instances_of(space, values["ClassName"]))


def create_instance(cimom: Cimom, space: Namespace, values: Values) -> str:
    """Answer CreateInstance (DSP0200 5.4.2.6)."""
    new = values["NewInstance"]
    reads.family_of(space.classes, new.classname)
    abstract = space.classes.get(new.classname, copy=False).qualifiers.get("Abstract")
    if abstract is not None and abstract.value:
        raise invalid(f"Class {new.classname} is abstract")
    new.path = None
    settle_references(new, space.name)
    check_references(cimom.repository, space, new)
    with cimom.repository.writing():
        path = cimom.connection.provider_dispatcher.CreateInstance(space.name, new)
    return name_xml(path)


def modify_instance(cimom: Cimom, space: Namespace, values: Values) -> str:
    """Answer ModifyInstance (DSP0200 5.4.2.8)."""
    modified: pywbem.CIMInstance = values["ModifiedInstance"]
    settle_path(modified.path, space.name)
    settle_references(modified, space.name)
    check_references(cimom.repository, space, modified)
    _add_defaults(space, modified, values["PropertyList"])
    with cimom.repository.writing():
        cimom.connection.provider_dispatcher.ModifyInstance(
            modified, IncludeQualifiers=values["IncludeQualifiers"], PropertyList=values["PropertyList"]
        )
    return ""


def _add_defaults(space: Namespace, modified: pywbem.CIMInstance, property_list: list[str] | None) -> None:
    """Add what the list names and the instance leaves out: it is set to its default, which may be NULL."""
    if property_list is None or not space.classes.object_exists(modified.classname):
        return
    declared = space.classes.get(modified.classname, copy=False).properties
    for name in property_list:
        if name in declared and name not in modified.properties:
            default = declared[name].copy()
            default.qualifiers = {}
            modified.properties[default.name] = default


def delete_instance(cimom: Cimom, space: Namespace, values: Values) -> str:
    """Answer DeleteInstance (DSP0200 5.4.2.4)."""
    path: pywbem.CIMInstanceName = values["InstanceName"]
    settle_path(path, space.name)
    with cimom.repository.writing():
        cimom.connection.provider_dispatcher.DeleteInstance(path)
    return ""
