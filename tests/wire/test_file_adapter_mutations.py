"""What a NAS answers, changed in several places: shares stay sound or are left out; nothing else comes to light."""

import random

import pytest

import mock_cimom
from mock_cimom.estate import file_names
from mock_cimom.estate.description import SMALLEST, EstateDescription, Kind
from vasa_cim.adapter import Reading, Source
from vasa_cim.adapters.file.adapter import FileAdapter
from vasa_cim.adapters.file.path_register import PathRegister
from vasa_cim.adapters.file.resolver import Resolver
from vasa_cim.cim.connection import Connection
from vasa_cim.cim.rows import ObjectName, Row
from vasa_cim.errors import SourceError
from vasa_cim.framework.usage_filter import visible_inventory
from vasa_cim.model.identifiers import entity_type_of
from vasa_cim.model.usage_context import MountPoint, UsageContext

ROUNDS = 60
CHANGES_PER_ROUND = 12
GARBAGE = (
    None,
    "",
    " ",
    "/",
    "..",
    "größe\U0001f5c4",
    "x" * 300,
    -1,
    0,
    7,
    65535,
    2**70,
    True,
    (),
    (None,),
    (-1, 99),
    ("", "x"),
)


class Answers:
    """What a CIMOM answered, by operation, namespace and class; once `held`, it answers itself."""

    def __init__(self):
        self.known = {}
        self.held = False
        self.changed = {}

    def put_in_place_of(self, patch, name):
        original = getattr(Connection, name)

        def answer(connection, namespace, class_name, *rest):
            key = (name, namespace, class_name)
            if not self.held:
                self.known[key] = list(original(connection, namespace, class_name, *rest))
            yield from self.changed.get(key, self.known.get(key, []))

        patch.setattr(Connection, name, answer)


@pytest.fixture(scope="module", params=[Kind.NAS, Kind.UNIFIED], ids=lambda kind: kind.value)
def answers(request):
    made = Answers()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("enumerate_instances", "enumerate_names"):
            made.put_in_place_of(patch, name)
        with mock_cimom.running(EstateDescription((SMALLEST[request.param],))) as cimom:
            source = Source(name="s", url=cimom.url, user=cimom.user, password=cimom.password)
            adapter = FileAdapter(source, resolver=Resolver(lambda name: []), register=PathRegister())
            whole = adapter.read(Reading())
            made.held = True
            yield made, adapter, whole
            adapter.close()


def changed_name(name, chance):
    bindings = dict(name.bindings)
    key = chance.choice(sorted(bindings))
    kind = chance.randrange(3)
    if kind == 0:
        del bindings[key]
    elif isinstance(bindings[key], ObjectName):
        bindings[key] = changed_name(bindings[key], chance) if bindings[key].bindings else bindings[key]
    else:
        bindings[key] = chance.choice(["", "elsewhere", bindings[key].upper(), "A" * 400])
    class_name = chance.choice([name.class_name, name.class_name.upper(), name.class_name.lower(), "X"])
    return ObjectName(class_name, bindings, name.namespace)


def changed(answer, chance):
    """Return a row or name with one thing changed."""
    if isinstance(answer, ObjectName):
        return changed_name(answer, chance) if answer.bindings else answer
    values = dict(answer._values)
    if values and chance.random() < 0.7:
        values[chance.choice(sorted(values))] = chance.choice(GARBAGE)
        return Row(answer.name, values)
    return Row(changed_name(answer.name, chance) if answer.name.bindings else answer.name, values)


def mutated(known, chance):
    found = {}
    keys = [key for key in sorted(known) if known[key]]
    for key in chance.choices(keys, k=CHANGES_PER_ROUND):
        rows = list(found.get(key, known[key]))
        if rows:
            place = chance.randrange(len(rows))
            kind = chance.randrange(5)
            if kind == 0:
                del rows[place]
            elif kind == 1:
                rows.append(changed(rows[place], chance))
            elif kind == 2:
                rows = []
            else:
                rows[place] = changed(rows[place], chance)
        found[key] = rows
    return found


def assert_sound(found):
    assert set(found.capability_of) == set(found.file_systems)
    assert set(found.capability_of.values()) <= set(found.capabilities)
    assert {export.file_system for export in found.exports} == set(found.file_systems)
    children = [child for several in found.file_systems_of_array.values() for child in several]
    assert sorted(children) == list(found.file_systems)
    assert set(found.file_systems_of_array) <= set(found.arrays)
    assert set(found.processors_of_array) == set(found.arrays)
    for identifier, one in found.file_systems.items():
        assert entity_type_of(identifier) == "StorageFileSystem"
        assert one.file_system_info
        assert all(info.file_server_name.strip() and info.file_system_path for info in one.file_system_info)


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_changed_answers_give_sound_shares_or_an_error(answers, seed):
    held, adapter, _ = answers
    held.changed = mutated(held.known, random.Random(seed))
    try:
        found = adapter.read(Reading())
    except SourceError:
        return
    assert_sound(found)
    foreign = MountPoint("10.200.0.1", "/exports/ds1")
    usage = UsageContext(mount_points=(foreign,))
    shown = visible_inventory(found, usage, [adapter.entry_set(foreign).reach(found)]).file_systems
    lonely = [one for one in found.exports if "/exports/ds1" in one.paths and not one.addresses]
    assert set(shown) <= {one.file_system for one in lonely}


def test_unchanged_answers_give_what_was_read(answers):
    held, adapter, whole = answers
    held.changed = {}
    again = adapter.read(Reading())
    assert (again.file_systems, again.arrays, again.exports) == (whole.file_systems, whole.arrays, whole.exports)
    assert any(file_names.server_host_name(1, 1) in export.names for export in again.exports)
