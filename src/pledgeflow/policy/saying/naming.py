"""One name each: what a policy, or everybody, calls the thing that an id stands for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain

from pledgeflow.domain.commands import PLEDGE
from pledgeflow.policy.compiled.surroundings import Rulebook
from pledgeflow.policy.guards.history import LAST_REVISION
from pledgeflow.policy.saying.phrases import UNITS
from pledgeflow.policy.saying.speaker import OR, Speaker
from pledgeflow.policy.words import Label

_SUBJECT = re.compile(r"(\w+)/(\d+)")
_PERIOD = re.compile(r"P(?:\d+[YMWD])+")


def command(s: Speaker, name: str) -> str:
    """A step, one that was taken out too."""
    return s.named(name, (*(rules.commands for rules in s.rules), s.gone))


def role(s: Speaker, name: str) -> str:
    """Who acts."""
    label = s.label(name, [rules.roles for rules in s.rules])
    article = "" if label.startswith("the ") else "the "
    return s.pick((label, f"{article}{label}")) if label else s.quoted(name)


def known_role(s: Speaker, name: str) -> str:
    """A role with its id, since that is what has to be entered as the capacity."""
    called = role(s, name)
    return called if name in called else f"{called} ({s.quoted(name)})"


def state(s: Speaker, name: str) -> str:
    """A state, of the lifecycle in question before others."""
    declared = [item for rules in s.rules for item in rules.lifecycles.items()]
    own = (lifecycle.states for key, lifecycle in declared if key == s.lifecycle)
    return s.named(name, chain(own, (lifecycle.states for _, lifecycle in declared)))


def lifecycle(s: Speaker, name: str) -> str:
    """What its subjects are called."""
    return s.lifecycle_label(name) or s.quoted(name)


def subject(s: Speaker, name: str) -> str:
    """The pledge, or one of its items by number."""
    numbered = _SUBJECT.fullmatch(name)
    kind, number = numbered.groups() if numbered else (name, "")
    thing = lifecycle(s, kind)
    if thing == s.quoted(kind):
        return s.quoted(name)
    return s.pick((f"{thing}{number}", f"{thing} {number}" if number else f"the {thing}"))


def field(s: Speaker, name: str) -> str:
    """A field by its label; one that names an item and has none, by what the item is called."""
    named = ({name: spec.label} for spec in s.specs(name) if spec.label is not None)
    label = s.label(name, named)
    if not label:
        label = next((of for spec in s.specs(name) if (of := s.lifecycle_label(spec.type))), "")
    return s.quoted(label or name)


def choice(s: Speaker, name: str) -> str:
    """A value of the field in question: a choice, a tier, or an item."""
    label = s.label(name, chain((spec.choices for spec in s.specs(s.field)), tiers(s)))
    return s.quoted(label) if label else subject(s, name)


def tiers(s: Speaker) -> Iterator[Mapping[str, Label]]:
    """The grades of every track."""
    return (rules.evaluation.tiers for rules in s.rules if rules.evaluation is not None)


def tier(s: Speaker, name: str) -> str:
    """A grade."""
    return s.named(name, tiers(s))


def outcome(s: Speaker, name: str) -> str:
    """What follows."""
    return s.named(name, (rules.outcomes for rules in s.rules))


def duty(s: Speaker, name: str) -> str:
    """What is owed."""
    return s.named(name, (rules.duties for rules in s.rules))


def ballot(s: Speaker, name: str) -> str:
    """A ballot."""
    return s.named(name, (rules.ballots for rules in s.rules))


def stage(s: Speaker, name: str) -> str:
    """A stage of the cycle."""
    cycle = s.document.cycle
    return s.named(name, [cycle.stages] if cycle is not None else ())


def kind(s: Speaker, name: str) -> str:
    """A kind of promisor: what the directory calls it, or a track."""
    return s.named(name, [s.document.kinds, s.document.tracks])


def post(s: Speaker, name: str) -> str:
    """A post in an organization."""
    return s.named(name, [s.document.posts])


def place(s: Speaker, name: str) -> str:
    """Which stream of somebody's."""
    if name == PLEDGE:
        return s.pick(("承诺", "pledge"))
    other = next((t.label for t in s.document.tracks.values() if t.place == name), None)
    return s.pick((other.zh, other.en)) if other is not None else s.quoted(name)


def standing(s: Speaker, name: str) -> str:
    """What is made of a pledge for awards."""
    words = {
        "eligible": ("可参与评优评先", "eligible for awards"),
        "barred": ("不得评优评先", "barred from awards"),
    }
    return s.pick(words.get(name, (name, name)))


def person(s: Speaker, name: str) -> str:
    """A person or an organization, by id: their names live beside the log."""
    return s.pick((name, f"`{name}`"))


def means(s: Speaker, name: str) -> str:
    """A meaning, by the steps of this policy that carry it."""
    meant = (Rulebook(rules, "").meaning(name) for rules in s.rules)
    return s.joined((command(s, c) for c in next(filter(None, meant), (name,))), OR)


def since(s: Speaker, name: str) -> str:
    """From when on records count."""
    if name == LAST_REVISION:
        return s.pick(("最近一次修改后", "since the last revision"))
    called = state(s, name)
    return s.pick((f"进入{called}状态后", f"since {called}"))


def period(s: Speaker, text: str) -> str:
    """A length of time."""
    parts = re.findall(r"(\d+)([YMWD])", text) if _PERIOD.fullmatch(text) else []
    units = [(number.lstrip("0"), UNITS[unit]) for number, unit in parts if number.strip("0")]
    if not units:
        return s.pick(("0日", "0 days")) if parts else s.quoted(text)
    if s.chinese:
        return "".join(f"{number}{unit}" for number, (unit, _) in units)
    return s.joined(f"{number} {unit}{'' if number == '1' else 's'}" for number, (_, unit) in units)


def within(s: Speaker, text: str) -> str:
    """How recently."""
    length = period(s, text)
    if length in ("0日", "0 days"):
        return s.pick(("当日", "on the same day"))
    return s.pick((f"近{length}内", f"within {length}"))
