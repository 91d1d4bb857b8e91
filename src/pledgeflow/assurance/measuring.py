"""What a scenario says of indicators, held against what is counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction

from pledgeflow.assurance.comparing import listed
from pledgeflow.assurance.scenarios import Measure
from pledgeflow.assurance.staging import JURISDICTION
from pledgeflow.policy.measuring.measured import Measured
from pledgeflow.service import Engine


def indicators(
    wanted: Mapping[str, Measure], engine: Engine, cycle: str, on: date
) -> Iterator[str]:
    """Where the indicators of a play differ from what is expected of them."""
    for name, measure in wanted.items():
        found = engine.indicators(
            JURISDICTION,
            cycle,
            organization=measure.organization,
            subtree=measure.subtree,
            promisor=measure.promisor,
            on=measure.as_of or on,
        )
        if name in found:
            yield from _differences(name, measure, found[name])
        else:
            yield f"there is no indicator `{name}`; there is {listed(tuple(found))}"


def _differences(name: str, wanted: Measure, found: Measured) -> Iterator[str]:
    said, of = wanted.model_fields_set, f"{found.numerator} of {found.denominator}"
    if "value" in said and wanted.share != found.value:
        yield f"expected `{name}` to be {_share(wanted.share)}, found {_share(found.value)} ({of})"
    if wanted.of is not None and wanted.of != found.denominator:
        yield f"expected `{name}` to be of {wanted.of}, found {of}"
    if wanted.left_out is not None and wanted.left_out != found.left_out:
        yield f"expected `{name}` to leave out {wanted.left_out}, found {found.left_out}"


def _share(value: Fraction | None) -> str:
    return "undefined" if value is None else f"`{value}`"
