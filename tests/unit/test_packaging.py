"""What an installation that is not editable gets: every package and every data file."""

import configparser
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SETUP = configparser.ConfigParser()
SETUP.read(ROOT / "setup.cfg", encoding="utf-8")
MAPPED = {"providers": "mock_cimom.providers", "mof": "mock_cimom.mof"}


def name_of(directory):
    first, *rest = directory.relative_to(ROOT).parts
    return ".".join([MAPPED.get(first, first), *rest])


def directories():
    for top in ("vasa_cim", "mock_cimom", "providers", "mof"):
        yield from (file.parent for file in (ROOT / top).rglob("__init__.py"))


def test_every_package_is_listed():
    listed = set(SETUP["options"]["packages"].split())
    assert {name_of(directory) for directory in directories()} == listed


def test_every_data_file_is_taken_along():
    patterns = {name: value.split() for name, value in SETUP["options.package_data"].items()}
    lost = []
    for directory in directories():
        for file in directory.rglob("*"):
            if file.is_file() and file.suffix not in (".py", ".pyc"):
                lost += [file] if not any(taken(file, name, globs) for name, globs in patterns.items()) else []
    assert lost == []


def taken(file, package, globs):
    return any(
        name_of(parent) == package and any(fnmatch(str(file.relative_to(parent)), glob) for glob in globs)
        for parent in file.parents
        if parent != ROOT and parent.is_relative_to(ROOT)
    )
