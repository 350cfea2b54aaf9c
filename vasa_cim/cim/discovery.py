"""From a URL to the managed systems: profiles, and what is done where they lead nowhere (`smis-mapping 1.2`)."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from vasa_cim.cim.conformance import ManagedSystem, conforming_systems, placed
from vasa_cim.cim.connection import Connection
from vasa_cim.cim.dedication import Assumed, dedicated_systems, storage_hosts
from vasa_cim.cim.interop import Namespaces, distinct, interop_candidates, lacks
from vasa_cim.cim.profiles import RegisteredProfile, fold_profile_name, known_names, read_profiles
from vasa_cim.cim.vocabulary import CimStatus
from vasa_cim.errors import SourceError, SourceFailed, SourceRefused


class Way(StrEnum):
    """How the systems were found."""

    PROFILES = "profiles"
    DEDICATED = "dedicated"
    POOLS = "pools"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Discovery:
    """What a CIMOM told. `registered` are the folded names of all profiles of SNIA and DMTF: claims, not facts.

    `interop` None means that it has no Interop namespace. `published` tells if the namespaces that are published for
    arrays had to be tried, as no profile and no CIM_Namespace led to any.
    """

    interop: str | None
    registered: frozenset[str]
    systems: tuple[ManagedSystem, ...]
    profiles: tuple[RegisteredProfile, ...] = ()
    way: Way = Way.PROFILES
    published: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to look for. `profiles` are autonomous profiles; `dedications` values of `Dedicated` that name an array.

    `assumed` is for systems of which nothing is known but that they host pools. `namespaces` are implementation
    namespaces of the configuration; `published` those to try when nothing else leads anywhere, `known`
    those that held arrays before: an error there is never passed over.
    """

    profiles: Collection[str]
    dedications: Collection[int]
    assumed: Assumed
    namespaces: Sequence[str] = ()
    published: Sequence[str] = ()
    known: Collection[str] = ()


def discover(connection: Connection, interop: str | None, wanted: Wanted) -> Discovery:
    """Return the systems that conform to one of the wanted profiles.

    Where no profile leads to a system, those are taken that are dedicated to storage and no part of another; then
    those that host pools. The namespaces of the configuration are looked through in any case. Raises SourceError.
    """
    names = frozenset(map(fold_profile_name, wanted.profiles))
    interops = [] if interop is None else [interop]
    profiles = _profiles(connection, interops, names)
    namespaces = Namespaces(connection, interops, wanted.namespaces)
    leading = [one for one in profiles if one.folded in names and one.organization is not None]
    found = conforming_systems(connection, leading, namespaces)
    way, published = Way.PROFILES if found else Way.NOTHING, False
    if wanted.namespaces:
        more, by = _Search(connection, wanted, wanted.namespaces).systems()
        found, way = placed(connection, [*found, *more], namespaces), way if found else by
    if not found:
        everywhere = [*namespaces.others(), *interops]
        found, way = _Search(connection, wanted, everywhere).systems()
        found = _without_host(placed(connection, found, namespaces), interops, connection.endpoint.namespace)
    if not found and wanted.published:
        found, way = _Search(connection, wanted, distinct(wanted.published, without=interops)).systems()
        found, published = placed(connection, found, namespaces), bool(found)
    home = str(leading[0].path.namespace) if leading else interop
    return Discovery(home, known_names(profiles), tuple(found), tuple(profiles), way, published)


def _without_host(found: list[ManagedSystem], interops: Collection[str], given: str | None) -> list[ManagedSystem]:
    """Return systems without those of Interop namespaces, if there are others: that is the host of the CIMOM itself."""
    return [one for one in found if one.namespace not in interops or one.namespace == given] or found


def _profiles(connection: Connection, interops: list[str], names: Collection[str]) -> list[RegisteredProfile]:
    """Return the profiles of the Interop namespace, which goes in front of `interops` if it is another one.

    A server may have several by the known names, and only one of them may hold profiles that lead to systems.
    """
    found = [one for interop in interops for one in read_profiles(connection, interop)]
    if any(one.folded in names for one in found):
        return found
    for candidate in distinct(interop_candidates(connection), without=interops):
        try:
            more = read_profiles(connection, candidate)
        except SourceError as error:
            if not lacks(error):
                raise
            continue
        found += more
        if more:
            interops.append(candidate)
    return found


class _Search:
    """Looks through namespaces for arrays without the help of profiles."""

    def __init__(self, connection: Connection, wanted: Wanted, namespaces: Sequence[str]) -> None:
        self._connection = connection
        self._wanted = wanted
        self._namespaces = namespaces
        self._failure: SourceError | None = None

    def systems(self) -> tuple[list[ManagedSystem], Way]:
        """Return the systems and how they were found.

        Raises SourceError, also if nothing was found and a namespace could not be looked through.
        """
        dedications = self._wanted.dedications
        found = self._each(lambda space: dedicated_systems(self._connection, space, dedications))
        if found:
            return found, Way.DEDICATED
        found = self._each(lambda space: storage_hosts(self._connection, space, self._wanted.assumed))
        if not found and self._failure is not None:
            raise self._failure
        return found, Way.POOLS if found else Way.NOTHING

    def _each(self, look: Callable[[str], list[ManagedSystem]]) -> list[ManagedSystem]:
        found: list[ManagedSystem] = []
        for namespace in self._namespaces:
            try:
                systems = look(namespace)
            except (SourceFailed, SourceRefused) as error:
                if not self._may_pass(error, namespace):
                    raise
                self._failure = self._failure or error
                continue
            found += systems
        return found

    def _may_pass(self, error: SourceError, namespace: str) -> bool:
        """Return whether a namespace that fails may be one that has nothing to do with arrays."""
        status = error.facts.get("status")
        return status in (CimStatus.FAILED, CimStatus.ACCESS_DENIED) and namespace not in self._wanted.known
