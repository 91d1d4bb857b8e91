"""What comes in from outside becomes typed fields, or an InvalidCommandError that says what is wrong.

Free text is sealed here, so that nothing beyond this point, and no event, ever holds the words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from unicodedata import category

from pledgeflow.domain.values import Fields, Text, Value
from pledgeflow.errors import InvalidCommandError
from pledgeflow.policy.compiled.rules import Ruleset
from pledgeflow.policy.language.steps import CommandField

LONGEST_TEXT = 4_000
LONGEST_WORD = 200
MOST_ENTRIES = 1_000
MOST_DIGITS = 15

POLICY = re.compile(r"([a-z][a-z0-9_-]{0,63})@([0-9a-f]{64})", re.ASCII)
"""What stands for a policy in an event: its name, and the digest of its resolved form."""

Seal = Callable[[str], Text]


class _IllError(ValueError):
    """A value that does not fit its field; the message says what to give instead."""


def intake(rules: Ruleset, name: str, raw: Mapping[str, object], seal: Seal) -> Fields:
    """The typed fields of a command. seal: turns words into what stands for them in events.

    Fields that are left out are not judged here: a missing one is a refusal with a clause.
    A command the policy does not know has no fields to type: it will be answered `silent`.
    Raises InvalidCommandError with every ill-formed field.
    """
    command = rules.commands.get(name)
    if command is None:
        return {}
    fields: dict[str, Value] = {}
    problems: list[str] = []
    for key, given in raw.items():
        spec = command.rules.fields.get(key)
        if spec is None:
            near = get_close_matches(str(key), command.rules.fields, n=1)
            known = ", ".join(f"`{known}`" for known in command.rules.fields) or "none"
            close = f"; perhaps `{near[0]}`" if near else f"; it has {known}"
            problems.append(f"there is no field `{_shown(key)}`{close}")
            continue
        try:
            fields[key] = _typed(spec, given, seal)
        except _IllError as ill:
            problems.append(f"`{key}` {ill}")
    if problems:
        raise InvalidCommandError(name, tuple(problems))
    return fields


def _typed(spec: CommandField, given: object, seal: Seal) -> Value:
    if spec.type == "text":
        return seal(words(given))
    if spec.of is not None:
        return {_item(spec.of, key): votes for key, votes in _tally(given).items()}
    read = _READERS.get(spec.type)
    return read(given) if read is not None else _item(spec.type, given)


def words(given: object, longest: int = LONGEST_TEXT) -> str:
    """Text that can be stored and shown: not empty, not endless, no stray characters."""
    if not isinstance(given, str) or not given.strip():
        raise _IllError("has to be text")
    if len(given) > longest:
        raise _IllError(f"has {len(given)} characters; {longest} is the most")
    if not given.isprintable() and any(
        category(c) in ("Cc", "Cs") and c not in "\n\t" for c in given
    ):
        raise _IllError("has characters that cannot be stored; write plain text")
    return given


def _word(given: object) -> str:
    return words(given, LONGEST_WORD)


def _several(given: object) -> tuple[str, ...]:
    if isinstance(given, str):
        return (_word(given),)
    if not isinstance(given, Sequence) or not 0 < len(given) <= MOST_ENTRIES:
        raise _IllError(
            f"has to be a list of 1 to {MOST_ENTRIES} entries; leave it out if there is none"
        )
    return tuple(dict.fromkeys(_word(entry) for entry in given))


def _checklist(given: object) -> Mapping[str, bool]:
    if not isinstance(given, Mapping):
        return dict.fromkeys(_several(given), True)
    if len(given) > MOST_ENTRIES or not all(isinstance(v, bool) for v in given.values()):
        raise _IllError("has to say true or false for each criterion")
    return {_word(key): value is True for key, value in given.items()}


def _tally(given: object) -> Mapping[str, int]:
    if not isinstance(given, Mapping) or len(given) > MOST_ENTRIES:
        raise _IllError("has to give a number of votes for each grade")
    counts = {_word(key): _integer(value) for key, value in given.items()}
    if any(count < 0 for count in counts.values()):
        raise _IllError("counts votes: no number can be below zero")
    return counts


def _policy(given: object) -> str:
    said = _word(given)
    if POLICY.fullmatch(said) is None:
        raise _IllError("has to be a policy with its digest, as in name@digest")
    return said


def _results(given: object) -> Mapping[str, str]:
    if not isinstance(given, Mapping) or not 0 < len(given) <= MOST_ENTRIES:
        raise _IllError(f"has to say one thing of each of 1 to {MOST_ENTRIES} people")
    return {_word(who): _word(what) for who, what in given.items()}


def _date(given: object) -> date:
    if isinstance(given, str):
        try:
            return date.fromisoformat(given)
        except ValueError:
            raise _IllError(f"has to be a date such as 2025-03-31, not `{_shown(given)}`") from None
    # A point in time is a date to the type system, and not to us.
    if type(given) is not date:
        raise _IllError("has to be a date such as 2025-03-31")
    return given


def _integer(given: object) -> int:
    if type(given) is not int:
        raise _IllError("has to be a whole number")
    if abs(given) >= 10**MOST_DIGITS:
        raise _IllError("has to be a number of ordinary size")
    return given


def _decimal(given: object) -> Decimal:
    if not isinstance(given, str | int | Decimal) or isinstance(given, bool):
        raise _IllError("has to be a number written as text, such as 92.5")
    try:
        number = Decimal(given)
    except InvalidOperation:
        raise _IllError(f"has to be a number, not `{_shown(given)}`") from None
    if not number.is_finite() or len(number.as_tuple().digits) > MOST_DIGITS:
        raise _IllError("has to be a number of ordinary size")
    return number


def _boolean(given: object) -> bool:
    if not isinstance(given, bool):
        raise _IllError("has to be true or false")
    return given


def _item(lifecycle: str, given: object) -> str:
    if type(given) is int and 0 < given < 10**6:
        return f"{lifecycle}/{given}"
    text = _word(given)
    return f"{lifecycle}/{text}" if text.isdecimal() else text


def _shown(given: object) -> str:
    return str(given)[:40].encode("utf-8", "replace").decode()


_READERS: Mapping[str, Callable[[object], Value]] = {
    "choice": _word,
    "choices": _several,
    "checklist": _checklist,
    "tally": _tally,
    "results": _results,
    "tier": _word,
    "date": _date,
    "integer": _integer,
    "decimal": _decimal,
    "boolean": _boolean,
    "person": _word,
    "organization": _word,
    "policy": _policy,
}
