"""A guard kind of one's own, for policies that need a condition the language lacks.

A package offers it under the entry point group `pledgeflow.guards`; a deployer allows it by name:

    [project.entry-points."pledgeflow.guards"]
    "county.weekday" = "guards:weekday"

    Catalogue(guards=plugged_in(["county.weekday"]))

A policy file then says `{is: county.weekday, with: {day: 1}, assumed: …}`, and nothing more.
"""

from __future__ import annotations

from collections.abc import Mapping

from pledgeflow import Facts, Reason, State
from pledgeflow.domain.commands import AnyCommand
from pledgeflow.domain.states import Subject
from pledgeflow.policy.guards.binding import Binding, Check


def weekday(binding: Binding, options: Mapping[str, str | int | bool]) -> Check:
    """The step is taken on one day of the week. day: 1 for Monday to 7."""
    wanted = options.get("day", 1)

    def judge(state: State, subject: Subject, command: AnyCommand, facts: Facts) -> Reason | None:
        day = command.occurred_on.isoweekday()
        return None if day == wanted else binding.reason("other_weekday", found={"day": day})

    return Check(binding.rule, judge)
