"""A duty that could never be owed, met or answered for is refused, with what to write instead."""

from __future__ import annotations

import pytest

from tests.tiny import guarded, problem_at, problems, tiny
from tests.unit.test_duties import STAGES, with_duty

NOTE = "owner: secretary, met_by: note"

MISTAKES = [
    ("owner: head, met_by: note, every: P1M", "owner", "there is no role `head`"),
    (
        "owner: secretary, met_by: nod, every: P1M",
        "met_by",
        "there is no command that somebody can give `nod`",
    ),
    (
        "owner: secretary, met_by: note",
        "",
        "say when it is due: `every:`, `rrule:`, `due:` or `after:`",
    ),
    (
        "owner: secretary, met_by: note, every: P1M, due: '06-30'",
        "",
        "`every` and `due` are two rhythms; keep one",
    ),
    (
        "owner: secretary, met_by: note, every: P0D",
        "every",
        "`P0D` leads nowhere; write one as in P1M or P1W",
    ),
    (
        "owner: secretary, met_by: note, every: P2Y",
        "every",
        "this never falls due inside the cycle that it belongs to; write another",
    ),
    (
        "owner: secretary, met_by: note, every: P4M, from: {stage: spring}, until: {stage: spring}",
        "every",
        "this never falls due inside the stage that it belongs to; write another",
    ),
    ("owner: secretary, met_by: note, every: P8M, from: {stage: spring}", "every", ""),
    (
        "owner: secretary, met_by: note, due: '12-24', until: {stage: spring}",
        "due",
        "this never falls due inside the stage that it belongs to; write another",
    ),
    (
        "owner: secretary, met_by: note, rrule: FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30",
        "rrule",
        "not every month has 30 days, and nothing would be owed in the others",
    ),
    (
        "owner: secretary, met_by: note, rrule: FREQ=YEARLY;INTERVAL=2;BYMONTH=12;BYDAY=FR;"
        "BYMONTHDAY=1;COUNT=1, until: {stage: spring}",
        "rrule",
        "this never falls due inside the stage that it belongs to; write another",
    ),
    (
        "owner: secretary, met_by: note, rrule: FREQ=HOURLY",
        "rrule",
        "say how often with FREQ=DAILY",
    ),
    (
        "owner: secretary, met_by: note, every: P1M, while: [shut]",
        "while",
        "there is no state `shut`",
    ),
    (
        "owner: secretary, met_by: note, every: P1M, while: [todo]",
        "while",
        "there is no state `todo`",
    ),
    (
        "owner: secretary, met_by: note, every: P1M, each: pledge",
        "each",
        "there is no lifecycle of items `pledge`",
    ),
    (
        "owner: secretary, met_by: note, every: P1M, each: commitment, in: [open]",
        "in",
        "there is no state `open`",
    ),
    (
        "owner: secretary, met_by: note, every: P1M, in: [todo]",
        "in",
        "say under `each:` whose states these are",
    ),
    (
        "owner: secretary, met_by: note, every: P1M, from: {}",
        "from",
        "say either `stage:` or `state:`",
    ),
    (
        "owner: secretary, met_by: note, every: P1M, until: {stage: spring, state: open}",
        "until",
        "say either `stage:` or `state:`",
    ),
    (
        "owner: secretary, met_by: note, every: P1M, from: {stage: autumn}",
        "from.stage",
        "there is no stage `autumn`",
    ),
    (
        "owner: secretary, met_by: note, every: P1M, until: {state: done}",
        "until.state",
        "there is no state `done`",
    ),
    (
        "owner: secretary, met_by: note, after: {command: nod, within: P1D}",
        "after.command",
        "there is no command that somebody can give `nod`",
    ),
    (
        "owner: secretary, met_by: note, after: {state: done, within: P1D}",
        "after.state",
        "there is no state `done`",
    ),
    (
        "owner: secretary, met_by: note, after: {within: P1D}",
        "after",
        "say after what: one of `command:`, `state:` and `field:`",
    ),
    (
        "owner: secretary, met_by: note, after: {command: note, state: open, within: P1D}",
        "after",
        "say after what: one of",
    ),
    (
        "owner: secretary, met_by: note, after: {command: note}",
        "after",
        "say how long after: `within:` a period, or `working_days:`",
    ),
    (
        "owner: secretary, met_by: note, after: {command: note, within: P1D, working_days: 2}",
        "after",
        "say either `within:` or `working_days:`",
    ),
    (
        "owner: secretary, met_by: note, after: {field: due}",
        "after",
        "a date is what an item names; say under `each:` which",
    ),
    (
        "owner: secretary, met_by: note, each: commitment, after: {field: dew}",
        "after.field",
        "there is no field of a `commitment` `dew`",
    ),
    (
        "owner: secretary, met_by: note, from: {state: open}, after: {command: note, within: P1D}",
        "from",
        "`after` counts from what happens; take this out",
    ),
    (
        "owner: secretary, met_by: note, until: {state: open}, after: {command: note, within: P1D}",
        "until",
        "`after` counts from what happens; take this out",
    ),
    (
        "owner: secretary, met_by: note, every: P1M, if: {is: said, fields: {said: x}}",
        "if",
        "nobody says anything when something is owed; ask about the promisor",
    ),
    (
        "owner: secretary, met_by: note, every: P1M, if: {is: content, fields: {due: true}}",
        "if",
        "a condition on content is about an item; say under `each:` which",
    ),
    (
        "owner: secretary, met_by: note, every: P1M, each: commitment, "
        "if: {is: content, fields: {dew: true}}",
        "if.fields",
        "there is no field of a `commitment` `dew`",
    ),
    (
        "owner: secretary, met_by: note, every: P1M, if: {is: graded, tiers: [good]}",
        "if.tiers",
        "there is no tier `good`",
    ),
    (
        "owner: secretary, met_by: note, every: P1M, if: {is: promisor, kinds: {tall: true}}",
        "if.kinds",
        "there is no kind `tall`",
    ),
    (
        "owner: secretary, met_by: note, every: P1M, if: {is: promisor, posts: {cook: true}}",
        "if.posts",
        "there is no post `cook`",
    ),
]

KINDS = (
    "policy: tiny\n",
    "policy: tiny\nkinds: {in_service: {zh: 在, en: in}, branch: {zh: 支, en: branch}}\n"
    "posts: {secretary: {zh: 书, en: secretary}}\n",
)


@pytest.mark.parametrize(("rules", "place", "message"), MISTAKES)
def test_what_is_wrong_is_said_where_it_stands(rules: str, place: str, message: str) -> None:
    text = with_duty(rules, STAGES, KINDS)
    found = problems(text)
    if not message:
        assert found == []
        return
    here = text.index("duties:")
    for step in ("d", *filter(None, place.split("."))):
        here = text.index(f"{step}:", here)
    assert len(found) == 1
    path = f"duties.d.{place}".rstrip(".")
    assert found[0].startswith(problem_at(text, text[here:], f"{path}: {message}")), found


def test_a_duty_that_anybody_has_nobody_has() -> None:
    member = (
        "  crowd:\n    label: {zh: 众, en: crowd}\n    person: {member_of: own}\n    cite: T-1\n"
    )
    text = with_duty(
        "owner: crowd, met_by: note, every: P1M",
        ("  above:\n    label", f"{member}  above:\n    label"),
    )
    (found,) = problems(text)
    assert found.endswith(
        "duties.d.owner: `crowd` is everybody who belongs there, and nobody has to answer for it; "
        "name a role that is held"
    )


def test_a_rhythm_has_a_largest_number() -> None:
    (found,) = problems(with_duty(f"{NOTE}, every: P1D", ("every: P1Y", "every: P3Y")))
    assert "duties.d.every: this falls due more than 1000 times in one cycle" in found


def test_a_duty_needs_no_declared_cycle() -> None:
    gone = ('cycle:\n  every: P1Y\n  starts: "01-01"\n  assumed: a year\n', "")
    assert problems(with_duty(f"{NOTE}, every: P3M", gone)) == []
    (found,) = problems(with_duty(f"{NOTE}, every: P1M, from: {{stage: spring}}", gone))
    assert "there is no stage `spring`" in found


def test_a_graded_condition_needs_an_evaluation() -> None:
    gone = ("evaluation:\n  tiers: {}\n  cite: T-1\n", "")
    (found,) = problems(with_duty(f"{NOTE}, every: P1M, if: {{is: graded, tiers: [good]}}", gone))
    assert "there is no tier `good`" in found


def test_a_guard_asks_about_a_duty_that_there_is() -> None:
    text = tiny(guarded("submit", "is: owed, duty: e"))
    (found,) = problems(text)
    assert "lifecycles.pledge.transitions.submit.guards.g.duty: there is no duty `e`" in found


def test_a_duty_says_what_it_rests_on() -> None:
    text = with_duty(f"{NOTE}, every: P1M").replace(", cite: T-1}\n", "}\n")
    assert any("duties.d: say what this rests on" in problem for problem in problems(text))
