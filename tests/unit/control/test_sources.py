"""Adding, listing and removing sources of a running provider."""

import threading

import pytest

from vasa_cim.adapter import Source
from vasa_cim.errors import CommandRefused, ConfigurationError, SourceRefused

HANG = 60


def engines_closed(site, name):
    return [each.ended.is_set() for each in site.shelf.adapters if each.source.name == name]


def test_an_added_source_was_read_is_shown_and_is_stored_with_its_password(site, arrays, password):
    site.shelf.at["https://a:1"] = arrays("A1", "A2")
    found = site.add("a", user="smis", password=password, timeout=5, adapters=["plain"])
    assert (found["name"], found["arrays"], found["error"], found["origin"]) == ("a", 2, None, "added")
    assert found["checks_logins"]
    assert site.facade.sources() == ("a",)
    assert len(site.facade.vendor_adapter("a").inventory().arrays) == 2
    (kept,) = site.store.all()
    assert kept.trouble is None
    assert kept.source == Source(
        name="a", url="https://a:1", user="smis", password=password, options={"timeout": 5}, adapters=("plain",)
    )


def test_the_texts_of_messages_come_and_go_with_a_source_and_its_adapter(site):
    gold = {"event": {"Gold.Melts": "gold"}}
    site.add("a", force=True, adapters=["gold"])
    assert site.texts[-1] == [gold]
    site.add("b", force=True, adapters=["plain"])
    site.sources.remove("a")
    assert gold not in site.texts[-1]


def test_what_an_operator_is_shown_holds_no_password(site, arrays, password):
    site.shelf.at["https://a:1"] = arrays("A1")
    assert password not in f"{site.add('a', user='smis', password=password)} {site.sources.describe()}"


TROUBLES = [
    ("nobody listens", None, {}, "a cannot be reached: nobody listens"),
    ("a wrong password", "A1", {"user": "smis", "password": "wrong"}, "a refused user or password"),
    ("no array", "", {}, "no array was found behind it"),
]


@pytest.mark.parametrize(
    ("name", "table", "words"), [case[1:] for case in TROUBLES], ids=[case[0] for case in TROUBLES]
)
def test_a_source_that_cannot_be_read_is_not_added_unless_it_is_forced(site, arrays, name, table, words):
    site.shelf.at["https://a:1"] = None if name is None else arrays(*name.split())
    with pytest.raises(CommandRefused, match=words):
        site.add("a", **table)
    assert (site.names(), site.store.all(), site.facade.sources()) == ([], [], ())
    assert all(engines_closed(site, "a"))
    site.add("a", force=True, **table)
    assert site.names() == ["a"]


def test_a_source_that_hangs_is_given_up_when_its_time_is_over_and_when_nobody_waits(make_site):
    site = make_site(trial_seconds=0.0)
    site.shelf.at["https://a:1"] = threading.Event()
    with pytest.raises(CommandRefused, match="could not be read within 0 seconds"):
        site.add("a")
    patient = make_site(trial_seconds=600.0)
    asked = iter([True, False])
    with pytest.raises(CommandRefused, match="nobody waits"):
        patient.add("a", is_wanted=lambda: next(asked))
    assert all(engines_closed(patient, "a"))


def test_one_that_nobody_waits_for_any_more_is_not_added_although_it_answered(site, arrays):
    site.shelf.at["https://a:1"] = arrays("A1")
    with pytest.raises(CommandRefused, match="nobody waits"):
        site.add("a", is_wanted=lambda: False)
    assert site.names() == []


def refused_add(site, name, is_wanted):
    with pytest.raises(CommandRefused):
        site.add(name, is_wanted=is_wanted)


def test_a_name_is_taken_by_a_source_and_by_one_on_trial(make_site, arrays):
    site = make_site(Source(name="c", url="https://c:1"))
    site.shelf.at = {"https://a:1": threading.Event(), "https://b:1": arrays("B1")}
    site.add("b")
    for name in ("b", "c"):
        with pytest.raises(CommandRefused, match="taken"):
            site.add(name, url="https://b:1")
    on_trial, release = threading.Event(), threading.Event()

    def is_wanted():
        on_trial.set()
        return not release.is_set()

    first = threading.Thread(target=refused_add, args=(site, "a", is_wanted))
    first.start()
    assert on_trial.wait(HANG)
    with pytest.raises(CommandRefused, match="taken"):
        site.add("a", url="https://b:1")
    release.set()
    first.join(HANG)
    site.add("a", url="https://b:1")
    assert site.names() == ["c", "b", "a"]


def test_others_can_be_added_and_removed_during_a_trial(site, arrays):
    site.shelf.at = {"https://slow:1": threading.Event(), "https://b:1": arrays("B1")}
    on_trial, release = threading.Event(), threading.Event()

    def is_wanted():
        on_trial.set()
        return not release.is_set()

    slow = threading.Thread(target=refused_add, args=(site, "slow", is_wanted))
    slow.start()
    assert on_trial.wait(HANG)
    site.add("b")
    assert site.names() == ["b"]
    site.sources.remove("b")
    assert slow.is_alive()
    release.set()
    slow.join(HANG)


def test_many_operators_at_once_leave_store_and_facade_in_step(site, arrays):
    site.shelf.at = {f"https://{name}:1": arrays(name) for name in "abcd"}

    def operate():
        for name in "abcd":
            try:
                site.add(name)
                site.sources.remove(name)
                site.add(name)
            except CommandRefused:
                continue

    operators = [threading.Thread(target=operate) for _ in range(3)]
    for each in operators:
        each.start()
    for each in operators:
        each.join(HANG)
    stored = {each.source.name for each in site.store.all()}
    assert stored == set(site.facade.sources()) == set(site.names())


def test_a_removed_source_is_gone_everywhere_and_its_notes_with_it(site, arrays, make_notes):
    site.shelf.at["https://a:1"] = arrays("A1")
    site.add("a")
    make_notes("a").put("masking/A1", "open")
    assert site.sources.remove("a") == {"name": "a", "logins": None, "logins_moved": True}
    assert (site.names(), site.store.all(), site.facade.sources()) == ([], [], ())
    assert all(engines_closed(site, "a"))
    assert make_notes("a").get("masking/A1") is None
    with pytest.raises(CommandRefused, match="no source is named 'a'; there are: none"):
        site.sources.remove("a")


def test_a_failed_trial_leaves_no_notes(site, make_notes):
    make_notes("a").put("left over", "x")
    with pytest.raises(CommandRefused):
        site.add("a")
    assert make_notes("a").get("left over") is None


def test_a_source_of_the_configuration_is_not_removed(make_site):
    site = make_site(Source(name="c", url="https://c:1"))
    with pytest.raises(CommandRefused, match="comes from the configuration"):
        site.sources.remove("c")
    assert site.names() == ["c"]
    site.store.add(Source(name="c", url="https://old:1"))
    with pytest.raises(CommandRefused, match="is removed"):
        site.sources.remove("c")
    assert site.store.all() == []


def test_who_checks_logins_is_told_when_it_changes(site, arrays, password):
    for name in "ab":
        site.shelf.at[f"https://{name}:1"] = arrays(name)
        site.add(name)
    assert [each["checks_logins"] for each in site.sources.describe()] == [True, False]
    assert site.authenticator.log_in("smis", password, "192.0.2.1")
    assert site.sources.remove("a") == {"name": "a", "logins": "b", "logins_moved": True}
    assert site.authenticator.log_in("smis", password, "192.0.2.1")
    site.add("a")
    assert site.sources.remove("a") == {"name": "a", "logins": "b", "logins_moved": False}


def test_a_source_that_auth_source_names_is_not_removed(make_site, arrays):
    site = make_site()
    site.shelf.at["https://a:1"] = arrays("A1")
    site.add("a")
    chosen = site.authenticator = type(site.authenticator)(site.facade, site.sources._clock, "a")
    site.sources._authenticator = chosen
    with pytest.raises(CommandRefused, match="auth_source names it"):
        site.sources.remove("a")


WRONG = [
    ("no URL", {"name": "a", "url": "nowhere"}, ConfigurationError),
    ("a URL with a password", {"name": "a", "url": "https://u:p@a:1"}, ConfigurationError),
    ("no URL at all", {"name": "a"}, ConfigurationError),
    ("an unknown adapter", {"name": "a", "url": "https://a:1", "adapters": ["x"]}, ConfigurationError),
    ("a name with a line end", {"name": "a\nb", "url": "https://a:1"}, CommandRefused),
    ("a name with a blank at its end", {"name": "a ", "url": "https://a:1"}, CommandRefused),
    ("a name that is too long", {"name": "a" * 300, "url": "https://a:1"}, ConfigurationError),
    ("a password that is no text", {"name": "a", "url": "https://a:1", "password": 1}, ConfigurationError),
]


@pytest.mark.parametrize(("table", "kind"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_what_is_wrong_is_refused_and_leaves_nothing(site, arrays, table, kind):
    site.shelf.at["https://a:1"] = arrays("A1")
    with pytest.raises(kind):
        site.sources.add(table, lambda: True)
    assert (site.names(), site.store.all()) == ([], [])


def test_an_array_that_another_source_has_is_told(site, arrays):
    site.shelf.at = {"https://a:1": arrays("A1"), "https://b:1": arrays("A1", "B1")}
    site.add("a")
    found = site.add("b")
    assert [key.rpartition(":")[2] for key in found["left_out"]] == ["A1"]
    assert found["arrays"] == 2


def test_a_source_whose_login_turns_wrong_later_shows_its_trouble(site):
    site.shelf.at["https://a:1"] = SourceRefused(source="a", reason="expired")
    site.add("a", force=True)
    assert site.facade.vendor_adapter("a").settled(HANG)
    (shown,) = site.sources.describe()
    assert shown["error"] == "a refused user or password: expired"
    assert shown["read_at"] is None
