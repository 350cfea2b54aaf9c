"""The monitors of a session, one for each kind of entity (the patent's `arraymonitor`, `SPmonitor` and so on).

A monitor serves its kind from what the session sees, and is told when that changes.
"""

from collections.abc import Callable, Mapping
from typing import ClassVar

from vasa_cim.adapter import AdapterCallback
from vasa_cim.model.entities import Entity
from vasa_cim.model.enums import EntityType
from vasa_cim.model.inventory import Visible


class Monitor:
    """Serves the entities of one kind to one session.

    `visible` returns what the session sees now, None if there is no snapshot yet; `callback` takes its notices.
    """

    entity_type: ClassVar[EntityType]

    def __init__(self, session_id: str, visible: Callable[[], Visible | None], callback: AdapterCallback) -> None:
        self.session_id = session_id
        self.callback = callback
        self._visible = visible

    def entities(self) -> Mapping[str, Entity]:
        """Return the visible entities of this kind by id, in the order of their ids."""
        visible = self._visible()
        return {} if visible is None else visible.of(self.entity_type)

    def changed(self, before: Visible, after: Visible) -> None:
        """Take note that the session sees something else; called by one thread at a time, in order.

        Each `before` is the `after` of the last call, or nothing at all. This one posts nothing.
        """


class ArrayMonitor(Monitor):
    """Arrays."""

    entity_type = EntityType.ARRAY


class SPMonitor(Monitor):
    """Storage processors."""

    entity_type = EntityType.PROCESSOR


class ContextLunMonitor(Monitor):
    """The LUNs in the usage context."""

    entity_type = EntityType.LUN


class ContextPortMonitor(Monitor):
    """The ports in the usage context."""

    entity_type = EntityType.PORT


class CapabilityMonitor(Monitor):
    """Capabilities, which every session sees."""

    entity_type = EntityType.CAPABILITY


class FileSystemMonitor(Monitor):
    """The file systems in the usage context."""

    entity_type = EntityType.FILE_SYSTEM


MONITORS: tuple[type[Monitor], ...] = (
    ArrayMonitor,
    SPMonitor,
    ContextLunMonitor,
    ContextPortMonitor,
    CapabilityMonitor,
    FileSystemMonitor,
)
