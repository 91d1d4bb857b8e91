"""The duties of a policy on the calendar of one cycle: what can be dated before anything happens.

Beneath `policy_page`. What follows from an act or begins with a state has no date yet, and is told
by what it follows from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pledgeflow.domain.calendars import DAY
from pledgeflow.exports.charts import Language, length
from pledgeflow.policy.compiled.rules import Policy, Ruleset
from pledgeflow.policy.duties.owing import After, Duty
from pledgeflow.policy.duties.rhythms import OnDay, Span, windows
from pledgeflow.policy.language.duties import DutyRules
from pledgeflow.policy.words import Label

UNDATED = 2025
"""The year that is shown where a policy does not say from when on it is in force."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something owed. on: the last day for it, or none; when: what it waits for, if it has none."""

    on: date | None
    when: str
    duty: str
    owner: str
    met_by: str
    clauses: tuple[str, ...]


def first_day(policy: Policy) -> date:
    """The first day of the first cycle that begins under a policy."""
    document = policy.document
    since = document.effective.from_ if document.effective is not None else date(UNDATED, 1, 1)
    if document.cycle is None:
        return since
    begins = document.cycle.starts.within(since)
    later = document.cycle.starts.within(since.replace(year=since.year + 1, day=1))
    return begins if begins >= since else later


def calendar(policy: Policy, lang: Language) -> dict[Entry, tuple[str, ...]]:
    """Every entry with the tracks that have it: those with a date first, in their order."""
    found: dict[Entry, dict[str, None]] = {}
    starts = first_day(policy)
    for track, rules in policy.tracks.items():
        for duty in rules.duties.values():
            told = _Telling(policy, rules, duty, rules.source.duties[duty.id], lang)
            for entry in told.entries(starts):
                found.setdefault(entry, {})[track] = None
    in_order = sorted(found, key=lambda entry: (entry.on or date.max, entry.duty))
    return {entry: tuple(found[entry]) for entry in in_order}


@dataclass(frozen=True, slots=True)
class _Telling:
    """One duty of one track. source: what it was compiled from."""

    policy: Policy
    rules: Ruleset
    duty: Duty
    source: DutyRules
    lang: Language

    def entries(self, starts: date) -> Iterator[Entry]:
        waits = self._waits()
        if waits:
            yield self._entry(None, waits)
            return
        duty, rhythm = self.duty, self.duty.rhythm
        first = duty.begins.day.within(starts) if duty.begins.day is not None else starts
        last = (
            duty.ends.day.within(starts) if duty.ends.day is not None else starts + duty.last - DAY
        )
        assert not isinstance(rhythm, After)
        for window in windows(rhythm, Span(first, last, starts)):
            yield self._entry(window.due, "")

    def _entry(self, on: date | None, when: str) -> Entry:
        met = (self._command(command) for command in self.duty.met_by)
        return Entry(
            on,
            when,
            self._said(self.source.label),
            self._role(self.duty.owner),
            self._pick(" 或 ", " or ").join(met),
            self.duty.clauses,
        )

    def _waits(self) -> str:
        """What it waits for; nothing where its days are known from the beginning."""
        after = self.source.after
        if after is not None:
            within = self._pick("之日起 ", ", within ")
            limit = (
                length(after.within, self.lang)
                if after.within is not None
                else self._pick(
                    f"{after.working_days} 个工作日", f"{after.working_days} working days"
                )
            )
            if after.command is not None:
                what = self._command(after.command)
            elif after.state is not None:
                what = self._state(after.state)
            else:
                what = self._field(after.field or "")
            return f"{what}{within}{limit}" + self._pick("内", "")
        if self.duty.begins.state and not isinstance(self.duty.rhythm, OnDay):
            state = self._state(self.duty.begins.state)
            every = self.source.every
            beat = length(every, self.lang) if every is not None else str(self.source.rrule)
            return self._pick(f"自“{state}”起，每 {beat}", f"from `{state}` on, every {beat}")
        return ""

    def _command(self, name: str) -> str:
        command = self.rules.source.commands.get(name)
        return self._said(command.label) if command is not None else name

    def _role(self, name: str) -> str:
        role = self.rules.source.roles.get(name)
        return self._said(role.label) if role is not None else self._pick("承诺人", "promisor")

    def _state(self, name: str) -> str:
        states = (lifecycle.states.get(name) for lifecycle in self.rules.lifecycles.values())
        label = next((label for label in states if label is not None), None)
        return self._said(label) if label is not None else name

    def _field(self, name: str) -> str:
        specs = (c.fields.get(name) for c in self.rules.source.commands.values())
        label = next((spec.label for spec in specs if spec is not None and spec.label), None)
        return self._said(label) if label is not None else name

    def _said(self, label: Label) -> str:
        return self._pick(label.zh, label.en)

    def _pick(self, zh: str, en: str) -> str:
        return zh if self.lang == "zh" else en
