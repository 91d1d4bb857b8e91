"""Says in plain words what a YAML parser stumbled over."""

from __future__ import annotations

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


def syntax_problem(error: Exception, last: Mark) -> Problem:
    """What a parser's error means for the author; `last` is where it stood, if it does not say."""
    mark = getattr(error, "problem_mark", None)
    here = Mark(last.path, mark.line + 1, mark.column + 1) if mark else last
    said = str(getattr(error, "problem", error))
    return here.problem(next((advice for cue, advice in _ADVICE if cue in said), _OTHER))
