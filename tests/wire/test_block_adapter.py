"""The block adapter and its engine against the mock CIMOM over the wire: inventories are predicted from the plan."""

import os
import socket
import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import pywbem
from structlog.testing import capture_logs

import mock_cimom
from mock_cimom.credentials import Credentials
from mock_cimom.estate import names
from mock_cimom.estate.description import ArrayDescription, EstateDescription, PortLink
from mock_cimom.estate.plan import MIB, plan_array
from vasa_cim.adapter import Reading, Source
from vasa_cim.adapters.block.adapter import BlockAdapter
from vasa_cim.adapters.engine.engine import Engine
from vasa_cim.adapters.engine.poll_thread import EngineSettings
from vasa_cim.cim.connection import Connection
from vasa_cim.cim.endpoint import endpoint_of
from vasa_cim.cim.rows import ObjectName
from vasa_cim.errors import SourceFailed, SourceRefused, SourceUnreachable
from vasa_cim.framework.usage_filter import visible_inventory
from vasa_cim.model.entities import StorageArray, StorageLun, StoragePort, StorageProcessor
from vasa_cim.model.enums import BlockProtocol, Profile
from vasa_cim.model.identifiers import array_id
from vasa_cim.model.inventory import AccessView
from vasa_cim.model.usage_context import HostInitiator, UsageContext

DEADLINE = 60.0
BLOCK = "root/mockblock"


def source_of(cimom, **changes):
    return Source(**({"name": "array", "url": cimom.url, "user": cimom.user, "password": cimom.password} | changes))


@pytest.fixture(scope="module")
def tiny():
    with mock_cimom.running(estate="tiny") as cimom:
        yield cimom


@pytest.fixture
def own():
    """A CIMOM of tiny size that a test may change."""
    with mock_cimom.running(estate="tiny") as cimom:
        cimom.connection.default_namespace = BLOCK
        yield cimom


@pytest.fixture
def adapter_to():
    made = []

    def make(cimom, **changes):
        made.append(BlockAdapter(source_of(cimom, **changes)))
        return made[-1]

    yield make
    for adapter in made:
        adapter.close()


@pytest.fixture(scope="module")
def inventory(tiny):
    adapter = BlockAdapter(source_of(tiny))
    yield adapter.read(Reading())
    adapter.close()


# --- what the plan predicts ---


def encoded(text):
    return text.replace(":", "%3A").replace(",", "%2C")


def child_id(kind, array, local):
    return f"VasaCim:{kind}:{names.array_name(array)}:{encoded(local)}"


def lun_id(array, volume):
    return child_id("StorageLun", array, names.volume_id(volume))


def fc_port_id(array, port):
    return child_id("StoragePort", array, names.fc_port_wwn(array, port))


def iscsi_port_id(array, port):
    return child_id("StoragePort", array, names.target_endpoint_name(array, port))


def expected_array(array):
    return StorageArray(
        unique_identifier=array_id(names.array_name(array)),
        array_name=f"array{array}",
        vendor_id=names.VENDOR,
        model_id=names.MODEL,
        firmware=names.FIRMWARE,
        alternate_name=(
            names.array_name(array),
            names.serial_number(array),
            names.node_wwn(array),
            names.management_address(array),
        ),
        supported_block=(BlockProtocol.FC, BlockProtocol.ISCSI),
        supported_profile=(Profile.BLOCK, Profile.CAPABILITY),
    )


def expected_ports(plan):
    array = plan.index
    for port in plan.fc_ports:
        yield StoragePort(
            unique_identifier=fc_port_id(array, port),
            port_type=BlockProtocol.FC,
            port_wwn=names.fc_port_wwn(array, port).lower(),
            node_wwn=names.node_wwn(array, plan.processor_of_fc_port(port)).lower(),
            alternate_name=(f"FC{port - 1}", names.fc_port_wwn(array, port)),
        )
    for port in plan.iscsi_ports:
        yield StoragePort(
            unique_identifier=iscsi_port_id(array, port),
            port_type=BlockProtocol.ISCSI,
            iscsi_identifier=names.target_iqn(array, port),
            alternate_name=(names.target_endpoint_name(array, port), f"{names.portal_address(array, port)}:3260"),
        )


def expected_lun(plan, volume):
    return StorageLun(
        unique_identifier=lun_id(plan.index, volume.index),
        capacity_in_mb=volume.size // MIB,
        used_space_in_mb=volume.consumed // MIB,
        display_name=names.volume_label(volume.index),
        esx_lun_identifier=f"naa.{names.volume_naa(plan.index, volume.index).lower()}",
        thin_provisioned=volume.thin,
        alternate_identifier=(names.volume_id(volume.index),),
    )


def expected_view(plan, view):
    keys = {f"iscsi:{one.name}" if one.iscsi else f"port:{one.name.lower()}" for one in view.initiators}
    ports = [fc_port_id(plan.index, port) for port in view.fc_ports]
    ports += [iscsi_port_id(plan.index, port) for port in view.iscsi_ports]
    return AccessView(
        key=f"{plan.name}/{plan.name}:view:{view.name}",
        initiators=frozenset() if view.open_to_all else frozenset(keys),
        luns=tuple(sorted(lun_id(plan.index, volume) for volume in view.volumes)),
        ports=tuple(sorted(ports)),
        open_to_all=view.open_to_all,
    )


def check_whole_inventory(description, found):
    plans = [plan_array(description, index) for index in range(1, len(description.arrays) + 1)]
    assert list(found.arrays.values()) == [expected_array(plan.index) for plan in plans]
    assert set(found.ports.values()) == {port for plan in plans for port in expected_ports(plan)}
    assert set(found.luns.values()) == {expected_lun(plan, volume) for plan in plans for volume in plan.volumes}
    assert set(found.views) == {expected_view(plan, view) for plan in plans for view in plan.views}
    for plan in plans:
        check_relations(plan, found)


def check_relations(plan, found):
    array = plan.index
    processors = [
        child_id("StorageProcessor", array, names.processor_name(array, number))
        for number in range(1, plan.description.processors + 1)
    ]
    assert found.processors_of_array[array_id(plan.name)] == tuple(processors)
    assert found.luns_of_array[array_id(plan.name)] == tuple(lun_id(array, volume.index) for volume in plan.volumes)
    for port in plan.fc_ports:
        assert fc_port_id(array, port) in found.ports_of_processor[processors[plan.processor_of_fc_port(port) - 1]]
    for port in plan.iscsi_ports:
        assert (
            iscsi_port_id(array, port) in found.ports_of_processor[processors[plan.processor_of_iscsi_port(port) - 1]]
        )
    assert sum(len(found.ports_of_processor[one]) for one in processors) == len(plan.fc_ports) + len(plan.iscsi_ports)
    kinds = {pool.index: pool.kind for pool in plan.pools}
    for volume in plan.volumes:
        kind, lun = kinds[volume.pool], lun_id(array, volume.index)
        label = f"{kind.media.name} {kind.raid.name.replace('RAID', 'RAID-')} {'Thin' if kind.thin else 'Thick'}"
        assert found.capabilities[found.capability_of[lun]].capability_name == label
        assert found.pool_of[lun] == f"{BLOCK}:{names.pool_name(array, volume.pool)}"


def test_the_whole_inventory_is_what_the_plan_says(tiny, inventory):
    check_whole_inventory(tiny.description, inventory)
    assert not inventory.file_systems
    assert not inventory.exports
    processor = inventory.processors[child_id("StorageProcessor", 1, names.processor_name(1, 1))]
    assert isinstance(processor, StorageProcessor)
    assert processor.sp_identifier[:2] == ("SP A", names.processor_name(1, 1))


def test_everything_is_in_ascending_order(inventory):
    mappings = [value for name, value in vars(inventory).items() if isinstance(value, dict)]
    assert len(mappings) > 8
    for mapping in mappings:
        assert list(mapping) == sorted(mapping)
    assert [view.key for view in inventory.views] == sorted(view.key for view in inventory.views)


def test_several_arrays_behind_one_cimom_are_kept_apart():
    array = ArrayDescription(volumes=30, hosts=4, processors=4)
    description = EstateDescription((array, replace(array, ports=PortLink.PORT, iscsi_host_every=0), array))
    with mock_cimom.running(estate=description) as cimom:
        adapter = BlockAdapter(source_of(cimom))
        check_whole_inventory(description, adapter.read(Reading()))
        adapter.close()


def test_views_and_thin_pools_of_irregular_arrays_are_those_of_the_plan():
    with mock_cimom.running(estate="small") as cimom:
        adapter = BlockAdapter(source_of(cimom))
        found = adapter.read(Reading())
        adapter.close()
    plans = [plan_array(cimom.description, index) for index in (1, 2)]
    assert set(found.views) == {expected_view(plan, view) for plan in plans for view in plan.views}
    full, used = {}, {None: "Green", 85: "Yellow", 97: "Red", 100: "Red"}
    for plan in plans:
        kinds = {pool.index: pool.kind.used_percent for pool in plan.pools}
        full |= {lun_id(plan.index, one.index): used[kinds[one.pool]] for one in plan.volumes}
    assert {key: str(lun.thin_provisioning_status) for key, lun in found.luns.items()} == full


def test_the_number_of_requests_does_not_depend_on_size(tiny):
    counts = []
    for description in (tiny.description, EstateDescription((ArrayDescription(volumes=300, hosts=40),) * 2)):
        with mock_cimom.running(estate=description) as cimom:
            adapter = BlockAdapter(source_of(cimom, options={"pull": "off"}))
            first = adapter.read(Reading())
            after_first = adapter.requests
            adapter.read(Reading(previous=first))
            counts.append((after_first, adapter.requests - after_first))
            adapter.close()
    assert counts[0] == counts[1]
    assert counts[0][0] <= 32
    assert counts[0][1] <= 30


def test_a_second_reading_is_equal_but_for_its_time(tiny, inventory, adapter_to):
    again = adapter_to(tiny).read(Reading(previous=inventory))
    assert vars(again) | {"read_at": None} == {
        name: value for name, value in vars(inventory).items() if name in vars(again)
    } | {"read_at": None}
    assert again.read_at >= inventory.read_at


# --- logins ---


def test_a_right_login_is_accepted_and_a_wrong_one_refused(tiny, adapter_to):
    adapter = adapter_to(tiny, user="someone", password="else")
    adapter.authenticate(tiny.user, tiny.password)
    for user, password in ((tiny.user, "wrong"), ("nobody", tiny.password), ("", ""), (tiny.user, "")):
        with pytest.raises(SourceRefused) as caught:
            adapter.authenticate(user, password)
        assert tiny.password not in str(caught.value)


def test_a_user_name_with_a_colon_is_never_split_into_another_login(adapter_to):
    with mock_cimom.running(credentials=Credentials("admin", "pass:word")) as cimom:
        adapter_to(cimom).authenticate("admin", "pass:word")
        with pytest.raises(SourceRefused):
            adapter_to(cimom).authenticate("admin:pass", "word")


def test_a_cimom_that_refuses_the_password_is_told_from_one_that_is_away(tiny, adapter_to):
    with pytest.raises(SourceRefused):
        adapter_to(tiny, password="wrong").read(Reading())
    with pytest.raises(SourceUnreachable, match="host name"):
        adapter_to(tiny, url="http://no-such-host.invalid:5988").read(Reading())


# --- what arrays get wrong ---


def only(cimom, class_name, **values):
    """Return the one instance whose properties have these values."""
    found = [
        instance
        for instance in cimom.connection.EnumerateInstances(class_name)
        if all(instance.get(name) == value for name, value in values.items())
    ]
    assert len(found) == 1, found
    return found[0]


def change(cimom, instance, **values):
    for name, value in values.items():
        instance.properties[name].value = value
    cimom.connection.ModifyInstance(instance, PropertyList=list(values))


def test_texts_of_all_alphabets_arrive(own, adapter_to):
    change(own, only(own, "CIM_StorageVolume", DeviceID="00001"), ElementName="größe <容量> & \U0001f5c4")
    found = adapter_to(own).read(Reading())
    assert found.luns[lun_id(1, 1)].display_name == "größe <容量> & \U0001f5c4"


def test_a_volume_without_an_identifier_is_left_out_everywhere(own, adapter_to):
    change(own, only(own, "CIM_StorageVolume", DeviceID="00001"), Name="nothing", NameFormat=None)
    with capture_logs() as lines:
        found = adapter_to(own).read(Reading())
    assert len(found.luns) == own.description.arrays[0].volumes - 1
    assert not [view for view in found.views if lun_id(1, 1) in view.luns]
    assert lun_id(1, 1) not in found.capability_of
    assert [line["count"] for line in lines if line["event"] == "not shown"] == [1]


@pytest.mark.parametrize(
    "class_name", ["CIM_AuthorizedPrivilege", "CIM_StorageHardwareID", "CIM_SCSIProtocolController"]
)
def test_masking_that_dangles_shows_nobody_anything_more(own, adapter_to, inventory, class_name):
    for path in own.connection.EnumerateInstanceNames(class_name):
        own.connection.DeleteInstance(path)
    found = adapter_to(own).read(Reading())
    assert len(found.luns) == len(inventory.luns)
    assert found.views == ()


def test_one_view_that_dangles_leaves_the_others_alone(own, adapter_to, inventory):
    gone = only(own, "CIM_AuthorizedPrivilege", ElementName=f"access of {names.host_name(1)}")
    own.connection.DeleteInstance(gone.path)
    assert adapter_to(own).read(Reading()).views == inventory.views[1:]


def test_null_thin_flags_are_settled_by_other_means(own, adapter_to, inventory):
    for instance in own.connection.EnumerateInstances("CIM_StorageVolume"):
        change(own, instance, ThinlyProvisioned=None)
    found = adapter_to(own).read(Reading())
    assert {lun.unique_identifier: lun.thin_provisioned for lun in found.luns.values()} == {
        lun.unique_identifier: lun.thin_provisioned for lun in inventory.luns.values()
    }


def test_a_full_pool_turns_its_thin_luns_red(own, adapter_to):
    pool = only(own, "CIM_StoragePool", PoolID="pool1")
    change(own, pool, RemainingManagedSpace=pywbem.Uint64(0))
    found = adapter_to(own).read(Reading())
    red = {lun for lun, value in found.luns.items() if value.thin_provisioning_status == "Red"}
    assert red
    assert red == {lun for lun, where in found.pool_of.items() if where.endswith("pool1")}


def test_an_array_without_processors_is_its_own(own, adapter_to):
    for path in own.connection.EnumerateInstanceNames("CIM_ComponentCS"):
        own.connection.DeleteInstance(path)
    for path in own.connection.EnumerateInstanceNames("MOCK_StorageProcessor"):
        own.connection.DeleteInstance(path)
    for name in ("CIM_FCPort", "CIM_SCSIProtocolEndpoint"):
        for instance in own.connection.EnumerateInstances(name):
            own.connection.DeleteInstance(instance.path)
    found = adapter_to(own).read(Reading())
    assert found.processors_of_array == {
        array_id(names.array_name(1)): (child_id("StorageProcessor", 1, names.array_name(1)),)
    }


def test_an_array_that_is_announced_but_not_there_is_an_error(own, adapter_to):
    adapter = adapter_to(own)
    before = adapter.read(Reading())
    for path in own.connection.EnumerateInstanceNames("MOCK_StorageSystem"):
        # Below the server's providers, which would take the announcement away as well.
        own.connection.cimrepository.get_instance_store(path.namespace).delete(path)
    with pytest.raises(SourceFailed):
        adapter.read(Reading(previous=before))


def test_arrays_without_profiles_are_found_by_what_they_are_dedicated_to(own, adapter_to, inventory):
    for path in own.connection.EnumerateInstanceNames("CIM_RegisteredProfile", namespace="interop"):
        own.connection.DeleteInstance(path)
    found = adapter_to(own).read(Reading())
    assert found.luns == inventory.luns
    assert found.views == inventory.views


def test_volumes_of_unknown_pools_are_told_by_what_they_say_themselves(own, adapter_to):
    for path in own.connection.EnumerateInstanceNames("CIM_AllocatedFromStoragePool"):
        own.connection.DeleteInstance(path)
    found = adapter_to(own).read(Reading())
    assert not found.pool_of
    assert set(found.capability_of) == set(found.luns)
    labels = {found.capabilities[one].capability_name for one in found.capability_of.values()}
    assert labels == {"HDD RAID-10", "HDD RAID-5", "SSD RAID-6"}
    assert all(lun.used_space_in_mb == lun.capacity_in_mb for lun in found.luns.values())


REQUIRED = {"CIM_ComputerSystem", "CIM_StorageVolume"}
MASKING = {
    "CIM_AuthorizedSubject",
    "CIM_AuthorizedPrivilege",
    "CIM_AuthorizedTarget",
    "CIM_ProtocolControllerForUnit",
    "CIM_SCSIProtocolController",
    "CIM_StorageHardwareID",
    "CIM_SAPAvailableForElement",
    "CIM_ProtocolEndpoint",
}
OTHERS = {
    "CIM_ComponentCS",
    "CIM_Chassis",
    "CIM_SystemPackaging",
    "CIM_SoftwareIdentity",
    "CIM_InstalledSoftwareIdentity",
    "CIM_FCPort",
    "CIM_BindsTo",
    "CIM_AssociatedPrivilege",
    "CIM_MemberOfCollection",
    "CIM_ProtocolControllerMaskingCapabilities",
    "CIM_StoragePool",
    "CIM_AllocatedFromStoragePool",
    "CIM_StorageCapabilities",
    "CIM_StorageConfigurationCapabilities",
    "CIM_ElementCapabilities",
    "CIM_StorageSetting",
    "CIM_StorageTier",
}


class Faulty:
    """A connection that answers for one class with an error, and notes for which classes it is asked."""

    def __init__(self, connection, class_name=None, status=1):
        self._connection, self._class_name, self._status = connection, class_name, status
        self.asked = []

    def __getattr__(self, name):
        return getattr(self._connection, name)

    def _check(self, class_name):
        self.asked.append(class_name)
        if class_name == self._class_name:
            raise SourceFailed(source="array", reason="-", status=self._status)

    def enumerate_instances(self, namespace, class_name, properties):
        self._check(class_name)
        return self._connection.enumerate_instances(namespace, class_name, properties)

    def enumerate_names(self, namespace, class_name):
        self._check(class_name)
        return self._connection.enumerate_names(namespace, class_name)


def faulty(adapter, *fault):
    adapter._source._connection = made = Faulty(adapter._source._connection, *fault)
    return made


def test_each_class_is_asked_for_once(tiny, adapter_to):
    adapter = adapter_to(tiny)
    connection = faulty(adapter)
    adapter.read(Reading())
    assert sorted(connection.asked) == sorted(REQUIRED | MASKING | OTHERS | {"CIM_RegisteredProfile"})


def plain(value):
    """Return a value of pywbem's or ours as plain Python."""
    if isinstance(value, pywbem.CIMInstanceName):
        return value.classname, {name.lower(): plain(key) for name, key in value.keybindings.items()}
    if isinstance(value, ObjectName):
        return value.class_name, {name: plain(key) for name, key in value.bindings.items()}
    return tuple(map(plain, value)) if isinstance(value, list | tuple) else value


def test_the_streaming_reader_agrees_with_pywbem_on_every_class(tiny):
    theirs = pywbem.WBEMConnection(tiny.url, (tiny.user, tiny.password), default_namespace=BLOCK)
    ours = Connection(endpoint_of(source_of(tiny)))
    for class_name in sorted(REQUIRED | MASKING | OTHERS):
        instances = theirs.EnumerateInstances(class_name)
        properties = sorted({name for instance in instances for name in instance.keys()})  # noqa: SIM118
        rows = list(ours.enumerate_instances(BLOCK, class_name, properties))
        assert [plain(row.name) for row in rows] == [plain(instance.path) for instance in instances]
        assert [plain(name) for name in ours.enumerate_names(BLOCK, class_name)] == [plain(row.name) for row in rows]
        for row, instance in zip(rows, instances, strict=True):
            others = [name for name in properties if name not in instance.path.keybindings]
            assert [plain(row[name]) for name in others] == [plain(instance.get(name)) for name in others]
    ours.close()
    theirs.close()


@pytest.mark.parametrize("class_name", sorted(REQUIRED | MASKING | OTHERS))
def test_an_error_in_any_call_is_an_error_and_no_half_inventory(tiny, adapter_to, class_name):
    adapter = adapter_to(tiny)
    faulty(adapter, class_name)
    with pytest.raises(SourceFailed):
        adapter.read(Reading())


@pytest.mark.parametrize("class_name", sorted(MASKING | OTHERS))
@pytest.mark.parametrize("status", [5, 7])
def test_an_array_without_a_class_shows_the_rest_and_nobody_more(tiny, adapter_to, inventory, class_name, status):
    adapter = adapter_to(tiny)
    faulty(adapter, class_name, status)
    found = adapter.read(Reading())
    assert set(found.luns) == set(inventory.luns)
    assert set(found.capability_of) == set(inventory.luns)
    if class_name in MASKING:
        ports_only = class_name == "CIM_ProtocolEndpoint"
        assert found.views == () or ports_only
    wider = {view.key: view for view in inventory.views}
    for view in found.views:
        assert not view.open_to_all
        assert view.initiators <= wider[view.key].initiators
        assert set(view.luns) <= set(wider[view.key].luns)


@pytest.mark.parametrize("class_name", sorted(REQUIRED))
def test_an_array_without_a_class_that_must_be_there_is_an_error(tiny, adapter_to, class_name):
    adapter = adapter_to(tiny)
    faulty(adapter, class_name, 5)
    with pytest.raises(SourceFailed):
        adapter.read(Reading())


# --- the engine on the wire ---


@pytest.fixture
def engine_to():
    engines = []

    def make(cimom, **changes):
        source = source_of(cimom, **changes)
        engines.append(Engine(source, [BlockAdapter(source)], visible_inventory, EngineSettings(settle=0.0)))
        return engines[-1]

    yield make
    for engine in engines:
        engine.close()


class Silent:
    def add_event(self, session_id, event):
        raise AssertionError(event)

    add_alarm = add_event


def host(number, **fields):
    fields = fields or {"port_wwn": str(int(names.host_wwn(number, 1), 16))}
    return UsageContext(host_initiators=(HostInitiator(**fields),))


def test_a_session_sees_its_hosts_luns_through_its_ports(tiny, engine_to):
    engine = engine_to(tiny)
    engine.start()
    assert engine.settled(DEADLINE)
    plan = plan_array(tiny.description, 1)
    by_iscsi = host(2, iscsi_identifier=names.host_iqn(2).upper())
    for session, usage, view in (("1", host(1), 0), ("2", host(2), 1), ("3", by_iscsi, 1)):
        engine.start_session_collector(session, usage, Silent())
        seen, expected = engine.visible(session), expected_view(plan, plan.views[view])
        assert tuple(seen.luns) == expected.luns
        assert tuple(seen.ports) == expected.ports
        assert set(seen.luns_of_port) == set(expected.ports)
    engine.start_session_collector("4", host(9), Silent())
    assert not engine.visible("4").luns
    status = engine.status()
    assert (status.arrays, status.luns, status.error) == (1, 20, None)
    assert status.read_at <= datetime.now(UTC)


def test_a_source_that_refuses_settles_with_its_reason(tiny, engine_to):
    engine = engine_to(tiny, password="wrong")
    engine.start()
    assert engine.settled(DEADLINE)
    assert engine.inventory() is None
    assert "refused user or password" in engine.status().error


def poll_threads():
    return [thread for thread in threading.enumerate() if thread.name.startswith("poll")]


def open_files():
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - counted, not named


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="counts descriptors by /proc")  # noqa: PTH112
def test_more_than_a_hundred_rounds_leave_no_thread_and_no_socket(tiny):
    source = source_of(tiny)
    with socket.create_server(("127.0.0.1", 0), backlog=200) as silent:
        hanging = source_of(tiny, url=f"http://127.0.0.1:{silent.getsockname()[1]}")
        files = None
        for number in range(108):
            files = open_files() if number == 8 else files  # the CIMOM has its threads and files by then
            chosen = hanging if number % 2 else source
            engine = Engine(chosen, [BlockAdapter(chosen)], visible_inventory)
            engine.start_session_collector("1", host(1), Silent())
            engine.start()
            if number % 4 == 0:
                engine.settled(DEADLINE)
            engine.close()
        assert not poll_threads()
        assert open_files() <= files + 1  # the CIMOM may not have closed the last connection yet


def test_closing_ends_a_reading_of_a_cimom_that_never_answers(tiny, engine_to):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        engine = engine_to(tiny, url=f"http://127.0.0.1:{silent.getsockname()[1]}")
        engine.start()
        accepted, _ = silent.accept()
        with accepted:
            assert accepted.recv(100)  # the request has been sent; its answer never comes
            engine.close()
    assert not poll_threads()
    assert engine.status().error is None


def test_closing_ends_a_check_of_a_login_that_hangs(tiny):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        adapter = BlockAdapter(source_of(tiny, url=f"http://127.0.0.1:{silent.getsockname()[1]}"))
        met = []

        def check():
            try:
                adapter.authenticate("u", "p")
            except SourceUnreachable as error:
                met.append(error)

        thread = threading.Thread(target=check)
        thread.start()
        accepted, _ = silent.accept()
        with accepted:
            assert accepted.recv(100)
            adapter.close()
            thread.join(DEADLINE)
    assert len(met) == 1
