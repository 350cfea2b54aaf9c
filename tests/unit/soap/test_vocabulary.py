"""Requests with names of their own are told from the usual ones, and leave nothing behind."""

import asyncio
import threading
import time

import pytest

from vasa_cim.soap.vocabulary import PassingThreads, Vocabulary

USUAL = b'<?xml version="1.0"?><e:Envelope xmlns:e="urn:e">\n <e:Body><x>%d</x></e:Body></e:Envelope>'


def test_usual_requests_are_covered_whatever_their_values():
    vocabulary = Vocabulary()
    assert all(vocabulary.covers(USUAL % number) for number in range(10_000))
    assert len(vocabulary._known) < 20


@pytest.mark.parametrize(
    "template",
    [
        b"<n%d/>",
        b"<a n%d='x'/>",
        b'<a xmlns="urn:%d"/>',
        b"<a b='>' n%d='x'/>",
        b"<a b=\"'\" c='>' n%d=''/>",
        b"<a>&n%d;</a>",
        b"<n%d",
        b"<a></n%d>",
    ],
)
def test_the_number_of_names_is_bounded(template):
    vocabulary = Vocabulary()
    covered = sum(vocabulary.covers(template % number) for number in range(10_000))
    assert covered <= 4096
    assert vocabulary.covers(USUAL % 1) is (covered < 4090)


def test_so_is_the_number_of_blank_runs():
    vocabulary = Vocabulary()
    patterns = [bytes(b" \t\n\r"[number >> shift & 3] for shift in range(0, 34, 2)) for number in range(6000)]
    assert sum(vocabulary.covers(b"<a>%s<b/></a>" % blank) for blank in patterns) <= 4096


def test_so_is_their_size():
    vocabulary = Vocabulary()
    assert sum(vocabulary.covers(b"<%s/>" % (b"%06d" % number * 1000)) for number in range(100)) < 60
    assert not vocabulary.covers(b"<%s/>" % (b"x" * 300_000))


@pytest.mark.parametrize(
    "body", [b"<a><!-- ' --></a>", b"<a><![CDATA[<b>]]></a>", b"<a><?pi?></a>", b"<?xml version='1.0'?><?pi?><a/>"]
)
def test_what_hides_tags_is_unusual(body):
    assert not Vocabulary().covers(body)


@pytest.mark.parametrize("piece", [b'<"', b"<'", b"<", b'<a "', b"&", b"> ", b"<a b='"])
def test_looking_takes_no_more_than_linear_time(piece):
    start = time.monotonic()
    Vocabulary().covers(piece * (64 * 1024 // len(piece)))
    assert time.monotonic() - start < 1


def test_each_job_gets_a_thread_of_its_own_and_no_more_at_a_time_than_allowed():
    running, most = set(), []

    def job():
        running.add(threading.get_ident())
        most.append(len(running))
        time.sleep(0.01)
        running.discard(threading.get_ident())
        return threading.current_thread()

    async def all_jobs():
        threads = PassingThreads(2)
        return await asyncio.gather(*(threads.run(job) for _ in range(8)))

    assert len({id(thread) for thread in asyncio.run(all_jobs())}) == 8
    assert max(most) <= 2


def test_strangers_teach_it_nothing_and_so_leave_the_room_to_clients():
    vocabulary = Vocabulary()
    for number in range(10_000):
        assert not vocabulary.covers(b"<a%d/>" % number, learn=False)
    assert vocabulary.covers(USUAL % 1)
    assert vocabulary.covers(USUAL % 1, learn=False)
