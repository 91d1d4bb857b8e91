"""One-time codes and pseudonyms: random, and kept only as keyed digests."""

from __future__ import annotations

import secrets
from hashlib import sha256
from hmac import new

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Nothing that is read as something else."""
LENGTH = 16
GROUP = 4


def fresh_key() -> str:
    """The secret of one ballot: 256 bits, as hex digits."""
    return secrets.token_hex(32)


def fresh_code() -> str:
    """A code of 78 bits, in groups: what nobody guesses needs no slow hash."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(letters[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def digest(key: str, words: str) -> str:
    """What stands for words under a key, so that nobody without the key finds them."""
    return new(bytes.fromhex(key), words.encode(), sha256).hexdigest()


def code_digest(key: str, code: str) -> str:
    """What is kept of a code; case, blanks and dashes do not matter."""
    return digest(key, "".join(letter for letter in code.upper() if letter.isalnum()))
