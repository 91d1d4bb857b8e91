"""What a simple value is. Far less is guessed than in YAML: `no`, `on` and dates stay text."""

from __future__ import annotations

import re

from pledgeflow.policy.files.marks import Scalar

MAX_SCALAR = 20_000

_WORDS: dict[str, Scalar] = {"true": True, "false": False, "null": None, "~": None, "": None}
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})")  # 15 digits: exact in every JSON reader
# escapes in double quotes write what the reader has refused in the text itself
_BAD = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def scalar(text: str, *, plain: bool) -> Scalar:
    """The value of a scalar; quoted ones (`plain` false) are always text."""
    if plain and text in _WORDS:
        return _WORDS[text]
    if plain and _INTEGER.fullmatch(text):
        return int(text)
    return text


def unprintable(text: str) -> re.Match[str] | None:
    """The first control character, lone surrogate or noncharacter, if there is one."""
    return _BAD.search(text)


def scalar_problem(text: str) -> str | None:
    """What is wrong with a scalar's text, if anything."""
    if len(text) > MAX_SCALAR:
        return f"longer than {MAX_SCALAR:,} characters; write it shorter"
    if found := unprintable(text):
        return control_problem(found)
    return None


def control_problem(found: re.Match[str]) -> str:
    """What to say about a character that `unprintable` found."""
    return f"remove the control character U+{ord(found[0]):04X}"
