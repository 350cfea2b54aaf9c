"""RAID levels from redundancy numbers or vendors' texts (`smis-mapping 5.2`)."""

import re
from dataclasses import dataclass
from enum import Enum


class Raid(Enum):
    """A protection: its name, how many drives may fail, and how many complete copies of the data there are."""

    JBOD = ("JBOD", 0, 1)
    RAID0 = ("RAID-0", 0, 1)
    RAID1 = ("RAID-1", 1, 2)
    RAID10 = ("RAID-10", 1, 2)
    RAID34 = ("RAID-3/4", 1, 1)
    RAID5 = ("RAID-5", 1, 1)
    RAID6 = ("RAID-6", 2, 1)
    MULTI_MIRROR = ("Multi-mirror", 2, 3)
    RAID51 = ("RAID-51", 3, 2)
    PROTECTED = ("Protected", 1, 1)

    @property
    def label(self) -> str:
        """The name for people."""
        return self.value[0]

    @property
    def failures(self) -> int:
        """How many drives may fail without loss."""
        return self.value[1]

    @property
    def copies(self) -> int:
        """How many complete copies there are at least."""
        return self.value[2]

    def exceeds(self, other: "Raid") -> bool:
        """Return whether this one is stricter: more drives may fail or there are more copies, and nothing is less."""
        better = self.failures > other.failures or self.copies > other.copies
        return better and self.failures >= other.failures and self.copies >= other.copies


@dataclass(frozen=True, slots=True)
class Redundancy:
    """What an extent, a setting or capabilities say about protection; None means that they do not say.

    `data` is DataRedundancy (complete copies), `packages` PackageRedundancy (drives that may fail), `stripe` the
    stripe length, `rotated` whether parity rotates, `protected` NoSinglePointOfFailure. `texts` are vendors' names
    for it, the most telling first. `spares` says that there are spare drives, which some servers count in `packages`.
    """

    data: int | None = None
    packages: int | None = None
    stripe: int | None = None
    rotated: bool | None = None
    protected: bool | None = None
    texts: tuple[str, ...] = ()
    spares: bool = False

    @property
    def looks_too_high(self) -> bool:
        """Whether `packages` is more than any level has with these numbers, as if a spare had been counted.

        Two drives beside one copy are none too many as long as parity may rotate: RAID-6 has them.
        """
        data, packages = self.data, self.packages or 0
        if data == 1:
            return packages == 3 or (packages == 2 and self.rotated is False)
        return data == 2 and packages == 2 and not (self.rotated and (self.stripe or 0) > 1)


_TEXT = re.compile(r"\braid[\s_-]*(?:level[\s_-]*)?(\d{1,2})(?:\s*[+/]\s*(\d))?(?!\d)", re.IGNORECASE)
_BY_DIGITS = {
    "0": Raid.RAID0,
    "1": Raid.RAID1,
    "10": Raid.RAID10,
    "01": Raid.RAID10,
    "3": Raid.RAID34,
    "4": Raid.RAID34,
    "5": Raid.RAID5,
    "50": Raid.RAID5,
    "6": Raid.RAID6,
    "60": Raid.RAID6,
    "51": Raid.RAID51,
    "61": Raid.RAID51,
}


def raid_of(redundancy: Redundancy) -> Raid | None:
    """Return the RAID level, None if nothing allows to tell. A vendor's text that names one wins."""
    for text in redundancy.texts:
        if (raid := raid_of_text(text)) is not None:
            return raid
    return _of_numbers(redundancy)


def raid_of_text(text: str) -> Raid | None:
    """Return the RAID level that a text such as `RAID 5 (3+1)` or `RAID1/0` names, None if none."""
    match = _TEXT.search(text)
    if match is None:
        return None
    joined = match.group(1) + (match.group(2) or "")
    return _BY_DIGITS.get(joined) or _BY_DIGITS.get(match.group(1))


def _of_numbers(redundancy: Redundancy) -> Raid | None:
    data, packages = redundancy.data, redundancy.packages
    if data is None or packages is None:
        return None
    if redundancy.spares and redundancy.looks_too_high:
        packages -= 1
    if data == 1:
        return _of_one_copy(redundancy, packages)
    if data == 2:
        return _of_two_copies(redundancy, packages)
    return Raid.MULTI_MIRROR if data > 2 and packages >= 2 else None


def _of_one_copy(redundancy: Redundancy, packages: int) -> Raid | None:
    """One copy: no protection, or parity. Parity that is not told to rotate or not is taken to rotate."""
    if packages == 0:
        if redundancy.protected:
            return Raid.PROTECTED
        return None if redundancy.stripe is None else Raid.RAID0 if redundancy.stripe > 1 else Raid.JBOD
    if packages == 1:
        return Raid.RAID34 if redundancy.rotated is False else Raid.RAID5
    return Raid.RAID6


def _of_two_copies(redundancy: Redundancy, packages: int) -> Raid | None:
    if packages == 1:
        return Raid.RAID1 if redundancy.stripe == 1 else Raid.RAID10
    parity = packages > 1 and redundancy.rotated is True and (redundancy.stripe or 0) > 1
    return Raid.RAID51 if parity else None
