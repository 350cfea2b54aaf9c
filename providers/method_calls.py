"""How the methods of a simulated array are called and answer: as functions of a Call, inside the writer's place."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pywbem
from pywbem_mock import MethodProvider

from mock_cimom.connection import CimomConnection
from mock_cimom.keys import normal_namespace, settle_path
from mock_cimom.providers.factory import Ref
from mock_cimom.providers.live import Live, Path
from mock_cimom.repository import IndexedRepository

# ruff: noqa: N802

# Return values that all methods share (smis-mapping 3.5).
OK, NOT_SUPPORTED, UNSPECIFIED, TIMEOUT, FAILED, INVALID, IN_USE = range(7)


class Refusal(Exception):
    """A method ends without any change: its return value and the output parameters that go with it."""

    def __init__(self, code: int, **output: Any) -> None:
        super().__init__(f"the method returns {code}")
        self.code = code
        self.output = output


@dataclass(frozen=True)
class Call:
    """One call of a method on the instance `target`, which exists."""

    live: Live
    target: Path
    values: Mapping[str, Any]

    def value(self, name: str) -> Any:
        """Return the value of an input parameter as the class types it; None if it is NULL or not given."""
        return self.values.get(name)

    def text(self, name: str) -> str | None:
        """Return the text of an input parameter, None if it is NULL or not given. Raises Refusal if it is empty."""
        given = self.value(name)
        if given is not None and not given.strip():
            raise Refusal(INVALID)
        return given

    def instance(self, name: str, *class_names: str) -> pywbem.CIMInstance | None:
        """Return the instance an input parameter refers to; None if the parameter is NULL or not given.

        Raises Refusal unless there is such an instance in this namespace, of one of these classes or their subclasses.
        """
        given = self.value(name)
        return None if given is None else self.referred(given, *class_names)

    def required(self, name: str, *class_names: str) -> pywbem.CIMInstance:
        """Return the instance an input parameter refers to. Raises Refusal as `instance` does, and if it is NULL."""
        found = self.instance(name, *class_names)
        if found is None:
            raise Refusal(INVALID)
        return found

    def referred(self, given: Any, *class_names: str) -> pywbem.CIMInstance:
        """Return the instance at a reference. Raises Refusal unless it is there and of one of these classes."""
        if not isinstance(given, pywbem.CIMInstanceName):
            raise Refusal(INVALID)
        path = given.copy()
        settle_path(path, self.live.space.name)
        found = self.live.instance(path)
        if normal_namespace(path.namespace) != normal_namespace(self.live.space.name) or found is None:
            raise Refusal(INVALID)
        if not any(self.live.is_a(found.classname, one) for one in class_names):
            raise Refusal(INVALID)
        return found


# A method returns its output parameters, with the return value 0, or raises Refusal.
Method = Callable[[Call], Mapping[str, Any]]


class BlockMethods(MethodProvider):
    """Runs the methods of the classes it is given, one at a time, while others read.

    A method has either all of its effect or none: it raises Refusal before its first change.
    """

    def __init__(
        self, repository: IndexedRepository, class_names: Iterable[str], methods: Mapping[str, Method]
    ) -> None:
        """`methods` has the functions by the methods' names as declared."""
        super().__init__(repository)
        self.provider_classnames = sorted(class_names)
        self._methods = {name.lower(): method for name, method in methods.items()}

    def InvokeMethod(self, methodname: str, localobject: Path, params: Any) -> tuple[int, list[pywbem.CIMParameter]]:
        """Run a method. Raises CIM_ERR_METHOD_NOT_AVAILABLE for one that nobody provides."""
        method = self._methods.get(methodname.lower())
        if method is None:
            raise pywbem.CIMError(
                pywbem.CIM_ERR_METHOD_NOT_AVAILABLE,
                f"Nobody provides method {methodname!r} of class {localobject.classname}",
            )
        live = Live(self.cimrepository, localobject.namespace)
        values = pywbem.NocaseDict({name: parameter.value for name, parameter in params.items()})
        code, output = OK, {}
        with live.repository.writing():
            target = live.instance(localobject)
            if target is None:
                raise pywbem.CIMError(pywbem.CIM_ERR_NOT_FOUND, f"Instance {localobject} does not exist")
            try:
                output = method(Call(live, target.path.copy(), values))
            except Refusal as refusal:
                code, output = refusal.code, refusal.output
        declared = live.space.classes.get(localobject.classname, copy=False).methods[methodname]
        return pywbem.Uint32(code), [_parameter(declared, name, value) for name, value in output.items()]


def _parameter(method: pywbem.CIMMethod, name: str, value: Any) -> pywbem.CIMParameter:
    declared = method.parameters[name]
    plain = [_plain(one) for one in value] if isinstance(value, list) else _plain(value)
    return pywbem.CIMParameter(
        declared.name,
        declared.type,
        value=plain,
        is_array=declared.is_array,
        reference_class=declared.reference_class,
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Ref):
        return value.path
    return value.copy() if isinstance(value, pywbem.CIMInstanceName) else value


def families(connection: CimomConnection, namespace: str, *class_names: str) -> set[str]:
    """Return the names of those classes and their subclasses that a namespace knows."""
    classes = connection.cimrepository.namespace(namespace).classes
    keys = {key for name in class_names for key in classes.family(name)}
    return {classes.get(key, copy=False).classname for key in keys}
