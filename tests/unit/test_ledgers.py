"""Ledgers: how they are written, what is wrong with them, and the rows that a pledge gives them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from pledgeflow.domain.commands import Annul, Correct
from pledgeflow.domain.values import seal
from pledgeflow.policy.judging.keeping import Cell, Keeper, Row
from tests.tiny import FRI, MON, THU, TUE, WED, Desk, loaded, problem_at, problems, tiny

END = date(2025, 12, 31)
NOTED = (
    (
        "said: {type: choice, required: false, open: true}",
        "said: {type: choice, required: false, open: true}\n"
        "      what: {type: commitment, required: false}\n      words: {type: text, required: false}",
    ),
)
"""A note may be about an item, though it is the pledge that knows the step, and have words."""
GRADED = (
    (
        "  tiers: {}\n",
        "  tiers: {good: {zh: 好, en: good}}\n  grade: {command: grade, cite: T-1}\n",
    ),
    (
        "lifecycles:\n",
        "  grade: {means: grade, label: {zh: 评, en: grade}, fields: {tier: tier}}\nlifecycles:\n",
    ),
    (
        "      submit:\n        source: open",
        "      grade: {source: open, stays: true, by: above, cite: T-1}\n"
        "      submit:\n        source: open",
    ),
    (
        "outcomes: {}\n",
        "outcomes:\n"
        "  late: {label: {zh: 迟, en: late}, cite: T-1,"
        " when: {state: done, items: {commitment: done}}}\n"
        "  over: {label: {zh: 终, en: over}, when: {state: closed}, cite: T-1}\n",
    ),
)
SECOND = (
    "roles:\n  secretary",
    "  other:\n    label: {zh: 他, en: other}\n    match: {person: {retired: true}}\n    cite: T-1\n"
    "    rules: {commands: {note: {fields: {mood: {type: text, required: false}}}}}\n"
    "roles:\n  secretary",
)
"""Another kind of promisor, whose notes say more."""


def kept(rows: str, *columns: str, more: str = "") -> str:
    """A ledger called `l`; a column is written as `name: source`."""
    lines = "".join(
        f"      {name}: {{label: {{zh: 列, en: column}}, from: {source}}}\n"
        for name, _, source in (column.partition(": ") for column in columns)
    )
    return (
        f"ledgers:\n  l:\n    label: {{zh: 账, en: book}}\n    rows: {{{rows}}}\n"
        f"    columns:\n{lines}    cite: T-1\n{more}"
    )


def wanting(rows: str, *columns: str) -> list[str]:
    """What is wrong with a ledger, without where it stands."""
    text = tiny(*NOTED, *GRADED, SECOND) + kept(rows, *columns)
    return [problem.split(": ", 1)[1] for problem in problems(text)]


# --- how they are written -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("in: todo", "either `items:`, `records:` or `outcomes:`"),
        ("items: commitment, records: [note]", "either `items:`, `records:` or `outcomes:`"),
        ("records: [note], in: [todo]", "only `items:` are `in:` states; take it out"),
        ("items: commitment, streams: pledge", "narrows down `records:` only; take it out"),
        ("records: note, streams: [month]", "`month` is not possible here"),
        ("records: note, kind: x", "`kind` is not a word of the policy language here"),
    ],
)
def test_rows_are_of_one_kind(rows: str, message: str) -> None:
    (found,) = wanting(rows, "a: state")
    assert message in found


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{field: due, last: do}", "a column comes from one source"),
        ("{}", "a column comes from one source"),
        ("stat", "`stat` is not possible here; write 'item', 'state'"),
        ("{fields: due}", "`fields` is not a word of the policy language here"),
        ("[due]", "`due` is not a word of the policy language here"),
    ],
)
def test_a_column_has_one_source(source: str, message: str) -> None:
    assert any(message in found for found in wanting("items: commitment", f"a: {source}"))


def test_a_ledger_may_show_what_only_one_track_has() -> None:
    assert not wanting("records: note", "a: {field: mood}", "b: {of_item: due}", "c: outcome")
    assert not wanting("outcomes: [over, late]", "a: {field: due}", "b: {status: due}")
    assert not wanting("items: commitment, in: [todo]", "a: {last: do}", "b: grade", "c: item")


@pytest.mark.parametrize(
    ("rows", "column", "message"),
    [
        (
            "items: commitments",
            "state",
            "no lifecycle of items `commitments`; perhaps `commitment`",
        ),
        ("items: pledge", "state", "there is no lifecycle of items `pledge`"),
        ("items: commitment, in: [tod]", "state", "there is no state `tod`; perhaps `todo`"),
        ("items: commitment, in: [open]", "state", "there is no state `open`"),
        ("records: [notes]", "state", "no command that somebody can give `notes`; perhaps `note`"),
        ("outcomes: [ovr]", "state", "there is no outcome `ovr`; perhaps `over`"),
        ("items: commitment", "{field: titel}", "there is no field `titel`; perhaps `title`"),
        ("items: commitment", "{field: said}", "there is no field `said`"),
        ("records: note", "{field: title}", "there is no field `title`"),
        ("records: note", "{of_item: dew}", "there is no field `dew`; perhaps `due`"),
        ("records: note", "{status: title}", "`title` is no date; name the field of a time limit"),
        ("records: note", "{status: titel}", "there is no field `titel`"),
        ("records: note", "{last: dox}", "no command that somebody can give `dox`; perhaps `do`"),
        ("records: note", "{next: dox}", "no command that somebody can give `dox`; perhaps `do`"),
        ("items: commitment", "{next: do}", "only what follows a record can be next; say `last:`"),
        ("items: commitment", "actor", "an act has an actor; say `records:` under `rows:`"),
        ("outcomes: over", "capacity", "an act has a capacity; say `records:` under `rows:`"),
    ],
)
def test_what_does_not_exist_is_named_with_the_nearest(
    rows: str, column: str, message: str
) -> None:
    (found,) = wanting(rows, f"a: {column}")
    assert message in found


def test_a_mistake_is_shown_where_it_stands() -> None:
    text = tiny() + kept("items: commitment", "a: {field: dew}")
    message = "ledgers.l.columns.a.from.field: there is no field `dew`; perhaps `due`"
    assert problems(text) == [problem_at(text, "field: dew", message)]


def test_a_ledger_is_kept_by_somebody_and_shows_something() -> None:
    text = tiny() + kept("items: commitment", "a: state").replace(
        "rows:", "kept_by: [boss]\n    rows:"
    )
    assert [p for p in problems(text) if "there is no role `boss`" in p]
    text = tiny() + kept("items: commitment").replace("columns:\n", "columns: {}\n")
    assert [p for p in problems(text) if "a ledger needs columns" in p]


def test_a_ledger_owes_a_ground_and_a_column_none_of_its_own() -> None:
    text = tiny() + kept("items: commitment", "a: state").replace("    cite: T-1\n", "")
    (found,) = problems(text)
    assert "ledgers.l: say what this rests on" in found
    text = tiny() + kept("items: commitment", "a: state, cite: T-9")
    (found,) = problems(text)
    assert "there is no clause in the register `T-9`" in found


def test_what_an_abstract_policy_keeps_is_looked_at_where_it_is_in_force() -> None:
    text = "policy: base\nabstract: true\n" + kept("items: stone", "a: {field: weight}")
    assert not problems(text.replace("cite: T-1", "assumed: why not"))


# --- what they show -----------------------------------------------------------------------------


def desk(rows: str, *columns: str) -> Desk:
    return Desk(loaded(tiny(*NOTED, *GRADED) + kept(rows, *columns)))


def shown(desk: Desk, on: date = END) -> list[Row]:
    policy = desk.policy
    keeper = Keeper(policy.document.ledgers["l"], policy.ruleset(desk.state), on)
    return list(keeper.rows(desk.state))


def cells(desk: Desk, on: date = END) -> list[tuple[Cell, ...]]:
    return [tuple(row.cells.values()) for row in shown(desk, on)]


A, B = seal("a", "salt"), seal("b", "salt")


def test_items_come_in_order_with_what_they_say() -> None:
    d = desk(
        "items: commitment", "t: {field: title}", "i: item", "d: {field: due}", "o: on", "s: state"
    )
    d.do("propose", MON, title=A, due=FRI)
    d.do("propose", TUE, title=B)
    d.do("do", WED, item="commitment/1")
    assert cells(d) == [(A, A, FRI, MON, "done"), (B, B, None, TUE, "todo")]
    first, _ = shown(d)
    assert (first.subject, first.lifecycle, first.command) == ("commitment/1", "commitment", "")
    assert (str(first.stream), first.track) == ("town/2025/wang", "member")
    assert d.state.effects[first.version - 1][0].version == first.version


def test_only_items_in_some_states_as_of_the_day() -> None:
    d = desk("items: commitment, in: done", "s: state")
    d.do("propose", MON, title=A)
    d.do("do", WED, item="commitment/1")
    assert cells(d) == [("done",)]
    assert cells(d, TUE) == []
    d = desk("items: commitment", "s: state")
    d.do("propose", TUE, title=A)
    assert (cells(d, MON), cells(d, TUE)) == ([], [("todo",)])


def test_an_item_is_open_overdue_or_closed_to_its_date() -> None:
    d = desk("items: commitment", "s: {status: due}")
    d.do("propose", MON, title=A, due=WED)
    d.do("propose", MON, title=B)
    d.do("do", FRI, item="commitment/1")
    assert [cells(d, day)[0] for day in (TUE, WED, THU, FRI)] == [
        ("open",),
        ("open",),
        ("overdue",),
        ("closed",),
    ]
    assert cells(d)[1] == (None,)
    # with the lifecycle taken out, nothing is final any more
    rules = replace(d.policy.ruleset(d.state), lifecycles={})
    keeper = Keeper(d.policy.document.ledgers["l"], rules, FRI)
    assert next(keeper.rows(d.state)).cells == {"s": "overdue"}


def test_records_say_who_did_what_about_which_item() -> None:
    columns = (
        "w: {field: words}",
        "i: item",
        "d: {of_item: due}",
        "b: actor",
        "c: capacity",
        "o: on",
    )
    d = desk("records: [note, do], streams: pledge", *columns, "s: state")
    d.do("propose", MON, title=A, due=FRI)
    d.do("note", TUE, by="li/secretary", what="commitment/1", words=B)
    d.do("note", WED, words=A)
    d.do("do", THU, item="commitment/1")
    assert cells(d) == [
        (B, A, FRI, "li", "secretary", TUE, "done"),
        (A, None, None, "wang", "promisor", WED, "open"),
        (None, A, FRI, "wang", "promisor", THU, "done"),
    ]
    assert [row.command for row in shown(d)] == ["note", "note", "do"]
    assert len(cells(d, TUE)) == 1
    d.state = replace(d.state, stream=d.state.stream._replace(venue="year"))
    assert shown(d) == []


def test_a_record_that_brings_an_item_about_is_about_it() -> None:
    d = desk(
        "records: propose", "i: item", "t: track", "v: venue", "p: promisor", "o: organization"
    )
    d.do("propose", MON, title=A)
    assert cells(d) == [(A, "member", None, "wang", "branch")]
    for venue, name in (("home", "home"), ("year", None)):
        d.state = replace(d.state, stream=d.state.stream._replace(venue=venue))
        assert cells(d)[0][2] == name
    # without the command nobody knows what its fields were; the record still stands
    rules = replace(d.policy.ruleset(d.state), commands={})
    assert len(list(Keeper(d.policy.document.ledgers["l"], rules, END).rows(d.state))) == 1


def test_an_item_without_a_text_has_no_title() -> None:
    text = tiny(("title: text", "title: {type: choice, open: true}"))
    d = Desk(loaded(text + kept("items: commitment", "i: item")))
    d.do("propose", MON, title="a")
    assert cells(d) == [(None,)]


def test_the_last_step_about_an_item_and_the_next_after_a_record() -> None:
    d = desk("items: commitment", "l: {last: note}")
    d.do("propose", MON, title=A)
    d.do("propose", MON, title=B)
    d.do("note", TUE, what="commitment/1")
    d.do("note", WED, what="commitment/1")
    d.do("note", THU)
    assert cells(d) == [(WED,), (None,)]
    assert cells(d, TUE) == [(TUE,), (None,)]
    d = desk("records: note", "n: {next: note}", "l: {last: do}")
    d.do("propose", MON, title=A)
    for day in (TUE, THU):
        d.do("note", day, what="commitment/1")
    d.do("note", FRI)
    assert cells(d) == [(THU, None), (None, None), (None, None)]


def test_the_last_step_is_the_last_of_all_wherever_the_record_stands() -> None:
    d = desk("records: note", "l: {last: note}")
    for day in (MON, TUE, THU):
        d.do("note", day)
    assert cells(d) == [(THU,)] * 3
    assert cells(d, TUE) == [(TUE,)] * 2


def test_whose_fields_nobody_knows_is_about_the_item_that_it_was_recorded_of() -> None:
    d = desk("records: do", "i: item")
    d.do("propose", MON, title=A)
    d.do("do", TUE, item="commitment/1")
    rules = replace(d.policy.ruleset(d.state), commands={})
    (row,) = Keeper(d.policy.document.ledgers["l"], rules, END).rows(d.state)
    assert (row.subject, row.lifecycle, row.command) == ("commitment/1", "commitment", "do")
    assert row.version == d.state.records["do"][0].version


def test_the_next_step_is_the_next_by_its_day_and_not_by_when_it_was_entered() -> None:
    d = desk("records: note", "n: {next: note}")
    d.today = FRI
    d.do("propose", MON, title=A)
    for day in (TUE, FRI, MON, THU):
        d.do("note", day, what="commitment/1")
    # of Tuesday's the next is Thursday's, of Friday's there is none, of Monday's Tuesday's
    assert cells(d) == [(THU,), (None,), (TUE,), (FRI,)]


def test_outcomes_and_what_followed() -> None:
    d = desk("outcomes: [late, over]", "o: outcome", "i: item", "d: on", "b: promisor")
    d.do("propose", MON, title=A)
    d.do("do", TUE, item="commitment/1")
    d.do("submit", THU)
    assert cells(d) == [("late", A, TUE, "wang"), ("over", None, THU, "wang")]
    assert cells(d, WED) == cells(d, TUE) == [("late", A, TUE, "wang")]
    assert cells(d, THU) == cells(d)
    assert cells(d, MON) == []
    d = desk("items: commitment", "o: outcome")
    d.do("propose", MON, title=A)
    d.do("propose", MON, title=B)
    d.do("do", TUE, item="commitment/1")
    assert cells(d) == [(("late",),), (None,)]


def test_a_grade_shows_once_it_is_given() -> None:
    d = desk("items: commitment", "g: grade")
    d.do("propose", MON, title=A)
    assert cells(d) == [(None,)]
    d.do("grade", WED, by="zhao/above", tier="good")
    assert [cells(d, day) for day in (TUE, WED, END)] == [[(None,)], [("good",)], [("good",)]]


def test_corrections_and_annulments_show() -> None:
    d = desk("records: note", "s: {field: said}")
    d.do("note", MON, said="a")
    d.do("note", MON, said="b")
    first, second = d.state.records["note"]
    d.give(Correct(first.version, "wang", "promisor", TUE, {"said": "c"}))
    d.give(Annul(second.version, "wang", "promisor", TUE))
    assert cells(d) == [("c",)]
