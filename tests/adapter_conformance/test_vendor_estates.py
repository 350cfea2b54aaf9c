"""What must hold on the arrays of others (tests/estates), whatever is right of each: answers agree, nothing leaks."""

import importlib.util
from pathlib import Path

import pytest

import mock_cimom
from vasa_cim.model.enums import EntityType

ESTATES = Path(__file__).resolve().parents[1] / "estates"
SCRIPTS = sorted(one for one in ESTATES.glob("*.py") if one.name != "estate_builder.py")
CONTEXTS = 3


def namespace_of(script):
    spec = importlib.util.spec_from_file_location(f"conformance_{script.stem}", script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.NAMESPACE


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_answers_agree_and_nothing_leaks(script, run_provider, judge):
    with mock_cimom.running(None, mock_files=[script], default_namespace=namespace_of(script)) as cimom:
        source = {"name": script.stem, "url": cimom.url, "user": cimom.user, "password": cimom.password}
        for scope in ("context", "associated"):
            with run_provider(source, array_scope=scope) as provider:
                look_around(provider, judge)


def look_around(provider, judge):
    (found,) = provider.inventories()
    assert list(judge.of_inventory(found)) == []
    everything = judge.everything_of([found])
    initiators = {key for view in found.views for key in view.initiators}
    mounts = {(server, path) for export in found.exports for server in export.addresses for path in export.paths}
    for usage in judge.contexts(initiators, mounts, CONTEXTS, seed=1):
        seen = judge.picture(provider.client, usage)
        assert list(judge.of_picture(seen, has_ports=bool(found.ports))) == [], usage
        assert list(judge.foreign(provider.client, seen, everything)) == [], usage
        assert judge.ids_of(seen, EntityType.LUN) == luns_of(found, usage), usage


def luns_of(found, usage):
    keys = {key for initiator in usage.host_initiators for key in initiator.keys()}  # noqa: SIM118 - no mapping
    views = [view for view in found.views if keys and (view.open_to_all or view.initiators & keys)]
    return {lun for view in views for lun in view.luns}
