"""vasa-1.0 section 4: registering, trust, unregistering."""

import base64
import ssl
import textwrap
import uuid
from datetime import UTC, datetime, timedelta

import pytest

LOCKED_AFTER_AT_MOST = 10


def bare(pem):
    return base64.b64encode(ssl.PEM_cert_to_DER_cert(pem)).decode("ascii")


def framed(body):
    return f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n"


def refolded(pem, width):
    return framed("\n".join(textwrap.wrap(bare(pem), width)))


FORMS = {
    "PEM": str,
    "CRLF": lambda pem: pem.replace("\n", "\r\n"),
    "surrounded by blanks": lambda pem: f"\n  {pem}  \n\t",
    "without last line end": str.strip,
    "one long line": lambda pem: framed(bare(pem)),
    "short lines": lambda pem: refolded(pem, 20),
    "odd lines": lambda pem: refolded(pem, 77),
    "blank line after the header": lambda pem: pem.replace("-----\n", "-----\n\n", 1),
    "bare base64": bare,
    "bare base64 in lines": lambda pem: "\n".join(textwrap.wrap(bare(pem), 64)),
}
NO_CERTIFICATES = {
    "nothing": None,
    "empty": "",
    "blanks": " \n ",
    "word": "certificate",
    "base64 of something else": base64.b64encode(b"no certificate at all").decode(),
    "frame around nothing": framed(""),
    "frame around junk": framed("AAAA"),
    "frame around no base64": framed("@@@@ ***"),
    "half a frame": "-----BEGIN CERTIFICATE-----\nAAAA",
    "a long text": "A" * 40000,
}


def register(wire, soap, pem, **changed):
    return wire.call("registerVASACertificate", soap.registration(pem, **changed))


def unregister(wire, soap, pem, cookie=None):
    children = "" if pem is None else soap.elements("existingCertificate", [pem])
    return wire.call("unregisterVASACertificate", children, cookie=cookie)


def is_trusted(wire, soap):
    answer = wire.call("setContext", soap.context())
    assert answer.fault in (None, "InvalidSession")
    return answer.fault is None


class TestCertificateText:
    """4.5"""

    @pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
    def test_accepted(self, anonymous, wires, bridge, identity, soap, form):
        own = identity()
        assert register(anonymous, soap, form(own.pem)).fault is None
        assert is_trusted(wires(bridge, own), soap)

    @pytest.mark.parametrize("text", NO_CERTIFICATES.values(), ids=NO_CERTIFICATES)
    def test_refused(self, anonymous, soap, text):
        assert register(anonymous, soap, text).fault == "InvalidCertificate"

    @pytest.mark.parametrize("text", NO_CERTIFICATES.values(), ids=NO_CERTIFICATES)
    def test_refused_by_unregister(self, session, soap, text):
        own = session()
        assert unregister(own.wire, soap, text, own.id).fault == "InvalidCertificate"
        assert own.call("queryArrays").status == 200

    def test_a_second_certificate_is_refused(self, anonymous, wires, bridge, identity, soap):
        first, second = identity(), identity()
        assert register(anonymous, soap, first.pem + second.pem).fault == "InvalidCertificate"
        assert register(anonymous, soap, first.pem + first.pem).fault == "InvalidCertificate"
        assert not is_trusted(wires(bridge, first), soap)
        assert not is_trusted(wires(bridge, second), soap)

    @pytest.mark.parametrize(
        "validity",
        [
            {"not_after": datetime.now(UTC) - timedelta(minutes=1)},
            {"not_before": datetime.now(UTC) + timedelta(hours=1)},
        ],
        ids=["expired", "not yet valid"],
    )
    def test_validity_is_checked(self, anonymous, wires, bridge, identity, soap, validity):
        own = identity(**validity)
        assert register(anonymous, soap, own.pem).fault == "InvalidCertificate"
        assert register(wires(bridge, own), soap, own.pem).fault == "InvalidCertificate"
        assert not is_trusted(wires(bridge, own), soap)

    def test_rsa_keys_and_unusual_names(self, anonymous, wires, bridge, identity, soap):
        own = identity("Zürich <vCenter> & 名", bits=2048)
        assert register(anonymous, soap, own.pem).fault is None
        assert is_trusted(wires(bridge, own), soap)


class TestLogin:
    """2.4 of operation 1"""

    @pytest.mark.parametrize("changed", [{"user": None}, {"user": ""}, {"password": None}, {"password": ""}])
    def test_missing_words(self, anonymous, identity, soap, changed):
        assert register(anonymous, soap, identity().pem, **changed).fault == "InvalidLogin"

    @pytest.mark.parametrize("user", ["nobody", "DOMAIN\\", "\\user", "a\\b\\c", "名", "x" * 255])
    def test_wrong_users(self, anonymous, wires, bridge, identity, soap, user):
        own = identity()
        name = f"{uuid.uuid4().hex}{user}" if user == "nobody" else user
        assert register(anonymous, soap, own.pem, user=name).fault == "InvalidLogin"
        assert not is_trusted(wires(bridge, own), soap)

    def test_a_wrong_password_then_the_right_one(self, anonymous, identity, soap):
        pem = identity().pem
        assert register(anonymous, soap, pem, password="wrong").fault == "InvalidLogin"
        assert register(anonymous, soap, pem).fault is None

    def test_login_is_judged_before_the_certificate(self, anonymous, soap):
        user = uuid.uuid4().hex
        assert register(anonymous, soap, "no certificate", user=user).fault == "InvalidLogin"
        assert register(anonymous, soap, None, user=None).fault == "InvalidLogin"

    @pytest.mark.parametrize("version", [11, 12])
    def test_repeated_failures_lock_the_user_and_say_so_by_storage_fault(self, anonymous, identity, soap, version):
        user, pem = uuid.uuid4().hex, identity().pem
        message = soap.registration(pem, user=user, password="wrong")
        answers = []
        for _ in range(LOCKED_AFTER_AT_MOST):
            answers.append(anonymous.call("registerVASACertificate", message, version=version))
            if answers[-1].fault == "StorageFault":
                break
        assert [answer.fault for answer in answers[:-1]] == ["InvalidLogin"] * (len(answers) - 1)
        assert len(answers) > 1
        self.check_storage_fault(answers[-1], soap)

    def check_storage_fault(self, answer, soap):
        """1.5: doubled detail; faultMessageId and parameterList in the fault namespace, their parts in data."""
        assert answer.detail.tag == f"{{{soap.V}}}StorageFault"
        (inner,) = answer.detail
        assert inner.tag == f"{{{soap.V}}}StorageFault"
        identifier, *parameters = inner
        assert identifier.tag == f"{{{soap.F}}}faultMessageId"
        assert identifier.text
        for parameter in parameters:
            assert parameter.tag == f"{{{soap.F}}}parameterList"
            assert [child.tag for child in parameter] == [
                f"{{{soap.D}}}parameterName",
                f"{{{soap.D}}}parameterValue",
            ]


class TestTrust:
    """4.1, 4.4, 4.6"""

    def test_new_trust_holds_at_once_for_new_connections(self, wires, bridge, identity, soap):
        own = identity()
        stranger = wires(bridge, own)
        assert not is_trusted(stranger, soap)
        assert register(stranger, soap, own.pem).fault is None
        assert is_trusted(wires(bridge, own), soap)

    def test_registering_is_no_login_for_a_connection_without_certificate(self, anonymous, identity, soap):
        assert register(anonymous, soap, identity().pem).fault is None
        assert not is_trusted(anonymous, soap)

    def test_a_look_alike_is_not_trusted(self, vcenters, wires, bridge, identity, soap):
        vcenters(identity("twin"))
        assert not is_trusted(wires(bridge, identity("twin")), soap)

    def test_a_known_certificate_is_registered_again_and_its_session_stays(self, vcenters, session, soap):
        own = session(wire=vcenters())
        answer = own.wire.call("registerVASACertificate", soap.registration(own.wire.identity.pem), cookie=own.id)
        assert answer.fault is None
        assert own.call("queryArrays").status == 200

    def test_a_new_certificate_ends_the_session_of_the_request(self, vcenters, session, identity, soap):
        own, other = session(wire=vcenters()), session(wire=vcenters())
        answer = own.wire.call("registerVASACertificate", soap.registration(identity().pem), cookie=own.id)
        assert answer.fault is None
        assert own.call("queryArrays").fault == "InvalidSession"
        assert other.call("queryArrays").status == 200
        assert is_trusted(own.wire, soap)

    def test_expiry_in_use(self, vcenters, session, identity, soap, launcher, registered):
        """The next call after notAfter fails; another vCenter of the same user may then clean up."""
        own = session(wire=vcenters(identity(not_after=datetime.now(UTC) + timedelta(seconds=3))))
        assert own.call("queryArrays").status == 200
        launcher.wait_for(lambda: own.call("queryArrays").fault == "InvalidSession", lambda: "still valid", 15)
        pem = own.wire.identity.pem
        assert register(own.wire, soap, pem).fault == "InvalidCertificate"
        assert not is_trusted(own.wire, soap)
        cleaner = session()
        assert is_trusted(registered, soap)
        assert unregister(cleaner.wire, soap, pem, cleaner.id).fault is None


class TestUnregister:
    """4.4"""

    def test_own_certificate_without_a_session(self, vcenters, wires, bridge, soap):
        own = vcenters()
        answer = unregister(own, soap, own.identity.pem)
        assert (answer.status, answer.payload) == (200, None)
        assert not is_trusted(wires(bridge, own.identity), soap)

    def test_own_certificate_with_a_session_ends_all_its_sessions(self, vcenters, wires, bridge, session, soap):
        wire = vcenters()
        first, second = session(wire=wire), session(wire=wire)
        stays = session()
        assert unregister(wire, soap, wire.identity.pem, first.id).status == 200
        register(wires(bridge), soap, wire.identity.pem)
        again = wires(bridge, wire.identity)
        for ended in (first, second):
            assert again.call("queryArrays", cookie=ended.id).fault == "InvalidSession"
        assert stays.call("queryArrays").status == 200

    def test_another_form_of_the_same_certificate(self, vcenters, soap):
        own = vcenters()
        assert unregister(own, soap, bare(own.identity.pem)).fault is None
        assert not is_trusted(own, soap)

    def test_not_registered(self, session, identity, soap):
        own = session()
        assert unregister(own.wire, soap, identity().pem, own.id).fault == "InvalidCertificate"

    def test_twice(self, vcenters, session, soap):
        own, cleaner = vcenters(), session()
        assert unregister(own, soap, own.identity.pem).fault is None
        assert unregister(own, soap, own.identity.pem).fault == "InvalidSession"
        assert unregister(cleaner.wire, soap, own.identity.pem, cleaner.id).fault == "InvalidCertificate"

    def test_a_certificate_of_the_same_login_user_with_a_session(self, vcenters, session, soap):
        other, cleaner = vcenters(), session()
        assert unregister(cleaner.wire, soap, other.identity.pem, cleaner.id).fault is None
        assert not is_trusted(other, soap)

    def test_the_certificate_of_another_without_a_session(self, vcenters, registered, soap):
        other = vcenters()
        assert unregister(registered, soap, other.identity.pem).fault == "InvalidSession"
        assert is_trusted(other, soap)

    def test_without_a_trusted_certificate(self, anonymous, wires, bridge, identity, vcenters, session, soap):
        other = session(wire=vcenters())
        pem = other.wire.identity.pem
        stranger = wires(bridge, identity())
        for wire in (anonymous, stranger):
            for cookie in (None, other.id):
                assert unregister(wire, soap, pem, cookie).fault == "InvalidSession"
        assert other.call("queryArrays").status == 200
