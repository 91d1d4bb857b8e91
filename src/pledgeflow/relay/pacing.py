"""How long to wait before the next try: longer each time, up to a bound. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

_MOST = 60
"""More doublings than that make no difference, and no number too large."""


@dataclass(frozen=True, slots=True)
class Pace:
    """first: the wait after the first failure; longest: no wait is longer."""

    first: timedelta = timedelta(seconds=1)
    longest: timedelta = timedelta(minutes=10)

    def wait(self, tries: int, chance: float) -> timedelta:
        """After so many failures in a row: doubled each time, of which chance takes up to half.

        chance: from 0 to 1, so that those who failed together do not all come again together
        """
        doubled = self.first.total_seconds() * 2.0 ** min(max(tries, 1) - 1, _MOST)
        bounded = min(doubled, self.longest.total_seconds())
        return timedelta(seconds=bounded * (1 - chance / 2))

    def bounded(self, asked: timedelta) -> timedelta:
        """A wait that somebody else asked for, within reason."""
        return max(timedelta(0), min(asked, self.longest))
