"""The 22 operations over real TLS: what is sent, and what the answers become (vasa-1.0 2.1, 3.3 to 3.5)."""

from datetime import UTC, datetime

import pytest
from lxml import etree

from vasa_cim.client.failures import HttpFailure, SoapFault, UnreadableAnswer
from vasa_cim.errors import InvalidSession
from vasa_cim.model.entities import (
    Association,
    FileSystemInfo,
    ProviderInfo,
    StorageArray,
    StorageCapability,
    StorageFileSystem,
    StorageLun,
    StoragePort,
    StorageProcessor,
    VendorModel,
)
from vasa_cim.model.enums import (
    AlarmStatus,
    AlarmType,
    BlockProtocol,
    CatalogName,
    EntityType,
    EventConfigType,
    EventType,
    FileSystemKind,
    Profile,
)
from vasa_cim.model.notices import MessageCatalog, NameValue, StorageAlarm, StorageEvent
from vasa_cim.model.usage_context import HostInitiator, MountPoint, UsageContext

V = "{http://com.vmware.vim.vasa/1.0/xsd}"
D = "{http://data.vasa.vim.vmware.com/xsd}"

INFO_XML = """<d:defaultNamespace>com.example</d:defaultNamespace>
<d:defaultSessionTimeoutInSeconds>1800</d:defaultSessionTimeoutInSeconds><d:name>A provider</d:name>
<d:sessionId>0</d:sessionId>
<d:supportedVendorModel><d:modelId>RAID 5</d:modelId><d:vendorId>DGC</d:vendorId></d:supportedVendorModel>
<d:vasaApiVersion>1.0</d:vasaApiVersion><d:vasaProviderVersion>0.1</d:vasaProviderVersion>"""
INFO = ProviderInfo(
    name="A provider",
    default_namespace="com.example",
    default_session_timeout_in_seconds=1800,
    session_id="0",
    supported_vendor_model=(VendorModel("DGC", "RAID 5"),),
    vasa_provider_version="0.1",
)
ARRAY_XML = """<d:uniqueIdentifier>array:1</d:uniqueIdentifier><d:alternateName>A</d:alternateName>
<d:alternateName>B</d:alternateName><d:arrayName>Array 1</d:arrayName><d:firmware>5.3</d:firmware>
<d:modelId>RAID 5</d:modelId><d:supportedBlock>FC</d:supportedBlock><d:supportedBlock>FCoE</d:supportedBlock>
<d:supportedFileSystem>NFS</d:supportedFileSystem><d:supportedProfile>BlockDeviceProfile</d:supportedProfile>
<d:vendorId>DGC</d:vendorId>"""
ARRAY = StorageArray(
    unique_identifier="array:1",
    array_name="Array 1",
    vendor_id="DGC",
    model_id="RAID 5",
    firmware="5.3",
    alternate_name=("A", "B"),
    supported_block=(BlockProtocol.FC, BlockProtocol.FCOE),
    supported_file_system=(FileSystemKind.NFS,),
    supported_profile=(Profile.BLOCK,),
)
LUN_XML = """<d:uniqueIdentifier>lun:17</d:uniqueIdentifier><d:capacityInMB>2048</d:capacityInMB>
<d:displayName>Größe &amp; &lt;co&gt;</d:displayName><d:drsManagementPermitted>1</d:drsManagementPermitted>
<d:esxLunIdentifier>naa.60060160a0b01234</d:esxLunIdentifier><d:thinProvisioned>false</d:thinProvisioned>
<d:thinProvisioningStatus>Yellow</d:thinProvisioningStatus><d:usedSpaceInMB>12</d:usedSpaceInMB>"""
LUN = StorageLun(
    unique_identifier="lun:17",
    capacity_in_mb=2048,
    used_space_in_mb=12,
    display_name="Größe & <co>",
    esx_lun_identifier="naa.60060160a0b01234",
    thin_provisioned=False,
    thin_provisioning_status=AlarmStatus.YELLOW,
)
ASSOCIATION_XML = """<d:associatedId><d:uniqueIdentifier>b</d:uniqueIdentifier></d:associatedId>
<d:associatedId><d:uniqueIdentifier>c</d:uniqueIdentifier></d:associatedId>
<d:entityId><d:uniqueIdentifier>a</d:uniqueIdentifier></d:entityId>"""
ASSOCIATION = Association("a", ("b", "c"))
MOMENT = datetime(2024, 2, 29, 23, 59, 58, 500000, tzinfo=UTC)

READ_BACK = {
    "queryArrays": ("query_arrays", "arrayUniqueId", ARRAY_XML, ARRAY),
    "queryStorageProcessors": (
        "query_storage_processors",
        "spUniqueId",
        "<d:uniqueIdentifier>sp:a</d:uniqueIdentifier><d:spIdentifier>SP A</d:spIdentifier>",
        StorageProcessor(unique_identifier="sp:a", sp_identifier=("SP A",)),
    ),
    "queryStoragePorts": (
        "query_storage_ports",
        "portUniqueId",
        "<d:uniqueIdentifier>port:1</d:uniqueIdentifier><d:nodeWwn>50:06:01:60:00:00:00:01</d:nodeWwn>"
        "<d:portType>FC</d:portType><d:portWwn>5764629852569206786</d:portWwn>",
        StoragePort(
            unique_identifier="port:1",
            port_type=BlockProtocol.FC,
            node_wwn="5006016000000001",
            port_wwn="5000144f00000002",
        ),
    ),
    "queryStorageLuns": ("query_storage_luns", "lunUniqueId", LUN_XML, LUN),
    "queryStorageFileSystems": (
        "query_storage_file_systems",
        "fsUniqueId",
        "<d:uniqueIdentifier>fs:1</d:uniqueIdentifier><d:fileSystem>NFS</d:fileSystem><d:fileSystemInfo>"
        "<d:fileServerName>nas1</d:fileServerName><d:fileSystemPath>/vol/a</d:fileSystemPath>"
        "<d:ipAddress>10.0.0.1</d:ipAddress></d:fileSystemInfo><d:fileSystemVersion>NFSV3_0</d:fileSystemVersion>"
        "<d:nativeSnapshotSupported>true</d:nativeSnapshotSupported>"
        "<d:thinProvisioningStatus>Green</d:thinProvisioningStatus>",
        StorageFileSystem(
            unique_identifier="fs:1",
            file_system_info=(FileSystemInfo("nas1", "/vol/a", "10.0.0.1"),),
            native_snapshot_supported=True,
        ),
    ),
    "queryStorageCapabilities": (
        "query_storage_capabilities",
        "capabilityUniqueId",
        "<d:uniqueIdentifier>c:1</d:uniqueIdentifier><d:capabilityDetail>Fast and safe.</d:capabilityDetail>"
        "<d:capabilityName>gold</d:capabilityName>",
        StorageCapability(unique_identifier="c:1", capability_name="gold", capability_detail="Fast and safe."),
    ),
    "queryAssociatedProcessorsForArray": (
        "query_associated_processors_for_array",
        "arrayUniqueId",
        ASSOCIATION_XML,
        ASSOCIATION,
    ),
    "queryAssociatedPortsForProcessor": (
        "query_associated_ports_for_processor",
        "spUniqueId",
        ASSOCIATION_XML,
        ASSOCIATION,
    ),
    "queryAssociatedLunsForPort": ("query_associated_luns_for_port", "portUniqueId", ASSOCIATION_XML, ASSOCIATION),
    "queryAssociatedCapabilityForLun": (
        "query_associated_capability_for_lun",
        "lunUniqueId",
        ASSOCIATION_XML,
        ASSOCIATION,
    ),
    "queryAssociatedCapabilityForFileSystem": (
        "query_associated_capability_for_file_system",
        "fsUniqueId",
        ASSOCIATION_XML,
        ASSOCIATION,
    ),
}
IDS_OF = {
    "queryUniqueIdentifiersForEntity": ("query_unique_identifiers_for_entity", "entityType"),
    "queryUniqueIdentifiersForLuns": ("query_unique_identifiers_for_luns", "arrayUniqueId"),
    "queryUniqueIdentifiersForFileSystems": ("query_unique_identifiers_for_file_systems", "fsUniqueId"),
}


def sent(provider):
    """Return the request element that came last, None for an empty body."""
    body = etree.fromstring(provider.requests[-1].body)[0]
    assert etree.QName(body).localname == "Body"
    return body[0] if len(body) else None


def arguments(provider):
    return [(child.tag, child.text) for child in sent(provider)]


@pytest.mark.parametrize("operation", READ_BACK)
def test_a_list_query_sends_its_ids_and_returns_objects(client, answering, operation):
    method, argument, xml, expected = READ_BACK[operation]
    provider = answering(f"<v:{operation}Response><v:return>{xml}</v:return></v:{operation}Response>")
    assert getattr(client, method)(["one", "two"]) == (expected,)
    assert sent(provider).tag == V + operation
    assert arguments(provider) == [(V + argument, "one"), (V + argument, "two")]


@pytest.mark.parametrize("operation", READ_BACK)
def test_no_ids_are_no_elements_and_no_objects_are_an_empty_answer(client, answering, operation):
    provider = answering(f"<v:{operation}Response/>")
    assert getattr(client, READ_BACK[operation][0])([]) == ()
    assert arguments(provider) == []


def test_a_null_id_is_sent_as_nil(client, answering):
    provider = answering("<v:queryArraysResponse/>")
    client.query_arrays([None])
    assert sent(provider)[0].get("{http://www.w3.org/2001/XMLSchema-instance}nil") == "true"


@pytest.mark.parametrize("operation", IDS_OF)
def test_id_queries(client, answering, operation):
    method, argument = IDS_OF[operation]
    provider = answering(f"<v:{operation}Response><v:return>x</v:return><v:return>y</v:return></v:{operation}Response>")
    assert getattr(client, method)("StorageArray") == ("x", "y")
    assert arguments(provider) == [(V + argument, "StorageArray")]


def test_one_nil_return_is_the_null_list(client, answering):
    answering('<v:queryArraysResponse><v:return xsi:nil="true"/></v:queryArraysResponse>')
    assert client.query_arrays() == ()


def test_number_of_entities(client, answering):
    provider = answering("<v:getNumberOfEntitiesResponse><v:return>42</v:return></v:getNumberOfEntitiesResponse>")
    assert client.get_number_of_entities(EntityType.LUN) == 42
    assert arguments(provider) == [(V + "entityType", "StorageLun")]


def test_drs_question(client, answering):
    operation = "queryDRSMigrationCapabilityForPerformance"
    provider = answering(f"<v:{operation}Response><v:return>true</v:return></v:{operation}Response>")
    assert client.query_drs_migration_capability_for_performance("a", "b", "StorageLun") is True
    assert arguments(provider) == [(V + "srcUniqueId", "a"), (V + "dstUniqueId", "b"), (V + "entityType", "StorageLun")]


def test_register(client, answering):
    operation = "registerVASACertificate"
    provider = answering(f"<v:{operation}Response><v:return>{INFO_XML}</v:return></v:{operation}Response>")
    assert client.register_vasa_certificate("me", "s<cret", "PEM") == INFO
    assert arguments(provider) == [(V + "userName", "me"), (V + "password", "s<cret"), (V + "newCertificate", "PEM")]


def test_unregister_answers_an_empty_body(client, answering):
    provider = answering("")
    assert client.unregister_vasa_certificate("PEM") is None
    assert arguments(provider) == [(V + "existingCertificate", "PEM")]


def test_unregister_with_a_response_element_is_refused(client, answering):
    answering("<v:unregisterVASACertificateResponse/>")
    with pytest.raises(UnreadableAnswer, match="unregisterVASACertificateResponse"):
        client.unregister_vasa_certificate("PEM")


def test_set_context_sends_the_fields_in_schema_order(client, answering):
    provider = answering(f"<v:setContextResponse><v:return>{INFO_XML}</v:return></v:setContextResponse>")
    context = UsageContext(
        host_initiators=(HostInitiator("wwn", "node", "iqn", "id"), HostInitiator(iscsi_identifier="iqn2")),
        mount_points=(MountPoint("nas", "/vol"),),
        chap_usernames=("chap",),
        iscsi_initiator_ip_addresses=("10.0.0.1",),
        session_timeout_in_seconds=600,
        vc_guid="guid",
    )
    assert client.set_context(context) == INFO
    (usage,) = sent(provider)
    assert usage.tag == V + "usageContext"
    assert [(child.tag, child.text) for child in usage.iter() if child is not usage] == [
        (D + "chapUsername", "chap"),
        (D + "hostInitiator", None),
        (D + "uniqueIdentifier", "id"),
        (D + "iscsiIdentifier", "iqn"),
        (D + "nodeWwn", "node"),
        (D + "portWwn", "wwn"),
        (D + "hostInitiator", None),
        (D + "iscsiIdentifier", "iqn2"),
        (D + "iscsiInitiatorIpAddress", "10.0.0.1"),
        (D + "mountPoint", None),
        (D + "filePath", "/vol"),
        (D + "serverName", "nas"),
        (D + "sessionTimeoutInSeconds", "600"),
        (D + "vcGuid", "guid"),
    ]


def test_events(client, answering):
    provider = answering(
        "<v:getEventsResponse><v:return><d:eventConfigType>New</d:eventConfigType><d:eventId>1</d:eventId>"
        "<d:eventObjType>StorageLun</d:eventObjType><d:eventTimeStamp>2024-02-29T23:59:58.5Z</d:eventTimeStamp>"
        "<d:eventType>Config</d:eventType><d:messageId>X.StorageLunNew</d:messageId><d:objectId>lun:17</d:objectId>"
        "<d:parameterList><d:parameterName>resId</d:parameterName><d:parameterValue></d:parameterValue>"
        "</d:parameterList></v:return><v:return><d:eventId>2</d:eventId><d:eventObjType>StorageArray</d:eventObjType>"
        "<d:eventTimeStamp>2024-03-01T01:59:58.5+02:00</d:eventTimeStamp><d:eventType>System</d:eventType>"
        "<d:messageId>X.System</d:messageId><d:objectId>array:1</d:objectId></v:return></v:getEventsResponse>"
    )
    assert client.get_events(-1) == (
        StorageEvent(
            event_type=EventType.CONFIG,
            object_type=EntityType.LUN,
            object_id="lun:17",
            message_id="X.StorageLunNew",
            timestamp=MOMENT,
            config_type=EventConfigType.NEW,
            parameters=(NameValue("resId", ""),),
            event_id=1,
        ),
        StorageEvent(
            event_type=EventType.SYSTEM,
            object_type=EntityType.ARRAY,
            object_id="array:1",
            message_id="X.System",
            timestamp=MOMENT,
            event_id=2,
        ),
    )
    assert arguments(provider) == [(V + "lastEventId", "-1")]


def test_alarms(client, answering):
    provider = answering(
        "<v:getAlarmsResponse><v:return><d:alarmId>7</d:alarmId><d:alarmTimeStamp>2024-02-29T23:59:58.500Z"
        "</d:alarmTimeStamp><d:alarmType>SpaceCapacity</d:alarmType><d:messageId>Alarm.ThinProvisioned</d:messageId>"
        "<d:objectId>lun:17</d:objectId><d:objectType>StorageLun</d:objectType><d:parameterList>"
        "<d:parameterName>state</d:parameterName><d:parameterValue>Red</d:parameterValue></d:parameterList>"
        "<d:status>Red</d:status></v:return></v:getAlarmsResponse>"
    )
    assert client.get_alarms(None) == (
        StorageAlarm(
            alarm_type=AlarmType.SPACE_CAPACITY,
            object_type=EntityType.LUN,
            object_id="lun:17",
            message_id="Alarm.ThinProvisioned",
            status=AlarmStatus.RED,
            timestamp=MOMENT,
            parameters=(NameValue("state", "Red"),),
            alarm_id=7,
        ),
    )
    assert arguments(provider) == []


CATALOG = MessageCatalog(
    catalog_name=CatalogName.EVENT,
    catalog_uri="/vasa/catalog/en/event.vmsg",
    catalog_version="1.2",
    last_modified=MOMENT,
    locale="en",
    module_name="vasa",
)


def test_catalog_request_has_an_empty_body(client, answering):
    provider = answering(
        "<v:queryCatalogResponse><v:return><d:catalogName>Event</d:catalogName>"
        "<d:catalogUri>/vasa/catalog/en/event.vmsg</d:catalogUri><d:catalogVersion>1.2</d:catalogVersion>"
        "<d:lastModified>2024-02-29T23:59:58.5000009Z</d:lastModified><d:locale>en</d:locale>"
        "<d:moduleName>vasa</d:moduleName></v:return></v:queryCatalogResponse>"
    )
    assert client.query_catalog() == (CATALOG,)
    assert sent(provider) is None


def test_catalog_file_is_fetched_from_the_root_of_the_provider(client, provider):
    provider.content_type = "text/plain; charset=UTF-8"
    provider.body = b'# texts\nX.System = "{msg}"\n'
    assert client.fetch_catalog(CATALOG) == {"X.System": "{msg}"}
    assert (provider.requests[-1].method, provider.requests[-1].path) == ("GET", "/vasa/catalog/en/event.vmsg")


def test_a_missing_catalog_file_is_an_http_failure(client, provider):
    provider.status = 404
    with pytest.raises(HttpFailure, match=r"HTTP 404") as caught:
        client.fetch_catalog(CATALOG)
    assert caught.value.facts["status"] == 404


# --- what is wrong with an answer is an error that names the element ---

LUNS = "<v:queryStorageLunsResponse>{}</v:queryStorageLunsResponse>"


@pytest.mark.parametrize(
    ("child", "message"),
    [
        ("", "queryStorageLunsResponse: is missing"),
        ("<v:queryArraysResponse/>", "queryArraysResponse"),
        ("<d:queryStorageLunsResponse/>", "data.vasa.vim.vmware.com"),
        ("<v:queryStorageLunsResponse/><v:more/>", "more: is a second child"),
        (LUNS.format("<v:result/>"), "queryStorageLunsResponse/result: unknown element"),
        (LUNS.format("<d:return/>"), "data.vasa.vim.vmware.com"),
        (LUNS.format("text"), "text between"),
        (
            LUNS.format(f'<v:return>{LUN_XML}</v:return><v:return xsi:nil="true"/>'),
            r"return\[2\]: is nil",
        ),
        (
            LUNS.format(f"<v:return>{LUN_XML}</v:return><v:return>{LUN_XML.replace('2048', '2 GB')}</v:return>"),
            r"queryStorageLunsResponse/return\[2\]/capacityInMB: '2 GB'",
        ),
    ],
)
def test_answers_that_do_not_fit_name_the_element(client, answering, child, message):
    answering(child)
    with pytest.raises(UnreadableAnswer, match=message):
        client.query_storage_luns(["lun:17"])


@pytest.mark.parametrize("child", ["", "<v:return>1</v:return><v:return>2</v:return>", '<v:return xsi:nil="true"/>'])
def test_a_single_value_must_be_there_exactly_once(client, answering, child):
    answering(f"<v:getNumberOfEntitiesResponse>{child}</v:getNumberOfEntitiesResponse>")
    with pytest.raises(UnreadableAnswer, match="getNumberOfEntitiesResponse/return"):
        client.get_number_of_entities("StorageLun")


def test_a_count_beyond_32_bits_is_refused(client, answering):
    answering("<v:getNumberOfEntitiesResponse><v:return>2147483648</v:return></v:getNumberOfEntitiesResponse>")
    with pytest.raises(UnreadableAnswer, match="32 bits"):
        client.get_number_of_entities("StorageLun")


def test_an_answer_with_another_media_type_is_refused(client, answering):
    answering("<v:queryArraysResponse/>").content_type = "text/html"
    with pytest.raises(UnreadableAnswer, match="text/html"):
        client.query_arrays()


@pytest.mark.parametrize("status", [401, 404, 413, 503])
def test_other_http_statuses_are_http_failures(client, answering, status):
    answering("<v:queryArraysResponse/>", status)
    with pytest.raises(HttpFailure, match=f"HTTP {status}"):
        client.query_arrays()


def test_an_answer_with_status_500_that_is_no_fault_is_an_http_failure(client, answering):
    answering("<v:queryArraysResponse/>", 500)
    with pytest.raises(HttpFailure, match="HTTP 500"):
        client.query_arrays()


def test_an_html_error_page_is_an_http_failure(client, provider):
    provider.status, provider.content_type, provider.body = 500, "text/html", b"<p>oops"
    with pytest.raises(HttpFailure):
        client.query_arrays()


# --- the session ---


def test_the_session_cookie_goes_with_every_later_call(client, answering):
    provider = answering(f"<v:setContextResponse><v:return>{INFO_XML}</v:return></v:setContextResponse>")
    provider.headers = [("Set-Cookie", "VASASESSIONID=7f3a; Path=/; Secure; HttpOnly"), ("Set-Cookie", "other=1")]
    client.set_context(UsageContext())
    assert "cookie" not in provider.requests[0].headers
    assert client.session_id == "7f3a"
    provider.headers = []
    answering("<v:queryArraysResponse/>")
    client.query_arrays()
    client.close()
    client.query_arrays()
    for request in provider.requests[1:]:
        assert set(request.headers["cookie"].split("; ")) == {"VASASESSIONID=7f3a", "other=1"}


def test_a_session_id_can_be_set_and_forgotten(client, answering):
    provider = answering("<v:queryArraysResponse/>")
    client.session_id = "abc"
    client.query_arrays()
    client.session_id = None
    client.query_arrays()
    assert [one.headers.get("cookie") for one in provider.requests] == ["VASASESSIONID=abc", None]


def test_request_headers_of_soap_1_1_and_1_2(client, answering, soap_version):
    provider = answering("<v:queryArraysResponse/>")
    client.query_arrays()
    headers = provider.requests[-1].headers
    if soap_version.value.label == "1.1":
        assert headers["content-type"] == "text/xml; charset=UTF-8"
        assert headers["soapaction"] == '"urn:queryArrays"'
    else:
        assert headers["content-type"] == 'application/soap+xml; charset=UTF-8; action="urn:queryArrays"'
        assert "soapaction" not in headers
    assert etree.fromstring(provider.requests[-1].body).tag == f"{{{soap_version.namespace}}}Envelope"


def test_a_fault_leaves_the_client_usable(client, answering, soap_version):
    fault = "<v:InvalidSession><v:InvalidSession/></v:InvalidSession>"
    if soap_version.value.label == "1.1":
        child = (
            f"<s:Fault><faultcode>s:Server</faultcode><faultstring>gone</faultstring><detail>{fault}</detail></s:Fault>"
        )
    else:
        child = (
            "<s:Fault><s:Code><s:Value>s:Receiver</s:Value></s:Code><s:Reason><s:Text xml:lang='en'>gone</s:Text>"
            f"</s:Reason><s:Detail>{fault}</s:Detail></s:Fault>"
        )
    answering(child, 500)
    with pytest.raises(InvalidSession, match=r"^gone$"):
        client.query_arrays()
    answering(child)
    with pytest.raises(UnreadableAnswer, match="HTTP 200"):
        client.query_arrays()
    provider = answering("<v:queryArraysResponse/>")
    assert client.query_arrays() == ()
    assert len({one.connection for one in provider.requests}) == 1
    assert not isinstance(SoapFault(code="x", reason="y"), InvalidSession)
