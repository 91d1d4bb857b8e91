"""Places that nobody could fill are refused at load, as far as a policy says how many can be added."""

# ruff: noqa: E501 -- a policy's words are not broken up

import pytest

from tests.tiny import problem_at, problems
from tests.voting import voting

Change = tuple[str, str]
ADDS = "        adds: commitment\n        cite: T-1\n"
DO = "        source: todo\n        dest: done\n        by: promisor\n        guards: {}\n"
SUBMIT = "        by: promisor\n        guards: {}\n        cite: T-2"
NOTE = "      note:\n        source: [open, closed]"
PLACES = "places: {number: 2, ties: runoff}"


def adding(guard: str) -> Change:
    """The change by which only so many are added."""
    return (
        ADDS,
        f"        adds: commitment\n        guards: {{g: {{{guard}, cite: T-1}}}}\n        cite: T-1\n",
    )


def conferring(guard: str) -> tuple[Change, Change]:
    """The changes by which `do` confers an award, up to so many."""
    return ("  do:\n    means: report", "  do:\n    means: award"), (
        DO,
        DO.replace("{}", f"{{g: {{{guard}, cite: T-3}}}}").replace("by: promisor", "by: above"),
    )


ONE = adding("is: items, of: commitment, fewer_than: 1")
BEYOND = "no more than 1 × `commitment` are ever added"
GIVEN = "label: {zh: 记, en: note}\n    fields:\n"
AMENDS = "source: [open, closed]\n        stays: true\n"
ANNOUNCED = (
    (GIVEN, f"{GIVEN}      places: {{type: integer, at_least: 2}}\n"),
    (AMENDS, f"{AMENDS}        amends: pledge\n"),
)

FOUND: list[tuple[tuple[Change, ...], str, str]] = [
    (
        (ONE,),
        PLACES,
        f"ballots.election.places: there are 2 places, and {BEYOND}; give fewer places, or let more be added",
    ),
    (
        (ONE, *conferring("is: items, of: commitment, in: done, fewer_than: 2")),
        "fewer_than: 2",
        "lifecycles.commitment.transitions.do.guards.g.fewer_than: there are 2 places, and "
        f"{BEYOND}; give fewer places, or let more be added",
    ),
    (
        (ONE, *ANNOUNCED, *conferring("is: items, of: commitment, in: done, fewer_than: places")),
        "fewer_than: places",
        "lifecycles.commitment.transitions.do.guards.g.fewer_than: there are 2 places, and "
        f"{BEYOND}; give fewer places, or let more be added",
    ),
    (
        (
            ONE,
            (
                SUBMIT,
                SUBMIT.replace("{}", "{g: {is: items, of: commitment, at_least: 2, cite: T-1}}"),
            ),
        ),
        "at_least: 2",
        f"lifecycles.pledge.transitions.submit.guards.g.at_least: {BEYOND}; ask for fewer",
    ),
    (
        (
            ONE,
            (
                SUBMIT,
                SUBMIT.replace("{}", "{g: {is: items, of: commitment, more_than: 1, cite: T-1}}"),
            ),
        ),
        "more_than: 1",
        f"lifecycles.pledge.transitions.submit.guards.g.more_than: {BEYOND}; ask for fewer",
    ),
]


@pytest.mark.parametrize(("changes", "marker", "message"), FOUND)
def test_more_than_can_be_is_refused(
    changes: tuple[Change, ...], marker: str, message: str
) -> None:
    text = voting(*changes)
    assert problem_at(text, marker, message) in problems(text), problems(text)


ANOTHER = "      add: {source: open, stays: true, by: secretary, trigger: propose, adds: commitment, cite: T-1}\n"
FINE: list[tuple[Change, ...]] = [
    (adding("is: items, of: commitment, fewer_than: 2"),),
    (adding("is: items, of: commitment, in: todo, fewer_than: 1"),),
    (adding("is: items, of: commitment, saying: {title: x}, fewer_than: 1"),),
    (adding("is: items, of: commitment, fewer_than: 1, if: {is: promisor, kinds: {new: true}}"),),
    (ONE, (NOTE, ANOTHER + NOTE)),
    (
        ONE,
        ("places: {number: 2, ties: runoff}", "places: 1"),
        ("marks: 2", "marks: 1"),
        *conferring("is: items, of: commitment, in: done, fewer_than: 1"),
    ),
    (
        adding("is: items, of: commitment, fewer_than: 2"),
        *ANNOUNCED,
        *conferring("is: items, of: commitment, in: done, fewer_than: places"),
    ),
    (
        ONE,
        (
            DO,
            DO.replace("        dest: done\n", "        dest: done\n        carries: todo\n"),
        ),
    ),
]


@pytest.mark.parametrize("changes", FINE)
def test_what_can_be_or_is_not_known_is_not(changes: tuple[Change, ...]) -> None:
    assert problems(voting(*changes)) == []
