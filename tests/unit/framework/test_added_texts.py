"""The message texts that adapters add (vasa-1.0 7.2, 7.3)."""

import pytest

from vasa_cim.errors import AdapterBroken
from vasa_cim.framework.added_texts import check_texts, joined_texts
from vasa_cim.model.enums import CatalogName

HOT = {"Acme.Hot": "{array} is hot"}


def test_texts_are_english_where_no_locale_is_named():
    found = joined_texts(
        [{"event": HOT, "zh-CN/event": {"Acme.Hot": "{array} 过热"}, "en/alarm": {"Acme.Dust": "dust"}}]
    )
    assert found == {
        ("en", CatalogName.EVENT): HOT,
        ("zh-CN", CatalogName.EVENT): {"Acme.Hot": "{array} 过热"},
        ("en", CatalogName.ALARM): {"Acme.Dust": "dust"},
    }


def test_two_adapters_may_share_a_text():
    assert joined_texts([{"event": HOT}, {"event": HOT}, {}]) == {("en", CatalogName.EVENT): HOT}


BAD = {
    "no mapping": (["event"], "no mapping"),
    "texts that are no mapping": ({"event": ["Acme.Hot"]}, "must map keys to texts"),
    "a text that is none": ({"event": {"Acme.Hot": 5}}, "must map keys to texts"),
    "a key that is none": ({"event": {5: "hot"}}, "must map keys to texts"),
    "a catalog that is none": ({5: HOT}, "adapters may add to"),
    "another catalog": ({"log": HOT}, "adapters may add to"),
    "a catalog in capitals": ({"Event": HOT}, "adapters may add to"),
    "a locale that leaves the folder": ({"../event": HOT}, "adapters may add to"),
    "a locale with a folder in it": ({"de/at/event": HOT}, "adapters may add to"),
    "no locale before the slash": ({"/event": HOT}, "adapters may add to"),
    "English twice": ({"event": HOT, "en/event": HOT}, "given twice"),
    "no English text": ({"de/event": HOT}, "Acme.Hot has no English text"),
    "no English text in that catalog": ({"alarm": HOT, "de/event": HOT}, "Acme.Hot has no English text"),
    "a parameter more": ({"event": HOT, "de/event": {"Acme.Hot": "{array} {much}"}}, "other parameters"),
    "a parameter less": ({"event": HOT, "de/event": {"Acme.Hot": "heiß"}}, "other parameters"),
    "a double quote": ({"event": {"Acme.Hot": 'so "hot"'}}, "double quote"),
    "two lines": ({"event": {"Acme.Hot": "hot\nhot"}}, "line end"),
    "a key with a blank": ({"event": {"Acme Hot": "hot"}}, "no message key"),
    "a text of ours": ({"event": {"VasaCim.StorageLunNew": "mine {resId}"}}, "redefines VasaCim.StorageLunNew"),
    "a text of ours in German": ({"de/alarm": {"Alarm.Object": "{object} {state}"}}, "redefines Alarm.Object"),
}


@pytest.mark.parametrize(("catalogs", "words"), BAD.values(), ids=BAD)
def test_texts_that_cannot_be_used_break_the_adapter_by_name(catalogs, words):
    with pytest.raises(AdapterBroken, match=words) as raised:
        check_texts("acme", catalogs)
    assert raised.value.facts["adapter"] == "acme"


@pytest.mark.parametrize("catalogs", [{}, {"event": HOT, "de/event": {"Acme.Hot": "Heiß: {array}"}, "fault": {}}])
def test_good_texts_pass(catalogs):
    check_texts("acme", catalogs)  # raises if they do not
    assert {key for texts in joined_texts([catalogs]).values() for key in texts} <= {"Acme.Hot"}
