"""What must agree in the answers to one usage context: named checks over a `Picture`."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from vasa_cim.client.catalogs import names_in
from vasa_cim.client.contract import NO_SESSION
from vasa_cim.client.sync import TYPES_OF_PROFILE, Picture
from vasa_cim.model.entities import Association, StorageFileSystem, StorageLun
from vasa_cim.model.enums import AlarmStatus, AlarmType, CatalogName, EntityType, Profile
from vasa_cim.model.notices import StorageAlarm, StorageEvent

_ESX_NAME = re.compile(r"naa\.(?:[0-9a-f]{16}|[0-9a-f]{32})|eui\.[0-9a-f]{16,32}|t10\.\S.*")
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Check:
    """The result of one check. `failures` are sentences, none if it passed; `context` says whose answers they are."""

    name: str
    context: str
    failures: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether everything agreed."""
        return not self.failures


def checked(picture: Picture, context: str) -> list[Check]:
    """Return all checks of one picture; `context` is the label that the results carry."""
    return [Check(name, context, tuple(check(picture))) for name, check in CHECKS.items()]


def difference(what: str, given: Iterable[str], expected: Iterable[str], where: str = "the ids") -> Iterator[str]:
    """Yield a sentence if two sets of ids differ."""
    given, expected = set(given), set(expected)
    if extra := sorted(given - expected):
        yield f"{what}: {_some(extra)} not in {where}"
    if missing := sorted(expected - given):
        yield f"{what}: {_some(missing)} missing, though in {where}"


def _some(ids: Sequence[str]) -> str:
    shown = ", ".join(ids[:_SHOWN])
    return shown if len(ids) <= _SHOWN else f"{shown} and {len(ids) - _SHOWN} more"


def _repeated(what: str, ids: Iterable[str]) -> Iterator[str]:
    if twice := sorted(one for one, count in Counter(ids).items() if count > 1):
        yield f"{what}: {_some(twice)} more than once"


def _types(picture: Picture) -> Iterator[EntityType]:
    yield EntityType.ARRAY
    for profile in Profile:
        if profile in picture.profiles:
            yield from TYPES_OF_PROFILE[profile]


def _session(picture: Picture) -> Iterator[str]:
    if picture.info.session_id in ("", NO_SESSION):
        yield f"setContext gave the session id {picture.info.session_id!r}"
    if picture.info.session_id != picture.session_id:
        yield "the session id of the answer is not the session cookie"


def _counts(picture: Picture) -> Iterator[str]:
    for entity_type in _types(picture):
        ids = picture.ids[entity_type]
        if picture.counts[entity_type] != len(ids):
            yield f"{entity_type}: counted {picture.counts[entity_type]}, but {len(ids)} ids"
        yield from _repeated(f"{entity_type} ids", ids)


def _details(picture: Picture) -> Iterator[str]:
    for entity_type in _types(picture):
        found = [entity.unique_identifier for entity in picture.details(entity_type)]
        yield from _repeated(f"{entity_type} details", found)
        yield from difference(f"{entity_type} details", found, picture.ids[entity_type])


def _by_array(picture: Picture) -> Iterator[str]:
    for entity_type, of_array in (
        (EntityType.LUN, picture.luns_of_array),
        (EntityType.FILE_SYSTEM, picture.file_systems_of_array),
    ):
        if entity_type in picture.ids:
            ids = [one for of_one in of_array.values() for one in of_one]
            yield from _repeated(f"{entity_type} ids over all arrays", ids)
            yield from difference(f"{entity_type} ids over all arrays", ids, picture.ids[entity_type])


def _associations(picture: Picture) -> Iterator[str]:
    """The three association calls: array to processor to port to LUN (`vasa-1.0 2.4`, 12 to 14)."""
    if Profile.BLOCK not in picture.profiles:
        return
    ids = picture.ids
    for what, found, above, below in (
        ("processors of arrays", picture.processors_of_array, EntityType.ARRAY, EntityType.PROCESSOR),
        ("ports of processors", picture.ports_of_processor, EntityType.PROCESSOR, EntityType.PORT),
        ("LUNs of ports", picture.luns_of_port, EntityType.PORT, EntityType.LUN),
    ):
        yield from _repeated(what, (one.entity_id for one in found))
        for one in found:
            yield from _repeated(f"{what}, {one.entity_id}", one.associated_ids)
        if strangers := sorted({one.entity_id for one in found} - set(ids[above])):
            yield f"{what}: {_some(strangers)} not in the ids of {above}"
        yield from difference(what, (below_id for one in found for below_id in one.associated_ids), ids[below])
    with_luns = (one.entity_id for one in picture.luns_of_port if one.associated_ids)
    yield from difference("ports with LUNs", with_luns, ids[EntityType.PORT])
    parents = Counter(one for array in picture.processors_of_array for one in array.associated_ids)
    if shared := sorted(one for one, count in parents.items() if count > 1):
        yield f"processors of arrays: {_some(shared)} in more than one array"


def _capabilities(picture: Picture) -> Iterator[str]:
    if Profile.CAPABILITY not in picture.profiles:
        return
    yield from _repeated("capability names", (one.capability_name for one in picture.capabilities))
    if Profile.BLOCK in picture.profiles:
        yield from _one_capability(picture, picture.capability_of_lun, EntityType.LUN)
    if Profile.FILE_SYSTEM in picture.profiles:
        yield from _one_capability(picture, picture.capability_of_file_system, EntityType.FILE_SYSTEM)


def _one_capability(picture: Picture, found: Sequence[Association], entity_type: EntityType) -> Iterator[str]:
    known, entities = set(picture.ids[EntityType.CAPABILITY]), set(picture.ids[entity_type])
    yield from _repeated(f"capability of {entity_type}", (one.entity_id for one in found))
    for one in found:
        if one.entity_id not in entities:
            yield f"capability of {one.entity_id}, which is not in the ids"
        if len(one.associated_ids) != 1:
            yield f"{one.entity_id} has {len(one.associated_ids)} capabilities"
        if not known.issuperset(one.associated_ids):
            yield f"{one.entity_id} has a capability that is not in the ids"


def _models(picture: Picture) -> Iterator[str]:
    known = {(one.vendor_id, one.model_id) for one in picture.info.supported_vendor_model}
    for array in picture.arrays:
        if (array.vendor_id, array.model_id) not in known:
            yield f"{array.array_name}: {array.vendor_id} {array.model_id} is not in supportedVendorModel"
        if array.supported_block and Profile.BLOCK not in array.supported_profile:
            yield f"{array.array_name}: supportedBlock and supportedProfile tell different stories"
        if array.supported_file_system and Profile.FILE_SYSTEM not in array.supported_profile:
            yield f"{array.array_name}: supportedFileSystem and supportedProfile tell different stories"


def _esx_names(picture: Picture) -> Iterator[str]:
    for lun in picture.luns:
        if not _ESX_NAME.fullmatch(lun.esx_lun_identifier):
            yield f"{lun.display_name}: {lun.esx_lun_identifier!r} is no name that ESX gives"
        if lun.capacity_in_mb < 0 or lun.used_space_in_mb < 0:
            yield f"{lun.display_name}: a negative size"
    yield from _repeated("esxLunIdentifier", (lun.esx_lun_identifier for lun in picture.luns))


def _alarms(picture: Picture) -> Iterator[str]:
    yield from _rising("events", [event.event_id for event in picture.events])
    yield from _rising("alarms", [alarm.alarm_id for alarm in picture.alarms])
    last = {alarm.object_id: alarm.status for alarm in picture.alarms if alarm.alarm_type is AlarmType.SPACE_CAPACITY}
    entities: list[StorageLun | StorageFileSystem] = [*picture.luns, *picture.file_systems]
    statuses = {one.unique_identifier: one.thin_provisioning_status for one in entities}
    for identifier, status in statuses.items():
        if last.get(identifier, AlarmStatus.GREEN) is not status:
            told = last.get(identifier)
            yield f"{identifier} is {status}, its last alarm {told if told else 'is missing'}"
    if strangers := sorted(set(last) - set(statuses)):
        yield f"alarms: {_some(strangers)} not in the ids"


def _rising(what: str, ids: Sequence[int]) -> Iterator[str]:
    if list(ids) != sorted(set(ids)):
        yield f"{what}: ids do not rise"


def _messages(picture: Picture) -> Iterator[str]:
    names = {catalog.catalog_name for catalog in picture.catalogs}
    for needed in (CatalogName.EVENT, CatalogName.ALARM):
        if needed not in names:
            yield f"there is no {needed} catalog"
    for (locale, name), texts in picture.texts.items():
        notices: Sequence[StorageEvent | StorageAlarm] = ()
        if name is CatalogName.EVENT:
            notices = picture.events
        elif name is CatalogName.ALARM:
            notices = picture.alarms
        for notice in notices:
            yield from _worded(notice, texts, f"{name} catalog, {locale}")


def _worded(notice: StorageEvent | StorageAlarm, texts: Mapping[str, str], where: str) -> Iterator[str]:
    text = texts.get(notice.message_id)
    if text is None:
        yield f"{where}: no text for {notice.message_id}"
        return
    given = {one.name for one in notice.parameters}
    if missing := sorted(set(names_in(text)) - given):
        yield f"{where}: {notice.message_id} asks for {', '.join(missing)}, which is not given"


CHECKS: dict[str, Callable[[Picture], Iterator[str]]] = {
    "session id and cookie": _session,
    "counts equal ids": _counts,
    "ids equal details": _details,
    "ids by array": _by_array,
    "associations agree": _associations,
    "one capability each": _capabilities,
    "models and profiles": _models,
    "names that ESX gives": _esx_names,
    "alarms equal statuses": _alarms,
    "messages have texts": _messages,
}
"""The checks of one picture, by name; each yields a sentence for each disagreement."""
