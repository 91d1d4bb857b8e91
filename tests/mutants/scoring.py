"""What the tests noticed, by module, and between which shares that lies for all mutants."""

from collections import Counter
from collections.abc import Iterable, Mapping
from math import sqrt

UNNOTICED = ("survived", "no tests")


def interval(noticed: int, tried: int) -> tuple[float, float]:
    """Wilson's: between which shares that of all mutants lies, with 95 % confidence."""
    z = 1.96
    share = noticed / tried
    middle = share + z * z / (2 * tried)
    reach = z * sqrt(share * (1 - share) / tried + z * z / (4 * tried * tried))
    return (middle - reach) / (1 + z * z / tried), (middle + reach) / (1 + z * z / tried)


def table(fates: Iterable[Mapping[str, object]]) -> str:
    """A line for each module, those first in which most went unnoticed, and one for all."""
    tried: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for fate in fates:
        module = str(fate["mutant"]).rpartition(".")[0]
        tried[module] += 1
        missed[module] += fate["fate"] in UNNOTICED
        kinds[str(fate["fate"])] += 1
    noticed = tried.total() - missed.total()
    low, high = interval(noticed, tried.total())
    lines = [
        f"{tried[module] - missed[module]:5} of {tried[module]:5}  {module}"
        for module in sorted(tried, key=lambda module: (-missed[module], module))
    ]
    lines.append(", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items())))
    lines.append(
        f"noticed: {noticed} of {tried.total()}, {noticed / tried.total():.1%}"
        f" (95 %: {low:.1%} to {high:.1%})"
    )
    return "\n".join(lines)
