"""Simulated people at work: they try a step; what the engine says would help, they do first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from pledgeflow.demo.attempts import Refusal, Wish
from pledgeflow.demo.cast import Cast
from pledgeflow.demo.filling import Form
from pledgeflow.demo.temper import Temper
from pledgeflow.demo.voting import ballot_of, hold
from pledgeflow.demo.ways import Ways
from pledgeflow.domain.people import View
from pledgeflow.domain.states import State
from pledgeflow.errors import (
    DirectoryError,
    InvalidCommandError,
    Reason,
    RefusedError,
    Ruling,
    Verdict,
)
from pledgeflow.policy.compiled.roles import PROMISOR
from pledgeflow.policy.compiled.surroundings import Rulebook
from pledgeflow.service import Engine

DEPTH = 5
"""How far a remedy's own remedies are followed."""
AGAIN = timedelta(days=20)
"""What came to nothing is tried again after that."""
TRIES = 30
"""How much is tried on one day."""


@dataclass(slots=True)
class Case:
    """One pledge in somebody's hands. waits: nothing can be done before that day;
    slips: what is tried now is a blunder; muddles: what was ill-formed, by the engine's word;
    tried: what came to nothing, and when; urged: what was; ballots: how many were held
    """

    engine: Engine
    view: View
    ways: Ways
    state: State
    temper: Temper
    rng: Random
    lang: str
    ends: date
    refusals: list[Refusal] = field(default_factory=list)
    waits: date = date.min
    tries: int = 0
    slips: bool = False
    muddles: list[str] = field(default_factory=list)
    cast: Cast = field(default_factory=Cast)
    tried: dict[tuple[str, str], date] = field(default_factory=dict)
    urged: set[tuple[str, str, date]] = field(default_factory=set)
    ballots: int = 0

    def attempted(self, wish: Wish, on: date, about: str, never: tuple[str, ...] = ()) -> bool:
        """Take a step, unless it came to nothing a few days ago.

        never: steps that are not taken for it, though they would help
        """
        key = (wish.command, about)
        if key in self.tried and self.tried[key] + AGAIN > on:
            return False
        place = self.place(wish.command, wish.subject)
        taken = self.take(wish, on, tuple(f"{command} {place}" for command in never))
        if not taken:
            self.tried[key] = on
        return taken

    def refresh(self) -> None:
        """Look again how it stands: other streams may have brought something about in it."""
        if len(self.engine.store.load(self.state.stream)) != self.state.version:
            self.state = self.engine.state(self.state.stream)

    def roles(self, command: str, subject: str) -> tuple[tuple[str, ...], bool]:
        """Who may take a step where its subject is now, and whether jointly."""
        rules, found = self.ways.rules, self.state.subjects.get(subject)
        lifecycle = found.lifecycle if found is not None else self.state.root
        here = found.state if found is not None else ""
        steps = rules.steps.get(command, {}).get(lifecycle, {}).get(here, ())
        if steps:
            return steps[0].roles, steps[0].joint
        return Rulebook(rules.source, rules.root).takers(command), False

    def actors(self, role: str) -> Iterator[str]:
        """Who may act for a role in this pledge."""
        roles, state, view = self.ways.rules.roles, self.state, self.view
        entitled = roles.standing(role, "", state, view).entitled
        if role == PROMISOR or entitled:
            yield from entitled
        else:
            standing = (p for p in view.persons if not roles.standing(role, p, state, view).code)
            yield from sorted(standing)

    def place(self, command: str, subject: str | None) -> str:
        """What a step is about: the item, if the step takes one, else the pledge."""
        by_lifecycle = self.ways.rules.steps.get(command, {})
        found = self.state.subjects.get(subject or self.state.root)
        known = found is not None and found.lifecycle in by_lifecycle
        return found.id if found is not None and known else self.state.root

    def take(self, wish: Wish, on: date, trail: tuple[str, ...] = ()) -> bool:
        """Take a step, doing first what it is refused for; whether it was taken in the end."""
        command, about = wish.command, self.place(wish.command, wish.subject)
        key = f"{command} {about}"
        named = self.ways.rules.commands.get(command)
        if named is None or key in trail or len(trail) >= DEPTH:
            return False
        rules, temper = self.ways.rules, self.temper
        form = Form(rules, self.state, temper, on, self.ends, self.lang, self.rng, self.cast)
        fields = form.filled(named, wish.subject or "", wish.saying)
        for _ in range(3):
            reasons = self._try(wish, about, on, fields)
            if reasons is None:
                return True
            asked = self._mend(reasons, command, on, (*trail, key))
            if asked is None:
                return False
            said = {**asked, **form.blanks(named, asked)}
            if None in said.values():
                return False
            fields |= said
        return False

    def _try(
        self, wish: Wish, about: str, on: date, fields: dict[str, object]
    ) -> Sequence[Reason] | None:
        """Nothing if it was done; else all that is against it. Of a joint act, every signature."""
        roles, joint = self.roles(wish.command, about)
        if not joint and wish.by:
            roles = wish.by
        acted: list[str] = []
        for role in roles:
            actor = next((a for a in self.actors(role) if a not in acted), None)
            if actor is None:
                continue
            acted.append(actor)
            verdict = self.attempt(wish.command, (actor, role), on, fields)
            if verdict is not None:
                return verdict.reasons
            if not joint:
                return None
        return None if acted else ()

    def attempt(
        self, command: str, who: tuple[str, str], on: date, fields: dict[str, object]
    ) -> Verdict | None:
        """One act, as it comes; the verdict if it is refused."""
        actor, role = who
        step = {"do": command, "actor": actor, "capacity": role, "on": on, **fields}
        self.tries += 1
        ballot = ballot_of(self, command)
        try:
            if ballot is not None:
                return hold(self, ballot, step)
            self.state = self.engine.do(self.state.stream, step).state
        except RefusedError as error:
            stream, track, verdict = self.state.stream, self.state.track, error.verdict
            refusal = Refusal(stream, track, command, actor, role, on, verdict, self.slips)
            self.refusals.append(refusal)
            return verdict
        except (DirectoryError, InvalidCommandError) as error:
            # Not the policy says no: whoever fills in the forms did not understand it.
            self.muddles.append(str(error))
            return Verdict(Ruling.FORBIDDEN)
        return None

    def _mend(
        self, reasons: Sequence[Reason], command: str, on: date, trail: tuple[str, ...]
    ) -> dict[str, object] | None:
        """Do what the reasons ask for. Answers what the step has to say; None if it cannot be."""
        asked: dict[str, object] = {}
        if not reasons or not all(reason.remedy for reason in reasons):
            return None
        done: set[tuple[str, str | None, tuple[str, ...]]] = set()
        for step in (step for reason in reasons for step in reason.remedy):
            if self.tries > TRIES:
                return None
            if step.promisor is not None or (step.not_before is not None and step.not_before > on):
                self.waits = max(self.waits, step.not_before or on + timedelta(days=5))
                return None
            if step.command in ("", command) and step.fields:
                asked |= step.fields
                continue
            joint = self.roles(step.command, self.place(step.command, step.subject))[1]
            key = (step.command, step.subject, () if joint else step.by)
            wish = Wish(step.command, step.subject, step.by, step.fields)
            for _ in range(0 if key in done else step.times):
                if not self.take(wish, on, trail):
                    return None
            done.add(key)
        return asked
