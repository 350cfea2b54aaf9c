"""The indexed connection gives the answers of the stock pywbem_mock connection it replaces."""

import threading

import pytest
import pywbem
import pywbem_mock

BLOCK = "root/mockblock"


@pytest.fixture(scope="module")
def stock(tiny):
    """A stock connection that holds the same classes and instances."""
    connection = pywbem_mock.FakedWBEMConnection(default_namespace=BLOCK)
    source, target = tiny.cimrepository.namespace(BLOCK), connection.cimrepository
    for declaration in source.qualifiers.iter_values():
        target.get_qualifier_store(BLOCK).create(declaration.name, declaration)
    for cim_class in source.classes.iter_values():
        target.get_class_store(BLOCK).create(cim_class.classname, cim_class)
    for instance in source.instances.iter_values():
        target.get_instance_store(BLOCK).create(instance.path, instance)
    return connection


CLASSES = ["CIM_StorageVolume", "CIM_StoragePool", "CIM_SCSIProtocolController", "CIM_AllocatedFromStoragePool"]
SOURCES = ["CIM_FCPort", "CIM_StorageHardwareID", "CIM_SCSIProtocolController", "CIM_StoragePool"]


def as_set(objects):
    for one in objects:
        path = one if isinstance(one, pywbem.CIMInstanceName) else one.path
        path.host = None
    return {one.tocimxmlstr() for one in objects}


@pytest.mark.parametrize("class_name", CLASSES)
@pytest.mark.parametrize("deep", [True, False])
def test_enumerations_agree(tiny, stock, class_name, deep):
    options = {"DeepInheritance": deep, "PropertyList": ["Name", "instanceid", "ThinlyProvisioned"]}
    ours = tiny.EnumerateInstances(class_name, BLOCK, **options)
    assert as_set(ours) == as_set(stock.EnumerateInstances(class_name, BLOCK, **options))
    ours = tiny.EnumerateInstanceNames(class_name, BLOCK)
    assert as_set(ours) == as_set(stock.EnumerateInstanceNames(class_name, BLOCK))


@pytest.mark.parametrize("class_name", SOURCES)
def test_traversals_agree(tiny, stock, class_name):
    source = tiny.EnumerateInstanceNames(class_name, BLOCK)[0]
    for operation, options in (
        ("ReferenceNames", {}),
        ("ReferenceNames", {"Role": "dependent"}),
        ("AssociatorNames", {}),
        ("AssociatorNames", {"ResultClass": "CIM_LogicalDevice", "ResultRole": "Dependent"}),
        ("AssociatorNames", {"AssocClass": "CIM_Dependency", "Role": "Antecedent"}),
        ("Associators", {"AssocClass": "CIM_SystemDevice"}),
    ):
        ours = getattr(tiny, operation)(source.copy(), **options)
        theirs = getattr(stock, operation)(source.copy(), **options)
        assert as_set(ours) == as_set(theirs), (operation, options)


@pytest.mark.parametrize("options", [{}, {"ClassName": "CIM_LogicalDevice"}])
@pytest.mark.parametrize("deep", [True, False])
def test_class_names_agree(tiny, stock, options, deep):
    ours = tiny.EnumerateClassNames(BLOCK, DeepInheritance=deep, **options)
    assert sorted(ours) == sorted(stock.EnumerateClassNames(BLOCK, DeepInheritance=deep, **options))


def test_class_level_traversals_agree(tiny, stock):
    for operation in ("ReferenceNames", "AssociatorNames"):
        target = pywbem.CIMClassName("CIM_StoragePool", namespace=BLOCK)
        ours = {one.classname for one in getattr(tiny, operation)(target)}
        assert ours == {one.classname for one in getattr(stock, operation)(target)}
        assert ours


def test_changes_through_pywbem_are_seen_by_the_indexes(fresh_tiny):
    volume = fresh_tiny.EnumerateInstanceNames("CIM_StorageVolume", BLOCK)[0]
    before = len(fresh_tiny.ReferenceNames(volume))
    setting = fresh_tiny.EnumerateInstanceNames("CIM_StorageSetting", BLOCK)[2]
    new = pywbem.CIMInstance("CIM_ElementSettingData", {"ManagedElement": volume, "SettingData": setting})
    path = fresh_tiny.CreateInstance(new, namespace=BLOCK)
    assert len(fresh_tiny.ReferenceNames(volume)) == before + 1
    fresh_tiny.DeleteInstance(path)
    assert len(fresh_tiny.ReferenceNames(volume)) == before


def test_an_answer_is_not_the_stored_object(fresh_tiny):
    first = fresh_tiny.EnumerateInstances("CIM_StorageVolume", BLOCK)[0]
    name = first["ElementName"]
    first["ElementName"] = "changed by the caller"
    first.path["DeviceID"] = "changed by the caller"
    assert fresh_tiny.EnumerateInstances("CIM_StorageVolume", BLOCK)[0]["ElementName"] == name
    paths = fresh_tiny.AssociatorNames(fresh_tiny.EnumerateInstanceNames("MOCK_MaskingView", BLOCK)[0])
    for path in paths:
        path.keybindings.clear()
    again = fresh_tiny.AssociatorNames(fresh_tiny.EnumerateInstanceNames("MOCK_MaskingView", BLOCK)[0])
    assert all(path.keybindings for path in again)


def test_a_change_in_process_waits_for_the_writer_there_is(fresh_tiny, monkeypatch):
    path = fresh_tiny.EnumerateInstanceNames("CIM_Chassis", "root/mockblock")[0]
    begun = threading.Event()
    modify = fresh_tiny.provider_dispatcher.ModifyInstance

    def noted(*arguments, **parameters):
        begun.set()
        return modify(*arguments, **parameters)

    monkeypatch.setattr(fresh_tiny.provider_dispatcher, "ModifyInstance", noted)
    changed = pywbem.CIMInstance(path.classname, {"ElementName": "new"}, path=path)
    other = threading.Thread(target=fresh_tiny.ModifyInstance, args=(changed,))
    with fresh_tiny.cimrepository.writing():
        other.start()
        assert not begun.wait(0.2)
    other.join(10)
    assert begun.is_set()
    assert fresh_tiny.GetInstance(path)["ElementName"] == "new"
