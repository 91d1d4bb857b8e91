"""What a track declares, by what its steps mean and never by what they are called."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from pledgeflow.domain.meanings import Means
from pledgeflow.policy.checks.references import JUDGING
from pledgeflow.policy.compiled.roles import PROMISOR
from pledgeflow.policy.compiled.rules import Ruleset, Step
from pledgeflow.policy.language.indicators import Fulfilment
from pledgeflow.policy.language.schema import Document

ADDING = frozenset({Means.PROPOSAL, Means.OBJECTIVE})
REVIEWING = frozenset({Means.APPROVAL, Means.GUIDANCE})
"""Somebody else has looked at what is to be promised, and let it pass."""
KEEPING = REVIEWING | {Means.CONSENT, Means.PUBLICATION, Means.STRIKE_OFF, Means.CARRY_OVER}
"""What only happens to something that is promised, if it happens to an item at all."""
CERTIFYING = frozenset({Means.ATTESTATION, Means.STRIKE_OFF})
"""Somebody finds that what was promised has been done."""
CONFERRING = frozenset({Means.AWARD, Means.COMMENDATION})
KEPT = frozenset({Means.STRIKE_OFF, Means.ATTESTATION, Means.CARRY_OVER, Means.WITHDRAWAL})
"""After that an item is no promise that was broken: it was kept, goes on, or was taken back."""
JUDGED = JUDGING | CONFERRING
"""Steps by which somebody judges a pledge: never whoever it belongs to."""


@dataclass(frozen=True)
class Declared:
    """The rules of one track, looked at by meaning.

    borrowed: commands that only an abstract parent has: words to choose from, and no claim that
    anybody gives them
    """

    document: Document
    rules: Ruleset
    borrowed: frozenset[str] = frozenset()

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Every step that people or reactions can take, once each."""
        return tuple({step.rule: step for step in self._steps()}.values())

    def _steps(self) -> Iterator[Step]:
        for by_lifecycle in self.rules.steps.values():
            for by_state in by_lifecycle.values():
                for alternatives in by_state.values():
                    yield from alternatives

    def means(self, step: Step) -> str:
        """What a step means."""
        return self.rules.commands[step.trigger].means

    @cached_property
    def promises(self) -> frozenset[str]:
        """The lifecycles of items that are promised: that are proposed, approved, struck off."""
        adding = (s.adds for s in self.steps if s.adds and self.means(s) in ADDING)
        kept = (s.lifecycle for s in self.steps if self.means(s) in KEEPING)
        return frozenset((*adding, *kept)) - {self.rules.root}

    def levels(self, *means: Means) -> frozenset[str]:
        """The lifecycles, of the whole and of what is promised, in which there is such a step.

        A consent is the promisor's own; what others agree to is something else.
        """
        return frozenset(
            step.lifecycle
            for step in self.steps
            if self.means(step) in means
            and step.lifecycle in self.promises | {self.rules.root}
            and (Means.CONSENT not in means or PROMISOR in step.roles)
        )

    @cached_property
    def before_publication(self) -> dict[str, frozenset[str]]:
        """What has to be there before anything is published -> of the whole, or of which items.

        It has to be approved, by whatever step; consented to and signed where the policy has a word
        for that, even if nobody can say it.
        """
        root = frozenset({self.rules.root})
        return {
            "approval": self.levels(*REVIEWING) or root,
            "consent": self.levels(Means.CONSENT) or (root & self._wordy(Means.CONSENT)),
            "signature": self.levels(Means.SIGNATURE) or (root & self._wordy(Means.SIGNATURE)),
        }

    def _wordy(self, means: Means) -> frozenset[str]:
        """The root, where a command of that meaning is declared and no step takes it."""
        taken = {step.trigger for step in self.steps}
        left = self.named - taken
        named = any(self.rules.commands[command].means == means for command in left)
        return frozenset({self.rules.root}) if named else frozenset()

    @cached_property
    def named(self) -> frozenset[str]:
        """The commands that the policy declares itself."""
        return frozenset(self.rules.commands) - self.borrowed

    @cached_property
    def publishes(self) -> bool:
        """Whether there is a step that publishes."""
        return bool(self.levels(Means.PUBLICATION))

    @cached_property
    def ends(self) -> dict[str, frozenset[str]]:
        """The final states of each lifecycle."""
        return {name: frozenset(one.final) for name, one in self.rules.lifecycles.items()}

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The commands of the evaluation, in the order in which they are to be given."""
        return self.rules.evaluation.order if self.rules.evaluation is not None else ()

    @cached_property
    def fulfilled(self) -> frozenset[str]:
        """The states in which an item counts as fulfilled, or is put aside, by some indicator."""
        counts = self.document.indicators.values()
        found = [one for one in counts if isinstance(one, Fulfilment)]
        return frozenset(s for one in found for s in (*one.fulfilled, *one.aside))

    @cached_property
    def consequences(self) -> frozenset[str]:
        """The lifecycles of promised items for whose ends the policy names outcomes."""
        named: set[str] = set()
        for outcome in self.rules.outcomes:
            named.update(lifecycle for lifecycle, _ in outcome.items)
            for lifecycle in self.promises:
                states = self.rules.lifecycles[lifecycle].states
                if any(kind == "state" and name in states for kind, name in outcome.signs):
                    named.add(lifecycle)
        return frozenset(named & self.promises)

    def confers(self, step: Step) -> bool:
        """Whether a step confers an award."""
        return self.means(step) in CONFERRING

    def judges(self, step: Step) -> bool:
        """Whether a step judges a pledge; an evaluation that only the promisor gives does not."""
        means = self.means(step)
        return means in JUDGED or (means == Means.EVALUATION and step.trigger not in self._of_self)

    @cached_property
    def own_judging(self) -> frozenset[str]:
        """The commands that judge, and that might be given by somebody whom that concerns.

        Who acts for any role but the promisor's steps back from the own pledge; but whom an item
        names does not.
        """
        return frozenset(
            step.trigger
            for step in self.steps
            if self.judges(step)
            and not step.joint
            and (
                PROMISOR in step.roles or (self.confers(step) and step.lifecycle != self.rules.root)
            )
        )

    @cached_property
    def _of_self(self) -> frozenset[str]:
        """The commands that only the promisor can give."""
        others = {s.trigger for s in self.steps if any(role != PROMISOR for role in s.roles)}
        return frozenset(s.trigger for s in self.steps) - others

    @cached_property
    def clauses(self) -> dict[str, tuple[str, ...]]:
        """The clauses behind each rule by its path, those of its guards included."""
        silent = (
            step
            for places in (self.rules.completions, self.rules.timers)
            for by_state in places.values()
            for steps in by_state.values()
            for step in steps
        )
        return {step.rule: step.clauses for step in (*self.steps, *silent)} | {
            outcome.rule: outcome.clauses for outcome in self.rules.outcomes
        }
