"""What a scenario says holds in the end, held against what does: a sentence for each difference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from pledgeflow.assurance.comparing import contains, found_at, labels_at, listed, plain, same, some
from pledgeflow.assurance.holding import places, results
from pledgeflow.assurance.keeping import coverage, ledgers
from pledgeflow.assurance.measuring import indicators
from pledgeflow.assurance.reaching import Goal, keeps, reachable
from pledgeflow.assurance.scenarios import Duty, Offer, Reach, Refused, Scenario, Then
from pledgeflow.assurance.staging import JURISDICTION, Scene, stream
from pledgeflow.domain.events import Recorded
from pledgeflow.domain.states import State
from pledgeflow.errors import RefusedError, Verdict
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.judging.offering import Permissions
from pledgeflow.service import Done, Engine
from pledgeflow.steps import stream_id

STATE = frozenset({"state", "items", "rectifications", "content", "track"})
RESULTS = frozenset({"grade", "award", "outcomes", "owes"})


@dataclass(frozen=True, slots=True)
class Ending:
    """How a play ended. last: what came of the last step, if there was one; day: when; lang: in which
    reasons are told
    """

    engine: Engine
    stream: str
    day: date
    last: Done | RefusedError | None
    lang: str

    @classmethod
    def of(
        cls, scene: Scene, scenario: Scenario, last: Done | RefusedError | None, lang: str
    ) -> Ending:
        """The end of a scene that was played to it."""
        engine, day = scene.engine, scenario.then.as_of or scenario.day
        engine.clock = lambda: day
        return cls(engine, stream(scenario.cycle, scenario.promisor), day, last, lang)

    @property
    def state(self) -> State:
        """The pledge in the end."""
        return self.engine.state(self.stream)

    @property
    def cycle(self) -> str:
        """The cycle that it ended in."""
        return stream_id(self.stream).cycle

    @property
    def policy(self) -> Policy:
        """What it was judged by."""
        return self.engine.policy(self.stream)


def differences(then: Then, ending: Ending) -> Iterator[str]:
    """Everything that does not hold, in words. Raises what the engine raises."""
    said = then.model_fields_set
    yield from _answer(then, ending)
    yield from _rules(then, ending.policy)
    for offer, wanted in ((then.offers, True), (then.offers_not, False)):
        if offer is not None:
            yield from _offers(offer, ending, wanted=wanted)
    if then.late is not None:
        yield from some("late", then.late, _late(ending.last))
    if said & STATE:
        yield from places(then, ending.state)
    if said & RESULTS:
        yield from results(then, ending.state)
    if then.ledgers is not None:
        yield from ledgers(then.ledgers, ending.engine, ending.cycle, ending.day)
    if then.indicators is not None:
        yield from indicators(then.indicators, ending.engine, ending.cycle, ending.day)
    if then.people is not None:
        yield from coverage(then.people, ending.engine, ending.cycle, ending.day)
    if then.duties is not None:
        yield from pending(then.duties, ending)
    if then.reaches is not None:
        yield from unreached(then.reaches, ending)
    if then.keeps is not None:
        yield from broken(then.keeps, ending)


def unreached(wanted: Reach, ending: Ending) -> Iterator[str]:
    """What no way leads to any more."""
    view = ending.engine.store.directory(JURISDICTION).view(ending.day)
    goal = Goal(wanted.state, wanted.command, wanted.outcome or "", wanted.by)
    if not reachable(ending.policy, ending.state, (view, ending.day), goal):
        until = f" by {wanted.by}" if wanted.by is not None else ""
        named = wanted.state or wanted.command or (wanted.outcome or "",)
        yield f"expected some way to lead to {listed(named)}{until}, and none does"


def broken(wanted: tuple[str, ...], ending: Ending) -> Iterator[str]:
    """The declared properties that what happened does not keep to."""
    events = [kept.event for kept in ending.engine.history(ending.stream)]
    for name in wanted:
        kept = keeps(ending.policy, ending.state, events, (name, ending.day))
        if kept is None:
            yield f"there is no property `{name}` in the track `{ending.state.track}`"
        elif not kept:
            yield f"expected the property `{name}` to be kept, and it is broken"


def pending(wanted: Mapping[str, Duty], ending: Ending) -> Iterator[str]:
    """What is owed next by each of these duties, how it stands, who owes it, how often in all."""
    found = ending.engine.duties_of(ending.stream, until=date.max, today=ending.day)
    for name, duty in wanted.items():
        mine = [due for due in found if due.owed.duty == name]
        then = next((due for due in mine if due.owed.still(ending.day)), None)
        said = duty.model_fields_set
        values: Mapping[str, tuple[object, object]] = {
            "due": (duty.due, then.owed.due if then is not None else None),
            "status": (duty.status, then.status.value if then is not None else None),
            "owner": (duty.owner, then.owners if then is not None else None),
            "times": (duty.times, len(mine)),
        }
        for key, (asked, got) in values.items():
            if key in said and not same(asked, got):
                yield f"expected `{key}` of duty `{name}` to be {plain(asked)}, found {plain(got)}"


def reasons(error: RefusedError, lang: str) -> str:
    """A refusal in words: the ruling, and each reason with its code, clauses and text."""
    told = (
        f"{reason.text.get(lang, '')} [{', '.join((reason.code, *reason.clauses))}]"
        for reason in error.reasons
    )
    between, after = ("；", "：") if lang == "zh" else ("; ", ": ")
    return f"`{error.verdict.ruling.value}`{after}{between.join(told)}"


def _answer(then: Then, ending: Ending) -> Iterator[str]:
    last, lang = ending.last, ending.lang
    wanted = then.refused is not None or then.permitted is False
    if isinstance(last, RefusedError):
        if not wanted:
            yield f"the last step was refused, {reasons(last, lang)}"
        elif then.refused is not None:
            yield from _refusal(then.refused, last, lang)
    elif wanted:
        yield "expected the last step to be refused, but it was permitted"


def _refusal(wanted: Refused, error: RefusedError, lang: str) -> Iterator[str]:
    verdict: Verdict = error.verdict
    found: Mapping[str, tuple[str, ...]] = {
        "codes": tuple(reason.code for reason in verdict.reasons),
        "clauses": verdict.clauses,
        "rules": tuple(reason.rule for reason in verdict.reasons),
        "remedy": tuple(s.command for r in verdict.reasons for s in r.remedy if s.command),
    }
    was = f"it was {reasons(error, lang)}"
    if wanted.ruling is not None and wanted.ruling is not verdict.ruling:
        yield f"expected the ruling `{wanted.ruling.value}`; {was}"
    for key in sorted(found.keys() & wanted.model_fields_set):
        asked, got = frozenset(getattr(wanted, key)), frozenset(found[key])
        if asked != got if wanted.exactly else not asked <= got:
            exact = "exactly " if wanted.exactly else ""
            told = f"{exact}{listed(sorted(asked))}, found {listed(sorted(got))}"
            yield f"expected `{key}` of the refusal to be {told}; {was}"


def _rules(then: Then, policy: Policy) -> Iterator[str]:
    if then.responsible is not None:
        yield from some("responsible", then.responsible, tuple(policy.document.responsible))
    for path, value in (then.shows or {}).items():
        found = found_at(policy, path)
        if not same(value, found):
            yield f"expected rule `{path}` to be {plain(value)}, found {plain(found)}"
    for path, texts in (then.labels or {}).items():
        labels = labels_at(policy, path)
        for text in texts:
            if not contains(labels, text):
                yield f"expected a label with `{text}` under `{path}`, found {listed(labels)}"


def _offers(offer: Offer, ending: Ending, *, wanted: bool) -> Iterator[str]:
    who = f"{offer.actor} on {ending.day}"
    try:
        verdicts = ending.engine.permitted(ending.stream, offer.actor, ending.day)
    except RefusedError as error:  # no track: nothing is offered to anybody
        verdicts = {(command, ""): error.verdict for command in offer.commands}
    allowed = {name for name, _ in _allowed(verdicts)}
    for command in offer.commands:
        may = command in allowed and _in_capacity(offer, command, ending)
        if may and not wanted:
            yield f"expected `{command}` not to be offered to {who}, but it is"
        elif wanted and not may:
            about = (verdicts[name, subject] for name, subject in verdicts if name == command)
            texts = [r.text.get(ending.lang) or f"`{r.code}`" for v in about for r in v.reasons]
            why = f": {'; '.join(dict.fromkeys(texts))}" if texts else ""
            yield f"expected `{command}` to be offered to {who}{why}"


def _allowed(verdicts: Mapping[tuple[str, str], Verdict]) -> Iterable[tuple[str, str]]:
    """What is permitted. Why the rest is not takes longest to find out, and nobody asks here."""
    if isinstance(verdicts, Permissions):
        return verdicts.allowed
    return (key for key, verdict in verdicts.items() if verdict.permitted)


def _in_capacity(offer: Offer, command: str, ending: Ending) -> bool:
    """Whether it is this capacity in which the step may be taken; any, if none is named."""
    role, state = offer.capacity, ending.state
    if role is None:
        return True
    rules = ending.policy.ruleset(state)
    steps = (
        step
        for by_state in rules.steps[command].values()
        for alternatives in by_state.values()
        for step in alternatives
    )
    view = ending.engine.store.directory(JURISDICTION).view(ending.day)
    named = any(role in step.roles for step in steps)
    return named and not rules.roles.standing(role, offer.actor, state, view).code


def _late(last: Done | RefusedError | None) -> tuple[str, ...]:
    events = last.events if isinstance(last, Done) else ()
    return tuple(
        stage
        for event in events
        if isinstance(event, Recorded)
        for stage in (*event.late, *event.early)
    )
