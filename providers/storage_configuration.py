"""CIM_StorageConfigurationService of a running array: volumes made, resized and returned (smis-mapping 3.5)."""

from collections.abc import Mapping
from typing import Any

import pywbem

from mock_cimom.providers.live import ALLOCATED_FROM, Live, Path
from mock_cimom.providers.method_calls import FAILED, IN_USE, INVALID, NOT_SUPPORTED, Call, Refusal
from mock_cimom.providers.new_volumes import VOLUME, create_volume, delete_volume, reserved, resize_volume, size_of
from mock_cimom.providers.storage_pools import (
    POOL,
    SETTING,
    STEP,
    THICK_VOLUME_TYPE,
    THIN_VOLUME_TYPE,
    VOLUME_TYPE,
    PoolTraits,
)
from mock_cimom.providers.volume_copies import refresh_copies

SIZE_NOT_SUPPORTED = 4097
CONTINUE, STOP = 2, 3  # ReturnElementsToStoragePool.Options
MOST_AT_ONCE = 10_000  # volumes that one call can make


def create_or_modify_element(call: Call) -> Mapping[str, Any]:
    """CreateOrModifyElementFromStoragePool: a new volume, or another size or name for the one given.

    Sizes are rounded up to whole MiB. A size that cannot be had is 4097, with the nearest one that can.
    """
    element = call.instance("TheElement", "CIM_ManagedElement")
    if element is not None:
        return _modify(call, element)
    traits, thin = _place(call, call.required("InPool", POOL))
    goal = _goal(call, traits)
    size = _rounded(call.value("Size"))
    _check_size(traits, size, thin, goal)
    volume = create_volume(call.live, traits, size, thin, call.text("ElementName"), goal)
    return {"TheElement": volume, "Size": size}


def create_elements(call: Call) -> Mapping[str, Any]:
    """CreateElementsFromStoragePools: several volumes of one size from the pools given, in turn from each with room."""
    given = call.value("InPools")
    count = 1 if call.value("ElementCount") is None else int(call.value("ElementCount"))
    labels = call.value("ElementNames")
    if not given or not 1 <= count <= MOST_AT_ONCE or (labels is not None and len(labels) != count):
        raise Refusal(INVALID)
    found = {call.live.key(pool.path): pool for pool in (call.referred(one, POOL) for one in given)}
    places = [_place(call, pool) for pool in found.values()]
    pools, thin = [traits for traits, _ in places], places[0][1]
    if any(other != thin for _, other in places):
        raise Refusal(INVALID)
    goal = _goal(call, *pools)
    size = _rounded(call.value("Size"))
    made = []
    for turn, pool in enumerate(_spread_over(pools, size, thin, goal, count)):
        traits = PoolTraits(call.live, call.live.instance(pool))
        label = labels[turn] if labels is not None else None
        made.append(create_volume(call.live, traits, size, thin, label, goal).path)
    return {"TheElements": made, "Size": size}


def return_to_pool(call: Call) -> Mapping[str, Any]:
    """ReturnToStoragePool: a volume is deleted. One that is in a view, or in a device group, is in use."""
    element = call.required("TheElement", "CIM_ManagedElement")
    _check_returnable(call, element)
    delete_volume(call.live, element)
    return {}


def return_elements(call: Call) -> Mapping[str, Any]:
    """ReturnElementsToStoragePool: several volumes are deleted, all or none."""
    options = call.value("Options")
    given = call.value("TheElements")
    if not given or options not in (None, CONTINUE, STOP):
        raise Refusal(INVALID)
    elements: dict[Any, pywbem.CIMInstance] = {}
    for one in given:
        try:
            element = call.referred(one, "CIM_ManagedElement")
        except Refusal:
            if options == CONTINUE:
                continue
            raise
        _check_returnable(call, element)
        elements[call.live.key(element.path)] = element
    for element in elements.values():
        delete_volume(call.live, element)
    return {}


def delete_pool(call: Call) -> Mapping[str, Any]:
    """DeleteStoragePool: a concrete pool is deleted with its capabilities, if nothing is allocated from it."""
    pool = call.required("Pool", POOL)
    if pool["Primordial"]:
        raise Refusal(INVALID)
    if call.live.links(pool.path, ALLOCATED_FROM, "Antecedent"):
        raise Refusal(IN_USE)
    own = [
        path
        for path in call.live.across(pool.path, "CIM_ElementCapabilities", "ManagedElement", "Capabilities")
        if len(call.live.links(path, "CIM_ElementCapabilities", "Capabilities")) == 1
    ]
    call.live.delete(pool.path)
    for path in own:
        call.live.delete(path)
    return {}


def _modify(call: Call, element: pywbem.CIMInstance) -> Mapping[str, Any]:
    live = call.live
    if not _is_own_volume(call, element) or call.value("InPool") is not None:
        raise Refusal(INVALID)
    thin = bool(element.get("ThinlyProvisioned"))
    types = (None, THIN_VOLUME_TYPE) if thin else (None, VOLUME_TYPE, THICK_VOLUME_TYPE)
    if call.value("ElementType") not in types:
        raise Refusal(INVALID)
    goal = call.instance("Goal", SETTING)
    if goal is not None and not _is_setting_of(call, goal.path, element):
        raise Refusal(NOT_SUPPORTED)  # arrays like this one do not change the protection of a volume
    label = call.text("ElementName")
    size = size_of(element) if call.value("Size") is None else _rounded(call.value("Size"))
    _check_growth(call, element, size, thin)
    if size != size_of(element):
        resize_volume(live, element, size)
    if label is not None:
        live.modify(element.path, ElementName=label)
        refresh_copies(live, element.path)
    return {"TheElement": element.path, "Size": size}


def _check_growth(call: Call, element: pywbem.CIMInstance, size: int, thin: bool) -> None:
    """Refuse a volume that shrinks, and one that its pool has no room for."""
    now = size_of(element)
    if size < now:
        raise Refusal(SIZE_NOT_SUPPORTED, Size=now)
    if size == now:
        return
    allocations = call.live.allocations(element.path)
    if len(allocations) != 1:
        raise Refusal(FAILED)
    pool = PoolTraits(call.live, call.live.instance(allocations[0]["Antecedent"]))
    largest = max(pool.largest(thin), now) if thin else (now + pool.largest(thin=False)) // STEP * STEP
    if size > largest:
        raise Refusal(SIZE_NOT_SUPPORTED, Size=max(largest, now))


def _place(call: Call, pool: pywbem.CIMInstance) -> tuple[PoolTraits, bool]:
    """Return the pool's traits, and whether a volume of the type wanted is thin. Raises Refusal if it has no such."""
    traits = PoolTraits(call.live, pool)
    wanted = call.value("ElementType")
    kind = VOLUME_TYPE if wanted == THICK_VOLUME_TYPE else wanted
    if kind is None and len(traits.element_types) == 1:
        (kind,) = traits.element_types
    if kind not in (VOLUME_TYPE, THIN_VOLUME_TYPE) or traits.system is None:
        raise Refusal(INVALID)
    if traits.system["Name"] != call.target["SystemName"] or kind not in traits.element_types:
        raise Refusal(INVALID)
    return traits, kind == THIN_VOLUME_TYPE


def _goal(call: Call, *pools: PoolTraits) -> pywbem.CIMInstance | None:
    goal = call.instance("Goal", SETTING)
    if goal is not None and not all(traits.allows(goal) for traits in pools):
        raise Refusal(INVALID)
    return goal


def _rounded(size: Any) -> int:
    if size is None:
        raise Refusal(INVALID)
    if not size:
        raise Refusal(SIZE_NOT_SUPPORTED, Size=STEP)
    return -(-int(size) // STEP) * STEP


def _check_size(traits: PoolTraits, size: int, thin: bool, goal: pywbem.CIMInstance | None) -> None:
    largest = traits.largest(thin)
    if size > largest:
        raise Refusal(SIZE_NOT_SUPPORTED, Size=largest)
    if reserved(size, thin, goal) > traits.largest(thin=False):
        raise Refusal(SIZE_NOT_SUPPORTED, Size=traits.largest(thin=False))


def _spread_over(
    pools: list[PoolTraits], size: int, thin: bool, goal: pywbem.CIMInstance | None, count: int
) -> list[Path]:
    """Return the pool of each of `count` volumes. Raises Refusal if together the pools have no room for them."""
    need = reserved(size, thin, goal)
    left = [traits.largest(thin=False) if traits.largest(thin) >= size else -1 for traits in pools]
    chosen: list[Path] = []
    turn = 0
    while len(chosen) < count:
        fitting = [place for place in range(len(pools)) if left[place] >= need]
        if not fitting:
            largest = max(traits.largest(thin) for traits in pools)
            raise Refusal(SIZE_NOT_SUPPORTED, Size=min(largest, max(left, default=0)) if not thin else largest)
        place = fitting[turn % len(fitting)]
        left[place] -= need
        chosen.append(pools[place].pool.path)
        turn += 1
    return chosen


def _is_setting_of(call: Call, goal: Path, element: pywbem.CIMInstance) -> bool:
    settings = call.live.across(element.path, "CIM_ElementSettingData", "ManagedElement", "SettingData")
    return any(call.live.same(goal, one) for one in settings)


def _check_returnable(call: Call, element: pywbem.CIMInstance) -> None:
    """Refuse what is no volume of this array, and a volume that is exposed."""
    if not _is_own_volume(call, element):
        raise Refusal(INVALID)
    if is_exposed(call.live, element.path):
        raise Refusal(IN_USE)


def _is_own_volume(call: Call, element: pywbem.CIMInstance) -> bool:
    return call.live.is_a(element.classname, VOLUME) and element["SystemName"] == call.target["SystemName"]


def is_exposed(live: Live, volume: Path) -> bool:
    """Tell whether a volume is in a view or in a masking group."""
    groups = live.across(volume, "CIM_MemberOfCollection", "Member", "Collection")
    return bool(
        live.links(volume, "CIM_ProtocolControllerForDevice", "Dependent")
        or live.links(volume, "CIM_MaskingMappingView", "LogicalDevice")
        or any(live.is_a(group.classname, "CIM_MaskingGroup") for group in groups)
    )
