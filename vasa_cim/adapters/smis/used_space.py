"""How much of a volume is really allocated (`smis-mapping 2.4`)."""

from vasa_cim.adapters.smis.pools import LARGEST, Pools
from vasa_cim.adapters.smis.quirks import Quirks
from vasa_cim.adapters.smis.switches import UsedSwitch
from vasa_cim.cim.rows import Row


def consumed_space(volume: Row, pools: Pools, switch: UsedSwitch, quirks: Quirks) -> int | None:
    """Return the bytes that a volume takes, None if nothing says so.

    A vendor's own property, where there is a row for it and it makes sense, is more exact than the sum of what the
    volume takes from its pools, in which copies and parity may be counted.
    """
    if switch is not UsedSwitch.ALLOCATION:
        stated = quirks.consumed_space(volume)
        if stated is not None and 0 <= stated <= LARGEST:
            return stated
    known = [one.consumed for one in pools.allocations.get(volume.key, ()) if one.consumed is not None]
    return sum(known) if known else None
