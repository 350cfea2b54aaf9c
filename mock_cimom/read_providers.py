"""Instances that are computed when they are read: rows, live statistics, what a script makes up.

A read provider is any object with `provider_classnames` (one name or several) and hooks, all of them optional. Names
are those of creation classes, subclasses not included. Each hook returns an iterable, usually by being a generator;
every path handed to it has its namespace set.

    enumerate(namespace, class_name)                        -> CIMInstance, all of the class
    get(path)                                               -> one CIMInstance, or None if there is none
    references(path, class_name, role)                      -> CIMInstance, the associations of the class at `path`
    associators(path, class_name, role, result_role)        -> CIMInstanceName, what these associations lead to

`role` and `result_role` are None for any. Where a hook is missing or returns NotImplemented, its answer is made from
the hook before it: `get` looks through `enumerate`, `references` filters it, `associators` follows `references`.
Without `enumerate` (and `get`) the repository answers. What a provider answers for a class stands in place of what the
repository has of it; instances are changed in the repository alone, or by an instance-write provider.

An instance without a path gets the one of its keys. What a provider raises, other than a CIMError, and what it yields
that cannot be answered ends the operation with CIM_ERR_FAILED.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import pywbem

from mock_cimom.keys import InstanceKey, TargetKey, instance_key, settle_path, settle_references, target_key

if TYPE_CHECKING:
    from mock_cimom.repository import Namespace

LOG = logging.getLogger(__name__)


class ReadProviders:
    """The read providers of one namespace, by class. False if there are none."""

    def __init__(self) -> None:
        self._by_class: dict[str, Any] = {}

    def __bool__(self) -> bool:
        return bool(self._by_class)

    def register(self, space: "Namespace", provider: Any) -> None:
        """Let `provider` answer for its classes from now on, in place of one registered before.

        Raises ValueError if it names no class or one that the namespace does not declare.
        """
        names = getattr(provider, "provider_classnames", None) or ()
        names = [names] if isinstance(names, str) else list(names)
        unknown = [name for name in names if not space.classes.object_exists(name)]
        if not names or unknown:
            what = f"{unknown[0]!r}, which {space.name} does not declare" if unknown else "no class"
            raise ValueError(f"the read provider {type(provider).__name__} is for {what}")
        self._by_class = self._by_class | {name.lower(): provider for name in names}

    def of(self, space: "Namespace", class_key: str) -> "ClassReader | None":
        """Return what reads a class (in lower case) here, None if that is the repository alone."""
        provider = self._by_class.get(class_key)
        return None if provider is None else ClassReader(space, class_key, provider)

    def among(self, space: "Namespace", class_keys: frozenset[str] | None) -> "list[ClassReader]":
        """Return what reads the classes that have a provider; `class_keys` (lower case) limits them."""
        names = [name for name in self._by_class if class_keys is None or name in class_keys]
        return [ClassReader(space, name, self._by_class[name]) for name in names]


class ClassReader:
    """Asks one provider about one class in one namespace. None as an answer means: ask the repository."""

    def __init__(self, space: "Namespace", class_key: str, provider: Any) -> None:
        self._space = space
        self._declared: pywbem.CIMClass = space.classes.get(class_key, copy=False)
        self._provider = provider
        self.class_key = class_key

    @property
    def _name(self) -> str:
        return self._declared.classname

    def instances(self) -> list[pywbem.CIMInstance] | None:
        """Return all instances of the class, without those of subclasses."""
        return self._instances("enumerate", self._space.name, self._name)

    def get(self, path: pywbem.CIMInstanceName) -> tuple[pywbem.CIMInstance | None] | None:
        """Return the instance at `path`, or None in its place if there is none."""
        wanted = self._own_key(path)
        answer = self._asked("get", lambda found: found, _settled(path, self._space.name))
        if answer is not NotImplemented:
            found = None if answer is None else self._checked(answer)
            return (found if found is None or self._own_key(found.path) == wanted else None,)
        known = self.instances()
        if known is None:
            return None
        return (next((one for one in known if self._own_key(one.path) == wanted), None),)

    def references(self, path: pywbem.CIMInstanceName, role: str | None) -> list[pywbem.CIMInstance] | None:
        """Return the associations of the class that refer to `path`, in the role if one is given."""
        source = self._target(path)
        found = self._instances("references", _settled(path, self._space.name), self._name, role)
        if found is None:
            found = self.instances()
        return None if found is None else [one for one in found if self.ends_at(one, source, role)]

    def associators(
        self, path: pywbem.CIMInstanceName, role: str | None, result_role: str | None
    ) -> list[pywbem.CIMInstanceName] | None:
        """Return the other ends of those associations, each once."""
        settled = _settled(path, self._space.name)
        answer = self._asked("associators", list, settled, self._name, role, result_role)
        if answer is not NotImplemented:
            return self._once(_settled(self._checked_path(one), self._space.name) for one in answer)
        associations = self.references(path, role)
        if associations is None:
            return None
        source = self._target(path)
        return self._once(end for one in associations for end in self._other_ends(one, source, role, result_role))

    def ends_at(self, association: pywbem.CIMInstance, source: TargetKey, role: str | None) -> bool:
        """Tell whether an association refers to the object of a key, in the role if one is given."""
        return any(
            self._target(end) == source and (role is None or name == role.lower()) for name, end in _ends(association)
        )

    def _other_ends(
        self, association: pywbem.CIMInstance, source: TargetKey, role: str | None, result_role: str | None
    ) -> Iterator[pywbem.CIMInstanceName]:
        ends = list(_ends(association))
        own = next(
            (name for name, end in ends if self._target(end) == source and (role is None or name == role.lower())), None
        )
        for name, end in ends:
            if name != own and (result_role is None or name == result_role.lower()):
                yield end

    def _once(self, paths: Iterable[pywbem.CIMInstanceName]) -> list[pywbem.CIMInstanceName]:
        return list({self._target(path): path for path in paths}.values())

    def _target(self, path: pywbem.CIMInstanceName) -> TargetKey:
        return target_key(path, self._space.name.lower())

    def _own_key(self, path: pywbem.CIMInstanceName) -> InstanceKey:
        return instance_key(path, self._space.name.lower())

    # --- the provider's side ---

    def _instances(self, hook: str, *arguments: Any) -> list[pywbem.CIMInstance] | None:
        answer = self._asked(hook, list, *arguments)
        return None if answer is NotImplemented else [self._checked(one) for one in answer]

    def _asked(self, hook: str, taken: Callable[[Any], Any], *arguments: Any) -> Any:
        """Return what `taken` makes of the hook's answer, or NotImplemented. Raises pywbem.CIMError."""
        function = getattr(self._provider, hook, None)
        if function is None:
            return NotImplemented
        try:
            answer = function(*arguments)
            return answer if answer is NotImplemented else taken(answer)
        except pywbem.CIMError:
            raise
        except Exception as error:  # a provider written by others may raise anything
            LOG.exception("the read provider of %s failed in %s", self._name, hook)
            raise self._failure(f"failed in {hook}: {type(error).__name__}") from error

    def _checked(self, answer: Any) -> pywbem.CIMInstance:
        """Return a copy of an instance with a whole path; the provider keeps its own."""
        if not isinstance(answer, pywbem.CIMInstance) or answer.classname.lower() != self.class_key:
            what = answer.classname if isinstance(answer, pywbem.CIMInstance) else type(answer).__name__
            raise self._failure(f"gave {what} in place of an instance of the class")
        found = answer.copy()
        if found.path is None:
            try:
                found.path = pywbem.CIMInstanceName.from_instance(
                    self._declared, found, namespace=self._space.name, strict=True
                )
            except ValueError as error:
                raise self._failure("gave an instance without a path and without all of its keys") from error
        found.path = _settled(found.path, self._space.name)
        settle_references(found, self._space.name)
        return found

    def _checked_path(self, answer: Any) -> pywbem.CIMInstanceName:
        path = answer.path if isinstance(answer, pywbem.CIMInstance) else answer
        if not isinstance(path, pywbem.CIMInstanceName):
            raise self._failure(f"gave {type(answer).__name__} in place of a path")
        return path

    def _failure(self, what: str) -> pywbem.CIMError:
        return pywbem.CIMError(pywbem.CIM_ERR_FAILED, f"The read provider of {self._name} {what}")


def _ends(association: pywbem.CIMInstance) -> Iterator[tuple[str, pywbem.CIMInstanceName]]:
    for prop in association.properties.values():
        if prop.type == "reference" and isinstance(prop.value, pywbem.CIMInstanceName):
            yield prop.name.lower(), prop.value


def _settled(path: pywbem.CIMInstanceName, namespace: str) -> pywbem.CIMInstanceName:
    """Return a copy of a path with its namespace and without a host."""
    own = path.copy()
    settle_path(own, namespace)
    return own
