"""Hand-made inventories, adapters that read what a test gives them, and a clock that a test turns."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from vasa_cim.adapter import PlatformAdapter, Source
from vasa_cim.adapters.engine.engine import Engine
from vasa_cim.adapters.engine.poll_thread import EngineSettings
from vasa_cim.model.entities import StorageArray, StorageLun
from vasa_cim.model.enums import Profile
from vasa_cim.model.inventory import AccessView, Inventory, Reach, Visible
from vasa_cim.model.usage_context import HostInitiator, UsageContext

START = datetime(2024, 1, 1, tzinfo=UTC)
DEADLINE = 20.0


class TurnedClock:
    """Time that passes only when a test says so. `waiting` tells until when the waiters wait."""

    def __init__(self):
        self._lock = threading.Condition()
        self._passed = 0.0
        self._waiters = {}

    def now(self):
        return START + timedelta(seconds=self._passed)

    def monotonic(self):
        return self._passed

    def wait(self, condition, seconds):
        until = float("inf") if seconds is None else self._passed + seconds
        with self._lock:
            self._waiters[id(condition)] = (condition, until)
            self._lock.notify_all()
        condition.wait(DEADLINE)
        with self._lock:
            self._waiters.pop(id(condition), None)

    def until_waiting(self):
        """Wait until somebody waits; return for how many seconds he does."""
        with self._lock:
            assert self._lock.wait_for(lambda: self._waiters, DEADLINE)
            return min(until for _, until in self._waiters.values()) - self._passed

    def advance(self, seconds):
        """Let time pass once somebody waits, and wake him."""
        self.until_waiting()
        with self._lock:
            self._passed += seconds
            conditions = [condition for condition, _ in self._waiters.values()]
            self._waiters.clear()
        for condition in conditions:
            with condition:
                condition.notify_all()


class ScriptedAdapter(PlatformAdapter):
    """Reads what `outcomes` holds, the last for ever: an inventory, an error to raise, or a function to call."""

    offers = frozenset({Profile.BLOCK})

    def __init__(self, *outcomes, source=None):
        self.outcomes = list(outcomes)
        self.readings = []
        self.hint = None
        self.closed = threading.Event()
        self.watch_error = None
        self._read = threading.Condition()

    def read(self, reading):
        outcome = self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]
        with self._read:
            self.readings.append(reading)
            self._read.notify_all()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome(reading) if callable(outcome) else outcome

    def until_read(self, times):
        with self._read:
            assert self._read.wait_for(lambda: len(self.readings) >= times, DEADLINE), self.readings

    def entry_set(self, entry):
        return HostSet(entry) if isinstance(entry, HostInitiator) else None

    def watch(self, hint):
        self.hint = hint
        if self.watch_error is not None:
            raise self.watch_error

    def close(self):
        assert not self.closed.is_set()
        self.closed.set()


class HostSet:
    def __init__(self, entry):
        self.entry = entry

    def reach(self, inventory):
        keys = self.entry.keys()
        return Reach(views=tuple(view for key in keys for view in inventory.views_of_initiator.get(key, ())))


def lun(number, **fields):
    facts = {"capacity_in_mb": 1024, "used_space_in_mb": 10, "thin_provisioned": True} | fields
    return StorageLun(
        unique_identifier=f"V:StorageLun:a:{number}",
        display_name=f"lun{number}",
        esx_lun_identifier=f"naa.6{number:031x}",
        **facts,
    )


def inventory(*luns, at=0, **fields):
    """Return an inventory of one array with these LUNs, all in one view of WWN 0x1000000000000001."""
    array = StorageArray(unique_identifier="V:StorageArray:a", array_name="a", vendor_id="V", model_id="M")
    ids = tuple(one.unique_identifier for one in luns)
    view = AccessView("a/host", frozenset({"port:1000000000000001"}), ids, ())
    facts = {
        "read_at": START + timedelta(seconds=at),
        "arrays": {array.unique_identifier: array},
        "luns": {one.unique_identifier: one for one in luns},
        "luns_of_array": {array.unique_identifier: ids},
        "views": (view,),
    }
    return Inventory(**(facts | fields))


def reached(inventory, usage, reaches):
    """A usage filter: the LUNs of the reached views."""
    views = {view.key: view for reach in reaches for view in reach.views}
    ids = {one for view in views.values() for one in view.luns}
    luns = {key: value for key, value in inventory.luns.items() if key in ids}
    return Visible(arrays=inventory.arrays, luns=luns, views=tuple(views.values()))


class Callback:
    def add_event(self, session_id, event):
        raise AssertionError(event)

    def add_alarm(self, session_id, alarm):
        raise AssertionError(alarm)


@pytest.fixture
def parts():
    """The makers of this file."""

    class Parts:
        Adapter = ScriptedAdapter
        Callback = Callback
        start = START
        deadline = DEADLINE
        host = UsageContext(host_initiators=(HostInitiator(port_wwn="0x1000000000000001"),))
        stranger = UsageContext(host_initiators=(HostInitiator(port_wwn="0x1000000000000002"),))

    Parts.lun, Parts.inventory, Parts.filter = staticmethod(lun), staticmethod(inventory), staticmethod(reached)
    return Parts


@pytest.fixture
def clock():
    return TurnedClock()


@pytest.fixture
def engine_of(clock):
    """Return a function that makes an engine of these adapters, with an interval of 100 s; closed at the end."""
    engines = []

    def make(*adapters, usage_filter=reached, before=None, **settings):
        chosen = EngineSettings(**({"poll_interval": 100.0, "retry_min": 4.0, "retry_max": 20.0} | settings))
        engines.append(Engine(Source(name="s", url="http://x"), adapters, usage_filter, chosen, clock, before=before))
        return engines[-1]

    yield make
    for engine in engines:
        engine.close()
