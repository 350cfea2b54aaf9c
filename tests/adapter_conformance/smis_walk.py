"""One CIMOM walked object by object with pywbem, as the mapping of SMI-S says and never by whole classes."""

from functools import cache
from urllib.parse import quote

import pywbem

ABSENT = (
    pywbem.CIM_ERR_NOT_SUPPORTED,
    pywbem.CIM_ERR_INVALID_CLASS,
    pywbem.CIM_ERR_INVALID_PARAMETER,
    pywbem.CIM_ERR_NOT_FOUND,
    pywbem.CIM_ERR_INVALID_NAMESPACE,
)
SYSTEM_PROFILES = ("Array", "Storage Virtualizer", "Self-contained NAS System", "NAS Head")
HOST = 0  # Dedicated of a system that is no storage


def key_of(path):
    """A path without host and namespace, fit to compare (smis-mapping 3.2, rule 1)."""
    names = {name.lower(): str(value) for name, value in path.keybindings.items()}
    if "deviceid" in names:
        return ("device", names["systemname"], names["deviceid"])
    return (path.classname.lower(), *sorted(names.items()))


def name_of(text):
    """A system's or object's name in the one form of separators (smis-mapping 2)."""
    return text.replace("-+-", "+")


def vasa_id(kind, array, local=None):
    """An id in the form of vasa-1.0 3.2."""
    parts = [part for part in (array, local) if part is not None]
    return ":".join(["VasaCim", kind, *(quote(name_of(part), safe="+").replace("~", "%7E") for part in parts)])


class Walk:
    """Single requests. What is not supported, or has no class, is nothing."""

    def __init__(self, url, user, password):
        self.connection = pywbem.WBEMConnection(
            url, (user, password), default_namespace="interop", no_verification=True
        )
        self.get = cache(self._get)
        self.names = cache(self._names)
        self.references = cache(self._references)

    def close(self):
        self.connection.close()

    @staticmethod
    def _or_nothing(ask):
        try:
            return ask()
        except pywbem.CIMError as error:
            if error.status_code in ABSENT:
                return None
            raise

    def _get(self, path):
        """One instance, None if it is not there."""
        return self._or_nothing(lambda: self.connection.GetInstance(path))

    def _names(self, path, association, role, result_role=None, result_class=None):
        """The paths at the other ends of one object's associations, each once."""
        found = self._or_nothing(
            lambda: self.connection.AssociatorNames(
                path, AssocClass=association, Role=role, ResultRole=result_role, ResultClass=result_class
            )
        )
        return tuple({key_of(one): one for one in found or ()}.values())

    def _references(self, path, association, role):
        """One object's associations themselves."""
        found = self._or_nothing(lambda: self.connection.References(path, ResultClass=association, Role=role))
        return tuple(found or ())

    def is_a(self, path, *class_names):
        """Whether the object's class is one of these or derives from it."""
        return bool(self.classes(path.namespace, path.classname) & {one.lower() for one in class_names})

    @cache  # noqa: B019 - lives as long as the walk
    def classes(self, namespace, class_name):
        """A class and those above it, in lower case."""
        found = {class_name.lower()}
        made = self._or_nothing(lambda: self.connection.GetClass(class_name, namespace, LocalOnly=False))
        if made is not None and made.superclass:
            found |= self.classes(namespace, made.superclass)
        return frozenset(found)

    def top_systems(self):
        """The systems that conform to a profile of arrays, by key; and the names of the profiles of each."""
        found = {}
        for profile in self.connection.EnumerateInstances("CIM_RegisteredProfile"):
            if profile["RegisteredName"] in SYSTEM_PROFILES:
                for path in self.names(profile.path, "CIM_ElementConformsToProfile", "ConformantStandard"):
                    found.setdefault(key_of(path), (path, set()))[1].add(profile["RegisteredName"])
        return list(found.values())

    def processors(self, top):
        """The systems that a top system is made of, on all tiers; itself if there are none."""
        found = {}
        for part in self.names(top, "CIM_ComponentCS", "GroupComponent"):
            found[key_of(part)] = part
            for below in self.processors(part):
                found[key_of(below)] = below
        return list(found.values()) or [top]
