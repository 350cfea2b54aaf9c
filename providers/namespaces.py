"""Namespaces that clients create and delete, and their place below the object manager.

ObjectManager --NamespaceInManager(Antecedent -> Dependent)-- Namespace
"""

import re

import pywbem
from pywbem_mock import CIMNamespaceProvider

from mock_cimom.instance_store import InstanceStore
from mock_cimom.providers.factory import InstanceFactory

# ruff: noqa: N802, N803

# Parts without blanks and colons, joined by single slashes: what an object path can hold.
NAMESPACE_NAME = re.compile(r"/?[^\s/:]+(/[^\s/:]+)*/?")
# Unknown in the deprecated property, instances and classes in the one that follows it.
CLASS_INFORMATION = {"ClassInfo": 0, "ClassType": 2}
IN_MANAGER = frozenset({"cim_namespaceinmanager"})


class Namespaces(CIMNamespaceProvider):
    """pywbem_mock's provider, which creates namespaces, for names that a path can hold.

    Each namespace hangs on the object manager, if there is one, as those do that were there from the start.
    """

    def CreateInstance(self, namespace: str, new_instance: pywbem.CIMInstance) -> pywbem.CIMInstanceName:
        """Create a namespace. Raises CIM_ERR_INVALID_PARAMETER for a name or a creation class that is none."""
        name, class_name = new_instance.get("Name"), new_instance.get("CreationClassName")
        if not isinstance(name, str) or not NAMESPACE_NAME.fullmatch(name):
            raise pywbem.CIMError(pywbem.CIM_ERR_INVALID_PARAMETER, f"{name!r} is no name of a namespace")
        if not isinstance(class_name, str) or class_name.lower() != new_instance.classname.lower():
            raise pywbem.CIMError(
                pywbem.CIM_ERR_INVALID_PARAMETER, f"{class_name!r} is not the class {new_instance.classname}"
            )
        space = self.cimrepository.namespace(namespace)
        self._complete(new_instance, space.classes.get(new_instance.classname))
        path = super().CreateInstance(namespace, new_instance)
        managers = space.instances.of_classes(space.classes.family("CIM_ObjectManager"))
        factory = InstanceFactory(space)
        for manager in managers:
            factory.make(
                "CIM_NamespaceInManager",
                Antecedent=factory.ref(manager.instance.path),
                Dependent=factory.ref(path),
            )
        return path

    @staticmethod
    def _complete(namespace: pywbem.CIMInstance, declared: pywbem.CIMClass) -> None:
        """Give what SNIA's Server profile demands of every CIM_Namespace and its creator left out."""
        for name, value in CLASS_INFORMATION.items():
            if name in declared.properties and namespace.get(name) is None:
                namespace[name] = pywbem.Uint16(value)

    def DeleteInstance(self, InstanceName: pywbem.CIMInstanceName) -> None:
        """Delete an empty namespace. Raises CIM_ERR_INVALID_PARAMETER, CIM_ERR_NAMESPACE_NOT_EMPTY."""
        store: InstanceStore = self.cimrepository.get_instance_store(InstanceName.namespace)
        super().DeleteInstance(InstanceName)
        for entry in store.referring_to(InstanceName, IN_MANAGER):
            store.delete(entry.instance.path)
