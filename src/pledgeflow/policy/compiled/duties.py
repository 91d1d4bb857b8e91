"""From the duties that a policy declares to those that a stream can be asked about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from dateutil.relativedelta import relativedelta

from pledgeflow.domain.calendars import DAY
from pledgeflow.policy.compiled.compiling import root_of
from pledgeflow.policy.compiled.surroundings import Books, Rulebook
from pledgeflow.policy.duties.owing import After, Bound, Delay, Duty
from pledgeflow.policy.duties.rhythms import ByRule, Every, OnDay, Rhythm
from pledgeflow.policy.guards.binding import Binding, Check, Judge
from pledgeflow.policy.language.duties import Bound as WrittenBound
from pledgeflow.policy.language.duties import DutyRules
from pledgeflow.policy.language.schema import Document, Rules
from pledgeflow.policy.words import MonthDay, period

A_YEAR = "P1Y"
NEVER = relativedelta()


def rulebook(document: Document, rules: Rules, others: Books) -> Rulebook:
    """A track's rules seen from the outside, with its duties compiled; others: of other places."""
    book = Rulebook(rules, root_of(rules), others)
    duties = {name: compiled(name, document, book) for name in rules.duties}
    return replace(book, duties=duties)


def compiled(name: str, document: Document, book: Rulebook) -> Duty:
    """One duty of a track; checked before, so that every name leads somewhere."""
    said = book.rules.duties[name]
    rule = f"duties.{name}"
    return Duty(
        id=name,
        rule=rule,
        clauses=said.cite,
        owner=said.owner,
        met_by=said.met_by,
        rhythm=_rhythm(said, book),
        last=_last(said, document),
        at_least=said.at_least,
        begins=_bound(said.from_, document, book, first=True),
        ends=_bound(said.until, document, book, first=False),
        under=frozenset(said.while_),
        each=said.each or "",
        among=frozenset(said.states),
        ends_with=dict(_ends(said, book)),
        pointers=dict(_pointers(book.rules)),
        condition=_condition(rule, said, book),
    )


def _rhythm(said: DutyRules, book: Rulebook) -> Rhythm | After:
    if said.every is not None:
        return Every(period(said.every))
    if said.rrule is not None:
        return ByRule(said.rrule)
    if said.due is not None:
        return OnDay(said.due)
    after = said.after
    if after is None:
        # Without its checks a policy may have lost its rhythm: then nothing is ever owed.
        return After(Delay(NEVER))
    length = period(after.within) if after.within is not None else None
    if length is None and after.working_days is None:
        length = relativedelta(days=1)
    return After(
        Delay(length, after.working_days or 0),
        after.command or "",
        after.state or "",
        book.home_of(after.state or "") != said.each,
        after.field or "",
    )


def _bound(said: WrittenBound | None, document: Document, book: Rulebook, *, first: bool) -> Bound:
    if said is None:
        return Bound()
    if said.state is not None:
        return Bound(state=said.state, of_root=book.home_of(said.state) == book.root)
    cycle = document.cycle
    stage = cycle.stages.get(said.stage or "") if cycle is not None else None
    day: MonthDay | None = None
    if stage is not None:
        day = stage.from_ if first else stage.until
    return Bound(day=day)


def _ends(said: DutyRules, book: Rulebook) -> Iterator[tuple[str, frozenset[str]]]:
    """The states in which a subject owes nothing any more, unless it is about just those."""
    after = said.after
    if after is not None and after.command is not None:
        return
    entered = after.state if after is not None else None
    for name in {book.root, said.each or book.root}:
        lifecycle = book.rules.lifecycles.get(name)
        if lifecycle is not None and entered not in lifecycle.final:
            yield name, frozenset(lifecycle.final)


def _pointers(rules: Rules) -> Iterator[tuple[str, str]]:
    for name, command in rules.commands.items():
        for field, spec in command.fields.items():
            if spec.type in rules.lifecycles:
                yield name, field


def _last(said: DutyRules, document: Document) -> relativedelta:
    """How long a rhythm may run: a cycle; where a day or a state ends it, its last stage too."""
    cycle = document.cycle
    whole = period(cycle.every if cycle is not None else A_YEAR)
    if cycle is None or (said.due is None and (said.until is None or said.until.state is None)):
        return whole
    start = cycle.starts.within(date(2000, 1, 1))
    days = [stage.until.within(start) for stage in cycle.stages.values() if stage.until]
    latest = max([start + whole - DAY, *days])
    if said.due is not None:
        latest = max(latest, said.due.within(start))
    return relativedelta(latest + DAY, start)


def _condition(rule: str, said: DutyRules, book: Rulebook) -> Judge | None:
    check = _under(rule, said, book)
    return check.judge if check is not None else None


def condition(name: str, rules: Rules) -> Check | None:
    """The guard under which a duty of a track is one, if there is any; and what it looks at."""
    return _under(f"duties.{name}", rules.duties[name], Rulebook(rules, root_of(rules)))


def _under(rule: str, said: DutyRules, book: Rulebook) -> Check | None:
    if said.if_ is None:
        return None
    binding = Binding(f"{rule}.if", said.cite, said.each or book.root, book, said.if_.required())
    return said.if_.bind(binding)
