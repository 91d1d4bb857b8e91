"""A small policy with ballots, and an engine on it, for tests that vote.

`mutual` is about the tiers, `election` about items; both can be changed as `tiny` is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pledgeflow.catalogue import Catalogue
from pledgeflow.domain.directory import DirectoryData
from pledgeflow.service import Engine
from pledgeflow.storage.memory import MemoryStore
from pledgeflow.storage.store import EventStore
from tests.tiny import TEXT

STREAM = "town/2025/wang"
OPENED, LATER = date(2025, 3, 3), date(2025, 3, 12)
PEOPLE = tuple(f"p{number:02}" for number in range(12))
CHAIR: Mapping[str, object] = {"actor": "li", "capacity": "secretary", "on": OPENED}
CLOSING: Mapping[str, object] = {**CHAIR, "on": LATER}

_CHANGES = (
    (
        "roles:\n",
        "roles:\n  colleague:\n    label: {zh: 同事, en: colleague}\n"
        "    person: {member_of: own}\n    cite: T-1\n",
    ),
    (
        "  submit:\n    means: submission",
        "  vote:\n    means: ballot\n    label: {zh: 测评, en: vote}\n"
        "    fields:\n      votes: {type: tally, required: false}\n"
        "      present: integer\n      entitled: integer\n      place: {type: text, required: false}\n"
        "  elect:\n    means: vote\n    label: {zh: 选举, en: elect}\n"
        "    fields:\n      ayes: {type: tally, of: commitment, required: false}\n"
        "      chosen: {type: choices, open: true, required: false}\n"
        "  grade:\n    means: grade\n    label: {zh: 评定, en: grade}\n"
        "    fields: {tier: {type: tier}}\n"
        "  submit:\n    means: submission",
    ),
    (
        "      submit:\n        source: open",
        "      vote:\n        source: open\n        stays: true\n        by: secretary\n"
        "        guards:\n          enough: {is: tally, field: votes, at_least: 1, present: present,"
        " of: entitled, share: 1/2, cite: T-2}\n        cite: T-2\n"
        "      elect: {source: open, stays: true, by: [secretary, above], cite: T-2}\n"
        "      grade: {source: open, stays: true, by: above, cite: T-2}\n"
        "      submit:\n        source: open",
    ),
    (
        "  tiers: {}\n",
        "  tiers: {good: {zh: 好, en: good}, fair: {zh: 中, en: fair}, poor: {zh: 差, en: poor}}\n"
        "  grade: {command: grade, cite: T-1}\n",
    ),
)
BALLOTS = """\
ballots:
  mutual:
    label: {zh: 互评, en: mutual evaluation}
    command: vote
    voters: {roles: colleague, listed: true}
    excluded: promisor
    secrecy: unlinkable
    quorum: {share: 1/2, cite: T-2}
    closes_after: P7D
    small: 3
    fills: {turnout: present, roll: entitled}
    cite: T-2
  election:
    label: {zh: 推选, en: election}
    command: elect
    voters: {roles: colleague}
    choices: {of: commitment, in: todo, marks: 2}
    secrecy: open
    places: {number: 2, ties: runoff}
    fills: {tally: ayes, elected: chosen}
    cite: T-3
"""


def voting(*changes: tuple[str, str]) -> str:
    """The policy's text with the first of each `old` replaced by `new`."""
    text = TEXT
    for old, new in _CHANGES:
        assert old in text, old
        text = text.replace(old, new, 1)
    text += BALLOTS
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def directory() -> DirectoryData:
    """A branch with its secretary `li`, the promisor `wang`, and `PEOPLE`; `zhao` is above."""
    members = ("wang", "li", *PEOPLE)
    tree: dict[str, Any] = {
        "organizations": {
            "branch": {"kind": "branch", "parent": "office", "posts": {"secretary": ["li"]}},
            "office": {"kind": "office", "posts": {"secretary": ["zhao"]}},
        },
        "people": {
            **{p: {"kinds": ["in_service"], "member_of": "branch"} for p in members},
            "zhao": {"member_of": "office"},
        },
    }
    return DirectoryData.from_tree(tree)


def catalogue(folder: Path, text: str) -> Catalogue:
    """A catalogue whose only policy is this text."""
    home = folder / "tiny"
    home.mkdir(parents=True, exist_ok=True)
    (home / "policy.yaml").write_text(text, encoding="utf-8")
    clauses = (f"  T-{n}: {{force: must, kind: k, gist: {{zh: 条, en: c}}}}" for n in (1, 2, 3))
    register = "\n".join(("document: {zh: 甲, en: a}", "clauses:", *clauses, ""))
    (home / "clauses.yaml").write_text(register, encoding="utf-8")
    return Catalogue((folder,))


def engine_on(folder: Path, *changes: tuple[str, str], store: EventStore | None = None) -> Engine:
    """An engine with the policy in force in `town`."""
    shelf = catalogue(folder, voting(*changes))
    engine = Engine(store if store is not None else MemoryStore(), shelf, lambda: OPENED)
    engine.put_directory("town", directory())
    engine.open_cycle("town", "tiny", cycle="2025")
    return engine
