"""Puts `policies/` into the wheel as `pledgeflow/policies`.

An editable install has no copy: it reads the policies from the repository, where they are edited.
"""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PoliciesHook(BuildHookInterface):  # type: ignore[type-arg]
    """Adds the policies to a standard build."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        policies = Path(self.root, "policies")
        if version == "standard" and policies.is_dir():
            build_data["force_include"][str(policies)] = "pledgeflow/policies"
