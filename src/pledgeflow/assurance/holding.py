"""What a scenario says of the pledge in the end, held against its state."""

from __future__ import annotations

from collections.abc import Iterator

from pledgeflow.assurance.comparing import plain, same, some
from pledgeflow.assurance.scenarios import Then
from pledgeflow.domain.states import State

COMMITMENT, RECTIFICATION = "commitment", "rectification"


def places(then: Then, state: State) -> Iterator[str]:
    """Where the pledge and its items stand, and what they say."""
    root = state.subjects[state.root]
    if then.state is not None and then.state != root.state:
        yield f"expected state `{then.state}`, found `{root.state}`"
    if then.track is not None and then.track != state.track:
        yield f"expected track `{then.track}`, found `{state.track}`"
    for lifecycle, wanted in ((COMMITMENT, then.items), (RECTIFICATION, then.rectifications)):
        for number, expected in (wanted or {}).items():
            name = number if "/" in number else f"{lifecycle}/{number}"
            subject = state.subjects.get(name)
            if subject is None:
                yield f"expected `{name}` to be `{expected}`, but there is no `{name}`"
            elif subject.state != expected:
                yield f"expected `{name}` to be `{expected}`, found `{subject.state}`"
    for number, fields in (then.content or {}).items():
        whole = "/" in number or number == state.root
        name = number if whole else f"{COMMITMENT}/{number}"
        content = state.subjects[name].content if name in state.subjects else {}
        for key, value in fields.items():
            if not same(value, content.get(key)):
                found = plain(content.get(key))
                yield f"expected `{key}` of `{name}` to be {plain(value)}, found {found}"


def results(then: Then, state: State) -> Iterator[str]:
    """What came of it: grade, award, outcomes, and what they still oblige to."""
    said, outcomes = then.model_fields_set, state.outcomes.values()
    grade = state.grade.tier if state.grade is not None and state.grade.confirmed else None
    if "grade" in said and then.grade != grade:
        yield f"expected grade {plain(then.grade)}, found {plain(grade)}"
    awards = {outcome.award for outcome in outcomes}
    award = "barred" if "barred" in awards else "eligible" if "eligible" in awards else None
    if "award" in said and then.award != award:
        yield f"expected award {plain(then.award)}, found {plain(award)}"
    if then.outcomes is not None:
        yield from some("outcomes", then.outcomes, [o.id for o in outcomes])
    if then.owes is not None:
        yield from some("owes", then.owes, [c for o in outcomes for c in o.open_calls])
