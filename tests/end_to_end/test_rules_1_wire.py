"""vasa-1.0 section 1: namespaces, bindings, dispatch, lists, URLs."""

import pytest
from lxml import etree

WSDL = "http://schemas.xmlsoap.org/wsdl/"
V = "http://com.vmware.vim.vasa/1.0/xsd"
D = "http://data.vasa.vim.vmware.com/xsd"
ENVELOPE = {11: "http://schemas.xmlsoap.org/soap/envelope/", 12: "http://www.w3.org/2003/05/soap-envelope"}
VERSIONS = [11, 12]


def ids(answer):
    return [element.findtext(f"{{{D}}}uniqueIdentifier") for element in answer.returns]


class TestNamespaces:
    """1.1"""

    def test_answers_stand_in_the_namespaces_that_declare_them(self, everything):
        answer = everything.call("queryArrays")
        assert answer.payload.tag == f"{{{V}}}queryArraysResponse"
        assert {element.tag for element in answer.returns} == {f"{{{V}}}return"}
        assert {etree.QName(child).namespace for element in answer.returns for child in element} == {D}

    @pytest.mark.parametrize(
        "body",
        [
            f'<queryStorageLuns xmlns="{V}"><lunUniqueId>%s</lunUniqueId></queryStorageLuns>',
            f'<a:queryStorageLuns xmlns:a="{V}"><b:lunUniqueId xmlns:b="{V}">%s</b:lunUniqueId></a:queryStorageLuns>',
            f'<d:queryStorageLuns xmlns:d="{V}"><d:lunUniqueId>%s</d:lunUniqueId></d:queryStorageLuns>',
            "<v:queryStorageLuns><v:lunUniqueId><![CDATA[%s]]></v:lunUniqueId></v:queryStorageLuns>",
            "<v:queryStorageLuns><!-- c --><v:lunUniqueId>%s</v:lunUniqueId>\n <?p?> </v:queryStorageLuns>",
        ],
        ids=["default", "two prefixes", "prefix used otherwise", "CDATA", "comment and instruction"],
    )
    def test_prefixes_are_free(self, everything, soap, body):
        lun = everything.ids("StorageLun")[0]
        answer = everything.wire.post(soap.envelope(body % lun), cookie=everything.id, action="urn:queryStorageLuns")
        assert ids(answer) == [lun]

    def test_the_order_of_children_is_free_on_the_way_in(self, session, soap, hosts):
        wwn = hosts[0][0]
        initiator = (
            f"<d:hostInitiator><d:portWwn>{wwn}</d:portWwn><d:nodeWwn/><d:uniqueIdentifier>h</d:uniqueIdentifier>"
            "</d:hostInitiator>"
        )
        members = f"<d:vcGuid>g</d:vcGuid><d:sessionTimeoutInSeconds>99</d:sessionTimeoutInSeconds>{initiator}"
        assert session(members).count("StorageLun") == session(soap.initiator(portWwn=wwn)).count("StorageLun") > 0


class TestBindings:
    """1.2 and 1.3"""

    @pytest.mark.parametrize("version", VERSIONS)
    def test_the_answer_has_the_version_of_the_request(self, everything, version):
        answer = everything.call("queryArrays", version=version)
        assert answer.root.tag == f"{{{ENVELOPE[version]}}}Envelope"
        media = {11: "text/xml", 12: "application/soap+xml"}[version]
        assert answer.headers.get_content_type() == media
        assert (answer.headers.get_content_charset() or "").lower() == "utf-8"

    @pytest.mark.parametrize(
        "action", ['"urn:queryArrays"', "urn:queryArrays", '""', "", None, '"urn:getAlarms"', '"urn:nonsense"']
    )
    def test_the_body_decides_whatever_the_soap_11_action_says(self, everything, soap, action):
        headers = {"Content-Type": "text/xml", "Cookie": f"VASASESSIONID={everything.id}"}
        headers |= {} if action is None else {"SOAPAction": action}
        wire = everything.wire
        answer = wire.request("POST", wire.path, soap.envelope("<v:queryArrays/>"), headers)
        assert answer.payload.tag == f"{{{V}}}queryArraysResponse"

    @pytest.mark.parametrize("action", ["", "urn:queryArrays", "urn:getAlarms"])
    def test_the_body_decides_whatever_the_soap_12_action_says(self, everything, soap, action):
        message = soap.envelope("<v:queryArrays/>", 12)
        answer = everything.wire.post(message, version=12, action=action, cookie=everything.id)
        assert answer.payload.tag == f"{{{V}}}queryArraysResponse"

    @pytest.mark.parametrize("version", VERSIONS)
    @pytest.mark.parametrize("body", ["", "<v:queryCatalog/>", "<queryCatalogRequest/>", "  \n"])
    def test_query_catalog_in_the_forms_that_clients_send(self, everything, soap, version, body):
        message = soap.envelope(body, version)
        answer = everything.wire.post(message, version=version, action="urn:queryCatalog", cookie=everything.id)
        assert answer.payload.tag == f"{{{V}}}queryCatalogResponse"
        assert answer.returns

    @pytest.mark.parametrize("version", VERSIONS)
    def test_an_empty_body_is_dispatched_by_its_action(self, everything, soap, version):
        message = soap.envelope("", version)
        answer = everything.wire.post(message, version=version, action="urn:queryArrays", cookie=everything.id)
        assert answer.payload.tag == f"{{{V}}}queryArraysResponse"

    @pytest.mark.parametrize("version", VERSIONS)
    def test_unregister_answers_200_with_an_empty_body(self, vcenters, soap, version):
        wire = vcenters()
        answer = wire.call(
            "unregisterVASACertificate",
            soap.elements("existingCertificate", [wire.identity.pem]),
            version=version,
        )
        assert (answer.status, answer.version, answer.payload) == (200, version, None)

    @pytest.mark.parametrize("version", VERSIONS)
    def test_unknown_headers_are_ignored(self, everything, soap, version):
        header = '<w:Action xmlns:w="urn:unknown" s:mustUnderstand="0">x</w:Action><w:Other xmlns:w="urn:other"/>'
        message = soap.envelope("<v:queryArrays/>", version, header)
        answer = everything.wire.post(message, version=version, action="urn:queryArrays", cookie=everything.id)
        assert answer.returns


NULL_LISTS = {
    "wrapper alone": "",
    "nil": '<v:%s xsi:nil="true"/>',
    "nil by 1": '<v:%s xsi:nil="1"/>',
    "blank wrapper": " \n ",
}
LISTS_THAT_MEAN_ALL = {
    "queryArrays": ("arrayUniqueId", "StorageArray"),
    "queryStorageProcessors": ("spUniqueId", "StorageProcessor"),
    "queryStoragePorts": ("portUniqueId", "StoragePort"),
    "queryStorageCapabilities": ("capabilityUniqueId", "StorageCapability"),
}
ASSOCIATIONS = {
    "queryAssociatedProcessorsForArray": ("arrayUniqueId", "StorageArray"),
    "queryAssociatedPortsForProcessor": ("spUniqueId", "StorageProcessor"),
    "queryAssociatedLunsForPort": ("portUniqueId", "StoragePort"),
    "queryAssociatedCapabilityForLun": ("lunUniqueId", "StorageLun"),
}


@pytest.mark.parametrize("form", NULL_LISTS)
class TestNullLists:
    """1.4"""

    @pytest.mark.parametrize("operation", LISTS_THAT_MEAN_ALL)
    def test_means_all(self, everything, operation, form):
        argument, entity_type = LISTS_THAT_MEAN_ALL[operation]
        answer = everything.call(operation, NULL_LISTS[form].replace("%s", argument))
        assert sorted(ids(answer)) == sorted(everything.ids(entity_type)) != []

    @pytest.mark.parametrize("operation", ASSOCIATIONS)
    def test_means_all_for_associations(self, everything, operation, form):
        argument, entity_type = ASSOCIATIONS[operation]
        answer = everything.call(operation, NULL_LISTS[form].replace("%s", argument))
        asked = [element.findtext(f"{{{D}}}entityId/{{{D}}}uniqueIdentifier") for element in answer.returns]
        assert sorted(asked) == sorted(everything.ids(entity_type)) != []

    @pytest.mark.parametrize("version", VERSIONS)
    def test_is_refused_for_luns(self, everything, form, version):
        answer = everything.call("queryStorageLuns", NULL_LISTS[form].replace("%s", "lunUniqueId"), version=version)
        assert answer.fault == "InvalidArgument"


class TestUrls:
    """1.2, 1.6"""

    def test_the_contract_carries_the_real_address(self, bridge, contract):
        addresses = {node.get("location") for node in contract.iter("{*}address")}
        assert addresses == {bridge.exports["VASA_URL"]}
        assert len(list(contract.iter("{*}address"))) == 3

    def test_the_contract_imports_without_locations(self, contract):
        ties = contract.findall(".//{http://www.w3.org/2001/XMLSchema}import")
        assert ties
        assert not any(tie.get("schemaLocation") for tie in ties)

    def test_bindings_and_ports_have_their_names(self, contract):
        assert contract.get("targetNamespace") == "http://com.vmware.vim.vasa/1.0/"
        names = [node.get("name") for kind in ("binding", "port") for node in contract.iter(f"{{{WSDL}}}{kind}")]
        assert names == [
            "vasaServiceSoap11Binding",
            "vasaServiceSoap12Binding",
            "vasaServiceHttpBinding",
            "vasaServiceHttpSoap11Endpoint",
            "vasaServiceHttpSoap12Endpoint",
            "vasaServiceHttpEndpoint",
        ]

    def test_every_soap_action_is_urn_and_the_operation(self, contract):
        for binding in contract.findall(f"{{{WSDL}}}binding")[:2]:
            operations = binding.findall(f"{{{WSDL}}}operation")
            assert len(operations) == 22
            for operation in operations:
                (action,) = (node.get("soapAction") for node in operation.iterchildren("{*}operation"))
                assert action == f"urn:{operation.get('name')}"

    def test_the_contract_needs_no_certificate_and_is_xml(self, anonymous):
        answer = anonymous.request("GET", f"{anonymous.path}?wsdl")
        assert answer.status == 200
        assert answer.headers.get_content_type() in ("text/xml", "application/wsdl+xml", "application/xml")

    @pytest.mark.parametrize("path", ["", "/"], ids=["own path", "root"])
    @pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
    def test_other_methods_are_refused_at_once(self, anonymous, method, path):
        answer = anonymous.request(method, path or anonymous.path, b"" if method == "PUT" else None)
        assert answer.status in (404, 405)
        if answer.status == 405:
            assert "POST" in answer.headers["Allow"]
        assert "xml" not in answer.headers.get("Content-Type", "")

    def test_post_works_at_the_root_too(self, everything, soap):
        message = soap.envelope("<v:queryArrays/>")
        answer = everything.wire.post(message, cookie=everything.id, action="urn:queryArrays", path="/")
        assert answer.returns

    @pytest.mark.parametrize("path", ["/version.xml", "/vasa/version.xml"])
    def test_there_is_no_version_document(self, anonymous, path):
        assert anonymous.request("GET", path).status == 404

    @pytest.mark.parametrize("path", ["/nothing", "/vasa", "/vasa/services/vasaService/more", "/vasa/services"])
    def test_post_elsewhere_is_not_found(self, anonymous, soap, path):
        assert anonymous.post(soap.envelope("<v:queryArrays/>"), path=path).status in (404, 405)

    def test_one_connection_serves_many_calls_and_faults(self, everything, vcenters, session):
        own = session(wire=vcenters())
        own.call("queryArrays")
        first = own.wire.connection.sock
        assert own.call("queryStorageLuns").fault == "InvalidArgument"
        assert own.with_id("nosuch").call("queryArrays").fault == "InvalidSession"
        assert own.call("queryArrays").status == 200
        assert own.wire.connection.sock is first is not None
