"""What the loader finds wrong with a policy that is well formed: where, and what to write instead."""

# ruff: noqa: E501 -- a table of mistakes reads best with one a line

import pytest

from pledgeflow.errors import PolicyError
from pledgeflow.policy.files.overlay import resolve
from pledgeflow.policy.files.reading import read
from pledgeflow.policy.loading import build
from tests.tiny import PATH, TEXT, guarded, loaded, problem_at, problems, tiny

Change = tuple[str, str]
PLEDGE = "lifecycles.pledge"
SUBMIT = f"{PLEDGE}.transitions.submit"
DO = "lifecycles.commitment.transitions.do"


def test_the_tiny_policy_has_nothing_wrong_with_it() -> None:
    assert problems(TEXT) == []
    assert loaded(TEXT).name == "tiny"


def found(changes: list[Change], marker: str, message: str) -> None:
    text = tiny(*changes)
    assert problem_at(text, marker, message) in problems(text), problems(text)


ROLE_ABOVE = "    organization:\n      at: superior\n    chaired_by: [secretary]\n"
IN_SERVICE = "      person: {in_service: true}\n"

NUMBERS = [
    (
        "n: {type: text, at_least: 1}",
        "at_least",
        "commands.submit.fields.n.at_least: only an `integer` is held against that; take `at_least` out",
    ),
    (
        "all: integer, n: {type: decimal, part_of: all}",
        "part_of",
        "commands.submit.fields.n.part_of: only an `integer` is held against that; take `part_of` out",
    ),
    (
        "all: integer, n: {type: integer, part_of: al}",
        "part_of",
        "commands.submit.fields.n.part_of: there is no other field with a whole number `al`; perhaps `all`",
    ),
    (
        "n: {type: integer, part_of: n}",
        "part_of",
        "commands.submit.fields.n.part_of: there is no other field with a whole number `n`",
    ),
    (
        "all: {type: integer, required: false}, n: {type: integer, part_of: all}",
        "part_of",
        "commands.submit.fields.n.part_of: without `all` nothing is known of its parts; let it be required",
    ),
]


@pytest.mark.parametrize(("fields", "marker", "message"), NUMBERS)
def test_a_number_is_held_against_another_that_is_given(
    fields: str, marker: str, message: str
) -> None:
    given = "label: {zh: 交, en: submit}\n    fields: {}"
    found([(given, given.replace("{}", f"{{{fields}}}"))], marker, message)


REFERENCES = [
    (
        ("tracks:\n  member:", "tracks: {}\nold:\n  member:"),
        "old",
        "old: `old` is not a word of the policy language here; take it out or see `pledgeflow schema`",
    ),
    (
        (
            "roles:\n",
            "responsible:\n  head:\n    label: {zh: 头, en: head}\n    roles: [secretery]\n    cite: T-1\nroles:\n",
        ),
        "roles: [secretery]",
        "responsible.head.roles: there is no role `secretery`; perhaps `secretary`",
    ),
    (
        ("    cite: T-1\nroles:", "    like: members\n    cite: T-1\nroles:"),
        "like",
        "tracks.member.like: there is no track `members`; perhaps `member`",
    ),
    (
        (IN_SERVICE, "      {}\n"),
        "match",
        "tracks.member.match: say either `person:` or `organization:` with kinds",
    ),
    (
        (IN_SERVICE, "      organization: {branch: true}\n"),
        "member:",
        "tracks.member: say under `represented_by:` which posts act for the organization",
    ),
    (
        ("otherwise: above", "otherwise: abov"),
        "otherwise",
        "roles.secretary.otherwise: there is no role `abov`; perhaps `above`",
    ),
    (
        (ROLE_ABOVE, ""),
        "above:\n    label",
        "roles.above: say either `person:` or `organization:`",
    ),
    (
        ("      at: superior\n", "      at: superior\n      above: own\n"),
        "organization:\n      at: superior",
        "roles.above.organization: say `at: own`, `at: superior`, or a `kind:` `above: own`",
    ),
    (
        ("    chaired_by: [secretary]\n", ""),
        "above:\n    label",
        "roles.above: say under `chaired_by:` which posts act for the body",
    ),
    (
        ("      of: own\n", "      of: abowe\n"),
        "of: abowe",
        "roles.secretary.person.of: there is no body `abowe`; perhaps `above` or `own`",
    ),
    (
        ("      post: [secretary]\n", ""),
        "person:\n      of: own",
        "roles.secretary.person: say a `post:`, `member_of:` or a `relation:`",
    ),
    (
        (
            "      item: commitment\n      due",
            "      item: commitment\n      two: commitment\n      due",
        ),
        "two",
        "commands.revise.fields.two: a command names one item at most",
    ),
    (
        ("      title: text\n", "      title: texts\n"),
        "title",
        "commands.propose.fields.title: there is no field type `texts`; perhaps `text` or `results`",
    ),
    (
        ("required: false, open: true}", "required: false}"),
        "said",
        "commands.note.fields.said: list its values under `choices:`, or say `open: true`",
    ),
    (
        ("  submit:\n    means: submission\n    label: {zh: 交, en: submit}\n    fields: {}\n", ""),
        "submit:\n        source",
        f"{SUBMIT}: there is no command `submit`; known are `do`, `note`, `propose`, `revise`",
    ),
    (
        (
            "by: promisor\n        guards: {}\n        cite: T-2",
            "by: promissor\n        guards: {}\n        cite: T-2",
        ),
        "by: promissor",
        f"{SUBMIT}.by: there is no role `promissor`; perhaps `promisor`",
    ),
    (
        (
            "  do:\n    means: report\n    label: {zh: 做, en: do}\n    fields:\n      item: commitment\n",
            "  do:\n    means: report\n    label: {zh: 做, en: do}\n",
        ),
        "do:\n        source",
        f"{DO}: give `do` a field of type `commitment`, to say which one it is about",
    ),
    (
        (
            "by: promisor\n        guards: {}\n        cite: T-2",
            "by: promisor\n        stage: spring\n        cite: T-2",
        ),
        "stage: spring",
        f"{SUBMIT}.stage: there is no stage `spring`",
    ),
    (
        (
            "by: promisor\n        guards: {}\n        cite: T-3",
            "by: promisor\n        while: {pledge: [opened]}\n        cite: T-3",
        ),
        "pledge: [opened]",
        f"{DO}.while.pledge: there is no state `opened`; perhaps `open` or `closed`",
    ),
    (
        (
            "by: promisor\n        guards: {}\n        cite: T-3",
            "by: promisor\n        while: {pledges: [open]}\n        cite: T-3",
        ),
        "pledges: [open]",
        f"{DO}.while.pledges: there is no lifecycle `pledges`; perhaps `pledge`",
    ),
    (
        ("        adds: commitment\n", "        adds: commitments\n"),
        "adds",
        f"{PLEDGE}.transitions.propose.adds: there is no lifecycle `commitments`; perhaps `commitment`",
    ),
]


@pytest.mark.parametrize(("change", "marker", "message"), REFERENCES)
def test_a_name_that_leads_nowhere_is_found(change: Change, marker: str, message: str) -> None:
    found([change], marker, message)


EVALUATION = "evaluation:\n  tiers: {}\n  cite: T-1\n"
GRADED = "evaluation:\n  tiers: {good: {zh: 好, en: good}, poor: {zh: 差, en: poor}}\n  order: [note, submit]\n  grade: {command: submit, cite: T-1}\n  cite: T-1\n"
TIERED = (
    "label: {zh: 交, en: submit}\n    fields: {}",
    "label: {zh: 交, en: submit}\n    fields: {tier: tier}",
)

EVALUATIONS = [
    (
        [(EVALUATION, GRADED.replace("[note, submit]", "[notes, submit]"))],
        "order",
        "evaluation.order: there is no command that somebody can give `notes`; perhaps `note`",
    ),
    (
        [(EVALUATION, GRADED.replace("command: submit", "command: submt"))],
        "grade:",
        "evaluation.grade: there is no command that somebody can give `submt`; perhaps `submit`",
    ),
    (
        [(EVALUATION, GRADED)],
        "grade:",
        "evaluation.grade: give `submit` a field `tier` of type `tier`",
    ),
    (
        [
            (
                EVALUATION,
                GRADED.replace("{good: {zh: 好, en: good}, poor: {zh: 差, en: poor}}", "{}"),
            ),
            TIERED,
        ],
        "evaluation:",
        "evaluation: a grade needs `tiers:`",
    ),
    (
        [(EVALUATION, EVALUATION.replace("{}", "{good: {zh: 好, en: good}}"))],
        "tiers",
        "evaluation.tiers: nothing produces these tiers; say under `grade:` what does",
    ),
]


@pytest.mark.parametrize(("changes", "marker", "message"), EVALUATIONS)
def test_an_evaluation_that_cannot_come_about_is_found(
    changes: list[Change], marker: str, message: str
) -> None:
    found(changes, marker, message)


def test_an_evaluation_with_all_its_parts_is_fine() -> None:
    assert problems(tiny((EVALUATION, GRADED), TIERED)) == []
    confirmed = GRADED.replace("command: submit,", "command: submit, confirmed_by: note,")
    assert problems(tiny((EVALUATION, confirmed), TIERED)) == []
    nothing = tiny((EVALUATION, ""))
    assert problems(nothing) == []


def outcome(when: str) -> Change:
    rule = f"outcomes:\n  prize:\n    label: {{zh: 奖, en: prize}}\n    when: {{{when}}}\n    cite: T-1\n"
    return "outcomes: {}\n", rule


OUTCOMES = [
    (outcome("tier: best"), "tier: best", "outcomes.prize.when.tier: there is no tier `best`"),
    (
        outcome("state: clothed"),
        "state: clothed",
        "outcomes.prize.when.state: there is no state `clothed`; perhaps `closed`",
    ),
    (
        outcome("command: sumbit"),
        "when: {command",
        "outcomes.prize.when: there is no command that somebody can give `sumbit`; perhaps `submit`",
    ),
    (
        outcome("state: done, items: {commitments: [done]}"),
        "commitments: [done]",
        "outcomes.prize.when.items.commitments: there is no lifecycle `commitments`; perhaps `commitment`",
    ),
    (
        outcome("state: done, items: {commitment: [undone]}"),
        "commitment: [undone]",
        "outcomes.prize.when.items.commitment: there is no state `undone`; perhaps `done`",
    ),
]


@pytest.mark.parametrize(("change", "marker", "message"), OUTCOMES)
def test_an_outcome_that_cannot_arise_is_found(change: Change, marker: str, message: str) -> None:
    found([change], marker, message)


BY = "        dest: closed\n        by: promisor\n        guards: {}\n"
SHAPES = [
    (
        ("    of: pledge\n", ""),
        "lifecycles:",
        "lifecycles: one lifecycle has to stand alone; the others say `of:` which one",
    ),
    (
        ("    of: pledge\n", "    of: pledges\n"),
        "of: pledges",
        "lifecycles.commitment.of: there is no lifecycle `pledges`; perhaps `pledge`",
    ),
    (
        ("    initial: open\n", "    initial: opened\n"),
        "initial",
        f"{PLEDGE}.initial: there is no state `opened`; perhaps `open` or `closed`",
    ),
    (
        ("    final: [closed]\n", "    final: [clozed]\n"),
        "final",
        f"{PLEDGE}.final: there is no state `clozed`; perhaps `closed`",
    ),
    (
        ("    final: [closed]\n", ""),
        "pledge:\n    label",
        f"{PLEDGE}: name at least one state under `final:`, so that this can end",
    ),
    (
        ("        source: open\n        dest", "        source: opn\n        dest"),
        "source: opn",
        f"{SUBMIT}.source: there is no state `opn`; perhaps `open`",
    ),
    (
        ("        source: open\n        dest", "        source: []\n        dest"),
        "submit:\n        source",
        f"{SUBMIT}: say under `source:` from which states this is possible",
    ),
    (
        ("        dest: closed\n", "        dest: clsed\n"),
        "dest",
        f"{SUBMIT}.dest: there is no state `clsed`; perhaps `closed`",
    ),
    (
        ("        dest: closed\n", ""),
        "submit:\n        source",
        f"{SUBMIT}: say either `dest:` with a state, or `stays: true` for a record",
    ),
    (
        ("        dest: closed\n", "        dest: closed\n        stays: true\n"),
        "submit:\n        source",
        f"{SUBMIT}: say either `dest:` with a state, or `stays: true` for a record",
    ),
    (
        (BY, "        dest: closed\n"),
        "submit:\n        source",
        f"{SUBMIT}: say who takes this (`by:`), what completes it (`when:`) or by when (`after:`)",
    ),
    (
        (BY, BY + "        when: {}\n"),
        "submit:\n        source",
        f"{SUBMIT}: people take this (`by:`), or it happens by itself (`when:`, `after:`): not both",
    ),
    (
        (BY, BY.replace("promisor", "{any_of: [promisor], all_of: [secretary]}")),
        "by: {any_of",
        f"{SUBMIT}.by: name roles under `any_of:` or under `all_of:`",
    ),
    (
        (BY, "        stays: true\n        when: {}\n"),
        "submit:\n        source",
        f"{SUBMIT}: what happens by itself has to lead to another state",
    ),
    (
        (BY, "        dest: closed\n        after: {}\n"),
        "after",
        f"{SUBMIT}.after: say a `period:`, a date `field:` or a `stage:`",
    ),
    (
        (BY, BY + "        carries: open\n"),
        "carries",
        f"{SUBMIT}.carries: only an item can be carried over",
    ),
    (
        (BY, BY + "        carries: opened\n"),
        "carries",
        f"{SUBMIT}.carries: there is no state `opened`; perhaps `open` or `closed`",
    ),
    (
        (
            "      closed: {zh: 关, en: closed}\n",
            "      closed: {zh: 关, en: closed}\n      lost: {zh: 失, en: lost}\n",
        ),
        "lost",
        f"{PLEDGE}.states.lost: no way leads to this state; add one or take it out",
    ),
    (
        ("    final: [closed]\n", "    final: [open]\n"),
        "closed: {zh",
        f"{PLEDGE}.states.closed: no way leads from this state to a final one; add one",
    ),
]


@pytest.mark.parametrize(("change", "marker", "message"), SHAPES)
def test_a_lifecycle_that_cannot_be_lived_is_found(
    change: Change, marker: str, message: str
) -> None:
    found([change], marker, message)


def test_one_mistake_hides_no_other() -> None:
    text = tiny(
        *(change for change, *_ in (REFERENCES[1], REFERENCES[5], REFERENCES[7])),
        outcome("tier: best, command: sumbit"),
        *(SHAPES[i][0] for i in (2, 3, 7)),
        ("title: text", "title: texts"),
        ("adds: commitment", "adds: comitment"),
        ("cite: T-3", "cite: T-4"),
    )
    said = problems(text)
    assert len(said) >= 10
    assert said == sorted(said, key=lambda problem: int(problem.split(":")[1]))


# --- two ways to take the same step -----------------------------------------------------------------

AGAIN = "      submit_again:\n        trigger: submit\n        source: open\n        dest: spoilt\n        by: {by}\n        guards: {guards}\n        cite: T-2\n"
SPOILT = (
    "      closed: {zh: 关, en: closed}\n",
    "      closed: {zh: 关, en: closed}\n      spoilt: {zh: 废, en: spoilt}\n",
)
FINAL = ("    final: [closed]\n", "    final: [closed, spoilt]\n")
AMBIGUOUS = (
    f"{SUBMIT}_again: from `open` the step `submit` leads to `closed` and to `spoilt`; "
    "tell the two apart by role, or by guards of which only one can hold"
)


def twofold(ours: str, theirs: str, by: str = "promisor") -> str:
    one = (BY, BY.replace("{}", ours))
    text = tiny(SPOILT, FINAL, one, (EVALUATION, GRADED), TIERED)
    place = text.index("  commitment:\n    label: {zh: 项")
    return text[:place] + AGAIN.format(by=by, guards=theirs) + text[place:]


def g(guard: str) -> str:
    return f"{{g: {{{guard}, cite: T-1}}}}"


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("is: due, passed: true", "is: due, passed: false"),
        ("is: content, fields: {due: x}", "is: content, fields: {due: z}"),
        ("is: promisor, kinds: {leading: true}", "is: promisor, kinds: {leading: false}"),
        ("is: preceded_by, command: note", "is: not_preceded_by, command: [note, propose]"),
        ("is: not_preceded_by, command: note", "is: preceded_by, command: note"),
        ("is: items, of: commitment, any: [done]", "is: items, of: commitment, none: [done]"),
        ("is: graded, tiers: [good]", "is: graded, tiers: [poor]"),
    ],
)
def test_guards_of_which_only_one_can_hold_tell_two_ways_apart(ours: str, theirs: str) -> None:
    assert problems(twofold(g(ours), g(theirs))) == []


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("is: due, passed: true", "is: due, field: other, passed: false"),
        ("is: due, passed: true", "is: content, fields: {due: z}"),
        ("is: content, fields: {due: x}", "is: content, fields: {title: x}"),
        ("is: promisor, kinds: {leading: true}", "is: promisor, kinds: {retired: true}"),
        ("is: graded", "is: graded, tiers: [good]"),
        ("is: preceded_by, command: note", "is: not_preceded_by, command: note, for: P1D"),
        ("is: preceded_by, command: note", "is: not_preceded_by, command: note, by: promisor"),
        ("is: preceded_by, command: note", "is: not_preceded_by, command: note, since: open"),
        ("is: items, of: commitment, any: [done]", "is: items, of: commitment, none: [todo]"),
        (
            "is: due, passed: true, if: {is: graded}",
            "is: due, passed: false",
        ),
    ],
)
def test_guards_that_can_hold_together_leave_two_ways_ambiguous(ours: str, theirs: str) -> None:
    text = twofold(g(ours), g(theirs))
    said = problems(text)
    assert problem_at(text, "submit_again", AMBIGUOUS) in said, said


def test_roles_tell_two_ways_apart_unless_all_have_to_act() -> None:
    assert problems(twofold("{}", "{}", by="secretary")) == []
    for by in ("promisor", "{all_of: [secretary, above]}"):
        text = twofold("{}", "{}", by=by)
        assert problems(text) == [problem_at(text, "submit_again", AMBIGUOUS)]


def test_a_completion_beside_a_step_is_not_ambiguous() -> None:
    text = twofold("{}", "{}").replace(
        "        dest: spoilt\n        by: promisor\n        guards: {}",
        "        dest: spoilt\n        when: {}",
    )
    assert problems(text) == []


# --- grounds ------------------------------------------------------------------------------------------

OWES = "say what this rests on: `cite:` with a clause id of the register, or `assumed:` with the reading and why"
GROUNDS = [
    (
        ("        adds: commitment\n        cite: T-1\n", "        adds: commitment\n"),
        "propose:\n        source",
        f"{PLEDGE}.transitions.propose: {OWES}",
    ),
    (
        ("        cite: T-2", "        cite: T-22"),
        "cite: T-22",
        f"{SUBMIT}.cite: there is no clause in the register `T-22`; perhaps `T-2` or `T-3` or `T-1`; "
        "cite a clause of its own documents, or say `assumed:` and why",
    ),
    (
        ("    otherwise: above\n    cite: T-1\n", "    otherwise: above\n"),
        "secretary:\n    label",
        f"roles.secretary: {OWES}",
    ),
    (("  within: P10D\n  cite: T-1\n", "  within: P10D\n"), "late_entry", f"late_entry: {OWES}"),
    (
        ("required: false, open: true}", "required: false, choices: {yes: {zh: 是, en: yes}}}"),
        "said",
        f"commands.note.fields.said: {OWES}",
    ),
    ((BY, BY.replace("{}", "{g: {is: graded}}")), "g: {is", f"{SUBMIT}.guards.g: {OWES}"),
]


@pytest.mark.parametrize(("change", "marker", "message"), GROUNDS)
def test_what_refuses_or_decides_says_what_it_rests_on(
    change: Change, marker: str, message: str
) -> None:
    found([change], marker, message)


def test_a_condition_rests_on_what_its_rule_rests_on() -> None:
    conditional = guarded("submit", "is: due, passed: true, if: {is: graded}")
    assert problems(tiny(conditional)) == []


def test_an_abstract_policy_cites_nothing_and_needs_no_track() -> None:
    text = TEXT.replace("policy: tiny\n", "policy: tiny\nabstract: true\n", 1)
    message = "late_entry.cite: an abstract policy cites no clause; say `assumed:` instead"
    assert problem_at(text, "cite: T-1", message) in problems(text)
    bare = "policy: tiny\nabstract: true\nlate_entry: {within: P10D}\n"
    assert problems(bare) == []
    with pytest.raises(PolicyError) as refused:
        loaded("policy: tiny\n")
    (problem,) = refused.value.problems
    message = "tracks: a policy needs at least one track; say whose pledges it is for"
    assert str(problem) == f"{PATH}:1:1: {message}"


# --- guards -------------------------------------------------------------------------------------------

GUARDS = [
    (
        "submit",
        "is: preceded_by, command: noet",
        "command: noet",
        "command: there is no command that somebody can give `noet`; perhaps `note`",
    ),
    (
        "submit",
        "is: preceded_by, command: note, by: secretery",
        "by: secretery",
        "by: there is no role `secretery`; perhaps `secretary`",
    ),
    (
        "submit",
        "is: preceded_by, command: note, since: opened",
        "since: opened",
        "since: there is no state `opened`; perhaps `open`",
    ),
    (
        "submit",
        "is: preceded_by, command: note, saying: {sad: x}",
        "saying",
        "saying: there is no field `sad`; perhaps `said`",
    ),
    (
        "submit",
        "is: preceded_by, command: note, each: {of: comitment}",
        "of: comitment",
        "each.of: there is no lifecycle `comitment`; perhaps `commitment`",
    ),
    (
        "submit",
        "is: preceded_by, command: note, each: {of: commitment, in: [doone]}",
        "each",
        "each: there is no state `doone`; perhaps `done`",
    ),
    (
        "submit",
        "is: items, of: commitment, all: [doen]",
        "g:",
        "there is no state `doen`; perhaps `done`",
    ),
    (
        "submit",
        "is: items, of: commitment, fields: [titel]",
        "fields: [titel]",
        "fields: there is no field of a `commitment` `titel`; perhaps `title` or `item`",
    ),
    (
        "submit",
        "is: items, of: commitment, saying: {duo: true}",
        "saying",
        "saying: there is no field of a `commitment` `duo`; perhaps `due`",
    ),
    (
        "do",
        "is: due, field: dew, passed: true",
        "field: dew",
        "field: there is no field of a `commitment` `dew`",
    ),
    (
        "do",
        "is: content, fields: {titel: x}",
        "fields: {titel",
        "fields: there is no field of a `commitment` `titel`; perhaps `title` or `item`",
    ),
    ("submit", "is: graded, tiers: [best]", "tiers: [best]", "tiers: there is no tier `best`"),
    (
        "submit",
        "is: called_for, outcome: [prize]",
        "outcome: [prize]",
        "outcome: there is no outcome `prize`",
    ),
    ("submit", "is: given, fields: [tital]", "g:", "there is no field of the command `tital`"),
    ("submit", "is: said, fields: {tier: x}", "g:", "there is no field of the command `tier`"),
    ("submit", "is: tally, field: votes", "g:", "there is no field of the command `votes`"),
    (
        "submit",
        "is: preceded_by, command: note, since_last: nota",
        "since_last: nota",
        "since_last: there is no command that somebody can give `nota`; perhaps `note`",
    ),
    (
        "submit",
        "is: listed, field: topic, of: [x]",
        "g:",
        "there is no field of the command `topic`",
    ),
    (
        "submit",
        "is: listed, field: topic, kinds: {a: [x]}, open: [b]",
        "open: [b]",
        "open: there is no kind with a list `b`; known are `a`",
    ),
    ("submit", "is: promisor", "g:", " say which kinds or posts are meant"),
    (
        "submit",
        "is: preceded_elsewhere, means: record",
        "g:",
        " say which kinds or posts are meant",
    ),
    (
        "submit",
        "is: preceeded_by, command: note",
        "g:",
        " there is no guard kind `preceeded_by` that says `command`; perhaps `preceded_by`; the words "
        "of a kind that is added stand under `with:`",
    ),
    (
        "submit",
        "is: moon, phase: full",
        "g:",
        " there is no guard kind `moon` that says `phase`; the words of a kind that is added",
    ),
    (
        "submit",
        "at_least: 2",
        "g:",
        " say under `is:` what kind of guard this is; to change one that is inherited, call it as it",
    ),
    (
        "submit",
        "is: moon, with: {phase: full}",
        "is: moon",
        "is: there is no guard kind `moon`; perhaps `tally`",
    ),
    (
        "submit",
        "is: due, passed: true, if: {is: graded, tiers: [best]}",
        "tiers: [best]",
        "if.tiers: there is no tier `best`",
    ),
]


PLACES = {"submit": SUBMIT, "do": DO}


@pytest.mark.parametrize(("step", "guard", "marker", "message"), GUARDS)
def test_a_guard_that_asks_for_what_cannot_be_is_found(
    step: str, guard: str, marker: str, message: str
) -> None:
    text = tiny(guarded(step, guard))
    joint = ": " if message.startswith("there") else ":" if message.startswith(" ") else "."
    start = problem_at(text, marker, f"{PLACES[step]}.guards.g{joint}{message}")
    said = problems(text)
    assert any(problem.startswith(start.partition("; perhaps `tally`")[0]) for problem in said), (
        said
    )


DECLARED = (
    "tracks:\n",
    "kinds: {in_service: {zh: 在, en: in}}\nposts: {secretary: {zh: 书, en: sec}}\ntracks:\n",
)


@pytest.mark.parametrize(
    ("change", "marker", "message"),
    [
        (
            ("in_service: true", "in_sevrice: true"),
            "person: {in_sevrice",
            "tracks.member.match.person: there is no kind `in_sevrice`; perhaps `in_service`; "
            "or name it in both languages under `kinds:`",
        ),
        (
            ("post: [secretary]", "post: [boss]"),
            "post: [boss]",
            "roles.secretary.person.post: there is no post `boss`; known are `secretary`; "
            "or name it in both languages under `posts:`",
        ),
        (
            ("chaired_by: [secretary]", "chaired_by: [boss]"),
            "chaired_by: [boss]",
            "roles.above.chaired_by: there is no post `boss`; known are `secretary`; "
            "or name it in both languages under `posts:`",
        ),
        (
            ("of: own\n", "of: own\n      kinds: {odd: true}\n"),
            "kinds: {odd",
            "roles.secretary.person.kinds: there is no kind `odd`; known are `in_service`; "
            "or name it in both languages under `kinds:`",
        ),
        (
            ("at: superior", "{kind: odd, above: own}"),
            "kind: odd",
            "roles.above.organization.kind: there is no kind `odd`; known are `in_service`; "
            "or name it in both languages under `kinds:`",
        ),
        (
            guarded("submit", "is: promisor, kinds: {odd: true}, posts: {boss: true}"),
            "kinds: {odd",
            "lifecycles.pledge.transitions.submit.guards.g.kinds: there is no kind `odd`; "
            "known are `in_service`; or name it in both languages under `kinds:`",
        ),
        (
            guarded("submit", "is: preceded_elsewhere, means: record, posts: [boss]"),
            "posts: [boss]",
            "lifecycles.pledge.transitions.submit.guards.g.posts: there is no post `boss`; "
            "known are `secretary`; or name it in both languages under `posts:`",
        ),
        (
            (
                "person: {in_service: true}",
                "venue: home\n      person: {in_service: true}",
            ),
            "venue: home",
            "tracks.member.match.venue: there is no venue `home`",
        ),
    ],
)
def test_where_kinds_posts_and_venues_are_named_no_other_can_be_asked_for(
    change: tuple[str, str], marker: str, message: str
) -> None:
    text = tiny(DECLARED, change).replace("      {kind: odd", "      {kind: odd")
    assert problem_at(text, marker, message) in problems(text)


def test_a_list_for_a_kind_that_nobody_has_is_found() -> None:
    fields = (
        "label: {zh: 交, en: submit}\n    fields: {}",
        "label: {zh: 交, en: submit}\n    fields: {topic: {type: choice, open: true}}",
    )
    text = tiny(DECLARED, fields, guarded("submit", "is: listed, field: topic, kinds: {odd: [x]}"))
    assert any("guards.g.kinds: there is no kind `odd`" in problem for problem in problems(text))


def test_the_guards_of_an_outcome_are_looked_at_too() -> None:
    guard = "guards: {g: {is: preceded_by, command: nota, cite: T-1}}"
    outcome = f"outcomes: {{o: {{label: {{zh: 果, en: o}}, when: {{command: note}}, {guard}, cite: T-1}}}}"
    text = tiny(("outcomes: {}", outcome))
    assert any("outcomes.o.guards.g.command: there is no" in problem for problem in problems(text))
    said = text.replace("is: preceded_by, command: nota", "is: said, fields: {a: b}")
    assert any("carries no fields" in problem for problem in problems(said))
    elsewhere = text.replace(
        "is: preceded_by, command: nota", "is: preceded_elsewhere, means: record, among: {a: true}"
    )
    assert any("cannot ask about other pledges" in problem for problem in problems(elsewhere))


def test_a_choice_that_is_not_on_a_closed_list_cannot_be_asked_for() -> None:
    closed = (
        "label: {zh: 交, en: submit}\n    fields: {}",
        "label: {zh: 交, en: submit}\n    fields: {to: {type: choices, choices: {board: {zh: 栏, en: board}}, cite: T-1}}",
    )
    for guard in (
        "is: copies, field: to, holders: [bord]",
        "is: includes, field: to, of: [bord]",
        "is: all_yes, field: to, of: [bord]",
    ):
        text = tiny(closed, guarded("submit", guard))
        message = f"{SUBMIT}.guards.g: there is no choice of `to` `bord`; perhaps `board`"
        assert problems(text) == [problem_at(text, "g: {is", message)]
        assert problems(text.replace("cite: T-1}}\n", "cite: T-1, open: true}}\n", 1)) == []


def test_a_guard_over_fields_is_for_a_step_that_people_take() -> None:
    when = (
        "        dest: closed\n        by: promisor\n        guards: {}\n",
        "        dest: closed\n        when: {g: {is: given, fields: [title]}}\n",
    )
    text = tiny(when)
    message = f"{SUBMIT}.when.g: what happens by itself carries no fields; this guard is for a step people take"
    assert problems(text) == [problem_at(text, "g: {is", message)]


def test_what_happens_by_itself_cannot_wait_for_others() -> None:
    guard = "{g: {is: preceded_elsewhere, means: record, among: {leading: true}}}"
    text = tiny((BY, f"        dest: closed\n        when: {guard}\n"))
    message = f"{SUBMIT}.when.g: what happens by itself cannot ask about other pledges; put this guard on a step people take"
    assert problems(text) == [problem_at(text, "g: {is", message)]


# --- a judge stands outside ---------------------------------------------------------------------------


def judging(role: str) -> str:
    return tiny(("means: submission", "means: approval"), (BY, BY.replace("promisor", role)))


def test_a_judge_can_always_be_found_outside_the_own_organization() -> None:
    assert problems(judging("secretary")) == []
    assert problems(judging("above")) == []
    own = judging("promisor")
    message = f"{SUBMIT}.by: `submit` judges a pledge, and nobody judges the own; name another role"
    assert problems(own) == [
        problem_at(own, "by: promisor\n        guards: {}\n        cite: T-2", message)
    ]
    inside = judging("secretary").replace("    otherwise: above\n", "", 1)
    message = (
        f"{SUBMIT}.by: `secretary` judges here, and who steps in for it ends with `secretary` "
        "inside the own organization; give that an `otherwise:` above it"
    )
    assert problem_at(inside, "by: secretary", message) in problems(inside)


@pytest.mark.parametrize(
    ("who", "outside"),
    [
        ("person: {post: [secretary], of: superior}", True),
        ("person: {post: [secretary], of: above}", True),
        ("person: {member_of: above}", True),
        ("person: {relation: contact, to: promisor}", False),
        ("organization: {at: own}\n    chaired_by: [secretary]", False),
        ("organization: {kind: office, above: own}\n    chaired_by: [secretary]", True),
    ],
)
def test_whether_a_judge_stands_outside_is_seen_from_the_role(who: str, outside: bool) -> None:
    text = judging("secretary").replace(
        "    person:\n      post: [secretary]\n      of: own\n    otherwise: above\n",
        f"    {who}\n",
        1,
    )
    assert bool(problems(text)) is not outside


def test_a_chain_of_substitutes_that_goes_round_is_no_way_out() -> None:
    text = judging("secretary").replace("otherwise: above", "otherwise: deputy", 1)
    deputy = "  deputy:\n    label: {zh: 副, en: deputy}\n    person: {post: [deputy], of: own}\n    otherwise: secretary\n    cite: T-1\n"
    text = text.replace("  above:\n", f"{deputy}  above:\n", 1)
    assert "ends with `deputy`" in problems(text)[0]


def test_checks_can_be_left_out_for_a_tree_that_lost_a_rule() -> None:
    text = tiny((BY, "        dest: closed\n        by: promissor\n        guards: {}\n"))
    resolved = resolve([read(text, PATH)], on=None, ordinal=1)
    with pytest.raises(PolicyError):
        build(resolved, known=frozenset())
    assert build(resolved, known=frozenset(), checked=False).name == "tiny"


def test_what_a_step_adds_belongs_to_where_it_is_added() -> None:
    text = tiny(("    of: pledge\n    initial: todo", "    of: commitment\n    initial: todo"))
    found = "`commitment` is not of `pledge`; name that under its `of:` too"
    assert any(f"transitions.propose.adds: {found}" in problem for problem in problems(text))
