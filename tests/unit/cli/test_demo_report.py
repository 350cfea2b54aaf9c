"""What the demo prints from what a client found."""

import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from rich.console import Console

from vasa_cim.cli.demo_report import print_checks, print_survey, report_console, size
from vasa_cim.client.checks import Check
from vasa_cim.client.survey import Survey
from vasa_cim.client.sync import Picture, Step
from vasa_cim.model.entities import (
    Association,
    FileSystemInfo,
    ProviderInfo,
    StorageArray,
    StorageCapability,
    StorageFileSystem,
    StorageLun,
    StoragePort,
    StorageProcessor,
)
from vasa_cim.model.enums import AlarmStatus, AlarmType, BlockProtocol, CatalogName, EntityType, Profile
from vasa_cim.model.notices import NameValue, StorageAlarm
from vasa_cim.model.usage_context import HostInitiator, UsageContext

LONG = "a-very-long-name-of-a-production-database-volume-number-" + "0123456789" * 10
INFO = ProviderInfo(
    name="p",
    default_namespace="n",
    default_session_timeout_in_seconds=60,
    session_id="s",
    supported_vendor_model=(),
    vasa_provider_version="1",
)


def lun(number: int, name: str) -> StorageLun:
    return StorageLun(
        unique_identifier=f"lun:{number}",
        capacity_in_mb=2048,
        used_space_in_mb=1536,
        display_name=name,
        esx_lun_identifier=f"naa.6{number:031}",
        thin_provisioned=number != 2,
        thin_provisioning_status=AlarmStatus.RED if number == 1 else AlarmStatus.GREEN,
    )


def picture(*luns: StorageLun, initiators: int = 2) -> Picture:
    context = UsageContext(host_initiators=(HostInitiator(),) * initiators)
    one = Picture(context=context, info=INFO, session_id="s", luns=luns, steps=[Step("LUNs", 3, len(luns), 0.0125)])
    one.arrays = (
        StorageArray(
            unique_identifier="array:1",
            array_name="Array [bold]1",
            vendor_id="V",
            model_id="M",
            firmware="5.3",
            supported_profile=(Profile.BLOCK, Profile.CAPABILITY),
        ),
    )
    one.processors = (StorageProcessor(unique_identifier="sp:a", sp_identifier=("SP A",)),)
    one.processors_of_array = (Association("array:1", ("sp:a",)),)
    one.ports = (
        StoragePort(
            unique_identifier="port:1", port_type=BlockProtocol.FC, port_wwn="5006016000000001", alternate_name=("FC0",)
        ),
    )
    one.ports_of_processor = (Association("sp:a", ("port:1",)),)
    one.luns_of_port = (Association("port:1", tuple(each.unique_identifier for each in luns)),)
    one.capabilities = (StorageCapability(unique_identifier="c:1", capability_name="gold", capability_detail="d"),)
    one.capability_of_lun = (Association("lun:1", ("c:1",)),)
    return one


def survey_of(whole: Picture) -> Survey:
    nothing = picture(initiators=0)
    return Survey(
        whole=whole,
        hosts={"esx1": picture(*whole.luns[:1])},
        mounts=None,
        empty=nothing,
        unknown=nothing,
        mixed=None,
        checks=(),
    )


def printed(show, *arguments, width=100) -> str:
    stream = io.StringIO()
    show(Console(file=stream, width=width), *arguments)
    return stream.getvalue()


def row(text: str, beginning: str) -> list[str]:
    return next(line.split() for line in text.splitlines() if line.startswith(beginning))


@pytest.mark.parametrize(
    ("mebibytes", "shown"), [(0, "0 MB"), (1023, "1023 MB"), (1536, "1.5 GB"), (1024 * 1024 * 2, "2.0 TB")]
)
def test_sizes(mebibytes, shown):
    assert size(mebibytes) == shown


def test_a_lun_with_all_that_is_known_of_it():
    text = printed(print_survey, survey_of(picture(lun(1, "vol1"), lun(2, "vol2"))))
    assert row(text, "vol1") == ["vol1", "2.0", "GB", "1.5", "GB", "thin", "Red", "gold", "esx1"]
    assert row(text, "vol2") == ["vol2", "2.0", "GB", "1.5", "GB", "thick", "Green", "-", "-"]


def test_array_and_port_and_counts():
    text = printed(print_survey, survey_of(picture(lun(1, "vol1"), lun(2, "vol2"))))
    assert "Array [bold]1" in text
    assert "BlockDevice, Capability" in text
    assert row(text, "FC0") == ["FC0", "SP", "A", "FC", "50:06:01:60:00:00:00:01", "2"]
    assert row(text, "all hosts") == ["all", "hosts", "2", "0", "1", "1", "2", "0", "1"]
    assert row(text, "esx1") == ["esx1", "2", "0", "1", "1", "1", "0", "1"]
    assert row(text, "together") == ["together", "3", "2", "12.5"]


@pytest.mark.parametrize("width", [80, 100])
def test_a_long_name_is_folded_and_never_cut(width):
    text = printed(print_survey, survey_of(picture(lun(1, LONG))), width=width)
    table = text[text.index("Capacity") : text.index("Usage context")]
    folded = "".join(line.split("  ")[0].strip() for line in table.splitlines()[2:] if not line.startswith(" "))
    assert LONG in folded
    assert max(map(len, text.splitlines())) <= width


def test_long_lists_end_with_how_many_more():
    text = printed(print_survey, survey_of(picture(*(lun(number, f"vol{number:04}") for number in range(1, 1101)))))
    assert "... and 1,060 more LUNs" in text
    assert "vol0040" in text
    assert "vol0041" not in text


def test_file_systems_are_shown():
    whole = picture()
    whole.file_systems = (
        StorageFileSystem(unique_identifier="fs:1", file_system_info=(FileSystemInfo("nas1", "/vol/a"),)),
    )
    whole.capability_of_file_system = (Association("fs:1", ("c:1",)),)
    assert row(printed(print_survey, survey_of(whole)), "nas1") == ["nas1", "/vol/a", "Green", "gold", "no"]


def test_alarms_are_shown_with_their_texts():
    whole = picture(lun(1, "vol1"))
    whole.texts = {("en", CatalogName.ALARM): {"Alarm.ThinProvisioned": "Space is {state}"}}
    whole.alarms = (
        StorageAlarm(
            alarm_type=AlarmType.SPACE_CAPACITY,
            object_type=EntityType.LUN,
            object_id="lun:1",
            message_id="Alarm.ThinProvisioned",
            status=AlarmStatus.RED,
            timestamp=datetime(2024, 1, 1, tzinfo=UTC),
            parameters=(NameValue("state", "Red"),),
            alarm_id=7,
        ),
    )
    text = printed(print_survey, survey_of(whole))
    assert "7   Red      vol1     Space is Red" in text


def test_checks_name_context_and_sentence():
    checks = [Check("counts", "esx1", ()), Check("counts", "esx2", ("counted 1, but 2 ids",)), Check("ids", "-", ())]
    text = printed(print_checks, checks)
    assert row(text, "counts") == ["counts", "2", "FAILED:", "esx2"]
    assert row(text, "ids") == ["ids", "1", "ok"]
    assert "FAILED  counts (esx2): counted 1, but 2 ids" in text


def test_a_pipe_gets_100_columns_unless_the_environment_says_more(monkeypatch, capsys):
    monkeypatch.delenv("COLUMNS", raising=False)
    assert report_console().width == 100
    monkeypatch.setenv("COLUMNS", "120")
    assert report_console().width == 120


def test_an_alarm_names_its_share_as_it_is_mounted():
    whole = picture()
    whole.file_systems = (
        StorageFileSystem(unique_identifier="fs:1", file_system_info=(FileSystemInfo("nas1", "/vol/a"),)),
    )
    alarm = StorageAlarm(
        alarm_type=AlarmType.SPACE_CAPACITY,
        object_type=EntityType.FILE_SYSTEM,
        object_id="fs:1",
        message_id="Alarm.ThinProvisioned",
        status=AlarmStatus.RED,
        timestamp=datetime(2024, 1, 1, tzinfo=UTC),
        alarm_id=1,
    )
    whole.alarms = (alarm,)
    lines = printed(print_survey, survey_of(whole)).splitlines()
    assert any(line.split()[:3] == ["1", "Red", "nas1:/vol/a"] for line in lines)


def test_with_several_arrays_ports_and_luns_have_their_array_before_their_name():
    whole = picture(lun(1, "vol1"))
    whole.arrays = (*whole.arrays, replace(whole.arrays[0], unique_identifier="array:2", array_name="second"))
    whole.processors_of_array = (Association("array:2", ("sp:a",)),)
    whole.luns_of_array = {"array:1": (), "array:2": ("lun:1",)}
    text = printed(print_survey, survey_of(whole))
    assert row(text, "second vol1")[:2] == ["second", "vol1"]
    assert row(text, "FC0")[:5] == ["FC0", "second", "SP", "A", "FC"]
