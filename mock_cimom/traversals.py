"""Associators, References and their names, of instances and of classes (DSP0200 5.4.2.14 to 5.4.2.17)."""

from collections.abc import Iterator
from typing import Any

from mock_cimom import reads
from mock_cimom.cimom import Cimom
from mock_cimom.class_traversals import associated_classes, references_of_class
from mock_cimom.encode import class_xml
from mock_cimom.pieces import in_pieces
from mock_cimom.place import Place
from mock_cimom.repository import Namespace
from mock_cimom.shapes import InstanceShape, class_path, entry_path, place_path

Values = dict[str, Any]


def associators(cimom: Cimom, space: Namespace, values: Values) -> str | Iterator[str]:
    """Answer Associators."""
    if isinstance(values["ObjectName"], str):
        return _classes_with_path(cimom, space, _associated_classes(space, values), values)
    shape = InstanceShape(values["PropertyList"], values["IncludeClassOrigin"])
    found = reads.associated(cimom.repository, associated_places(space, values))
    return in_pieces(shape.with_path(cimom.host, home, entry, "VALUE.OBJECTWITHPATH") for home, entry in found)


def associator_names(cimom: Cimom, space: Namespace, values: Values) -> str | Iterator[str]:
    """Answer AssociatorNames."""
    if isinstance(values["ObjectName"], str):
        return _class_paths(cimom, space, _associated_classes(space, values))
    places = associated_places(space, values)
    return in_pieces(f"<OBJECTPATH>{place_path(cimom.host, place)}</OBJECTPATH>" for place in places)


def references(cimom: Cimom, space: Namespace, values: Values) -> str | Iterator[str]:
    """Answer References."""
    if isinstance(values["ObjectName"], str):
        return _classes_with_path(cimom, space, _class_references(space, values), values)
    shape = InstanceShape(values["PropertyList"], values["IncludeClassOrigin"])
    entries = reads.references_of(space, values["ObjectName"], values["ResultClass"], values["Role"])
    return in_pieces(shape.with_path(cimom.host, space, entry, "VALUE.OBJECTWITHPATH") for entry in entries)


def reference_names(cimom: Cimom, space: Namespace, values: Values) -> str | Iterator[str]:
    """Answer ReferenceNames."""
    if isinstance(values["ObjectName"], str):
        return _class_paths(cimom, space, _class_references(space, values))
    entries = reads.references_of(space, values["ObjectName"], values["ResultClass"], values["Role"])
    return in_pieces(f"<OBJECTPATH>{entry_path(cimom.host, space, entry)}</OBJECTPATH>" for entry in entries)


def associated_places(space: Namespace, values: Values) -> list[Place]:
    """Return the places associated with the instance `ObjectName` or `InstanceName`, as the operation limits them."""
    return reads.associated_places(
        space,
        values.get("ObjectName") or values["InstanceName"],
        values["AssocClass"],
        values["ResultClass"],
        values["Role"],
        values["ResultRole"],
    )


def _associated_classes(space: Namespace, values: Values) -> list[str]:
    limits = (values["AssocClass"], values["ResultClass"], values["Role"], values["ResultRole"])
    return associated_classes(space, values["ObjectName"], *limits)


def _class_references(space: Namespace, values: Values) -> list[str]:
    return references_of_class(space, values["ObjectName"], values["ResultClass"], values["Role"])


def _class_paths(cimom: Cimom, space: Namespace, names: list[str]) -> str:
    return "".join([f"<OBJECTPATH>{class_path(cimom.host, space.name, name)}</OBJECTPATH>" for name in names])


def _classes_with_path(cimom: Cimom, space: Namespace, names: list[str], values: Values) -> str | Iterator[str]:
    """Return whole classes: there is no LocalOnly here, and IncludeQualifiers defaults to false."""
    how = {
        "LocalOnly": False,
        "IncludeQualifiers": bool(values["IncludeQualifiers"]),
        "IncludeClassOrigin": values["IncludeClassOrigin"],
        "PropertyList": values["PropertyList"],
    }
    return in_pieces(
        f"<VALUE.OBJECTWITHPATH>{class_path(cimom.host, space.name, name)}"
        f"{class_xml(cimom.connection.main_provider.GetClass(space.name, name, **how))}</VALUE.OBJECTWITHPATH>"
        for name in names
    )
