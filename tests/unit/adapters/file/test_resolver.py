"""Names are looked up beside the queries, and remembered."""

import socket
import threading
import time

import pytest

from vasa_cim.adapters.file import resolver as resolver_module

DEADLINE = 20.0


class TurnedClock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def silent():
    """A name service that answers 10.0.0.1 once `answer` is set; it is set at the end."""

    class Silent:
        answer = threading.Event()
        asked = 0

        def __call__(self, name):
            self.asked += 1
            assert self.answer.wait(DEADLINE)
            return ["10.0.0.1"]

    made = Silent()
    made.answer = threading.Event()
    yield made
    made.answer.set()


def until(condition):
    deadline = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_a_name_has_its_addresses_each_once_ipv4_first(resolver_of, names):
    resolver = resolver_of(names(nas=["2001:DB8::5", "10.0.0.2", "10.0.0.2", "fe80::1%eth0"]))
    resolver.ask(["nas"])
    assert resolver.addresses("nas") == ("10.0.0.2", "2001:db8::5", "fe80::1")


def test_a_name_that_was_never_asked_for_is_not_looked_up(resolver_of, names):
    service = names(nas=["10.0.0.1"])
    assert resolver_of(service).addresses("nas") is None
    assert service.asked == []


@pytest.mark.parametrize("lookup_error", [socket.gaierror(socket.EAI_NONAME, "unknown"), OSError(), ValueError("nul")])
def test_a_name_that_cannot_be_resolved_has_no_addresses(resolver_of, names, lookup_error):
    resolver = resolver_of(names(nas=lookup_error))
    resolver.ask(["nas"])
    assert resolver.addresses("nas") is None


def test_answers_are_believed_for_a_time_and_failures_for_a_shorter_one(resolver_of, names):
    clock, service = TurnedClock(), names(good=["10.0.0.1"])
    resolver = resolver_of(service, clock, good=300.0, bad=60.0)
    for now, asked in [(100, ["bad", "good"]), (159, []), (160, ["bad"]), (399, ["bad"]), (400, ["good"])]:
        clock.now, service.asked = float(now), []
        resolver.ask(["good", "bad"])
        until(lambda: resolver.open_questions == 0)
        assert resolver.addresses("good") == ("10.0.0.1",)
        assert resolver.addresses("bad") is None
        assert sorted(service.asked) == asked


def test_a_failure_that_may_pass_keeps_what_was_known_a_denial_does_not(resolver_of, names):
    service = names(nas=["10.0.0.1"])
    resolver = resolver_of(service, good=0.0, bad=0.0)
    for answer, known in [
        (["10.0.0.1"], ("10.0.0.1",)),
        (socket.gaierror(socket.EAI_AGAIN, "try again"), ("10.0.0.1",)),
        (OSError("no name server answers"), ("10.0.0.1",)),
        (socket.gaierror(socket.EAI_NONAME, "unknown"), None),
    ]:
        service.known["nas"] = answer
        resolver.ask(["nas"])
        until(lambda: resolver.open_questions == 0)
        assert resolver.addresses("nas") == known


def test_the_version_grows_with_every_change_only(resolver_of, names):
    service = names()
    resolver = resolver_of(service, good=0.0)
    versions = []
    for address in ("10.0.0.1", "10.0.0.1", "10.0.0.2"):
        service.known["nas"] = [address]
        resolver.ask(["nas"])
        until(lambda: resolver.open_questions == 0)
        assert resolver.addresses("nas") == (address,)
        versions.append(resolver.version)
    assert versions == [1, 1, 2]


def test_all_names_together_are_waited_for_no_longer_than_one(resolver_of, silent):
    resolver = resolver_of(silent, timeout=0.2)
    wanted = [f"nas{number}" for number in range(40)]
    began = time.monotonic()
    resolver.ask(wanted)
    assert [resolver.addresses(name) for name in wanted] == [None] * 40
    assert time.monotonic() - began < 2.0
    assert silent.asked <= 8


def test_only_so_many_names_wait_at_a_time_and_the_others_are_not_remembered(resolver_of, silent, monkeypatch):
    monkeypatch.setattr(resolver_module, "MOST_QUESTIONS", 10)
    resolver = resolver_of(silent, timeout=0.0, good=0.0)
    for number in range(1000):
        resolver.ask([f"nas{number}"])
    assert resolver.open_questions == len(resolver._answers) == 10
    assert resolver.addresses("nas999") is None
    silent.answer.set()
    until(lambda: resolver.open_questions == 0)
    resolver.ask(["nas999"])
    until(lambda: resolver.addresses("nas999") == ("10.0.0.1",))


def test_a_question_that_nobody_puts_any_more_is_given_up_after_a_while(resolver_of, silent):
    clock = TurnedClock()
    resolver = resolver_of(silent, clock, timeout=0.0, bad=60.0)
    resolver.ask(f"nas{number}" for number in range(40))
    until(lambda: silent.asked == 8)
    resolver.forget(["nas39"])
    assert resolver.open_questions == 40
    clock.now += 60.0
    resolver.forget(["nas39"])
    assert resolver.open_questions == 1
    resolver.ask(["nas0"])
    silent.answer.set()
    until(lambda: resolver.open_questions == 0)
    assert resolver.addresses("nas0") == resolver.addresses("nas39") == ("10.0.0.1",)
    assert resolver.addresses("nas20") is None
    assert silent.asked in (9, 10)


def test_a_late_answer_counts_when_it_comes(resolver_of, silent):
    resolver = resolver_of(silent, timeout=0.0)
    resolver.ask(["nas"])
    assert resolver.addresses("nas") is None
    silent.answer.set()
    until(lambda: resolver.addresses("nas") == ("10.0.0.1",))
    assert resolver.version == 1


def test_settling_waits_for_new_answers_where_older_ones_are_known(resolver_of, names):
    service = names(nas=["10.0.0.1"])
    resolver = resolver_of(service, good=0.0, timeout=DEADLINE)
    for address in ("10.0.0.1", "10.0.0.2", "10.0.0.3"):
        service.known["nas"] = lambda address=address: [address]
        resolver.ask(["nas"])
        resolver.settle(["nas", "never asked for"])
        assert resolver.addresses("nas") == (address,)


def test_a_name_is_not_asked_for_twice_at_once(resolver_of, silent):
    resolver = resolver_of(silent, timeout=0.0, bad=0.0)
    for _ in range(3):
        resolver.ask(["nas"])
    silent.answer.set()
    until(lambda: resolver.addresses("nas") is not None)
    assert silent.asked == 1


def test_forgotten_names_are_unknown_again(resolver_of, names):
    resolver = resolver_of(names(a=["10.0.0.1"], b=["10.0.0.2"]))
    resolver.ask(["a", "b"])
    assert None not in (resolver.addresses("a"), resolver.addresses("b"))
    resolver.forget(["b"])
    assert (resolver.addresses("a"), resolver.addresses("b")) == (None, ("10.0.0.2",))


def test_closing_ends_the_threads_and_all_waiting(resolver_of, silent, names):
    def running():
        return sum(thread.name == "host names" for thread in threading.enumerate())

    before = running()
    idle = resolver_of(names(nas=["10.0.0.1"]))
    idle.ask(["nas"])
    assert idle.addresses("nas")
    idle.close()
    until(lambda: running() <= before)
    waiting = resolver_of(silent, timeout=DEADLINE)
    waiting.ask(["nas"])
    threading.Timer(0.01, waiting.close).start()
    began = time.monotonic()
    assert waiting.addresses("nas") is None
    assert time.monotonic() - began < DEADLINE / 2
    waiting.ask(["other"])
    assert waiting.addresses("other") is None
