"""The saved form of a repository: one text file that holds all it holds, written and read without running anything.

Lines of JSON: a head, the classes that are not the built-in ones, the instances by class and layout, and an end with a
check sum. A name that ends in `.gz` is compressed.
"""

from mock_cimom.saved.reader import load
from mock_cimom.saved.text_file import SavedFormError
from mock_cimom.saved.writer import save

__all__ = ["SavedFormError", "load", "save"]
