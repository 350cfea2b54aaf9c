"""Registered profiles: what a CIMOM claims to implement (`smis-mapping 1.2` steps 1 and 2). Claims, not facts."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from vasa_cim.cim.connection import Connection
from vasa_cim.cim.errors import is_absent
from vasa_cim.cim.rows import ObjectName, Row
from vasa_cim.cim.vocabulary import PROFILE_PROPERTIES, REGISTERED_PROFILE, RegisteredOrganization
from vasa_cim.errors import SourceError

_GAPS = re.compile(r"[\s_\-/]+")
_DIGITS = re.compile(r"\d+")
_ORGANIZATIONS = {"snia": RegisteredOrganization.SNIA, "dmtf": RegisteredOrganization.DMTF}

# Folded names in use for a profile that has another name (`smis-mapping 1.3`); plurals and gaps are folded anyway.
_ALIASES = {
    "SCNAS": "Self-contained NAS System",
    "Self-contained NAS": "Self-contained NAS System",
    "Serial Attached SCSI Target Port": "SAS Target Ports",
}


def fold_profile_name(name: str) -> str:
    """Return a profile name for comparison: one case, no gaps or dashes, no plural `s`, other names in use undone."""
    folded = _fold(name)
    return _FOLDED_ALIASES.get(folded, folded)


def _fold(name: str) -> str:
    words = _GAPS.split(name.strip().casefold().replace("&", " and "))
    return "".join(word.removesuffix("s") for word in words)


_FOLDED_ALIASES = {_fold(alias): _fold(name) for alias, name in _ALIASES.items()}


@dataclass(frozen=True, slots=True)
class RegisteredProfile:
    """One registered profile or subprofile. `path` is its name with the namespace set.

    `organization` is SNIA or DMTF, None for any other; `version` is empty where it has none that is numbers.
    """

    path: ObjectName
    name: str
    organization: RegisteredOrganization | None
    version: tuple[int, ...] = ()

    @property
    def folded(self) -> str:
        """The name for comparison."""
        return fold_profile_name(self.name)


def read_profiles(connection: Connection, interop: str) -> list[RegisteredProfile]:
    """Return all registered profiles and subprofiles of a namespace; none where it lacks the class.

    Raises SourceError.
    """
    found = []
    try:
        for row in connection.enumerate_instances(interop, REGISTERED_PROFILE, PROFILE_PROPERTIES):
            name, instance_id = row.text("RegisteredName"), row.text("InstanceID")
            if name and name.strip() and instance_id:
                path = ObjectName(row.name.class_name, {"InstanceID": instance_id}, interop)
                found.append(RegisteredProfile(path, name.strip(), _organization(row), _version(row)))
    except SourceError as error:
        if not is_absent(error):
            raise
    return found


def _organization(row: Row) -> RegisteredOrganization | None:
    """Return who defined a profile: as a number, as the text beside `Other`, or at the head of the InstanceID."""
    number = row.number("RegisteredOrganization")
    if number in set(RegisteredOrganization):
        return RegisteredOrganization(number)
    if number in (None, 0, 1):
        other = (row.text("OtherRegisteredOrganization") or "").strip().casefold()
        head = (row.text("InstanceID") or "").partition(":")[0].strip().casefold()
        return _ORGANIZATIONS.get(other or head)
    return None


def _version(row: Row) -> tuple[int, ...]:
    return tuple(int(part) for part in _DIGITS.findall((row.text("RegisteredVersion") or "")[:40]))


def known_names(profiles: Iterable[RegisteredProfile]) -> frozenset[str]:
    """Return the folded names of the profiles of SNIA and DMTF."""
    return frozenset(one.folded for one in profiles if one.organization is not None)
