"""How masking of each array was read, as plain data for those who look at a source (`vasa-cim array probe`)."""

from dataclasses import dataclass

from vasa_cim.adapters.smis.masking.grants import Dialect
from vasa_cim.adapters.smis.masking.openness import State
from vasa_cim.adapters.smis.masking.view_ports import PortsBy


@dataclass(frozen=True, slots=True)
class ArrayMasking:
    """The masking of one array, by plain name.

    `dialects` are those that say who may use its views and `ports_by` what leads to their ports, each in the order of
    its enumeration and only as far as they show something. `reason` tells why the array is in this state, `views` how
    many there are, `too_many_rows` that its CIMOM has more rows of dialect 5 than are read.
    """

    array: str
    state: State
    reason: str
    dialects: tuple[Dialect, ...] = ()
    ports_by: tuple[PortsBy, ...] = ()
    views: int = 0
    too_many_rows: bool = False
