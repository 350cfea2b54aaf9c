"""Settings: file, environment and command line, and what each says when it is wrong."""

import pytest

from vasa_cim.config import SETTINGS, default_data_directory, load
from vasa_cim.errors import ConfigurationError


def write(path, text):
    path.write_text(text, "utf-8")
    return path


def test_command_line_beats_environment_beats_file(tmp_path):
    file = write(tmp_path / "s.toml", 'port = 1\nhost = "file"\nlog_level = "debug"')
    settings = load(file, {"VASA_CIM_PORT": "2", "VASA_CIM_HOST": "env"}, {"port": "3"})
    assert (settings["port"], settings["host"], settings["log_level"]) == (3, "env", "debug")


def test_one_cimom_by_options(tmp_path):
    secret = write(tmp_path / "p", "s3cret\nignored\n")
    settings = load(
        None,
        {},
        {"cimom": "https://array:5989", "cimom_user": "u", "cimom_password_file": str(secret), "cimom_insecure": True},
    )
    (source,) = settings.sources
    assert (source.name, source.url, source.user, source.password) == ("cimom", "https://array:5989", "u", "s3cret")
    assert source.options == {"insecure": True}
    assert "s3cret" not in repr(source)


def test_sources_of_the_file_with_paths_beside_it(tmp_path):
    write(tmp_path / "pw", "x")
    file = write(
        tmp_path / "s.toml",
        '[[source]]\nname = "a"\nurl = "http://a"\npassword_file = "pw"\nca = "ca.pem"\n'
        '[[source]]\nurl = "http://b"\nadapters = ["block"]\n',
    )
    first, second = load(file, {}).sources
    assert (first.password, first.options) == ("x", {"ca": str(tmp_path / "ca.pem")})
    assert (second.name, second.adapters) == ("source2", ("block",))


def test_lists_come_from_text_and_from_tables(tmp_path):
    assert load(None, {"VASA_CIM_NAMES": "a, b"})["names"] == ("a", "b")
    assert load(write(tmp_path / "s.toml", 'names = ["a"]'), {})["names"] == ("a",)


WRONG = [
    ("an unknown setting", "colour = 1", "colour"),
    ("text for a number", 'port = "many"', "port"),
    ("a fraction for a whole number", "port = 1.5", "port"),
    ("a truth value for a number", "port = true", "port"),
    ("a number below its least", "poll_interval = 0", "poll_interval"),
    ("not a number", "poll_interval = nan", "poll_interval"),
    ("a value that is no choice", 'wwn_format = "roman"', "wwn_format"),
    ("a text for a truth value", 'require_client_certificate = "perhaps"', "require_client_certificate"),
    ("no TOML", "port = = 1", "s.toml"),
    ("a source without url", '[[source]]\nname = "a"', "source 'a'"),
    ("two sources of one name", '[[source]]\nname="a"\nurl="http://a"\n[[source]]\nname="a"\nurl="http://b"', "source"),
    ("a source that is no table", "source = 3", "source"),
    ("a password in the URL", '[[source]]\nname="a"\nurl="http://u:p@a"', "source 'a'"),
    ("a missing password file", '[[source]]\nname="a"\nurl="http://a"\npassword_file="none"', "password_file"),
]


@pytest.mark.parametrize(("sentence", "text", "named"), WRONG, ids=[case[0] for case in WRONG])
def test_what_is_wrong_is_named(tmp_path, sentence, text, named):
    with pytest.raises(ConfigurationError) as caught:
        load(write(tmp_path / "s.toml", text), {})
    assert named in str(caught.value)


def test_a_wrong_environment_variable_is_named_as_it_is_spelled():
    with pytest.raises(ConfigurationError, match="VASA_CIM_PORT"):
        load(None, {"VASA_CIM_PORT": "x"})


def test_data_go_to_the_state_directory_unless_told(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert load(None, {}).data == default_data_directory() == tmp_path / "vasa-cim"


def test_every_setting_has_help():
    assert all(setting.help for setting in SETTINGS)


@pytest.mark.parametrize("name", ["array.example", "array", "10.0.0.1", "fe80::1", "[::1]", "zürich.example", "a_b"])
def test_names_are_hosts_and_addresses(name):
    assert load(None, {}, {"names": (name,)})["names"] == (name,)
    assert load(None, {}, {"host": name})["host"] == name


@pytest.mark.parametrize(
    "name", ["https://array", "array:8443", "two words", "a&b", "a..b", "-a", "a" * 64, "a/b", "*.a"]
)
@pytest.mark.parametrize("option", ["names", "host"])
def test_what_is_no_host_is_refused_before_it_gets_into_a_certificate(name, option):
    with pytest.raises(ConfigurationError, match=f"^--{option}: .* is neither a host name nor an address"):
        load(None, {}, {option: (name,) if option == "names" else name})


@pytest.mark.parametrize("url", ["http://[::1", "http://a:99999", "http://a:b"])
def test_a_url_that_cannot_be_read_is_a_sentence(url):
    with pytest.raises(ConfigurationError, match=r"^--cimom: it is no URL"):
        load(None, {}, {"cimom": url})


def test_a_port_that_does_not_exist_is_refused():
    with pytest.raises(ConfigurationError, match=r"^--port: '65536' is more than 65535"):
        load(None, {}, {"port": "65536"})


def test_a_user_without_a_password_file_is_told_at_once(tmp_path):
    secret = write(tmp_path / "p", "s3cret")
    for options in ({"cimom_user": "u"}, {"cimom_password_file": str(secret)}):
        with pytest.raises(ConfigurationError, match="given together"):
            load(None, {}, {"cimom": "http://a", **options})
