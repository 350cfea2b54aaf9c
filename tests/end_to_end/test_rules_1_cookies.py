"""vasa-1.0 1.7: the session cookie."""

import re

import pytest


def ask(session, soap, cookie_lines):
    """Call queryArrays with these Cookie header values, one header line each."""
    wire = session.wire
    body = soap.envelope("<v:queryArrays/>")
    connection = wire.connection
    connection.putrequest("POST", wire.path)
    for name, value in soap.headers(action="urn:queryArrays").items():
        connection.putheader(name, value)
    for line in cookie_lines:
        connection.putheader("Cookie", line)
    connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    response = connection.getresponse()
    content = response.read()
    return response.status, content


GOOD = {
    "alone": ["VASASESSIONID={id}"],
    "among others": ['a=b; VASASESSIONID={id}; c="d e"'],
    "after one without value": ["flag; x=; VASASESSIONID={id}"],
    "without blanks": ["a=b;VASASESSIONID={id};c=d"],
    "twice the same": ["VASASESSIONID={id}; VASASESSIONID={id}"],
    "twice the same in two lines": ["VASASESSIONID={id}", "VASASESSIONID={id}"],
    "beside a similar name": ["XVASASESSIONID=0; VASASESSIONID={id}; VASASESSIONIDX=0"],
    "beside an odd cookie": ["a[1]=@:/; VASASESSIONID={id}"],
}
BAD = {
    "missing": [],
    "empty line": [""],
    "empty value": ["VASASESSIONID="],
    "no session": ["VASASESSIONID=0"],
    "unknown": ["VASASESSIONID=123456"],
    "cut": ["VASASESSIONID={cut}"],
    "longer": ["VASASESSIONID={id}0"],
    "two different": ["VASASESSIONID={id}; VASASESSIONID=0"],
    "two different, other order": ["VASASESSIONID=1; VASASESSIONID={id}"],
    "two different in two lines": ["VASASESSIONID={id}", "VASASESSIONID=1"],
    "other name": ["JSESSIONID={id}"],
    "name in lower case": ["vasasessionid={id}"],
    "name with a prefix": ["XVASASESSIONID={id}"],
    "very long": ["VASASESSIONID=" + "a" * 5000],
}


@pytest.fixture(scope="module")
def own(vcenters, session):
    return session(wire=vcenters())


@pytest.mark.parametrize("lines", GOOD.values(), ids=GOOD)
def test_found(own, soap, lines):
    status, content = ask(own, soap, [line.format(id=own.id) for line in lines])
    assert status == 200, content


@pytest.mark.parametrize("lines", BAD.values(), ids=BAD)
def test_not_found(own, soap, lines):
    status, content = ask(own, soap, [line.format(id=own.id, cut=own.id[:-1]) for line in lines])
    assert status == 500, content
    assert b"InvalidSession" in content
    assert own.call("queryArrays").status == 200


def test_set_context_sets_it_and_names_it_in_the_answer(registered, soap):
    answer = registered.call("setContext", soap.context())
    (info,) = answer.returns
    assert info.findtext(f"{{{soap.D}}}sessionId") == answer.set_cookie.value


def test_the_id_is_opaque_and_long_and_new_each_time(session):
    found = {session().id for _ in range(8)}
    assert len(found) == 8
    for identifier in found:
        # 128 bit need 22 characters of [A-Za-z0-9].
        assert re.fullmatch(r"[A-Za-z0-9]{22,64}", identifier)


def test_attributes(registered, soap):
    cookie = registered.call("setContext", soap.context()).set_cookie
    assert (cookie["path"], cookie["secure"], cookie["httponly"]) == ("/", True, True)
    assert (cookie["max-age"], cookie["expires"], cookie["domain"]) == ("", "", "")


@pytest.mark.parametrize("operation", ["queryArrays", "queryCatalog", "getEvents", "getAlarms"])
def test_every_successful_call_sets_it_again(own, operation):
    cookie = own.call(operation).set_cookie
    assert (cookie.value, cookie["path"], cookie["secure"], cookie["httponly"]) == (own.id, "/", True, True)


def test_registering_and_unregistering_set_it_to_0(anonymous, wires, bridge, identity, soap):
    pem = (own := identity()).pem
    answer = anonymous.call("registerVASACertificate", soap.registration(pem))
    assert answer.set_cookie.value == "0"
    assert answer.returns[0].findtext(f"{{{soap.D}}}sessionId") == "0"
    answer = wires(bridge, own).call("unregisterVASACertificate", soap.elements("existingCertificate", [pem]))
    assert answer.set_cookie.value == "0"
