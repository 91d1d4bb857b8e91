"""Messages in the language asked for: errors are raised in English, whoever reads them.

A message is looked up whole, then by the templates in `chinese`; what a template leaves open is
looked up in turn. What is in no table stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from pledgeflow.cli.chinese import MESSAGES, USAGE
from pledgeflow.cli.options import Lang, language
from pledgeflow.errors import InvalidCommandError, PledgeflowError, Problem

_QUOTED = re.compile(r"'([^']*)'")


def spoken(words: Sequence[str]) -> Lang:
    """The language that the words of a command line ask for, else that of the environment."""
    for place, word in enumerate(words):
        name, _, value = word.partition("=")
        if name == "--lang":
            said = value or next(iter(words[place + 1 :]), "")
            return Lang(said) if said in tuple(Lang) else language()
    return language()


def said(error: PledgeflowError, lang: Lang) -> str:
    """What an error says."""
    if lang is Lang.EN:
        return str(error)
    if isinstance(error, InvalidCommandError):
        problems = "；".join(map(translated, error.problems))
        return f"`{error.command}`：{problems}" if error.command != "?" else problems
    return translated(str(error))


def problem_said(problem: Problem, lang: Lang) -> str:
    """One mistake in a file, with its place in front."""
    if lang is Lang.EN:
        return str(problem)
    where, _, rest = problem.message.partition(": ")
    words = f"{where}：{translated(rest)}"
    if " " in where or translated(rest) == rest:
        words = translated(problem.message)
    return f"{problem.path}:{problem.line}:{problem.column}: {words}"


def usage_said(message: str) -> str:
    """How a command was used wrongly, in Chinese."""
    plain = _QUOTED.sub(r"`\1`", message).replace("Value error, ", "")
    return _found(plain, USAGE) or plain


def translated(message: str) -> str:
    """A message in Chinese, if there is one."""
    return _found(message, MESSAGES) or message


def _found(message: str, table: Mapping[str, str]) -> str | None:
    if message in table:
        return table[message]
    for template, words in table.items():
        match = _pattern(template).fullmatch(message) if "{}" in template else None
        if match is not None:
            return words.format(*(_inner(part) for part in match.groups()))
    return None


def _inner(part: str) -> str:
    """What a template leaves open: a message of its own, or a list of names."""
    known = _found(part, MESSAGES)
    if known is not None:
        return known
    if part.startswith("perhaps "):
        part = f"是否指 {part.removeprefix('perhaps ')}"
    return re.sub(r"`(, | or )`", "`、`", _QUOTED.sub(r"`\1`", part))


@cache
def _pattern(template: str) -> re.Pattern[str]:
    return re.compile("(.*?)".join(map(re.escape, template.split("{}"))), re.DOTALL)
