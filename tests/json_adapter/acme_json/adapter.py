"""A platform adapter for arrays that are described by a JSON file."""

import fcntl
import hmac
import json
import re
import threading
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from acme_json.messages import CATALOGS
from vasa_cim.adapter import Hint, PlatformAdapter
from vasa_cim.adapters.block.initiator_set import InitiatorSet
from vasa_cim.errors import ConfigurationError, SourceRefused, SourceUnreachable, SourceUnreadable
from vasa_cim.model.entities import StorageArray, StorageCapability, StorageLun, StoragePort, StorageProcessor
from vasa_cim.model.enums import BlockProtocol, EntityType, Profile
from vasa_cim.model.identifiers import array_id, capability_id, entity_id
from vasa_cim.model.inventory import AccessView, Inventory
from vasa_cim.model.usage_context import HostInitiator, port_wwn_key

TEXT, WWN, NAA = (re.compile(form) for form in (".+", "[0-9a-f]{16}", r"naa\.6[0-9a-f]{31}"))
LUN = {"display_name": TEXT, "esx_lun_identifier": NAA, "thin_provisioned": bool}
LUN |= {"capacity_in_mb": int, "used_space_in_mb": int}
HOST = {"initiators": [WWN], "ports": [WWN], "luns": [TEXT]}
ARRAY = {"array_name": TEXT, "vendor_id": TEXT, "model_id": TEXT}
FILE = {"array": ARRAY, "pools": {...: TEXT}, "pool_of": {...: TEXT}, "luns": {...: LUN}, "hosts": {...: HOST}}
FILE |= {"processors": {...: [WWN]}}


class JsonAdapter(PlatformAdapter):
    """The array of `url = "file:///srv/array.json"`. Option `check_seconds`: how often to look for a change."""

    offers = frozenset({Profile.BLOCK, Profile.CAPABILITY})
    needs_naming = True  # only sources that say adapters = ["json"] get it

    def __init__(self, source):
        url, options = urlsplit(source.url), dict(source.options)
        self._every = options.pop("check_seconds", 1.0)
        if url.scheme != "file" or options or type(self._every) not in (int, float) or self._every <= 0:
            reason = "the json adapter takes url = file:///..., check_seconds (a number above 0) and nothing else"
            raise ConfigurationError(setting=f"source {source.name!r}", reason=reason)
        self._source, self._file = source, Path(url2pathname(url.path))
        self._closed, self._watcher = threading.Event(), None

    def read(self, reading):
        read_at, text = datetime.now(UTC), self._text()
        try:
            return inventory_of(checked(json.loads(text), FILE), read_at)
        except (ValueError, KeyError) as error:  # half written, or something is missing
            reason = f"{self._file} describes no array: {type(error).__name__}: {error}"
            raise SourceUnreadable(source=self._source.name, reason=reason) from error

    def _text(self):
        try:
            with self._file.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                return file.read()
        except OSError as error:
            reason = "somebody has locked it" if isinstance(error, BlockingIOError) else error.strerror
            raise SourceUnreachable(source=self._source.name, reason=f"{self._file}: {reason}") from error

    def entry_set(self, entry):
        return InitiatorSet(entry) if isinstance(entry, HostInitiator) else None

    def authenticate(self, user, password):
        pairs = ((self._source.user, user), (self._source.password, password))
        if not all(known and hmac.compare_digest(known.encode(), given.encode()) for known, given in pairs):
            raise SourceRefused(source=self._source.name, reason="they are not those of the configuration")

    def catalogs(self):
        return CATALOGS

    def watch(self, hint):
        self._watcher = threading.Thread(target=self._watch, args=(hint, self._stamp()), name="json watch")
        self._watcher.start()

    def _watch(self, hint, stamp):
        while not self._closed.wait(self._every):
            before, stamp = stamp, self._stamp()
            if stamp != before:
                hint(Hint())  # "look there"; the engine then calls read

    def _stamp(self):
        try:
            found = self._file.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino

    def close(self):
        self._closed.set()
        if self._watcher is not None:
            self._watcher.join()


def checked(value, shape):
    """Return a JSON value of this shape: a pattern, a type, [shape of each] or {key: shape}; `...` is any key."""
    kind = str if isinstance(shape, re.Pattern) else shape if isinstance(shape, type) else type(shape)
    if type(value) is not kind or (kind is str and not shape.fullmatch(value)) or (kind is int and value < 0):
        raise ValueError(f"{value!r} is no {getattr(shape, 'pattern', kind.__name__)}")
    if kind is list:
        return [checked(each, shape[0]) for each in value]
    if kind is dict:
        return {key: checked(value[key], shape.get(key) or shape[...]) for key in (value if ... in shape else shape)}
    return value


def inventory_of(given, read_at):
    """Return the inventory of a checked file. Raises KeyError for a name that nothing has."""
    name = given["array"]["array_name"]

    def made(kind, key, **facts):
        return kind(unique_identifier=entity_id(EntityType(kind.__name__), name, key, "AcmeJson"), **facts)

    def by_id(known):
        return {one.unique_identifier: one for one in sorted(known.values(), key=lambda one: one.unique_identifier)}

    def ids(known, names):
        return tuple(sorted({known[each].unique_identifier for each in names}))

    profiles = {"supported_block": (BlockProtocol.FC,), "supported_profile": (Profile.BLOCK, Profile.CAPABILITY)}
    array = StorageArray(unique_identifier=array_id(name, "AcmeJson"), **given["array"], **profiles)
    processors = {key: made(StorageProcessor, key, sp_identifier=(key,)) for key in given["processors"]}
    wwns = [wwn for behind in given["processors"].values() for wwn in behind]
    ports = {wwn: made(StoragePort, wwn, port_type=BlockProtocol.FC, port_wwn=wwn, node_wwn=wwn) for wwn in wwns}
    luns = {key: made(StorageLun, key, **facts) for key, facts in given["luns"].items()}
    pools = {
        key: StorageCapability(
            unique_identifier=capability_id(key, "AcmeJson"), capability_name=key, capability_detail=detail
        )
        for key, detail in given["pools"].items()
    }
    behind = {processors[key].unique_identifier: ids(ports, wwns) for key, wwns in given["processors"].items()}
    pool_of = {luns[key].unique_identifier: pools[given["pool_of"][key]].unique_identifier for key in luns}
    views = [
        AccessView(
            key=f"{name}/{key}",
            initiators=frozenset(map(port_wwn_key, host["initiators"])),
            luns=ids(luns, host["luns"]),
            ports=ids(ports, host["ports"]),
        )
        for key, host in given["hosts"].items()
    ]
    return Inventory(
        read_at=read_at,
        arrays={array.unique_identifier: array},
        processors=by_id(processors),
        ports=by_id(ports),
        luns=by_id(luns),
        capabilities=by_id(pools),
        processors_of_array={array.unique_identifier: ids(processors, processors)},
        ports_of_processor=dict(sorted(behind.items())),
        luns_of_array={array.unique_identifier: ids(luns, luns)},
        capability_of=dict(sorted(pool_of.items())),
        pool_of={lun: f"{name}/{pool}" for lun, pool in sorted(pool_of.items())},
        views=tuple(views),
    )
