"""The life of sessions (vasa-1.0 5.1) and their ids (1.7)."""

import re

import pytest

from vasa_cim.errors import InvalidSession, StorageFault, StoreError
from vasa_cim.framework.sessions import SessionContextManager, new_session_id
from vasa_cim.framework.settings import ProviderSettings
from vasa_cim.model.usage_context import UsageContext
from vasa_cim.store.sessions import MemorySessionStore

SETTINGS = ProviderSettings(name="p", default_namespace="n", provider_version="1", max_sessions=3)


@pytest.fixture
def ended():
    return []


@pytest.fixture
def sessions(clock, ended):
    return SessionContextManager(SETTINGS, clock, ended=ended.append)


def opened(sessions, certificate="aa", replaces=None, timeout=None, begin=lambda session: None):
    usage = UsageContext(session_timeout_in_seconds=timeout)
    return sessions.create(usage, certificate, replaces=replaces, begin=begin)


def test_ids_are_letters_and_digits_of_256_bits_and_at_most_64_characters():
    ids = {new_session_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(re.fullmatch(r"[A-Za-z0-9]{43}", each) for each in ids)  # 62 ** 43 > 2 ** 256
    assert 62**43 > 2**256


@pytest.mark.parametrize(
    ("requested", "seconds"),
    [(None, 1800), (0, 1800), (-5, 1800), (1, 60), (59, 60), (60, 60), (300, 300), (86_400, 86_400), (10**9, 86_400)],
)
def test_the_requested_timeout_is_kept_inside_its_range(sessions, requested, seconds):
    assert opened(sessions, timeout=requested).timeout == seconds


def test_each_session_has_a_new_id(sessions):
    assert opened(sessions).session_id != opened(sessions).session_id


def test_use_restarts_the_idle_timer_and_find_does_not(sessions, clock):
    session = opened(sessions, timeout=100)
    clock.turn(99)
    assert sessions.use(session.session_id, "aa") is session
    clock.turn(99)
    assert sessions.find(session.session_id) is session
    clock.turn(1)
    assert sessions.find(session.session_id) is None
    with pytest.raises(InvalidSession):
        sessions.use(session.session_id, "aa")


def test_unknown_ended_expired_and_foreign_sessions_are_refused_alike(sessions, clock):
    expired = opened(sessions, timeout=60)
    clock.turn(60)
    ended_one, foreign = opened(sessions), opened(sessions, certificate="bb")
    sessions.end(ended_one.session_id)
    texts = set()
    for session_id in ("never", "0", "", expired.session_id, ended_one.session_id, foreign.session_id):
        with pytest.raises(InvalidSession) as raised:
            sessions.use(session_id, "aa")
        texts.add(str(raised.value))
    assert len(texts) == 1


def test_a_new_session_ends_the_one_it_replaces_after_it_was_begun(sessions, ended):
    old = opened(sessions)
    alive_while_begun = []
    new = opened(sessions, replaces=old.session_id, begin=lambda _: alive_while_begun.append(old.ended))
    assert alive_while_begun == [False]
    assert old.ended
    assert ended == [old.session_id]
    assert sessions.use(new.session_id, "aa") is new


def test_a_session_of_another_certificate_is_not_replaced(sessions, ended):
    other = opened(sessions, certificate="bb")
    opened(sessions, replaces=other.session_id)
    assert ended == []
    assert sessions.use(other.session_id, "bb") is other


def test_a_failing_begin_leaves_the_old_session_and_nothing_of_the_new_one(sessions, ended):
    old = opened(sessions)
    begun = []

    def fail(session):
        begun.append(session)
        raise StorageFault("no")

    with pytest.raises(StorageFault):
        opened(sessions, replaces=old.session_id, begin=fail)
    assert ended == [begun[0].session_id]
    assert sessions.use(old.session_id, "aa") is old
    assert len(sessions) == 1
    assert sessions.find(begun[0].session_id) is None
    again = opened(sessions, replaces=old.session_id)  # and the old one can still be replaced
    assert [each.session_id for each in sessions.all()] == [again.session_id]


def test_when_full_the_oldest_of_the_same_certificate_ends(sessions, ended):
    first, other, second = opened(sessions), opened(sessions, certificate="bb"), opened(sessions)
    new = opened(sessions)
    assert ended == [first.session_id]
    assert sessions.all() == [other, second, new]


def test_when_full_and_nothing_of_the_certificate_is_there_it_is_too_many(sessions, ended):
    kept = [opened(sessions) for _ in range(3)]
    with pytest.raises(StorageFault) as raised:
        opened(sessions, certificate="bb")
    assert raised.value.message_id == "Fault.TooManySessions"
    assert raised.value.parameters == {"limit": "3"}
    assert sessions.all() == kept
    assert ended == []


def test_when_full_the_replaced_session_makes_room_and_no_other_ends(sessions, ended):
    kept = [opened(sessions) for _ in range(3)]
    new = opened(sessions, replaces=kept[1].session_id)
    assert ended == [kept[1].session_id]
    assert sessions.all() == [kept[0], kept[2], new]


def test_when_full_a_failing_begin_evicts_nobody(sessions):
    kept = [opened(sessions) for _ in range(3)]

    def fail(session):
        raise StorageFault("no")

    with pytest.raises(StorageFault):
        opened(sessions, begin=fail)
    assert sessions.all() == kept


def test_two_that_begin_at_the_same_time_evict_two(sessions, ended):
    kept = [opened(sessions) for _ in range(3)]
    inner = []
    opened(sessions, begin=lambda _: inner.append(opened(sessions)))
    assert set(ended) == {kept[0].session_id, kept[1].session_id}
    assert len(sessions) == 3


def test_two_that_replace_at_the_same_time_evict_no_third(sessions, ended):
    kept = [opened(sessions) for _ in range(3)]
    opened(
        sessions,
        replaces=kept[1].session_id,
        begin=lambda _: opened(sessions, replaces=kept[2].session_id),
    )
    assert set(ended) == {kept[1].session_id, kept[2].session_id}
    assert kept[0] in sessions.all()


def test_a_session_that_is_ended_while_it_is_begun_is_told_of_once_more_afterwards(sessions, ended):
    told_before = []

    def begin(session):
        sessions.end_of_certificate("aa")
        told_before.extend(ended)

    with pytest.raises(InvalidSession):
        opened(sessions, begin=begin)
    assert len(told_before) == 1
    assert ended == told_before * 2
    assert len(sessions) == 0


def test_expired_sessions_take_no_place(sessions, clock, ended):
    old = [opened(sessions, timeout=60) for _ in range(3)]
    clock.turn(60)
    opened(sessions, certificate="bb")
    assert set(ended) == {each.session_id for each in old}


def test_all_sessions_of_a_certificate_end_together(sessions, ended):
    mine = [opened(sessions), opened(sessions)]
    other = opened(sessions, certificate="bb")
    sessions.end_of_certificate("aa")
    assert sorted(ended) == sorted(each.session_id for each in mine)
    assert sessions.all() == [other]


def test_ending_twice_tells_once(sessions, ended):
    session = opened(sessions)
    assert sessions.end(session.session_id) is True
    assert sessions.end(session.session_id) is False
    assert ended == [session.session_id]


def test_end_idle_ends_what_is_idle_and_says_when_to_look_again(sessions, clock, ended):
    assert sessions.end_idle() is None
    soon, late = opened(sessions, timeout=60), opened(sessions, timeout=200)
    assert sessions.end_idle() == 60
    clock.turn(60)
    assert sessions.end_idle() == 140
    assert ended == [soon.session_id]
    assert sessions.all() == [late]


def test_sessions_of_a_store_that_outlived_the_process_are_taken_over(clock, ended):
    store = MemorySessionStore()
    before = SessionContextManager(SETTINGS, clock, ended=ended.append, store=store)
    idle, used = opened(before, timeout=100), opened(before, timeout=100)
    clock.turn(90)
    before.use(used.session_id, "aa")
    clock.turn(20)
    after = SessionContextManager(SETTINGS, clock, ended=ended.append, store=store)
    resumed = after.open()
    after.close()
    assert [each.session_id for each in resumed] == [used.session_id]
    assert after.find(idle.session_id) is None
    clock.turn(79)
    assert after.find(used.session_id) is not None
    clock.turn(1)
    assert after.find(used.session_id) is None
    assert [record.session_id for record in store.all()] == [used.session_id]


class BrokenStore(MemorySessionStore):
    """Fails when told to."""

    broken = True

    def add(self, record):
        if self.broken:
            raise StoreError(reason="disk full")
        super().add(record)

    def remove(self, session_id):
        raise StoreError(reason="disk full")

    def touch(self, session_id, at):
        raise StoreError(reason="disk full")


def test_a_store_that_fails_opens_no_session(clock, ended):
    sessions = SessionContextManager(SETTINGS, clock, ended=ended.append, store=BrokenStore())
    with pytest.raises(StoreError):
        opened(sessions)
    assert len(sessions) == 0


def test_a_store_that_fails_later_disturbs_neither_use_nor_end(clock, ended):
    store = BrokenStore()
    store.broken = False
    sessions = SessionContextManager(SETTINGS, clock, ended=ended.append, store=store)
    session = opened(sessions)
    clock.turn(61)
    assert sessions.use(session.session_id, "aa") is session
    assert sessions.end(session.session_id)
    assert ended == [session.session_id]
