"""A command of the one policy in the words of the other.

Whatever has a counterpart is said in the other's words. What has none is left out where the other
has no such field, and stays as it is where it is a value or a capacity: then the other policy says
itself, with its own reasons, what it has against it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from pledgeflow.assurance.diffing.aligning import Alignment
from pledgeflow.domain.commands import Because, Command
from pledgeflow.domain.values import Scalar, Value
from pledgeflow.policy.compiled.roles import REACTION
from pledgeflow.policy.compiled.rules import Ruleset
from pledgeflow.policy.language.steps import CommandField


@dataclass(frozen=True, slots=True)
class Translator:
    """From one side to the other. days: by how much the other's cycle begins later;
    reactions: command of the other -> what it follows from there
    """

    alignment: Alignment
    rules: Ruleset
    days: int
    reactions: Mapping[str, Because]

    def command(self, command: Command, subjects: Mapping[str, str]) -> Command | None:
        """What it is there; none, where it has no counterpart or is about an item that has none."""
        name = self.alignment.commands.get(command.name)
        if name is None:
            return None
        fields: dict[str, Value] = {}
        for field, value in command.fields.items():
            other = self.alignment.fields[command.name].get(field)
            if other is None:
                continue
            spec = self.rules.commands[command.name].rules.fields[field]
            if spec.type in self.rules.lifecycles:
                if str(value) not in subjects:
                    return None
                fields[other] = subjects[str(value)]
            else:
                words = self.alignment.values.get((command.name, field), {})
                fields[other] = self._value(spec, value, words, subjects)
        because = self.reactions.get(name) if command.capacity == REACTION else None
        return Command(
            name,
            command.actor,
            self.role(command.name, command.capacity),
            self.day(command.occurred_on),
            fields,
            command.entered_by,
            because,
        )

    def role(self, command: str, role: str) -> str:
        """Who takes a step there; the role itself, where it has no counterpart."""
        alignment = self.alignment
        return alignment.roles.get(role) or alignment.acting.get((command, role), role)

    def day(self, day: date) -> date:
        """The same day of the other's cycle."""
        return day + timedelta(days=self.days)

    def _value(
        self,
        spec: CommandField,
        value: Value,
        words: Mapping[str, str],
        subjects: Mapping[str, str],
    ) -> Value:
        tiers = self.alignment.tiers

        def word(said: Scalar) -> Scalar:
            if isinstance(said, str):
                return words.get(said, said) if spec.choices else tiers.get(said, said)
            return said

        match spec.type, value:
            case "date", date():
                return self.day(value)
            case "tier" | "choice", str():
                return word(value)
            case "results", Mapping():
                return {who: word(said) for who, said in value.items()}
            case _, Mapping() if spec.of is not None:
                return {subjects[item]: n for item, n in value.items() if item in subjects}
            case _, Mapping():
                return {str(word(said)): n for said, n in value.items()}
            case _, tuple():
                return tuple(word(said) for said in value)
            case _:
                return value
