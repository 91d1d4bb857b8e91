"""Many steps in one transaction, each with a result of its own. Beneath `engine`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from pledgeflow.domain.commands import StreamId
from pledgeflow.errors import PledgeflowError
from pledgeflow.service.casework import Case, Done, Make
from pledgeflow.service.changing import Attempt, Changing
from pledgeflow.service.remembering import Stood, Streams
from pledgeflow.steps import Asked, Step
from pledgeflow.storage.store import Change, Head
from pledgeflow.storage.written import Written


class Order(NamedTuple):
    """A step to be taken in a stream; see `Engine.do`."""

    stream: StreamId | str
    step: Step
    key: str | None = None


class Ready(NamedTuple):
    """An order with its words sorted out. today: the day of entry; on: the day it happened"""

    stream: StreamId
    make: Make
    today: date
    on: date
    key: str | None
    asked: Asked


@dataclass(frozen=True, slots=True)
class Batching:
    """case: a stream that was read, as it stands on a day; alone: take one step by itself; follow:
    what was done, with everything that follows from it
    """

    streams: Streams
    changing: Changing
    case: Callable[[StreamId, Stood, date], Case]
    alone: Callable[[Ready], Done]
    follow: Callable[[Attempt, date], Done]

    def run(self, orders: Sequence[Ready | PledgeflowError]) -> list[Done | PledgeflowError]:
        """Take all steps in one transaction; those that cannot be taken leave the others be.

        A step that conflicts, with somebody else's or with another of these, is taken by itself.
        """
        attempts = self._attempts(orders)
        changes = [
            each.change
            for each in attempts
            if isinstance(each, Attempt) and each.change is not None
        ]
        answers = iter(self.changing.write(changes))
        done: list[Done | PledgeflowError] = []
        for order, attempt in zip(orders, attempts, strict=True):
            if isinstance(order, PledgeflowError):
                done.append(order)
            elif isinstance(attempt, PledgeflowError):
                done.append(attempt)
            elif attempt is None:
                done.append(self._again(order))
            elif attempt.change is None or isinstance(next(answers), Head):
                done.append(self.follow(attempt, order.today))
            else:
                done.append(self._again(order))
        return done

    def _again(self, order: Ready) -> Done | PledgeflowError:
        try:
            return self.alone(order)
        except PledgeflowError as error:
            return error

    def _attempts(
        self, orders: Sequence[Ready | PledgeflowError]
    ) -> list[Attempt | PledgeflowError | None]:
        """None: not yet, as the key of an earlier one of them has to be written first."""
        ready = [order for order in orders if isinstance(order, Ready)]
        stood = iter(self.streams.read_all([(order.stream, order.key) for order in ready]))
        ahead: dict[StreamId, Attempt] = {}
        keys: set[tuple[str, str]] = set()
        attempts: list[Attempt | PledgeflowError | None] = []
        for order in orders:
            if isinstance(order, PledgeflowError):
                attempts.append(order)
                continue
            there = next(stood)
            if order.key is not None:
                used = (order.stream.jurisdiction, order.key)
                if used in keys:
                    attempts.append(None)
                    continue
                keys.add(used)
            try:
                case = self.case(order.stream, there, order.on)
                if order.stream in ahead:
                    case = _after(case, ahead[order.stream])
                attempt = self.changing.attempt(case, order.make(case), order.today, order.key)
            except PledgeflowError as error:
                attempts.append(error)
                continue
            if attempt.change is not None:
                ahead[order.stream] = attempt
            attempts.append(attempt)
        return attempts


def _after(case: Case, attempt: Attempt) -> Case:
    """A stream as it will stand once an attempt is written."""
    head = _head(attempt.change) if attempt.change is not None else case.head
    row = attempt.change.pledge if attempt.change is not None else None
    return case._replace(state=attempt.done.state, head=head, row=row or case.row)


def _head(change: Change) -> Head:
    return Written().add(change)
