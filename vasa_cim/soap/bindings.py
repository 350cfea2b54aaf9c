"""Which Python object holds a contract type, and where each wire field is in it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from vasa_cim.model import entities, notices, usage_context
from vasa_cim.soap import types
from vasa_cim.soap.faults import WIRE_FAULTS, FaultDetail

Getter = Callable[[Any], Any]

_HUMP = re.compile(r"(?<=[a-z0-9])([A-Z]+)")


@dataclass(frozen=True, slots=True)
class Binding:
    """`python` is the class that holds the type. `names` gives the attribute (or a getter) of a wire field that is
    not called alike in snake_case; None means the field is never sent. `wwns` are fields written in `wwn_format`.
    """

    python: type[Any]
    names: Mapping[str, str | Getter | None] = field(default_factory=dict)
    wwns: frozenset[str] = frozenset()

    def attribute(self, wire_name: str) -> str:
        """Return the attribute that a reader fills."""
        found = self.names.get(wire_name) or snake_case(wire_name)
        if not isinstance(found, str):
            raise TypeError(f"{wire_name} of {self.python.__name__} cannot be read")
        return found

    def getter(self, wire_name: str) -> Getter | None:
        """Return what fetches the value to write; None where the field is never sent."""
        found = self.names.get(wire_name, snake_case(wire_name))
        return attrgetter(found) if isinstance(found, str) else found


def snake_case(wire_name: str) -> str:
    """Return `capacityInMB` as `capacity_in_mb`."""
    return _HUMP.sub(r"_\1", wire_name).lower()


def itself(value: str) -> str:
    """Getter of a type that is held by a plain text: BaseStorageEntity is its id."""
    return value


_BASE: dict[Any, Binding] = {
    types.BaseStorageEntity: Binding(str, {"uniqueIdentifier": itself}),
    types.HostInitiatorInfo: Binding(usage_context.HostInitiator),
    types.MountInfo: Binding(usage_context.MountPoint),
    types.UsageContext: Binding(
        usage_context.UsageContext,
        {
            "chapUsername": "chap_usernames",
            "hostInitiator": "host_initiators",
            "iscsiInitiatorIpAddress": "iscsi_initiator_ip_addresses",
            "mountPoint": "mount_points",
        },
    ),
    types.VendorModel: Binding(entities.VendorModel),
    types.VasaProviderInfo: Binding(entities.ProviderInfo),
    types.StorageArray: Binding(entities.StorageArray),
    types.StorageProcessor: Binding(entities.StorageProcessor),
    types.StoragePort: Binding(entities.StoragePort, wwns=frozenset({"nodeWwn", "portWwn"})),
    types.StorageLun: Binding(entities.StorageLun),
    types.FileSystemInfo: Binding(entities.FileSystemInfo),
    types.StorageFileSystem: Binding(entities.StorageFileSystem),
    types.StorageCapability: Binding(entities.StorageCapability),
    types.VasaAssociationObject: Binding(
        entities.Association,
        {"associatedId": "associated_ids", "entityId": lambda association: (association.entity_id,)},
    ),
    types.NameValuePair: Binding(notices.NameValue, {"parameterName": "name", "parameterValue": "value"}),
    types.MessageCatalog: Binding(notices.MessageCatalog),
    types.StorageEvent: Binding(
        notices.StorageEvent,
        {
            "eventConfigType": "config_type",
            "eventObjType": "object_type",
            "eventTimeStamp": "timestamp",
            "parameterList": "parameters",
        },
    ),
    types.StorageAlarm: Binding(notices.StorageAlarm, {"alarmTimeStamp": "timestamp", "parameterList": "parameters"}),
}

_FAULT_DETAIL = Binding(FaultDetail, {"Exception": None, "faultMessageId": "message_id", "parameterList": "parameters"})

BINDINGS: dict[Any, Binding] = {
    **_BASE,
    **{detail: _FAULT_DETAIL for fault in WIRE_FAULTS.values() for detail in fault._type_info.values()},
}
"""The binding of every complex type of the contract that is read or written."""


def declared_type(contract: Any) -> Any:
    """Return the type as it was declared, without the occurrence that one field adds to it."""
    return contract.__orig__ or contract


def is_repeated(contract: Any) -> bool:
    """Return whether an element of this declaration may occur more than once."""
    return bool(contract.Attributes.max_occurs > 1)
