"""A strict SOAP toolkit loads the served contract and understands every answer and fault."""

import warnings
from collections.abc import Iterator

import pytest
import requests

from vasa_cim import errors

with warnings.catch_warnings():
    # zeep still looks for a module that newer Pythons announce as going away.
    warnings.simplefilter("ignore")
    import zeep
    from zeep.transports import Transport

BINDING = "{http://com.vmware.vim.vasa/1.0/}vasaServiceSoap%sBinding"


@pytest.fixture(params=["11", "12"])
def proxy(request, client) -> Iterator[zeep.proxy.ServiceProxy]:
    """The service through zeep, over TLS with a client certificate and in the session `known`."""
    with requests.Session() as session:
        session.trust_env = False
        session.verify = str(client.server_identity.certificate_file)
        session.cert = (str(client.identity.certificate_file), str(client.identity.key_file))
        session.cookies.set("VASASESSIONID", "known")
        address = f"https://localhost:{client.server.port}/vasa/services/vasaService"
        loaded = zeep.Client(
            f"{address}?wsdl", transport=Transport(session=session), settings=zeep.Settings(strict=True)
        )
        yield loaded.create_service(BINDING % request.param, address)


def test_queries(proxy, service):
    (array,) = proxy.queryArrays()
    assert (array.uniqueIdentifier, array.supportedBlock) == ("V:StorageArray:1", ["FC", "FCoE"])
    luns = proxy.queryStorageLuns(lunUniqueId=list(service.luns))
    assert [lun.capacityInMB for lun in luns] == [102400] * 3
    assert luns[0].thinProvisioned is True
    (first, second) = proxy.getEvents(lastEventId=4)
    assert (first.eventId, first.eventConfigType, second.eventConfigType) == (5, "New", None)
    assert first.parameterList[0].parameterValue == "V:StorageLun:1:1"
    assert first.eventTimeStamp.isoformat() == "2026-03-01T12:00:00.250000+00:00"
    assert proxy.getNumberOfEntities(entityType="StorageLun") == 2
    assert proxy.queryDRSMigrationCapabilityForPerformance("a", "b", "StorageLun") is True
    (association,) = proxy.queryAssociatedLunsForPort()
    assert [one.uniqueIdentifier for one in association.associatedId] == ["V:StoragePort:1:0", "V:StoragePort:1:1"]


def test_an_empty_answer(proxy):
    assert proxy.queryStorageLuns(lunUniqueId=["unknown"]) in (None, [])


def test_the_two_odd_operations(proxy, service):
    (catalog,) = proxy.queryCatalog()
    assert catalog.catalogUri == "/vasa/catalog/en/event.vmsg"
    proxy.unregisterVASACertificate(existingCertificate="c")
    assert service.calls[-1] == ("unregister_vasa_certificate", "c")


def test_set_context(proxy, service):
    info = proxy.setContext(
        usageContext={
            "hostInitiator": [{"portWwn": "2377900603251621889", "nodeWwn": "1"}],
            "mountPoint": [{"serverName": "nas", "filePath": "/vol"}],
            "vcGuid": "g",
        }
    )
    assert info.sessionId == "session1"
    (context,) = service.calls[-1][1:]
    assert context.host_initiators[0].port_wwn == "2377900603251621889"


def test_faults(proxy, service):
    service.raises["query_arrays"] = errors.StorageFault("broken", message_id="Fault.Internal")
    with pytest.raises(zeep.exceptions.Fault) as caught:
        proxy.queryArrays()
    assert caught.value.message == "broken"
    assert caught.value.detail[0].tag == "{http://com.vmware.vim.vasa/1.0/xsd}StorageFault"
