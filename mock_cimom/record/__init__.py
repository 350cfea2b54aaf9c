"""Reading a real CIMOM into a repository of the mock."""

from mock_cimom.record.recording import Progress, record
from mock_cimom.record.source import RecordError

__all__ = ["Progress", "RecordError", "record"]
