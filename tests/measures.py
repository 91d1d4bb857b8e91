"""A small policy with one indicator of every kind, and pledges to count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pledgeflow.catalogue import Catalogue
from pledgeflow.service import Engine
from pledgeflow.storage.memory import MemoryStore
from pledgeflow.storage.store import EventStore

POLICY = """\
policy: counted
title: {zh: 计数, en: counted}
cycle:
  every: P1Y
  starts: "01-01"
  assumed: a year
  stages:
    promise: {label: {zh: 承诺, en: promise}, until: "03-31", assumed: a stage}
    endless: {label: {zh: 践诺, en: practise}, from: "02-01", assumed: a stage}
late_entry: {within: P900D, assumed: for tests}
tracks:
  member: {label: {zh: 员, en: member}, match: {person: {serving: true, chief: false}}, assumed: members}
  chief: {label: {zh: 长, en: chief}, match: {person: {chief: true}}, like: member, assumed: chiefs}
  guest:
    label: {zh: 客, en: guest}
    match: {person: {guest: true}}
    pledges: voluntary
    assumed: guests
roles:
  neighbour: {label: {zh: 群众, en: neighbour}, person: {member_of: own}, assumed: somebody}
commands:
  open: {means: opening, label: {zh: 启, en: open}}
  join: {means: opening, label: {zh: 合, en: join}}
  consult: {means: consultation, label: {zh: 问, en: consult}}
  propose: {means: proposal, label: {zh: 提, en: propose}, fields: {title: text}}
  promise: {means: signature, label: {zh: 诺, en: promise}, fields: {item: commitment}}
  do: {means: report, label: {zh: 销, en: do}, fields: {item: commitment}}
  drop: {means: withdrawal, label: {zh: 撤, en: drop}, fields: {item: commitment}}
  carry: {means: carry_over, label: {zh: 转, en: carry}, fields: {item: commitment}}
  publish: {means: publication, label: {zh: 公, en: publish}}
  tell: {means: announcement, label: {zh: 告, en: tell}}
  ballot:
    means: ballot
    label: {zh: 票, en: ballot}
    fields: {item: {type: commitment, required: false}, votes: tally}
  poll:
    means: evaluation
    label: {zh: 评, en: poll}
    fields:
      votes: {type: tally, choices: {glad: {zh: 喜, en: glad}, sad: {zh: 忧, en: sad}}, assumed: two}
  answer:
    means: evaluation
    label: {zh: 答, en: answer}
    fields:
      mood: {type: choice, choices: {glad: {zh: 喜, en: glad}, sad: {zh: 忧, en: sad}}, assumed: two}
  grade: {means: evaluation, label: {zh: 等, en: grade}, fields: {tier: tier}}
lifecycles:
  pledge:
    label: {zh: 诺, en: pledge}
    initial: waiting
    final: [shown]
    states:
      waiting: {zh: 待, en: waiting}
      open: {zh: 开, en: open}
      shown: {zh: 亮, en: shown}
    transitions:
      open: {source: waiting, dest: open, by: promisor, assumed: opens}
      join: {source: waiting, dest: open, by: {all_of: [promisor, neighbour]}, assumed: together}
      consult: {source: [open, shown], stays: true, by: [promisor, neighbour], assumed: asks}
      propose: {source: [open, shown], stays: true, by: promisor, adds: commitment, assumed: proposes}
      publish: {source: open, dest: shown, by: promisor, assumed: shows}
      tell: {source: [open, shown], stays: true, by: promisor, assumed: tells}
      ballot: {source: [open, shown], stays: true, by: neighbour, assumed: votes}
      poll: {source: [open, shown], stays: true, by: neighbour, assumed: votes}
      answer: {source: [open, shown], stays: true, by: neighbour, assumed: votes}
      grade: {source: [open, shown], stays: true, by: neighbour, assumed: votes}
  commitment:
    label: {zh: 项, en: item}
    of: pledge
    initial: proposed
    final: [done, dropped, carried]
    states:
      proposed: {zh: 提, en: proposed}
      promised: {zh: 诺, en: promised}
      done: {zh: 销, en: done}
      dropped: {zh: 撤, en: dropped}
      carried: {zh: 转, en: carried}
    transitions:
      promise: {source: proposed, dest: promised, by: promisor, assumed: promises}
      do: {source: promised, dest: done, by: promisor, assumed: does}
      carry: {source: promised, dest: carried, by: promisor, carries: promised, assumed: carries}
      drop: {source: [proposed, promised, done, carried], dest: dropped, by: promisor, assumed: drops}
      ballot: {source: [promised, done], stays: true, by: neighbour, assumed: votes}
evaluation:
  tiers: {good: {zh: 好, en: good}, fair: {zh: 中, en: fair}, poor: {zh: 差, en: poor}}
  grade: {command: grade, assumed: graded}
  assumed: three tiers
indicators:
  kept:
    label: {zh: 践诺率, en: kept}
    is: fulfilment
    of: commitment
    counted: promised
    fulfilled: done
    aside: carried
    assumed: what was promised
  joined: {label: {zh: 参诺率, en: joined}, is: participation, assumed: who has to}
  shown:
    label: {zh: 亮诺率, en: shown}
    is: participation
    state: shown
    tracks: [member]
    as_of: {stage: promise}
    assumed: by the end of the stage
  heard:
    label: {zh: 群众参与率, en: heard}
    is: participation
    of: pledges
    means: consultation
    by: neighbour
    assumed: the public's
  open:
    label: {zh: 公开程度, en: open}
    is: openness
    means: [publication, announcement]
    assumed: what is shown
  content:
    label: {zh: 满意度, en: content}
    is: satisfaction
    command: ballot
    field: votes
    satisfied: {tiers: [good]}
    assumed: votes
duties:
  asking:
    label: {zh: 月问, en: asking}
    owner: promisor
    met_by: consult
    every: P1M
    until: {stage: promise}
    assumed: monthly
  leading:
    label: {zh: 领诺, en: leading}
    owner: promisor
    met_by: publish
    due: "02-15"
    if: {is: promisor, kinds: {chief: true}}
    assumed: chiefs
"""

PEOPLE: Mapping[str, Mapping[str, object]] = {
    "organizations": {
        "county": {"kind": "county"},
        "east": {"kind": "branch", "parent": "county"},
        "west": {"kind": "branch", "parent": "county"},
        "team": {"kind": "team", "parent": "west"},
    },
    "people": {
        "an": {"kinds": ["serving"], "member_of": "east"},
        "bo": {"kinds": ["serving"], "member_of": "east"},
        "chen": {"kinds": ["serving"], "member_of": "west"},
        "ding": {"kinds": ["serving", "chief"], "member_of": "county"},
        "fu": {"kinds": ["guest"], "member_of": "west"},
        "gu": {"kinds": ["serving"], "member_of": "team"},
        "nowhere": {"kinds": ["serving"]},
    },
}
NEIGHBOURS = {"an": "bo", "bo": "an", "chen": "fu", "fu": "chen"}


def written(folder: Path, *changes: tuple[str, str]) -> Catalogue:
    """A catalogue with that policy in it, with parts replaced."""
    text = POLICY
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    (folder / "counted").mkdir(parents=True)
    (folder / "counted" / "policy.yaml").write_text(text, encoding="utf-8")
    return Catalogue((folder,))


@dataclass(slots=True)
class Town:
    """A jurisdiction under that policy; steps are taken in its pledges one after the other."""

    catalogue: Catalogue
    people: Mapping[str, Mapping[str, object]] = field(default_factory=lambda: PEOPLE)
    store: EventStore = field(default_factory=MemoryStore)
    engine: Engine = field(init=False)

    def __post_init__(self) -> None:
        self.engine = Engine(self.store, self.catalogue, lambda: date(2026, 1, 1))
        self.engine.put_directory("town", self.people)
        self.engine.open_cycle("town", "counted", cycle="2025")

    def do(self, who: str, step: str, on: str = "2025-02-01", **fields: object) -> None:
        """A step of the promisor, or of a neighbour if only that may take it."""
        public = step in ("ballot", "poll", "answer", "grade", "heard")
        self.engine.do(
            f"town/2025/{who}",
            {
                "do": "consult" if step == "heard" else step,
                "actor": NEIGHBOURS[who] if public else who,
                "capacity": "neighbour" if public else "promisor",
                "occurred_on": date.fromisoformat(on),
                "on": date(2026, 1, 1),
                **fields,
            },
        )

    def moves(self, who: str, **said: object) -> None:
        """Somebody is elsewhere from now on, or nowhere."""
        people = {**self.people, "people": {**self.people["people"], who: said}}
        self.engine.put_directory("town", people)

    def promised(self, who: str, *ends: str) -> None:
        """A pledge with an item for each end: a step that brings it there, or "" for none."""
        self.do(who, "open", "2025-01-02")
        for number, end in enumerate(ends, start=1):
            self.do(who, "propose", "2025-01-03", title="x")
            self.do(who, "promise", "2025-01-04", item=number)
            if end:
                self.do(who, end, "2025-06-01", item=number)
