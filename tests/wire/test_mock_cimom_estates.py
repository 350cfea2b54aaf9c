"""pywbem's view of estates of all kinds, over HTTP."""

import pytest
import pywbem

import mock_cimom
from mock_cimom.estate.description import ESTATES, SMALLEST, EstateDescription, Kind

SERVED = {
    "small": ESTATES["small"],
    "mixed": ESTATES["mixed"],
    "nas head": EstateDescription((SMALLEST[Kind.NAS_HEAD],)),
}


@pytest.fixture(scope="module", params=SERVED.values(), ids=SERVED)
def running(request):
    with mock_cimom.running(request.param) as cimom:
        yield cimom


@pytest.fixture
def client(running):
    with pywbem.WBEMConnection(running.url, (running.user, running.password)) as connection:
        yield connection


def test_pywbem_finds_all_namespaces_and_profiles(running, client):
    server = pywbem.WBEMServer(client)
    assert sorted(server.namespaces) == sorted(["interop", *running.description.namespaces])
    assert server.brand == "mock-cimom"
    names = {profile["RegisteredName"] for profile in server.profiles}
    assert {"SMI-S", "Server"} < names
    for profile in server.profiles:
        central = server.get_central_instances(profile.path)
        assert central or profile["RegisteredName"] in ("Profile Registration", "Health", "Indication")
        for path in central:
            assert client.GetInstance(path).path.namespace == path.namespace


def test_top_systems_are_found_from_the_autonomous_profiles(running, client):
    server = pywbem.WBEMServer(client)
    found = {}
    for name in ("Array", "Self-contained NAS System", "NAS Head"):
        for profile in server.get_selected_profiles("SNIA", name):
            found |= {path["Name"]: path.namespace for path in server.get_central_instances(profile.path)}
    assert len(found) == len(running.description.arrays)
    assert set(found.values()) == set(running.description.namespaces)


def test_file_shares_are_listed_by_their_abstract_class(running, client):
    shares = {
        namespace: len(client.EnumerateInstanceNames("CIM_FileShare", namespace))
        for namespace in running.description.namespaces
    }
    with_files = {array.kind.namespace for array in running.description.arrays if array.kind.has_files}
    assert {namespace for namespace, count in shares.items() if count} == with_files
