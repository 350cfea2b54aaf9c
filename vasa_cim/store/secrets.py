"""Secrets at rest: sealed with a key that lies beside the database, so that a copy of the database alone tells none.

AES-256-GCM with a random nonce before the ciphertext. What a secret belongs to is authenticated with it: a sealed
password that is moved to another source cannot be opened there.
"""

import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vasa_cim.errors import StoreError

FILE_NAME = "vasa-cim.key"
_KEY_BYTES = 32
_NONCE_BYTES = 12


class SecretLost(StoreError):
    """A sealed secret cannot be opened: its key is gone or another one, or it was tampered with."""

    text = "{owner} cannot be opened with the key in {file}"


class Secrets:
    """Seals and opens texts. The key file is made at the first sealing, readable by its owner only."""

    def __init__(self, directory: Path) -> None:
        self._file = directory / FILE_NAME

    def seal(self, owner: str, text: str) -> bytes:
        """Return `text` sealed for `owner`. Raises StoreError if there is no key and none can be made."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + AESGCM(self._key() or self._made()).encrypt(nonce, text.encode("utf-8"), owner.encode("utf-8"))

    def open(self, owner: str, sealed: bytes) -> str:
        """Return the text that was sealed for `owner`. Raises SecretLost, StoreError if the key cannot be read."""
        key = self._key()
        if key is None:
            raise SecretLost(owner=owner, file=self._file)
        try:
            text = AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], owner.encode("utf-8"))
        except (InvalidTag, ValueError) as error:
            raise SecretLost(owner=owner, file=self._file) from error
        return text.decode("utf-8")

    def _key(self) -> bytes | None:
        """Return the key, None if there is no key file."""
        try:
            key = bytes.fromhex(self._file.read_text("ascii").strip())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreError(reason=f"{self._file} cannot be read: {error.strerror}") from error
        except ValueError as error:
            raise StoreError(reason=f"{self._file} holds no key") from error
        if len(key) != _KEY_BYTES:
            raise StoreError(reason=f"{self._file} holds no key of {_KEY_BYTES} bytes")
        return key

    def _made(self) -> bytes:
        """Make the key file, whole or not at all, and return its key."""
        key = secrets.token_bytes(_KEY_BYTES)
        half = self._file.with_suffix(".new")  # one cut off while it was written is written again
        try:
            half.unlink(missing_ok=True)
            descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as stream:
                stream.write(key.hex() + "\n")
                stream.flush()
                os.fsync(stream.fileno())
            half.rename(self._file)
            _keep_name(self._file.parent)
        except OSError as error:
            raise StoreError(reason=f"{self._file} cannot be written: {error.strerror}") from error
        return key


def _keep_name(directory: Path) -> None:
    """Make a new name in this directory outlive a power cut: without the key, what was sealed with it is lost."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
