"""What deployers use in their own tests; the extra `testing` brings what it needs.

    from pledgeflow.testing import lifecycle_test
    TestOurs = lifecycle_test("policies/ours")

Public are the names below, the modules `invariants`, `manipulation` and `strategies`, and `plugin`
for pytest. Each is imported when it is first asked for: pytest imports this package in every run,
also where there is no policy. What begins with an underscore is inner, and changes without notice.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pledgeflow.testing.invariants import INVARIANTS, Invariant, Observation
    from pledgeflow.testing.lifecycles import lifecycle_test
    from pledgeflow.testing.manipulation import manipulation_test

_STANDS_IN = {
    "INVARIANTS": "invariants",
    "Invariant": "invariants",
    "Observation": "invariants",
    "lifecycle_test": "lifecycles",
    "manipulation_test": "manipulation",
}

__all__ = ["INVARIANTS", "Invariant", "Observation", "lifecycle_test", "manipulation_test"]

if not TYPE_CHECKING:  # a type checker would believe that anything may be asked for

    def __getattr__(name: str) -> object:
        """A public name, which is remembered."""
        if name not in _STANDS_IN:
            raise AttributeError(f"module `{__name__}` has no attribute `{name}`", name=name)
        module = import_module(f"{__name__}.{_STANDS_IN[name]}")
        value = globals()[name] = getattr(module, name)
        return value
