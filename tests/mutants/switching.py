"""The switch between a function and its mutants, in place of mutmut's, which asks the environment.

Every call of the core goes through it, so that most of what trying mutants takes is spent here. A
generator function gives its generator, and is none itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

Function = Callable[..., Any]


@dataclass(slots=True)
class Switch:
    """Which mutant is in place, and which functions were called: by module and mangled name."""

    module: str = ""
    mutant: str = ""
    noting: bool = False
    met: set[str] = field(default_factory=set)

    def put(self, mutant: str) -> None:
        """Put a mutant in place, by its full name."""
        self.module, _, self.mutant = mutant.rpartition(".")

    def decorator(
        self, mutants: Mapping[str, Function], is_classmethod: bool = False
    ) -> Callable[[Function], Function]:
        """What stands above each function of a mutated module."""

        def switched(function: Function) -> Function:
            module = function.__module__
            named: list[str] = []

            @wraps(function)
            def switch(*args: Any, **kwargs: Any) -> Any:
                original = mutants["_mutmut_orig"]
                if self.noting:
                    if not named:
                        named.append(f"{module}.{original.__name__.removesuffix('__mutmut_orig')}")
                    self.met.add(named[0])
                chosen = original
                if self.module == module:
                    chosen = mutants.get(self.mutant, original)
                if is_classmethod:
                    return getattr(args[0], chosen.__name__)(*args[1:], **kwargs)
                return chosen(*args, **kwargs)

            return switch

        return switched
