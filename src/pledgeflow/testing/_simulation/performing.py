"""Carrying out what refusals say would help: in the same stream, or in another of the town."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pledgeflow.decision import explain
from pledgeflow.domain.commands import Annul, AnyCommand, Command, Correct
from pledgeflow.domain.values import Value
from pledgeflow.errors import Reason, RemedyStep, Ruling, Verdict
from pledgeflow.testing._simulation.dice import SIMPLE, Dice
from pledgeflow.testing._simulation.walks import Asked, Hand, Walk, facts_for, takers

Given = Command | Annul | Correct


class StuckError(Exception):
    """A remedy leads to a refusal that nothing helps against; `reasons` are that one's."""

    def __init__(self, command: AnyCommand, reasons: tuple[Reason, ...]) -> None:
        super().__init__(command, reasons)
        self.command = command
        self.reasons = reasons


def same(reason: Reason) -> tuple[str, str]:
    """What makes two reasons the same one."""
    return reason.code, reason.rule


@dataclass(slots=True)
class Performer:
    """Carries out remedies as somebody would who reads them: each step, by somebody entitled.

    What a step does not say is filled in with values that fit; a step that is refused is helped
    by its own remedies first, `depth` levels deep.
    """

    walk: Walk
    depth: int = 6
    patience: int = 12
    dice: Dice = SIMPLE

    def verdict(self, command: AnyCommand) -> Verdict:
        """What the policy would say now."""
        walk = self.walk
        facts = facts_for(walk.policy, walk.state, [command], walk.today, walk.town)
        return explain(walk.policy, walk.state, command, facts)

    def stands(self, command: AnyCommand, reason: Reason) -> bool:
        """Whether a command is still refused for this reason."""
        return same(reason) in {same(r) for r in self.verdict(command).reasons}

    def remove(self, command: AnyCommand, reason: Reason) -> AnyCommand:
        """Carry out the remedy; the same command, as the remedy says to give it again."""
        for step in reason.remedy:
            if not self.stands(command, reason):
                break
            command = self._take(command, reason, step)
        return command._replace(occurred_on=max(command.occurred_on, self.walk.today))

    def achieve(self, command: AnyCommand) -> Asked:
        """Give a command, after all that it needs. Raises StuckError."""
        for _ in range(self.patience):
            verdict = self.verdict(command)
            if verdict.permitted:
                return self.walk.ask(command)
            reason = next((r for r in verdict.reasons if r.remedy), None)
            if reason is None or self.depth == 0 or not all(r.remedy for r in verdict.reasons):
                hopeless = tuple(r for r in verdict.reasons if not r.remedy)
                raise StuckError(command, hopeless or verdict.reasons)
            command = replace(self, depth=self.depth - 1).remove(command, reason)
        raise StuckError(command, verdict.reasons)

    def want(self, name: str) -> Asked:
        """Give a command of that name, whoever has to, after all that it needs."""
        return self.achieve(self._command(RemedyStep(name)))

    def _take(self, command: AnyCommand, reason: Reason, step: RemedyStep) -> AnyCommand:
        walk = self.walk
        if step.not_before is not None:
            walk.today = max(walk.today, step.not_before)
        if step.promisor in walk.town.missing:
            left = tuple(m for m in walk.town.missing if m != step.promisor)
            walk.town = replace(walk.town, missing=left)
        elif step.promisor is not None and self._key(step) != walk.town.key:
            self._there(step)
        elif step.command in ("", command.name) and self._itself(command, step):
            return self._again(command, reason, step)
        else:
            self._do(step)
        return command

    def _key(self, step: RemedyStep) -> tuple[str, str]:
        return str(step.promisor), step.venue

    def _do(self, step: RemedyStep) -> None:
        if step.command in ("annul", "correct"):
            self.achieve(self._amending(step))
        else:
            for _ in range(step.times):
                self.achieve(self._command(step))

    def _there(self, step: RemedyStep) -> None:
        """Take a step in another stream of the town, which stands otherwise from then on."""
        walk, key = self.walk, self._key(step)
        town, here = walk.town, walk.town.key
        others = {**town.others, here: walk.state}
        beside = replace(town, promisor=key[0], venue=key[1], others=others, missing=())
        there = walk.beside(beside, others[key])
        try:
            replace(self, walk=there, depth=max(0, self.depth - 1))._do(step)
        finally:
            others = {**there.town.others, key: there.state}
            walk.today, walk.state = there.today, others.pop(here)
            walk.town = replace(town, others=others)

    def _itself(self, command: AnyCommand, step: RemedyStep) -> bool:
        """Whether a step is the refused command, said otherwise."""
        if isinstance(command, Annul | Correct):
            return bool(step.fields.get("target", command.target) == command.target)
        if not isinstance(command, Command) or step.subject is None:
            return True
        pointer = self.walk.rules.commands[command.name].pointer
        return pointer is None or command.fields.get(pointer) == step.subject

    def _again(self, command: AnyCommand, reason: Reason, step: RemedyStep) -> AnyCommand:
        again = command._replace(occurred_on=max(command.occurred_on, self.walk.today))
        if isinstance(again, Command):
            again = again._replace(fields={**again.fields, **self._filled(again.name, step)})
        elif isinstance(again, Correct) and (record := self.walk.state.record(again.target)):
            again = again._replace(fields={**again.fields, **self._filled(record.command, step)})
        if not isinstance(again, Command | Annul | Correct):
            return again
        if not (step.by or reason.ruling is Ruling.NOT_AUTHORIZED):
            return again
        able = [
            self._given(again, role, hand)
            for role in step.by or (again.capacity,)
            for hand in self.walk.hands(role, again.name, SIMPLE)
        ]
        return next((c for c in able if not self.stands(c, reason)), again)

    def _given(self, command: Given, role: str, hand: Hand) -> Given:
        """The same command given by somebody else, or following from elsewhere."""
        given = command._replace(capacity=role, actor=hand[0], entered_by=None)
        return given._replace(because=hand[1]) if isinstance(given, Command) else given

    def _filled(self, name: str, step: RemedyStep) -> dict[str, Value]:
        specs = self.walk.rules.commands[name].rules.fields
        values = self.walk.vocabulary
        return {
            key: values.value(specs[key], SIMPLE) if value is None and key in specs else value
            for key, value in step.fields.items()
            if key != "target" or step.command not in ("annul", "correct")
        }

    def _command(self, step: RemedyStep) -> Command:
        """The step as the first of those entitled who may take it, else as the nearest."""
        rules, walk = self.walk.rules, self.walk
        fields = walk.vocabulary.fields(step.command, self.dice, optional=False)
        named = rules.commands[step.command]
        if step.subject is not None and named.pointer is not None:
            fields[named.pointer] = step.subject
        fields.update(self._filled(step.command, step))
        tries = [
            Command(step.command, person, role, walk.today, fields, because=why)
            for role in step.by or takers(rules, step.command)
            for person, why in walk.hands(role, step.command, SIMPLE)[:3]
        ]
        if not tries:
            raise StuckError(Command(step.command, "", "", walk.today, fields), ())
        return min(tries, key=lambda tried: len(self.verdict(tried).reasons))

    def _amending(self, step: RemedyStep) -> Annul:
        target = step.fields["target"]
        record = self.walk.state.record(target)
        if record is None:
            raise StuckError(Annul(target, "", "", self.walk.today), ())
        roles = step.by or (record.capacity,)
        role, people = next((r, p) for r in roles if (p := self.walk.able(r)))
        return Annul(target, people[0], role, self.walk.today)
