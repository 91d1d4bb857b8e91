"""A policy that is made from one it differs from in a rule is the one that is made from nothing."""

from __future__ import annotations

import pytest

from pledgeflow.assurance.mutating.making import mutations
from pledgeflow.assurance.mutating.mutations import Mutation, replaced, taken_out
from pledgeflow.errors import PolicyError
from pledgeflow.policy.compiled.elsewhere import places_asked
from pledgeflow.policy.files.overlay import Resolved, resolve
from pledgeflow.policy.files.reading import read
from pledgeflow.policy.loading import Made, make
from tests.tiny import PATH, guarded, problems, tiny
from tests.town import town

CLAUSES = frozenset({"T-01"})
RESOLVED = resolve([read(town(), PATH)], on=None, ordinal=1)
TOWN_MADE = make(RESOLVED, known=CLAUSES)


def made(resolved: Resolved, *, like: Made | None) -> Made | str:
    try:
        return make(resolved, known=CLAUSES, like=like)
    except PolicyError as error:
        return str(error.problems)


def mutated(mutation: Mutation) -> Resolved:
    if not mutation.after:
        return taken_out(RESOLVED, mutation.path)
    new = read(f"here: {mutation.after}", PATH).tree
    assert isinstance(new, dict)
    return replaced(RESOLVED, mutation.path, new["here"])


@pytest.mark.parametrize("mutation", mutations(RESOLVED)[::13], ids=lambda mutation: mutation.name)
def test_it_is_the_same_policy_or_has_the_same_mistakes(mutation: Mutation) -> None:
    resolved = mutated(mutation)
    anew, alike = made(resolved, like=None), made(resolved, like=TOWN_MADE)
    if isinstance(anew, str) or isinstance(alike, str):
        assert anew == alike
        return
    one, two = anew.policy, alike.policy
    assert (one.digest, one.document, one.absences) == (two.digest, two.document, two.absences)
    assert len(one.tracks) == len(two.tracks)
    for track, rules in one.tracks.items():
        other = two.tracks[track]
        assert (rules.source, rules.absent, rules.reads) == (
            other.source,
            other.absent,
            other.reads,
        )
        assert rules.steps.keys() == other.steps.keys()


def test_what_did_not_change_is_not_made_again() -> None:
    asked = {track: rules.asks for track, rules in TOWN_MADE.tracks.items()}
    changed = next(
        m for m in mutations(RESOLVED) if m.path[:1] == ("tracks",) and "rules" in m.path
    )
    alike = make(mutated(changed), known=CLAUSES, checked=False, like=TOWN_MADE)
    document = alike.policy.document
    place = document.tracks[changed.path[1]].place
    for track, rules in TOWN_MADE.policy.tracks.items():
        same = track != changed.path[1] and place not in asked[track]
        assert (alike.policy.tracks[track] is rules) is same


def test_guards_say_whom_they_ask() -> None:
    asks = [places_asked(rules.source) for rules in TOWN_MADE.policy.tracks.values()]
    assert any(asks)
    assert asks == [rules.asks for rules in TOWN_MADE.tracks.values()]


@pytest.mark.parametrize("guard", ["at_least: 1", "more_than: 1"])
def test_a_step_whose_command_is_gone_is_a_mistake_and_no_accident(guard: str) -> None:
    text = tiny(
        guarded("submit", f"is: items, of: commitment, {guard}, label: {{zh: 多, en: many}}"),
        ("      note:\n        source", "      forget:\n        amends: pledge\n        source"),
    )
    assert any("there is no command `forget`" in problem for problem in problems(text))
