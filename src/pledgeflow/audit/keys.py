"""Ed25519 keys, and signatures over checkpoints. Import this only where something is signed.

Everything that needs `cryptography` is here and in `verifier`. A private key is a PEM file (PKCS 8)
that only its owner may read; a public key is 64 hex digits, short enough for a notice board.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from pledgeflow.errors import AuditError

try:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
        load_pem_private_key,
    )
except ImportError as error:
    raise AuditError(
        "signing needs the package `cryptography`; pip install 'pledgeflow[audit]'"
    ) from error

_PUBLIC = re.compile("[0-9a-f]{64}")


def generate(file: Path) -> str:
    """Write a new private key to a file that is not there yet; its public key.

    Beside it comes FILE.pub with the public key. Raises AuditError where either is there.
    """
    public_file = file.with_name(f"{file.name}.pub")
    for each in (file, public_file):
        if each.exists():
            raise AuditError(f"`{each}` is there already; name another file")
    private = Ed25519PrivateKey.generate()
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    # Nobody else may read it for a moment, whatever the umask.
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
        written.write(pem)
    public = Key(private).public
    public_file.write_text(f"{public}\n")
    return public


@dataclass(frozen=True, slots=True)
class Key:
    """A private key that can sign."""

    private: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def read(cls, file: Path) -> Key:
        """The key in a file; raises AuditError where there is none, or others may read it."""
        if not file.is_file():
            raise AuditError(f"there is no key `{file}`; make one with `pledgeflow audit keygen`")
        if os.name == "posix" and file.stat().st_mode & 0o077:
            raise AuditError(f"others may read the key `{file}`; make it yours with chmod 600")
        with suppress(ValueError, TypeError, UnsupportedAlgorithm):
            found = load_pem_private_key(file.read_bytes(), password=None)
            if isinstance(found, Ed25519PrivateKey):
                return cls(found)
        raise AuditError(f"`{file}` holds no private key of the kind Ed25519, without a password")

    @property
    def public(self) -> str:
        """The public key, 64 hex digits."""
        return self.private.public_key().public_bytes_raw().hex()

    def sign(self, text: str) -> str:
        """The signature over a text, 128 hex digits."""
        return self.private.sign(text.encode()).hex()


def public_key(given: str) -> str:
    """A public key, given as itself or as the file that holds it; raises AuditError."""
    if _PUBLIC.fullmatch(given):
        return given
    file = Path(given)
    if not file.is_file():
        raise AuditError(f"`{given}` is neither a public key of 64 hex digits nor a file with one")
    try:
        text = file.read_text().strip()
    except UnicodeDecodeError:
        text = ""
    if _PUBLIC.fullmatch(text) is None:
        raise AuditError(f"`{given}` holds no public key of 64 hex digits")
    return text


def holds(public: str, signature: str, text: str) -> bool:
    """Whether a signature over a text is by that key."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(bytes.fromhex(signature), text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True
