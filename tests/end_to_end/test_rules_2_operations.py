"""vasa-1.0 section 2: who may raise what, the order of checks, ids, and each operation."""

import itertools

import pytest

D = "http://data.vasa.vim.vmware.com/xsd"
LIST_QUERIES = {
    "queryArrays": ("arrayUniqueId", "StorageArray"),
    "queryStorageProcessors": ("spUniqueId", "StorageProcessor"),
    "queryStoragePorts": ("portUniqueId", "StoragePort"),
    "queryStorageLuns": ("lunUniqueId", "StorageLun"),
    "queryStorageCapabilities": ("capabilityUniqueId", "StorageCapability"),
}
ASSOCIATIONS = {
    "queryAssociatedProcessorsForArray": ("arrayUniqueId", "StorageArray", "StorageProcessor"),
    "queryAssociatedPortsForProcessor": ("spUniqueId", "StorageProcessor", "StoragePort"),
    "queryAssociatedLunsForPort": ("portUniqueId", "StoragePort", "StorageLun"),
    "queryAssociatedCapabilityForLun": ("lunUniqueId", "StorageLun", "StorageCapability"),
}
ALL_LISTS = LIST_QUERIES | {name: row[:2] for name, row in ASSOCIATIONS.items()}
FILE_OPERATIONS = {
    "queryStorageFileSystems": "fsUniqueId",
    "queryUniqueIdentifiersForFileSystems": "fsUniqueId",
    "queryAssociatedCapabilityForFileSystem": "fsUniqueId",
}
BAD_ARGUMENT = {name: f"<v:{argument}>no id</v:{argument}>" for name, (argument, _) in ALL_LISTS.items()} | {
    "queryUniqueIdentifiersForEntity": "<v:entityType>Cow</v:entityType>",
    "getNumberOfEntities": "<v:entityType/>",
    "queryUniqueIdentifiersForLuns": "",
    "queryDRSMigrationCapabilityForPerformance": "<v:srcUniqueId>x</v:srcUniqueId>",
    "getEvents": "<v:lastEventId>-2</v:lastEventId>",
    "getAlarms": "<v:lastAlarmId>-2</v:lastAlarmId>",
}
IN_A_SESSION = [*BAD_ARGUMENT, *FILE_OPERATIONS, "queryCatalog"]
TYPES = ["StorageArray", "StorageProcessor", "StoragePort", "StorageLun", "StorageCapability"]


def own_id(element):
    return element.findtext(f"{{{D}}}uniqueIdentifier")


def asked_id(element):
    """The entity that an association is about: exactly one."""
    (entity,) = element.findall(f"{{{D}}}entityId")
    return own_id(entity)


def ids_of(answer, operation):
    return [(asked_id if operation in ASSOCIATIONS else own_id)(element) for element in answer.returns]


@pytest.fixture(scope="module")
def known(everything):
    """The ids of each kind that the whole context sees."""
    return {entity_type: everything.ids(entity_type) for entity_type in TYPES}


EVERYWHERE = {"InvalidSession", "StorageFault"}
WITH_ARGUMENT = EVERYWHERE | {"InvalidArgument"}
WITH_PROFILE = WITH_ARGUMENT | {"NotImplemented"}
DECLARED = (
    dict.fromkeys([*ALL_LISTS, "queryStorageFileSystems", "queryAssociatedCapabilityForFileSystem"], WITH_PROFILE)
    | dict.fromkeys(["setContext", "queryUniqueIdentifiersForEntity", "getNumberOfEntities"], WITH_ARGUMENT)
    | dict.fromkeys(
        ["queryUniqueIdentifiersForLuns", "queryUniqueIdentifiersForFileSystems"], WITH_PROFILE | {"NotFound"}
    )
    | {
        "queryArrays": WITH_ARGUMENT,
        "registerVASACertificate": EVERYWHERE | {"InvalidCertificate", "InvalidLogin"},
        "unregisterVASACertificate": EVERYWHERE | {"InvalidCertificate"},
        "getEvents": WITH_ARGUMENT | {"LostEvent"},
        "getAlarms": WITH_ARGUMENT | {"LostAlarm"},
        "queryDRSMigrationCapabilityForPerformance": WITH_ARGUMENT | {"NotFound"},
        "queryCatalog": EVERYWHERE,
    }
)


def test_the_contract_declares_the_faults_of_each_operation(declared):
    """2.2; every call of these tests is held to it."""
    assert len(declared) == 22
    assert declared == DECLARED


class TestOrderOfChecks:
    """2.3, and the declared faults of 2.2"""

    @pytest.mark.parametrize("operation", IN_A_SESSION)
    def test_a_bad_argument_without_a_session_is_invalid_session(self, registered, operation):
        answer = registered.call(operation, BAD_ARGUMENT.get(operation, "<v:fsUniqueId>x</v:fsUniqueId>"))
        assert answer.fault == "InvalidSession"

    @pytest.mark.parametrize("operation", [*IN_A_SESSION, "setContext"])
    def test_a_connection_without_certificate_is_invalid_session(self, anonymous, everything, operation):
        answer = anonymous.call(operation, BAD_ARGUMENT.get(operation, ""), cookie=everything.id)
        assert answer.fault == "InvalidSession"

    @pytest.mark.parametrize("operation", [*IN_A_SESSION, "setContext"])
    def test_an_unregistered_certificate_is_invalid_session(self, stranger, everything, operation):
        answer = stranger.call(operation, BAD_ARGUMENT.get(operation, ""), cookie=everything.id)
        assert answer.fault == "InvalidSession"

    @pytest.mark.parametrize("operation", BAD_ARGUMENT)
    def test_a_bad_argument_in_a_session_is_invalid_argument(self, everything, operation):
        assert everything.call(operation, BAD_ARGUMENT[operation]).fault == "InvalidArgument"

    @pytest.mark.parametrize("operation", FILE_OPERATIONS)
    @pytest.mark.parametrize(
        "argument", ["", "<v:fsUniqueId/>", "<v:fsUniqueId>no id</v:fsUniqueId>", '<v:fsUniqueId xsi:nil="true"/>']
    )
    def test_the_missing_profile_comes_before_the_argument(self, everything, operation, argument):
        assert everything.call(operation, argument).fault == "NotImplemented"

    @pytest.mark.parametrize("operation", ["queryUniqueIdentifiersForEntity", "getNumberOfEntities"])
    @pytest.mark.parametrize(
        "text",
        [None, "", " ", "StorageFileSystem", "storagelun", "STORAGE_LUN", "StorageLuns", "StorageArrayEntity", "lun"],
    )
    def test_kinds_that_are_none_or_not_offered(self, everything, soap, operation, text):
        argument = "" if text is None else soap.elements("entityType", [text])
        assert everything.call(operation, argument).fault == "InvalidArgument"

    @pytest.mark.parametrize("argument", ["", '<v:usageContext xsi:nil="true"/>'])
    def test_set_context_needs_a_context(self, registered, argument):
        assert registered.call("setContext", argument).fault == "InvalidArgument"


@pytest.fixture(scope="module")
def stranger(wires, bridge, identity):
    """A client with a certificate that nobody registered."""
    return wires(bridge, identity("stranger"))


@pytest.mark.parametrize("operation", ALL_LISTS)
class TestLists:
    """The id rules of 2.3"""

    def test_ids_of_other_kinds_are_refused(self, everything, known, soap, operation):
        argument, entity_type = ALL_LISTS[operation]
        for other in set(TYPES) - {entity_type}:
            wrong = known[other][0]
            for ids in ([wrong], [known[entity_type][0], wrong], [wrong, known[entity_type][0]]):
                assert everything.call(operation, soap.elements(argument, ids)).fault == "InvalidArgument", other

    @pytest.mark.parametrize("bad", ["x", "no id", "'; drop table x", "../../etc/passwd", "é", "a" * 5000])
    def test_text_that_is_no_id_is_refused(self, everything, known, soap, operation, bad):
        argument, entity_type = ALL_LISTS[operation]
        ids = [known[entity_type][0], bad]
        assert everything.call(operation, soap.elements(argument, ids)).fault == "InvalidArgument"

    @pytest.mark.parametrize("hole", ["<v:%s/>", '<v:%s xsi:nil="true"/>'])
    def test_null_or_empty_inside_a_longer_list_is_refused(self, everything, known, soap, operation, hole):
        argument, entity_type = ALL_LISTS[operation]
        good = soap.elements(argument, known[entity_type][:1])
        for children in (good + hole % argument, hole % argument + good):
            assert everything.call(operation, children).fault == "InvalidArgument"

    def test_unknown_ids_are_skipped(self, everything, known, soap, operation):
        argument, entity_type = ALL_LISTS[operation]
        good = known[entity_type][0]
        answer = everything.call(operation, soap.elements(argument, [good + "x", good, good + "y"]))
        assert ids_of(answer, operation) == [good]
        assert everything.call(operation, soap.elements(argument, [good + "x"])).returns == []

    def test_duplicates_are_answered_once_in_the_order_of_first_mention(self, everything, known, soap, operation):
        argument, entity_type = ALL_LISTS[operation]
        wanted = list(reversed(known[entity_type]))
        answer = everything.call(operation, soap.elements(argument, [*wanted, *known[entity_type], wanted[0]]))
        assert ids_of(answer, operation) == wanted

    def test_what_another_host_sees_is_skipped_like_unknown(self, session, everything, hosts, soap, operation):
        argument, entity_type = ALL_LISTS[operation]
        own = session(soap.initiator(portWwn=hosts[0][0]))
        visible, everyones = own.ids(entity_type), everything.ids(entity_type)
        answer = own.call(operation, soap.elements(argument, everyones))
        assert ids_of(answer, operation) == [one for one in everyones if one in visible]


class TestAgreement:
    """Counts, ids, details and relations tell one story (2.4, 8.1)"""

    @pytest.mark.parametrize("entity_type", TYPES)
    def test_the_count_is_the_number_of_ids(self, everything, known, entity_type):
        assert everything.count(entity_type) == len(set(known[entity_type])) == len(known[entity_type]) > 0

    def test_two_calls_agree(self, everything, known):
        assert {entity_type: everything.ids(entity_type) for entity_type in TYPES} == known

    def test_luns_of_the_arrays_are_all_luns_once(self, everything, known, soap):
        found = []
        for array in known["StorageArray"]:
            argument = soap.elements("arrayUniqueId", [array])
            found += everything.call("queryUniqueIdentifiersForLuns", argument).texts
        assert sorted(found) == sorted(known["StorageLun"])

    @pytest.mark.parametrize("operation", ASSOCIATIONS)
    def test_related_ids_are_known(self, everything, known, soap, operation):
        argument, asked, related = ASSOCIATIONS[operation]
        answer = everything.call(operation, soap.elements(argument, known[asked]))
        seen = set()
        for element in answer.returns:
            assert asked_id(element) in known[asked]
            found = [own_id(one) for one in element.findall(f"{{{D}}}associatedId")]
            assert found
            assert len(found) == len(set(found))
            seen |= set(found)
        assert seen <= set(known[related])
        if related != "StorageCapability":
            assert seen == set(known[related])

    def test_a_lun_has_exactly_one_capability(self, everything, known):
        answer = everything.call("queryAssociatedCapabilityForLun")
        assert [len(element.findall(f"{{{D}}}associatedId")) for element in answer.returns] == [1] * len(
            known["StorageLun"]
        )


class TestSingleIds:
    """17 and 19 of 2.4"""

    @pytest.mark.parametrize("argument", ["", "<v:arrayUniqueId/>", '<v:arrayUniqueId xsi:nil="true"/>'])
    def test_luns_of_no_array(self, everything, argument):
        assert everything.call("queryUniqueIdentifiersForLuns", argument).fault == "InvalidArgument"

    @pytest.mark.parametrize("entity_type", ["StorageProcessor", "StoragePort", "StorageLun", "StorageCapability"])
    def test_luns_of_something_else(self, everything, known, soap, entity_type):
        argument = soap.elements("arrayUniqueId", known[entity_type][:1])
        assert everything.call("queryUniqueIdentifiersForLuns", argument).fault == "InvalidArgument"

    def test_luns_of_an_unknown_array(self, everything, known, soap):
        argument = soap.elements("arrayUniqueId", [known["StorageArray"][0] + "x"])
        assert everything.call("queryUniqueIdentifiersForLuns", argument).fault == "NotFound"

    def test_luns_of_a_known_array_in_an_empty_context(self, session, known, soap):
        argument = soap.elements("arrayUniqueId", known["StorageArray"][:1])
        assert session().call("queryUniqueIdentifiersForLuns", argument).returns == []


def drs(session, soap, source, destination, entity_type="StorageLun"):
    given = {"srcUniqueId": source, "dstUniqueId": destination, "entityType": entity_type}
    children = "".join(soap.elements(name, [value]) for name, value in given.items() if value is not None)
    return session.call("queryDRSMigrationCapabilityForPerformance", children)


class TestDrs:
    @pytest.mark.parametrize(
        "entity_type", [None, "", "StorageArray", "StoragePort", "storagelun", "StorageFileSystem"]
    )
    def test_other_kinds(self, everything, known, soap, entity_type):
        first, second = known["StorageLun"][:2]
        assert drs(everything, soap, first, second, entity_type).fault == "InvalidArgument"

    @pytest.mark.parametrize("bad", [None, "", "x"])
    def test_no_id(self, everything, known, soap, bad):
        good = known["StorageLun"][0]
        assert drs(everything, soap, bad, good).fault == "InvalidArgument"
        assert drs(everything, soap, good, bad).fault == "InvalidArgument"

    @pytest.mark.parametrize("other", ["StorageArray", "StoragePort", "StorageCapability"])
    def test_ids_of_another_kind(self, everything, known, soap, other):
        assert drs(everything, soap, known["StorageLun"][0], known[other][0]).fault == "InvalidArgument"

    def test_source_is_destination(self, everything, known, soap):
        lun = known["StorageLun"][0]
        assert drs(everything, soap, lun, lun).fault == "InvalidArgument"

    def test_unknown(self, everything, known, soap):
        lun = known["StorageLun"][0]
        assert drs(everything, soap, lun, lun + "x").fault == "NotFound"
        assert drs(everything, soap, lun + "x", lun).fault == "NotFound"

    def test_out_of_context(self, session, everything, known, hosts, soap):
        own = session(soap.initiator(portWwn=hosts[0][0]))
        visible = own.ids("StorageLun")
        hidden = next(lun for lun in known["StorageLun"] if lun not in visible)
        assert drs(own, soap, visible[0], hidden).fault == "NotFound"
        assert drs(session(), soap, *known["StorageLun"][:2]).fault == "NotFound"

    def test_the_argument_order_is_free(self, everything, known, soap):
        first, second = known["StorageLun"][:2]
        children = (
            soap.elements("entityType", ["StorageLun"])
            + soap.elements("dstUniqueId", [second])
            + soap.elements("srcUniqueId", [first])
        )
        answer = everything.call("queryDRSMigrationCapabilityForPerformance", children)
        assert answer.texts == drs(everything, soap, first, second).texts

    def test_the_answer_is_symmetric(self, everything, known, soap):
        """Different pools are different from both sides."""
        for first, second in itertools.combinations(known["StorageLun"][:6], 2):
            there, back = drs(everything, soap, first, second), drs(everything, soap, second, first)
            assert there.texts == back.texts
            assert there.texts[0] in ("true", "false")
