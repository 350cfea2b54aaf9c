"""Pulled enumerations: what is asked, when it ends, and that a broken one is never a short list."""

import re
import threading

import pytest

from vasa_cim.cim.calls import Caller
from vasa_cim.cim.decoder import PULLED_PATHS
from vasa_cim.cim.errors import is_absent
from vasa_cim.cim.pull_support import PullMode
from vasa_cim.cim.pulls import Pulled, Puller
from vasa_cim.cim.reader import Reader
from vasa_cim.cim.transport import Transport
from vasa_cim.errors import SourceError, SourceFailed, SourceUnreachable, SourceUnreadable

OPEN, PULL, CLOSE = "OpenEnumerateInstances", "PullInstancesWithPath", "CloseEnumeration"
OPEN_PATHS, PULL_PATHS = "OpenEnumerateInstancePaths", "PullInstancePaths"
SPACE = (
    "<NAMESPACEPATH><HOST>h</HOST><LOCALNAMESPACEPATH><NAMESPACE NAME='root'/><NAMESPACE NAME='x'/>"
    "</LOCALNAMESPACEPATH></NAMESPACEPATH>"
)
PATH = (
    f"<INSTANCEPATH>{SPACE}<INSTANCENAME CLASSNAME='X'><KEYBINDING NAME='ID'><KEYVALUE>{{0}}</KEYVALUE></KEYBINDING>"
    "</INSTANCENAME></INSTANCEPATH>"
)
INSTANCE = (
    f"<VALUE.INSTANCEWITHPATH>{PATH}<INSTANCE CLASSNAME='X'><PROPERTY NAME='Name' TYPE='string'><VALUE>n{{0}}</VALUE>"
    "</PROPERTY></INSTANCE></VALUE.INSTANCEWITHPATH>"
)
END = "<PARAMVALUE NAME='EndOfSequence' PARAMTYPE='boolean'><VALUE>{}</VALUE></PARAMVALUE>"
CONTEXT = "<PARAMVALUE NAME='EnumerationContext' PARAMTYPE='string'><VALUE>{}</VALUE></PARAMVALUE>"


def content(form, numbers, context=None):
    results = "".join(map(form.format, numbers))
    ends = END.format("FALSE") + CONTEXT.format(context) if context else END.format("TRUE") + CONTEXT.format("")
    return f"<IRETURNVALUE>{results}</IRETURNVALUE>{ends}"


@pytest.fixture
def reader(raw_server, answers):
    """Return a function that makes a reader of a server with these answers: (operation, content), or bytes."""
    transports = []

    def make(*scripts, **options):
        made = [one if isinstance(one, bytes) else answers.http(answers.envelope(*one)) for one in scripts]
        server = raw_server(*made)
        endpoint = server.endpoint(**({"bulk_timeout": 5.0, "pull": PullMode.AUTO, "pull_size": 2} | options))
        transports.append(Transport(endpoint))
        return Reader(endpoint, transports[-1]), server

    yield make
    for transport in transports:
        transport.close()


@pytest.fixture
def pauses(monkeypatch):
    """The seconds that a transport was asked to wait; it does not wait."""
    asked = []
    monkeypatch.setattr(Transport, "pause", lambda self, seconds: asked.append(seconds))
    return asked


def methods(server):
    return [re.search(r"CIMMethod: (\w+)", one).group(1) for one in server.requests]


def parameter(request, name):
    return re.search(f'<IPARAMVALUE NAME="{name}"><VALUE>(.*?)</VALUE>', request).group(1)


def test_instances_are_pulled_until_the_end_of_the_sequence(reader):
    asking, server = reader(
        (OPEN, content(INSTANCE, [1, 2], "c1")), (PULL, content(INSTANCE, [3, 4], "c2")), (PULL, content(INSTANCE, [5]))
    )
    rows = list(asking.instances("root/x", "CIM_A", ("Name",)))
    assert [(row.key, row["Name"], row.name.namespace) for row in rows] == [
        ((f"{number}",), f"n{number}", None) for number in range(1, 6)
    ]
    opened, *pulled = server.requests
    assert parameter(opened, "MaxObjectCount") == "2"
    assert parameter(opened, "OperationTimeout") == "40"
    assert parameter(opened, "DeepInheritance") == "TRUE"
    assert "<VALUE.ARRAY><VALUE>Name</VALUE></VALUE.ARRAY>" in opened
    assert "LocalOnly" not in opened
    assert [parameter(one, "EnumerationContext") for one in pulled] == ["c1", "c2"]
    assert {parameter(one, "MaxObjectCount") for one in pulled} == {"2"}
    assert {one.partition("CIMObject: ")[2].partition("\r")[0] for one in server.requests} == {"root/x"}


def test_names_are_pulled_too(reader):
    asking, server = reader((OPEN_PATHS, content(PATH, [1, 2], "a&lt;b")), (PULL_PATHS, content(PATH, [3])))
    assert [(name.key, name.namespace) for name in asking.names("root/x", "X")] == [
        (("1",), None),
        (("2",), None),
        (("3",), None),
    ]
    assert parameter(server.requests[1], "EnumerationContext") == "a&lt;b"


def test_a_small_class_takes_one_request(reader):
    asking, server = reader((OPEN, content(INSTANCE, [1])))
    assert len(list(asking.instances("root/x", "X", ("Name",)))) == 1
    assert methods(server) == [OPEN]


def test_an_answer_without_objects_is_not_the_end_and_is_waited_for(reader, pauses):
    asking, server = reader(
        (OPEN, content(INSTANCE, [], "c")),
        (PULL, content(INSTANCE, [], "c")),
        (PULL, content(INSTANCE, [], "c")),
        (PULL, content(INSTANCE, [1], "c")),
        (PULL, content(INSTANCE, [], "c")),
        (PULL, content(INSTANCE, [])),
    )
    assert len(list(asking.instances("root/x", "X", ("Name",)))) == 1
    assert methods(server) == [OPEN, *[PULL] * 5]
    assert pauses == [0.05, 0.2]


def test_at_the_end_of_the_sequence_a_context_does_not_count(reader):
    asking, server = reader(
        (OPEN, f"<IRETURNVALUE>{INSTANCE.format(1)}</IRETURNVALUE>{END.format('TRUE')}{CONTEXT.format('c')}")
    )
    assert len(list(asking.instances("root/x", "X", ("Name",)))) == 1
    assert methods(server) == [OPEN]


def test_an_enumeration_that_never_ends_is_given_up(raw_server, answers):
    server = raw_server(
        *(answers.http(answers.envelope(name, content(PATH, [], "c"))) for name in (OPEN_PATHS, PULL_PATHS))
    )
    endpoint = server.endpoint(bulk_timeout=5.0)
    transport = Transport(endpoint)
    times = iter([0.0, 0.0, 20.0, 20.1])
    puller = Puller(Caller(endpoint, transport), 2, lambda: next(times))
    asked = Pulled(OPEN_PATHS, PULL_PATHS, "root/x", "X", "", PULLED_PATHS)
    with pytest.raises(SourceUnreachable, match="too long"):
        list(puller.results(asked, puller.open(asked)))
    assert methods(server) == [OPEN_PATHS, PULL_PATHS, PULL_PATHS]
    transport.close()


@pytest.mark.parametrize("status", [4, 5, 6, 7, 16, 21])
def test_a_lost_context_is_an_error_and_never_an_absent_class(reader, status):
    asking, server = reader(
        (OPEN, content(INSTANCE, [1, 2], "c")), (PULL, f"<ERROR CODE='{status}' DESCRIPTION='no such context'/>")
    )
    with pytest.raises(SourceFailed, match="no such context") as caught:
        list(asking.instances("root/x", "X", ("Name",)))
    assert not is_absent(caught.value)
    assert methods(server) == [OPEN, PULL]


@pytest.mark.parametrize(
    "ends",
    [
        "",
        END.format("FALSE"),
        END.format("perhaps") + CONTEXT.format("c"),
        END.format("FALSE") + CONTEXT.format(""),
        "<PARAMVALUE NAME='EnumerationContext'/>",
    ],
)
def test_an_answer_that_does_not_say_whether_there_is_more_is_unreadable(reader, ends):
    asking, _ = reader((OPEN, f"<IRETURNVALUE>{INSTANCE.format(1)}</IRETURNVALUE>{ends}"))
    with pytest.raises(SourceUnreadable, match="more"):
        list(asking.instances("root/x", "X", ("Name",)))


def test_a_context_without_a_word_on_the_end_continues(reader):
    asking, server = reader(
        (OPEN, f"<IRETURNVALUE>{INSTANCE.format(1)}</IRETURNVALUE>{CONTEXT.format('c')}"),
        (PULL, content(INSTANCE, [2])),
    )
    assert len(list(asking.instances("root/x", "X", ("Name",)))) == 2
    assert methods(server) == [OPEN, PULL]


@pytest.mark.parametrize(
    "result",
    [
        "<VALUE.INSTANCEWITHPATH/>",
        f"<VALUE.INSTANCEWITHPATH>{PATH.format(1)}</VALUE.INSTANCEWITHPATH>",
        "<VALUE.INSTANCEWITHPATH><INSTANCEPATH/><INSTANCE CLASSNAME='X'/></VALUE.INSTANCEWITHPATH>",
        "<VALUE.NAMEDINSTANCE/>",
        f"<VALUE.INSTANCEWITHPATH>{PATH.format(1)}<INSTANCE CLASSNAME='X'/><X/></VALUE.INSTANCEWITHPATH>",
    ],
)
def test_malformed_results_are_unreadable(reader, result):
    asking, _ = reader((OPEN, content(result, [1])))
    with pytest.raises(SourceUnreadable):
        list(asking.instances("root/x", "X", ("Name",)))


def test_what_is_left_in_the_middle_is_closed_at_the_server(reader):
    asking, server = reader((OPEN, content(INSTANCE, [1, 2], "c1")), (CLOSE, ""), (OPEN, content(INSTANCE, [1])))
    rows = asking.instances("root/x", "X", ("Name",))
    next(rows)
    rows.close()
    assert methods(server) == [OPEN, CLOSE]
    assert parameter(server.requests[1], "EnumerationContext") == "c1"
    assert len(list(asking.instances("root/x", "X", ("Name",)))) == 1


def test_what_another_thread_throws_away_is_left_to_the_server(reader):
    asking, server = reader((OPEN, content(INSTANCE, [1, 2], "c1")), (CLOSE, ""))
    rows = asking.instances("root/x", "X", ("Name",))
    next(rows)
    collector = threading.Thread(target=rows.close)
    collector.start()
    collector.join()
    assert methods(server) == [OPEN]


def test_a_server_that_refuses_to_close_is_left_alone(reader):
    asking, server = reader(
        (OPEN, content(INSTANCE, [1, 2], "c1")), (CLOSE, "<ERROR CODE='21'/>"), (OPEN, content(INSTANCE, [1]))
    )
    rows = asking.instances("root/x", "X", ("Name",))
    next(rows)
    rows.close()
    assert len(list(asking.instances("root/x", "X", ("Name",)))) == 1
    assert methods(server) == [OPEN, CLOSE, OPEN]


def test_the_last_answer_leaves_nothing_to_close(reader):
    asking, server = reader((OPEN, content(INSTANCE, [1, 2])))
    rows = asking.instances("root/x", "X", ("Name",))
    next(rows)
    rows.close()
    assert methods(server) == [OPEN]


def test_a_pull_is_not_sent_twice_when_the_connection_breaks(reader, answers):
    opened = answers.http(answers.envelope(OPEN, content(INSTANCE, [1, 2], "c1")))
    asking, server = reader(opened, (PULL, content(INSTANCE, [3], "c1")), (CLOSE, ""))
    server.scripts[1] = (b"",)
    with pytest.raises(SourceUnreachable):
        list(asking.instances("root/x", "X", ("Name",)))
    assert methods(server) == [OPEN, PULL]


def test_a_connection_that_the_server_closes_after_each_answer_does_not_matter(reader, answers):
    scripts = [(OPEN, content(INSTANCE, [1, 2], "c1")), (PULL, content(INSTANCE, [3]))]
    asking, server = reader(*scripts)
    server.scripts = [(answers.http(answers.envelope(*one)),) for one in scripts]
    rows = asking.instances("root/x", "X", ("Name",))
    found = [next(rows)]
    assert server.left.wait(5)
    assert len(found + list(rows)) == 3
    assert methods(server) == [OPEN, PULL]


# --- servers without pulls ---

CLASSIC = ("EnumerateInstances", "<IRETURNVALUE/>")
CLASSIC_NAMES = ("EnumerateInstanceNames", "<IRETURNVALUE/>")
NO_OPERATION = b"HTTP/1.1 501 Not Implemented\r\nCIMError: unsupported-operation\r\nContent-Length: 0\r\n\r\n"


@pytest.mark.parametrize("refusal", [(OPEN, "<ERROR CODE='7'/>"), NO_OPERATION])
def test_a_server_without_pulls_is_asked_for_them_once(reader, refusal):
    asking, server = reader(refusal, CLASSIC, CLASSIC, CLASSIC_NAMES)
    assert list(asking.instances("root/x", "X", ("Name",))) == []
    assert list(asking.instances("root/x", "X", ("Name",))) == []
    assert list(asking.names("root/x", "X")) == []
    assert methods(server) == [OPEN, "EnumerateInstances", "EnumerateInstances", "EnumerateInstanceNames"]


def test_a_server_that_is_replaced_by_one_without_pulls_is_asked_for_them_once_more(reader):
    asking, server = reader((OPEN, content(INSTANCE, [1])), (OPEN, "<ERROR CODE='7'/>"), CLASSIC, CLASSIC)
    for _ in range(3):
        list(asking.instances("root/x", "X", ("Name",)))
    assert methods(server) == [OPEN, OPEN, "EnumerateInstances", "EnumerateInstances"]


def test_where_pulls_are_demanded_a_server_without_them_fails(reader):
    asking, server = reader((OPEN, "<ERROR CODE='7'/>"), pull=PullMode.ON)
    with pytest.raises(SourceFailed, match="NOT_SUPPORTED"):
        list(asking.instances("root/x", "X", ("Name",)))
    assert methods(server) == [OPEN]


def test_where_pulls_are_forbidden_they_are_not_asked_for(reader):
    asking, server = reader(CLASSIC, pull=PullMode.OFF)
    assert list(asking.instances("root/x", "X", ("Name",))) == []
    assert methods(server) == ["EnumerateInstances"]


def test_a_class_that_the_server_lacks_is_absent_either_way(reader):
    asking, server = reader((OPEN, "<ERROR CODE='5'/>"))
    with pytest.raises(SourceFailed) as caught:
        list(asking.instances("root/x", "X", ("Name",)))
    assert is_absent(caught.value)
    assert methods(server) == [OPEN]


def test_an_error_behind_instances_is_never_an_absent_class(reader):
    instance = "<VALUE.NAMEDINSTANCE><INSTANCENAME CLASSNAME='X'/><INSTANCE CLASSNAME='X'/></VALUE.NAMEDINSTANCE>"
    asking, _ = reader(
        ("EnumerateInstances", f"<IRETURNVALUE>{instance}</IRETURNVALUE><ERROR CODE='5' DESCRIPTION='gone'/>"),
        pull=PullMode.OFF,
    )
    with pytest.raises(SourceError, match="gone") as caught:
        list(asking.instances("root/x", "X", ("Name",)))
    assert not is_absent(caught.value)


# --- servers that are busy ---

BUSY = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"


def test_a_server_that_says_it_is_busy_is_asked_three_times_more(reader, pauses):
    asking, server = reader(BUSY, BUSY, ("EnumerateInstances", "<ERROR CODE='27'/>"), CLASSIC, pull=PullMode.OFF)
    assert list(asking.instances("root/x", "X", ("Name",))) == []
    assert pauses == [5.0, 5.0, 10.0]
    assert len(server.requests) == 4


def test_a_server_that_stays_busy_fails(reader, pauses):
    asking, server = reader(BUSY, pull=PullMode.OFF)
    with pytest.raises(SourceFailed, match="503"):
        list(asking.instances("root/x", "X", ("Name",)))
    assert len(server.requests) == 4
    assert len(pauses) == 3


def test_a_server_with_too_many_contexts_is_read_classically_for_now(reader, pauses):
    asking, server = reader((OPEN, "<ERROR CODE='27'/>"), CLASSIC, (OPEN, content(INSTANCE, [1])))
    assert list(asking.instances("root/x", "X", ("Name",))) == []
    assert len(list(asking.instances("root/x", "X", ("Name",)))) == 1
    assert methods(server) == [OPEN, "EnumerateInstances", OPEN]
    assert pauses == []
