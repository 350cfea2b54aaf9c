"""Users of the server and HTTP Basic authentication (RFC 7617). No name and no password is built in."""

import base64
import binascii
import hmac
import secrets
from dataclasses import dataclass
from pathlib import Path

REALM = "mock-cimom"


@dataclass(frozen=True)
class Credentials:
    """The one user who may ask. `generated` tells that the password was made up here and must be told to the user."""

    user: str
    password: str
    generated: bool = False

    def admit(self, authorization: str | None) -> bool:
        """Tell whether the value of an Authorization header is right, in a time that does not depend on it."""
        user, password = _basic(authorization or "")
        same_user = hmac.compare_digest(user, self.user.encode())
        same_password = hmac.compare_digest(password, self.password.encode())
        return same_user and same_password


def make_credentials(user: str | None, password_file: Path | None) -> Credentials:
    """Return the credentials given, with user and password generated where they are not.

    The password is the first line of `password_file`. Raises ValueError if it is empty or `user` holds a colon.
    """
    if user is not None and (not user or ":" in user):
        raise ValueError("a user name must not be empty or contain a colon")
    name = user or f"user-{secrets.token_hex(4)}"
    if password_file is None:
        return Credentials(name, secrets.token_urlsafe(18), generated=True)
    lines = password_file.read_text(encoding="utf-8").splitlines()
    if not lines or not lines[0]:
        raise ValueError(f"{password_file} holds no password")
    return Credentials(name, lines[0])


def _basic(authorization: str) -> tuple[bytes, bytes]:
    """Return user and password of a Basic header, both empty if it is none."""
    scheme, _, coded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return b"", b""
    try:
        user, _, password = base64.b64decode(coded.strip(), validate=True).partition(b":")
    except (binascii.Error, ValueError):
        return b"", b""
    return user, password
