"""Mounts are matched as a slow reading of the rules says, whatever the exports (smis-mapping 4.3 rules 1 to 4)."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from vasa_cim.adapters.file.mount_set import MountSet
from vasa_cim.model.inventory import Export, Inventory
from vasa_cim.model.usage_context import MountPoint

ADDRESSES = ("10.0.0.1", "10.0.0.2", "2001:db8::1")
NAMES = ("nas1", "nas1.example.com", "nas2.example.com")
RESOLVED = {"alias.example.com": ("10.0.0.2", "10.0.0.9"), "far.example.com": ("10.0.0.9",)}
SERVERS = (*ADDRESSES, *NAMES, *RESOLVED, "nas2", "10.0.0.9", "gone.invalid", "NAS1.Example.com", "[2001:DB8:0::1]")

parts = st.sampled_from(["a", "b", "A", "a b", "a%20b"])
paths = st.lists(parts, max_size=3).map(lambda found: "/" + "/".join(found))
exports = st.lists(
    st.tuples(
        st.lists(paths, min_size=1, max_size=2, unique=True).map(tuple),
        st.frozensets(st.sampled_from(NAMES), max_size=2),
        st.lists(st.sampled_from(ADDRESSES), max_size=2, unique=True).map(tuple),
    ),
    max_size=6,
)


class Resolved:
    def addresses(self, name):
        return RESOLVED.get(name)


def is_on(export, server):
    """Rule 2, word by word."""
    plain = {"[2001:db8:0::1]": "2001:db8::1"}.get(server.lower(), server.lower())
    if plain[0].isdigit():
        return plain in export.addresses
    short = {name.partition(".")[0] for name in export.names}
    by_name = plain in export.names or ("." not in plain and plain in short) or plain.partition(".")[0] in export.names
    return by_name or bool(set(RESOLVED.get(plain, ())) & set(export.addresses))


def length_of(export, path):
    """Rule 3: how long the longest path of an export is that is `path` or above it; 0 if none is."""
    fitting = [one for one in export.paths if path == one or path.startswith(one.rstrip("/") + "/")]
    return max(map(len, fitting), default=0)


def by_the_rules(found, server, path):
    spellings = (path, path.replace("%20", " "))
    lengths = {one: max(length_of(one, text) for text in spellings) for one in found if is_on(one, server)}
    best = max(lengths.values(), default=0)
    return {one.file_system for one, length in lengths.items() if length == best and best}


@settings(max_examples=400)
@given(exports, st.sampled_from(SERVERS), paths)
def test_server_and_path_decide(drawn, server, path):
    found = tuple(Export(f"share{number}", *one) for number, one in enumerate(drawn))
    inventory = Inventory(read_at=datetime(2026, 1, 1, tzinfo=UTC), exports=found)
    mount = MountSet(MountPoint(server, path), Resolved(), lambda path: frozenset({"one", "other"}))
    reached = {one.file_system for one in mount.reach(inventory).exports}
    wanted = by_the_rules(found, server, path)
    if server in RESOLVED:  # what is called so counts before what is only at the same address
        assert bool(reached) == bool(wanted)
        assert reached <= {one.file_system for one in found if is_on(one, server)}
    else:
        assert reached == wanted


@given(exports, st.sampled_from(["gone.invalid", "10.0.0.9", "far.example.com"]), paths)
def test_the_path_alone_decides_only_where_nothing_else_can_and_one_share_has_it(drawn, server, path):
    found = tuple(Export(f"share{number}", *one) for number, one in enumerate(drawn))
    inventory = Inventory(read_at=datetime(2026, 1, 1, tzinfo=UTC), exports=found)
    mount = MountSet(MountPoint(server, path), Resolved(), lambda path: frozenset())
    reached = [one.file_system for one in mount.reach(inventory).exports]
    same = {text: [one for one in found if text in one.paths] for text in (path, path.replace("%20", " "))}
    here = same[path] or same[path.replace("%20", " ")]
    comparable = server != "gone.invalid" and here and here[0].addresses
    assert reached == ([here[0].file_system] if len(here) == 1 and not comparable else [])
