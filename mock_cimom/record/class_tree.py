"""Classes as a CIMOM tells them, made fit for the repository: superclasses first, and each one complete."""

from collections.abc import Callable, Iterable, Iterator

import pywbem

Report = Callable[[str], None]


def superclasses_first(classes: Iterable[pywbem.CIMClass], report: Report) -> Iterator[pywbem.CIMClass]:
    """Yield the classes, each after its superclass and changed in place.

    Filled in is what some CIMOMs leave out: inherited elements, the class of origin, and whether an element is
    inherited. A superclass that is missing is reported and taken away.
    """
    given = {one.classname.lower(): one for one in classes}
    done: dict[str, pywbem.CIMClass] = {}
    for name in given:
        for cim_class in reversed(_ancestry(given, name, set(done))):
            above = cim_class.superclass
            if above is not None and above.lower() not in done:
                report(f"{cim_class.classname}: its superclass {above} is missing")
                cim_class.superclass = above = None
            _complete(cim_class, done[above.lower()] if above else None)
            done[cim_class.classname.lower()] = cim_class
            yield cim_class


def is_indication(cim_class: pywbem.CIMClass) -> bool:
    """Tell whether a class is one of indications, which have no instances."""
    qualifier = cim_class.qualifiers.get("Indication")
    return cim_class.classname.lower() == "cim_indication" or bool(qualifier is not None and qualifier.value)


def _ancestry(given: dict[str, pywbem.CIMClass], name: str, done: set[str]) -> list[pywbem.CIMClass]:
    """Return a class and those above it that are given and not yet done, nearest first. A circle is cut open."""
    found: list[pywbem.CIMClass] = []
    current: str | None = name
    while current is not None and current in given and current not in done:
        done.add(current)
        found.append(given[current])
        superclass = given[current].superclass
        current = superclass.lower() if superclass else None
    return found


def _complete(cim_class: pywbem.CIMClass, above: pywbem.CIMClass | None) -> None:
    cim_class.path = None  # it has the host
    for kind in ("properties", "methods"):
        own, inherited = getattr(cim_class, kind), getattr(above, kind) if above is not None else {}
        for element in inherited.values():
            if element.name not in own:
                own[element.name] = element.copy()
                own[element.name].propagated = True
        for element in own.values():
            origin = inherited[element.name].class_origin if element.name in inherited else cim_class.classname
            if element.class_origin is None:
                element.class_origin = origin
            if element.propagated is None:
                element.propagated = element.class_origin.lower() != cim_class.classname.lower()
