"""A parsed query, ready to choose among instances and to cut them to its select list."""

from dataclasses import dataclass

import pywbem

from mock_cimom.query.errors import UnknownLanguageError
from mock_cimom.query.evaluation import Evaluation, IsAncestor, Subject, element
from mock_cimom.query.parser import Parser
from mock_cimom.query.tree import Column, Condition, Select

# By name in lower case, whether the patterns of LIKE are those of WQL. CQL has several names in the wild.
LANGUAGES = {"wql": True, "dmtf:cql": False, "cql": False, "cim:cql": False}
FILTER_LANGUAGES = ("dmtf:fql",)


@dataclass(frozen=True)
class Query:
    """`SELECT ... FROM class_name [WHERE ...]` as it was understood."""

    tree: Select

    @property
    def class_name(self) -> str:
        """The class after FROM, as written."""
        return self.tree.class_name

    @property
    def properties(self) -> tuple[str, ...] | None:
        """The names in the select list, in their order; None for all properties of the class (`*`)."""
        if self.tree.columns is None or any(one.name is None for one in self.tree.columns):
            return None
        return tuple(str(one.name) for one in self.tree.columns)

    def own_properties(self) -> bool:
        """Tell whether the select list is `*` or names properties of the object itself only, each by its own name."""
        return self.tree.columns is None or all(_is_plain(one) for one in self.tree.columns)

    def matches(self, instance: Subject, is_a: IsAncestor) -> bool:
        """Tell whether WHERE holds for `instance`, which is of class `class_name` (not checked here).

        `is_a(class_name, ancestor)` tells whether a class is or descends from another; both come in any case. An
        indication has the instances it speaks of as its embedded SourceInstance and PreviousInstance.
        """
        return self.tree.condition is None or Evaluation(instance, is_a).truth(self.tree.condition) is True

    def project(self, instance: pywbem.CIMInstance) -> pywbem.CIMInstance:
        """Return a new instance of the same class, without path, with what the select list names and is there."""
        if self.tree.columns is None:
            found = list(instance.properties.values())
        else:
            found = [prop for column in self.tree.columns for prop in _selected(instance, column)]
        return pywbem.CIMInstance(instance.classname, {prop.name: prop.copy() for prop in found})


@dataclass(frozen=True)
class Filter:
    """A condition alone, in the language DMTF:FQL (DSP0212), as it was understood."""

    condition: Condition

    def matches(self, instance: Subject, is_a: IsAncestor) -> bool:
        """Tell whether the condition holds for `instance`; `is_a` as in Query.matches."""
        return Evaluation(instance, is_a).truth(self.condition) is True


def parse_query(text: str, language: str) -> Query:
    """Return the query that `text` holds in `language`: WQL, DMTF:CQL or CQL, in any case.

    Raises UnknownLanguageError, and QueryError with position and reason if the text cannot be understood.
    """
    wql = LANGUAGES.get(language.strip().lower())
    if wql is None:
        raise UnknownLanguageError(f"The query language {language[:50]!r} is not supported")
    return Query(Parser(text, wql).select())


def parse_filter(text: str, language: str) -> Filter:
    """Return the filter that `text` holds in `language`, which must be DMTF:FQL. Raises as `parse_query` does."""
    if language.strip().lower() not in FILTER_LANGUAGES:
        raise UnknownLanguageError(f"The filter query language {language[:50]!r} is not supported")
    return Filter(Parser(text, wql=False).filter())


def _is_plain(column: Column) -> bool:
    if column.name is None or len(column.path.steps) != 1:
        return False
    only = column.path.steps[0]
    return only.index is None and only.name.lower() == column.name.lower()


def _selected(instance: pywbem.CIMInstance, column: Column) -> list[pywbem.CIMProperty]:
    """Return the properties that one item of the select list gives, none if its path leads nowhere."""
    holder: pywbem.CIMInstance | None = instance
    steps = column.path.steps if column.name is None else column.path.steps[:-1]
    for step in steps:
        found = holder.properties.get(step.name) if isinstance(holder, pywbem.CIMInstance) else None
        holder = None if found is None else found.value
    if not isinstance(holder, pywbem.CIMInstance):
        return []
    if column.name is None:
        return list(holder.properties.values())
    last = column.path.steps[-1]
    prop = holder.properties.get(last.name)
    if prop is None:
        return []
    if last.index is None and prop.name.lower() == column.name.lower():
        return [prop]
    value = prop.value if last.index is None else element(prop.value, last.index)
    return [pywbem.CIMProperty(column.name, value, prop.type, embedded_object=prop.embedded_object)]
