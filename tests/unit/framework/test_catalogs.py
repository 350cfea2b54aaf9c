"""The message catalogs (vasa-1.0 7)."""

import re
import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from vasa_cim.errors import ConfigurationError
from vasa_cim.framework import vmsg
from vasa_cim.framework.catalogs import Catalogs
from vasa_cim.framework.messages import SENDABLE
from vasa_cim.model.enums import CatalogName
from vasa_cim.store.settings import SettingsStore

URIS = {f"/vasa/catalog/en/{stem}.vmsg" for stem in ("event", "alarm", "fault")}


@pytest.fixture
def settings(database):
    return SettingsStore(database)


@pytest.fixture
def directory(tmp_path):
    """A copy of the shipped catalogs that a test may change."""
    copy = tmp_path / "catalog"
    shutil.copytree(Path(str(files("vasa_cim.framework.catalog"))) / "en", copy / "en")
    return copy


@pytest.fixture
def make(settings, clock, directory):
    return lambda *extra: Catalogs(settings, clock, extra=extra, directory=directory)


def test_the_shipped_catalogs_are_complete(settings, clock):
    catalogs = Catalogs(settings, clock)
    catalogs.check_catalogs()
    assert {each.catalog_uri for each in catalogs.entries()} == URIS
    assert {each.catalog_name for each in catalogs.entries()} == set(CatalogName)


def test_an_entry_has_what_a_client_needs_to_fetch_its_file(make, clock):
    for entry in make().entries():
        assert entry.locale == "en"
        assert re.fullmatch(r"\d+(\.\d+)+", entry.catalog_version)
        assert entry.last_modified == clock.now()
        assert re.fullmatch(r"\S+", entry.module_name)


def test_every_listed_file_is_served_and_no_other(make):
    catalogs = make()
    for entry in catalogs.entries():
        file = catalogs.file(entry.catalog_uri)
        assert file.last_modified == entry.last_modified
        texts = vmsg.parse(file.content.decode("utf-8"), entry.catalog_uri)
        assert SENDABLE[entry.catalog_name].keys() <= texts.keys()
    for path in (
        "/vasa/catalog/en/",
        "/vasa/catalog/en/../en/event.vmsg",
        "/vasa/catalog/en/other.vmsg",
        "",
        "/etc/passwd",
    ):
        assert catalogs.file(path) is None


def test_each_of_the_six_kinds_has_its_three_events():
    assert len(SENDABLE[CatalogName.EVENT]) == 6 * 3 + 1
    assert SENDABLE[CatalogName.EVENT]["VasaCim.StorageFileSystemDelete"] == {"resId"}


def test_version_and_time_are_the_same_after_a_restart_and_rise_with_a_change(make, clock, directory):
    before = {each.catalog_uri: each for each in make().entries()}
    clock.turn(3600.7)
    assert {each.catalog_uri: each for each in make().entries()} == before
    with (directory / "en" / "event.vmsg").open("a") as file:
        file.write('VasaCim.More = "more"\n')
    after = {each.catalog_uri: each for each in make().entries()}
    changed = [uri for uri, entry in after.items() if entry != before[uri]]
    assert changed == ["/vasa/catalog/en/event.vmsg"]
    entry = after[changed[0]]
    assert (before[changed[0]].catalog_version, entry.catalog_version) == ("1.0", "1.1")
    assert entry.last_modified == clock.now().replace(microsecond=0)


def test_a_comment_changes_nothing_that_a_client_sees(make, directory):
    before = make().entries()
    with (directory / "en" / "event.vmsg").open("a") as file:
        file.write("# a remark\n")
    assert make().entries() == before


def test_texts_of_adapters_are_added_in_every_locale(make, directory):
    shutil.copytree(directory / "en", directory / "de")
    catalogs = make({"event": {"Acme.Hot": "{array} is hot"}}, {"event": {"Acme.Hot": "{array} is hot"}, "alarm": {}})
    catalogs.check_catalogs()
    assert len(catalogs.entries()) == 6
    for locale in ("en", "de"):
        assert b'Acme.Hot = "{array} is hot"\n' in catalogs.file(f"/vasa/catalog/{locale}/event.vmsg").content


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ([{"event": {"VasaCim.StorageLunNew": "mine"}}], "redefines VasaCim.StorageLunNew"),
        ([{"event": {"Acme.Hot": "hot"}}, {"event": {"Acme.Hot": "cold"}}], "two adapters"),
        ([{"log": {"Acme.Hot": "hot"}}], "adapters may add to"),
        ([{"event": {"Acme.Hot": 'so "hot"'}}], "double quote"),
        ([{"event": {"Acme Hot": "hot"}}], "no message key"),
    ],
    ids=["a text of ours", "two that differ", "another file", "a quote", "a bad key"],
)
def test_texts_of_adapters_that_cannot_be_used(make, extra, words):
    with pytest.raises(ConfigurationError, match=words):
        make(*extra)


GERMAN = {"event": {"Acme.Hot": "{array} is hot", "Acme.Cold": "cold"}, "de/event": {"Acme.Hot": "{array} ist heiß"}}


def served(catalogs, locale, stem):
    return vmsg.parse(catalogs.file(f"/vasa/catalog/{locale}/{stem}.vmsg").content.decode("utf-8"), stem)


def test_a_locale_of_an_adapter_is_offered_whole_with_english_where_it_has_no_text(make):
    catalogs = make(GERMAN)
    catalogs.check_catalogs()
    assert [(each.locale, each.catalog_name) for each in catalogs.entries()] == [
        (locale, name) for locale in ("de", "en") for name in CatalogName
    ]
    german = served(catalogs, "de", "event")
    assert (german["Acme.Hot"], german["Acme.Cold"]) == ("{array} ist heiß", "cold")
    assert german["VasaCim.System"] == "{msg}"
    assert served(catalogs, "en", "event")["Acme.Hot"] == "{array} is hot"
    assert served(catalogs, "de", "fault") == served(catalogs, "en", "fault")


def test_texts_of_an_adapter_loaded_later_come_and_go_with_it(make, clock):
    catalogs = make()
    before = {each.catalog_uri: each for each in catalogs.entries()}
    clock.turn(60)
    catalogs.set_extra([GERMAN])
    during = {each.catalog_uri: each for each in catalogs.entries()}
    assert len(during) == 6
    changed = during["/vasa/catalog/en/event.vmsg"]
    assert (changed.catalog_version, changed.last_modified) == ("1.1", clock.now())
    assert during["/vasa/catalog/en/alarm.vmsg"] == before["/vasa/catalog/en/alarm.vmsg"]
    clock.turn(60)
    catalogs.set_extra([])
    after = {each.catalog_uri: each for each in catalogs.entries()}
    assert after.keys() == before.keys()
    assert after["/vasa/catalog/en/event.vmsg"].catalog_version == "1.2"
    assert catalogs.file("/vasa/catalog/de/event.vmsg") is None
    assert "Acme.Hot" not in served(catalogs, "en", "event")


def test_the_same_texts_again_change_nothing(make, clock):
    catalogs = make(GERMAN)
    before = catalogs.entries()
    clock.turn(60)
    catalogs.set_extra([GERMAN, GERMAN])  # one adapter at two sources
    assert catalogs.entries() is before


@pytest.mark.parametrize("bad", [{"event": {"Acme.Hot": "other"}}, {"log": {}}, {"de/event": {"Acme.New": "neu"}}])
def test_texts_that_cannot_be_used_leave_those_of_before(make, bad):
    catalogs = make(GERMAN)
    before = catalogs.entries()
    with pytest.raises(ConfigurationError):
        catalogs.set_extra([GERMAN, bad])
    assert catalogs.entries() is before
    assert served(catalogs, "de", "event")["Acme.Hot"] == "{array} ist heiß"


def drop_key(directory):
    file = directory / "en" / "alarm.vmsg"
    file.write_text("\n".join(line for line in file.read_text().splitlines() if "ThinProvisioned" not in line))


def add_parameter(directory):
    file = directory / "en" / "fault.vmsg"
    file.write_text(file.read_text().replace("{limit}", "{limit} of {total}"))


def half_a_locale(directory):
    shutil.copytree(directory / "en", directory / "fr")
    drop_key(directory)
    (directory / "fr" / "alarm.vmsg").write_bytes((directory / "en" / "alarm.vmsg").read_bytes())
    shutil.copytree(files("vasa_cim.framework.catalog") / "en", directory / "en", dirs_exist_ok=True)


def no_english(directory):
    (directory / "en").rename(directory / "de")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (drop_key, "en/alarm: Alarm.ThinProvisioned has no text"),
        (add_parameter, "en/fault: Fault.TooManySessions shows total"),
        (half_a_locale, "fr/alarm: Alarm.ThinProvisioned has no text"),
        (no_english, "no locale en"),
    ],
)
def test_the_check_at_start_names_what_is_missing(make, directory, spoil, words):
    spoil(directory)
    with pytest.raises(ConfigurationError, match=words):
        make().check_catalogs()


def test_a_locale_without_a_file_is_refused(make, directory):
    (directory / "en" / "fault.vmsg").unlink()
    with pytest.raises(ConfigurationError, match="en/fault"):
        make()
