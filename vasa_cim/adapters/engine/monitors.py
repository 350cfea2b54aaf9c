"""The monitors of a session, one for each kind of entity (the patent's `arraymonitor`, `SPmonitor` and so on).

A monitor serves its kind from what the session sees, and is told when that changes.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import ClassVar

from vasa_cim.adapter import AdapterCallback
from vasa_cim.adapters.engine.space_alarms import space_alarms
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

    def began(self, visible: Visible, at: datetime) -> None:
        """Take note of what the session sees at its beginning: no event, for the client is about to read it all.

        `at` is the time of the reading, with a zone. This one posts nothing.
        """

    def changed(self, before: Visible, after: Visible, at: datetime) -> None:
        """Take note that the session sees something else; called by one thread at a time, in order.

        Each `before` is the `after` of the last call or what was there at the beginning, or nothing at all. `at` is
        the time of the reading, with a zone. This one posts nothing.
        """


class SpaceMonitor(Monitor):
    """Monitors what has a `thinProvisioningStatus`, which is green at the beginning unless an alarm says otherwise."""

    def began(self, visible: Visible, at: datetime) -> None:
        """Post an alarm for each object that is red or yellow."""
        self.changed(Visible(), visible, at)

    def changed(self, before: Visible, after: Visible, at: datetime) -> None:
        """Post an alarm for each object that has another colour now."""
        for alarm in space_alarms(self.entity_type, before.of(self.entity_type), after.of(self.entity_type), at):
            self.callback.add_alarm(self.session_id, alarm)


class ArrayMonitor(Monitor):
    """Arrays."""

    entity_type = EntityType.ARRAY


class SPMonitor(Monitor):
    """Storage processors."""

    entity_type = EntityType.PROCESSOR


class ContextLunMonitor(SpaceMonitor):
    """The LUNs in the usage context."""

    entity_type = EntityType.LUN


class ContextPortMonitor(Monitor):
    """The ports in the usage context."""

    entity_type = EntityType.PORT


class CapabilityMonitor(Monitor):
    """Capabilities, which every session sees."""

    entity_type = EntityType.CAPABILITY


class FileSystemMonitor(SpaceMonitor):
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
