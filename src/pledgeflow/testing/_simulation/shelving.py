"""Where a policy under test is found: by name or by path, with guard kinds of a deployer's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from pledgeflow.catalogue import POLICY_FILE, Catalogue, built_in, plugged_in
from pledgeflow.policy.guards.kinds import Factory

Guards = Sequence[str] | Mapping[str, Factory]
"""Names under which installed packages offer guard kinds, or the kinds themselves by name."""


def shelved(
    policy: str | Path, catalogue: Catalogue | None = None, guards: Guards = ()
) -> tuple[Catalogue, str]:
    """The catalogue that has a policy, and its name there.

    policy: its name, or the path of its folder; beside it may stand those that it extends
    """
    allowed = guards if isinstance(guards, Mapping) else plugged_in(guards)
    if catalogue is not None:
        return catalogue, str(policy)
    folder = Path(policy)
    if (folder / POLICY_FILE).is_file():
        folder = folder.resolve()
        return Catalogue((folder.parent, built_in()), allowed), folder.name
    return Catalogue(guards=allowed), str(policy)
