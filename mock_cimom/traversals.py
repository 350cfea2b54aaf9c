"""Associators, References and their names, of instances and of classes (DSP0200 5.4.2.14 to 5.4.2.17)."""

from typing import Any

import pywbem

from mock_cimom import reads
from mock_cimom.cimom import Cimom
from mock_cimom.encode import class_xml
from mock_cimom.repository import Namespace
from mock_cimom.shapes import InstanceShape, class_path, entry_path, full_path

Values = dict[str, Any]


def associators(cimom: Cimom, space: Namespace, values: Values) -> str:
    """Answer Associators."""
    if isinstance(values["ObjectName"], str):
        found = cimom.connection.main_provider.Associators(space.name, **values)
        return _classes_with_path(cimom, found)
    shape = InstanceShape(values["PropertyList"], values["IncludeClassOrigin"])
    found = reads.associated(cimom.repository, associated_paths(space, values))
    return "".join([shape.with_path(cimom.host, home, entry, "VALUE.OBJECTWITHPATH") for home, entry in found])


def associator_names(cimom: Cimom, space: Namespace, values: Values) -> str:
    """Answer AssociatorNames."""
    if isinstance(values["ObjectName"], str):
        found = cimom.connection.main_provider.AssociatorNames(space.name, **values)
        return _class_paths(cimom, found)
    paths = associated_paths(space, values)
    return "".join([f"<OBJECTPATH>{full_path(cimom.host, path)}</OBJECTPATH>" for path in paths])


def references(cimom: Cimom, space: Namespace, values: Values) -> str:
    """Answer References."""
    if isinstance(values["ObjectName"], str):
        found = cimom.connection.main_provider.References(space.name, **values)
        return _classes_with_path(cimom, found)
    shape = InstanceShape(values["PropertyList"], values["IncludeClassOrigin"])
    entries = reads.references_of(space, values["ObjectName"], values["ResultClass"], values["Role"])
    return "".join([shape.with_path(cimom.host, space, entry, "VALUE.OBJECTWITHPATH") for entry in entries])


def reference_names(cimom: Cimom, space: Namespace, values: Values) -> str:
    """Answer ReferenceNames."""
    if isinstance(values["ObjectName"], str):
        found = cimom.connection.main_provider.ReferenceNames(space.name, **values)
        return _class_paths(cimom, found)
    entries = reads.references_of(space, values["ObjectName"], values["ResultClass"], values["Role"])
    return "".join([f"<OBJECTPATH>{entry_path(cimom.host, space, entry)}</OBJECTPATH>" for entry in entries])


def associated_paths(space: Namespace, values: Values) -> list[pywbem.CIMInstanceName]:
    """Return the paths associated with the instance `ObjectName` or `InstanceName`, as the operation limits them."""
    return reads.associated_names(
        space,
        values.get("ObjectName") or values["InstanceName"],
        values["AssocClass"],
        values["ResultClass"],
        values["Role"],
        values["ResultRole"],
    )


def _class_paths(cimom: Cimom, names: list[pywbem.CIMClassName]) -> str:
    paths = [class_path(cimom.host, one.namespace, one.classname) for one in names]
    return "".join([f"<OBJECTPATH>{path}</OBJECTPATH>" for path in paths])


def _classes_with_path(cimom: Cimom, found: list[tuple[pywbem.CIMClassName, pywbem.CIMClass]]) -> str:
    return "".join(
        f"<VALUE.OBJECTWITHPATH>{class_path(cimom.host, name.namespace, name.classname)}"
        f"{class_xml(declared)}</VALUE.OBJECTWITHPATH>"
        for name, declared in found
    )
