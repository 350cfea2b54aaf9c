"""A real CIMOM read into a repository, so that the mock answers as it did."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import pywbem

from mock_cimom.connection import CimomConnection
from mock_cimom.record.class_tree import is_indication, superclasses_first
from mock_cimom.record.secrets import without_secrets
from mock_cimom.record.source import RecordError, Source, UnreadableError
from mock_cimom.repository import Namespace

LOG = logging.getLogger(__name__)

TIMEOUT = 300
STEP = 200  # instances between two reports of a large class


@dataclass(frozen=True)
class Progress:
    """How far a recording is.

    `classes_done` of `classes` top classes of `namespace` are read; `instances` were found so far in all namespaces.
    `class_name` is the class that is being read, empty while declarations are. `problem` tells what could not be read.
    """

    namespace: str
    class_name: str = ""
    classes_done: int = 0
    classes: int = 0
    instances: int = 0
    problem: str | None = None


@dataclass
class _Recording:
    """The recording in the making."""

    source: Source
    progress: Callable[[Progress], None]
    connection: CimomConnection
    at: Progress
    instances: int = 0
    known: dict[str, pywbem.CIMClass] = field(default_factory=dict)

    def read(self, namespace: str) -> None:
        self._tell(Progress(namespace))
        try:
            classes = self.source.classes(namespace)
        except UnreadableError as error:
            self._problem(f"{namespace}: {error}")
            return
        repository = self.connection.cimrepository
        if namespace not in repository.namespaces:
            repository.add_namespace(namespace)
        space = repository.namespace(namespace)
        self._read_qualifiers(space)
        for cim_class in superclasses_first(classes, self._problem):
            space.classes.adopt(self._shared(cim_class))
        tops = [name for name in space.classes.children(None) if not is_indication(space.classes.get(name, copy=False))]
        for done, name in enumerate(tops):
            self._tell(Progress(namespace, name, done, len(tops)))
            self._read_instances(space, name)
        self._tell(Progress(namespace, "", len(tops), len(tops)))

    def _read_qualifiers(self, space: Namespace) -> None:
        try:
            for declaration in self.source.qualifiers(space.name):
                if not space.qualifiers.object_exists(declaration.name):
                    space.qualifiers.create(declaration.name, declaration)
        except UnreadableError as error:
            self._problem(f"qualifiers of {space.name}: {error}")

    def _shared(self, cim_class: pywbem.CIMClass) -> pywbem.CIMClass:
        """Return the same object for a class that is declared alike in several namespaces: they are many and large."""
        known = self.known.setdefault(cim_class.classname.lower(), cim_class)
        return known if known == cim_class else cim_class

    def _read_instances(self, space: Namespace, class_name: str) -> None:
        """Read a class with its subclasses; one that fails is read subclass by subclass, as one of many providers."""
        try:
            for instance in self.source.instances(space.name, class_name):
                self._keep(space, instance)
        except UnreadableError as error:
            self._problem(f"{space.name}:{class_name}: {error}")
            for below in space.classes.children(class_name):
                self._read_instances(space, below)

    def _keep(self, space: Namespace, instance: pywbem.CIMInstance) -> None:
        path = instance.path
        if path is None or not path.keybindings or not space.classes.object_exists(instance.classname):
            self._problem(f"{space.name}:{instance.classname}: an instance without path or class is left out")
            return
        if space.instances.object_exists(path):
            return
        try:
            space.instances.adopt(without_secrets(instance))
        except ValueError as error:
            self._problem(f"{space.name}:{instance.classname}: an instance is left out, {error}")
            return
        self.instances += 1
        if self.instances % STEP == 0:
            self._tell(self.at)

    def _problem(self, text: str) -> None:
        LOG.info("not recorded: %s", text)
        self._tell(self.at, text)

    def _tell(self, at: Progress, problem: str | None = None) -> None:
        self.at = at
        self.progress(Progress(at.namespace, at.class_name, at.classes_done, at.classes, self.instances, problem))


def record(
    url: str,
    user: str | None = None,
    password: str | None = None,
    verification: str | bool = True,
    progress: Callable[[Progress], None] = lambda _: None,
    namespaces: Iterable[str] = (),
    timeout: int = TIMEOUT,
) -> CimomConnection:
    """Return a connection that holds what the CIMOM at `url` holds; its default namespace is the Interop namespace.

    `verification` is the path of a file of CAs, True for the CAs of the system, False to trust anybody. `namespaces`
    are read beside those the CIMOM tells of. `progress` is called often. `timeout` is in seconds, for one request.
    What cannot be read is told to `progress` and left out. Neither the host of the CIMOM nor passwords are kept.

    Raises RecordError if the CIMOM cannot be reached, refuses the credentials, tells no namespaces or goes away.
    """
    source = Source(url, user, password, verification, timeout)
    try:
        interop, told = source.namespaces()
        wanted = {name.lower(): name for name in (one.strip("/") for one in (interop, *told, *namespaces) if one)}
        if not wanted:
            raise RecordError("The CIMOM does not tell its namespaces, and none was given.")
        first = interop or next(iter(wanted.values()))
        recording = _Recording(source, progress, CimomConnection(first), Progress(first))
        for name in wanted.values():
            recording.read(name)
        return recording.connection
    finally:
        source.close()
