"""Whose turn it is in a pledge: which steps its state leaves open, to whom, and what is owed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from rich.table import Table
from rich.text import Text

from pledgeflow.cli.output import table
from pledgeflow.cli.telling import Teller
from pledgeflow.domain.states import State
from pledgeflow.policy.compiled.rules import Ruleset, Step
from pledgeflow.policy.judging.consequences import stands_under


def turns(rules: Ruleset, state: State) -> list[dict[str, Any]]:
    """Each step that the state leaves open: command, the subjects it may be about, roles.

    Guards are not asked: they depend on who acts, on the day and on what is said.
    """
    found: list[dict[str, Any]] = []
    for command in rules.steps:
        about: dict[str, dict[str, None]] = {}
        for subject, step in _open(rules, state, command):
            about.setdefault(subject, {}).update(dict.fromkeys(step.roles))
        if about:
            roles = dict.fromkeys(role for held in about.values() for role in held)
            found.append({"command": command, "subjects": list(about), "by": list(roles)})
    return found


def _open(rules: Ruleset, state: State, command: str) -> Iterator[tuple[str, Step]]:
    for lifecycle, by_state in rules.steps[command].items():
        for subject in state.children(lifecycle):
            for step in by_state.get(subject.state, ()):
                if stands_under(step, state, subject):
                    yield subject.id, step


def owed(state: State) -> Iterator[dict[str, Any]]:
    """What outcomes still call for: outcome, subject, command, by when."""
    for outcome in state.outcomes.values():
        for command in outcome.open_calls:
            day: date | None = outcome.calls_for[command]
            about = {"outcome": outcome.id, "subject": outcome.subject}
            yield {**about, "command": command, "by": day}


def owed_lines(state: State, tell: Teller) -> list[Text]:
    """The same in words."""
    lines: list[Text] = []
    for each in owed(state):
        called, outcome = tell.label("command", each["command"]), each["outcome"]
        by = tell.lang.pick(f"，不晚于{each['by']}", f" by {each['by']}") if each["by"] else ""
        why = tell.label("outcome", outcome)
        words = tell.lang.pick(f"须办理：{called}{by}（{why}）", f"owed: {called}{by} ({why})")
        lines.append(Text(words, style="yellow"))
    return lines


def turns_table(rules: Ruleset, state: State, tell: Teller) -> Table | Text:
    """Whose turn it is, as a table."""
    pick, joint = tell.lang.pick, tell.lang.pick("、", ", ")
    made = table(
        pick("步骤", "step"), pick("名称", "called"), pick("对象", "about"), pick("由", "by")
    )
    for each in turns(rules, state):
        about = joint.join(tell.label("subject", s) for s in each["subjects"] if s != state.root)
        by = joint.join(tell.label("capacity", role).removeprefix("the ") for role in each["by"])
        made.add_row(each["command"], tell.label("command", each["command"]), about, by)
    return made if made.row_count else Text(pick("没有", "nothing"))
