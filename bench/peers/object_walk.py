"""The usual way to read an array by SMI-S: pywbem, from object to object along the associations.

What is generous to it: the namespace is given instead of looked for, each masking view is followed once, and nothing
is made of what it reads but who reaches which volume.
"""

from dataclasses import dataclass, field

import pywbem

NAMESPACE = "root/mockblock"
Reached = frozenset[tuple[str, str]]
"""Pairs of a volume's NAA and an initiator that reaches it, both in lower case."""


@dataclass
class ObjectWalk:
    """One reading of one CIMOM."""

    url: str
    user: str
    password: str
    requests: int = 0
    _initiators: dict[pywbem.CIMInstanceName, list[str]] = field(default_factory=dict)

    def read(self) -> Reached:
        """Return who reaches what. Raises pywbem.Error."""
        connection = pywbem.WBEMConnection(
            self.url, (self.user, self.password), default_namespace=NAMESPACE, stats_enabled=True
        )
        with connection:
            reached = frozenset(self._walk(connection))
            self.requests = sum(operation.count for _, operation in connection.statistics.snapshot())
        return reached

    def _walk(self, connection: pywbem.WBEMConnection) -> list[tuple[str, str]]:
        reached = []
        for class_name in ("CIM_ComputerSystem", "CIM_StoragePool", "CIM_FCPort", "CIM_SCSIProtocolEndpoint"):
            connection.EnumerateInstances(class_name)
        for volume in connection.EnumerateInstances("CIM_StorageVolume"):
            connection.AssociatorNames(volume.path, AssocClass="CIM_AllocatedFromStoragePool")
            connection.AssociatorNames(volume.path, AssocClass="CIM_ElementSettingData")
            for view in connection.AssociatorNames(volume.path, AssocClass="CIM_ProtocolControllerForUnit"):
                for initiator in self._initiators_of(connection, view):
                    reached.append((volume["Name"].lower(), initiator))
        return reached

    def _initiators_of(self, connection: pywbem.WBEMConnection, view: pywbem.CIMInstanceName) -> list[str]:
        if view not in self._initiators:
            connection.AssociatorNames(view, AssocClass="CIM_SAPAvailableForElement")
            found = [
                hardware["StorageID"].lower()
                for privilege in connection.AssociatorNames(view, AssocClass="CIM_AuthorizedTarget")
                for hardware in connection.Associators(privilege, AssocClass="CIM_AuthorizedSubject")
            ]
            self._initiators[view] = found
        return self._initiators[view]
