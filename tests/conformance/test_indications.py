"""The life of a subscription, by pywbem's listener and subscription manager (smis-mapping 7.3, 7.5, 9.7 check 11)."""

import queue
import socket

import pytest
import pywbem

DEADLINE = 20.0  # seconds until an indication must be there
OK, DEGRADED = 2, 3  # CIM_ManagedSystemElement.OperationalStatus
REFUSED = {
    pywbem.CIM_ERR_NOT_SUPPORTED,
    pywbem.CIM_ERR_ACCESS_DENIED,
    pywbem.CIM_ERR_INVALID_CLASS,
    pywbem.CIM_ERR_INVALID_PARAMETER,
}
CHANGED_VOLUME = "SELECT * FROM CIM_InstModification WHERE SourceInstance ISA CIM_StorageVolume"
MANAGER = "conformance"

pytestmark = pytest.mark.one_estate


def free_port(address):
    with socket.socket() as probe:
        probe.bind((address, 0))
        return probe.getsockname()[1]


@pytest.fixture
def listener(changed):
    """A listener the CIMOM can deliver to: its URL and the queue of what came."""
    address = changed.target.listener
    if address is None:
        pytest.skip("--cimom-listener was not given: the CIMOM cannot deliver to this machine")
    came = queue.Queue()
    server = pywbem.WBEMListener(address, http_port=free_port(address))
    server.add_callback(lambda indication, host: came.put(indication))
    server.start()
    yield f"http://{address}:{server.http_port}", came
    server.stop()


@pytest.fixture
def service(changed):
    found = changed.instances(changed.interop, "CIM_IndicationService")
    if not found:
        pytest.skip("the CIMOM has no indication service")
    if found[0].get("FilterCreationEnabled") is False:
        pytest.skip("the CIMOM creates no filters")
    return found[0]


@pytest.fixture
def subscribed(changed, service, listener):
    """A subscription to changes of volumes: the manager, the server's id in it, and the queue."""
    url, came = listener
    manager = pywbem.WBEMSubscriptionManager(MANAGER)
    server_id = manager.add_server(changed.server)
    try:
        destination = manager.add_destination(server_id, url, owned=True, destination_id="listener")
        filter_ = add_filter(manager, server_id, changed.implementations, CHANGED_VOLUME)
        manager.add_subscriptions(server_id, filter_.path, destination.path, owned=True)
    except pywbem.CIMError as error:
        manager.remove_all_servers()
        if error.status_code in REFUSED:
            pytest.skip(f"the CIMOM does not let clients subscribe: {error.status_description}")
        raise
    yield manager, server_id, came
    manager.remove_all_servers()


def add_filter(manager, server_id, namespaces, query):
    return manager.add_filter(
        server_id,
        source_namespaces=namespaces,
        query=query,
        query_language="DMTF:CQL",
        owned=True,
        filter_id="volumes",
    )


@pytest.fixture
def volume(changed):
    for space in changed.implementations:
        for one in changed.instances(space, "CIM_StorageVolume"):
            return one
    pytest.skip("the CIMOM has no volumes")
    return None


def set_status(cimom, volume, status):
    changed = pywbem.CIMInstance(volume.classname, path=volume.path)
    changed["OperationalStatus"] = pywbem.CIMProperty("OperationalStatus", [pywbem.Uint16(status)], type="uint16")
    try:
        cimom.connection.ModifyInstance(changed, PropertyList=["OperationalStatus"])
    except pywbem.CIMError as error:
        if error.status_code in REFUSED:
            pytest.skip(f"the CIMOM does not let clients change a status: {error.status_description}")
        raise


def flip(cimom, volume):
    """Change the status of a volume and then back."""
    before = (volume["OperationalStatus"] or [OK])[0]
    set_status(cimom, volume, DEGRADED if before != DEGRADED else OK)
    set_status(cimom, volume, before)


def test_a_change_is_told_once_and_in_sequence(changed, subscribed, volume):
    _, _, came = subscribed
    flip(changed, volume)
    there, back = came.get(timeout=DEADLINE), came.get(timeout=DEADLINE)
    flip(changed, volume)
    again = came.get(timeout=DEADLINE)
    for one in (there, back, again):
        assert one.classname == "CIM_InstModification"
        assert one["SourceInstance"]["DeviceID"] == volume["DeviceID"]
    assert list(there["PreviousInstance"]["OperationalStatus"]) == list(volume["OperationalStatus"])
    assert list(there["SourceInstance"]["OperationalStatus"]) != list(volume["OperationalStatus"])
    assert list(back["SourceInstance"]["OperationalStatus"]) == list(volume["OperationalStatus"])
    if there.get("SequenceContext") is not None:
        assert there["SequenceContext"] == back["SequenceContext"] == again["SequenceContext"]
        numbers = [one["SequenceNumber"] for one in (there, back, again)]
        assert numbers == [numbers[0], numbers[0] + 1, numbers[0] + 2]


def test_a_manager_that_restarts_finds_what_it_owns(changed, subscribed):
    first, server_id, _ = subscribed
    again = pywbem.WBEMSubscriptionManager(MANAGER)
    again_id = again.add_server(pywbem.WBEMServer(changed.connection))
    for owned in ("get_owned_filters", "get_owned_destinations", "get_owned_subscriptions"):
        kept = {changed.key(one.path) for one in getattr(first, owned)(server_id)}
        assert kept
        assert {changed.key(one.path) for one in getattr(again, owned)(again_id)} == kept


def test_what_was_removed_is_gone_and_silent(changed, subscribed, listener, volume):
    manager, _, came = subscribed
    manager.remove_all_servers()
    for class_name in ("CIM_IndicationSubscription", "CIM_IndicationFilter", "CIM_ListenerDestination"):
        left = [str(path) for path in changed.names(changed.interop, class_name) if f":{MANAGER}:" in str(path)]
        assert left == []
    flip(changed, volume)
    # What comes first on a new subscription is newer than the change above, of which nothing was told.
    fresh = manager.add_server(pywbem.WBEMServer(changed.connection))
    destination = manager.add_destination(fresh, listener[0], owned=True, destination_id="listener")
    added = add_filter(manager, fresh, changed.implementations, CHANGED_VOLUME)
    manager.add_subscriptions(fresh, added.path, destination.path, owned=True)
    flip(changed, volume)
    assert [came.get(timeout=DEADLINE)["SourceInstance"]["DeviceID"] for _ in range(2)] == [volume["DeviceID"]] * 2
    assert came.empty()


def test_a_query_that_cannot_be_read_is_refused(changed, service):
    manager = pywbem.WBEMSubscriptionManager(MANAGER)
    server_id = manager.add_server(changed.server)
    try:
        with pytest.raises(pywbem.CIMError) as refusal:
            add_filter(manager, server_id, changed.implementations, "SELECT FROM WHERE")
        assert refusal.value.status_code in REFUSED | {
            pywbem.CIM_ERR_INVALID_QUERY,
            pywbem.CIM_ERR_FAILED,
        }
    finally:
        manager.remove_all_servers()
