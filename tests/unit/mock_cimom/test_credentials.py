"""Users are given or generated, and only the right one is let in."""

import base64

import pytest

from mock_cimom.credentials import Credentials, make_credentials


def basic(user, password):
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def test_the_right_user_is_admitted():
    one = Credentials("ünser", "p:ss wörd")
    assert one.admit(basic("ünser", "p:ss wörd"))
    assert one.admit(basic("ünser", "p:ss wörd").replace("Basic", "bASIC"))


@pytest.mark.parametrize(
    "header",
    [
        None, "", "Basic", "Basic !!!", "Basic " + base64.b64encode(b"u").decode(), basic("u", "x"), basic("x", "p"),
        basic("u", ""), basic("", ""), basic("u", "p ") , "Bearer p", "Digest username=u", basic("u", "p") + "\x80",
    ],
)  # fmt: skip
def test_everybody_else_is_not(header):
    assert not Credentials("u", "p").admit(header)


def test_what_is_not_given_is_generated_anew_each_time(tmp_path):
    first, second = make_credentials(None, None), make_credentials(None, None)
    assert first.generated
    assert first.user != second.user
    assert first.password != second.password
    assert len(first.password) >= 20


def test_the_password_is_the_first_line_of_its_file(tmp_path):
    file = tmp_path / "password"
    file.write_text("s3cret word\nsecond line\n")
    assert make_credentials("me", file) == Credentials("me", "s3cret word", generated=False)


@pytest.mark.parametrize("content", ["", "\n", "\nsecond\n"])
def test_an_empty_password_is_refused(tmp_path, content):
    file = tmp_path / "password"
    file.write_text(content)
    with pytest.raises(ValueError, match="no password"):
        make_credentials("me", file)


@pytest.mark.parametrize("user", ["", "a:b"])
def test_a_user_name_basic_authentication_cannot_carry_is_refused(user):
    with pytest.raises(ValueError, match="user name"):
        make_credentials(user, None)
