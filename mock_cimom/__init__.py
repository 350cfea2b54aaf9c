"""A CIM-XML server that holds simulated storage arrays: `mock-cimom serve`, or `mock_cimom.running()` in a test."""

from mock_cimom import _checkout as _checkout
from mock_cimom.credentials import Credentials
from mock_cimom.estate.description import ESTATES, EstateDescription
from mock_cimom.running import RunningCimom, running

__all__ = ["ESTATES", "Credentials", "EstateDescription", "RunningCimom", "running"]
