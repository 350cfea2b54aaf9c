"""Making of CIM instances that fit their class declarations."""

from typing import Any

import pywbem

from mock_cimom.repository import Namespace

OK = 2  # CIM_ManagedSystemElement.OperationalStatus
HEALTHY = 5  # CIM_ManagedSystemElement.HealthState
HEALTH: dict[str, Any] = {"OperationalStatus": [OK], "HealthState": HEALTHY}


class InstanceFactory:
    """Makes typed instances from plain values and stores them in one namespace.

    A property the class does not have, and a key or required property left out, is an error of the caller: KeyError
    or ValueError. Properties not given stay NULL.
    """

    def __init__(self, space: Namespace) -> None:
        self.space = space
        self._demands: dict[str, tuple[list[str], list[str]]] = {}

    def make(self, class_name: str, **values: Any) -> pywbem.CIMInstanceName:
        """Store a new instance; return its path with the namespace set.

        Values are Python values, lists of them, or paths for references.
        """
        cim_class = self.space.classes.get(class_name, copy=False)
        keys, required = self._demanded(cim_class)
        missing = [name for name in (*keys, *required) if values.get(name) is None]
        if missing:
            raise ValueError(f"{class_name} needs {', '.join(missing)}")
        properties = [self._typed(cim_class, name, value) for name, value in values.items()]
        instance = pywbem.CIMInstance(cim_class.classname, properties=properties)
        instance.path = pywbem.CIMInstanceName(
            cim_class.classname,
            keybindings=[(name, instance[name]) for name in keys],
            namespace=self.space.name,
        )
        self.space.instances.adopt(instance)
        return instance.path

    def make_device(self, class_name: str, system: pywbem.CIMInstanceName, **values: Any) -> pywbem.CIMInstanceName:
        """Store an instance whose keys begin with those of its `system`, as devices, services and endpoints do."""
        return self.make(
            class_name,
            SystemCreationClassName=system["CreationClassName"],
            SystemName=system["Name"],
            CreationClassName=class_name,
            **values,
        )

    def _demanded(self, cim_class: pywbem.CIMClass) -> tuple[list[str], list[str]]:
        name = cim_class.classname
        if name not in self._demands:
            properties = cim_class.properties.values()
            self._demands[name] = (
                [one.name for one in properties if "Key" in one.qualifiers],
                [one.name for one in properties if "Required" in one.qualifiers],
            )
        return self._demands[name]

    @staticmethod
    def _typed(cim_class: pywbem.CIMClass, name: str, value: Any) -> pywbem.CIMProperty:
        declared = cim_class.properties[name]
        return pywbem.CIMProperty(
            declared.name,
            value,
            type=declared.type,
            is_array=declared.is_array,
            reference_class=declared.reference_class,
        )
