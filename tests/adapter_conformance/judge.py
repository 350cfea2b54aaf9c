"""What must be true of every answer of a provider, whatever adapter is below it.

A verdict is a list of sentences, empty if all is well.
"""

import random

from vasa_cim.client.checks import CHECKS
from vasa_cim.client.sync import synchronise
from vasa_cim.errors import NotFound
from vasa_cim.model.enums import AlarmStatus, EntityType, Profile
from vasa_cim.model.identifiers import entity_type_of
from vasa_cim.model.inventory import Inventory
from vasa_cim.model.usage_context import HostInitiator, MountPoint, UsageContext

RELATIONS = {
    "processors_of_array": ("arrays", "processors"),
    "ports_of_processor": ("processors", "ports"),
    "luns_of_array": ("arrays", "luns"),
    "file_systems_of_array": ("arrays", "file_systems"),
}
MAPPINGS = {
    "arrays": EntityType.ARRAY,
    "processors": EntityType.PROCESSOR,
    "ports": EntityType.PORT,
    "luns": EntityType.LUN,
    "file_systems": EntityType.FILE_SYSTEM,
    "capabilities": EntityType.CAPABILITY,
}
NOBODY = HostInitiator(port_wwn="20:00:00:00:de:ad:be:ef", iscsi_identifier="iqn.2000-01.invalid:nobody")
NOWHERE = MountPoint(server_name="192.0.2.99", file_path="/no/such/export")
NOTICES = ("alarms equal statuses",)  # judged where a source changes, not where it is read once


# --- an inventory by itself ---


def of_inventory(found: Inventory):
    """Judge an inventory as an adapter returns it (the rules of the guide to adapters)."""
    yield from _entities(found)
    yield from _relations(found)
    yield from _reach(found)
    if found.read_at.tzinfo is None:
        yield "read_at has no zone"


def _entities(found):
    for name, kind in MAPPINGS.items():
        mapping = getattr(found, name)
        if list(mapping) != sorted(mapping):
            yield f"{name} do not ascend by id"
        for key, entity in mapping.items():
            if key != entity.unique_identifier:
                yield f"{name}: {key} holds {entity.unique_identifier}"
            if entity_type_of(key) is not kind:
                yield f"{name}: {key} is no id of a {kind.value}"


def _relations(found):
    for name, (above, below) in RELATIONS.items():
        parents, children, relation = getattr(found, above), getattr(found, below), getattr(found, name)
        if list(relation) != sorted(relation):
            yield f"{name} does not ascend by id"
        ends = {child for related in relation.values() for child in related}
        for stranger in sorted((set(relation) - set(parents)) | (ends - set(children))):
            yield f"{name} names {stranger}, which is not there"
        for orphan in sorted(set(children) - ends):
            yield f"{name} does not name {orphan}"
        for parent, related in relation.items():
            if list(related) != sorted(set(related)):
                yield f"{name}: what is under {parent} does not ascend, each once"
    storage = {**found.luns, **found.file_systems}
    for name in ("capability_of", "pool_of"):
        for stranger in sorted(set(getattr(found, name)) - set(storage)):
            yield f"{name} names {stranger}, which is not there"
    offered = any(Profile.CAPABILITY in array.supported_profile for array in found.arrays.values())
    for lun in storage if offered else ():
        if found.capability_of.get(lun) not in found.capabilities:
            yield f"{lun} has no capability that is there"


def _reach(found):
    keys = [view.key for view in found.views]
    if len(set(keys)) < len(keys):
        yield "two views have the same key"
    for view in found.views:
        for stranger in sorted((set(view.luns) - set(found.luns)) | (set(view.ports) - set(found.ports))):
            yield f"view {view.key} names {stranger}, which is not there"
    for export in found.exports:
        if export.file_system not in found.file_systems:
            yield f"an export names {export.file_system}, which is not there"


# --- the answers to one usage context ---


def picture(client, usage):
    """Synchronise a usage context as a vCenter does."""
    return synchronise(client, usage, batch=50)


def of_picture(seen, *, has_ports=True):
    """Judge a picture: ids, details, counts and associations tell one story.

    `has_ports` False: the source knows no port at all, so that none can lead to a LUN.
    """
    for name, check in CHECKS.items():
        if name not in NOTICES:
            for sentence in check(seen):
                if has_ports or not sentence.startswith("LUNs of ports: "):
                    yield f"{name}: {sentence}"
    for lun in seen.luns:
        if not lun.thin_provisioned and lun.thin_provisioning_status is not AlarmStatus.GREEN:
            yield f"{lun.unique_identifier} is thick and {lun.thin_provisioning_status}"
        if lun.used_space_in_mb > lun.capacity_in_mb:
            yield f"{lun.unique_identifier} uses more than it has"


def ids_of(seen, kind):
    return set(seen.ids.get(kind, ()))


def foreign(client, seen, everything):
    """Ask, in the session of `seen`, for what others have: it must be skipped or not found (vasa-1.0 2.3)."""
    asks = {
        EntityType.LUN: client.query_storage_luns,
        EntityType.PORT: client.query_storage_ports,
        EntityType.FILE_SYSTEM: client.query_storage_file_systems,
        EntityType.ARRAY: client.query_arrays,
        EntityType.PROCESSOR: client.query_storage_processors,
    }
    for kind, ask in asks.items():
        others = sorted(everything.get(kind, set()) - ids_of(seen, kind))
        if others and kind in seen.ids:
            for shown in ask(others):
                yield f"{shown.unique_identifier} is shown, though not in the ids"
    related = {
        EntityType.PORT: client.query_associated_luns_for_port,
        EntityType.LUN: client.query_associated_capability_for_lun,
        EntityType.FILE_SYSTEM: client.query_associated_capability_for_file_system,
        EntityType.PROCESSOR: client.query_associated_ports_for_processor,
        EntityType.ARRAY: client.query_associated_processors_for_array,
    }
    for kind, ask in related.items():
        needed = EntityType.CAPABILITY if kind in (EntityType.LUN, EntityType.FILE_SYSTEM) else EntityType.LUN
        others = sorted(everything.get(kind, set()) - ids_of(seen, kind))
        if others and {kind, needed} <= seen.ids.keys():
            for shown in ask(others):
                yield f"associations of {shown.entity_id} are shown, though it is not in the ids"
    of_array = {
        EntityType.LUN: client.query_unique_identifiers_for_luns,
        EntityType.FILE_SYSTEM: client.query_unique_identifiers_for_file_systems,
    }
    for kind, ask in of_array.items():
        for array in sorted(everything.get(EntityType.ARRAY, set()) - ids_of(seen, EntityType.ARRAY)):
            if kind in seen.ids and _answered(ask, array):
                yield f"what is in {array} is shown, though it is not in the ids"


def _answered(ask, argument):
    try:
        return ask(argument)
    except NotFound:
        return ()


def everything_of(inventories):
    """All ids of all sources by kind."""
    return {kind: {key for found in inventories for key in getattr(found, name)} for name, kind in MAPPINGS.items()}


# --- usage contexts ---


def spelled(key, chance):
    """One of the spellings of a match key that hosts use (vasa-1.0 5.3)."""
    kind, _, text = key.partition(":")
    if kind == "iscsi":
        return HostInitiator(iscsi_identifier=chance.choice([text, text.upper(), f" {text} "]))
    number = int(text, 16)
    signed = number - (1 << 64) if number >= 1 << 63 else number
    colons = ":".join(text[at : at + 2] for at in range(0, 16, 2))
    form = chance.choice([text, text.upper(), colons, f"0x{text}", str(signed), str(number)])
    return HostInitiator(port_wwn=form) if kind == "port" else HostInitiator(node_wwn=form)


def contexts(initiators, mounts, count, seed):
    """Usage contexts: nobody, strangers, everybody, and random sets of the initiators and mounts that are known."""
    chance = random.Random(seed)
    initiators, mounts = sorted(initiators), sorted(mounts)
    every = tuple(spelled(one, chance) for one in initiators)
    places = tuple(MountPoint(server_name=server, file_path=path) for server, path in mounts)
    yield UsageContext()
    yield UsageContext(host_initiators=(NOBODY,), mount_points=(NOWHERE,))
    yield UsageContext(
        host_initiators=(HostInitiator(port_wwn="no WWN"), HostInitiator()), mount_points=(MountPoint(),)
    )
    yield UsageContext(host_initiators=every, mount_points=places)
    yield UsageContext(mount_points=places or (NOWHERE,))
    for _ in range(count):
        some = chance.sample(initiators, chance.randint(0, min(4, len(initiators))))
        there = chance.sample(mounts, chance.randint(0, min(3, len(mounts))))
        yield UsageContext(
            host_initiators=(*(spelled(one, chance) for one in some), *chance.choice([(), (NOBODY,)])),
            mount_points=tuple(MountPoint(server_name=server, file_path=path) for server, path in there),
        )
