"""Several usage contexts of one provider, compared: each host, all, none, unknown and mixed ones (`vasa-1.0 5.2`)."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from vasa_cim.client.checks import Check, checked, difference
from vasa_cim.client.client import VasaClient
from vasa_cim.client.sync import DEFAULT_BATCH, Clock, Picture, batches, synchronise
from vasa_cim.errors import InvalidSession
from vasa_cim.model.entities import StorageFileSystem, StorageLun
from vasa_cim.model.enums import EntityType, Profile
from vasa_cim.model.usage_context import HostInitiator, MountPoint, UsageContext, normalise_wwn

ALL_HOSTS, MOUNTS, EMPTY, UNKNOWN, MIXED = "all hosts", "all mounts", "empty", "unknown", "mixed"
_DRS_PAIRS = 5
_SINGLE_MOUNTS = 3

NOBODY = (
    HostInitiator(port_wwn="20:00:00:00:de:ad:be:ef", node_wwn="20:00:00:00:de:ad:be:e0"),
    HostInitiator(iscsi_identifier="iqn.2000-01.invalid:nobody"),
)
"""Initiators that no array knows."""
NOWHERE = MountPoint("filer.invalid", "/no/such/export")
"""A mount that no array serves."""
UNREADABLE = (HostInitiator(port_wwn="no WWN at all"), HostInitiator())
"""Initiators that name nothing; a provider ignores them (`vasa-1.0 5.3`)."""


@dataclass(frozen=True, kw_only=True)
class Survey:
    """What several contexts saw. `hosts` holds one picture per host asked about, in the order given.

    `mounts` saw all mounts and no initiator, None if there are no mounts.
    """

    whole: Picture
    hosts: Mapping[str, Picture]
    mounts: Picture | None
    empty: Picture
    unknown: Picture
    mixed: Picture | None
    checks: Sequence[Check]

    @property
    def failed(self) -> list[Check]:
        """The checks that did not pass."""
        return [check for check in self.checks if not check.passed]


def survey(
    client: VasaClient,
    context: UsageContext,
    hosts: Mapping[str, Sequence[HostInitiator]],
    *,
    batch: int = DEFAULT_BATCH,
    clock: Clock = time.perf_counter,
) -> Survey:
    """Synchronise the whole context, then each host alone, the mounts, none, unknown and mixed ones, and compare.

    `context` names all hosts and their mounts; `hosts` some or all of them, by name, with the same initiators. The
    certificate is registered already, and nothing may change at the array meanwhile. Raises what the client raises.
    """
    return _Surveyor(client, context, batch, clock).run(hosts)


class _Surveyor:
    def __init__(self, client: VasaClient, context: UsageContext, batch: int, clock: Clock) -> None:
        self._client = client
        self._batch = batch
        self._clock = clock
        self._context = context
        self._checks: list[Check] = []
        self._profiles: frozenset[Profile] | None = None

    def run(self, hosts: Mapping[str, Sequence[HostInitiator]]) -> Survey:
        whole = self._picture(ALL_HOSTS, self._context)
        self._profiles = whole.profiles
        self._add("storage DRS", ALL_HOSTS, _drs(self._client, whole))
        pictures = {}
        for name, initiators in hosts.items():
            pictures[name] = self._picture(name, self._of(initiators))
            self._add("foreign LUNs hidden", name, self._foreign(whole, pictures[name]))
        mounts = self._mounts(whole) if self._context.mount_points else None
        empty = self._picture(EMPTY, UsageContext(vc_guid=self._context.vc_guid))
        unknown = self._picture(UNKNOWN, self._of(NOBODY))
        mixed = None
        if hosts:
            first, initiators = next(iter(hosts.items()))
            spelled = tuple(map(_otherwise, initiators))
            mixed = self._picture(MIXED, self._of((*UNREADABLE, *NOBODY, *spelled)))
            self._add("same in other spelling", MIXED, _same_luns(mixed, (pictures[first], unknown)))
        self._compare(whole, pictures, empty, unknown)
        return Survey(
            whole=whole,
            hosts=pictures,
            mounts=mounts,
            empty=empty,
            unknown=unknown,
            mixed=mixed,
            checks=tuple(self._checks),
        )

    def _of(self, initiators: Sequence[HostInitiator], mounts: Sequence[MountPoint] = ()) -> UsageContext:
        return UsageContext(
            host_initiators=tuple(initiators), mount_points=tuple(mounts), vc_guid=self._context.vc_guid
        )

    def _mounts(self, whole: Picture) -> Picture:
        """Look through the mounts alone, and through the first few one by one."""
        mounts = self._context.mount_points
        every = self._picture(MOUNTS, self._of((), mounts))
        self._add("mounts lead to shares only", MOUNTS, _shares_only(every, whole))
        self._add("shares as they were mounted", MOUNTS, _as_mounted(every))
        for mount in mounts[:_SINGLE_MOUNTS]:
            label = f"{mount.server_name}:{mount.file_path}"
            single = self._picture(label, self._of((), (mount, NOWHERE)))
            self._add("one mount, one share", label, _one_share(single, every))
        return every

    def _picture(self, label: str, context: UsageContext) -> Picture:
        picture = synchronise(self._client, context, profiles=self._profiles, batch=self._batch, clock=self._clock)
        self._checks.extend(checked(picture, label))
        return picture

    def _add(self, name: str, context: str, failures: Iterator[str]) -> None:
        self._checks.append(Check(name, context, tuple(failures)))

    def _compare(self, whole: Picture, hosts: Mapping[str, Picture], empty: Picture, unknown: Picture) -> None:
        self._add("nothing for nobody", EMPTY, _nothing(empty))
        self._add("no LUNs for strangers", UNKNOWN, _strangers(unknown, whole, hosts))
        covered = {one for picture in hosts.values() for one in picture.context.host_initiators}
        if hosts and covered.issuperset(whole.context.host_initiators):
            self._add("hosts add up", ALL_HOSTS, _same_luns(whole, tuple(hosts.values())))
        for label, picture in (*hosts.items(), (EMPTY, empty), (UNKNOWN, unknown)):
            self._add("capabilities for all", label, _same_capabilities(picture, whole))
            if Profile.FILE_SYSTEM in picture.profiles:
                self._add("no shares without mounts", label, _no_shares(picture))

    def _foreign(self, whole: Picture, host: Picture) -> Iterator[str]:
        """Ask, in the host's own session, for what only others see: it must be skipped (`vasa-1.0 2.3`)."""
        own = {lun.unique_identifier for lun in host.luns}
        foreign = [lun.unique_identifier for lun in whole.luns if lun.unique_identifier not in own]
        for part in batches(foreign, self._batch):
            if shown := self._client.query_storage_luns(part):
                yield f"{shown[0].display_name} is shown, though not in the ids"


def _otherwise(initiator: HostInitiator) -> HostInitiator:
    """Spell an initiator as hosts do: WWNs as signed decimals, names in capitals (`vasa-1.0 5.3`)."""

    def decimal(wwn: str | None) -> str | None:
        digits = normalise_wwn(wwn)
        return str(int.from_bytes(bytes.fromhex(digits), signed=True)) if digits else wwn

    name = initiator.iscsi_identifier
    return replace(
        initiator,
        port_wwn=decimal(initiator.port_wwn),
        node_wwn=decimal(initiator.node_wwn),
        iscsi_identifier=name.upper() if name else None,
    )


def _lun_ids(pictures: Sequence[Picture]) -> set[str]:
    return {lun.unique_identifier for picture in pictures for lun in picture.luns}


def _same_luns(one: Picture, others: Sequence[Picture]) -> Iterator[str]:
    yield from difference("LUNs", _lun_ids([one]), _lun_ids(others), "the single contexts")


def _same_capabilities(one: Picture, other: Picture) -> Iterator[str]:
    ids = other.ids.get(EntityType.CAPABILITY, ())
    yield from difference("capabilities", one.ids.get(EntityType.CAPABILITY, ()), ids, "the context of all hosts")


def _share_ids(picture: Picture) -> set[str]:
    return {share.unique_identifier for share in picture.file_systems}


def _no_shares(picture: Picture) -> Iterator[str]:
    if shown := len(picture.file_systems):
        yield f"{shown} file systems are shown to initiators"


def _shares_only(mounts: Picture, whole: Picture) -> Iterator[str]:
    yield from difference("file systems", _share_ids(mounts), _share_ids(whole), "the whole context")
    if mounts.luns or mounts.ports:
        yield f"{len(mounts.luns)} LUNs and {len(mounts.ports)} ports are shown to mounts"


def _as_mounted(picture: Picture) -> Iterator[str]:
    """Each share is named as at least one mount of the context names it: by that a vCenter finds its datastore."""
    mounted = {(one.server_name, one.file_path) for one in picture.context.mount_points}
    for share in picture.file_systems:
        if not mounted.intersection((info.file_server_name, info.file_system_path) for info in share.file_system_info):
            yield f"{share.unique_identifier} is named otherwise than it was mounted"


def _one_share(single: Picture, every: Picture) -> Iterator[str]:
    if len(single.file_systems) > 1:
        yield f"{len(single.file_systems)} file systems"
    if strangers := _share_ids(single) - _share_ids(every):
        yield f"{sorted(strangers)[0]} is not shown to all mounts together"
    yield from _as_mounted(single)


def _nothing(empty: Picture) -> Iterator[str]:
    for entity_type, count in empty.counts.items():
        if entity_type is not EntityType.CAPABILITY and count:
            yield f"{count} of {entity_type} in an empty context"


def _strangers(unknown: Picture, whole: Picture, hosts: Mapping[str, Picture]) -> Iterator[str]:
    """Unknown initiators see the arrays, and no LUN that is not open to everyone."""
    arrays = [array.unique_identifier for array in unknown.arrays]
    yield from difference("arrays", arrays, (array.unique_identifier for array in whole.arrays), "the whole context")
    for name, picture in hosts.items():
        if closed := _lun_ids([unknown]) - _lun_ids([picture]):
            yield f"{len(closed)} LUNs that not even {name} sees"


def _drs(client: VasaClient, whole: Picture) -> Iterator[str]:
    """Ask for some pairs, both ways: equal answers, and no where a LUN forbids it (`vasa-1.0 2.4`, 19)."""
    pairs: list[tuple[EntityType, StorageLun | StorageFileSystem, StorageLun | StorageFileSystem]] = [
        (EntityType.LUN, *pair) for pair in zip(whole.luns[:_DRS_PAIRS], whole.luns[1:], strict=False)
    ]
    shares = zip(whole.file_systems[:_DRS_PAIRS], whole.file_systems[1:], strict=False)
    pairs += [(EntityType.FILE_SYSTEM, *pair) for pair in shares]
    for kind, one, other in pairs:
        source, target = one.unique_identifier, other.unique_identifier
        there = client.query_drs_migration_capability_for_performance(source, target, kind)
        back = client.query_drs_migration_capability_for_performance(target, source, kind)
        permitted = all(not isinstance(each, StorageLun) or each.drs_management_permitted for each in (one, other))
        if there is not back:
            yield f"{source} to {target} is {there}, but back it is {back}"
        if there and not permitted:
            yield f"{source} to {target} is true, though one of them forbids it"


def refused(client: VasaClient, name: str) -> Check:
    """Return a check that passes if the client's certificate opens no session: not yet registered, or no longer."""
    client.close()
    try:
        client.set_context(UsageContext())
    except InvalidSession:
        return Check(name, "-", ())
    return Check(name, "-", ("setContext was answered, not refused with InvalidSession",))
