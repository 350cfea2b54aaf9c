"""Canonical keys of CIM instance paths: what makes two paths the same object (DSP0004 7.7, 8.2.5).

Class, namespace and key names compare without case, key values with it. The host plays no part. Keys are plain
tuples, so that dictionaries of them need no Python code to compare.
"""

from typing import Any

import pywbem

InstanceKey = tuple[str, tuple[tuple[str, Any], ...]]
TargetKey = tuple[str, InstanceKey]


def instance_key(path: pywbem.CIMInstanceName, namespace: str) -> InstanceKey:
    """Return the key of `path` inside `namespace`, which also is the namespace of reference keys that name none."""
    bindings = [(name.lower(), _key_value(value, namespace)) for name, value in path.keybindings.items()]
    bindings.sort(key=_by_name)
    return path.classname.lower(), tuple(bindings)


def target_key(path: pywbem.CIMInstanceName, namespace: str) -> TargetKey:
    """Return the key of `path` among all namespaces; `namespace` is used where the path names none."""
    own = normal_namespace(path.namespace) if path.namespace else namespace
    return own, instance_key(path, own)


def normal_namespace(name: str) -> str:
    """Return the namespace name without outer slashes, in lower case."""
    return name.strip("/").lower()


def settle_references(instance: pywbem.CIMInstance, namespace: str) -> None:
    """Give the paths in reference properties `namespace` where they name none, and take away their host."""
    for prop in instance.properties.values():
        if prop.type != "reference":
            continue
        for value in prop.value if isinstance(prop.value, list) else [prop.value]:
            if isinstance(value, pywbem.CIMInstanceName):
                settle_path(value, namespace)


def settle_path(path: pywbem.CIMInstanceName, namespace: str) -> None:
    """Give `path` the `namespace` where it names none, and take away its host.

    The paths in its keys that name no namespace are in that of the path they stand in, as `instance_key` has them.
    """
    path.host = None
    if not path.namespace:
        path.namespace = namespace
    for value in path.keybindings.values():
        if isinstance(value, pywbem.CIMInstanceName):
            settle_path(value, path.namespace)


def _by_name(binding: tuple[str, Any]) -> str:
    return binding[0]


def _key_value(value: Any, namespace: str) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "boolean", value  # True would equal the number 1
    if isinstance(value, pywbem.CIMInstanceName):
        return target_key(value, namespace)
    if isinstance(value, pywbem.CIMDateTime):
        return str(value)  # arrives as text: KEYVALUE has no datetime type
    return value
