"""Whether states that were taken as one are one: each permits the same, and leads to the same.

A key that leaves out what some rule looks at merges states that differ, and whatever was found
behind one of them says nothing of the other. So each state that was merged is expanded too, and
compared with the one that stands for it; only those that are the same but for the numbers of their
events are not. That takes longer than all the rest: beyond a bound the result is not complete.
"""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date
from typing import NamedTuple

from pledgeflow.assurance.exploring.graph import Input
from pledgeflow.domain.states import State


class Merged(NamedTuple):
    """A state that was taken as one that was known. into: the node; way: how it was reached"""

    into: int
    state: State
    today: date
    watched: Hashable
    way: tuple[int, Input]
