"""Finding the arrays of a source, and for how long what was found is relied on (`smis-mapping 1.2` step 8)."""

from vasa_cim.adapters.smis import vocabulary as v
from vasa_cim.adapters.smis.memory import Memory
from vasa_cim.adapters.smis.quirk_table import PUBLISHED_NAMESPACES
from vasa_cim.cim.connection import Connection
from vasa_cim.cim.dedication import Assumed
from vasa_cim.cim.discovery import Discovery, Wanted, Way, discover
from vasa_cim.cim.interop import find_interop
from vasa_cim.cim.vocabulary import CimStatus
from vasa_cim.errors import SourceFailed

ROUNDS_OF_A_DISCOVERY = 12
"""After how many rounds of reading discovery is done anew though nothing asks for it: new arrays in new places."""
PATIENCE = 6
"""In how many discoveries running profiles that were there must be missing before they are taken to be gone."""

_PROFILES = v.BLOCK_PROFILES + v.FILE_PROFILES
_DEDICATIONS = v.BLOCK_DEDICATIONS | v.FILE_DEDICATIONS
_ASSUMED = Assumed(
    blocks=v.Dedicated.BLOCK_SERVER, files=v.Dedicated.SELF_CONTAINED_NAS, file_server=v.Dedicated.FILE_SERVER
)


class Finder:
    """Finds the systems of a source, and keeps what it found until something is wrong with it."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._interop: str | None = None
        self._missing: SourceFailed | None = None
        self._searched = False
        self._found: Discovery | None = None
        self._rounds = 0
        self._doubts = 0

    def current(self, connection: Connection) -> tuple[Discovery, bool]:
        """Return what was found, and whether that was just now. Raises SourceError."""
        self._rounds += 1
        if self._found is None or self._memory.had_trouble or self._rounds > ROUNDS_OF_A_DISCOVERY:
            return self.anew(connection), True
        return self._found, False

    def anew(self, connection: Connection) -> Discovery:
        """Look again. Raises SourceError, also if there is no array."""
        self._memory.had_trouble = True  # so that the next round looks again if this one fails
        again = self._searched
        try:
            found = self._look(connection)
        except SourceFailed as error:
            self._searched = False  # another provider may have taken the place of the one of before
            if error.status != CimStatus.INVALID_NAMESPACE or not again:
                raise
            found = self._look(connection)
        if not found.systems:
            self._searched = False
            reason = "no profile and no dedicated system leads to an array"
            raise self._missing or SourceFailed(source=self._memory.source, reason=reason, status=None)
        self._check_profiles(found)
        self._memory.had_trouble = False
        self._found, self._rounds, self._doubts = found, 1, 0
        return found

    def _check_profiles(self, found: Discovery) -> None:
        """Raise SourceFailed if profiles no longer lead to arrays: those of a provider that restarts are away for long.

        Without them other systems would be found, and things be taken for open that are masked.
        """
        before = self._found
        if before is None or before.way is not Way.PROFILES or found.way is Way.PROFILES:
            return
        self._doubts += 1
        if self._doubts < PATIENCE:
            reason = "its profiles do not lead to arrays any more"
            raise SourceFailed(source=self._memory.source, reason=reason, status=None)

    def _look(self, connection: Connection) -> Discovery:
        if not self._searched:
            self._find_interop(connection)
        quirks, name = self._memory.quirks, "published-namespaces"
        found = discover(
            connection,
            self._interop,
            Wanted(
                profiles=_PROFILES,
                dedications=_DEDICATIONS,
                assumed=_ASSUMED,
                namespaces=self._memory.switches.namespaces,
                published=PUBLISHED_NAMESPACES if quirks.may_apply(name) else (),
                known=frozenset(one.namespace for one in self._found.systems) if self._found else (),
            ),
        )
        if found.published:
            quirks.applies(name, observed=True)
        return found

    def _find_interop(self, connection: Connection) -> None:
        """Find the Interop namespace; one that has none may yet have others."""
        self._interop = self._missing = None
        try:
            self._interop = find_interop(connection)
        except SourceFailed as error:
            if error.status != CimStatus.INVALID_NAMESPACE:
                raise
            self._missing = error
        self._searched = True
