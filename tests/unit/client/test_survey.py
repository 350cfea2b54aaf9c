"""Several contexts compared (vasa-1.0 5.2)."""

from dataclasses import replace

import pytest

from vasa_cim.client.survey import refused, survey
from vasa_cim.client.sync import register
from vasa_cim.model.usage_context import HostInitiator, MountPoint, UsageContext

ONE, TWO = HostInitiator("1000000000000001"), HostInitiator("10:00:00:00:00:00:00:02")
ALL = UsageContext(host_initiators=(ONE, TWO), vc_guid="guid")
HOSTS = {"esx1": (ONE,), "esx2": (TWO,)}


@pytest.fixture
def look(small, vcenter, identity):
    """Return a function that registers and surveys."""

    def run(hosts=HOSTS):
        register(vcenter, identity, "user", "password")
        return survey(vcenter, ALL, hosts)

    return run


@pytest.fixture
def look_at_shares(small, vcenter, identity):
    """Return a function that surveys a provider with two shares, both of them mounted."""
    small.shares = ["/exports/a", "/exports/b"]

    def run():
        register(vcenter, identity, "user", "password")
        mounts = tuple(MountPoint("nas", path) for path in small.shares)
        return survey(vcenter, replace(ALL, mount_points=mounts), HOSTS)

    return run


def failed_names(found):
    return {(check.name, check.context) for check in found.failed}


def names(picture):
    return [lun.display_name for lun in picture.luns]


def test_all_contexts_of_a_consistent_provider(look):
    found = look()
    assert found.failed == []
    assert names(found.whole) == ["L1", "L2", "L3", "L4"]
    assert {host: names(picture) for host, picture in found.hosts.items()} == {
        "esx1": ["L1", "L2", "L3"],
        "esx2": ["L3", "L4"],
    }
    assert names(found.mixed) == ["L1", "L2", "L3"]
    assert (names(found.empty), names(found.unknown)) == ([], [])
    assert (len(found.empty.arrays), len(found.unknown.arrays)) == (0, 1)


def test_without_hosts_there_is_no_mixed_context(look):
    found = look({})
    assert found.mixed is None
    assert found.failed == []


def test_some_hosts_need_not_add_up(look):
    found = look({"esx1": (ONE,)})
    assert found.failed == []
    assert "hosts add up" not in {check.name for check in found.checks}


def test_a_lun_of_others_that_is_shown(look, small):
    def leak(session, right):
        foreign = f"<v:return>{small._lun('lun:1')}</v:return>"
        return foreign if session == {"1000000000000002"} and not right else right

    small.spoiled["queryStorageLuns"] = leak
    assert failed_names(look()) == {("foreign LUNs hidden", "esx2")}


def test_hosts_that_do_not_add_up(look, small):
    right = small._visible

    def less():
        return [one for one in right() if one != 4 or small.session != {"1000000000000002"}]

    small._visible = less
    assert failed_names(look()) == {("hosts add up", "all hosts")}


def test_an_empty_context_that_shows_arrays(look, small):
    right = small._ids
    small._ids = lambda kind: ["array:1"] if kind == "StorageArray" else right(kind)
    assert ("nothing for nobody", "empty") in failed_names(look())


def test_strangers_that_see_luns(look, small):
    small.luns["20000000deadbeef"] = [2]
    assert ("no LUNs for strangers", "unknown") in failed_names(look())


def test_luns_open_to_all_are_no_failure(look, small):
    for luns in small.luns.values():
        luns.append(9)
    small.luns["20000000deadbeef"] = [9]
    assert failed_names(look()) == set()


def test_capabilities_that_depend_on_the_context(look, small):
    right = small._ids

    def fewer(kind):
        return [] if kind == "StorageCapability" and not small.session else right(kind)

    small._ids = fewer
    assert ("capabilities for all", "empty") in failed_names(look())


def test_drs_answers_that_differ_by_direction(look, small):
    answers = iter(["true", "false"] * 3)
    small.spoiled["queryDRSMigrationCapabilityForPerformance"] = lambda _session, _right: (
        f"<v:return>{next(answers)}</v:return>"
    )
    assert failed_names(look()) == {("storage DRS", "all hosts")}


def test_trust_begins_and_ends(small, vcenter, identity):
    assert refused(vcenter, "before").passed
    register(vcenter, identity, "user", "password")
    assert refused(vcenter, "after").failures == ("setContext was answered, not refused with InvalidSession",)
    vcenter.unregister_vasa_certificate(identity.certificate())
    assert refused(vcenter, "later").passed


def test_mounts_lead_to_shares_and_initiators_to_luns(look_at_shares):
    found = look_at_shares()
    assert found.failed == []
    assert len(found.whole.file_systems) == len(found.mounts.file_systems) == 2
    assert (len(found.mounts.arrays), len(found.mounts.luns)) == (1, 0)
    assert [len(picture.file_systems) for picture in (*found.hosts.values(), found.unknown)] == [0, 0, 0]


def test_without_mounts_there_is_no_context_of_mounts(look):
    assert look().mounts is None


def test_shares_that_initiators_see(look_at_shares, small):
    right = small._ids

    def leak(kind):
        return [f"fs:{path}" for path in small.shares] if kind == "StorageFileSystem" and small.session else right(kind)

    small._ids = leak
    expected = {("no shares without mounts", label) for label in ("esx1", "esx2", "unknown")}
    assert failed_names(look_at_shares()) == expected


def test_a_share_under_another_name_than_it_was_mounted_by(look_at_shares, small):
    small.spoiled["queryStorageFileSystems"] = lambda _session, right: right.replace(">nas<", ">10.0.0.1<")
    names = {name for name, _ in failed_names(look_at_shares())}
    assert names == {"shares as they were mounted", "one mount, one share"}


def test_luns_that_mounts_show(look_at_shares, small):
    right = small._visible
    small._visible = lambda: [1] if small.mounts and not small.session else right()
    assert ("mounts lead to shares only", "all mounts") in failed_names(look_at_shares())
