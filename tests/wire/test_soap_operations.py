"""All 22 operations: what reaches the service, what comes back, and that it is valid by the served schemas."""

import pytest

from vasa_cim.framework.vasa_service import Trust
from vasa_cim.model.enums import Profile
from vasa_cim.model.usage_context import HostInitiator, MountPoint, UsageContext

BODY = "{http://com.vmware.vim.vasa/1.0/xsd}"
DATA = "{http://data.vasa.vim.vmware.com/xsd}"

IDS = "VasaCim:StorageLun:000197900123:00000", "VasaCim:StorageLun:000197900123:00002"
LUNS = "".join(f"<v:lunUniqueId>{one}</v:lunUniqueId>" for one in IDS)
CONTEXT = (
    "<d:chapUsername>chap</d:chapUsername>"
    "<d:hostInitiator><d:uniqueIdentifier>h1</d:uniqueIdentifier><d:nodeWwn>1</d:nodeWwn>"
    "<d:portWwn>2</d:portWwn></d:hostInitiator>"
    "<d:hostInitiator><d:iscsiIdentifier>iqn.x</d:iscsiIdentifier></d:hostInitiator>"
    "<d:iscsiInitiatorIpAddress>192.0.2.9</d:iscsiInitiatorIpAddress>"
    "<d:mountPoint><d:filePath>/vol/1</d:filePath><d:serverName>nas</d:serverName></d:mountPoint>"
    "<d:sessionTimeoutInSeconds>600</d:sessionTimeoutInSeconds><d:vcGuid>g</d:vcGuid>"
)
READ_CONTEXT = UsageContext(
    host_initiators=(
        HostInitiator(port_wwn="2", node_wwn="1", unique_identifier="h1"),
        HostInitiator(iscsi_identifier="iqn.x"),
    ),
    mount_points=(MountPoint("nas", "/vol/1"),),
    chap_usernames=("chap",),
    iscsi_initiator_ip_addresses=("192.0.2.9",),
    session_timeout_in_seconds=600,
    vc_guid="g",
)

OPERATIONS = {
    "registerVASACertificate": (
        "<v:userName>u</v:userName><v:password>p</v:password><v:newCertificate>c</v:newCertificate>",
        ("register_vasa_certificate", "u", "p", "c"),
        1,
    ),
    "unregisterVASACertificate": (
        "<v:existingCertificate>c</v:existingCertificate>",
        ("unregister_vasa_certificate", "c"),
        None,
    ),
    "setContext": (f"<v:usageContext>{CONTEXT}</v:usageContext>", ("set_context", READ_CONTEXT), 1),
    "queryArrays": ("<v:arrayUniqueId>a</v:arrayUniqueId>", ("query_arrays", ["a"]), 1),
    "queryUniqueIdentifiersForEntity": (
        "<v:entityType>StorageArray</v:entityType>",
        ("query_unique_identifiers_for_entity", "StorageArray"),
        2,
    ),
    "getNumberOfEntities": (
        "<v:entityType>StorageLun</v:entityType>",
        ("get_number_of_entities", "StorageLun"),
        1,
    ),
    "queryStorageProcessors": ("", ("query_storage_processors", None), 1),
    "queryStoragePorts": ("", ("query_storage_ports", None), 2),
    "queryStorageLuns": (LUNS, ("query_storage_luns", list(IDS)), 2),
    "queryStorageFileSystems": ("<v:fsUniqueId>f</v:fsUniqueId>", ("query_storage_file_systems", ["f"]), 1),
    "queryStorageCapabilities": ("", ("query_storage_capabilities", None), 1),
    "queryAssociatedProcessorsForArray": ("", ("query_associated_processors_for_array", None), 1),
    "queryAssociatedPortsForProcessor": ("", ("query_associated_ports_for_processor", None), 1),
    "queryAssociatedLunsForPort": ("", ("query_associated_luns_for_port", None), 1),
    "queryAssociatedCapabilityForLun": ("", ("query_associated_capability_for_lun", None), 1),
    "queryAssociatedCapabilityForFileSystem": ("", ("query_associated_capability_for_file_system", None), 1),
    "queryUniqueIdentifiersForLuns": (
        "<v:arrayUniqueId>a</v:arrayUniqueId>",
        ("query_unique_identifiers_for_luns", "a"),
        3,
    ),
    "queryUniqueIdentifiersForFileSystems": (
        "<v:fsUniqueId>a</v:fsUniqueId>",
        ("query_unique_identifiers_for_file_systems", "a"),
        1,
    ),
    "queryDRSMigrationCapabilityForPerformance": (
        "<v:srcUniqueId>s</v:srcUniqueId><v:dstUniqueId>t</v:dstUniqueId><v:entityType>StorageLun</v:entityType>",
        ("query_drs_migration_capability_for_performance", "s", "t", "StorageLun"),
        1,
    ),
    "getEvents": ("<v:lastEventId>7</v:lastEventId>", ("get_events", 7), 2),
    "getAlarms": ("<v:lastAlarmId>-1</v:lastAlarmId>", ("get_alarms", -1), 1),
    "queryCatalog": ("", ("query_catalog",), 1),
}

TRUST = {
    "registerVASACertificate": Trust.NONE,
    "setContext": Trust.CERTIFICATE,
    "unregisterVASACertificate": Trust.CERTIFICATE_OR_SESSION,
}

BLOCK, FILE, CAPABILITY = Profile.BLOCK, Profile.FILE_SYSTEM, Profile.CAPABILITY
NEEDS = {
    "queryStorageProcessors": {BLOCK},
    "queryStoragePorts": {BLOCK},
    "queryStorageLuns": {BLOCK},
    "queryStorageFileSystems": {FILE},
    "queryStorageCapabilities": {CAPABILITY},
    "queryAssociatedProcessorsForArray": {BLOCK},
    "queryAssociatedPortsForProcessor": {BLOCK},
    "queryAssociatedLunsForPort": {BLOCK},
    "queryAssociatedCapabilityForLun": {BLOCK, CAPABILITY},
    "queryAssociatedCapabilityForFileSystem": {FILE, CAPABILITY},
    "queryUniqueIdentifiersForLuns": {BLOCK},
    "queryUniqueIdentifiersForFileSystems": {FILE},
}


def wrapped(operation, content=None):
    return f"<v:{operation}>{OPERATIONS[operation][0] if content is None else content}</v:{operation}>"


def test_there_are_22_operations(endpoint):
    served = {one.operation_name for (one,) in endpoint.app.interface.service_method_map.values()}
    assert served == set(OPERATIONS)
    assert len(served) == 22


@pytest.mark.parametrize("version", ["1.1", "1.2"])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_is_called_and_its_answer_is_valid(operation, version, ask, service, schema):
    _, call, items = OPERATIONS[operation]
    outcome = ask(wrapped(operation), version)
    assert outcome.status == 200
    assert service.calls[-1] == call
    assert (
        outcome.headers["Content-Type"]
        == {
            "1.1": "text/xml; charset=UTF-8",
            "1.2": "application/soap+xml; charset=UTF-8",
        }[version]
    )
    if items is None:
        assert outcome.body is None
        return
    assert outcome.body.tag == f"{BODY}{operation}Response"
    assert [child.tag for child in outcome.body] == [f"{BODY}return"] * items
    schema.assertValid(outcome.body)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_each_operation_asks_for_its_trust(operation, ask, service, peer):
    ask(wrapped(operation))
    assert service.calls[0] == ("admit", TRUST.get(operation, Trust.SESSION), peer, ("known",))


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("missing", list(Profile))
def test_a_missing_profile_comes_after_the_session_and_before_the_arguments(operation, missing, ask, service):
    service.profiles = frozenset(Profile) - {missing}
    needed = missing in NEEDS.get(operation, ())
    outcome = ask(wrapped(operation, "<v:nonsense/>" if needed else None))
    assert (outcome.fault if outcome.status == 500 else None) == ("NotImplemented" if needed else None)
    unknown = ask(wrapped(operation), Cookie="VASASESSIONID=unknown")
    if TRUST.get(operation) is None:
        assert unknown.fault == "InvalidSession"


def test_a_bad_argument_never_beats_a_missing_session(ask):
    assert ask(wrapped("getEvents", "<v:lastEventId>x</v:lastEventId>"), Cookie=None).fault == "InvalidSession"


def test_an_empty_list_is_an_empty_wrapper(ask, schema):
    outcome = ask(wrapped("queryStorageLuns", "<v:lunUniqueId>unknown</v:lunUniqueId>"))
    assert outcome.body.tag == f"{BODY}queryStorageLunsResponse"
    assert len(outcome.body) == 0
    schema.assertValid(outcome.body)


def test_text_is_escaped_and_characters_that_xml_forbids_are_left_out(ask):
    name = ask(wrapped("queryArrays")).body[0].find(f"{DATA}arrayName").text
    assert name == "one <&> two"


def test_times_are_utc_with_z(ask):
    stamps = [one.text for one in ask(wrapped("getEvents")).body.iter(f"{DATA}eventTimeStamp")]
    assert stamps == ["2026-03-01T12:00:00.250Z"] * 2


def test_fields_come_alphabetically_after_the_id(ask):
    tags = [child.tag for child in ask(wrapped("queryStorageLuns")).body[0]]
    names = [tag.removeprefix(DATA) for tag in tags]
    assert names[0] == "uniqueIdentifier"
    assert names[1:] == sorted(names[1:])
    assert len(names) == 8


def test_an_association_names_related_ids_first(ask):
    found = ask(wrapped("queryAssociatedLunsForPort")).body[0]
    ids = [(child.tag.removeprefix(DATA), child[0].tag.removeprefix(DATA), child[0].text) for child in found]
    assert ids == [
        ("associatedId", "uniqueIdentifier", "V:StoragePort:1:0"),
        ("associatedId", "uniqueIdentifier", "V:StoragePort:1:1"),
        ("entityId", "uniqueIdentifier", "V:StorageArray:1"),
    ]


class TestCookie:
    """The session cookie (`vasa-1.0 1.7`)."""

    @pytest.mark.parametrize("operation", [one for one in OPERATIONS if one not in TRUST])
    def test_every_call_in_a_session_repeats_it(self, operation, ask):
        assert ask(wrapped(operation)).headers["Set-Cookie"] == "VASASESSIONID=known; Path=/; Secure; HttpOnly"

    def test_set_context_sets_the_new_id_and_tells_it(self, ask):
        outcome = ask(wrapped("setContext"))
        assert outcome.headers["Set-Cookie"] == "VASASESSIONID=session1; Path=/; Secure; HttpOnly"
        assert outcome.body[0].find(f"{DATA}sessionId").text == "session1"

    @pytest.mark.parametrize("operation", ["registerVASACertificate", "unregisterVASACertificate"])
    def test_registering_and_unregistering_set_it_to_0(self, operation, ask):
        assert ask(wrapped(operation)).headers["Set-Cookie"] == "VASASESSIONID=0; Path=/; Secure; HttpOnly"

    def test_a_fault_sets_none(self, ask):
        assert "Set-Cookie" not in ask(wrapped("getEvents", "<v:lastEventId>x</v:lastEventId>")).headers

    @pytest.mark.parametrize(
        ("header", "values"),
        [
            ("a=1; VASASESSIONID=known; b=2", ("known",)),
            ('VASASESSIONID="known"', ("known",)),
            ("VASASESSIONID=known; VASASESSIONID=other", ("known", "other")),
            ("xVASASESSIONID=known; VASASESSIONIDx=known; vasasessionid=known", ()),
            ("VASASESSIONID", ()),
            ("VASASESSIONID=", ("",)),
        ],
    )
    def test_the_service_sees_all_its_values(self, header, values, ask, service):
        ask(wrapped("queryArrays"), Cookie=header)
        assert service.calls[0][3] == values


class TestDispatch:
    """Which operation a request means (`vasa-1.0` 1.2 and 1.3)."""

    @pytest.mark.parametrize(
        ("version", "content", "headers"),
        [
            ("1.1", "", {"SOAPAction": '"urn:queryCatalog"'}),
            ("1.1", "", {"SOAPAction": "urn:queryCatalog"}),
            ("1.2", "", {"Content_Type": 'application/soap+xml; charset=utf-8; action="urn:queryCatalog"'}),
            ("1.2", "", {"Content_Type": "application/soap+xml;action=urn:queryCatalog"}),
            ("1.1", "<v:queryCatalog/>", {"SOAPAction": '""'}),
            ("1.1", "<queryCatalogRequest/>", {"SOAPAction": '"urn:queryCatalog"'}),
            ("1.2", "<queryCatalogRequest/>", {}),
        ],
    )
    def test_the_forms_of_query_catalog(self, version, content, headers, ask, service):
        assert ask(content, version, **headers).status == 200
        assert service.calls[-1] == ("query_catalog",)

    def test_the_body_beats_the_action(self, ask, service):
        assert ask(wrapped("queryArrays"), SOAPAction='"urn:getEvents"').status == 200
        assert service.calls[-1][0] == "query_arrays"

    def test_an_empty_body_becomes_the_operation_of_the_action(self, ask, service):
        assert ask("", SOAPAction='"urn:queryArrays"').status == 200
        assert service.calls[-1] == ("query_arrays", None)

    @pytest.mark.parametrize(
        "content",
        [
            "<v:queryEverything/>",
            "<queryArrays/>",
            '<queryArrays xmlns="http://com.vmware.vim.vasa/1.0/"/>',
            "<d:queryArrays/>",
            "<v:queryArraysResponse/>",
        ],
    )
    def test_an_unknown_operation_is_the_clients_fault_without_detail(self, content, ask, service):
        outcome = ask(content, SOAPAction='"urn:queryArrays"')
        assert (outcome.status, outcome.code, outcome.fault) == (500, "Client", "")
        assert service.calls == []

    @pytest.mark.parametrize("action", [None, '""', '"urn:nothing"', "urn:"])
    def test_an_empty_body_without_known_action_is_refused(self, action, ask):
        outcome = ask("", SOAPAction=action)
        assert (outcome.status, outcome.code, outcome.fault) == (500, "Client", "")
