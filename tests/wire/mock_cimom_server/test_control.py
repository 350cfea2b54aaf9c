"""The control path of a running server."""

import pytest


def test_rules_are_added_listed_and_removed(serve):
    served = serve()
    reply = served.control("POST", "faults", {"operation": "GetClass", "delay": "1.5s", "times": 2})
    rule = {"id": "fault-1", "operation": "GetClass", "times": 2, "delay": 1.5}
    assert (reply.status, reply.json()) == (201, {"faults": [rule]})
    more = [{"id": "a", "cut": True, "class": "CIM_Chassis"}, {"id": "b", "indication": "drop"}]
    assert served.control("POST", "faults", {"faults": more}).status == 201
    listed = served.control("GET", "faults").json()["faults"]
    assert [(one["id"], one["matched"], one["fired"]) for one in listed] == [
        ("fault-1", 0, 0),
        ("a", 0, 0),
        ("b", 0, 0),
    ]
    assert served.control("DELETE", "faults/a").json() == {"removed": 1}
    assert served.control("DELETE", "faults/a").status == 404
    assert served.control("DELETE", "faults").json() == {"removed": 2}
    assert served.control("GET", "faults").json() == {"faults": []}


def test_what_is_listed_can_be_added_again(serve):
    served = serve()
    given = {"id": "x", "namespace": "interop", "subclasses": False, "class": "CIM_Namespace", "from": 2, "nth": 3}
    given |= {"probability": 0.5, "seed": 7, "cim-status": "CIM_ERR_FAILED", "description": "no"}
    assert served.control("POST", "faults", given).json() == {"faults": [given]}


def test_rules_count_what_they_match_and_do(serve):
    served = serve(name="tiny")
    served.control("POST", "faults", {"http-status": 500, "nth": 2, "class": "CIM_PhysicalElement"})
    assert [served.call().status for _ in range(5)] == [200, 500, 200, 500, 200]
    served.call("MakeCoffee")
    status = served.control("GET", "status").json()
    (rule,) = status["faults"]
    assert (rule["matched"], rule["fired"]) == (6, 3)
    assert (status["name"], status["open_contexts"]) == ("tiny", 0)
    assert status["calls"] == {"EnumerateInstanceNames": 5, "unknown operations": 1}
    assert 0 < status["uptime"] < 60


WRONG = [
    ("no effect", {"operation": "GetClass"}, "exactly one effect"),
    ("two effects", {"cut": True, "empty": True}, "exactly one effect"),
    ("an unknown entry", {"cut": True, "colour": "red"}, "'colour'"),
    ("a wrong duration", {"delay": "soon"}, "'delay' must be a duration"),
    ("an unknown status", {"cim-status": "CIM_ERR_NONE"}, "'cim-status' must be a CIM status"),
    ("no list", {"faults": {"cut": True}}, "'faults' and a list"),
    ("one bad rule of two", {"faults": [{"cut": True}, {"nth": 0, "cut": True}]}, "'nth' must be a whole number"),
]


@pytest.mark.parametrize(("value", "reason"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_a_wrong_rule_is_refused_with_a_sentence(serve, value, reason):
    served = serve()
    reply = served.control("POST", "faults", value)
    assert reply.status == 400
    assert reason in reply.json()["error"]
    assert len(served.cimom.faults) == 0


def test_what_is_no_json_is_refused(serve):
    served = serve()
    headers = {"Authorization": served.login, "Content-Type": "application/json"}
    for body in (b"", b"{", b"[]", b'"x"', b"[" * 100_000, b'{"cut": true, "cut": true}', b"\xff\xfe"):
        assert served.ask("POST", "/control/faults", body, headers).status == 400
    headers["Content-Type"] = "text/plain"
    assert served.ask("POST", "/control/faults", b'{"cut": true}', headers).status == 415


OTHERS = [
    ("GET", "elsewhere", 404),
    ("GET", "faults/x/y", 405),
    ("PUT", "faults", 405),
    ("POST", "status", 405),
    ("GET", "faults/", 404),
]


@pytest.mark.parametrize(("method", "path", "status"), OTHERS)
def test_other_requests_are_refused(serve, method, path, status):
    reply = serve().control(method, path)
    assert reply.status == status
    assert reply.json()["error"]


@pytest.mark.parametrize("value", [None, "", "Basic", "Basic YTpi", "Bearer x"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_strangers_are_refused(serve, method, value):
    served = serve()
    headers = {"Content-Type": "application/json"} | ({} if value is None else {"Authorization": value})
    for path in ("/control/faults", "/control/status", "/control/none"):
        reply = served.ask(method, path, b'{"cut": true}', headers)
        assert (reply.status, reply.body) == (401, b"")
    assert len(served.cimom.faults) == 0


def test_a_body_over_the_limit_is_refused(serve):
    served = serve()
    assert served.control("POST", "faults", {"faults": [{"description": "x" * 2**20}]}).status == 413
