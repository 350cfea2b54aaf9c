"""vasa-1.0 section 7: the list of catalogs and the files behind it."""

import email.utils
import re
from datetime import datetime

import pytest

LINE = re.compile(r'(?P<key>[\x21-\x7e]+?)\s*=\s*(?:"(?P<quoted>[^"]*)"|(?P<plain>[^"]*))')


@pytest.fixture(scope="module")
def catalogs(everything, soap):
    fields = ("catalogName", "catalogUri", "catalogVersion", "lastModified", "locale", "moduleName")
    answer = everything.call("queryCatalog")
    return [{name: element.findtext(f"{{{soap.D}}}{name}") for name in fields} for element in answer.returns]


def texts(anonymous, catalog):
    """Fetch and read one catalog: key to text."""
    answer = anonymous.request("GET", catalog["catalogUri"])
    assert answer.status == 200
    found = {}
    for line in answer.body.decode("utf-8").splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            match = LINE.fullmatch(line.strip())
            assert match, line
            assert match["key"] not in found, line
            found[match["key"]] = match["quoted"] if match["quoted"] is not None else match["plain"]
    return found


def test_every_locale_has_every_catalog_once(catalogs):
    pairs = [(catalog["locale"], catalog["catalogName"]) for catalog in catalogs]
    locales = {locale for locale, _ in pairs}
    assert "en" in locales
    assert sorted(pairs) == sorted((locale, name) for locale in locales for name in ("Alarm", "Event", "Fault"))


def test_fields_are_filled(catalogs):
    for catalog in catalogs:
        assert re.fullmatch(r"/[!-~]+", catalog["catalogUri"])
        assert re.fullmatch(r"\d+(\.\d+)+", catalog["catalogVersion"])
        assert re.fullmatch(r"\S+", catalog["moduleName"])
    assert len({catalog["moduleName"] for catalog in catalogs}) == 1
    assert len({catalog["catalogUri"] for catalog in catalogs}) == len(catalogs)


def test_files_are_fetched_by_anybody(anonymous, catalogs):
    for catalog in catalogs:
        answer = anonymous.request("GET", catalog["catalogUri"])
        assert answer.status == 200
        assert answer.headers.get_content_type() == "text/plain"
        assert answer.headers.get_content_charset().lower() == "utf-8"
        assert texts(anonymous, catalog)


def test_the_times_of_list_and_file_are_one(anonymous, catalogs):
    for catalog in catalogs:
        answer = anonymous.request("GET", catalog["catalogUri"])
        told = datetime.fromisoformat(catalog["lastModified"])
        assert told.tzinfo is not None
        assert email.utils.parsedate_to_datetime(answer.headers["Last-Modified"]) == told.replace(microsecond=0)


def test_keys_are_the_same_in_every_locale_and_the_common_one_is_there(anonymous, catalogs):
    for name in ("Alarm", "Event", "Fault"):
        read = [texts(anonymous, catalog) for catalog in catalogs if catalog["catalogName"] == name]
        assert all(found.keys() == read[0].keys() for found in read)
    (alarm,) = [one for one in catalogs if (one["catalogName"], one["locale"]) == ("Alarm", "en")]
    assert "{state}" in texts(anonymous, alarm)["Alarm.ThinProvisioned"]


def test_config_events_of_every_kind_have_a_text(anonymous, catalogs):
    """7.3: all six types, three changes each."""
    (event,) = [one for one in catalogs if (one["catalogName"], one["locale"]) == ("Event", "en")]
    keys = texts(anonymous, event)
    for kind in ("Array", "Processor", "Port", "Lun", "FileSystem", "Capability"):
        for change in ("New", "Update", "Delete"):
            assert any(key.endswith(f"Storage{kind}{change}") for key in keys), (kind, change)


@pytest.mark.parametrize(
    "step",
    [
        "../../../../../../etc/passwd",
        "..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
        "%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "..\\..\\..\\etc\\passwd",
        "%2fetc%2fpasswd",
        "//etc/passwd",
        "../__init__.py",
        "..%2f__init__.py",
        "",
        ".",
        "%00",
        "nothing.vmsg",
    ],
)
def test_nothing_else_is_served(anonymous, catalogs, step):
    for folder in {catalog["catalogUri"].rpartition("/")[0] for catalog in catalogs}:
        answer = anonymous.request("GET", f"{folder}/{step}")
        assert answer.status in (400, 403, 404, 405)


def test_catalogs_are_read_only(anonymous, catalogs):
    for method in ("POST", "PUT", "DELETE"):
        assert anonymous.request(method, catalogs[0]["catalogUri"], b"x").status in (404, 405)
