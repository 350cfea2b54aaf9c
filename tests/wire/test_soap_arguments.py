"""How arguments are read: null lists, nil, numbers, order, and what is refused (`vasa-1.0` 1.4, 2.3)."""

import pytest

LONG_LIST = [f"VasaCim:StorageLun:1:{number}" for number in range(40)]


def luns(*ids):
    return "".join(f"<v:lunUniqueId>{one}</v:lunUniqueId>" for one in ids)


def last_call(service):
    return service.calls[-1][1:]


class TestLists:
    """Null lists and their items."""

    @pytest.mark.parametrize(
        "content",
        [
            "<v:queryArrays/>",
            "<v:queryArrays>\n\t </v:queryArrays>",
            '<v:queryArrays><v:arrayUniqueId xsi:nil="true"/></v:queryArrays>',
            '<v:queryArrays><v:arrayUniqueId xsi:nil=" 1 "></v:arrayUniqueId></v:queryArrays>',
            '<v:queryArrays xsi:nil="true"/>',
        ],
    )
    def test_every_form_of_a_null_list(self, content, ask, service):
        assert ask(content).status == 200
        assert last_call(service) == (None,)

    def test_an_empty_text_is_an_item(self, ask, service):
        ask("<v:queryArrays><v:arrayUniqueId/></v:queryArrays>")
        assert last_call(service) == ([""],)

    def test_nil_in_a_longer_list_is_none(self, ask, service):
        nil = '<v:lunUniqueId xsi:nil="true"/>'
        ask(f"<v:queryStorageLuns>{luns('a')}{nil}{luns('b')}</v:queryStorageLuns>")
        assert last_call(service) == (["a", None, "b"],)

    def test_nil_false_is_not_nil(self, ask, service):
        ask('<v:queryArrays><v:arrayUniqueId xsi:nil="false">a</v:arrayUniqueId></v:queryArrays>')
        assert last_call(service) == (["a"],)

    def test_white_space_in_a_text_is_kept(self, ask, service):
        ask("<v:queryArrays><v:arrayUniqueId> a\nb </v:arrayUniqueId></v:queryArrays>")
        assert last_call(service) == ([" a\nb "],)

    def test_comments_cdata_and_references_are_parts_of_the_text(self, ask, service):
        text = "a<!-- no -->b<![CDATA[<c>]]>&amp;&#x64;<?pi?>"
        ask(f"<v:queryArrays><v:arrayUniqueId>{text}</v:arrayUniqueId></v:queryArrays>")
        assert last_call(service) == (["ab<c>&d"],)

    @pytest.mark.parametrize("spacing", ["", "\n  "])
    def test_long_lists_are_read_like_short_ones(self, spacing, ask, service):
        items = spacing.join(luns(one) for one in LONG_LIST)
        ask(f"<v:queryStorageLuns>{spacing}{items}{spacing}</v:queryStorageLuns>")
        assert last_call(service) == (LONG_LIST,)

    @pytest.mark.parametrize(
        ("odd", "read"),
        [
            ('<v:lunUniqueId xsi:nil="true"/>', None),
            ("<v:lunUniqueId/>", ""),
            ("<v:lunUniqueId>a<!-- -->b</v:lunUniqueId>", "ab"),
            ("<v:lunUniqueId>a<![CDATA[b]]>c</v:lunUniqueId>", "abc"),
            ('<v:lunUniqueId xsi:type="xs:string">a</v:lunUniqueId>', "a"),
            ('<lunUniqueId xmlns="http://com.vmware.vim.vasa/1.0/xsd">a</lunUniqueId>', "a"),
        ],
    )
    def test_an_odd_item_in_a_long_list(self, odd, read, ask, service):
        ask(f"<v:queryStorageLuns>{luns(*LONG_LIST)}{odd}{luns('last')}</v:queryStorageLuns>")
        assert last_call(service) == ([*LONG_LIST, read, "last"],)

    @pytest.mark.parametrize(
        "odd",
        [
            "<lunUniqueId>a</lunUniqueId>",
            "<d:lunUniqueId>a</d:lunUniqueId>",
            "<v:arrayUniqueId>a</v:arrayUniqueId>",
            "<v:lunUniqueId><v:x/></v:lunUniqueId>",
            "<v:lunUniqueId>a<v:x/></v:lunUniqueId>",
            "text",
            '<v:lunUniqueId xsi:type="xs:long">1</v:lunUniqueId>',
            '<v:lunUniqueId xsi:nil="yes"/>',
            '<v:lunUniqueId xsi:nil="true">a</v:lunUniqueId>',
        ],
    )
    @pytest.mark.parametrize("others", [[], LONG_LIST])
    def test_what_does_not_belong_into_a_list_is_refused(self, odd, others, ask, service):
        outcome = ask(f"<v:queryStorageLuns>{luns(*others)}{odd}</v:queryStorageLuns>")
        assert outcome.fault == "InvalidArgument"
        assert not [call for call in service.calls if call[0] == "query_storage_luns"]

    def test_two_odd_items_that_would_make_up_for_each_other(self, ask, service):
        odd = "<v:lunUniqueId/><v:lunUniqueId>a<!-- -->b</v:lunUniqueId>"
        ask(f"<v:queryStorageLuns>{luns(*LONG_LIST)}{odd}</v:queryStorageLuns>")
        assert last_call(service) == ([*LONG_LIST, "", "ab"],)

    def test_ten_thousand_ids_of_255_characters(self, ask, service):
        ids = [f"{number:0>255}" for number in range(10_000)]
        assert ask(f"<v:queryStorageLuns>{luns(*ids)}</v:queryStorageLuns>").status == 200
        assert last_call(service) == (ids,)


class TestNumbers:
    """Longs by the rules of XML Schema."""

    @pytest.mark.parametrize(
        ("text", "number"),
        [
            ("0", 0),
            ("+5", 5),
            (" \t\n7\r\n ", 7),
            ("-1", -1),
            ("0009", 9),
            ("-0", 0),
            ("9223372036854775807", 2**63 - 1),
            ("-9223372036854775808", -(2**63)),
        ],
    )
    def test_what_is_a_long(self, text, number, ask, service):
        ask(f"<v:getEvents><v:lastEventId>{text}</v:lastEventId></v:getEvents>")
        assert last_call(service) == (number,)

    @pytest.mark.parametrize(
        "text",
        [
            *("", " ", "x", "1.0", "1e3", "0x10", "1_000", "--1", "+-1", "1 2", "٣", "\u00a05"),
            *("9223372036854775808", "-9223372036854775809", "9" * 5000),
        ],
    )
    def test_what_is_not(self, text, ask):
        outcome = ask(f"<v:getAlarms><v:lastAlarmId>{text}</v:lastAlarmId></v:getAlarms>")
        assert outcome.fault == "InvalidArgument"

    @pytest.mark.parametrize("content", ["<v:getEvents/>", "<v:getEvents> </v:getEvents>"])
    def test_an_absent_one_is_0(self, content, ask, service):
        ask(content)
        assert last_call(service) == (0,)

    @pytest.mark.parametrize("nil", ["true", "1"])
    def test_a_number_cannot_be_nil(self, nil, ask):
        outcome = ask(f'<v:getEvents><v:lastEventId xsi:nil="{nil}"/></v:getEvents>')
        assert outcome.fault == "InvalidArgument"

    def test_it_cannot_hold_elements(self, ask):
        assert ask("<v:getEvents><v:lastEventId>1<v:x/></v:lastEventId></v:getEvents>").fault == "InvalidArgument"


class TestObjects:
    """The usage context."""

    @pytest.mark.parametrize(
        "content",
        ["<v:setContext/>", '<v:setContext><v:usageContext xsi:nil="true"/></v:setContext>'],
    )
    def test_no_context_is_none(self, content, ask, service):
        ask(content)
        assert last_call(service) == (None,)

    def test_an_empty_context_is_a_context(self, ask, service):
        ask("<v:setContext><v:usageContext/></v:setContext>")
        (context,) = last_call(service)
        assert context.is_empty()
        assert context.session_timeout_in_seconds is None
        assert context.host_initiators == ()

    def test_children_may_come_in_any_order(self, ask, service):
        ask(
            "<v:setContext><v:usageContext><d:vcGuid>g</d:vcGuid><d:mountPoint><d:serverName>s</d:serverName>"
            "<d:filePath>/f</d:filePath></d:mountPoint><d:chapUsername>c</d:chapUsername>"
            "<d:mountPoint/></v:usageContext></v:setContext>"
        )
        (context,) = last_call(service)
        assert [(one.server_name, one.file_path) for one in context.mount_points] == [("s", "/f"), (None, None)]
        assert (context.vc_guid, context.chap_usernames) == ("g", ("c",))

    def test_nil_items_are_left_out(self, ask, service):
        nil = '<d:hostInitiator xsi:nil="true"/><d:chapUsername xsi:nil="true"/><d:vcGuid xsi:nil="true"/>'
        ask(f"<v:setContext><v:usageContext>{nil}</v:usageContext></v:setContext>")
        (context,) = last_call(service)
        assert (context.host_initiators, context.chap_usernames, context.vc_guid) == ((), (), None)

    @pytest.mark.parametrize("name", ["d:UsageContext", "  d:UsageContext "])
    def test_an_xsi_type_may_name_the_declared_type(self, name, ask, service):
        content = (
            f'<v:setContext><v:usageContext xsi:type="{name}"><d:vcGuid>g</d:vcGuid></v:usageContext></v:setContext>'
        )
        assert ask(content).status == 200

    @pytest.mark.parametrize(
        "inside",
        [
            "<vcGuid>g</vcGuid>",
            "<v:vcGuid>g</v:vcGuid>",
            "<d:vcGuid>g</d:vcGuid><d:vcGuid>h</d:vcGuid>",
            "<d:unknown/>",
            "text",
            "<d:vcGuid>g</d:vcGuid>text",
            "<d:vcGuid><d:x/></d:vcGuid>",
            "<d:sessionTimeoutInSeconds/>",
            "<d:hostInitiator>text</d:hostInitiator>",
            "<d:hostInitiator><d:portWwn>1</d:portWwn><d:portWwn>2</d:portWwn></d:hostInitiator>",
            "<d:hostInitiator><d:filePath>1</d:filePath></d:hostInitiator>",
            '<d:hostInitiator xsi:type="d:MountInfo"/>',
            '<d:hostInitiator xsi:type="d:BaseStorageEntity"/>',
            '<d:hostInitiator xsi:type="HostInitiatorInfo"/>',
        ],
    )
    def test_what_the_contract_does_not_know_is_refused(self, inside, ask, service):
        outcome = ask(f"<v:setContext><v:usageContext>{inside}</v:usageContext></v:setContext>")
        assert outcome.fault == "InvalidArgument"
        assert not [call for call in service.calls if call[0] == "set_context"]

    def test_a_repeated_argument_is_refused(self, ask):
        twice = "<v:usageContext/><v:usageContext/>"
        assert ask(f"<v:setContext>{twice}</v:setContext>").fault == "InvalidArgument"

    @pytest.mark.parametrize(
        ("said", "accepted"),
        [("xs:string", True), ("xs:token", True), ("d:EntityTypeEnum", True), ("xs:int", False), ("q:string", False)],
    )
    def test_types_of_texts(self, said, accepted, ask):
        content = f'<v:entityType xsi:type="{said}">StorageLun</v:entityType>'
        outcome = ask(f"<v:getNumberOfEntities>{content}</v:getNumberOfEntities>")
        assert outcome.status == (200 if accepted else 500)

    def test_attributes_of_toolkits_are_ignored(self, ask, service):
        attributes = 's:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/" id="x" d:y="z"'
        ask(f"<v:queryArrays {attributes}><v:arrayUniqueId {attributes}>a</v:arrayUniqueId></v:queryArrays>")
        assert last_call(service) == (["a"],)


class TestUndeclared:
    """Operations that do not declare InvalidArgument (`vasa-1.0 2.2`)."""

    @pytest.mark.parametrize(
        ("content", "fault"),
        [
            (
                "<v:registerVASACertificate><v:newCertificate><v:x/></v:newCertificate></v:registerVASACertificate>",
                "InvalidCertificate",
            ),
            ("<v:registerVASACertificate><v:userName><v:x/></v:userName></v:registerVASACertificate>", "StorageFault"),
            ("<v:registerVASACertificate><v:user/></v:registerVASACertificate>", "StorageFault"),
            (
                "<v:unregisterVASACertificate><v:existingCertificate>a</v:existingCertificate>"
                "<v:existingCertificate>b</v:existingCertificate></v:unregisterVASACertificate>",
                "InvalidCertificate",
            ),
            ("<v:queryCatalog><v:x/></v:queryCatalog>", "StorageFault"),
        ],
    )
    def test_a_bad_argument_becomes_a_declared_fault(self, content, fault, ask):
        assert ask(content).fault == fault
