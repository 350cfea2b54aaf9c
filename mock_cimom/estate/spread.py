"""Which volumes of an array are thick, not OK or unmasked: the choices that a seed spreads."""

from dataclasses import dataclass
from random import Random

from mock_cimom.estate.description import ArrayDescription


@dataclass(frozen=True)
class Condition:
    """How a volume feels: OperationalStatus, HealthState and ExtentStatus of CIM (smis-mapping 6.1)."""

    operational_status: tuple[int, ...]
    health_state: int
    extent_status: tuple[int, ...]


OK = Condition((2,), 5, (2,))
# Statuses in more than one order, with and without a matching HealthState: clients have to find the worst.
NOT_OK = (
    Condition((3,), 10, (2,)),
    Condition((2, 5), 5, (2,)),
    Condition((6,), 25, (3,)),
    Condition((3, 2), 15, (11,)),
    Condition((12,), 20, (2,)),
    Condition((10,), 30, (4,)),
    Condition((15,), 5, (2,)),
    Condition((2,), 10, (9,)),
)


class Spread:
    """The choices made for the volumes of one array; numbers count from 1.

    In a regular array the choices follow the numbers: every so-many-th volume is thick, the last ones are unmasked,
    all are OK. In an irregular one they are spread by the seed, in the same shares.
    """

    def __init__(self, description: ArrayDescription, seed: int, array: int) -> None:
        self._random = Random(f"{seed}:{array}")  # noqa: S311 - choices of a simulation
        count = description.volumes
        if description.irregular:
            self.thick = self._sample(count, description.thick_every)
            self.unmasked = self._sample(count, description.unmasked_every)
            troubled = sorted(self._sample(count, description.not_ok_every))
            self._conditions = {one: NOT_OK[turn % len(NOT_OK)] for turn, one in enumerate(troubled)}
        else:
            every = description.thick_every
            self.thick = frozenset(range(every, count + 1, every)) if every else frozenset()
            last = _share(count, description.unmasked_every)
            self.unmasked = frozenset(range(count - last + 1, count + 1))
            self._conditions = {}

    def condition(self, volume: int) -> Condition:
        """Return how a volume feels."""
        return self._conditions.get(volume, OK)

    def _sample(self, count: int, every: int) -> frozenset[int]:
        return frozenset(self._random.sample(range(1, count + 1), _share(count, every)))


def _share(count: int, every: int) -> int:
    return count // every if every else 0
