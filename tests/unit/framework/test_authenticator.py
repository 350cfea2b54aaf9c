"""Checking logins at a source (vasa-1.0 2.4, 4.6)."""

import pytest
from structlog.testing import capture_logs

from vasa_cim.adapter import Source
from vasa_cim.errors import ConfigurationError, InvalidLogin, SourceFailed, SourceUnreachable, StorageFault
from vasa_cim.framework.adapter_facade import VendorAdapterFacade
from vasa_cim.framework.authenticator import Authenticator, Check

ADDRESS = "192.0.2.1"


@pytest.fixture
def engines(make_engine):
    return [make_engine("one"), make_engine("two")]


@pytest.fixture
def facade(engines):
    waiting = iter(engines)
    return VendorAdapterFacade(
        lambda source: next(waiting), [Source(name=n, url="https://h:1") for n in ("one", "two")]
    )


@pytest.fixture
def adapter(engines):
    return engines[0].adapter


@pytest.fixture
def authenticator(facade, clock):
    return Authenticator(facade, clock)


def test_a_right_login_is_right_at_the_first_source(authenticator, engines):
    assert authenticator.log_in("admin", "secret", ADDRESS) == "admin"
    assert ("admin", "secret") in engines[0].adapter.logins
    assert engines[1].adapter.logins == []


def test_the_source_can_be_chosen(facade, clock, engines):
    Authenticator(facade, clock, "two").log_in("admin", "secret", ADDRESS)
    assert engines[0].adapter.logins == []
    with pytest.raises(ConfigurationError, match="three"):
        Authenticator(facade, clock, "three")


def test_a_user_of_a_domain_is_passed_on_as_it_is(authenticator, adapter):
    adapter.passwords["LAB\\admin"] = "secret"
    assert authenticator.log_in("LAB\\admin", "secret", ADDRESS) == "LAB\\admin"


MALFORMED = [
    ("no user", None, "secret"),
    ("an empty user", "", "secret"),
    ("a blank user", "  ", "secret"),
    ("no password", "admin", None),
    ("an empty password", "admin", ""),
    ("nothing at all", None, None),
    ("a domain without user", "LAB\\", "secret"),
    ("a user without domain", "\\admin", "secret"),
    ("two backslashes", "LAB\\sub\\admin", "secret"),
    ("a lone backslash", "\\", "secret"),
    ("a colon, which HTTP would take for the end of the user", "admin:sec", "ret"),
    ("a line end in the user", "admin\r\nX: y", "secret"),
    ("a zero character in the password", "admin", "sec\0ret"),
    ("a user far too long", "a" * 256, "secret"),
    ("a password far too long", "admin", "a" * 256),
]


@pytest.mark.parametrize(("user", "password"), [case[1:] for case in MALFORMED], ids=[case[0] for case in MALFORMED])
def test_what_is_malformed_is_an_invalid_login_without_asking_the_source(authenticator, adapter, user, password):
    adapter.accepts_any_password = True
    for _ in range(5):
        with pytest.raises(InvalidLogin):
            authenticator.log_in(user, password, ADDRESS)
    assert adapter.logins == []


def test_a_wrong_login_is_invalid_and_the_password_is_not_logged(authenticator):
    with capture_logs() as logs, pytest.raises(InvalidLogin) as raised:
        authenticator.log_in("admin", "hunter2", ADDRESS)
    assert logs[0]["user"] == "admin"
    assert "hunter2" not in f"{logs} {raised.value} {raised.value.__cause__}"


def test_the_fourth_failure_is_locked_even_with_the_right_password(authenticator, adapter, clock):
    for _ in range(3):
        with pytest.raises(InvalidLogin):
            authenticator.log_in("admin", "wrong", ADDRESS)
    asked = len(adapter.logins)
    with pytest.raises(StorageFault) as raised:
        authenticator.log_in("admin", "secret", ADDRESS)
    assert (raised.value.message_id, raised.value.parameters) == ("Fault.AccountLocked", {})
    assert len(adapter.logins) == asked
    assert authenticator.log_in("admin", "secret", "192.0.2.2")
    clock.turn(300)
    assert authenticator.log_in("admin", "secret", ADDRESS)


def test_an_unknown_user_is_locked_like_a_known_one(authenticator):
    for _ in range(3):
        with pytest.raises(InvalidLogin):
            authenticator.log_in("nobody", "wrong", ADDRESS)
    with pytest.raises(StorageFault, match="too many"):
        authenticator.log_in("nobody", "wrong", ADDRESS)


@pytest.mark.parametrize(
    ("error", "message_id"),
    [
        (SourceUnreachable(source="one", reason="https://10.0.0.1 refused"), "Fault.ArrayUnreachable"),
        (SourceFailed(source="one", reason="status 1"), "Fault.Internal"),
    ],
    ids=["unreachable", "failing"],
)
def test_a_source_that_cannot_say_is_a_storage_fault_never_an_invalid_login(authenticator, adapter, error, message_id):
    for _ in range(10):  # and does not count as failed
        adapter.login_error = error
        with pytest.raises(StorageFault) as raised:
            authenticator.log_in("admin", "secret", ADDRESS)
        assert raised.value.message_id == message_id
        assert "10.0.0.1" not in str(raised.value)
    adapter.login_error = None
    assert authenticator.log_in("admin", "secret", ADDRESS)


def test_before_the_first_login_the_source_must_refuse_a_random_password_of_that_user(authenticator, adapter):
    assert authenticator.check is Check.UNDECIDED
    authenticator.log_in("admin", "secret", ADDRESS)
    authenticator.log_in("admin", "secret", ADDRESS)
    assert authenticator.check is Check.REFUSES
    users, passwords = zip(*adapter.logins, strict=True)
    assert users == ("admin",) * 3
    assert passwords[1:] == ("secret", "secret")
    assert len(passwords[0]) >= 32


def test_a_source_that_accepts_any_password_lets_nobody_in(authenticator, adapter):
    adapter.accepts_any_password = True
    with capture_logs() as logs, pytest.raises(StorageFault, match="accepts any password"):
        authenticator.log_in("admin", "secret", ADDRESS)
    assert [each["log_level"] for each in logs] == ["error"]
    assert authenticator.check is Check.ACCEPTS
    assert ("admin", "secret") not in adapter.logins
    adapter.accepts_any_password = False  # repaired at the source: no restart is needed
    assert authenticator.log_in("admin", "secret", ADDRESS)


def test_at_start_the_source_is_asked_in_the_background_about_a_user_that_does_not_exist(authenticator, adapter):
    authenticator.open()
    authenticator.close()
    assert authenticator.check is Check.REFUSES
    assert [user.startswith("vasa-cim-") for user, _ in adapter.logins] == [True]
    authenticator.log_in("admin", "secret", ADDRESS)
    assert len(adapter.logins) == 2


@pytest.mark.parametrize("reachable", [True, False])
def test_trouble_at_start_is_logged_and_decided_later(authenticator, adapter, reachable):
    adapter.accepts_any_password = reachable
    adapter.login_error = None if reachable else SourceUnreachable(source="one", reason="down")
    with capture_logs() as logs:
        authenticator.open()
        authenticator.close()
    assert logs[-1]["log_level"] == "warning"
    assert authenticator.check is (Check.ACCEPTS if reachable else Check.UNDECIDED)


def test_a_facade_that_is_closed_before_the_check_ends_it_silently(authenticator, facade):
    facade.close()
    with capture_logs() as logs:
        authenticator.open()
        authenticator.close()
    assert logs == []
    assert authenticator.check is Check.UNDECIDED


def test_the_first_source_is_whichever_is_first_at_the_time(authenticator, facade, engines):
    assert authenticator.source == "one"
    assert authenticator.log_in("admin", "secret", ADDRESS)
    facade.destroy_vendor_adapter("one")
    assert authenticator.source == "two"
    engines[0].adapter.logins.clear()
    assert authenticator.log_in("admin", "secret", ADDRESS)
    assert engines[0].adapter.logins == []
    assert len(engines[1].adapter.logins) == 2  # a random password before, for nothing was known of it


def test_what_was_known_of_a_source_is_forgotten_with_its_engine(authenticator, facade, make_engine):
    """One that was replaced may lead elsewhere: it must refuse a random password before anybody logs in there."""
    authenticator.log_in("admin", "secret", ADDRESS)
    assert authenticator.check is Check.REFUSES
    fresh = make_engine("one")
    fresh.adapter.accepts_any_password = True
    facade.replace_vendor_adapters([fresh])
    assert authenticator.check is Check.UNDECIDED
    with pytest.raises(StorageFault, match="accepts any password"):
        authenticator.log_in("admin", "secret", ADDRESS)


def test_without_any_source_nobody_logs_in_and_nobody_is_locked(facade, clock, engines):
    authenticator = Authenticator(facade, clock)
    for engine in engines:
        facade.destroy_vendor_adapter(engine.source)
    for _ in range(10):
        with pytest.raises(StorageFault, match="no source is there"):
            authenticator.log_in("admin", "secret", ADDRESS)
    authenticator.open()
    authenticator.close()
    assert (authenticator.source, authenticator.check) == (None, Check.UNDECIDED)


def test_a_source_that_was_chosen_is_replaced_by_no_other(facade, clock):
    authenticator = Authenticator(facade, clock, "one")
    facade.destroy_vendor_adapter("one")
    assert (authenticator.is_chosen, authenticator.source) == (True, None)
    with pytest.raises(StorageFault):
        authenticator.log_in("admin", "secret", ADDRESS)
