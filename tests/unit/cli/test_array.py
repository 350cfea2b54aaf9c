"""`vasa-cim array` and `vasa-cim adapter`: what is asked of the provider, and what is shown of its answer."""

import json

import pytest
from click.testing import CliRunner

from vasa_cim.cli.main import commands
from vasa_cim.control.server import ControlServer
from vasa_cim.errors import CommandRefused

SHOWN = {
    "name": "left",
    "url": "https://left:5989",
    "user": "smis",
    "origin": "added",
    "adapters": None,
    "checks_logins": True,
    "read_at": "2026-03-01T12:00:00+00:00",
    "age_seconds": 12.3,
    "error": None,
    "arrays": 1,
    "luns": 20,
    "left_out": [],
}


@pytest.fixture
def provider(tmp_path):
    """A provider that notes what it is asked for and answers what the test says."""

    class Provider:
        def __init__(self):
            self.asked, self.answer = [], None

        def run(self, *arguments, **options):
            return CliRunner().invoke(commands, [*arguments, "--data", str(tmp_path)], **options)

    made = Provider()

    def perform(command, arguments, is_wanted):
        made.asked.append((command, arguments))
        if isinstance(made.answer, Exception):
            raise made.answer
        return made.answer

    server = ControlServer(tmp_path, perform)
    yield made
    server.close()


def test_every_option_of_add_reaches_the_provider_as_a_source_table(provider, tmp_path):
    provider.answer = SHOWN
    (tmp_path / "secret").write_text("s3cret\n")
    options = ["--name", "left", "--user", "smis", "--password-file", str(tmp_path / "secret"), "--thumbprint", "ab"]
    options += ["--insecure", "--namespace", "root/x", "--adapter", "block", "--adapter", "file", "--force"]
    options += ["--option", "timeout=2.5", "--option", "masking=open", "--option", "quirks={ x = true }"]
    done = provider.run("array", "add", "https://left:5989", "--ca", "ca.pem", *options)
    assert done.exit_code == 0, done.output
    ((command, asked),) = provider.asked
    assert (command, asked["force"]) == ("array add", True)
    ca = asked["source"].pop("ca")
    assert ca.startswith("/")  # the provider stands in another directory
    assert ca.endswith("/ca.pem")
    assert asked["source"] == {
        "name": "left",
        "url": "https://left:5989",
        "user": "smis",
        "password": "s3cret",
        "thumbprint": "ab",
        "insecure": True,
        "namespace": "root/x",
        "adapters": ["block", "file"],
        "timeout": 2.5,
        "masking": "open",
        "quirks": {"x": True},
    }


def test_without_a_name_it_is_the_host_and_what_is_not_given_is_not_sent(provider):
    provider.answer = SHOWN
    assert provider.run("array", "add", "https://[::1]:5989").exit_code == 0
    assert provider.asked == [("array add", {"source": {"name": "::1", "url": "https://[::1]:5989"}, "force": False})]


ANSWERS = [
    ({}, ["left was added: 1 array, 20 LUNs", "left checks the logins of vCenters"]),
    ({"arrays": 2, "luns": 1, "checks_logins": False}, ["left was added: 2 arrays, 1 LUN"]),
    ({"read_at": None, "checks_logins": False}, ["left was added; it has not been read yet"]),
    (
        {"left_out": ["A", "B"], "checks_logins": False},
        ["left was added: 1 array, 20 LUNs", "left out, as another source has them too: A, B"],
    ),
]


@pytest.mark.parametrize(("changed", "lines"), ANSWERS)
def test_what_was_added_is_told(provider, changed, lines):
    provider.answer = SHOWN | changed
    assert provider.run("array", "add", "https://left:5989").output.splitlines() == lines


WRONG = [
    ("no host", ["array"], "names no host"),
    ("a password file without a user", ["https://a", "--password-file", "x"], "no meaning without --user"),
    ("a password on the command line", ["https://a", "--option", "password=x"], "--option"),
    ("an option without a value", ["https://a", "--option", "x"], "is not KEY=VALUE"),
    ("no terminal", ["https://a", "--user", "u"], "no terminal"),
]


@pytest.mark.parametrize(("arguments", "words"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_what_is_wrong_is_not_asked_for(provider, arguments, words):
    done = provider.run("array", "add", *arguments)
    assert words in str(done.exception)
    assert provider.asked == []


def test_the_list_as_a_table_and_as_json(provider):
    trouble = {"name": "r", "age_seconds": None, "error": "it is down", "left_out": ["A"], "checks_logins": False}
    provider.answer = [SHOWN, SHOWN | trouble]
    titles, *rows = (line.split(maxsplit=5) for line in provider.run("array", "list").output.splitlines())
    assert titles[:5] == ["NAME", "URL", "FROM", "ARRAYS", "LUNS"]
    assert rows[0] == ["left", "https://left:5989", "added", "1", "20", "12 s ago  checked here"]
    assert rows[1][5].split(maxsplit=1) == ["never", "it is down; left out, as another source has them: 1"]
    assert json.loads(provider.run("array", "list", "--output", "json").output) == provider.answer
    provider.answer = []
    assert "no source yet" in provider.run("array", "list").output


REMOVED = [
    ({"logins": "right", "logins_moved": True}, "right checks the logins of vCenters from now on"),
    ({"logins": None, "logins_moved": True}, "Nobody can log in any more"),
    ({"logins": "right", "logins_moved": False}, None),
]


@pytest.mark.parametrize(("answer", "words"), REMOVED)
def test_who_checks_logins_after_a_removal_is_told_if_it_changed(provider, answer, words):
    provider.answer = {"name": "left", **answer}
    told = provider.run("array", "remove", "left").output.splitlines()
    assert told[0] == "left was removed"
    assert [words in line for line in told[1:]] == ([True] if words else [])


def test_the_commands_about_adapters(provider):
    provider.answer = [
        {"name": "b", "state": "loaded", "class": "m:B", "offers": ["X", "Y"], "sources": ["s", "t"]},
        {"name": "j", "state": "unloaded", "class": None, "offers": [], "sources": []},
    ]
    rows = [line.split() for line in provider.run("adapter", "list").output.splitlines()]
    assert rows[1:] == [["b", "loaded", "X,", "Y", "s,", "t", "m:B"], ["j", "unloaded"]]
    assert json.loads(provider.run("adapter", "list", "--output", "json").output) == provider.answer
    provider.answer = {"name": "j", "sources": []}
    assert provider.run("adapter", "load", "j").output == "j was loaded; it serves: no source\n"
    provider.answer = {"name": "j", "sources": ["s", "t"]}
    assert provider.run("adapter", "unload", "j").output == "j was unloaded; it served: s, t\n"
    assert [each for each, _ in provider.asked[2:]] == ["adapter load", "adapter unload"]


def test_a_refusal_is_the_providers_sentence(provider):
    provider.answer = CommandRefused(reason="the name 'left' is taken; give another one")
    done = provider.run("array", "add", "https://left:5989")
    assert str(done.exception) == "the name 'left' is taken; give another one"
