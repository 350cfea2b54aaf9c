"""What pywbem_mock leaves wrong when it resolves a class against its superclass (DSP0004 5.6.3, 7.8).

An element that the class overrides is its own, not an inherited one, and a qualifier that is restricted to the class
where it stands is not inherited with the element.
"""

from collections.abc import Iterable

import pywbem

Names = tuple[frozenset[str], frozenset[str]]


def declared_names(unresolved: pywbem.CIMClass) -> Names:
    """Return the names of the properties and of the methods in a class before it is resolved, in lower case."""
    return _lower(unresolved.properties), _lower(unresolved.methods)


def correct(resolved: pywbem.CIMClass, declared: Names) -> None:
    """Correct a class that pywbem_mock has just resolved, in place; `declared` are the names it came with."""
    for elements, own in ((resolved.properties, declared[0]), (resolved.methods, declared[1])):
        for element in elements.values():
            if element.name.lower() in own:
                element.propagated = False
            else:
                _drop_restricted(element)


def _drop_restricted(element: pywbem.CIMProperty | pywbem.CIMMethod) -> None:
    for name, qualifier in list(element.qualifiers.items()):
        if qualifier.tosubclass is False:
            del element.qualifiers[name]


def _lower(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name.lower() for name in names)
