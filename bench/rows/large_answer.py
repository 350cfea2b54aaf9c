"""queryStorageLuns of ten thousand ids in this process: the whole call, and the parts that it is made of."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lxml import etree

from bench import messages
from bench.estate import Estate
from bench.measure import Contender
from bench.peers.handmade import by_hand, by_lxml
from bench.provider import Provider, running_provider
from bench.report import Row, Target
from bench.rows.compare import Bench, compared
from vasa_cim.framework.vasa_service import Trust
from vasa_cim.model.entities import StorageLun
from vasa_cim.soap.application import SoapEndpoint
from vasa_cim.soap.envelope import EnvelopeReader, open_envelope
from vasa_cim.soap.names import SoapVersion
from vasa_cim.soap.reader import Readers
from vasa_cim.soap.responses import ResponseWriter
from vasa_cim.soap.writer import WwnFormat

LEAST_RATIO = 250.0
MOST_BODY_MS = 2.0
OK = 200
SLOW = 1  # turns of a peer that takes seconds
OPERATION = "queryStorageLuns"


@dataclass(frozen=True)
class Call:
    """An endpoint in this process, one session, and one request for every LUN that it sees."""

    endpoint: SoapEndpoint
    provider: Provider
    cookie: str
    ids: Sequence[str]
    request: bytes

    def answer(self) -> bytes:
        """Return the body of the answer to the request. Raises ValueError for a fault."""
        return self.answer_to(OPERATION, self.request)

    def answer_to(self, operation: str, request: bytes) -> bytes:
        """Return the body of the answer to any request in this session. Raises ValueError for a fault."""
        headers = {
            "Content-Type": "text/xml; charset=UTF-8",
            "SOAPAction": f'"urn:{operation}"',
            "Cookie": f"VASASESSIONID={self.cookie}",
        }
        answer = self.endpoint.answer(request, headers, self.provider.peer)
        if answer.status != OK:
            raise ValueError(f"the answer has status {answer.status}: {answer.body[:200]!r}")
        return answer.body

    @property
    def operation(self) -> Any:
        """The declaration of the operation, as spyne holds it."""
        methods = self.endpoint.app.interface.service_method_map.values()
        return next(method for (method,) in methods if method.operation_name == OPERATION)


@contextmanager
def prepared(bench: Bench) -> Iterator[Call]:
    """Run a provider and open a session that sees everything."""
    estate = Estate.of(bench.effort.luns)
    with (
        tempfile.TemporaryDirectory(dir=bench.directory) as store,
        running_provider(estate, bench.credentials.identity, Path(store)) as provider,
    ):
        ids = tuple(provider.inventory.luns)
        cookie = provider.open_session(estate.usage(estate.initiators))
        yield Call(SoapEndpoint(provider.service), provider, cookie, ids, messages.query_storage_luns(ids))


def whole_call(bench: Bench) -> list[Row]:
    """Request bytes to answer bytes."""
    with prepared(bench) as call:
        name = f"{OPERATION}, {len(call.ids):,} ids: request bytes to answer bytes"
        target = Target(LEAST_RATIO, of_ratio=True)
        peers = {"plain spyne application": lambda: _spyne(call), "memcpy of the ready answer": lambda: _copy(call)}
        return [compared(bench, name, Contender(call.answer), peers, target)]


def body(bench: Bench) -> list[Row]:
    """Parsed ids to the body of the answer: look-up in what the session sees, and fragments joined."""
    with prepared(bench) as call:
        service, peer = call.provider.service, call.provider.peer
        admission = service.admit(Trust.SESSION, peer, [call.cookie])
        write = ResponseWriter(WwnFormat.COLON).answer(call.operation.out_message)

        def ours() -> bytes:
            return b"".join(write(service.query_storage_luns(admission, call.ids), SoapVersion.V11))

        luns = call.provider.inventory.luns
        _check(ours(), call.answer())
        peers = {
            "f-string per LUN, join, encode": lambda: Contender(lambda: by_hand([luns[each] for each in call.ids])),
            "join of ready fragments, by id from a dict": lambda: _ready_fragments(call),
        }
        name = f"body of the answer from {len(call.ids):,} parsed ids"
        return [compared(bench, name, Contender(ours), peers, Target(MOST_BODY_MS))]


def fragments(bench: Bench) -> list[Row]:
    """The written form of LUNs that were not written before, as after the first snapshot."""
    with prepared(bench) as call:
        kept = tuple(call.provider.inventory.luns.values())
        fresh: list[StorageLun] = []
        write = ResponseWriter(WwnFormat.COLON).answer(call.operation.out_message)

        def forget() -> None:
            fresh[:] = [replace(lun) for lun in kept]

        ours = Contender(lambda: b"".join(write(fresh, SoapVersion.V11)), turns=1, before=forget)
        peers = {
            "f-string per LUN, join, encode": lambda: Contender(lambda: by_hand(kept)),
            "lxml, one element per field": lambda: Contender(lambda: by_lxml(kept), turns=SLOW),
        }
        return [compared(bench, f"writing {len(kept):,} LUNs for the first time", ours, peers)]


def reading(bench: Bench) -> list[Row]:
    """Request bytes to ids."""
    with prepared(bench) as call:
        envelopes = EnvelopeReader()
        read = Readers().arguments(call.operation.in_message)

        def ours() -> list[Any]:
            return read(open_envelope(envelopes.parse(call.request, "utf-8")).child)

        if ours() != [list(call.ids)]:
            raise ValueError("the ids were not read as they were written")
        peers = {
            "spyne's Soap11": lambda: _spyne_reading(call),
            "lxml parse alone": lambda: Contender(lambda: etree.fromstring(call.request)),
        }
        return [compared(bench, f"reading a request of {len(call.ids):,} ids", Contender(ours), peers)]


def _check(one: bytes, other: bytes) -> None:
    if messages.returned(one) != messages.returned(other):
        raise ValueError("the answers differ")


def _spyne(call: Call) -> Contender:
    from bench.peers import spyne_plain

    application = spyne_plain.plain_application(call.provider.inventory.luns.values())
    _check(spyne_plain.answer(application, call.request), call.answer())
    return Contender(lambda: spyne_plain.answer(application, call.request), turns=SLOW)


def _spyne_reading(call: Call) -> Contender:
    from bench.peers import spyne_plain

    application = spyne_plain.plain_application(())
    if list(spyne_plain.read(application, call.request)) != list(call.ids):
        raise ValueError("the ids were not read as they were written")
    return Contender(lambda: spyne_plain.read(application, call.request), turns=SLOW)


def _copy(call: Call) -> Contender:
    ready = call.answer()
    return Contender(lambda: bytes(memoryview(ready)))


def _ready_fragments(call: Call) -> Contender:
    call.answer()
    ready = {each: lun.fragment or b"" for each, lun in call.provider.inventory.luns.items()}
    return Contender(lambda: b"".join([ready[each] for each in call.ids]))
