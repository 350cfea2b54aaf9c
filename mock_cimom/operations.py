"""The table of intrinsic operations: what each takes, who answers it and how its answer is wrapped."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mock_cimom import (
    class_operations,
    instance_operations,
    parameters,
    property_operations,
    pulls,
    query_operations,
    traversals,
)
from mock_cimom.cimom import Cimom
from mock_cimom.parameters import Parameter
from mock_cimom.repository import Namespace

# Long answers are iterators of their pieces.
Handler = Callable[[Cimom, Namespace, dict[str, Any]], str | Iterator[str]]


@dataclass(frozen=True)
class Operation:
    """One operation. `returns` tells that the handler's text is put into IRETURNVALUE."""

    handler: Handler
    parameters: Mapping[str, Parameter]
    returns: bool = True


BOOLEAN, STRINGS = Parameter(parameters.boolean), Parameter(parameters.strings)
UINT32, STRING = Parameter(parameters.uint32), Parameter(parameters.string)
CLASS_NAME, NEEDED_CLASS_NAME = Parameter(parameters.class_name), Parameter(parameters.class_name, required=True)
INSTANCE_NAME = Parameter(parameters.instance_name, required=True)
OBJECT_NAME = Parameter(parameters.object_name, required=True)
NEEDED_STRING = Parameter(parameters.string, required=True)

ORIGIN = {"IncludeClassOrigin": BOOLEAN, "PropertyList": STRINGS}
SHAPE = {"IncludeQualifiers": BOOLEAN, **ORIGIN}
CLASS_SHAPE = {"LocalOnly": BOOLEAN, "IncludeQualifiers": BOOLEAN, "IncludeClassOrigin": BOOLEAN}
TO_REFERENCES = {"ResultClass": CLASS_NAME, "Role": STRING}
TO_ASSOCIATED = {"AssocClass": CLASS_NAME, "ResultClass": CLASS_NAME, "Role": STRING, "ResultRole": STRING}
OPEN = {
    "FilterQueryLanguage": STRING,
    "FilterQuery": STRING,
    "OperationTimeout": UINT32,
    "ContinueOnError": BOOLEAN,
    "MaxObjectCount": UINT32,
}
# IncludeQualifiers is no parameter of the Open operations, yet some clients send it (DSP0200 1.2 had it).
OPEN_SHAPE = {**SHAPE, **OPEN}
PULL = {"EnumerationContext": NEEDED_STRING, "MaxObjectCount": Parameter(parameters.uint32, required=True)}

READS = {
    "GetInstance": Operation(
        instance_operations.get_instance, {"InstanceName": INSTANCE_NAME, "LocalOnly": BOOLEAN, **SHAPE}
    ),
    "EnumerateInstances": Operation(
        instance_operations.enumerate_instances,
        {"ClassName": NEEDED_CLASS_NAME, "LocalOnly": BOOLEAN, "DeepInheritance": BOOLEAN, **SHAPE},
    ),
    "EnumerateInstanceNames": Operation(instance_operations.enumerate_instance_names, {"ClassName": NEEDED_CLASS_NAME}),
    "GetProperty": Operation(
        property_operations.get_property, {"InstanceName": INSTANCE_NAME, "PropertyName": NEEDED_STRING}
    ),
    "Associators": Operation(traversals.associators, {"ObjectName": OBJECT_NAME, **TO_ASSOCIATED, **SHAPE}),
    "AssociatorNames": Operation(traversals.associator_names, {"ObjectName": OBJECT_NAME, **TO_ASSOCIATED}),
    "References": Operation(traversals.references, {"ObjectName": OBJECT_NAME, **TO_REFERENCES, **SHAPE}),
    "ReferenceNames": Operation(traversals.reference_names, {"ObjectName": OBJECT_NAME, **TO_REFERENCES}),
}
PULLS = {
    "OpenEnumerateInstances": Operation(
        pulls.open_enumerate_instances,
        {"ClassName": NEEDED_CLASS_NAME, "LocalOnly": BOOLEAN, "DeepInheritance": BOOLEAN, **OPEN_SHAPE},
        returns=False,
    ),
    "OpenEnumerateInstancePaths": Operation(
        pulls.open_enumerate_instance_paths, {"ClassName": NEEDED_CLASS_NAME, **OPEN}, returns=False
    ),
    "OpenReferenceInstances": Operation(
        pulls.open_reference_instances,
        {"InstanceName": INSTANCE_NAME, **TO_REFERENCES, **OPEN_SHAPE},
        returns=False,
    ),
    "OpenReferenceInstancePaths": Operation(
        pulls.open_reference_instance_paths,
        {"InstanceName": INSTANCE_NAME, **TO_REFERENCES, **OPEN},
        returns=False,
    ),
    "OpenAssociatorInstances": Operation(
        pulls.open_associator_instances,
        {"InstanceName": INSTANCE_NAME, **TO_ASSOCIATED, **OPEN_SHAPE},
        returns=False,
    ),
    "OpenAssociatorInstancePaths": Operation(
        pulls.open_associator_instance_paths,
        {"InstanceName": INSTANCE_NAME, **TO_ASSOCIATED, **OPEN},
        returns=False,
    ),
    "PullInstancesWithPath": Operation(pulls.pull_instances_with_path, PULL, returns=False),
    "PullInstancePaths": Operation(pulls.pull_instance_paths, PULL, returns=False),
    "EnumerationCount": Operation(pulls.enumeration_count, {"EnumerationContext": NEEDED_STRING}),
    "CloseEnumeration": Operation(pulls.close_enumeration, {"EnumerationContext": NEEDED_STRING}, returns=False),
}
QUERIES = {
    "ExecQuery": Operation(query_operations.exec_query, {"QueryLanguage": NEEDED_STRING, "Query": NEEDED_STRING}),
    "OpenQueryInstances": Operation(
        query_operations.open_query_instances,
        {
            **OPEN,
            "FilterQueryLanguage": NEEDED_STRING,
            "FilterQuery": NEEDED_STRING,
            "ReturnQueryResultClass": BOOLEAN,
        },
        returns=False,
    ),
    "PullInstances": Operation(query_operations.pull_instances, PULL, returns=False),
}
CLASSES = {
    "GetClass": Operation(
        class_operations.get_class, {"ClassName": NEEDED_CLASS_NAME, **CLASS_SHAPE, "PropertyList": STRINGS}
    ),
    "EnumerateClasses": Operation(
        class_operations.enumerate_classes,
        {"ClassName": CLASS_NAME, "DeepInheritance": BOOLEAN, **CLASS_SHAPE},
    ),
    "EnumerateClassNames": Operation(
        class_operations.enumerate_class_names, {"ClassName": CLASS_NAME, "DeepInheritance": BOOLEAN}
    ),
    "GetQualifier": Operation(class_operations.get_qualifier, {"QualifierName": NEEDED_STRING}),
    "EnumerateQualifiers": Operation(class_operations.enumerate_qualifiers, {}),
}
WRITES = {
    "CreateInstance": Operation(
        instance_operations.create_instance, {"NewInstance": Parameter(parameters.instance, required=True)}
    ),
    "ModifyInstance": Operation(
        instance_operations.modify_instance,
        {
            "ModifiedInstance": Parameter(parameters.named_instance, required=True),
            "IncludeQualifiers": BOOLEAN,
            "PropertyList": STRINGS,
        },
        returns=False,
    ),
    "DeleteInstance": Operation(instance_operations.delete_instance, {"InstanceName": INSTANCE_NAME}, returns=False),
    "SetProperty": Operation(
        property_operations.set_property,
        {"InstanceName": INSTANCE_NAME, "PropertyName": NEEDED_STRING, "NewValue": Parameter(parameters.anything)},
        returns=False,
    ),
    "CreateClass": Operation(
        class_operations.create_class,
        {"NewClass": Parameter(parameters.cim_class, required=True)},
        returns=False,
    ),
    "ModifyClass": Operation(
        class_operations.modify_class,
        {"ModifiedClass": Parameter(parameters.cim_class, required=True)},
        returns=False,
    ),
    "DeleteClass": Operation(class_operations.delete_class, {"ClassName": NEEDED_CLASS_NAME}, returns=False),
    "SetQualifier": Operation(
        class_operations.set_qualifier,
        {"QualifierDeclaration": Parameter(parameters.qualifier, required=True)},
        returns=False,
    ),
    "DeleteQualifier": Operation(class_operations.delete_qualifier, {"QualifierName": NEEDED_STRING}, returns=False),
}

PULL_NAMES = frozenset({*PULLS, "OpenQueryInstances", "PullInstances"})
"""The pulled enumerations, which a server may lack as a whole."""

OPERATIONS: dict[str, Operation] = {**READS, **PULLS, **QUERIES, **CLASSES, **WRITES}
