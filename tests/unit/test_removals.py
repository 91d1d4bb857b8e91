"""What an overlay takes out, and what that leaves behind: shown at the removal, not at the parent."""

from pathlib import Path

import pytest

from pledgeflow.catalogue import Catalogue
from pledgeflow.errors import PolicyError, Reason, Ruling
from pledgeflow.policy.files.overlay import dump
from pledgeflow.policy.saying.wording import say

PARENT = """\
policy: city
tracks:
  member: {label: {zh: 员, en: member}, match: {person: {member: true}}, cite: C-1}
roles:
  committee:
    label: {zh: 委, en: committee}
    organization: {at: superior}
    chaired_by: [chair]
    cite: C-1
  clerk: {label: {zh: 文, en: clerk}, person: {post: [clerk]}, otherwise: committee, cite: C-1}
commands:
  submit: {means: submission, label: {zh: 交, en: submit}}
  approve: {means: approval, label: {zh: 审, en: approve}}
  thank: {means: record, label: {zh: 谢, en: thank}}
lifecycles:
  pledge:
    label: {zh: 诺, en: pledge}
    initial: drafting
    final: [done]
    states: {drafting: {zh: 拟, en: drafting}, sent: {zh: 送, en: sent}, done: {zh: 毕, en: done}}
    transitions:
      submit: {source: drafting, dest: sent, by: promisor, cite: C-1}
      approve: {source: sent, dest: done, by: committee, cite: C-2}
      skip: {trigger: submit, source: sent, dest: done, by: clerk, cite: C-2}
      thank: {source: done, stays: true, by: clerk, cite: C-1}
"""
REGISTER = """\
document: {zh: 市办法, en: city rules}
clauses:
  C-1: {force: must, kind: k, gist: {zh: 一, en: one}}
  C-2: {force: must, kind: k, gist: {zh: 二, en: two}}
"""
MEANT = "or say under `label:` what it is that does not hold here"
APPROVE = "lifecycles.pledge.transitions.approve"


def county(folder: Path, text: str, parent: str = PARENT) -> list[str]:
    """Everything wrong with a county's overlay of the city's policy."""
    for name, body in {"city": parent, "county": f"policy: county\nextends: city\n{text}"}.items():
        (folder / name).mkdir(parents=True)
        (folder / name / "policy.yaml").write_text(body)
    (folder / "city" / "clauses.yaml").write_text(REGISTER)
    try:
        Catalogue((folder,)).load("county")
    except PolicyError as error:
        return [str(problem).removeprefix(f"{folder}/") for problem in error.problems]
    return []


def test_an_overlay_that_takes_out_what_nothing_needs_is_fine(tmp_path: Path) -> None:
    text = "commands: {thank: {absent: true, cite: C-1}}\n"
    text += "lifecycles: {pledge: {transitions: {thank: {absent: true, cite: C-1}}}}\n"
    assert county(tmp_path, text) == []


def test_a_removal_without_a_ground_is_refused_where_it_stands(tmp_path: Path) -> None:
    (problem,) = county(tmp_path, "commands:\n  thank: {absent: true}\n")
    assert problem == (
        "county/policy.yaml:4:11: a removal needs its ground; write `cite` beside `absent`, "
        "or `assumed`"
    )


def test_a_clause_of_another_document_is_refused_and_its_own_are_named(tmp_path: Path) -> None:
    text = "lifecycles:\n  pledge:\n    transitions:\n      thank: {cite: HM-04}\n"
    (problem,) = county(tmp_path, text)
    assert problem.startswith(
        "county/policy.yaml:6:15: lifecycles.pledge.transitions.thank.cite: "
        "there is no clause in the register `HM-04`; known are `C-1`, `C-2`"
    )
    assert "say `assumed:`" in problem


@pytest.mark.parametrize(
    ("text", "removal"),
    [
        ("roles:\n  committee: {absent: true, cite: C-1}\n", "4:3: roles.committee"),
        ("roles:\n  clerk: {absent: true, assumed: none}\n", "4:3: roles.clerk"),
        ("commands:\n  submit: {absent: true, cite: C-1}\n", "4:3: commands.submit"),
    ],
)
def test_what_is_still_needed_cannot_be_taken_out_and_the_removal_says_so(
    text: str, removal: str, tmp_path: Path
) -> None:
    name = removal.rpartition(".")[2]
    told = [p for p in county(tmp_path, text) if p.startswith(f"county/policy.yaml:{removal}")]
    assert len(told) == 1
    assert f"`{name}` is taken out here, and `lifecycles.pledge.transitions." in told[0]
    assert told[0].endswith("still needs it; put another in its place, or change that rule too")


def test_a_substitute_that_is_gone_is_missed_where_it_was_taken_out(tmp_path: Path) -> None:
    text = "roles:\n  committee: {absent: true, cite: C-1}\n"
    text += f"lifecycles: {{pledge: {{transitions: {{{'approve'}: {{by: clerk}}}}}}}}\n"
    told = county(tmp_path, text)
    assert any("and `roles.clerk.otherwise` still needs it" in problem for problem in told)


def test_a_track_that_nobody_reviews_any_more_is_refused_at_the_removal(tmp_path: Path) -> None:
    text = "lifecycles:\n  pledge:\n    transitions:\n      approve: {absent: true, cite: C-2}\n"
    told = county(tmp_path, text)
    assert told == [
        f"county/policy.yaml:6:7: {APPROVE}: without this nobody reviews what the track `member` "
        "promises; keep it, or give another step that means `approval` or `guidance` to a role "
        "besides the promisor"
    ]


def test_a_removed_review_with_another_in_its_place_is_fine(tmp_path: Path) -> None:
    text = "lifecycles:\n  pledge:\n    transitions:\n      approve: {absent: true, cite: C-2}\n"
    text += "      pass: {trigger: approve, source: sent, dest: done, by: clerk, cite: C-2}\n"
    assert county(tmp_path, text) == []


def test_leaving_the_review_to_the_promisor_is_leaving_it_to_nobody(tmp_path: Path) -> None:
    text = "lifecycles:\n  pledge:\n    transitions:\n      approve: {absent: true, cite: C-2}\n"
    text += "      pass: {trigger: approve, source: sent, dest: done, by: promisor, cite: C-2}\n"
    told = county(tmp_path, text)
    assert any("without this nobody reviews" in problem for problem in told)
    assert any("nobody judges the own" in problem for problem in told)


# --- the ground of a removal is a ground like any other ---------------------------------------


@pytest.mark.parametrize(
    ("cite", "known"),
    [("HM-04", "known are `C-1`, `C-2`"), ("C-9", "perhaps `C-2` or `C-1`")],
)
def test_a_removal_cites_its_own_documents_too(cite: str, known: str, tmp_path: Path) -> None:
    text = (
        f"lifecycles:\n  pledge:\n    transitions:\n      thank: {{absent: true, cite: {cite}}}\n"
    )
    (problem,) = county(tmp_path, text)
    assert problem == (
        "county/policy.yaml:6:29: lifecycles.pledge.transitions.thank.cite: there is no clause in "
        f"the register `{cite}`; {known}; cite a clause of its own documents, or say `assumed:` "
        "and why"
    )


def test_a_removal_may_rest_on_a_reading(tmp_path: Path) -> None:
    text = "lifecycles: {pledge: {transitions: {thank: {absent: true, assumed: nobody thanks}}}}\n"
    assert county(tmp_path, text) == []


# --- what is taken out is there -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        (
            "lifecycles:\n  pledge:\n    transitions:\n      tank: {absent: true, cite: C-1}\n",
            "6:7: there is no `tank` to take out; perhaps `thank`; " + MEANT,
        ),
        ("roles:\n  clerc: {absent: true, cite: C-1}\n",
         "4:3: there is no `clerc` to take out; perhaps `clerk`; " + MEANT),
        ("trackz: {absent: true, cite: C-1}\n",
         "3:1: there is no `trackz` to take out; perhaps `tracks`; " + MEANT),
    ],
)  # fmt: skip
def test_a_misspelled_removal_takes_out_nothing_and_is_refused(
    text: str, mistake: str, tmp_path: Path
) -> None:
    assert county(tmp_path, text) == [f"county/policy.yaml:{mistake}"]


def test_saying_that_something_never_was_is_allowed(tmp_path: Path) -> None:
    text = "lifecycles: {pledge: {transitions: {revise: {absent: true, cite: C-1}}}}\n"
    assert county(tmp_path, text) == []


# --- states, steps and ways that are missed -----------------------------------------------------

AT_REMOVAL = "lifecycles.pledge.{}: `{}` is taken out here, and `{}` still needs it"


def test_a_state_that_is_still_needed(tmp_path: Path) -> None:
    text = "lifecycles:\n  pledge:\n    states:\n      sent: {absent: true, cite: C-1}\n"
    told = county(tmp_path, text)
    words = AT_REMOVAL.format("states.sent", "sent", "lifecycles.pledge.transitions.submit.dest")
    assert any(p.startswith(f"county/policy.yaml:6:7: {words}") for p in told)
    assert not any("no way leads" in p for p in told)


@pytest.mark.parametrize(("place", "state"), [("final", "done"), ("initial", "drafting")])
def test_a_state_that_begins_or_ends_a_lifecycle(place: str, state: str, tmp_path: Path) -> None:
    text = f"lifecycles: {{pledge: {{states: {{{state}: {{absent: true, cite: C-1}}}}}}}}\n"
    told = county(tmp_path, text)
    needing = f"lifecycles.pledge.{place}"
    assert any(AT_REMOVAL.format(f"states.{state}", state, needing) in p for p in told)


def test_a_step_that_a_guard_still_asks_for(tmp_path: Path) -> None:
    text = (
        "lifecycles:\n  pledge:\n    transitions:\n      thank: {absent: true, cite: C-1}\n"
        "      approve: {guards: {thanked: {is: preceded_by, command: thank, cite: C-1}}}\n"
    )
    told = county(tmp_path, text)
    guard = f"{APPROVE}.guards.thanked"
    words = AT_REMOVAL.format("transitions.thank", "thank", guard)
    assert any(p.startswith(f"county/policy.yaml:6:7: {words}") for p in told)


def test_a_way_that_is_cut_is_told_where_it_was_cut(tmp_path: Path) -> None:
    text = (
        "lifecycles:\n  pledge:\n    transitions:\n      submit: {absent: true, cite: C-1}\n"
        "commands: {note: {means: record, label: {zh: 记, en: note}}}\n"
    )
    told = county(tmp_path, text)
    assert told == [
        "county/policy.yaml:6:7: lifecycles.pledge.transitions.submit: without this no way leads "
        "to `sent` and `done`, nor from `drafting` to an end; put another way in its place, or "
        "take those states out too"
    ]


GRADED = PARENT.replace(
    "lifecycles:\n",
    "  rate: {means: grade, label: {zh: 评, en: rate}, fields: {tier: tier}}\nlifecycles:\n",
)
GRADED += """\
      rate: {source: done, stays: true, by: committee, cite: C-1}
evaluation:
  tiers: {good: {zh: 好, en: good}, bad: {zh: 差, en: bad}}
  order: [thank, rate]
  grade: {command: rate, field: tier, cite: C-1}
  cite: C-1
outcomes:
  scolded: {label: {zh: 批, en: scolded}, when: {tier: bad}, calls_for: {thank: {}}, cite: C-1}
"""


def test_the_graded_parent_has_nothing_wrong_with_it(tmp_path: Path) -> None:
    assert county(tmp_path, "", GRADED) == []


@pytest.mark.parametrize(
    ("text", "removal"),
    [
        ("evaluation: {tiers: {bad: {absent: true, cite: C-1}}}\n",
         "evaluation.tiers.bad: `bad` is taken out here, and `outcomes.scolded.when` still needs it"),
        ("lifecycles: {pledge: {transitions: {thank: {absent: true, cite: C-1}}}}\n",
         "lifecycles.pledge.transitions.thank: `thank` is taken out here, and `evaluation.order` "
         "still needs it"),
        ("lifecycles: {pledge: {transitions: {thank: {absent: true, cite: C-1}}}}\n"
         "evaluation: {order: [rate], cite: C-1}\n",
         "lifecycles.pledge.transitions.thank: `thank` is taken out here, and "
         "`outcomes.scolded.calls_for` still needs it"),
    ],
)  # fmt: skip
def test_what_an_evaluation_still_needs(text: str, removal: str, tmp_path: Path) -> None:
    assert any(removal in problem for problem in county(tmp_path, text, GRADED))


GONE = """\
commands:
  thank: {absent: true, cite: C-1}
  praise: {absent: true, cite: C-2, label: {zh: 表扬, en: praise}}
lifecycles: {pledge: {transitions: {thank: {absent: true, cite: C-1}}}}
"""


def test_what_was_taken_out_is_still_called_by_its_name(tmp_path: Path) -> None:
    assert county(tmp_path, GONE) == []
    catalogue = Catalogue((tmp_path,))
    policy = catalogue.load("county")
    for name, label in {"thank": "谢", "praise": "表扬"}.items():
        silent = Reason("silent", "commands", (), {"command": name}, ruling=Ruling.SILENT)
        assert f"“{label}”" in say(policy, "member", silent, "zh")
    assert catalogue.rebuilt("county", policy.body).called == policy.called


def test_what_only_a_track_takes_out_keeps_its_name_too(tmp_path: Path) -> None:
    text = """\
tracks:
  guest:
    label: {zh: 客, en: guest}
    match: {person: {guest: true}}
    cite: C-1
    rules:
      commands: {thank: {absent: true, cite: C-1}}
      lifecycles: {pledge: {transitions: {thank: {absent: true, cite: C-1}}}}
"""
    assert county(tmp_path, text) == []
    assert Catalogue((tmp_path,)).load("county").called["thank"].zh == "谢"


def test_a_removal_is_written_out_with_what_it_was_called(tmp_path: Path) -> None:
    county(tmp_path, GONE)
    assert "谢" in dump(Catalogue((tmp_path,)).resolved("county").whole)


def test_a_label_that_is_none_is_left_out(tmp_path: Path) -> None:
    assert county(tmp_path, "commands: {sing: {absent: true, cite: C-1, label: song}}\n") == []
    assert Catalogue((tmp_path,)).load("county").called == {}
