"""The indication engine: it watches the repository and sends what subscribers asked for (DSP1054, smis-mapping 7).

The observer, which runs under the writer's lock, only notes what happened and who was subscribed at that moment. One
thread of its own, with an event loop, chooses, numbers and sends; every destination has its queue there, so that a
dead listener holds up nobody but itself.
"""

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable
from collections.abc import Sequence as Several

import pywbem

from mock_cimom.indications.clock import Clock
from mock_cimom.indications.destination import MAX_QUEUED
from mock_cimom.indications.sender import HttpSender, Sender
from mock_cimom.indications.subscriptions import NOBODY, SubscriptionTable, is_watched, read_subscriptions
from mock_cimom.indications.worker import Occurrence, Parts, Watcher, Worker
from mock_cimom.keys import normal_namespace
from mock_cimom.repository import Change, IndexedRepository, Namespace

LOG = logging.getLogger(__name__)

INTEROP_NAMES = tuple(name.lower() for name in pywbem.WBEMServer.INTEROP_NAMESPACES)
MAX_NOTED = 200_000
STOP_SECONDS = 2.0


def no_fault(_class_name: str) -> None:
    """Let every indication through."""


class IndicationEngine:
    """Delivers indications while it is started.

    `fault` is asked for each indication about to be sent (see Delivery). `watchers` are given each change and return
    the alerts it brings about. `host` becomes SourceInstanceHost, None leaves it NULL. `sender` None sends over HTTP
    and HTTPS without a look at the listeners' certificates. `time_scale` multiplies the intervals of the service.
    `max_queued` indications wait for one destination at most.
    """

    def __init__(
        self,
        repository: IndexedRepository,
        fault: Callable[[str], str | None] = no_fault,
        *,
        watchers: Several[Watcher] = (),
        host: str | None = None,
        sender: Sender | None = None,
        clock: Clock | None = None,
        time_scale: float = 1.0,
        max_queued: int = MAX_QUEUED,
    ) -> None:
        self.host = host
        self._repository = repository
        self._parts = Parts(
            repository,
            lambda: self.interop,
            lambda: self.host,
            fault,
            tuple(watchers),
            sender or HttpSender(),
            clock or Clock(),
            time_scale,
            max_queued,
        )
        self._noted: deque[Occurrence | SubscriptionTable] = deque()
        self._lost = 0
        self._table = NOBODY
        self._thread: threading.Thread | None = None
        self._worker: Worker | None = None

    def start(self) -> None:
        """Attach to the repository and start to deliver; every start begins new sequence contexts.

        Raises RuntimeError if the engine runs already.
        """
        if self._thread is not None:
            raise RuntimeError("the indication engine runs already")
        self._noted = deque()
        worker = self._worker = Worker(self._parts, self._noted)
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(worker.run(ready)), name="indications", daemon=True)
        self._thread.start()
        ready.wait()
        with self._repository.writing():
            self._refresh()
            self._repository.observers.append(self._observe)

    def stop(self) -> None:
        """Detach and end, within STOP_SECONDS; what is not delivered by then is lost. May be called again.

        The writer is not waited for: it may be a provider that never returns.
        """
        worker, self._worker = self._worker, None  # from now on nothing is noted
        if self._thread is None or worker is None:
            return
        self._repository.observers.remove(self._observe)
        self._table = NOBODY
        worker.end()
        self._thread.join(STOP_SECONDS)
        self._thread = None

    def alert(self, namespace: str, instance: pywbem.CIMInstance) -> None:
        """Send an indication made by the caller, an alert most of all, that happened in `namespace`.

        IndicationTime and IndicationIdentifier are filled if they are NULL. Raises KeyError if there is no such
        namespace. Nothing is sent while the engine does not run.
        """
        space = self._repository.namespace(namespace)
        with self._repository.writing():
            if self._table.about(space):
                made = instance.copy()
                made.path = None
                self._note(Occurrence(space, self._table, self._parts.clock.now(), made))

    def wait_idle(self, seconds: float) -> bool:
        """Wait until all that happened so far was sent or given up; return whether it was before time ran out."""
        worker = self._worker
        return worker is None or worker.wait_idle(seconds)

    @property
    def interop(self) -> Namespace | None:
        """The Interop namespace, None if there is none."""
        for name in INTEROP_NAMES:
            try:
                return self._repository.namespace(name)
            except KeyError:
                continue
        return None

    def _observe(self, change: Change) -> None:
        """Note a change. Runs under the writer's lock, for every change there is: quick above all."""
        space = change.space
        if self._table.about(space):
            self._note(Occurrence(space, self._table, self._parts.clock.now(), change))
        if normal_namespace(space.name) in INTEROP_NAMES:
            entry = change.after or change.before
            if entry is not None and is_watched(space, entry.class_key):
                self._refresh()

    def _refresh(self) -> None:
        interop = self.interop
        self._table = NOBODY if interop is None else read_subscriptions(interop)
        self._note(self._table)

    def _note(self, what: Occurrence | SubscriptionTable) -> None:
        worker = self._worker
        if worker is None:
            return
        if isinstance(what, Occurrence):
            if len(self._noted) >= MAX_NOTED:
                self._lost += 1
                if self._lost == 1:
                    LOG.warning("More than %d changes wait to be told to listeners; some are lost", MAX_NOTED)
                return
            self._lost = 0
        self._noted.append(what)
        worker.wake()
