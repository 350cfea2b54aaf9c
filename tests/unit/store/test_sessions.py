"""Records of sessions in memory."""

from datetime import UTC, datetime, timedelta

from vasa_cim.model.usage_context import UsageContext
from vasa_cim.store.sessions import MemorySessionStore, SessionRecord

AT = datetime(2026, 3, 1, tzinfo=UTC)


def record(session_id):
    return SessionRecord(
        session_id=session_id, certificate="aa", usage=UsageContext(), timeout=60, opened_at=AT, last_call_at=AT
    )


def test_records_are_kept_touched_and_removed():
    store = MemorySessionStore()
    store.add(record("one"))
    store.add(record("two"))
    store.touch("one", AT + timedelta(seconds=5))
    store.touch("three", AT)
    store.remove("two")
    store.remove("three")
    (kept,) = store.all()
    assert (kept.session_id, kept.opened_at, kept.last_call_at) == ("one", AT, AT + timedelta(seconds=5))


def test_a_record_shows_neither_id_nor_context_when_printed():
    assert "secret" not in repr(record("secret"))
