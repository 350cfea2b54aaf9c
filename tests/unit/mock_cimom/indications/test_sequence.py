"""Sequence identifiers."""

from datetime import UTC, datetime

from mock_cimom.indications.sequence import Sequence

SINCE = datetime(2026, 3, 1, tzinfo=UTC)


def test_numbers_count_from_0_in_one_context():
    sequence = Sequence("service", "start", SINCE, 7)
    assert [sequence.next() for _ in range(3)] == [(sequence.context, number) for number in range(3)]


def test_the_context_names_service_start_and_destination():
    assert Sequence("service", "start", SINCE, 7).context == f"service#start#{SINCE.isoformat()}#7"


def test_the_largest_number_is_followed_by_0():
    sequence = Sequence("service", "start", SINCE, 7)
    sequence.number = 2**63 - 1
    assert [sequence.next()[1] for _ in range(2)] == [2**63 - 1, 0]


def test_every_renewal_is_another_context_from_0():
    sequence = Sequence("service", "start", SINCE, 7)
    contexts = {sequence.context}
    for _ in range(3):
        sequence.next()
        sequence.renew()
        contexts.add(sequence.context)
        assert sequence.number == 0
    assert len(contexts) == 4
