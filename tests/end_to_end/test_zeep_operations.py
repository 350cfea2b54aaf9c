"""zeep, in strict mode, from the served contract: all 22 operations over both SOAP bindings.

zeep needs no help: it sends an empty Body for queryCatalog (a message without a part) and reads nothing from the answer
of unregisterVASACertificate (an operation without an output in the bindings). It also sends WS-Addressing headers,
which the provider must ignore (`vasa-1.0 1.2`).
"""

import pytest
import requests
import zeep
from zeep.transports import Transport

SERVICE = "{http://com.vmware.vim.vasa/1.0/}"
BINDINGS = ["vasaServiceSoap11Binding", "vasaServiceSoap12Binding"]
FAULT_SPACE = "{http://com.vmware.vim.vasa/1.0/xsd}"


class ZeepClient:
    """zeep's own session, so that cookies and certificates take its ordinary way."""

    def __init__(self, bridge, binding, identity=None):
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.verify = bridge.exports["VASA_CA"]
        if identity:
            self.http.cert = str(identity.file)
        url = bridge.exports["VASA_URL"]
        settings = zeep.Settings(strict=True, xml_huge_tree=False, forbid_dtd=True)
        self.client = zeep.Client(f"{url}?wsdl", transport=Transport(session=self.http), settings=settings)
        self.service = self.client.create_service(SERVICE + binding, url)
        self.data = self.client.type_factory("http://data.vasa.vim.vmware.com/xsd")

    def fault_of(self, call, *arguments, **named):
        with pytest.raises(zeep.exceptions.Fault) as caught:
            call(*arguments, **named)
        detail = next(iter(caught.value.detail))
        return detail.tag.removeprefix(FAULT_SPACE)


@pytest.fixture(scope="module", params=BINDINGS)
def binding(request):
    return request.param


@pytest.fixture(scope="module")
def clients(bridge, binding):
    made = []

    def make(identity=None):
        made.append(ZeepClient(bridge, binding, identity))
        return made[-1]

    yield make
    for client in made:
        client.http.close()


@pytest.fixture(scope="module")
def vcenter(clients, identity, credentials, hosts):
    """A zeep client with a registered certificate and a session that speaks for all hosts."""
    own = identity()
    info = clients().service.registerVASACertificate(*credentials, own.pem)
    assert info.sessionId == "0"
    client = clients(own)
    wwns, iqns = hosts
    host_initiators = [client.data.HostInitiatorInfo(portWwn=str(int(wwn, 16))) for wwn in wwns]
    host_initiators += [client.data.HostInitiatorInfo(iscsiIdentifier=iqn) for iqn in iqns]
    context = client.data.UsageContext(
        hostInitiator=host_initiators,
        iscsiInitiatorIpAddress=["10.1.1.1"],
        chapUsername=["chap"],
        sessionTimeoutInSeconds=600,
        vcGuid="5f9c7c5e-2b6e-4b8e-9d3b-0e8f8a6f2f10",
    )
    info = client.service.setContext(context)
    assert client.http.cookies["VASASESSIONID"] == info.sessionId
    return client


def test_the_contract_offers_22_operations_with_both_bindings(clients):
    bindings = clients().client.wsdl.bindings
    for name in BINDINGS:
        assert len(bindings[SERVICE + name].all()) == 22


def test_provider_info_is_complete(vcenter):
    info = vcenter.service.setContext(vcenter.data.UsageContext())
    assert info.vasaApiVersion == "1.0"
    assert info.name
    assert info.defaultNamespace
    assert info.vasaProviderVersion
    assert info.defaultSessionTimeoutInSeconds > 0
    assert all(model.vendorId and model.modelId for model in info.supportedVendorModel)


@pytest.fixture
def everything(vcenter, hosts):
    """The vCenter with its whole context set anew, whatever another test has set before."""
    wwns, iqns = hosts
    host_initiators = [vcenter.data.HostInitiatorInfo(portWwn=wwn) for wwn in wwns]
    host_initiators += [vcenter.data.HostInitiatorInfo(iscsiIdentifier=iqn) for iqn in iqns]
    vcenter.service.setContext(vcenter.data.UsageContext(hostInitiator=host_initiators))
    return vcenter


DETAIL_QUERIES = {
    "StorageArray": "queryArrays",
    "StorageProcessor": "queryStorageProcessors",
    "StoragePort": "queryStoragePorts",
    "StorageLun": "queryStorageLuns",
    "StorageCapability": "queryStorageCapabilities",
}


@pytest.mark.parametrize(("entity_type", "operation"), DETAIL_QUERIES.items())
def test_count_ids_and_details_agree(everything, entity_type, operation):
    ids = everything.service.queryUniqueIdentifiersForEntity(entity_type)
    assert ids
    assert everything.service.getNumberOfEntities(entity_type) == len(ids)
    details = everything.service[operation](ids)
    assert [entity.uniqueIdentifier for entity in details] == ids


def test_luns_of_the_arrays_are_all_luns(everything):
    arrays = everything.service.queryUniqueIdentifiersForEntity("StorageArray")
    luns = [lun for array in arrays for lun in everything.service.queryUniqueIdentifiersForLuns(array)]
    assert sorted(luns) == sorted(everything.service.queryUniqueIdentifiersForEntity("StorageLun"))


ASSOCIATIONS = {
    "queryAssociatedProcessorsForArray": ("StorageArray", "StorageProcessor"),
    "queryAssociatedPortsForProcessor": ("StorageProcessor", "StoragePort"),
    "queryAssociatedLunsForPort": ("StoragePort", "StorageLun"),
    "queryAssociatedCapabilityForLun": ("StorageLun", "StorageCapability"),
}


@pytest.mark.parametrize(("operation", "ends"), ASSOCIATIONS.items())
def test_associations_lead_from_known_to_known(everything, operation, ends):
    asked, related = ends
    known = set(everything.service.queryUniqueIdentifiersForEntity(related))
    ids = everything.service.queryUniqueIdentifiersForEntity(asked)
    found = everything.service[operation](ids)
    assert {one.uniqueIdentifier for pair in found for one in pair.entityId} <= set(ids)
    assert {one.uniqueIdentifier for pair in found for one in pair.associatedId} <= known
    assert found


@pytest.mark.parametrize("arguments", [{}, {"arrayUniqueId": []}, {"arrayUniqueId": [None]}])
def test_every_form_of_no_list_means_all(everything, arguments):
    assert len(everything.service.queryArrays(**arguments)) == everything.service.getNumberOfEntities("StorageArray")


def test_drs_between_two_luns(everything):
    luns = everything.service.queryUniqueIdentifiersForEntity("StorageLun")
    answers = {
        everything.service.queryDRSMigrationCapabilityForPerformance(luns[0], other, "StorageLun") for other in luns[1:]
    }
    assert answers == {True, False}


@pytest.mark.parametrize("operation", ["getEvents", "getAlarms"])
def test_polls_of_a_new_session_begin_at_0(everything, operation):
    assert everything.service[operation](0) == []
    fault = everything.fault_of(everything.service[operation], 99)
    assert fault == "InvalidArgument"


def test_catalogs_are_listed_and_fetched(everything, bridge):
    catalogs = everything.service.queryCatalog()
    assert {"Event", "Alarm"} <= {catalog.catalogName for catalog in catalogs}
    origin = bridge.exports["VASA_URL"].split("/vasa/")[0]
    for catalog in catalogs:
        assert everything.http.get(origin + catalog.catalogUri, timeout=10).status_code == 200
        assert catalog.lastModified.tzinfo is not None


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        ("queryStorageFileSystems", [["anything"]]),
        ("queryUniqueIdentifiersForFileSystems", ["anything"]),
        ("queryAssociatedCapabilityForFileSystem", [[]]),
    ],
)
def test_file_operations_of_a_block_provider(everything, operation, arguments):
    assert everything.fault_of(everything.service[operation], *arguments) == "NotImplemented"


def test_faults_reach_zeep_by_name(everything, clients):
    service = everything.service
    array = service.queryUniqueIdentifiersForEntity("StorageArray")[0]
    assert everything.fault_of(service.queryStorageLuns, []) == "InvalidArgument"
    assert everything.fault_of(service.queryUniqueIdentifiersForLuns, array + "x") == "NotFound"
    assert everything.fault_of(service.setContext, None) == "InvalidArgument"
    stranger = clients()
    assert stranger.fault_of(stranger.service.queryArrays) == "InvalidSession"
    assert stranger.fault_of(stranger.service.registerVASACertificate, "", "", "") == "InvalidLogin"


def test_unregister_ends_session_and_trust(clients, identity, credentials):
    own = identity()
    clients().service.registerVASACertificate(*credentials, own.pem)
    client = clients(own)
    client.service.setContext(client.data.UsageContext())
    assert client.service.unregisterVASACertificate(own.pem) is None
    assert client.http.cookies["VASASESSIONID"] == "0"
    assert client.fault_of(client.service.queryArrays) == "InvalidSession"
    again = clients(own)
    assert again.fault_of(again.service.setContext, again.data.UsageContext()) == "InvalidSession"
