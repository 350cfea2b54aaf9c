"""Fault rules from a YAML file: `faults:` and a list of rules. Mistakes name the file, the line and the reason."""

from pathlib import Path
from typing import Any

import yaml

from mock_cimom.faults.reading import FaultRuleError, read_rule
from mock_cimom.faults.rule import Rule

MAX_BYTES = 2**20


class FaultFileError(ValueError):
    """A file of fault rules that cannot be used, said in one sentence."""


def read_fault_file(path: Path) -> list[Rule]:
    """Return the rules in a file. Raises FaultFileError."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise FaultFileError(f"{path} cannot be read: {error.strerror}") from error
    if len(text) > MAX_BYTES:
        raise FaultFileError(f"{path} is larger than {MAX_BYTES} bytes")
    try:
        root = yaml.compose(text.decode("utf-8"), Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        raise FaultFileError(f"{path} is no text in UTF-8") from error
    except yaml.YAMLError as error:
        raise _not_yaml(path, error) from error
    except RecursionError as error:
        raise FaultFileError(f"{path} is nested too deep") from error
    rules: dict[str, Rule] = {}
    for number, node in enumerate(_rule_nodes(path, root)):
        rule = _rule(path, node)
        if rule.id in rules:
            raise _mistake(path, node, f"there is a fault rule {rule.id!r} already")
        rules[rule.id or f" {number}"] = rule
    return list(rules.values())


def _not_yaml(path: Path, error: yaml.YAMLError) -> FaultFileError:
    mark = getattr(error, "problem_mark", None)
    reason = getattr(error, "problem", None) or "it holds characters that YAML does not allow"
    place = f", line {mark.line + 1}" if mark is not None else ""
    return FaultFileError(f"{path}{place}: this is no YAML: {reason}")


def _mistake(path: Path, node: yaml.Node, reason: str) -> FaultFileError:
    return FaultFileError(f"{path}, line {node.start_mark.line + 1}: {reason}")


def _rule_nodes(path: Path, root: yaml.Node | None) -> list[yaml.Node]:
    if not isinstance(root, yaml.MappingNode):
        raise FaultFileError(f"{path}, line 1: the file must hold 'faults:' and a list of rules")
    for key, _ in root.value:
        if key.value != "faults":
            raise _mistake(path, key, f"there is no entry {str(key.value)[:80]!r} beside 'faults'")
    if len(root.value) != 1:
        raise _mistake(path, root, "the file must hold 'faults:' once")
    rules: yaml.Node = root.value[0][1]
    if not isinstance(rules, yaml.SequenceNode):
        raise _mistake(path, rules, "'faults' must be a list of rules")
    return list(rules.value)


def _rule(path: Path, node: yaml.Node) -> Rule:
    if not isinstance(node, yaml.MappingNode):
        raise _mistake(path, node, "a rule must be entries such as 'delay: 2s'")
    values: dict[str, Any] = {}
    lines: dict[str, yaml.Node] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise _mistake(path, key, "the name of an entry must be a single word")
        name = str(key.value)
        if name in values:
            raise _mistake(path, key, f"{name[:80]!r} is given twice")
        if not isinstance(value, yaml.ScalarNode):
            raise _mistake(path, value, f"{name[:80]!r} must be a single value")
        values[name], lines[name] = _scalar(path, value), key
    try:
        return read_rule(values)
    except FaultRuleError as error:
        raise _mistake(path, lines.get(error.key or "", node), str(error)) from error


def _scalar(path: Path, node: yaml.ScalarNode) -> Any:
    try:
        return yaml.SafeLoader("").construct_object(node)
    except (yaml.YAMLError, ValueError, KeyError, AttributeError) as error:  # what PyYAML lets out for forced types
        raise _mistake(path, node, f"{str(node.value)[:80]!r} is no value that can be read") from error
