"""The smallest policy with a grade that is worked out, by whatever method: for tests of grading."""

from __future__ import annotations

from tests.tiny import tiny

TIERS = ("good", "fair", "poor")
COMMANDS = """\
  own:
    means: account
    label: {zh: 自评, en: own}
    fields: {tier: tier}
  lead:
    means: evaluation
    label: {zh: 点评, en: lead}
    fields: {tier: {type: tier, required: false}}
  vote:
    means: ballot
    label: {zh: 测评, en: vote}
    fields: {votes: tally}
  mark:
    means: evaluation
    label: {zh: 计分, en: mark}
    fields: {points: decimal}
  rate:
    means: evaluation
    label: {zh: 评事项, en: rate}
    fields: {item: commitment, tier: tier}
  settle:
    means: grade
    label: {zh: 评定, en: settle}
    fields: {}
  audit:
    means: audit
    label: {zh: 审核, en: audit}
    fields: {}
lifecycles:
"""
STEPS = """\
      own: {source: [open, closed], stays: true, by: promisor, cite: T-1}
      lead: {source: [open, closed], stays: true, by: [secretary, above], cite: T-1}
      vote: {source: [open, closed], stays: true, by: [promisor, secretary], cite: T-1}
      mark: {source: [open, closed], stays: true, by: secretary, cite: T-1}
      settle: {source: [open, closed], stays: true, by: secretary, cite: T-1}
      audit: {source: [open, closed], stays: true, by: above, cite: T-1}
  commitment:
    label"""
RATE = """\
    transitions:
      rate: {source: [todo, done], stays: true, by: secretary, cite: T-3}
      revise"""
EVALUATION = """\
evaluation:
  tiers: {good: {zh: 好, en: good}, fair: {zh: 中, en: fair}, poor: {zh: 差, en: poor}}
  grade:
    command: settle
    confirmed_by: audit
    method:
METHOD
      assumed: our own
    cite: T-2
  cite: T-1
"""
CHANNELS = """\
      channels:
        self: {command: own, field: tier}
        public: {command: vote, field: votes}
        leader: {command: lead, field: tier}
"""
MEAN = """\
      is: weighted_mean
      channels:
        self: {command: own, field: tier, weight: 20%}
        public: {command: vote, field: votes, weight: 0.5}
        leader: {command: lead, field: tier, weight: 3/10}
      scale: {good: 100, fair: 70, poor: 40}
      bounds: {good: 85, fair: 60}
"""
MEDIAN = f"      is: median\n{CHANNELS}"
WORST = f"      is: worst\n{CHANNELS}"
SHARE = """\
      is: share
      channels: {public: {command: vote, field: votes}}
      at_least: {good: 2/3, fair: 50%}
"""


def channels(method: str, *changes: tuple[str, str]) -> str:
    """The text of the policy with a method, and with parts of it replaced."""
    text = tiny(
        ("lifecycles:\n", COMMANDS),
        ("  commitment:\n    label", STEPS),
        ("    transitions:\n      revise", RATE),
        ("evaluation:\n  tiers: {}\n  cite: T-1\n", EVALUATION.replace("METHOD\n", method)),
    )
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text
