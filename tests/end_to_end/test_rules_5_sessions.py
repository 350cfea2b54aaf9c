"""vasa-1.0 5.1: the life of a session."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest


def test_the_cookie_of_another_vcenter_is_invalid_and_stays_valid_there(vcenters, session):
    own, other = session(wire=vcenters()), vcenters()
    assert other.call("queryArrays", cookie=own.id).fault == "InvalidSession"
    assert own.call("queryArrays").status == 200


def test_a_session_is_not_bound_to_its_connection(session, wires, bridge):
    own = session()
    assert wires(bridge, own.wire.identity).call("queryArrays", cookie=own.id).status == 200


def test_the_cookie_alone_is_nothing(session, anonymous):
    assert anonymous.call("queryArrays", cookie=session().id).fault == "InvalidSession"


def test_a_new_context_ends_the_session_of_the_request_only(vcenters, session, soap):
    wire = vcenters()
    first, second = session(wire=wire), session(wire=wire)
    answer = wire.call("setContext", soap.context(), cookie=first.id)
    assert answer.set_cookie.value not in (first.id, second.id)
    assert first.call("queryArrays").fault == "InvalidSession"
    assert second.call("queryArrays").status == 200


def test_a_failed_set_context_leaves_the_session(session):
    own = session()
    assert own.wire.call("setContext", cookie=own.id).fault == "InvalidArgument"
    assert own.call("queryArrays").status == 200


def test_many_calls_of_one_session_at_once(session, wires, bridge, everything):
    """SMS works with several threads; answers do not mix."""
    own = session()
    counts = {own.id: 0, everything.id: everything.count("StorageLun")}
    clients = [replace(one, wire=wires(bridge, own.wire.identity)) for one in (own, everything) for _ in range(4)]

    def ask(client):
        found = {client.count("StorageLun") for _ in range(20)}
        return client.id, found

    with ThreadPoolExecutor(len(clients)) as pool:
        for identifier, found in pool.map(ask, clients):
            assert found == {counts[identifier]}


def test_set_context_does_not_end_the_session_of_another(vcenters, session, soap):
    own, other = session(wire=vcenters()), vcenters()
    assert other.call("setContext", soap.context(), cookie=own.id).fault is None
    assert own.call("queryArrays").status == 200


@pytest.mark.parametrize("seconds", ["0", "-1", "1", "600", "9223372036854775807"])
def test_any_wish_for_a_timeout_is_accepted(session, seconds):
    own = session(f"<d:sessionTimeoutInSeconds>{seconds}</d:sessionTimeoutInSeconds>")
    assert own.call("queryArrays").status == 200


@pytest.mark.parametrize("seconds", ["soon", "1.5", "9223372036854775808"])
def test_a_timeout_that_is_no_long_is_invalid(registered, soap, seconds):
    members = f"<d:sessionTimeoutInSeconds>{seconds}</d:sessionTimeoutInSeconds>"
    assert registered.call("setContext", soap.context(members)).fault == "InvalidArgument"
