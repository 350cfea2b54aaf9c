"""Each check passes on consistent answers and names what disagrees otherwise."""

from dataclasses import replace

import pytest

from vasa_cim.client.checks import CHECKS, checked
from vasa_cim.client.sync import register, synchronise
from vasa_cim.model.entities import Association
from vasa_cim.model.enums import AlarmStatus, BlockProtocol, EntityType, FileSystemKind
from vasa_cim.model.notices import NameValue
from vasa_cim.model.usage_context import HostInitiator, UsageContext


@pytest.fixture
def picture(small, vcenter, identity):
    register(vcenter, identity, "user", "password")
    return synchronise(vcenter, UsageContext(host_initiators=(HostInitiator("1000000000000001"),)))


def test_consistent_answers_pass_every_check(picture):
    results = checked(picture, "here")
    assert [check.name for check in results] == list(CHECKS)
    assert all(check.passed and check.context == "here" for check in results)


def wrong_session(one):
    one.session_id = "other"


def no_session(one):
    one.session_id = "0"
    one.info = replace(one.info, session_id="0")


def wrong_count(one):
    one.counts[EntityType.PORT] += 1


def repeated_id(one):
    one.ids[EntityType.PORT] += one.ids[EntityType.PORT][:1]
    one.counts[EntityType.PORT] += 1


def missing_detail(one):
    one.luns = one.luns[1:]
    one.alarms = ()


def foreign_detail(one):
    one.processors += (replace(one.processors[0], unique_identifier="sp:c"),)


def lun_of_no_array(one):
    one.luns_of_array["array:1"] = one.luns_of_array["array:1"][1:]


def lun_of_two_arrays(one):
    one.luns_of_array["array:2"] = one.luns_of_array["array:1"][:1]


def lun_without_port(one):
    one.luns_of_port = tuple(Association(each.entity_id, each.associated_ids[1:]) for each in one.luns_of_port)


def port_without_lun(one):
    one.luns_of_port = one.luns_of_port[1:]


def unknown_port(one):
    one.luns_of_port += (Association("port:x", ()),)


def port_without_processor(one):
    one.ports_of_processor = one.ports_of_processor[1:]


def processor_of_two_arrays(one):
    one.processors_of_array += (Association("array:2", ("sp:a",)),)
    one.ids[EntityType.ARRAY] += ("array:2",)
    one.counts[EntityType.ARRAY] += 1
    one.arrays += (replace(one.arrays[0], unique_identifier="array:2"),)


def two_capabilities(one):
    one.capability_of_lun = (Association("lun:1", ("c:gold", "c:gold")),)


def unknown_capability(one):
    one.capability_of_lun = (Association("lun:1", ("c:x",)),)


def capability_of_a_stranger(one):
    one.capability_of_lun = (Association("lun:9", ("c:gold",)),)


def same_label_twice(one):
    one.capabilities += (replace(one.capabilities[0], unique_identifier="c:2"),)
    one.ids[EntityType.CAPABILITY] += ("c:2",)
    one.counts[EntityType.CAPABILITY] += 1


def unknown_model(one):
    one.info = replace(one.info, supported_vendor_model=())


def block_without_profile(one):
    one.arrays = (replace(one.arrays[0], supported_profile=()),)


def shares_without_profile(one):
    one.arrays = (replace(one.arrays[0], supported_file_system=(FileSystemKind.NFS,)),)


def path_name(one):
    one.luns = (replace(one.luns[0], esx_lun_identifier="mpx.vmhba0:C0:T0:L0"), *one.luns[1:])


def capital_digits(one):
    one.luns = (replace(one.luns[0], esx_lun_identifier="naa." + "A" * 16), *one.luns[1:])


def same_esx_name(one):
    name = one.luns[1].esx_lun_identifier
    one.luns = (replace(one.luns[0], esx_lun_identifier=name), *one.luns[1:])


def negative_size(one):
    one.luns = (replace(one.luns[0], used_space_in_mb=-(2**63)), *one.luns[1:])


def alarm_missing(one):
    one.alarms = ()


def alarm_differs(one):
    one.alarms = (replace(one.alarms[0], status=AlarmStatus.YELLOW),)


def alarm_of_a_stranger(one):
    one.alarms += (replace(one.alarms[0], object_id="lun:9", alarm_id=2),)


def alarm_ids_fall(one):
    one.alarms += (replace(one.alarms[0], alarm_id=1),)


def message_without_text(one):
    one.alarms = (replace(one.alarms[0], message_id="Alarm.Other"),)


def parameter_missing(one):
    one.alarms = (replace(one.alarms[0], parameters=(NameValue("other", "x"),)),)


def catalog_missing(one):
    one.catalogs = one.catalogs[:1]


BREAKS = {
    "session id and cookie": [wrong_session, no_session],
    "counts equal ids": [wrong_count, repeated_id],
    "ids equal details": [missing_detail, foreign_detail],
    "ids by array": [lun_of_no_array, lun_of_two_arrays],
    "associations agree": [
        lun_without_port,
        port_without_lun,
        unknown_port,
        port_without_processor,
        processor_of_two_arrays,
    ],
    "one capability each": [two_capabilities, unknown_capability, capability_of_a_stranger, same_label_twice],
    "models and profiles": [unknown_model, block_without_profile, shares_without_profile],
    "names that ESX gives": [path_name, capital_digits, same_esx_name, negative_size],
    "alarms equal statuses": [alarm_missing, alarm_differs, alarm_of_a_stranger, alarm_ids_fall],
    "messages have texts": [message_without_text, parameter_missing, catalog_missing],
}


def test_every_check_has_something_that_breaks_it():
    assert BREAKS.keys() == CHECKS.keys()


@pytest.mark.parametrize(
    ("name", "spoil"),
    [(name, spoil) for name, spoils in BREAKS.items() for spoil in spoils],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_a_disagreement_fails_its_own_check_only(picture, name, spoil):
    spoil(picture)
    assert {check.name for check in checked(picture, "here") if not check.passed} == {name}


@pytest.mark.parametrize(
    "name", ["naa.5000097200000001", "naa." + "0" * 32, "eui.0011223344556677", "t10.ATA_____Disk___________1"]
)
def test_names_that_esx_gives(picture, name):
    picture.luns = (replace(picture.luns[0], esx_lun_identifier=name), *picture.luns[1:])
    assert all(check.passed for check in checked(picture, "here"))


def test_a_port_of_another_kind_counts_too(picture):
    iscsi = replace(picture.ports[0], port_type=BlockProtocol.ISCSI, port_wwn=None, iscsi_identifier="iqn.x")
    picture.ports = (iscsi, *picture.ports[1:])
    assert all(check.passed for check in checked(picture, "here"))
