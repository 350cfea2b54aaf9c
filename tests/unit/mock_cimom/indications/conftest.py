"""A small array with an engine around it, and a sender and a clock that tests control."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
import pywbem

from mock_cimom.connection import CimomConnection
from mock_cimom.indications import Clock, DeliveryError, IndicationEngine
from mock_cimom.providers.alerts import array_alerts
from mock_cimom.providers.factory import HEALTH, InstanceFactory
from mock_cimom.providers.indications import publish_indications
from mock_cimom.providers.subscriptions import register_subscription_providers
from mock_cimom.schema import load_schema

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ARRAY = "root/mockblock"
IDLE_SECONDS = 10.0


@dataclass
class FakeTime:
    """A clock that moves only when somebody sleeps, and never waits."""

    seconds: float = 0.0
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds
        await asyncio.sleep(0)


@dataclass
class FakeSender:
    """Keeps what it is given. A URL in `refusals` fails as often as its number says, None means always."""

    sent: list[tuple[str, pywbem.CIMInstance]] = field(default_factory=list)
    attempts: list[tuple[str, int]] = field(default_factory=list)
    refusals: dict[str, int | None] = field(default_factory=dict)
    closed: int = 0

    async def send(self, url: str, indication: pywbem.CIMInstance) -> None:
        self.attempts.append((url, indication["SequenceNumber"]))
        left = self.refusals.get(url, 0)
        if left is None or left > 0:
            self.refusals[url] = None if left is None else left - 1
            raise DeliveryError("refused by the test")
        self.sent.append((url, indication))

    async def close(self) -> None:
        self.closed += 1


@dataclass
class World:
    """A repository, its engine, and short ways to subscribe and to look at what arrived."""

    connection: CimomConnection
    engine: IndicationEngine
    sender: FakeSender
    time: FakeTime
    faults: list[str | None]
    volume: pywbem.CIMInstanceName
    pool: pywbem.CIMInstanceName
    port: pywbem.CIMInstanceName
    names: Iterator[int] = field(default_factory=itertools.count)
    sleep: Callable[[float], Awaitable[None]] | None = None

    def filter(self, query: str, language: str = "DMTF:CQL", **values: object) -> pywbem.CIMInstanceName:
        properties = {"Name": f"test:{next(self.names)}", "Query": query, "QueryLanguage": language}
        namespaces = {} if "SourceNamespace" in values else {"SourceNamespaces": [ARRAY]}
        new = pywbem.CIMInstance("CIM_IndicationFilter", {**properties, **namespaces, **values})
        return self.connection.CreateInstance(new, "interop")

    def destination(self, url: str = "http://127.0.0.1:5000", **values: object) -> pywbem.CIMInstanceName:
        properties = {"Name": f"test:{next(self.names)}", "Destination": url, **values}
        return self.connection.CreateInstance(
            pywbem.CIMInstance("CIM_ListenerDestinationCIMXML", properties), "interop"
        )

    def join(
        self, filter_path: pywbem.CIMInstanceName, destination: pywbem.CIMInstanceName, **values: object
    ) -> pywbem.CIMInstanceName:
        collected = filter_path.classname == "CIM_FilterCollection"
        name = "CIM_FilterCollectionSubscription" if collected else "CIM_IndicationSubscription"
        new = pywbem.CIMInstance(name, {"Filter": filter_path, "Handler": destination, **values})
        return self.connection.CreateInstance(new, "interop")

    def subscribe(self, query: str, url: str = "http://127.0.0.1:5000", **values: object) -> pywbem.CIMInstanceName:
        return self.join(self.filter(query), self.destination(url), **values)

    def change(self, path: pywbem.CIMInstanceName, **values: object) -> None:
        cim_class = self.connection.GetClass(path.classname, path.namespace, LocalOnly=False)
        declared = {name: cim_class.properties[name] for name in values}
        properties = [
            pywbem.CIMProperty(name, value, declared[name].type, is_array=declared[name].is_array)
            for name, value in values.items()
        ]
        self.connection.ModifyInstance(pywbem.CIMInstance(path.classname, properties, path=path))

    def arrived(self, url: str | None = None) -> list[pywbem.CIMInstance]:
        assert self.engine.wait_idle(IDLE_SECONDS)
        return [indication for to, indication in self.sender.sent if url in (None, to)]


def fill(connection: CimomConnection) -> tuple[pywbem.CIMInstanceName, ...]:
    interop = InstanceFactory(connection.cimrepository.namespace("interop"))
    server = interop.make("CIM_ComputerSystem", CreationClassName="CIM_ComputerSystem", Name="mock-cimom")
    publish_indications(interop, server, [ARRAY], [])
    factory = InstanceFactory(connection.cimrepository.namespace(ARRAY))
    top = factory.make("MOCK_StorageSystem", CreationClassName="MOCK_StorageSystem", Name="MOCK+1", **HEALTH)
    space = {"Primordial": False, "TotalManagedSpace": 1000, "LowSpaceWarningThreshold": 20}
    pool = factory.make("MOCK_ThinPool", InstanceID="MOCK+1:pool1", PoolID="pool1", RemainingManagedSpace=500, **space)
    factory.make("CIM_HostedStoragePool", GroupComponent=top, PartComponent=pool)
    volume = factory.make_device("MOCK_StorageVolume", top, DeviceID="00001", NumberOfBlocks=100, **HEALTH)
    port = factory.make_device("MOCK_FCPort", top, DeviceID="50000973F0000001", ElementName="FC0", **HEALTH)
    return volume.path, pool.path, port.path


@pytest.fixture
def world() -> Iterator[World]:
    connection = CimomConnection("interop")
    load_schema(connection, ["interop", ARRAY])
    volume, pool, port = fill(connection)
    register_subscription_providers(connection)
    faults: list[str | None] = []
    sender, time = FakeSender(), FakeTime()
    made: list[World] = []

    async def sleep(seconds: float) -> None:
        await (made[0].sleep or time.sleep)(seconds)

    engine = IndicationEngine(
        connection.cimrepository,
        lambda _class_name: faults.pop(0) if faults else None,
        watchers=[array_alerts],
        sender=sender,
        clock=Clock(time.now, sleep),
        max_queued=50,
    )
    engine.start()
    made.append(World(connection, engine, sender, time, faults, volume, pool, port))
    yield made[0]
    engine.stop()
