"""What ballots need of an engine, and no more of it. Between `engine` and `ballots`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from pledgeflow.decision import explain
from pledgeflow.domain.commands import Command, StreamId
from pledgeflow.domain.facts import Facts
from pledgeflow.errors import Verdict
from pledgeflow.policy.saying.wording import worded
from pledgeflow.service.casework import Case, Done, check_person, made, too_late
from pledgeflow.steps import Asked

if TYPE_CHECKING:
    from pledgeflow.service.engine import Engine


@dataclass(frozen=True, slots=True)
class EngineOffice:
    """See `ballots.Office`."""

    engine: Engine

    def case(self, stream: StreamId, on: date) -> Case:
        """See `Office.case`."""
        return self.engine._case(stream, on)

    def may(self, case: Case, asked: Asked) -> Verdict:
        """See `Office.may`: by what the actor could say in taking the step."""
        check_person(case, case.around(asked.on, asked.actor), asked.actor, asked.on)
        offered = self.engine._offered(case, asked.actor, asked.on)
        about = (asked.do, case.state.root)
        if about not in offered:
            bare = Command(asked.do, asked.actor, asked.capacity, asked.on)
            return explain(case.policy, case.state, bare, Facts(asked.today))
        if about not in offered.allowed:
            return worded(case.policy, case.state, offered[about])
        example = offered.example(*about)
        probe = example._replace(capacity=asked.capacity, entered_by=asked.entered_by)
        late = too_late(case, probe)
        if late is not None:
            return late
        facts = self.engine._facts(case, probe, asked.today)
        return explain(case.policy, case.state, probe, facts)

    def record(self, stream: StreamId, asked: Asked, key: str) -> Done:
        """See `Office.record`."""
        days = {"today": asked.today, "on": asked.on}
        return self.engine._run(stream, lambda case: made(case, asked), key=key, **days)

    def has_recorded(self, stream: StreamId, key: str) -> bool:
        """See `Office.has_recorded`."""
        return self.engine.store.done(stream.jurisdiction, key) is not None
