"""Says in plain words what a YAML parser stumbled over."""

from __future__ import annotations

import re

from pledgeflow.errors import Problem
from pledgeflow.policy.files.marks import Mark

# first match wins; libyaml and the pure Python parser word the same mistake differently
_ADVICE = (
    ("values are not allowed", "a `:` is not expected here; put text that has one in quotes"),
    ("entries are not allowed", "a `-` is not expected here; start the list on a line of its own"),
    ("tab character", "indent with spaces, not with tabs"),
    ("cannot start any token", "a value cannot start like this; put it in quotes"),
    ("unexpected end of stream", "a quote is opened before this and never closed"),
    ("could not find expected ':'", "a `:` is missing after a key before this"),
    ("',' or ']'", "a `,` or a `]` is missing before this"),
    ("',' or '}'", "a `,` or a `}` is missing before this"),
    ("expected key", "align this with the lines of its mapping"),
    ("<block end>", "align this with the lines of its mapping"),
    ("'-' indicator", "align this with the items of its list"),
    ("escape", "put this text in single quotes: a `\\` has a meaning of its own in double quotes"),
    ("node content", "a value is missing before this"),
    ("tag handle", "remove the tag, the word that starts with `!`"),
)
_OTHER = "this is not readable as YAML; put text with special characters in quotes"


# What a Chinese keyboard types where YAML has its own marks: a key's colon, a flow's comma.
_WIDE = {"：": ":", "，": ","}
_KEY = re.compile(r"\s*(?:- )?[^\s#\"':,{}]+(：)")
_IN_FLOW = re.compile(r"[：，]")
LINES_BACK = 3
"""How many lines before the place where a parser gives up a wide mark is looked for."""


def syntax_problem(error: Exception, last: Mark, text: str) -> Problem:
    """What a parser's error means for the author; `last` is where it stood, if it does not say."""
    mark = getattr(error, "problem_mark", None)
    here = Mark(last.path, mark.line + 1, mark.column + 1) if mark else last
    said = str(getattr(error, "problem", error))
    return _wide(here, text) or here.problem(
        next((advice for cue, advice in _ADVICE if cue in said), _OTHER)
    )


def _wide(here: Mark, text: str) -> Problem | None:
    """The full-width mark that a parser did not see as one, if that is what it stumbled over."""
    lines = text.splitlines()[: here.line]
    first = max(len(lines) - LINES_BACK - 1, 0)
    for number, line in enumerate(lines[first:], start=first + 1):
        found = _KEY.match(line)
        place = found.start(1) if found else _in_flow(line)
        if place is not None:
            wide = line[place]
            message = f"write `{_WIDE[wide]}` and a blank instead of the full-width `{wide}`"
            return Mark(here.path, number, place + 1).problem(message)
    return None


def _in_flow(line: str) -> int | None:
    """Where a wide mark stands between braces, outside quotes."""
    start = line.find("{")
    if start < 0 or '"' in line or "'" in line:
        return None
    found = _IN_FLOW.search(line, start)
    return found.start() if found else None
