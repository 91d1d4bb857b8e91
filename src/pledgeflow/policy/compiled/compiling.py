"""From a resolved, checked document to the compiled rules of each of its tracks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from pledgeflow.policy.compiled import balloting
from pledgeflow.policy.compiled.grading import grade_check
from pledgeflow.policy.compiled.machine import build, read_table
from pledgeflow.policy.compiled.numbers import bounded
from pledgeflow.policy.compiled.roles import compile_roles
from pledgeflow.policy.compiled.rules import (
    ClosedList,
    OutcomeRule,
    Places,
    ReactionRule,
    Ruleset,
    Sign,
    StageRule,
    Step,
    StepName,
    Timer,
)
from pledgeflow.policy.compiled.surroundings import Rulebook, fires
from pledgeflow.policy.compiled.witnesses import choices
from pledgeflow.policy.guards.binding import Binding, Check
from pledgeflow.policy.guards.history import PrecededBy
from pledgeflow.policy.guards.kinds import Factory, Guard, bind
from pledgeflow.policy.language.cycles import Stage
from pledgeflow.policy.language.following import Arises, OutcomeRules, Reaction
from pledgeflow.policy.language.lifecycles import Lifecycle, Transition
from pledgeflow.policy.language.schema import Document, Rules
from pledgeflow.policy.language.steps import CommandRules
from pledgeflow.policy.words import period

CHOICES = ("choice", "choices", "checklist")
TALLY = "tally"
GRADED = ("tier", TALLY)
RESULTS = "results"


def root_of(rules: Rules) -> str:
    """The lifecycle that belongs to nothing: the pledge's own."""
    return next((name for name, lifecycle in rules.lifecycles.items() if not lifecycle.of), "")


@dataclass(frozen=True)
class Compiler:
    """Compiles one track. allowed: the guard kinds a deployer added, by name."""

    document: Document
    rules: Rules
    book: Rulebook
    allowed: Mapping[str, Factory]

    def ruleset(self, track: str, absent: Mapping[str, tuple[str, tuple[str, ...]]]) -> Ruleset:
        """Everything that holds for the track; absent: step -> (path, clauses) of what is not."""
        document, rules = self.document, self.rules
        steps: dict[str, dict[str, Mapping[str, tuple[Step, ...]]]] = {}
        silent: list[Step] = []
        for name, lifecycle in rules.lifecycles.items():
            compiled = list(self._steps(name, lifecycle))
            # Without its checks a policy may have lost a command: nobody can give it then.
            acts = [s for s in compiled if s.roles and s.trigger in rules.commands]
            silent += [s for s in compiled if not s.roles]
            table = read_table(build(tuple(lifecycle.states), lifecycle.initial, acts), acts)
            for trigger, by_state in table.items():
                steps.setdefault(trigger, {})[name] = by_state
        late, evaluation = document.late_entry, rules.evaluation
        commands = {name: self._command(name) for name in rules.commands}
        tiers = tuple(evaluation.tiers) if evaluation else ()
        return Ruleset(
            track=track,
            root=self.book.root,
            source=rules,
            lifecycles=rules.lifecycles,
            commands=commands,
            steps=steps,
            choices=choices(steps, commands, tiers),
            completions=_by_place(s for s in silent if s.waits is None),
            timers=_by_place(s for s in silent if s.waits is not None),
            outcomes=tuple(self._outcomes()),
            reactions=tuple(self._reactions()),
            signs=self.signs,
            grading=evaluation.grade if evaluation else None,
            evaluation=evaluation,
            evaluation_clauses=evaluation.cite if evaluation else (),
            roles=compile_roles(rules.roles, document.tracks[track].represented_by),
            reads={
                step.rule: frozenset(c for check in step.checks for c in check.reads)
                for step in _all(steps)
            },
            late_entry=period(late.within) if late else None,
            late_entry_clauses=late.cite if late else (),
            duties=self.book.duties,
            ballots={ballot.id: ballot for ballot in balloting.compiled(rules)},
            absent=absent,
            carrying={step.rule: step.carries for step in _all(steps) if step.carries},
            counted=frozenset(c for duty in self.book.duties.values() for c in duty.counted),
        )

    @cached_property
    def signs(self) -> frozenset[Sign]:
        """Every kind of event from which some outcome arises."""
        return frozenset(s for o in self.rules.outcomes.values() for s in _signs(o.when))

    def _steps(self, lifecycle_id: str, lifecycle: Lifecycle) -> Iterator[Step]:
        for name, transition in lifecycle.transitions.items():
            rule = f"lifecycles.{lifecycle_id}.transitions.{name}"
            by = transition.by
            checks = tuple(self._checks(rule, lifecycle_id, name, transition))
            yield Step(
                rule=rule,
                clauses=transition.cite,
                lifecycle=lifecycle_id,
                trigger=fires(name, transition),
                sources=transition.source,
                dest=transition.dest,
                roles=(*by.any_of, *by.all_of) if by else (),
                joint=bool(by and by.all_of),
                stage=self._stage(transition.stage),
                above=tuple((k, frozenset(v)) for k, v in transition.while_.items()),
                checks=checks,
                judges=tuple(check.judge for check in checks),
                leaning=tuple(check for check in checks if check.ask is not None),
                relying=tuple(check for check in checks if check.relies is not None),
                plain=self._plain(fires(name, transition), transition),
                records_only=not (transition.dest or transition.adds or transition.amends),
                waits=self._timer(transition),
                adds=transition.adds,
                amends=transition.amends,
                carries=transition.carries or "",
            )

    def _plain(self, trigger: str, transition: Transition) -> bool:
        grade = self.rules.evaluation.grade if self.rules.evaluation else None
        grading = grade is not None and trigger in (grade.command, grade.confirmed_by)
        signs = self.signs
        brings = ("command", trigger) in signs or ("state", transition.dest) in signs
        return not (transition.adds or transition.amends or grading or brings)

    def _checks(
        self, rule: str, lifecycle: str, name: str, transition: Transition
    ) -> Iterator[Check]:
        if transition.by is not None:
            yield from self._order(lifecycle, fires(name, transition))
            grade = self.rules.evaluation.grade if self.rules.evaluation else None
            if grade is not None and fires(name, transition) == grade.command:
                yield from grade_check(grade, self.book)
        for part in ("guards", "when"):
            for guard_id, guard in (getattr(transition, part) or {}).items():
                cite = guard.cite or (transition.cite if part == "when" else ())
                yield self._check(f"{rule}.{part}.{guard_id}", lifecycle, guard, cite)

    def _check(self, rule: str, lifecycle: str, guard: Guard, cite: tuple[str, ...]) -> Check:
        binding = Binding(rule, cite, lifecycle, self.book, guard.required())
        return bind(guard, binding, self.allowed)

    def _order(self, lifecycle: str, trigger: str) -> Iterator[Check]:
        """The order of an evaluation is a guard on each of its steps: the one before has been."""
        evaluation = self.rules.evaluation
        order = evaluation.order if evaluation is not None else ()
        if evaluation is None or trigger not in order[1:]:
            return
        before = order[order.index(trigger) - 1]
        guard = PrecededBy.model_validate({"is": "preceded_by", "command": before})
        yield self._check("evaluation.order", lifecycle, guard, evaluation.cite)

    def _stage(self, name: str | None) -> StageRule | None:
        cycle = self.document.cycle
        stage: Stage | None = cycle.stages.get(name) if cycle and name else None
        if name is None or stage is None:
            return None
        return StageRule(
            id=name,
            rule=f"cycle.stages.{name}",
            clauses=stage.cite,
            bounds=(stage.from_, stage.until),
            refuses_early=stage.early == "refused",
            refuses_late=stage.late == "refused",
        )

    def _timer(self, transition: Transition) -> Timer | None:
        after = transition.after
        if after is None:
            return None
        length = period(after.period) if after.period else None
        return Timer(length, after.field, self._stage(after.stage))

    def _command(self, name: str) -> StepName:
        command = self.rules.commands[name]
        path = f"commands.{name}"
        pointers = [f for f, spec in command.fields.items() if spec.type in self.rules.lifecycles]
        pointer = pointers[0] if pointers else None
        return StepName(
            rules=command,
            rule=path,
            means=command.means.value,
            required=tuple(f for f, spec in command.fields.items() if spec.required),
            closed=tuple(self._closed(path, command)),
            pointer=pointer,
            points_at=command.fields[pointer].type if pointer else None,
            counts=tuple((f, spec.of) for f, spec in command.fields.items() if spec.of is not None),
            numbers=tuple(bounded(name, command)),
        )

    def _closed(self, path: str, command: CommandRules) -> Iterator[ClosedList]:
        evaluation = self.rules.evaluation
        tiers = frozenset(evaluation.tiers) if evaluation else frozenset()
        cite = evaluation.cite if evaluation else ()
        for name, spec in command.fields.items():
            if spec.type in CHOICES or (spec.type == TALLY and spec.choices):
                if spec.open:
                    continue
                values = frozenset(spec.choices)
                yield ClosedList(name, values, f"{path}.fields.{name}", spec.cite)
            elif spec.type == RESULTS and (spec.choices or tiers) and not spec.open:
                values = frozenset(spec.choices) or tiers
                rule = f"{path}.fields.{name}" if spec.choices else "evaluation.tiers"
                yield ClosedList(name, values, rule, spec.cite or cite, results=True)
            elif spec.type in GRADED and spec.of is None:
                yield ClosedList(name, tiers, "evaluation.tiers", cite)

    def _outcomes(self) -> Iterator[OutcomeRule]:
        for name, outcome in self.rules.outcomes.items():
            when = outcome.when
            yield OutcomeRule(
                id=name,
                rule=f"outcomes.{name}",
                clauses=outcome.cite,
                signs=_signs(when),
                items=tuple((k, frozenset(v)) for k, v in when.items.items()),
                award=outcome.award or "",
                calls=tuple(
                    (command, period(call.within) if call.within else None)
                    for command, call in outcome.calls_for.items()
                ),
                checks=self._besides(f"outcomes.{name}", outcome),
            )

    def _reactions(self) -> Iterator[ReactionRule]:
        for name, reaction in self.rules.reactions.items():
            yield ReactionRule(
                id=name,
                rule=f"reactions.{name}",
                signs=_signs(reaction.when),
                items=tuple((k, frozenset(v)) for k, v in reaction.when.items.items()),
                checks=self._besides(f"reactions.{name}", reaction),
                place=reaction.place,
                source=reaction,
            )

    def _besides(self, rule: str, following: OutcomeRules | Reaction) -> tuple[Check, ...]:
        """What has to hold besides for something to follow."""
        about = next(iter(following.when.items), self.book.root)
        return tuple(
            self._check(f"{rule}.guards.{key}", about, guard, guard.cite)
            for key, guard in following.guards.items()
        )


def _signs(when: Arises) -> frozenset[Sign]:
    return frozenset(
        [
            *(("tier", tier) for tier in when.tier),
            *(("state", state) for state in when.state),
            *(("command", command) for command in when.command),
        ]
    )


def _all(
    steps: Mapping[str, Mapping[str, Mapping[str, tuple[Step, ...]]]],
) -> Iterator[Step]:
    for by_lifecycle in steps.values():
        for by_state in by_lifecycle.values():
            for alternatives in by_state.values():
                yield from alternatives


def _by_place(steps: Iterator[Step]) -> Places:
    placed: dict[str, dict[str, tuple[Step, ...]]] = {}
    for step in steps:
        states = placed.setdefault(step.lifecycle, {})
        for source in step.sources:
            states[source] = (*states.get(source, ()), step)
    return placed
