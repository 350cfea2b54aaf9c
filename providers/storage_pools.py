"""What can be made in a pool, as its capabilities say, and the methods of pools and of capabilities (9.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pywbem

from mock_cimom.estate.plan import MIB
from mock_cimom.providers.live import Live, Path
from mock_cimom.providers.method_calls import INVALID, Call, Refusal

POOL = "CIM_StoragePool"
SETTING = "CIM_StorageSetting"
# ElementType of CIM_StorageConfigurationService's methods.
VOLUME_TYPE, THIN_VOLUME_TYPE, THICK_VOLUME_TYPE = 2, 5, 7
# ElementType of CIM_StoragePool's methods counts otherwise.
SIZES_OF_VOLUME, SIZES_OF_THIN_VOLUME = 3, 5
# Return values of CIM_StoragePool.GetSupportedSizes and GetSupportedSizeRange.
SIZES_NOT_SUPPORTED, ASK_FOR_RANGE, WRONG_ELEMENT_TYPE = 1, 2, 3
DEFAULT_SETTING, GOAL_SETTING = 2, 3  # CIM_StorageCapabilities.CreateSetting.SettingType
STEP = MIB  # the sizes of volumes are multiples of it
CHANGEABLE_TRANSIENT = 1  # CIM_StorageSetting.ChangeableType


@dataclass(frozen=True)
class PoolTraits:
    """A pool of a running array and what its capabilities allow."""

    live: Live
    pool: pywbem.CIMInstance

    @cached_property
    def system(self) -> Path | None:
        """The system the pool is hosted by; None for a pool that is nobody's."""
        hosts = self.live.across(self.pool.path, "CIM_HostedStoragePool", "PartComponent", "GroupComponent")
        return hosts[0] if hosts else None

    @cached_property
    def capabilities(self) -> pywbem.CIMInstance | None:
        """The CIM_StorageCapabilities of the pool, None if it has none."""
        return self._capabilities("CIM_StorageCapabilities")

    @property
    def element_types(self) -> frozenset[int]:
        """The types of volumes that can be made in the pool: none in a primordial one."""
        if self.pool["Primordial"]:
            return frozenset()
        configuration = self._capabilities("CIM_StorageConfigurationCapabilities")
        listed = configuration.get("SupportedStorageElementTypes") if configuration is not None else None
        return frozenset(listed) if listed else frozenset((VOLUME_TYPE, THIN_VOLUME_TYPE))

    @property
    def redundancy(self) -> dict[str, Any]:
        """The redundancy properties of a volume made here."""
        if self.capabilities is None:
            return {}
        pairs = {
            "DataRedundancy": "DataRedundancyDefault",
            "PackageRedundancy": "PackageRedundancyDefault",
            "NoSinglePointOfFailure": "NoSinglePointOfFailureDefault",
        }
        found = {name: self.capabilities.get(source) for name, source in pairs.items()}
        return {name: value for name, value in found.items() if value is not None}

    def largest(self, thin: bool) -> int:
        """Return the bytes of the largest volume that can be made now: a thin one may be as large as the pool."""
        limit = self.pool["TotalManagedSpace"] if thin else self.pool["RemainingManagedSpace"]
        return int(limit) // STEP * STEP

    def allows(self, goal: pywbem.CIMInstance) -> bool:
        """Tell whether the pool can give the redundancy a CIM_StorageSetting asks for."""
        if self.capabilities is None:
            return True
        for name in ("DataRedundancy", "PackageRedundancy"):
            wanted = goal.get(f"{name}Goal")
            low, high = self.capabilities.get(f"{name}Min"), self.capabilities.get(f"{name}Max")
            if wanted is not None and low is not None and high is not None and not low <= wanted <= high:
                return False
        return not (goal.get("NoSinglePointOfFailure") and self.capabilities.get("NoSinglePointOfFailure") is False)

    def _capabilities(self, class_name: str) -> pywbem.CIMInstance | None:
        for path in self.live.across(self.pool.path, "CIM_ElementCapabilities", "ManagedElement", "Capabilities"):
            if self.live.is_a(path.classname, class_name):
                return self.live.instance(path)
        return None


def get_supported_sizes(call: Call) -> Mapping[str, Any]:
    """CIM_StoragePool.GetSupportedSizes: pools offer a range of sizes, and say so."""
    _checked_type(call)
    raise Refusal(ASK_FOR_RANGE)


def get_supported_size_range(call: Call) -> Mapping[str, Any]:
    """CIM_StoragePool.GetSupportedSizeRange: what can be made now."""
    traits, thin = _checked_type(call)
    goal = call.instance("Goal", SETTING)
    if goal is not None and not traits.allows(goal):
        raise Refusal(SIZES_NOT_SUPPORTED)
    largest = traits.largest(thin)
    return {"MinimumVolumeSize": min(STEP, largest), "MaximumVolumeSize": largest, "VolumeSizeDivisor": STEP}


def _checked_type(call: Call) -> tuple[PoolTraits, bool]:
    traits = PoolTraits(call.live, call.live.instance(call.target))
    types = {SIZES_OF_VOLUME: VOLUME_TYPE, SIZES_OF_THIN_VOLUME: THIN_VOLUME_TYPE}
    given = call.value("ElementType")
    wanted = types.get(given)
    if given is None and len(traits.element_types) == 1:
        (wanted,) = traits.element_types
    if wanted is None or wanted not in traits.element_types:
        raise Refusal(WRONG_ELEMENT_TYPE)
    return traits, wanted == THIN_VOLUME_TYPE


def create_setting(call: Call) -> Mapping[str, Any]:
    """CIM_StorageCapabilities.CreateSetting: a new CIM_StorageSetting with what the capabilities offer."""
    kind = call.value("SettingType")
    if kind not in (DEFAULT_SETTING, GOAL_SETTING):
        raise Refusal(INVALID)
    live = call.live
    capabilities = live.instance(call.target)
    number = 1
    while live.instance(Path(SETTING, {"InstanceID": _setting_id(capabilities, number)}, namespace=live.space.name)):
        number += 1
    setting = live.factory.make(
        SETTING,
        InstanceID=_setting_id(capabilities, number),
        ElementName=f"setting {number} of {capabilities['ElementName']}",
        ChangeableType=CHANGEABLE_TRANSIENT,
        **setting_values(capabilities, kind),
    )
    return {"NewSetting": setting}


def setting_values(capabilities: pywbem.CIMInstance, kind: int) -> dict[str, Any]:
    """Return the properties of a CIM_StorageSetting that asks for what the capabilities offer by default.

    With `kind` GOAL_SETTING its bounds are those of the capabilities, else the default is all it takes.
    """
    values: dict[str, Any] = {}
    for name in ("DataRedundancy", "PackageRedundancy"):
        default = capabilities.get(f"{name}Default")
        values[f"{name}Goal"] = default
        for bound in ("Min", "Max"):
            values[f"{name}{bound}"] = default if kind == DEFAULT_SETTING else capabilities.get(f"{name}{bound}")
    values["NoSinglePointOfFailure"] = capabilities.get("NoSinglePointOfFailureDefault")
    values["ExtentStripeLength"] = capabilities.get("ExtentStripeLengthDefault")
    disks = capabilities.get("AvailableDiskType") or ()
    values["DiskType"] = disks[0] if len(disks) == 1 else None
    return {name: value for name, value in values.items() if value is not None}


def _setting_id(capabilities: pywbem.CIMInstance, number: int) -> str:
    return f"{capabilities['InstanceID']}:setting{number}"
