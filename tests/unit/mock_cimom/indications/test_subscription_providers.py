"""What clients may create, change and delete to subscribe, and what they are told otherwise."""

import pytest
import pywbem

from mock_cimom.connection import CimomConnection
from mock_cimom.estate.description import Indications
from mock_cimom.providers.subscriptions import register_subscription_providers

VOLUME = "SELECT * FROM CIM_InstCreation WHERE SourceInstance ISA CIM_StorageVolume"
ALERT = "SELECT * FROM CIM_AlertIndication"
URL = "http://127.0.0.1:5000"


def status(call, *arguments, **options):
    with pytest.raises(pywbem.CIMError) as caught:
        call(*arguments, **options)
    return caught.value.status_code


def stored(world, class_name):
    return world.connection.EnumerateInstances(class_name, "interop")


def test_a_new_filter_gets_the_keys_of_the_server(world):
    path = world.filter(VOLUME, SystemName="other", SystemCreationClassName="X_System", CreationClassName="X")
    found = world.connection.GetInstance(path)
    assert (path["SystemName"], path["SystemCreationClassName"]) == ("mock-cimom", "CIM_ComputerSystem")
    assert found["CreationClassName"] == "CIM_IndicationFilter"
    assert (found["Query"], found["QueryLanguage"]) == (VOLUME, "DMTF:CQL")
    assert found["IndividualSubscriptionSupported"] is True


@pytest.mark.parametrize("language", ["WQL", "wql", "CQL", "DMTF:CQL", "dmtf:cql"])
def test_every_language_in_the_wild_is_taken(world, language):
    assert world.filter(VOLUME, language)


@pytest.mark.parametrize(
    ("query", "language"),
    [
        ("", "DMTF:CQL"),
        ("SELECT", "WQL"),
        ("nonsense", "DMTF:CQL"),
        (f"{VOLUME} AND", "DMTF:CQL"),
        ("SELECT * FROM CIM_InstCreation WHERE (SourceInstance ISA CIM_StorageVolume", "WQL"),
        (VOLUME, "SQL"),
        (VOLUME, ""),
        ("SELECT * FROM CIM_StorageVolume", "DMTF:CQL"),
        ("SELECT * FROM CIM_NoSuchIndication", "DMTF:CQL"),
    ],
)
def test_a_query_that_selects_no_indications_is_refused(world, query, language):
    before = len(stored(world, "CIM_IndicationFilter"))
    assert status(world.filter, query, language) == pywbem.CIM_ERR_INVALID_PARAMETER
    assert len(stored(world, "CIM_IndicationFilter")) == before


@pytest.mark.parametrize("missing", ["Name", "Query", "QueryLanguage"])
def test_a_filter_needs_name_query_and_language(world, missing):
    values = {"Name": "n", "Query": VOLUME, "QueryLanguage": "WQL"}
    new = pywbem.CIMInstance("CIM_IndicationFilter", {key: values[key] for key in values if key != missing})
    assert status(world.connection.CreateInstance, new, "interop") == pywbem.CIM_ERR_INVALID_PARAMETER


@pytest.mark.parametrize(
    "source", [{"SourceNamespaces": ["root/mockblock", "root/none"]}, {"SourceNamespace": "root/none"}]
)
def test_a_source_namespace_must_exist(world, source):
    assert status(world.filter, VOLUME, **source) == pywbem.CIM_ERR_INVALID_PARAMETER


@pytest.mark.parametrize(
    "url", ["", "nowhere", "ftp://host/", "http://", "https://:5989", "http://h:99999", "http://h:x"]
)
def test_a_destination_must_be_a_url_of_http(world, url):
    assert status(world.destination, url) == pywbem.CIM_ERR_INVALID_PARAMETER


@pytest.mark.parametrize("url", ["http://host", "https://host:5989", "HTTP://[::1]:5000/path"])
def test_destinations_of_all_forms(world, url):
    found = world.connection.GetInstance(world.destination(url))
    assert (found["Destination"], found["Protocol"], found["PersistenceType"]) == (url, 2, 2)


def test_a_destination_keeps_its_persistence_and_has_no_other_protocol(world):
    path = world.destination(URL, PersistenceType=pywbem.Uint16(3))
    assert world.connection.GetInstance(path)["PersistenceType"] == 3
    assert status(world.destination, URL, Protocol=pywbem.Uint16(4)) == pywbem.CIM_ERR_INVALID_PARAMETER


def test_a_subscription_is_active_at_once(world):
    found = world.connection.GetInstance(world.subscribe(VOLUME))
    assert (found["SubscriptionState"], found["OnFatalErrorPolicy"], found["RepeatNotificationPolicy"]) == (2, 2, 2)
    assert found["SubscriptionStartTime"] == found["TimeOfLastStateChange"] is not None


def test_what_exists_already_is_not_made_again(world):
    chosen, destination = world.filter(VOLUME, Name="one"), world.destination(URL, Name="one")
    world.join(chosen, destination)
    exists = pywbem.CIM_ERR_ALREADY_EXISTS
    assert status(world.filter, ALERT, Name="one") == exists
    assert status(world.destination, URL, Name="one") == exists
    assert status(world.join, chosen, destination) == exists


def test_a_subscription_needs_a_filter_and_a_destination_that_exist(world):
    chosen, destination = world.filter(VOLUME), world.destination()
    collection = world.connection.EnumerateInstanceNames("CIM_FilterCollection", "interop")[0]
    nowhere = destination.copy()
    nowhere["Name"] = "none"
    no_filter = chosen.copy()
    no_filter["Name"] = "none"
    no_collection = collection.copy()
    no_collection["InstanceID"] = "none"
    pairs = [(chosen, nowhere), (no_filter, destination), (no_collection, destination), (destination, destination)]
    for pair in [*pairs, (chosen, chosen)]:
        assert status(world.join, *pair) == pywbem.CIM_ERR_INVALID_PARAMETER
    half = pywbem.CIMInstance("CIM_IndicationSubscription", {"Filter": chosen})
    assert status(world.connection.CreateInstance, half, "interop") == pywbem.CIM_ERR_INVALID_PARAMETER
    crossed = pywbem.CIMInstance("CIM_IndicationSubscription", {"Filter": collection, "Handler": destination})
    assert status(world.connection.CreateInstance, crossed, "interop") == pywbem.CIM_ERR_INVALID_PARAMETER
    assert stored(world, "CIM_AbstractIndicationSubscription") == []


def test_a_filter_can_be_for_its_collection_only(world):
    chosen = world.filter(VOLUME, IndividualSubscriptionSupported=False)
    assert status(world.join, chosen, world.destination()) == pywbem.CIM_ERR_NOT_SUPPORTED


@pytest.mark.parametrize("class_name", ["CIM_IndicationFilter", "CIM_ListenerDestinationCIMXML"])
def test_all_of_it_belongs_into_interop(world, class_name):
    values = {"Name": "n", "Query": VOLUME, "QueryLanguage": "WQL"} if "Filter" in class_name else {"Name": "n"}
    new = pywbem.CIMInstance(class_name, values)
    assert status(world.connection.CreateInstance, new, "root/mockblock") == pywbem.CIM_ERR_INVALID_PARAMETER


def test_what_a_subscription_uses_stays(world):
    chosen, destination = world.filter(VOLUME), world.destination()
    subscription = world.join(chosen, destination)
    for path in (chosen, destination):
        assert status(world.connection.DeleteInstance, path) == pywbem.CIM_ERR_FAILED
    for path in (subscription, chosen, destination):
        world.connection.DeleteInstance(path)
        assert status(world.connection.GetInstance, path) == pywbem.CIM_ERR_NOT_FOUND
    assert status(world.connection.DeleteInstance, chosen) == pywbem.CIM_ERR_NOT_FOUND


@pytest.mark.parametrize("state", [0, 1, 3, 5])
def test_clients_enable_and_disable_and_nothing_else(world, state):
    subscription = world.subscribe(VOLUME)
    assert status(world.change, subscription, SubscriptionState=state) == pywbem.CIM_ERR_INVALID_PARAMETER
    world.change(subscription, SubscriptionState=4)
    assert world.connection.GetInstance(subscription)["SubscriptionState"] == 4


def test_a_whole_instance_can_be_sent_back_with_one_change(world):
    found = world.connection.GetInstance(world.subscribe(VOLUME))
    found["SubscriptionInfo"] = "mine"
    world.connection.ModifyInstance(found)
    assert world.connection.GetInstance(found.path)["SubscriptionInfo"] == "mine"


def test_what_a_filter_or_destination_is_about_does_not_change(world):
    chosen, destination = world.filter(VOLUME), world.destination()
    assert status(world.change, chosen, Query=ALERT) == pywbem.CIM_ERR_NOT_SUPPORTED
    assert status(world.change, destination, Destination="http://127.0.0.1:1") == pywbem.CIM_ERR_NOT_SUPPORTED
    world.change(chosen, ElementName="mine")
    assert world.connection.GetInstance(chosen)["ElementName"] == "mine"


def test_static_filters_and_their_collection_are_read_only(world):
    collections = stored(world, "CIM_FilterCollection")
    for kept in [*stored(world, "CIM_IndicationFilter"), *collections]:
        assert status(world.change, kept.path, ElementName="mine") == pywbem.CIM_ERR_NOT_SUPPORTED
        assert status(world.connection.DeleteInstance, kept.path) == pywbem.CIM_ERR_NOT_SUPPORTED
        assert world.connection.GetInstance(kept.path) == kept
    new = pywbem.CIMInstance("CIM_FilterCollection", {"InstanceID": "mine"})
    assert status(world.connection.CreateInstance, new, "interop") == pywbem.CIM_ERR_NOT_SUPPORTED


def test_the_settings_of_the_service_that_are_settable_can_be_set(world):
    (service,) = stored(world, "CIM_IndicationService")
    world.change(service.path, DeliveryRetryAttempts=7, DeliveryRetryInterval=1, SubscriptionRemovalTimeInterval=9)
    found = world.connection.GetInstance(service.path)
    assert (found["DeliveryRetryAttempts"], found["DeliveryRetryInterval"]) == (7, 1)
    assert status(world.change, service.path, SubscriptionRemovalAction=5) == pywbem.CIM_ERR_INVALID_PARAMETER
    assert status(world.change, service.path, DeliveryRetryAttempts=None) == pywbem.CIM_ERR_INVALID_PARAMETER
    assert status(world.change, service.path, FilterCreationEnabled=False) == pywbem.CIM_ERR_NOT_SUPPORTED
    assert status(world.connection.DeleteInstance, service.path) == pywbem.CIM_ERR_NOT_SUPPORTED


def test_a_server_of_alerts_takes_filters_for_alerts_only(world):
    register_subscription_providers(world.connection, Indications.ALERTS)
    assert status(world.filter, VOLUME) == pywbem.CIM_ERR_NOT_SUPPORTED
    assert status(world.filter, "SELECT * FROM CIM_Indication") == pywbem.CIM_ERR_NOT_SUPPORTED
    assert world.subscribe(ALERT)


def test_a_server_without_indications_takes_nothing(world):
    register_subscription_providers(world.connection, Indications.NONE)
    assert status(world.filter, ALERT) == pywbem.CIM_ERR_NOT_SUPPORTED
    assert status(world.destination) == pywbem.CIM_ERR_NOT_SUPPORTED
    (service,) = stored(world, "CIM_IndicationService")
    assert status(world.change, service.path, DeliveryRetryAttempts=7) == pywbem.CIM_ERR_NOT_SUPPORTED


def test_without_an_interop_namespace_there_is_nothing_to_provide():
    connection = CimomConnection("root/cimv2")
    register_subscription_providers(connection)
    assert not connection.provider_dispatcher.provider_registry._registry
