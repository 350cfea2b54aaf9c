"""Strict reading of the data types: required fields, exact enumeration texts, order does not matter (vasa-1.0 3)."""

import pytest
from lxml import etree

from vasa_cim.client import decode
from vasa_cim.client.failures import UnreadableAnswer
from vasa_cim.model.enums import AlarmStatus

OPEN = '<v:return xmlns:v="v" xmlns:d="http://data.vasa.vim.vmware.com/xsd" '
OPEN += 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
FULL = {
    "storage_array": {"uniqueIdentifier": "a", "arrayName": "A", "modelId": "m", "vendorId": "v"},
    "storage_processor": {"uniqueIdentifier": "p", "spIdentifier": "SP A"},
    "storage_port": {"uniqueIdentifier": "p", "nodeWwn": "5" * 16, "portType": "FC", "portWwn": "6" * 16},
    "storage_lun": {
        "uniqueIdentifier": "l",
        "capacityInMB": "10",
        "displayName": "L",
        "drsManagementPermitted": "true",
        "esxLunIdentifier": "naa.6",
        "thinProvisioned": "0",
        "thinProvisioningStatus": "Red",
        "usedSpaceInMB": "0",
    },
    "storage_file_system": {
        "uniqueIdentifier": "f",
        "fileSystem": "NFS",
        "fileSystemInfo": "<d:fileServerName>s</d:fileServerName><d:fileSystemPath>/p</d:fileSystemPath>",
        "fileSystemVersion": "NFSV3_0",
        "nativeSnapshotSupported": "false",
        "thinProvisioningStatus": "Green",
    },
    "storage_capability": {"uniqueIdentifier": "c", "capabilityDetail": "d", "capabilityName": "n"},
    "association": {"entityId": "<d:uniqueIdentifier>e</d:uniqueIdentifier>"},
    "provider_info": {
        "defaultNamespace": "n",
        "defaultSessionTimeoutInSeconds": "1800",
        "name": "p",
        "sessionId": "0",
        "vasaApiVersion": "1.0",
        "vasaProviderVersion": "0.1",
    },
    "storage_event": {
        "eventConfigType": "New",
        "eventId": "1",
        "eventObjType": "StorageLun",
        "eventTimeStamp": "2024-01-01T00:00:00Z",
        "eventType": "Config",
        "messageId": "m",
        "objectId": "o",
    },
    "storage_alarm": {
        "alarmId": "1",
        "alarmTimeStamp": "2024-01-01T00:00:00Z",
        "alarmType": "SpaceCapacity",
        "messageId": "m",
        "objectId": "o",
        "objectType": "StorageLun",
        "status": "Red",
    },
    "message_catalog": {
        "catalogName": "Event",
        "catalogUri": "/e",
        "catalogVersion": "1.0",
        "lastModified": "2024-01-01T00:00:00Z",
        "locale": "en",
        "moduleName": "m",
    },
    "name_value": {"parameterName": "n", "parameterValue": "v"},
}
ENUMERATIONS = {
    "storage_array": ("supportedBlock", "supportedFileSystem", "supportedProfile"),
    "storage_port": ("portType",),
    "storage_lun": ("thinProvisioningStatus",),
    "storage_file_system": ("fileSystem", "fileSystemVersion", "thinProvisioningStatus"),
    "storage_event": ("eventConfigType", "eventObjType", "eventType"),
    "storage_alarm": ("alarmType", "objectType", "status"),
    "message_catalog": ("catalogName",),
}


def read(shape, fields):
    """Read an element with these children; a value may hold XML, None leaves the child out."""
    children = "".join(f"<d:{name}>{value}</d:{name}>" for name, value in fields.items() if value is not None)
    return getattr(decode, shape)(etree.fromstring(f"{OPEN}{children}</v:return>"))


@pytest.mark.parametrize("shape", FULL)
def test_the_order_of_children_does_not_matter(shape):
    reordered = dict(reversed(FULL[shape].items()))
    assert read(shape, reordered) == read(shape, FULL[shape])


@pytest.mark.parametrize(("shape", "name"), [(shape, name) for shape in FULL for name in FULL[shape]])
def test_every_required_field_must_be_there(shape, name):
    with pytest.raises(UnreadableAnswer, match=f"return/{name}: is missing"):
        read(shape, FULL[shape] | {name: None})


@pytest.mark.parametrize(("shape", "name"), [(shape, name) for shape in FULL for name in FULL[shape]])
def test_no_required_field_may_be_empty(shape, name):
    if name == "parameterValue":
        assert read(shape, FULL[shape] | {name: ""}).value == ""
        return
    with pytest.raises(UnreadableAnswer, match=f"return/{name}"):
        read(shape, FULL[shape] | {name: ""})


@pytest.mark.parametrize("shape", FULL)
def test_unknown_children_are_refused(shape):
    with pytest.raises(UnreadableAnswer, match="return/extra: unknown element"):
        read(shape, FULL[shape] | {"extra": "x"})


@pytest.mark.parametrize("shape", FULL)
def test_children_of_another_namespace_are_refused(shape):
    name = next(iter(FULL[shape]))
    element = etree.fromstring(f"{OPEN}<v:{name}>x</v:{name}></v:return>")
    with pytest.raises(UnreadableAnswer, match=f"return/{name}: unknown element in namespace 'v'"):
        getattr(decode, shape)(element)


@pytest.mark.parametrize("shape", sorted(set(FULL) - {"storage_processor", "association", "storage_file_system"}))
def test_single_fields_are_not_repeated(shape):
    name, value = next(iter(FULL[shape].items()))
    fields = "".join(f"<d:{key}>{text}</d:{key}>" for key, text in FULL[shape].items())
    with pytest.raises(UnreadableAnswer, match=rf"return/{name}\[2\]: is there more than once"):
        getattr(decode, shape)(etree.fromstring(f"{OPEN}{fields}<d:{name}>{value}</d:{name}></v:return>"))


@pytest.mark.parametrize(("shape", "name"), [(shape, name) for shape, names in ENUMERATIONS.items() for name in names])
@pytest.mark.parametrize("wrong", ["green", "RED", "blockDevice", " FC"])
def test_enumeration_texts_are_exact(shape, name, wrong):
    with pytest.raises(UnreadableAnswer, match=f"return/{name}: '{wrong}' is not one of"):
        read(shape, FULL[shape] | {name: wrong})


def test_an_association_names_one_entity():
    one = "<d:entityId><d:uniqueIdentifier>e</d:uniqueIdentifier></d:entityId>"
    with pytest.raises(UnreadableAnswer, match=r"entityId\[2\]"):
        decode.association(etree.fromstring(f"{OPEN}{one}{one}</v:return>"))


def test_an_association_may_be_typed_and_empty():
    element = etree.fromstring(
        f"{OPEN}<d:entityId xsi:type='d:BaseStorageEntity'><d:uniqueIdentifier>e</d:uniqueIdentifier></d:entityId>"
        "</v:return>"
    )
    assert decode.association(element).associated_ids == ()


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ({"nodeWwn": None}, "nodeWwn"),
        ({"portWwn": None, "portType": "FCoE"}, "portWwn"),
        ({"nodeWwn": None, "portWwn": None, "portType": "ISCSI"}, "iscsiIdentifier"),
    ],
)
def test_a_port_has_the_names_of_its_kind(fields, missing):
    with pytest.raises(UnreadableAnswer, match=f"return/{missing}: is missing, though portType"):
        read("storage_port", FULL["storage_port"] | fields)


def test_an_iscsi_port_has_no_wwn():
    fields = {"uniqueIdentifier": "p", "portType": "ISCSI", "iscsiIdentifier": "iqn.x"}
    assert read("storage_port", fields).port_wwn is None


@pytest.mark.parametrize("wwn", ["50:06:01:60:41:e0:21:4f", "5006016041E0214F", "5766297885828194639"])
def test_every_spelling_of_a_wwn_gives_the_same(wwn):
    assert read("storage_port", FULL["storage_port"] | {"portWwn": wwn}).port_wwn == "5006016041e0214f"


def test_a_wwn_that_is_none():
    with pytest.raises(UnreadableAnswer, match="portWwn: 'SP A' is not a WWN"):
        read("storage_port", FULL["storage_port"] | {"portWwn": "SP A"})


def test_a_system_event_has_no_configuration_type():
    assert read("storage_event", FULL["storage_event"] | {"eventType": "System", "eventConfigType": None})


def test_nil_is_the_same_as_missing_for_strings():
    element = etree.fromstring(
        f"{OPEN}<d:uniqueIdentifier xsi:nil='true'/><d:spIdentifier>x</d:spIdentifier></v:return>"
    )
    with pytest.raises(UnreadableAnswer, match="uniqueIdentifier: is missing"):
        decode.storage_processor(element)


@pytest.mark.parametrize("name", ["capacityInMB", "usedSpaceInMB", "thinProvisioned", "drsManagementPermitted"])
def test_nil_is_not_allowed_for_numbers_and_booleans(name):
    fields = {key: value for key, value in FULL["storage_lun"].items() if key != name}
    children = "".join(f"<d:{key}>{value}</d:{key}>" for key, value in fields.items())
    with pytest.raises(UnreadableAnswer, match=f"{name}: must not be nil"):
        decode.storage_lun(etree.fromstring(f"{OPEN}{children}<d:{name} xsi:nil='1'/></v:return>"))


@pytest.mark.parametrize("attribute", ['a="1"', 'xsi:nil="maybe"'])
def test_other_attributes_are_refused(attribute):
    element = etree.fromstring(f"{OPEN}<d:uniqueIdentifier {attribute}>c</d:uniqueIdentifier></v:return>")
    with pytest.raises(UnreadableAnswer, match="return/uniqueIdentifier"):
        decode.storage_capability(element)


def test_a_nil_element_with_content_is_refused():
    element = etree.fromstring(f"{OPEN}<d:uniqueIdentifier xsi:nil='true'>c</d:uniqueIdentifier></v:return>")
    with pytest.raises(UnreadableAnswer, match="although it is nil"):
        decode.storage_capability(element)


def test_the_api_version_is_exact():
    with pytest.raises(UnreadableAnswer, match="vasaApiVersion: '1'"):
        read("provider_info", FULL["provider_info"] | {"vasaApiVersion": "1"})


def test_elements_where_text_belongs():
    with pytest.raises(UnreadableAnswer, match="displayName: has a child b"):
        read("storage_lun", FULL["storage_lun"] | {"displayName": "<b>x</b>"})


def test_values_arrive_unchanged():
    lun = read("storage_lun", FULL["storage_lun"] | {"displayName": "  two  blanks ", "capacityInMB": " +7\n"})
    assert (lun.display_name, lun.capacity_in_mb, lun.used_space_in_mb) == ("  two  blanks ", 7, 0)
    assert lun.thin_provisioning_status is AlarmStatus.RED
