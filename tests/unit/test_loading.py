"""From a file to a compiled policy: every mistake of form, where it is and what to write."""

# ruff: noqa: E501 -- the words of a policy are not broken up

from datetime import date

import pytest
from hypothesis.vendor.pretty import pretty

from pledgeflow.errors import PolicyError
from pledgeflow.policy.compiled.compiling import root_of
from pledgeflow.policy.compiled.machine import build as machine_of
from pledgeflow.policy.compiled.machine import read_table
from pledgeflow.policy.compiled.rules import Step
from pledgeflow.policy.files.overlay import resolve
from pledgeflow.policy.files.reading import read
from pledgeflow.policy.language.schema import Rules
from pledgeflow.policy.loading import build
from tests.strategies import CATALOGUE
from tests.tiny import KNOWN, MON, PATH, TEXT, Desk, problem_at, problems, tiny

WORD = "is not a word of the policy language here; take it out or see `pledgeflow schema`"
ID = "is not an id; use small letters, digits and `_`, beginning with a letter"
SAID = "      said: {type: choice, required: false, open: true}\n"

FORMS = [
    (
        ("    cite: T-1\nroles:", "    cites: T-1\nroles:"),
        "cites",
        f"tracks.member.cites: `cites` {WORD}",
    ),
    (
        ("    label: {zh: 员, en: member}\n", ""),
        "member:",
        "tracks.member: `label` is missing; add it",
    ),
    (
        ("label: {zh: 员, en: member}", "label: {zh: 3, en: member}"),
        "zh: 3",
        "tracks.member.label.zh: write text here",
    ),
    (
        ("required: false, open: true", "required: maybe, open: true"),
        "required: maybe",
        "commands.note.fields.said.required: write true or false here",
    ),
    (
        ("    match:\n      person: {in_service: true}\n", "    match: everybody\n"),
        "match",
        "tracks.member.match: write a mapping here: one entry a line, `key: value`",
    ),
    (
        ("      person: {in_service: true}\n", "      person: all\n"),
        "person: all",
        "tracks.member.match.person: write a mapping here: one entry a line, `id: …`",
    ),
    (
        ("    chaired_by: [secretary]\n", "    chaired_by: 3\n"),
        "chaired_by: 3",
        "roles.above.chaired_by: write one id or a list of ids here",
    ),
    (
        ("    initial: open\n", "    initial: Open\n"),
        "initial: Open",
        f"lifecycles.pledge.initial: `Open` {ID}",
    ),
    (
        ("  assumed: a year\n", '  assumed: ""\n'),
        'assumed: ""',
        "cycle.assumed: this text is empty; write something or take the key out",
    ),
    (
        ("  assumed: a year\n", f"  assumed: {'x' * 5000}\n"),
        "assumed: xxx",
        "cycle.assumed: this text is too long; use at most 4000 characters",
    ),
    (
        ("means: proposal", "means: dancing"),
        "means",
        "commands.propose.means: `dancing` is not possible here; write ",
    ),
    (
        ("within: P10D", "within: 10 days"),
        "within",
        "late_entry.within: `10 days` is no period; write one as in P1Y, P3M, P2W or P30D",
    ),
    (('starts: "01-01"', 'starts: "02-30"'), "starts", "cycle.starts: there is no day `02-30`"),
    (
        (
            "        guards: {}\n        cite: T-2",
            "        guards: {g: {is: items, of: commitment, at_least: -1, cite: T-1}}\n        cite: T-2",
        ),
        "at_least: -1",
        "lifecycles.pledge.transitions.submit.guards.g.at_least: write a number of at least 0",
    ),
    (
        (
            "        guards: {}\n        cite: T-2",
            "        guards: {g: {is: items, of: commitment, at_least: 1001, cite: T-1}}\n        cite: T-2",
        ),
        "at_least: 1001",
        "lifecycles.pledge.transitions.submit.guards.g.at_least: write a number of at most 1000",
    ),
    (
        (
            "        guards: {}\n        cite: T-2",
            "        guards: {g: {is: items, of: commitment, at_least: two, cite: T-1}}\n        cite: T-2",
        ),
        "at_least: two",
        "lifecycles.pledge.transitions.submit.guards.g.at_least: write a whole number here",
    ),
    (
        ("policy: tiny\n", "policy: tiny\nextends: {pin: short, policy: base}\n"),
        "pin",
        "extends.pin: `short` is not an id; use small letters",
    ),
]


@pytest.mark.parametrize(("change", "marker", "message"), FORMS)
def test_a_mistake_of_form_is_found_where_it_is(
    change: tuple[str, str], marker: str, message: str
) -> None:
    text = tiny(change)
    assert any(p.startswith(problem_at(text, marker, message)) for p in problems(text)), problems(
        text
    )


def test_a_file_with_ten_mistakes_of_form_reports_ten() -> None:
    text = tiny(*(FORMS[i][0] for i in (2, 3, 4, 6, 7, 8, 10, 11, 12, 13)))
    assert len(problems(text)) >= 10


def test_a_policy_that_is_not_even_called_anything_says_so() -> None:
    assert problems("title: {zh: 无, en: none}\n") == [f"{PATH}:1:1: `policy` is missing; add it"]


def test_mistakes_of_form_in_a_tracks_own_rules_are_found_there() -> None:
    own = "    rules:\n      commands:\n        note:\n          means: dancing\n    cite: T-1\nroles:"
    text = tiny(("    cite: T-1\nroles:", own))
    said = problems(text)
    assert any(
        p.startswith(problem_at(text, "means: dancing", "commands.note.means: ")) for p in said
    )


# --- tracks -----------------------------------------------------------------------------------------------


def test_a_track_starts_from_another_and_changes_its_own() -> None:
    policy = CATALOGUE.load("sampler")
    publish = "lifecycles.pledge.transitions.publish.guards.leaders_first"
    rules = {
        track: {
            c.rule
            for s in policy.tracks[track].steps["publish"]["pledge"]["signed"]
            for c in s.checks
        }
        for track in ("member", "leader")
    }
    assert publish in rules["member"]
    assert publish not in rules["leader"]


def test_tracks_that_are_like_each_other_go_round_once() -> None:
    track = "    like: other\n    cite: T-1\n  other:\n    label: {zh: 他, en: other}\n    match: {person: {leading: true}}\n    like: member\n    cite: T-1\nroles:"
    assert problems(tiny(("    cite: T-1\nroles:", track))) == []


@pytest.mark.parametrize(
    ("ground", "clauses"),
    [("cite: T-1", ("T-1",)), ("cite: [T-1, T-2]", ("T-1", "T-2")), ("assumed: so", ())],
)
def test_what_is_taken_out_is_on_record_with_its_ground(
    ground: str, clauses: tuple[str, ...]
) -> None:
    child = f"policy: child\nextends: tiny\nlifecycles: {{pledge: {{transitions: {{note: {{absent: true, {ground}}}}}}}}}\n"
    both = [read(TEXT, PATH), read(child, "child.yaml")]
    policy = build(resolve(both, on=None, ordinal=1), known=KNOWN)
    path = ("lifecycles", "pledge", "transitions", "note")
    assert policy.absences == {path: clauses}
    (why,) = Desk(policy).why("note", MON)
    assert (why.code, why.clauses, why.rule) == ("silent", clauses, ".".join(path))


def test_dated_values_are_those_of_the_day() -> None:
    text = tiny(("  within: P10D\n", "  within: {values: {2011-08-01: P10D, 2026-01-01: P5D}}\n"))
    for on, days in ((date(2025, 6, 1), 10), (date(2026, 6, 1), 5), (None, 5)):
        policy = build(resolve([read(text, PATH)], on=on, ordinal=1), known=KNOWN)
        late = policy.tracks["member"].late_entry
        assert late is not None
        assert late.days == days


def test_a_policy_without_cycle_or_late_entry_is_still_one() -> None:
    bare = tiny(
        ('cycle:\n  every: P1Y\n  starts: "01-01"\n  assumed: a year\n', ""),
        ("late_entry:\n  within: P10D\n  cite: T-1\n", ""),
    )
    desk = Desk(build(resolve([read(bare, PATH)], on=None, ordinal=1), known=KNOWN))
    desk.do("submit", MON)


def test_unchecked_a_stage_that_is_not_there_is_no_stage() -> None:
    lost = (
        "        by: promisor\n        guards: {}\n        cite: T-2",
        "        by: promisor\n        stage: gone\n        cite: T-2",
    )
    resolved = resolve([read(tiny(lost), PATH)], on=None, ordinal=1)
    policy = build(resolved, known=KNOWN, checked=False)
    (step,) = policy.tracks["member"].steps["submit"]["pledge"]["open"]
    assert step.stage is None


def test_the_root_is_the_lifecycle_that_belongs_to_nothing() -> None:
    assert root_of(CATALOGUE.load("sampler").tracks["member"].source) == "pledge"
    assert root_of(Rules()) == ""


def test_a_machine_that_lost_an_edge_is_not_trusted() -> None:
    there = Step("r", (), "l", "go", ("a",), "b")
    other = Step("s", (), "l", "go", ("a",), "a")
    machine = machine_of(("a", "b"), "a", [there])
    with pytest.raises(AssertionError, match="the machine and the policy disagree on `go`"):
        read_table(machine, [other])


def test_every_problem_is_said_once_and_in_order() -> None:
    text = tiny(FORMS[3][0], FORMS[0][0])
    with pytest.raises(PolicyError) as error:
        build(resolve([read(text, PATH)], on=None, ordinal=1), known=KNOWN)
    found = error.value.problems
    assert list(found) == sorted(set(found))
    assert str(error.value).count("\n") == len(found) - 1


def test_a_policy_is_shown_by_its_name_and_digest() -> None:
    policy = build(resolve([read(TEXT, PATH)], on=None, ordinal=1), known=KNOWN)
    assert repr(policy) == f"Policy(tiny@{policy.digest})" == pretty(policy)
