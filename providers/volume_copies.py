"""The VolumeView of a volume, kept like the volume it repeats, where an array offers such views (9.3)."""

from typing import Any

import pywbem

from mock_cimom.providers.factory import Ref
from mock_cimom.providers.live import Live, Path

VIEW = "CIM_VolumeView"
LINK = "CIM_ElementView"
PREFIX = "SV"  # before the name of what a view repeats of its volume


def copies_of(live: Live, volume: Path | Ref) -> list[Path]:
    """Return the views of a volume: one, or none if its array offers none."""
    found = live.across(volume, LINK, "Antecedent", "Dependent")
    return [path for path in found if live.is_a(path.classname, VIEW)]


def refresh_copies(live: Live, volume: Path | Ref) -> None:
    """Let the views of a volume repeat what the volume says now."""
    for path in copies_of(live, volume):
        live.modify(path, **_repeated(live, live.instance(path), volume))


def publish_copy(live: Live, volume: Ref, model: pywbem.CIMInstance) -> None:
    """Give a volume, which has its place in a pool, a view like that of `model`, if that has one."""
    for path in copies_of(live, model.path):
        pattern = live.instance(path)
        view = live.factory.make(pattern.classname, **_repeated(live, pattern, volume))
        live.factory.make(LINK, Antecedent=volume, Dependent=view)


def _repeated(live: Live, pattern: pywbem.CIMInstance, volume: Path | Ref) -> dict[str, Any]:
    """Return the values of those properties that `pattern`, a view, has of its volume and pool."""
    instance = live.instance(volume)
    values: dict[str, Any] = {}
    for name in pattern:
        if name.startswith(PREFIX) and name.removeprefix(PREFIX) in instance:
            values[name] = instance[name.removeprefix(PREFIX)]
    for allocation in live.allocations(volume):
        pool = live.instance(allocation["Antecedent"])
        values["AFSPSpaceConsumed"] = allocation["SpaceConsumed"]
        if pool is not None:
            values |= {"SPInstanceID": pool["InstanceID"], "SPPoolID": pool["PoolID"]}
    return values
