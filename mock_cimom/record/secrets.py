"""What a recording must not tell: passwords, and the host the CIMOM was reached by.

Hosts go from the paths of instances and of references, where they are only the address of the CIMOM. Names of hosts
that are data, the SystemName of an object manager, say, stay: without them the keys of the model would not fit.
"""

import re

import pywbem

_SECRET_NAME = re.compile("password|passphrase|secret|credential", re.IGNORECASE)
_LOGIN_IN_URL = re.compile(r"(?<=://)[^/?#@\s]*@")
_SECRET_TYPES = ("string", "uint8", "char16")


def without_secrets(instance: pywbem.CIMInstance) -> pywbem.CIMInstance:
    """Return the instance itself, rid of passwords and of hosts in paths. Key properties are kept as they are."""
    keys = instance.path.keybindings if instance.path is not None else ()
    if instance.path is not None:
        _forget_host(instance.path)
    for prop in instance.properties.values():
        if prop.name in keys and prop.type != "reference":
            continue
        if _SECRET_NAME.search(prop.name) and prop.type in _SECRET_TYPES:
            prop.value = None
        elif isinstance(prop.value, list):
            prop.value = [_clean(one) for one in prop.value]
        else:
            prop.value = _clean(prop.value)
    return instance


def _clean(value: object) -> object:
    if isinstance(value, pywbem.CIMInstanceName):
        _forget_host(value)
    elif isinstance(value, pywbem.CIMInstance):
        without_secrets(value)
    elif type(value) is str and "://" in value:
        return _LOGIN_IN_URL.sub("", value)
    return value


def _forget_host(path: pywbem.CIMInstanceName) -> None:
    path.host = None
    for value in path.keybindings.values():
        if isinstance(value, pywbem.CIMInstanceName):
            _forget_host(value)
