"""What every adapter must keep, whatever its source: the checks that a third party runs (docs/adapters.md).

Without options it is the example of the guide that is checked.
"""

from contextlib import contextmanager
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from vasa_cim.adapter import ENTRY_POINT_GROUP, Reading, Source
from vasa_cim.client.catalogs import names_in
from vasa_cim.config import read_password
from vasa_cim.framework.adapter_loading import load_adapters
from vasa_cim.framework.added_texts import check_texts
from vasa_cim.model.enums import EntityType
from vasa_cim.model.usage_context import UsageContext

PROJECT = Path(__file__).resolve().parents[1] / "json_adapter"
CONTEXTS = 12


@pytest.fixture
def source(request, install):
    """The keys of the source under test."""
    option = partial(request.config.getoption, default=None)
    if option("--adapter") is None:
        install(PROJECT)
        facts = {"name": "lab", "url": (PROJECT / "array.json").as_uri(), "adapters": ["json"]}
        return {**facts, "user": "admin", "password": "secret"}
    found = {"name": "lab", "url": option("--source"), "adapters": [option("--adapter")]}
    if option("--source-user"):
        found["user"] = option("--source-user")
    if option("--source-password-file"):
        found["password"] = read_password(option("--source-password-file"), "--source-password-file")
    for pair in option("--source-option"):
        key, _, value = pair.partition("=")
        found[key] = {"true": True, "false": False}.get(value, int(value) if value.isdecimal() else value)
    return found


@pytest.fixture
def opened(source):
    """Make the adapter of the source by itself, without a provider."""
    (name,) = source["adapters"]

    @contextmanager
    def opened():
        adapter = load_adapters(entry_points(group=ENTRY_POINT_GROUP, name=name))[name]
        known = {key: source[key] for key in ("name", "url", "user", "password") if key in source}
        options = {key: value for key, value in source.items() if key not in (*known, "adapters")}
        made = adapter(Source(**known, options=options, adapters=(name,)))
        try:
            yield made
        finally:
            made.close()

    return opened


def test_its_inventory_is_sound(opened, judge):
    with opened() as adapter:
        found = adapter.read(Reading())
    assert found.arrays, "it found no array; the other checks would prove nothing"
    assert list(judge.of_inventory(found)) == []


def test_an_unchanged_source_reads_the_same_twice_and_from_anew(opened, judge):
    with opened() as adapter:
        first = adapter.read(Reading())
        second = adapter.read(Reading(previous=first))
    with opened() as adapter:
        third = adapter.read(Reading())
    for name in (*judge.MAPPINGS, *judge.RELATIONS, "capability_of", "pool_of", "views", "exports"):
        assert getattr(first, name) == getattr(second, name) == getattr(third, name), name


def test_it_offers_what_its_arrays_support(opened):
    with opened() as adapter:
        found = adapter.read(Reading())
    for array in found.arrays.values():
        assert set(array.supported_profile) <= adapter.offers


def test_its_texts_can_be_used(opened, source):
    with opened() as adapter:
        check_texts(source["adapters"][0], adapter.catalogs())


def test_each_answer_agrees_with_the_others_in_every_context(source, run_provider, judge):
    with run_provider(source) as provider:
        found = provider_inventory(provider)
        everything = judge.everything_of([found])
        for usage in contexts_of(judge, found):
            seen = judge.picture(provider.client, usage)
            assert list(judge.of_picture(seen)) == [], usage
            assert list(judge.foreign(provider.client, seen, everything)) == [], usage


def test_a_context_sees_what_its_views_hold_and_no_more(source, run_provider, judge):
    with run_provider(source) as provider:
        found = provider_inventory(provider)
        for usage in contexts_of(judge, found):
            seen = judge.picture(provider.client, usage)
            keys = {key for initiator in usage.host_initiators for key in initiator.keys()}  # noqa: SIM118 - no mapping
            views = [view for view in found.views if keys and (view.open_to_all or view.initiators & keys)]
            luns = {lun for view in views for lun in view.luns}
            assert judge.ids_of(seen, EntityType.LUN) == luns, usage
            pairs = {(port, lun) for view in views for port in view.ports for lun in view.luns}
            shown = {(one.entity_id, lun) for one in seen.luns_of_port for lun in one.associated_ids}
            assert shown == pairs, usage


def test_nobody_sees_nothing_but_capabilities(source, run_provider, judge):
    with run_provider(source) as provider:
        seen = judge.picture(provider.client, UsageContext())
        found = provider_inventory(provider)
    for kind in seen.ids:
        assert judge.ids_of(seen, kind) == (set(found.capabilities) if kind is EntityType.CAPABILITY else set())


def test_every_text_is_served_in_every_locale(source, run_provider, opened):
    with opened() as adapter:
        added = adapter.catalogs()
    with run_provider(source) as provider:
        provider.client.set_context(UsageContext())
        texts = {
            (entry.locale, entry.catalog_name.lower()): provider.client.fetch_catalog(entry)
            for entry in provider.client.query_catalog()
        }
    locales = {locale for locale, _ in texts}
    assert {"en"} | {key.partition("/")[0] for key in added if "/" in key} <= locales
    for key, own in added.items():
        locale, _, stem = key.rpartition("/")
        for each in [locale] if locale else locales:
            for name, text in own.items():
                shown = texts[each, stem][name]
                assert set(names_in(shown)) == set(names_in(text))
                assert shown == text or not locale


def provider_inventory(provider):
    provider.client.set_context(UsageContext())  # waits for the first reading
    (found,) = provider.inventories()
    return found


def contexts_of(judge, found):
    initiators = {key for view in found.views for key in view.initiators}
    mounts = {
        (server, path)
        for export in found.exports
        for server in (*export.names, *export.addresses)
        for path in export.paths
    }
    return judge.contexts(initiators, mounts, CONTEXTS, seed=1)
