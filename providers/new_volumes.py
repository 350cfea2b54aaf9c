"""A volume made, resized and removed in a running array, with all that belongs to a volume (9.3).

A new volume is like the other volumes of its array: its names follow theirs, and it has settings and statistics if
they have.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pywbem

from mock_cimom.estate import names
from mock_cimom.estate.plan import BLOCK_SIZE
from mock_cimom.estate.volume_names import RULES, constant_name_values, name_values, volume_class
from mock_cimom.providers.factory import HEALTH, Ref
from mock_cimom.providers.live import ALLOCATED_FROM, Live, Path
from mock_cimom.providers.storage_pools import DEFAULT_SETTING, SETTING, PoolTraits, setting_values
from mock_cimom.providers.volume_copies import copies_of, publish_copy, refresh_copies
from mock_cimom.providers.volumes import IS_CURRENT, THIN_ALLOCATED, UNRESTRICTED, WARNING_PERCENT

VOLUME = "CIM_StorageVolume"
USUAL_RULE = 1  # of smis-mapping 2.5, for the first volume of an array
ENOUGH_MODELS = 16  # volumes looked at to learn how those of an array are named
KEYS = ("SystemCreationClassName", "SystemName", "CreationClassName", "DeviceID")


def create_volume(
    live: Live, traits: PoolTraits, size: int, thin: bool, label: str | None, goal: pywbem.CIMInstance | None
) -> Ref:
    """Make a volume of `size` bytes in a pool; `label` None gives it a name by its number.

    A thick one takes all its bytes at once, a thin one those its goal wants to be reserved. What does not fit is an
    error of the caller: SpaceError after half the work.
    """
    pool, system = traits.pool.path, live.factory.ref(traits.system)
    models = list(islice(_models(live, pool, traits.system), ENOUGH_MODELS))
    array = array_number(traits.system["Name"])
    rule = _naming_rule(models, array)
    number = _free_number(live, traits.system, volume_class(rule))
    volume = live.factory.make_device(
        volume_class(rule),
        system,
        DeviceID=names.volume_id(number),
        ElementName=label or names.volume_label(number),
        BlockSize=BLOCK_SIZE,
        NumberOfBlocks=size // BLOCK_SIZE,
        ConsumableBlocks=size // BLOCK_SIZE,
        ThinlyProvisioned=thin,
        Usage=UNRESTRICTED,
        Primordial=False,
        IsBasedOnUnderlyingRedundancy=True,
        ExtentStatus=[2],
        **{**constant_name_values(rule), **name_values(rule, array, number)},
        **traits.redundancy,
        **HEALTH,
    )
    live.factory.make("CIM_SystemDevice", GroupComponent=system, PartComponent=volume)
    live.allocate(pool, volume, reserved(size, thin, goal), **_limits(size, thin))
    model = models[0] if models else None
    _publish_setting(live, traits, volume, model, goal)
    if model is not None:
        _publish_statistics(live, volume, model)
        publish_copy(live, volume, model)
    return volume


def reserved(size: int, thin: bool, goal: pywbem.CIMInstance | None) -> int:
    """Return the bytes a new volume takes from its pool."""
    if not thin:
        return size
    reserve = goal.get("ThinProvisionedInitialReserve") if goal is not None else None
    return min(int(reserve or 0), size)


def resize_volume(live: Live, volume: pywbem.CIMInstance, size: int) -> None:
    """Give a volume `size` bytes. A thick one takes them from its pool. Raises SpaceError."""
    thin = bool(volume["ThinlyProvisioned"])
    for allocation in live.allocations(volume.path):
        consumed = min(int(allocation["SpaceConsumed"]), size) if thin else size
        live.reallocate(allocation, consumed, **_limits(size, thin))
    blocks = size // int(volume["BlockSize"])
    live.modify(volume.path, NumberOfBlocks=blocks, ConsumableBlocks=blocks)
    refresh_copies(live, volume.path)


def delete_volume(live: Live, volume: pywbem.CIMInstance) -> None:
    """Delete a volume with its associations and what exists for it alone; its pool has the space back."""
    own = [path for path in _companions(live, volume) if _belongs_to(path, volume)] + copies_of(live, volume.path)
    live.delete(volume.path)
    for path in own:
        live.delete(path)


def size_of(volume: pywbem.CIMInstance) -> int:
    """Return a volume's bytes."""
    return int(volume["BlockSize"]) * int(volume["NumberOfBlocks"])


def _limits(size: int, thin: bool) -> dict[str, int]:
    return {"SpaceLimit": size, "SpaceLimitWarningThreshold": WARNING_PERCENT} if thin else {}


def _models(live: Live, pool: Path, system: Path) -> Iterator[pywbem.CIMInstance]:
    """Yield volumes the new one is to be like: first those of its pool, then those of its array."""
    for association, source, role, other in (
        (ALLOCATED_FROM, pool, "Antecedent", "Dependent"),
        ("CIM_SystemDevice", system, "GroupComponent", "PartComponent"),
    ):
        for path in live.walk(source, association, role, other):
            if live.is_a(path.classname, VOLUME) and (found := live.instance(path)) is not None:
                yield found


def array_number(system_name: str) -> int:
    """Return the number of an array by the name of its top system; 0 if that ends without digits."""
    digits = re.search(r"[0-9]+$", system_name)
    return int(digits.group()) if digits else 0


def _naming_rule(models: list[pywbem.CIMInstance], array: int) -> int:
    """Return the rule that names the volumes of an array: the one that fits one of them."""
    for model in models:
        number = int(model["DeviceID"], 16) if re.fullmatch("[0-9A-F]{1,8}", model["DeviceID"]) else 0
        for rule in RULES:
            values = {**constant_name_values(rule), **name_values(rule, array, number)}
            if model.classname == volume_class(rule) and all(model.get(one) == values[one] for one in values):
                return rule
    return USUAL_RULE


def _free_number(live: Live, system: Path, class_name: str) -> int:
    """Return a number that no volume has and the volume before has: the one after the last, unless there are gaps."""

    def taken(number: int) -> bool:
        keys = (system["CreationClassName"], system["Name"], class_name, names.volume_id(number))
        return (
            live.instance(Path(class_name, dict(zip(KEYS, keys, strict=True)), namespace=system.namespace)) is not None
        )

    free = 1
    while taken(free):
        free *= 2
    last = free // 2
    while free - last > 1:
        middle = (free + last) // 2
        last, free = (middle, free) if taken(middle) else (last, middle)
    return free


def _publish_setting(
    live: Live, traits: PoolTraits, volume: Ref, model: pywbem.CIMInstance | None, goal: pywbem.CIMInstance | None
) -> None:
    """Give a volume its setting: the goal it was made by, the one its pool has, or one of its own if others have."""
    shared = Path(SETTING, {"InstanceID": f"{traits.pool['InstanceID']}:setting"}, namespace=live.space.name)
    if goal is not None:
        setting = live.factory.ref(goal.path)
    elif live.instance(shared) is not None:
        setting = live.factory.ref(shared)
    elif model is not None and any(_belongs_to(path, model) for path in _settings(live, model)):
        setting = _own_setting(live, traits, volume)
    else:
        return
    live.factory.make("CIM_ElementSettingData", ManagedElement=volume, SettingData=setting, IsCurrent=IS_CURRENT)


def _own_setting(live: Live, traits: PoolTraits, volume: Ref) -> Ref:
    values = setting_values(traits.capabilities, DEFAULT_SETTING) if traits.capabilities is not None else {}
    if live.instance(volume)["ThinlyProvisioned"]:
        values["ThinProvisionedPoolType"] = THIN_ALLOCATED
    return live.factory.make(
        SETTING,
        InstanceID=f"{volume['SystemName']}:volume:{volume['DeviceID']}:setting",
        ElementName=f"setting of {traits.pool['ElementName']}",
        **values,
    )


def _publish_statistics(live: Live, volume: Ref, model: pywbem.CIMInstance) -> None:
    """Give a volume statistics if the others have them."""
    for path in live.across(model.path, "CIM_ElementStatisticalData", "ManagedElement", "Stats"):
        copied = _copied(live, path, model, volume)
        live.factory.make("CIM_ElementStatisticalData", ManagedElement=volume, Stats=copied)
        for collection in live.across(path, "CIM_MemberOfCollection", "Member", "Collection"):
            live.factory.make("CIM_MemberOfCollection", Collection=live.factory.ref(collection), Member=copied)


def _companions(live: Live, volume: pywbem.CIMInstance) -> list[Path]:
    return [
        *_settings(live, volume),
        *live.across(volume.path, "CIM_ElementStatisticalData", "ManagedElement", "Stats"),
    ]


def _settings(live: Live, volume: pywbem.CIMInstance) -> list[Path]:
    return live.across(volume.path, "CIM_ElementSettingData", "ManagedElement", "SettingData")


def _belongs_to(path: Path, volume: pywbem.CIMInstance) -> bool:
    """Tell by its name whether a setting or statistics exist for this volume alone."""
    return volume["DeviceID"] in re.split(r"\W", path["InstanceID"])


def _copied(live: Live, path: Path, model: pywbem.CIMInstance, volume: Ref) -> Ref:
    """Make the like of statistics of `model` for another volume, counted from nothing."""
    original = live.instance(path)
    values: dict[str, Any] = {}
    for name, value in original.items():
        if isinstance(value, str):
            values[name] = value.replace(model["DeviceID"], volume["DeviceID"])
        elif value is not None:
            values[name] = type(value)(0) if isinstance(value, pywbem.Uint64) else value
    return live.factory.make(original.classname, **values)
