"""YAML of which every part knows its line, read without making anything but plain values."""

from collections.abc import Collection, Mapping
from typing import Any, NoReturn

import yaml

DEEPEST = 10
_NULL = "tag:yaml.org,2002:null"


class MarkedError(ValueError):
    """What is wrong with a text, and in which line, counted from 1 (None: in no line in particular)."""

    def __init__(self, line: int | None, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


class Marked:
    """One part of a YAML text. All methods raise MarkedError for a part that is something else."""

    def __init__(self, node: yaml.Node) -> None:
        self._node = node

    @property
    def line(self) -> int:
        """The line the part begins in, counted from 1."""
        return self._node.start_mark.line + 1

    def refuse(self, reason: str) -> NoReturn:
        """Raise MarkedError with the line of this part."""
        raise MarkedError(self.line, reason)

    def fields(self, what: str, known: Collection[str]) -> dict[str, "Marked"]:
        """Return the parts of a mapping by name; hyphens in names count as underscores."""
        if not isinstance(self._node, yaml.MappingNode):
            self.refuse(f"{what} is a mapping of names to values, not {self._shown()}")
        found: dict[str, Marked] = {}
        for key_node, value_node in self._node.value:
            key = Marked(key_node)
            name = key.text().replace("-", "_")
            if name not in known:
                key.refuse(f"{what} has no {key.text()!r}; there are {', '.join(sorted(known))}")
            if name in found:
                key.refuse(f"{name!r} is given twice")
            found[name] = Marked(value_node)
        return found

    def items(self, what: str) -> list["Marked"]:
        """Return the parts of a sequence that is not empty."""
        if not isinstance(self._node, yaml.SequenceNode) or not self._node.value:
            self.refuse(f"{what} is a list with one entry at least, not {self._shown()}")
        return [Marked(node) for node in self._node.value]

    def integer(self) -> int:
        """Return a whole number."""
        value = self._value()
        if not isinstance(value, int) or isinstance(value, bool):
            self.refuse(f"a whole number is wanted, not {self._shown()}")
        return value

    def boolean(self) -> bool:
        """Return true or false."""
        value = self._value()
        if not isinstance(value, bool):
            self.refuse(f"true or false is wanted, not {self._shown()}")
        return value

    def text(self) -> str:
        """Return a text."""
        value = self._value()
        if not isinstance(value, str):
            self.refuse(f"a text is wanted, not {self._shown()}")
        return value

    def choice(self, choices: Mapping[Any, Any]) -> Any:
        """Return what the value stands for; values that look alike (1 and true) are not."""
        value = self._value()
        known = type(value) in {type(one) for one in choices} and value in choices
        if not known:
            self.refuse(f"{' or '.join(str(one) for one in choices)} is wanted, not {self._shown()}")
        return choices[value]

    def _value(self) -> Any:
        """Return the plain value of a scalar, None for everything else."""
        if not isinstance(self._node, yaml.ScalarNode):
            return None
        loader = yaml.SafeLoader("")
        try:
            return loader.construct_object(self._node)
        except (yaml.YAMLError, ValueError) as error:
            raise MarkedError(self.line, f"{self._shown()} cannot be read") from error
        finally:
            loader.dispose()

    def _shown(self) -> str:
        if isinstance(self._node, yaml.ScalarNode):
            return "nothing" if self._node.tag == _NULL else repr(self._node.value[:80])
        return "a list" if isinstance(self._node, yaml.SequenceNode) else "a mapping"


def read_marked(text: str) -> Marked:
    """Return the only document of a YAML text. Raises MarkedError for any other text, and for aliases."""
    _check_events(text)
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise _marked(error) from error
    if node is None:
        raise MarkedError(None, "the file is empty")
    return Marked(node)


def _check_events(text: str) -> None:
    """Refuse what could grow when it is put together: aliases, and deep nesting."""
    depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent):
                raise MarkedError(_line(event), f"aliases such as *{event.anchor} are not allowed")
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > DEEPEST:
                raise MarkedError(_line(event), f"more than {DEEPEST} levels are not allowed")
    except yaml.YAMLError as error:
        raise _marked(error) from error


def _line(event: yaml.Event) -> int | None:
    return None if event.start_mark is None else event.start_mark.line + 1


def _marked(error: yaml.YAMLError) -> MarkedError:
    mark = getattr(error, "problem_mark", None)
    reason = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    return MarkedError(None if mark is None else mark.line + 1, f"this is no YAML: {reason}")
