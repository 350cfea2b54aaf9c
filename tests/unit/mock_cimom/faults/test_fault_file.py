"""Rules from a file; mistakes name file, line and reason."""

import re

import pytest

from mock_cimom.faults import FaultFileError, make_rule, read_fault_file


@pytest.fixture
def file(tmp_path):
    return tmp_path / "rules.yaml"


def test_rules_are_read_in_their_order(file):
    file.write_text("# slow\nfaults:\n  - operation: GetClass\n    delay: 2s\n    nth: 3\n  - {cut: true, times: 1}\n")
    assert read_fault_file(file) == [
        make_rule(operation="GetClass", delay=2, nth=3),
        make_rule(cut=True, times=1),
    ]


def test_a_list_may_be_empty(file):
    file.write_text("faults: []\n")
    assert read_fault_file(file) == []


WRONG = [
    ("nothing", "", 1, "the file must hold 'faults:'"),
    ("a list", "- cut: true\n", 1, "the file must hold 'faults:'"),
    ("another entry", "faults: []\nvolumes: 3\n", 2, "no entry 'volumes'"),
    ("two lists", "faults: []\nfaults: []\n", 1, "'faults:' once"),
    ("an id twice", "faults:\n- {cut: true, id: a}\n- {cut: true, id: a}\n", 3, "there is a fault rule 'a' already"),
    ("a list for a name", "faults:\n- {? [a] : 1}\n", 2, "the name of an entry must be a single word"),
    ("a forced boolean", "faults:\n- cut: !!bool maybe\n", 2, "'maybe' is no value that can be read"),
    ("a forced date", "faults:\n- delay: !!timestamp soon\n", 2, "'soon' is no value that can be read"),
    ("no list", "faults:\n  cut: true\n", 2, "must be a list"),
    ("no mapping", "faults:\n- cut\n", 2, "a rule must be entries"),
    ("a list as a value", "faults:\n- cut: true\n  nth: [1]\n", 3, "'nth' must be a single value"),
    ("a repeated entry", "faults:\n- cut: true\n  cut: true\n", 3, "'cut' is given twice"),
    ("a wrong value", "faults:\n- cut: true\n- delay: 1s\n  nth: 0\n", 4, "'nth' must be a whole number"),
    ("no effect", "faults:\n- cut: true\n- nth: 2\n", 3, "exactly one effect"),
    ("broken YAML", "faults:\n- cut: true\n  nth: {\n", 4, "no YAML"),
    ("an object", "faults:\n- cut: !!python/name:os.system\n", 2, "no value"),
    ("a tab", "faults:\n\t- cut: true\n", 2, "no YAML"),
    ("a control character", "faults: \x07\n", None, "no YAML"),
    ("endless nesting", "[" * 100_000, None, "nested too deep"),
]


@pytest.mark.parametrize(("text", "line", "reason"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_a_mistake_names_file_line_and_reason(file, text, line, reason):
    file.write_text(text)
    place = f"{file}, line {line}: " if line else str(file)
    with pytest.raises(FaultFileError, match=re.escape(place)) as caught:
        read_fault_file(file)
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_cannot_be_read_is_told(file, tmp_path):
    for path in (file, tmp_path):
        with pytest.raises(FaultFileError, match="cannot be read"):
            read_fault_file(path)
    file.write_bytes(b"faults: \xff")
    with pytest.raises(FaultFileError, match="UTF-8"):
        read_fault_file(file)
    file.write_bytes(b"#" * (2**20 + 1))
    with pytest.raises(FaultFileError, match="larger"):
        read_fault_file(file)
