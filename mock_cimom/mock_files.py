"""MOF files and Python scripts that were written for `pywbemcli --mock-server`, loaded as pywbemtools loads them.

A script is a module `pywbemtools.pywbemcli.mockscripts.<name of the file>`. It is given the connection, a WBEMServer on
it and a flag for messages: by its function `setup(conn, server, verbose)`, or, if it has none, as the globals CONN,
SERVER and VERBOSE. Both are there while the module is executed.
"""

import importlib.util
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import pywbem

from mock_cimom.connection import CimomConnection

MODULES = "pywbemtools.pywbemcli.mockscripts"
DEFAULT_NAMESPACE = "root/cimv2"


class MockFileError(ValueError):
    """A file that could not be loaded: one sentence that names the file and, where there is one, the line."""


def load_mock_files(
    connection: CimomConnection, files: Sequence[Path], namespace: str = DEFAULT_NAMESPACE, verbose: bool = False
) -> None:
    """Load the files one after the other into `connection`, whose default namespace becomes `namespace`.

    The namespace is created if it does not exist. All files are looked for before the first is loaded; what was loaded
    before an error stays loaded. The providers that scripts register answer from then on. `verbose` is handed to the
    MOF compiler and to the scripts, which print what they do. Raises MockFileError.
    """
    for file in files:
        _check(file)
    if namespace not in connection.cimrepository.namespaces:
        connection.add_namespace(namespace)
    connection.default_namespace = namespace
    server = pywbem.WBEMServer(connection)
    for file in files:
        if file.suffix == ".mof":
            _compile(connection, file, verbose)
        else:
            _run(connection, server, file, verbose)


def _check(file: Path) -> None:
    if file.suffix not in (".mof", ".py"):
        raise MockFileError(f"{file}: a mock file must end in .mof or .py")
    if not file.is_file():
        raise MockFileError(f"{file}: there is no such file")


def _compile(connection: CimomConnection, file: Path, verbose: bool) -> None:
    try:
        connection.compile_mof_file(str(file), verbose=verbose)
    except pywbem.MOFCompileError as error:
        raise MockFileError(_mof_sentence(file, error)) from error
    except (pywbem.Error, OSError, UnicodeError) as error:
        raise MockFileError(f"{file}: {_first_line(error)}") from error


def _mof_sentence(file: Path, error: pywbem.MOFCompileError) -> str:
    """Name the file the error is in, which may be one that `file` includes."""
    where = error.file or str(file)
    if error.lineno is not None:
        where += f", line {error.lineno}"
    inner = getattr(error, "cim_error", None)
    said = error.msg or error
    return f"{where}: {_first_line(said)}" + (f" ({inner.status_description})" if inner is not None else "")


def _run(connection: CimomConnection, server: pywbem.WBEMServer, file: Path, verbose: bool) -> None:
    name = f"{MODULES}.{file.stem}"
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise MockFileError(f"{file}: Python cannot load this file")
    module = importlib.util.module_from_spec(spec)
    vars(module).update(CONN=connection, SERVER=server, VERBOSE=verbose)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
        _set_up(module, connection, server, verbose)
    except MockFileError:
        raise
    except (Exception, SystemExit) as error:  # a script of somebody else may raise anything
        raise MockFileError(_script_sentence(file, error)) from error


def _set_up(module: ModuleType, connection: CimomConnection, server: pywbem.WBEMServer, verbose: bool) -> None:
    setup = getattr(module, "setup", None)
    if setup is not None:
        setup(conn=connection, server=server, verbose=verbose)


def _script_sentence(file: Path, error: BaseException) -> str:
    """Name the deepest line of the script itself; a syntax error has its line elsewhere than other exceptions."""
    own = file.resolve()
    lines = [one.lineno for one in traceback.extract_tb(error.__traceback__) if Path(one.filename).resolve() == own]
    said = _first_line(error)
    if isinstance(error, SyntaxError) and error.filename and Path(error.filename).resolve() == own:
        lines.append(error.lineno)
        said = error.msg
    where = f"{file}, line {lines[-1]}" if lines else str(file)
    return f"{where}: {type(error).__name__}: {said}"


def _first_line(said: object) -> str:
    lines = str(said).strip().splitlines()
    return lines[0] if lines else "no reason was given"
