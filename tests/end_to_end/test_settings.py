"""Settings that change what a client meets: path, WWN format, version file, session limit; and the locked user.

One bridge of its own serves all of them.
"""

import pytest

D = "http://data.vasa.vim.vmware.com/xsd"
PATH = "/storage/vasa"
DOCUMENT = b"<versions/>"


@pytest.fixture(scope="module")
def small(launcher, cimom, tmp_path_factory):
    folder = tmp_path_factory.mktemp("small")
    (folder / "version.xml").write_bytes(DOCUMENT)
    options = ["--path", PATH, "--wwn-format", "bare", "--version-file", folder / "version.xml", "--max-sessions", "2"]
    options += ["--session-timeout", "60", "--names", "127.0.0.1,localhost"]
    with launcher.bridge(folder, cimom.exports["CIM_URL"], *options) as server:
        yield server


@pytest.fixture
def registered_here(small, wires, identity, soap):
    def make():
        own = identity()
        assert wires(small).call("registerVASACertificate", soap.registration(own.pem)).fault is None
        return wires(small, own)

    return make


def test_the_path(small, wires, soap):
    wire = wires(small)
    assert wire.path == PATH
    assert wire.call("queryArrays").fault == "InvalidSession"
    message = soap.envelope("<v:queryArrays/>")
    assert wire.post(message, path="/").fault == "InvalidSession"
    assert wire.post(message, path="/vasa/services/vasaService").status in (404, 405)
    contract = wire.request("GET", f"{PATH}?wsdl")
    assert {node.get("location") for node in contract.root.iter("{*}address")} == {small.exports["VASA_URL"]}


@pytest.mark.parametrize("path", ["/version.xml", "/vasa/version.xml"])
def test_the_version_file(small, wires, path):
    answer = wires(small).request("GET", path)
    assert (answer.status, answer.body) == (200, DOCUMENT)
    assert "xml" in answer.headers["Content-Type"]


def test_the_wwn_format(registered_here, session, initiators):
    own = session("".join(initiators), registered_here())
    ports = own.call("queryStoragePorts").returns
    wwns = [port.findtext(f"{{{D}}}portWwn") for port in ports if port.findtext(f"{{{D}}}portType") == "FC"]
    assert wwns
    assert all(len(wwn) == 16 and int(wwn, 16) and wwn == wwn.lower() for wwn in wwns)
    assert own.wire.call("unregisterVASACertificate", unregistration(own)).fault is None


def unregistration(session):
    return f"<v:existingCertificate>{session.wire.identity.pem}</v:existingCertificate>"


def test_the_session_limit(registered_here, session, soap):
    """5.1: the oldest session of the same certificate gives way; others get StorageFault."""
    left, right = registered_here(), registered_here()
    first, second = session(wire=left), session(wire=left)
    refused = right.call("setContext", soap.context())
    assert refused.fault == "StorageFault"
    third = session(wire=left)
    assert first.call("queryArrays").fault == "InvalidSession"
    assert second.call("queryArrays").status == third.call("queryArrays").status == 200
    assert left.call("unregisterVASACertificate", unregistration(third)).fault is None
    assert session(wire=right).call("queryArrays").status == 200


def test_a_locked_user_is_locked_for_the_right_password_too(small, registered_here, wires, soap, identity, credentials):
    """4.6: StorageFault while locked, whether or not the user exists; trust and other users are untouched."""
    wire, stranger, pem = registered_here(), wires(small), identity().pem
    for user in (credentials[0], "nobody-at-all"):
        faults = []
        while "StorageFault" not in faults and len(faults) < 10:
            answer = stranger.call("registerVASACertificate", soap.registration(pem, user=user, password="wrong"))
            faults.append(answer.fault)
        assert faults[:-1] == ["InvalidLogin"] * (len(faults) - 1) != []
        assert faults[-1] == "StorageFault"
    assert stranger.call("registerVASACertificate", soap.registration(pem)).fault == "StorageFault"
    assert stranger.call("registerVASACertificate", soap.registration(pem, user="third")).fault == "InvalidLogin"
    assert wire.call("setContext", soap.context()).fault is None
