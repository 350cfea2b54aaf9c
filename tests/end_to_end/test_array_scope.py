"""The setting `array_scope`: with `associated`, arrays and processors show only to whom a LUN of theirs does."""

import pytest

STRANGER = "2000000000000001"
ENTITIES = ("StorageArray", "StorageProcessor", "StoragePort", "StorageLun")


@pytest.fixture(scope="module")
def associated(launcher, cimom, tmp_path_factory):
    folder = tmp_path_factory.mktemp("associated")
    with launcher.bridge(folder, cimom.exports["CIM_URL"], "--array-scope", "associated") as server:
        yield server


@pytest.fixture(scope="module")
def here(associated, wires, identity, soap):
    """A registered client of the bridge with that setting."""
    own = identity()
    assert wires(associated).call("registerVASACertificate", soap.registration(own.pem)).fault is None
    return wires(associated, own)


def counts(session):
    return [session.count(one) for one in ENTITIES]


def test_who_sees_a_lun_sees_its_array_as_always(here, session, initiators, everything):
    assert counts(session("".join(initiators), here)) == counts(everything)


def test_who_sees_no_lun_sees_no_array_either(here, session, soap, initiators):
    stranger = session(soap.initiator(portWwn=STRANGER), here)
    assert counts(stranger) == [0, 0, 0, 0]
    assert stranger.call("queryArrays").returns == []
    assert stranger.call("queryStorageProcessors").returns == []
    assert stranger.call("queryAssociatedProcessorsForArray").returns == []
    (array,) = session("".join(initiators), here).ids("StorageArray")
    refused = stranger.call("queryUniqueIdentifiersForLuns", soap.elements("arrayUniqueId", [array]))
    assert refused.fault == "NotFound"
    assert stranger.call("queryStorageCapabilities").returns


def test_by_default_every_context_that_is_not_empty_sees_arrays(session, soap):
    stranger = session(soap.initiator(portWwn=STRANGER))
    assert counts(stranger) == [1, 2, 0, 0]
