"""What reaches a subscriber, with which content, and what does not."""

import threading

import pytest
import pywbem

CREATION = "SELECT * FROM CIM_InstCreation WHERE SourceInstance ISA CIM_StorageVolume"
MODIFICATION = "SELECT * FROM CIM_InstModification WHERE SourceInstance ISA CIM_StorageVolume"
STATUS = (
    f"{MODIFICATION} AND SourceInstance.CIM_StorageVolume::OperationalStatus <> "
    "PreviousInstance.CIM_StorageVolume::OperationalStatus"
)
DELETION = "SELECT * FROM CIM_InstDeletion WHERE SourceInstance ISA CIM_StorageVolume"


def new_volume(world, number):
    keys = {name: world.volume[name] for name in world.volume if name != "DeviceID"}
    return pywbem.CIMInstance("MOCK_StorageVolume", {**keys, "DeviceID": f"{number:05}", "ElementName": "new"})


def test_a_creation_tells_of_the_new_instance(world):
    world.subscribe(CREATION)
    path = world.connection.CreateInstance(new_volume(world, 2), "root/mockblock")
    (indication,) = world.arrived()
    assert indication.classname == "CIM_InstCreation"
    assert indication["SourceInstance"].classname == "MOCK_StorageVolume"
    assert indication["SourceInstance"]["DeviceID"] == "00002"
    assert indication["SourceInstanceModelPath"] == path.to_wbem_uri("historical")
    assert indication["SourceInstanceModelPath"].startswith("root/mockblock:MOCK_StorageVolume.")
    assert indication["IndicationTime"].datetime == world.time.now()
    assert indication["IndicationIdentifier"]
    assert indication.path is None
    assert indication["SourceInstance"].path is None


def test_a_modification_has_the_instance_before_and_the_names_of_what_changed(world):
    world.subscribe(MODIFICATION)
    world.change(world.volume, NumberOfBlocks=200, OperationalStatus=[3])
    (indication,) = world.arrived()
    assert (indication["PreviousInstance"]["NumberOfBlocks"], indication["SourceInstance"]["NumberOfBlocks"]) == (
        100,
        200,
    )
    assert sorted(indication["ChangedPropertyNames"]) == ["NumberOfBlocks", "OperationalStatus"]


def test_a_deletion_has_the_values_before_it(world):
    world.subscribe(DELETION)
    world.connection.DeleteInstance(world.volume)
    (indication,) = world.arrived()
    assert (indication.classname, indication["SourceInstance"]["NumberOfBlocks"]) == ("CIM_InstDeletion", 100)


def test_a_modification_that_changes_nothing_is_none(world):
    world.subscribe(MODIFICATION)
    world.change(world.volume, NumberOfBlocks=100)
    world.change(world.volume, NumberOfBlocks=101)
    (indication,) = world.arrived()
    assert indication["SourceInstance"]["NumberOfBlocks"] == 101


def test_the_condition_of_the_query_decides(world):
    world.subscribe(STATUS)
    world.change(world.volume, NumberOfBlocks=200)
    world.change(world.volume, OperationalStatus=[6])
    (indication,) = world.arrived()
    assert indication["SourceInstance"]["OperationalStatus"] == [6]


def test_other_classes_and_other_kinds_of_change_do_not_arrive(world):
    world.subscribe(CREATION)
    world.change(world.volume, NumberOfBlocks=200)
    world.connection.DeleteInstance(world.volume)
    assert world.arrived() == []


def test_a_filter_on_a_superclass_of_indications_gets_all_below_it(world):
    world.subscribe("SELECT * FROM CIM_InstIndication")
    world.change(world.volume, NumberOfBlocks=200)
    world.connection.DeleteInstance(world.volume)
    assert [one.classname for one in world.arrived()] == ["CIM_InstModification", "CIM_InstDeletion"]


def test_the_select_list_limits_the_properties_and_the_sequence_is_always_there(world):
    world.subscribe("SELECT IndicationTime, SourceInstance FROM CIM_InstModification", "http://127.0.0.1:1")
    world.change(world.volume, NumberOfBlocks=200)
    (indication,) = world.arrived()
    assert sorted(indication.properties) == [
        "IndicationFilterName",
        "IndicationTime",
        "SequenceContext",
        "SequenceNumber",
        "SourceInstance",
    ]


NO_NAMESPACES = pywbem.CIMProperty("SourceNamespaces", None, "string", is_array=True)


@pytest.mark.parametrize(
    "source", [{"SourceNamespaces": ["interop"]}, {"SourceNamespace": "interop"}, {"SourceNamespaces": NO_NAMESPACES}]
)
def test_only_the_source_namespaces_count_and_without_any_it_is_the_filters_own(world, source):
    path = world.filter("SELECT * FROM CIM_InstModification", **source)
    world.join(path, world.destination())
    world.change(world.volume, NumberOfBlocks=200)
    server = world.connection.EnumerateInstanceNames("CIM_ComputerSystem", "interop")[0]
    world.change(server, ElementName="changed")
    assert [one["SourceInstance"]["ElementName"] for one in world.arrived()] == ["changed"]


def test_several_source_namespaces(world):
    path = world.filter("SELECT * FROM CIM_InstModification", SourceNamespaces=["interop", "/ROOT/mockblock/"])
    world.join(path, world.destination())
    world.change(world.volume, NumberOfBlocks=200)
    server = world.connection.EnumerateInstanceNames("CIM_ComputerSystem", "interop")[0]
    world.change(server, ElementName="changed")
    assert len(world.arrived()) == 2


def test_who_subscribes_later_does_not_hear_of_what_was_before(world):
    world.change(world.volume, NumberOfBlocks=200)
    world.subscribe(MODIFICATION)
    world.change(world.volume, NumberOfBlocks=300)
    assert [one["SourceInstance"]["NumberOfBlocks"] for one in world.arrived()] == [300]


def test_a_disabled_subscription_gets_nothing_until_it_is_enabled(world):
    subscription = world.subscribe(MODIFICATION)
    world.change(subscription, SubscriptionState=4)
    world.change(world.volume, NumberOfBlocks=200)
    world.change(subscription, SubscriptionState=2)
    world.change(world.volume, NumberOfBlocks=300)
    assert [one["SourceInstance"]["NumberOfBlocks"] for one in world.arrived()] == [300]


def test_a_deleted_subscription_gets_nothing(world):
    subscription = world.subscribe(MODIFICATION)
    world.connection.DeleteInstance(subscription)
    world.change(world.volume, NumberOfBlocks=200)
    assert world.arrived() == []


def test_a_subscription_ends_with_its_duration(world):
    subscription = world.subscribe(MODIFICATION, SubscriptionDuration=pywbem.Uint64(3600))
    started = world.connection.GetInstance(subscription)["SubscriptionStartTime"].datetime
    world.time.seconds += (started - world.time.now()).total_seconds() + 3599
    world.change(world.volume, NumberOfBlocks=200)
    assert len(world.arrived()) == 1
    world.time.seconds += 1
    world.change(world.volume, NumberOfBlocks=300)
    assert len(world.arrived()) == 1


def test_each_pair_of_filter_and_destination_gets_its_own(world):
    shared = world.filter(MODIFICATION)
    first, second = world.destination("http://127.0.0.1:1"), world.destination("http://127.0.0.1:2")
    for path in (first, second):
        world.join(shared, path)
    other = world.filter(STATUS)
    world.join(other, first)
    world.change(world.volume, OperationalStatus=[6])
    assert len(world.arrived("http://127.0.0.1:1")) == 2
    assert len(world.arrived("http://127.0.0.1:2")) == 1
    assert {one["IndicationFilterName"] for one in world.arrived("http://127.0.0.1:1")} == {
        shared["Name"],
        other["Name"],
    }


def test_a_collection_stands_for_its_filters_and_none_of_them_counts_twice(world):
    collection = world.connection.EnumerateInstanceNames("CIM_FilterCollection", "interop")[0]
    destination = world.destination()
    world.join(collection, destination)
    filters = world.connection.EnumerateInstances("CIM_IndicationFilter", "interop")
    (status,) = [one.path for one in filters if one["Name"] == "MOCK:StorageVolumeStatus"]
    world.join(status, destination)
    world.change(world.volume, OperationalStatus=[6])
    world.connection.DeleteInstance(world.volume)
    assert [one["IndicationFilterName"] for one in world.arrived()] == [
        "MOCK:StorageVolumeStatus",
        "MOCK:StorageVolumeDeletion",
    ]


def test_an_indication_of_the_callers_own_is_sent_to_those_who_ask_for_its_class(world):
    world.subscribe("SELECT * FROM CIM_AlertIndication WHERE OwningEntity = 'TEST'")
    alert = pywbem.CIMInstance(
        "CIM_AlertIndication",
        {"AlertType": pywbem.Uint16(5), "ProbableCause": pywbem.Uint16(1), "OwningEntity": "TEST"},
    )
    world.engine.alert("root/mockblock", alert)
    world.engine.alert("interop", alert)
    world.engine.alert("root/mockblock", pywbem.CIMInstance("CIM_AlertIndication", {"OwningEntity": "OTHER"}))
    (indication,) = world.arrived()
    assert (indication["AlertType"], indication["IndicationTime"].datetime) == (5, world.time.now())
    assert "SequenceNumber" not in alert


def test_a_namespace_there_is_none_of_is_the_callers_mistake(world):
    with pytest.raises(KeyError):
        world.engine.alert("root/none", pywbem.CIMInstance("CIM_AlertIndication"))


def test_the_host_is_told_if_it_is_known(world):
    world.engine.host = "127.0.0.1:5988"
    world.subscribe(MODIFICATION)
    world.change(world.volume, NumberOfBlocks=200)
    assert world.arrived()[0]["SourceInstanceHost"] == "127.0.0.1:5988"


def test_a_filter_nobody_understands_hinders_no_other(world, caplog):
    keys = ("SystemCreationClassName", "SystemName", "CreationClassName", "Name")
    values = {**dict.fromkeys(keys, "x"), "Query": "?", "QueryLanguage": "WQL", "SourceNamespace": "root/mockblock"}
    bad = pywbem.CIMInstance("CIM_IndicationFilter", values)
    bad.path = pywbem.CIMInstanceName(bad.classname, dict.fromkeys(keys, "x"), namespace="interop")
    with world.connection.cimrepository.writing():
        world.connection.cimrepository.namespace("interop").instances.create(bad.path, bad)
    world.join(bad.path, world.destination("http://127.0.0.1:1"))
    world.subscribe(MODIFICATION)
    world.change(world.volume, NumberOfBlocks=200)
    assert len(world.arrived()) == 1
    assert "selects nothing" in caplog.text


def test_nothing_is_noted_while_nobody_subscribes(world):
    for size in range(200, 300):
        world.change(world.volume, NumberOfBlocks=size)
    assert world.arrived() == []
    assert not world.engine._noted


def test_a_stopped_engine_leaves_the_repository_alone_and_can_start_again(world):
    world.subscribe(MODIFICATION)
    world.change(world.volume, NumberOfBlocks=200)
    (before,) = world.arrived()
    world.engine.stop()
    world.engine.stop()
    assert world.connection.cimrepository.observers == []
    world.change(world.volume, NumberOfBlocks=300)
    world.engine.start()
    with pytest.raises(RuntimeError):
        world.engine.start()
    world.change(world.volume, NumberOfBlocks=400)
    _, after = world.arrived()
    assert after["SourceInstance"]["NumberOfBlocks"] == 400
    assert after["SequenceContext"] != before["SequenceContext"]
    assert after["SequenceNumber"] == 0
    assert world.sender.closed == 1


def test_an_engine_stops_though_a_writer_never_ends(world):
    writing, let_go = threading.Event(), threading.Event()

    def write():
        with world.connection.cimrepository.writing():
            writing.set()
            assert let_go.wait(60)
            world.change(world.volume, NumberOfBlocks=200)  # which nobody is told of any more

    writer = threading.Thread(target=write)
    writer.start()
    assert writing.wait(10)
    stopping = threading.Thread(target=world.engine.stop)
    stopping.start()
    stopping.join(10)
    stopped = not stopping.is_alive()
    let_go.set()
    writer.join(10)
    assert stopped
    assert not writer.is_alive()
    assert world.connection.GetInstance(world.volume)["NumberOfBlocks"] == 200
