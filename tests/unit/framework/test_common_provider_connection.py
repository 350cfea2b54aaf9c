"""The common provider, connection: admission, certificates and setContext over fake sources."""

import threading

import pytest

from vasa_cim.errors import (
    InvalidArgument,
    InvalidCertificate,
    InvalidLogin,
    InvalidSession,
    SourceUnreachable,
    StorageFault,
    StoreError,
)
from vasa_cim.framework.vasa_service import Trust
from vasa_cim.model.entities import VendorModel
from vasa_cim.model.usage_context import UsageContext
from vasa_cim.store.certificates import CertificateStore

# --- admission (1.7, 4.4) ---


def test_what_each_level_of_trust_lets_in(site):
    mine, stranger = site.trusted, site.certificates.make()
    session_id = site.set_context(UsageContext())
    unknown = "A" * 43
    # level, certificate, cookies, (session found, cookie kept) or None for InvalidSession
    cases = [
        ("registering needs nothing", Trust.NONE, None, [], (False, None)),
        ("registering keeps the cookie", Trust.NONE, stranger, [session_id], (False, session_id)),
        ("registering with two cookies keeps none", Trust.NONE, None, [session_id, unknown], (False, None)),
        ("setContext needs a certificate", Trust.CERTIFICATE, None, [], None),
        ("setContext needs a registered certificate", Trust.CERTIFICATE, stranger, [session_id], None),
        ("setContext needs no cookie", Trust.CERTIFICATE, mine, [], (False, None)),
        ("setContext with an unknown cookie", Trust.CERTIFICATE, mine, [unknown], (False, unknown)),
        ("setContext with two cookies names no session", Trust.CERTIFICATE, mine, [session_id, unknown], (False, None)),
        ("a query with certificate and cookie", Trust.SESSION, mine, [session_id], (True, session_id)),
        ("the same cookie twice is one", Trust.SESSION, mine, [session_id, session_id], (True, session_id)),
        ("two different cookies", Trust.SESSION, mine, [session_id, unknown], None),
        ("a cookie and the reserved one", Trust.SESSION, mine, [session_id, "0"], None),
        ("no cookie", Trust.SESSION, mine, [], None),
        ("an empty cookie", Trust.SESSION, mine, [""], None),
        ("the reserved cookie", Trust.SESSION, mine, ["0"], None),
        ("an unknown cookie", Trust.SESSION, mine, [unknown], None),
        ("a cookie without certificate", Trust.SESSION, None, [session_id], None),
        ("a cookie with a strange certificate", Trust.SESSION, stranger, [session_id], None),
        ("unregistering without certificate", Trust.CERTIFICATE_OR_SESSION, None, [session_id], None),
        ("unregistering without session", Trust.CERTIFICATE_OR_SESSION, mine, [], (False, None)),
        ("unregistering with an unknown session", Trust.CERTIFICATE_OR_SESSION, mine, [unknown], (False, unknown)),
        ("unregistering with the reserved cookie", Trust.CERTIFICATE_OR_SESSION, mine, ["0"], (False, "0")),
        ("unregistering in a session", Trust.CERTIFICATE_OR_SESSION, mine, [session_id], (True, session_id)),
        ("unregistering with two cookies", Trust.CERTIFICATE_OR_SESSION, mine, [session_id, unknown], None),
    ]
    for sentence, trust, certificate, cookies, expected in cases:
        try:
            admission = site.provider.admit(trust, site.peer(certificate), cookies)
            found = (admission.session is not None, admission.cookie)
            assert admission.session_id == (session_id if admission.session else None), sentence
        except InvalidSession:
            found = None
        assert found == expected, sentence


def test_a_session_is_bound_to_its_certificate_not_to_a_connection(site):
    other = site.certificates.make()
    site.register(other)
    session_id = site.set_context(UsageContext())
    assert not site.lives(session_id, other)
    assert site.lives(session_id)


def test_a_certificate_that_ends_takes_its_sessions_along(site, clock):
    short = site.certificates.make(clock.now(), days=1)
    site.register(short)
    session_id = site.set_context(UsageContext(session_timeout_in_seconds=86_400), short)
    clock.turn(days=0.9)
    assert site.provider.trusts(site.peer(short))
    assert site.lives(session_id, short)
    clock.turn(days=0.2)
    assert not site.provider.trusts(site.peer(short))
    assert not site.lives(session_id, short)
    with pytest.raises(InvalidSession):
        site.set_context(UsageContext(), short)


def test_every_call_restarts_the_idle_timer(site, clock):
    session_id = site.set_context(UsageContext(session_timeout_in_seconds=100))
    for _ in range(5):
        clock.turn(99)
        site.provider.get_events(site.admit(session_id), 0)
    clock.turn(100)
    assert not site.lives(session_id)


# --- registerVASACertificate ---


def test_registering_a_new_certificate_answers_the_provider_and_no_session(site):
    certificate = site.certificates.make()
    answer = site.register(certificate)
    assert answer.cookie == answer.info.session_id == "0"
    assert (answer.info.name, answer.info.default_namespace) == ("vasa-cim", "com.example")
    assert (answer.info.vasa_api_version, answer.info.vasa_provider_version) == ("1.0", "1.2")
    assert answer.info.default_session_timeout_in_seconds == 1800
    assert answer.info.supported_vendor_model == (VendorModel("ACME", "Model A1"),)
    assert site.provider.trusts(site.peer(certificate))
    assert [each.user_name for each in site.registry_store.all()] == ["admin"]


def test_registering_waits_for_the_sources_but_does_without_them(build):
    site = build()
    answer = site.register(site.certificates.make())
    assert site.engines["one"].waits == [0.0]
    assert answer.info.supported_vendor_model == ()


def test_a_new_certificate_ends_the_session_of_the_cookie_and_no_other(site):
    mine, others = site.set_context(UsageContext()), site.set_context(UsageContext())
    site.register(site.certificates.make(), cookies=[mine], on=site.trusted)
    assert not site.lives(mine)
    assert site.lives(others)


def test_a_known_certificate_changes_nothing_and_its_session_stays(site):
    session_id = site.set_context(UsageContext())
    answer = site.register(site.trusted, cookies=[session_id], on=site.trusted)
    assert answer.cookie == answer.info.session_id == session_id
    assert site.lives(session_id)
    assert site.register(site.trusted, cookies=["gone"]).cookie == "0"


def test_a_bad_login_comes_before_a_bad_certificate_and_trusts_nothing(site):
    admission = site.provider.admit(Trust.NONE, site.peer(), [])
    certificate = site.certificates.make()
    with pytest.raises(InvalidLogin):
        site.provider.register_vasa_certificate(admission, "admin", "wrong", "rubbish")
    with pytest.raises(InvalidLogin):
        site.register(certificate, password="wrong")
    with pytest.raises(InvalidCertificate):
        site.provider.register_vasa_certificate(admission, "admin", "secret", "rubbish")
    with pytest.raises(InvalidCertificate):
        site.provider.register_vasa_certificate(admission, "admin", "secret", None)
    assert site.registry.all() == []
    assert not site.provider.trusts(site.peer(certificate))


def test_a_source_that_is_down_makes_registering_a_storage_fault(site):
    site.engines["one"].adapter.login_error = SourceUnreachable(source="one", reason="down")
    with pytest.raises(StorageFault):
        site.register(site.certificates.make())


def test_a_store_that_fails_makes_registering_and_unregistering_a_storage_fault(site, monkeypatch):
    mine = site.trusted
    session_id = site.set_context(UsageContext())

    def fail(*arguments):
        raise StoreError(reason="there is no room left on the disk")

    monkeypatch.setattr(CertificateStore, "add", fail)
    monkeypatch.setattr(CertificateStore, "remove", fail)
    new = site.certificates.make()
    with pytest.raises(StorageFault, match="could not be stored"):
        site.register(new, cookies=[session_id])
    assert not site.provider.trusts(site.peer(new))
    with pytest.raises(StorageFault, match="could not be removed"):
        site.unregister(mine, cookies=[session_id])
    assert site.lives(session_id)


# --- unregisterVASACertificate ---


@pytest.mark.parametrize("with_session", [True, False])
def test_ones_own_certificate_can_be_removed_with_and_without_a_session(site, with_session):
    mine, sessions = site.trusted, [site.set_context(UsageContext()) for _ in range(2)]
    site.unregister(mine, cookies=sessions[:1] if with_session else [])
    assert not site.provider.trusts(site.peer(mine))
    assert len(site.sessions) == 0
    assert site.engines["one"].sessions == {}
    with pytest.raises(InvalidSession):
        site.unregister(mine, on=mine)


def test_another_certificate_of_the_same_user_needs_a_session(site):
    other = site.certificates.make()
    site.register(other)
    others_session = site.set_context(UsageContext(), other)
    with pytest.raises(InvalidSession):
        site.unregister(other)
    mine, second = site.set_context(UsageContext()), site.set_context(UsageContext())
    site.unregister(other, cookies=[mine])
    assert site.sessions.find(others_session) is None
    assert not site.lives(mine)  # its cookie is now 0
    assert site.lives(second)


def test_the_certificate_of_another_user_cannot_be_removed(site):
    site.engines["one"].adapter.passwords["operator"] = "secret"
    other = site.certificates.make()
    site.register(other, user="operator")
    mine = site.set_context(UsageContext())
    with pytest.raises(InvalidCertificate):
        site.unregister(other, cookies=[mine])
    assert site.provider.trusts(site.peer(other))
    assert site.lives(mine)


def test_what_is_not_registered_or_no_certificate_cannot_be_removed(site):
    mine = site.set_context(UsageContext())
    with pytest.raises(InvalidCertificate):
        site.unregister(site.certificates.make(), cookies=[mine])
    with pytest.raises(InvalidCertificate):
        site.unregister(None, cookies=[mine])
    with pytest.raises(InvalidCertificate):
        site.unregister(None)
    assert site.lives(mine)


# --- the lab switch ---


def test_in_a_lab_the_cookie_alone_protects_the_calls(build, estate, certificates):
    lab = build(require_client_certificate=False)
    lab.engines["one"].poll(estate.inventory)
    nobody, somebody = lab.peer(), lab.peer(certificates.make())
    assert lab.provider.trusts(nobody)
    session_id = lab.provider.set_context(lab.provider.admit(Trust.CERTIFICATE, nobody, []), UsageContext()).session_id
    assert lab.provider.admit(Trust.SESSION, nobody, [session_id]).session_id == session_id
    with pytest.raises(InvalidSession):
        lab.provider.admit(Trust.SESSION, somebody, [session_id])
    with pytest.raises(InvalidSession):
        lab.provider.admit(Trust.SESSION, nobody, [])
    certificate = certificates.make()
    lab.register(certificate)
    admission = lab.provider.admit(Trust.CERTIFICATE_OR_SESSION, nobody, [])
    lab.provider.unregister_vasa_certificate(admission, certificates.pem(certificate))
    assert lab.registry.all() == []


# --- setContext ---


def test_the_answer_holds_the_session_and_the_provider(site, usage):
    admission = site.provider.admit(Trust.CERTIFICATE, site.peer(site.trusted), [])
    info = site.provider.set_context(admission, usage)
    assert info.session_id.isalnum()
    assert info.supported_vendor_model == (VendorModel("ACME", "Model A1"),)
    assert list(site.engines["one"].sessions) == [info.session_id]


def test_no_context_is_refused_and_the_old_session_lives(site, usage):
    old = site.set_context(usage)
    with pytest.raises(InvalidArgument, match="usageContext"):
        site.set_context(None, cookies=[old])
    assert site.lives(old)


def test_each_set_context_makes_a_new_session_and_ends_that_of_the_cookie(site, usage):
    first = site.set_context(usage)
    second = site.set_context(usage, cookies=[first])
    third = site.set_context(usage)
    assert len({first, second, third}) == 3
    assert [site.lives(each) for each in (first, second, third)] == [False, True, True]
    assert set(site.engines["one"].sessions) == {second, third}


def test_the_session_of_another_certificate_is_left_alone(site, usage):
    other = site.certificates.make()
    site.register(other)
    theirs = site.set_context(usage, other)
    site.set_context(usage, cookies=[theirs])
    assert site.lives(theirs, other)


def test_a_failing_set_context_leaves_the_old_session(site, usage):
    old = site.set_context(usage)
    site.engines["one"].collector_error = StorageFault("no")
    with pytest.raises(StorageFault):
        site.set_context(usage, cookies=[old])
    assert site.lives(old)
    assert list(site.engines["one"].sessions) == [old]


def test_it_waits_for_the_sources_and_fails_only_if_none_has_data(build, usage, estate):
    site = build("one", "two", "three")
    site.engines["one"].poll(SourceUnreachable(source="one", reason="down"))
    site.engines["two"].poll(SourceUnreachable(source="two", reason="down"))
    with pytest.raises(StorageFault) as raised:
        site.set_context(usage)
    assert raised.value.message_id == "Fault.ArrayUnreachable"
    assert len(site.sessions) == 0
    assert site.engines["one"].waits
    site.engines["two"].poll(estate.inventory)
    session_id = site.set_context(usage)
    assert len(site.provider.query_arrays(site.admit(session_id), None)) == 1


def test_a_certificate_removed_during_the_wait_opens_no_session(site, usage, monkeypatch):
    mine = site.trusted
    admission = site.provider.admit(Trust.CERTIFICATE, site.peer(mine), [])

    def remove_meanwhile(timeout):
        site.unregister(mine)
        return True

    monkeypatch.setattr(site.engines["one"], "settled", remove_meanwhile)
    with pytest.raises(InvalidSession):
        site.provider.set_context(admission, usage)
    assert len(site.sessions) == 0


def test_a_certificate_removed_while_the_session_is_begun_leaves_no_collector(site, usage, monkeypatch):
    mine, engine = site.trusted, site.engines["one"]
    start = engine.start_session_collector

    def remove_first(*arguments):
        site.unregister(mine)
        start(*arguments)

    monkeypatch.setattr(engine, "start_session_collector", remove_first)
    with pytest.raises(InvalidSession):
        site.set_context(usage)
    assert len(site.sessions) == 0
    assert engine.sessions == {}


def test_many_clients_at_once_leave_exactly_the_living_sessions(site, usage):
    mine, errors = site.trusted, []

    def client():
        try:
            session_id = None
            for _ in range(30):
                session_id = site.set_context(usage, mine, [session_id] if session_id else [])
                site.provider.query_storage_luns(site.admit(session_id), list(site.estate.luns))
                site.provider.get_events(site.admit(session_id), 0)
        except Exception as error:  # noqa: BLE001  carried to the test's own thread
            errors.append(error)

    threads = [threading.Thread(target=client) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    living = {each.session_id for each in site.sessions.all()}
    assert len(living) == 8
    assert set(site.engines["one"].sessions) == living


def test_too_many_sessions_of_others_is_a_storage_fault(build, estate, usage):
    site = build(max_sessions=1)
    site.engines["one"].poll(estate.inventory)
    other = site.certificates.make()
    site.register(other)
    theirs = site.set_context(usage, other)
    with pytest.raises(StorageFault) as raised:
        site.set_context(usage)
    assert raised.value.message_id == "Fault.TooManySessions"
    assert site.lives(theirs, other)


def test_a_call_whose_session_ends_meanwhile_is_an_invalid_session(site, usage):
    session_id = site.set_context(usage)
    admission = site.admit(session_id)
    site.sessions.end(session_id)
    with pytest.raises(InvalidSession):
        site.provider.query_arrays(admission, None)
