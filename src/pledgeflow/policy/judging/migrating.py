"""Going over to other rules: what is recorded of it. Whether it can be done is checked before.

Nothing is judged here, and nothing follows: a migration is the order of whoever makes the rules.
"""

from __future__ import annotations

from pledgeflow.domain.commands import Migrate
from pledgeflow.domain.events import DEEMED, Event, Migrated, Recorded
from pledgeflow.domain.states import State


def migrated(state: State, command: Migrate) -> tuple[Event, ...]:
    """The events of a migration; none for a stream that has not begun, or is under that policy."""
    if not state.version or state.policy == command.to:
        return ()
    first = Migrated(
        state.version + 1,
        command.actor,
        command.occurred_on,
        state.policy,
        command.to,
        command.track,
        command.states,
        command.commands,
        command.tiers,
    )
    return (
        first,
        *(
            Recorded(
                version,
                deemed.command,
                deemed.means,
                state.root,
                command.actor,
                DEEMED,
                deemed.occurred_on,
                deemed.fields,
                command.to,
                f"{DEEMED}.{deemed.ground}",
            )
            for version, deemed in enumerate(command.deemed, start=first.version + 1)
        ),
    )
