"""A tree as bytes: canonical JSON to pin it by, and YAML that reads back as the same tree."""

from __future__ import annotations

import hashlib
import json
import re

import yaml

from pledgeflow.policy.files.marks import Tree

# the emitter would write these as they are, and every parser would read them as line ends
_ESCAPED = re.compile("[\n\r\x85\u2028\u2029\ufeff]")


def canonical(tree: Tree) -> bytes:
    """The one JSON text of a tree: sorted keys, no spaces, UTF-8."""
    text = json.dumps(tree, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def ordered(tree: Tree) -> str:
    """The JSON text of a tree in its own order, which rules are tried and named in."""
    return json.dumps(tree, separators=(",", ":"), ensure_ascii=False)


def digest(tree: Tree) -> str:
    """The SHA-256 of the canonical form, in lower-case hex digits."""
    return hashlib.sha256(canonical(tree)).hexdigest()


def dump(tree: Tree) -> str:
    """YAML that `read` turns into the same tree; whatever looks like a number, date, … is quoted.

    Quoting follows YAML 1.1, which takes more for special than `read` does: other tools agree.
    """
    return yaml.dump(tree, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=2**31)


class _Dumper(yaml.SafeDumper):
    """Writes neither anchors nor line breaks inside text."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
        return True


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = '"' if _ESCAPED.search(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)
