"""Misbehaviour as rules: which calls or indications are concerned, how often, and what happens to them."""

from mock_cimom.faults.fault_file import FaultFileError, read_fault_file
from mock_cimom.faults.reading import FaultRuleError, described, make_rule, read_rule
from mock_cimom.faults.rule import Rule
from mock_cimom.faults.rules import CallFacts, FaultRules, RuleState, Verdict

__all__ = [
    "CallFacts",
    "FaultFileError",
    "FaultRuleError",
    "FaultRules",
    "Rule",
    "RuleState",
    "Verdict",
    "described",
    "make_rule",
    "read_fault_file",
    "read_rule",
]
