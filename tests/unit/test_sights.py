"""What each kind of guard reads, and what it can tell of a stream, as one that explores is told it.

The stream: an item `commitment-1`, due on the Wednesday, was proposed on the Monday; it was noted
on the Monday (`yes`) and on the Tuesday, by the secretary. It is looked at on the Thursday.
"""

# ruff: noqa: E501 -- a policy's words are not broken up

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from pledgeflow.domain.commands import Command, Tick
from pledgeflow.domain.facts import Facts, Look, Query
from pledgeflow.domain.states import Passage, Subject
from pledgeflow.domain.values import Text
from pledgeflow.policy.guards.binding import FOREVER, OTHERWISE, Check, Sight
from tests.tiny import MON, THU, TUE, VIEW, WED, Desk, guarded, loaded
from tests.unit.test_duties import with_duty

FIELDS = (
    "label: {zh: 交, en: submit}\n    fields: {}",
    "label: {zh: 交, en: submit}\n    fields: {who: {type: text, required: false}, votes: {type: integer, required: false}, all: {type: choices, required: false, open: true}, met: {type: checklist, required: false, open: true}, one: {type: choice, required: false, choices: {x: {zh: 甲, en: x}, y: {zh: 乙, en: y}, z: {zh: 丙, en: z}}, cite: T-1}}",
)
DUTY = "owner: promisor, every: P6M, met_by: note"
WORDS = Text("0" * 64)


def desk(step: str, guard: str) -> Desk:
    made = Desk(loaded(with_duty(DUTY, FIELDS, guarded(step, guard))), today=THU)
    made.do("propose", MON, title=WORDS, due=WED)
    made.do("note", MON, said="yes")
    made.do("note", TUE, "li/secretary")
    return made


def check_of(made: Desk, step: str) -> Check:
    lifecycle, state = {"submit": ("pledge", "open"), "do": ("commitment", "todo")}[step]
    (compiled,) = made.policy.tracks["member"].steps[step][lifecycle][state]
    (check,) = compiled.checks
    return check


def looked_at(made: Desk, sight: Sight, step: str) -> list[Subject]:
    """What a sight is of: the subjects of its lifecycle, or the one that the step is about."""
    here = "pledge" if step == "submit" else "commitment"
    return [s for s in made.state.subjects.values() if s.lifecycle == (sight.of or here)]


def described(made: Desk, sight: Sight, step: str) -> dict[str, Any]:
    """A sight as data, without what is as it is where nothing is said."""
    facts = Facts(THU, VIEW)
    (subject,) = looked_at(made, sight, step)
    seen = sight.see(made.state, subject, facts)
    turns = [] if sight.turns is None else sorted(sight.turns(made.state, subject, facts))
    told = {
        "see": seen,
        "of": sight.of,
        "turns": [str(day) for day in turns],
        "records": sorted(sight.records),
        "says": dict(sight.says),
        "where": sorted(sight.where),
        "besides": sorted(sight.besides),
        "helps": sorted(sight.helps),
        "enough": sight.enough,
    }
    said = {key: value for key, value in told.items() if value or key == "see"}
    return said if sight.idle is None else {**said, "idle": sight.idle(seen)}


TELLS: list[tuple[str, str, bool, list[str], list[dict[str, Any]]]] = [
    (
        "submit",
        "is: preceded_by, command: note",
        True,
        ["note"],
        [{"see": 1, "records": ["note"], "helps": ["note"], "enough": 1, "idle": True}],
    ),
    (
        "submit",
        "is: preceded_by, command: [note, propose], at_least: 2",
        True,
        ["note", "propose"],
        [
            {
                "see": 2,
                "records": ["note", "propose"],
                "helps": ["note", "propose"],
                "enough": 2,
                "idle": True,
            }
        ],
    ),
    (
        "submit",
        "is: preceded_by, command: note, at_least: 3, by: secretary, saying: {said: 'yes'}",
        True,
        ["note"],
        [
            {
                "see": 0,
                "records": ["note"],
                "says": {"said": ("yes",)},
                "helps": ["note"],
                "enough": 3,
                "idle": False,
            }
        ],
    ),
    (
        "submit",
        "is: preceded_by, command: note, within: P10D",
        True,
        ["note"],
        [
            {
                "see": ((7,), (8,)),
                "turns": ["2025-03-13", "2025-03-14", "2025-03-14", "2025-03-15"],
                "records": ["note"],
                "enough": 1,
            }
        ],
    ),
    (
        "submit",
        "is: preceded_by, command: note, within: P10D, ago: P2D",
        True,
        ["note"],
        [
            {
                "see": ((7, -1), (8, 0)),
                "turns": [
                    "2025-03-05",
                    "2025-03-06",
                    "2025-03-06",
                    "2025-03-07",
                    "2025-03-13",
                    "2025-03-14",
                    "2025-03-14",
                    "2025-03-15",
                ],
                "records": ["note"],
                "enough": 1,
            }
        ],
    ),
    (
        "submit",
        "is: preceded_by, command: note, at_least: 2, within: P10D",
        True,
        ["note"],
        [
            {
                "see": ((7,), (8,)),
                "turns": ["2025-03-13", "2025-03-14", "2025-03-14", "2025-03-15"],
                "records": ["note"],
                "enough": 2,
            }
        ],
    ),
    (
        "submit",
        "is: preceded_by, command: note, since: last_revision",
        True,
        ["note"],
        [
            {
                "see": 1,
                "records": ["note"],
                "besides": ["revised"],
                "helps": ["note"],
                "enough": 1,
                "idle": True,
            }
        ],
    ),
    (
        "submit",
        "is: preceded_by, command: note, since_last: propose",
        True,
        ["note"],
        [{"see": 1, "records": ["note", "propose"], "helps": ["note"], "enough": 1, "idle": True}],
    ),
    (
        "submit",
        "is: preceded_by, command: note, since_last: note",
        True,
        ["note"],
        [{"see": 0, "records": ["note"], "enough": 1, "idle": False}],
    ),
    (
        "submit",
        "is: preceded_by, command: note, since: open",
        True,
        ["note"],
        [{"see": 1, "records": ["note"], "helps": ["note"], "enough": 1, "idle": True}],
    ),
    (
        "submit",
        "is: preceded_by, command: note, each: {of: commitment, in: todo}",
        True,
        ["note"],
        [
            {
                "see": 1,
                "of": "commitment",
                "records": ["note"],
                "where": ["todo"],
                "helps": ["note"],
                "enough": 1,
                "idle": True,
            }
        ],
    ),
    (
        "submit",
        "is: preceded_by, command: revise, each: {of: commitment}",
        True,
        ["revise"],
        [
            {
                "see": 0,
                "of": "commitment",
                "records": ["revise"],
                "helps": ["revise"],
                "enough": 1,
                "idle": False,
            }
        ],
    ),
    (
        "do",
        "is: preceded_by, command: revise",
        True,
        ["revise"],
        [{"see": 0, "records": ["revise"], "helps": ["revise"], "enough": 1, "idle": False}],
    ),
    (
        "submit",
        "is: not_preceded_by, command: note",
        True,
        ["note"],
        [{"see": 1, "records": ["note"]}],
    ),
    (
        "submit",
        "is: not_preceded_by, command: note, since: last_revision",
        True,
        ["note"],
        [{"see": 1, "records": ["note"], "besides": ["revised"]}],
    ),
    (
        "submit",
        "is: not_preceded_by, command: note, for: P10D",
        True,
        ["note"],
        [{"see": 8, "turns": ["2025-03-14"], "records": ["note"]}],
    ),
    (
        "submit",
        "is: not_preceded_by, command: note, for: P1D",
        True,
        ["note"],
        [{"see": 0, "turns": ["2025-03-05"], "records": ["note"]}],
    ),
    (
        "submit",
        "is: not_preceded_by, command: submit, for: P5D, since: open",
        True,
        ["submit"],
        [{"see": 0, "turns": ["2025-01-06"], "records": ["submit"]}],
    ),
    (
        "do",
        "is: due, passed: true",
        True,
        [],
        [{"see": -1, "turns": ["2025-03-06"], "says": {"due": ()}}],
    ),
    (
        "do",
        "is: due, passed: false",
        True,
        [],
        [{"see": -1, "turns": ["2025-03-06"], "says": {"due": ()}}],
    ),
    ("do", "is: carried_at_most, periods: 2", True, [], [{"see": 0}]),
    ("submit", "is: called_for", True, [], [{"see": (), "besides": ["called"]}]),
    (
        "submit",
        "is: promisor, kinds: {in_service: true}",
        False,
        [],
        [{"see": (True, True), "of": "pledge"}],
    ),
    (
        "submit",
        "is: promisor, kinds: {leading: true}, posts: {secretary: false}",
        False,
        [],
        [{"see": (False, True), "of": "pledge"}],
    ),
    ("submit", "is: graded", True, [], [{"see": None, "of": "pledge", "besides": ["grade"]}]),
    ("do", "is: stands, in: open", True, [], [{"see": True, "of": "pledge", "where": ["open"]}]),
    (
        "submit",
        "is: stands, in: closed",
        True,
        [],
        [{"see": False, "of": "pledge", "where": ["closed"]}],
    ),
    (
        "submit",
        "is: award, standing: eligible",
        True,
        [],
        [{"see": "", "of": "pledge", "besides": ["outcomes"]}],
    ),
    (
        "do",
        "is: content, fields: {title: true, due: 'x'}",
        True,
        [],
        [{"see": (True, False), "says": {"title": (True,), "due": ("x",)}}],
    ),
    (
        "submit",
        "is: items, of: commitment, at_least: 1",
        True,
        [],
        [{"see": (True, True, True), "of": "commitment", "idle": False}],
    ),
    (
        "submit",
        "is: items, of: commitment, in: done, at_least: 1",
        True,
        [],
        [{"see": (False, True, True), "of": "commitment", "where": ["done"], "idle": True}],
    ),
    (
        "submit",
        "is: items, of: commitment, all: done",
        True,
        [],
        [{"see": (True, True, True, False), "of": "commitment", "idle": False}],
    ),
    (
        "submit",
        "is: items, of: commitment, none: done",
        True,
        [],
        [{"see": (True, True, True, False), "of": "commitment", "idle": True}],
    ),
    (
        "submit",
        "is: items, of: commitment, any: done",
        True,
        [],
        [{"see": (True, True, True, False), "of": "commitment", "idle": True}],
    ),
    (
        "submit",
        "is: items, of: commitment, any: done, none: todo",
        True,
        [],
        [{"see": (True, True, True, False, True), "of": "commitment", "idle": False}],
    ),
    (
        "submit",
        "is: items, of: commitment, fields: [due, title]",
        True,
        [],
        [
            {
                "see": (True, True, True),
                "of": "commitment",
                "says": {"due": (True,), "title": (True,)},
                "idle": True,
            }
        ],
    ),
    (
        "submit",
        "is: items, of: commitment, saying: {due: true}, fewer_than: 3",
        True,
        [],
        [{"see": (True, True, True), "of": "commitment", "says": {"due": (True,)}, "idle": False}],
    ),
    (
        "submit",
        "is: items, of: commitment, saying: {title: 'x'}, more_than: 0, all: todo",
        True,
        [],
        [
            {
                "see": (True, False, True, True),
                "of": "commitment",
                "says": {"title": ("x",)},
                "idle": True,
            }
        ],
    ),
    (
        "submit",
        "is: owed, duty: d",
        False,
        [],
        [
            {
                # whether it is one here, and what of it is left: where it stands, and anywhere
                "see": (True, ((117, 300, 0, 0),), ((117, 300, 0, 0),)),
                "turns": ["2025-07-01", "2026-01-01"],
                "records": ["note"],
                "besides": ["entered"],
                "idle": False,
            }
        ],
    ),
    (
        "submit",
        "is: owed, duty: d, overdue: true",
        False,
        [],
        [
            {
                # whether it is one here, and what of it is left: where it stands, and anywhere
                "see": (True, ((117, 300, 0, 0),), ((117, 300, 0, 0),)),
                "turns": ["2025-07-01", "2026-01-01"],
                "records": ["note"],
                "besides": ["entered"],
                "idle": False,
            }
        ],
    ),
    (
        "submit",
        "is: listed, field: one, of: [x], kinds: {in_service: [y]}",
        False,
        [],
        [{"see": (True, False), "of": "pledge"}],
    ),
    (
        "submit",
        "is: listed, field: one, kinds: {leading: [y]}, open: [leading]",
        False,
        [],
        [{"see": (False, True), "of": "pledge"}],
    ),
    ("do", "is: someone_else, field: title", True, [], [{"see": WORDS, "says": {"title": ()}}]),
    ("submit", "is: preceded_elsewhere, means: submission, among: {leading: true}", False, [], []),
    ("submit", "is: elsewhere, in: pledge, whose: own, guards: {g: {is: graded}}", False, [], []),
    (
        "submit",
        "is: elsewhere, in: pledge, whose: superior, guards: {g: {is: graded}}",
        False,
        [],
        [],
    ),
]


@pytest.mark.parametrize(("step", "guard", "alone", "reads", "sights"), TELLS)
def test_what_a_guard_can_tell_of_a_stream(
    step: str, guard: str, alone: bool, reads: list[str], sights: list[dict[str, Any]]
) -> None:
    made = desk(step, guard)
    check = check_of(made, step)
    assert check.rule.endswith(f".{step}.guards.g")
    assert check.alone is alone
    assert sorted(check.reads) == reads
    assert [described(made, sight, step) for sight in check.sights or ()] == sights


OFFERS: list[tuple[str, list[str], dict[str, Any] | None, bool, int]] = [
    (
        "is: said, fields: {who: 'x', votes: 3}",
        ["votes", "who"],
        {"who": ("x", OTHERWISE), "votes": (3, OTHERWISE)},
        True,
        0,
    ),
    ("is: someone_else, field: who", ["who"], {"who": (OTHERWISE,)}, True, 1),
    ("is: given, fields: [who, votes]", ["votes", "who"], {"who": (), "votes": ()}, True, 0),
    ("is: all_yes, field: met, of: [a, b]", ["met"], {"met": ({"a": True, "b": True},)}, True, 0),
    ("is: includes, field: all, of: [a]", ["all"], {"all": (("a",),)}, True, 0),
    ("is: includes, field: all, of: [], exactly: true", ["all"], {"all": ((), OTHERWISE)}, True, 0),
    ("is: copies, field: all, holders: [a, b]", ["all"], {"all": (("a", "b"),)}, True, 0),
    (
        "is: listed, field: one, of: [x], kinds: {in_service: [y, z]}",
        ["one"],
        {"one": (("x",), ("y", "z"), OTHERWISE)},
        False,
        1,
    ),
    (
        "is: tally, field: who, at_least: 5, present: votes",
        ["votes", "who"],
        {"who": (5,), "votes": (1000000000000,)},
        False,
        0,
    ),
    ("is: tally, field: who", ["who"], {"who": (1,)}, False, 0),
    ("is: elsewhere, in: pledge, whose: who, guards: {g: {is: graded}}", ["who"], None, False, 1),
]


@pytest.mark.parametrize(("guard", "fields", "offers", "alone", "sights"), OFFERS)
def test_which_fields_a_guard_reads_and_what_it_would_have_them_say(
    guard: str, fields: list[str], offers: dict[str, Any] | None, alone: bool, sights: int
) -> None:
    check = check_of(Desk(loaded(with_duty(DUTY, FIELDS, guarded("submit", guard)))), "submit")
    assert sorted(check.fields) == fields
    assert check.offers == offers
    assert check.alone is alone
    assert check.sights is not None
    assert len(check.sights) == sights


ASKED = [
    "is: preceded_by, command: note",
    "is: preceded_by, command: [note, propose]",
    "is: preceded_by, command: note, at_least: 2",
    "is: preceded_by, command: note, by: secretary",
    "is: preceded_by, command: note, saying: {said: a}",
    "is: preceded_by, command: note, saying: {said: b}",
    "is: preceded_by, command: note, since: open",
    "is: preceded_by, command: note, since_last: propose",
    "is: preceded_by, command: note, within: P1D",
    "is: preceded_by, command: note, within: P2D",
    "is: preceded_by, command: note, each: {of: commitment}",
    "is: items, of: commitment, at_least: 1",
    "is: items, of: commitment, in: todo, at_least: 1",
    "is: items, of: commitment, fields: due",
    "is: items, of: commitment, saying: {due: true}",
    "is: items, of: commitment, all: done",
    "is: items, of: commitment, any: done",
    "is: items, of: commitment, all: done, at_least: 1",
]


def test_only_sights_that_always_see_the_same_are_alike() -> None:
    def alike(guard: str) -> object:
        (sight,) = check_of(desk("submit", guard), "submit").sights or ()
        return sight.alike

    told = [alike(guard) for guard in ASKED]
    assert None not in told
    assert len(set(told)) == len(ASKED)
    assert alike("is: items, of: commitment, fewer_than: 5") == told[11]
    assert alike("is: not_preceded_by, command: note") == alike(ASKED[0]) == told[0]
    assert alike("is: not_preceded_by, command: note, for: P1D") is None


@pytest.mark.parametrize(
    ("whose", "owner", "above"),
    [("promisor", "wang", False), ("own", "branch", False), ("superior", "branch", True)],
)
def test_which_stream_a_guard_looks_at(whose: str, owner: str, above: bool) -> None:
    made = desk(
        "submit", f"is: elsewhere, in: pledge, whose: {whose}, guards: {{g: {{is: graded}}}}"
    )
    ask = check_of(made, "submit").ask
    assert ask is not None
    command = Command("submit", "wang", "promisor", THU, {})
    looked = ask(made.state, made.state.subjects["pledge"], command)
    assert looked == Look("town", "2025", owner, "", THU, above=above)


def test_whose_stream_it_is_may_be_said_by_the_command_or_by_the_item() -> None:
    guard = "is: elsewhere, in: pledge, whose: who, guards: {g: {is: graded}}"
    made = desk("submit", guard)
    ask = check_of(made, "submit").ask
    assert ask is not None
    root = made.state.subjects["pledge"]
    said = Command("submit", "wang", "promisor", THU, {"who": "li"})
    assert ask(made.state, root, said) == Look("town", "2025", "li", "", THU)
    of_item = replace(root, content={"who": "zhao"})
    silent = Command("submit", "wang", "promisor", THU, {})
    assert ask(made.state, of_item, silent) == Look("town", "2025", "zhao", "", THU)
    assert ask(made.state, of_item, said) == Look("town", "2025", "li", "", THU)
    assert ask(made.state, root, silent) is None
    assert ask(made.state, root, Tick(THU)) is None
    (told,) = check_of(made, "submit").sights or ()
    assert told.see(made.state, of_item, Facts(THU, VIEW)) == "zhao"


def test_who_has_to_have_gone_first_is_asked_of_a_day() -> None:
    guard = "is: preceded_elsewhere, means: submission, among: {leading: true}, posts: [secretary]"
    for scope, organization in (("own", "branch"), ("jurisdiction", "")):
        made = desk("submit", f"{guard}, in: {scope}")
        ask = check_of(made, "submit").ask
        assert ask is not None
        root = made.state.subjects["pledge"]
        assert ask(made.state, root, Command("submit", "wang", "promisor", THU, {})) == Query(
            jurisdiction="town",
            cycle="2025",
            organization=organization,
            kinds=(("leading", True),),
            means="submission",
            on=THU,
            besides="wang",
            posts=("secretary",),
        )


def test_what_is_still_to_come_has_been_without_it_for_no_time() -> None:
    made = desk("do", "is: not_preceded_by, command: revise, for: P1M")
    (sight,) = check_of(made, "do").sights or ()
    facts = Facts(THU, VIEW)
    coming = Subject("commitment/9", "commitment", "pledge", (Passage("todo", date.max, 999),))
    assert sight.see(made.state, coming, facts) == FOREVER
    assert sight.turns is not None
    assert list(sight.turns(made.state, coming, facts)) == [date.max]
