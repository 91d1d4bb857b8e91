"""The smallest policy there can be, and its text with parts of it replaced."""

from __future__ import annotations

CLAUSES = frozenset({"T-1", "T-2", "T-3"})
"""What it cites."""

TEXT = """\
policy: tiny
late_entry:
  within: P10D
  cite: T-1
cycle:
  every: P1Y
  starts: "01-01"
  assumed: a year
tracks:
  member:
    label: {zh: 员, en: member}
    match:
      person: {in_service: true}
    cite: T-1
roles:
  secretary:
    label: {zh: 书记, en: secretary}
    person:
      post: [secretary]
      of: own
    otherwise: above
    cite: T-1
  above:
    label: {zh: 上级, en: above}
    organization:
      at: superior
    chaired_by: [secretary]
    assumed: somebody has to
commands:
  propose:
    means: proposal
    label: {zh: 提, en: propose}
    fields:
      title: text
      due: {type: date, required: false}
  revise:
    means: revision
    label: {zh: 改, en: revise}
    fields:
      item: commitment
      due: {type: date, required: false}
  note:
    means: record
    label: {zh: 记, en: note}
    fields:
      said: {type: choice, required: false, open: true}
  submit:
    means: submission
    label: {zh: 交, en: submit}
    fields: {}
  do:
    means: report
    label: {zh: 做, en: do}
    fields:
      item: commitment
lifecycles:
  pledge:
    label: {zh: 诺, en: pledge}
    initial: open
    final: [closed]
    states:
      open: {zh: 开, en: open}
      closed: {zh: 关, en: closed}
    transitions:
      propose:
        source: open
        stays: true
        by: promisor
        adds: commitment
        cite: T-1
      note:
        source: [open, closed]
        stays: true
        by: [promisor, secretary]
        cite: T-1
      submit:
        source: open
        dest: closed
        by: promisor
        guards: {}
        cite: T-2
  commitment:
    label: {zh: 项, en: item}
    of: pledge
    initial: todo
    final: [done]
    states:
      todo: {zh: 待, en: to do}
      done: {zh: 毕, en: done}
    transitions:
      revise:
        source: todo
        stays: true
        by: promisor
        amends: commitment
        cite: T-1
      do:
        source: todo
        dest: done
        by: promisor
        guards: {}
        cite: T-3
evaluation:
  tiers: {}
  cite: T-1
outcomes: {}
"""


def tiny(*changes: tuple[str, str]) -> str:
    """The text with the first of each `old` replaced by `new`, one change after the other."""
    text = TEXT
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text
