"""Facts of the served contract, and that it follows the declarations (`vasa-1.0` 1.1 to 1.3, 2.2)."""

import pytest
from lxml import etree
from spyne.model.complex import TypeInfo
from spyne.model.primitive import Unicode

from vasa_cim.errors import InvalidArgument
from vasa_cim.model.entities import ProviderInfo
from vasa_cim.soap import types
from vasa_cim.soap.application import SoapEndpoint
from vasa_cim.soap.reader import Readers
from vasa_cim.soap.service import VasaOperations
from vasa_cim.soap.writer import Writers

WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
XS = "{http://www.w3.org/2001/XMLSchema}"
SOAP = "{http://schemas.xmlsoap.org/wsdl/soap/}"
SOAP12 = "{http://schemas.xmlsoap.org/wsdl/soap12/}"
BODY = "http://com.vmware.vim.vasa/1.0/xsd"
DATA = "http://data.vasa.vim.vmware.com/xsd"
FAULT = "http://fault.vasa.vim.vmware.com/xsd"
FAULTS = {
    "InvalidArgument",
    "InvalidCertificate",
    "InvalidLogin",
    "InvalidSession",
    "LostAlarm",
    "LostEvent",
    "NotFound",
    "NotImplemented",
    "StorageFault",
}
QUERIES = {"InvalidArgument", "NotImplemented"}
DECLARED = {
    "registerVASACertificate": {"InvalidCertificate", "InvalidLogin"},
    "unregisterVASACertificate": {"InvalidCertificate"},
    "setContext": {"InvalidArgument"},
    "queryArrays": {"InvalidArgument"},
    "queryUniqueIdentifiersForEntity": {"InvalidArgument"},
    "getNumberOfEntities": {"InvalidArgument"},
    "queryStorageProcessors": QUERIES,
    "queryStoragePorts": QUERIES,
    "queryStorageLuns": QUERIES,
    "queryStorageFileSystems": QUERIES,
    "queryStorageCapabilities": QUERIES,
    "queryAssociatedProcessorsForArray": QUERIES,
    "queryAssociatedPortsForProcessor": QUERIES,
    "queryAssociatedLunsForPort": QUERIES,
    "queryAssociatedCapabilityForLun": QUERIES,
    "queryAssociatedCapabilityForFileSystem": QUERIES,
    "queryUniqueIdentifiersForLuns": {*QUERIES, "NotFound"},
    "queryUniqueIdentifiersForFileSystems": {*QUERIES, "NotFound"},
    "queryDRSMigrationCapabilityForPerformance": {"InvalidArgument", "NotFound"},
    "getEvents": {"InvalidArgument", "LostEvent"},
    "getAlarms": {"InvalidArgument", "LostAlarm"},
    "queryCatalog": set(),
}


def served():
    return etree.fromstring(SoapEndpoint(None).wsdl("https://provider.example:8443/x"))


@pytest.fixture(scope="module")
def wsdl():
    return served()


def schema_of(wsdl, namespace):
    (found,) = [one for one in wsdl.iter(f"{XS}schema") if one.get("targetNamespace") == namespace]
    return found


def names(nodes):
    return {node.get("name") for node in nodes}


def test_it_is_the_same_each_time():
    first, second = (SoapEndpoint(None).wsdl("https://x/") for _ in range(2))
    assert first == second


def test_namespaces(wsdl):
    assert wsdl.get("targetNamespace") == "http://com.vmware.vim.vasa/1.0/"
    assert {one.get("targetNamespace") for one in wsdl.iter(f"{XS}schema")} == {BODY, DATA, FAULT}
    for schema in wsdl.iter(f"{XS}schema"):
        assert schema.get("elementFormDefault") == schema.get("attributeFormDefault") == "qualified"


def test_every_qualified_name_has_its_prefix_bound(wsdl):
    for node in wsdl.iter("{*}*"):
        for attribute in ("type", "base", "message", "binding", "element"):
            value = node.get(attribute)
            if value and ":" in value:
                assert value.partition(":")[0] in node.nsmap, value
            elif attribute in ("type", "base") and node.tag.startswith(XS):
                assert value is None


def test_each_schema_imports_what_it_names(wsdl):
    for schema in wsdl.iter(f"{XS}schema"):
        used = set()
        for node in schema.iter():
            for attribute in ("type", "base"):
                if value := node.get(attribute):
                    used.add(node.nsmap[value.partition(":")[0]])
        own = {schema.get("targetNamespace"), "http://www.w3.org/2001/XMLSchema"}
        assert {one.get("namespace") for one in schema.iter(f"{XS}import")} >= used - own


def test_operations_and_their_faults(wsdl):
    (port_type,) = wsdl.iter(f"{WSDL}portType")
    assert port_type.get("name") == "vasaServicePortType"
    found = {one.get("name"): names(one.findall(f"{WSDL}fault")) for one in port_type}
    assert found == {name: {*own, "InvalidSession", "StorageFault"} for name, own in DECLARED.items()}


@pytest.mark.parametrize(
    ("binding", "space"), [("vasaServiceSoap11Binding", SOAP), ("vasaServiceSoap12Binding", SOAP12)]
)
def test_bindings_are_document_literal_with_actions(wsdl, binding, space):
    (found,) = [one for one in wsdl.iter(f"{WSDL}binding") if one.get("name") == binding]
    (style,) = found.findall(f"{space}binding")
    assert (style.get("style"), style.get("transport")) == ("document", "http://schemas.xmlsoap.org/soap/http")
    operations = found.findall(f"{WSDL}operation")
    assert names(operations) == set(DECLARED)
    for one in operations:
        assert one.find(f"{space}operation").get("soapAction") == f"urn:{one.get('name')}"
        assert names(one.findall(f"{WSDL}fault")) == {*DECLARED[one.get("name")], "InvalidSession", "StorageFault"}
        assert {body.get("use") for body in one.iter(f"{space}body", f"{space}fault")} == {"literal"}
    without_output = [one.get("name") for one in operations if one.find(f"{WSDL}output") is None]
    assert without_output == ["unregisterVASACertificate"]


def test_the_two_messages_without_part(wsdl):
    empty = [one.get("name") for one in wsdl.iter(f"{WSDL}message") if len(one) == 0]
    assert sorted(empty) == ["queryCatalogRequest", "unregisterVASACertificateResponse"]
    assert {part.get("name") for part in wsdl.iter(f"{WSDL}part")} == {"parameters"}


def test_all_ports_have_the_address_of_the_request(wsdl):
    ports = {port.get("name"): port[0].get("location") for port in wsdl.iter(f"{WSDL}port")}
    assert set(ports) == {"vasaServiceHttpSoap11Endpoint", "vasaServiceHttpSoap12Endpoint", "vasaServiceHttpEndpoint"}
    assert set(ports.values()) == {"https://provider.example:8443/x"}


def test_elements_are_wrappers_with_anonymous_types(wsdl):
    elements = schema_of(wsdl, BODY).findall(f"{XS}element")
    expected = {*FAULTS, *DECLARED, *(f"{name}Response" for name in DECLARED)}
    assert names(elements) == expected - {"queryCatalog", "unregisterVASACertificateResponse"}
    assert len(elements) == 51
    assert all(one.get("type") is None and one[0].get("name") is None for one in elements)
    assert names(schema_of(wsdl, BODY).findall(f"{XS}complexType")) == {"Exception"}
    for namespace in (DATA, FAULT):
        assert schema_of(wsdl, namespace).findall(f"{XS}element") == []


def test_types(wsdl):
    data = schema_of(wsdl, DATA)
    assert len(data.findall(f"{XS}complexType")) == 18
    assert len(data.findall(f"{XS}simpleType")) == 12
    assert names(schema_of(wsdl, FAULT)) - {None} == FAULTS
    extended = {
        one.get("name") for one in data.findall(f"{XS}complexType") if one.find(f".//{XS}extension") is not None
    }
    assert extended == {
        "HostInitiatorInfo",
        "StorageArray",
        "StorageCapability",
        "StorageFileSystem",
        "StorageLun",
        "StoragePort",
        "StorageProcessor",
    }


def test_every_child_is_optional_and_only_texts_and_objects_are_nillable(wsdl):
    children = [one for one in wsdl.iter(f"{XS}element") if one.getparent().tag == f"{XS}sequence"]
    assert {one.get("minOccurs") for one in children} == {"0"}
    plain = {"xs:long", "xs:int", "xs:boolean"}
    for one in children:
        assert (one.get("nillable") == "true") == (one.get("type") not in plain), one.get("name")


def test_fields_are_in_alphabetical_order(wsdl):
    for one in schema_of(wsdl, DATA).iter(f"{XS}sequence"):
        found = [child.get("name") for child in one]
        assert found == sorted(found)


def test_a_changed_declaration_changes_contract_and_reader_alike():
    message = VasaOperations.public_methods["query_arrays"].in_message
    text = f'<queryArrays xmlns="{BODY}"><zone>a</zone></queryArrays>'
    with pytest.raises(InvalidArgument):
        Readers().arguments(message)(etree.fromstring(text))
    message._type_info["zone"] = Unicode
    try:
        (wrapper,) = [one for one in served().iter(f"{XS}element") if one.get("name") == "queryArrays"]
        read = Readers().arguments(message)(etree.fromstring(text))
    finally:
        del message._type_info["zone"]
    assert [child.get("name") for child in wrapper.iter(f"{XS}element")] == ["queryArrays", "arrayUniqueId", "zone"]
    assert read == [None, "a"]
    assert b'"zone"' not in etree.tostring(served())


def test_a_changed_type_changes_contract_and_writer_alike(monkeypatch):
    provider = ProviderInfo(
        name="n",
        default_namespace="d",
        default_session_timeout_in_seconds=1,
        session_id="s",
        supported_vendor_model=(),
        vasa_provider_version="1",
    )
    before = Writers().content(types.VasaProviderInfo)(provider)
    fields = [(name, field) for name, field in types.VasaProviderInfo._type_info.items() if name != "name"]
    monkeypatch.setattr(types.VasaProviderInfo, "_type_info", TypeInfo(fields))
    (changed,) = [one for one in served().iter(f"{XS}complexType") if one.get("name") == "VasaProviderInfo"]
    after = Writers().content(types.VasaProviderInfo)(provider)
    assert "name" not in names(changed.iter(f"{XS}element"))
    assert before.replace("<d:name>n</d:name>", "") == after != before
