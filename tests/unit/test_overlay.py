"""Dated values, shorthand, merging, removal: what each does, where it says a value was written."""

from collections.abc import Callable
from datetime import date

import pytest

from pledgeflow.errors import PolicyError
from pledgeflow.policy.files.overlay import (
    Layer,
    Resolved,
    absences,
    canonical,
    digest,
    dump,
    merge,
    normalise,
    resolve,
    settle,
    with_absences,
)
from pledgeflow.policy.files.reading import Path, Tree, read


def layer(text: str, path: str = "p.yaml") -> Layer:
    return read(text, path)


def settled(text: str, on: date | None = None, ordinal: int = 1) -> Tree:
    return settle(layer(text), on=on, ordinal=ordinal).tree


def merged(parent: str, child: str) -> Tree:
    return merge(normalise(layer(parent)), normalise(layer(child))).tree


def resolved(*texts: str, on: date | None = None, ordinal: int = 1) -> Resolved:
    sources = [read(text, f"{number}.yaml") for number, text in enumerate(texts)]
    return resolve(sources, on=on, ordinal=ordinal)


def refused(act: Callable[[], object]) -> list[str]:
    with pytest.raises(PolicyError) as caught:
        act()
    return [str(problem) for problem in caught.value.problems]


DATED = "days: {values: {2011-08-01: 15, 2026-01-01: 10}}"


@pytest.mark.parametrize(
    ("on", "days"),
    [
        (date(2011, 8, 1), 15),
        (date(2025, 12, 31), 15),
        (date(2026, 1, 1), 10),
        (date(2099, 1, 1), 10),
        (None, 10),
    ],
)
def test_the_dated_value_in_force_is_the_last_that_has_begun(on: date | None, days: int) -> None:
    assert settled(DATED, on) == {"days": days}


def test_dated_values_may_be_written_in_any_order() -> None:
    assert settled("a: {values: {2026-01-01: b, 2011-08-01: c}}", date(2020, 1, 1)) == {"a": "c"}


@pytest.mark.parametrize(("ordinal", "value"), [(1, "a"), (2, "b"), (9, "b"), (10, "c")])
def test_a_value_by_cycle_is_that_of_the_greatest_cycle_reached(ordinal: int, value: str) -> None:
    text = "x: {values: {cycle 1: a, cycle 2: b, cycle 10: c}}"
    assert settled(text, ordinal=ordinal) == {"x": value}


def test_dated_values_may_hold_values_by_cycle() -> None:
    text = "x: {values: {2011-08-01: {values: {cycle 1: a, cycle 2: b}}}}"
    assert settled(text, ordinal=2) == {"x": "b"}


def test_dated_values_are_found_inside_mappings_and_lists() -> None:
    text = "x: {y: [{z: {values: {2011-08-01: a}}}, b]}"
    assert settled(text) == {"x": {"y": [{"z": "a"}, "b"]}}


def test_values_that_are_neither_dated_nor_by_cycle_are_left_alone() -> None:
    text = "a: {values: {x: 1}}\nb: {values: [x, 1]}\nc: {values: 2011-08-01}\n"
    assert settled(text) == {
        "a": {"values": {"x": 1}},
        "b": {"values": ["x", 1]},
        "c": {"values": "2011-08-01"},
    }


def test_a_ground_beside_dated_values_joins_the_chosen_mapping() -> None:
    text = "x: {values: {2011-08-01: {a: 1}}, cite: [C-1]}"
    assert settled(text) == {"x": {"a": 1, "cite": ["C-1"]}}


def test_a_chosen_mapping_keeps_its_own_ground() -> None:
    text = "x: {values: {2011-08-01: {a: 1, assumed: why}}, cite: C-1}"
    assert settled(text) == {"x": {"a": 1, "assumed": "why"}}


def test_settled_values_have_the_marks_of_the_value_in_force() -> None:
    found = settle(layer("x:\n  values:\n    2011-08-01:\n      a: 1\n"), on=None, ordinal=1)
    places = {path: found.marks.at(path).line for path in [(), ("x",), ("x", "a")]}
    assert places == {(): 1, ("x",): 3, ("x", "a"): 4}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "a: 1\nx: {values: {2027-01-01: b, 2026-01-01: a}}",
            "2:1: no value in force on `2025-06-01`; the first one is from `2026-01-01`",
        ),
        (
            "x: {values: {cycle 3: a, cycle 2: b}}",
            "1:1: no value in force in cycle `1`; the first one is from `cycle 2`",
        ),
        (
            "x: {values: {2011-08-01: a, cycle 1: b}}",
            "1:29: `cycle 1` does not fit; write every key as `2011-08-01` or as `cycle 1`",
        ),
        (
            "x: {values: {2011-08-01: a, later: b}}",
            "1:29: `later` does not fit; write every key as `2011-08-01` or as `cycle 1`",
        ),
        (
            "x: {values: {2011-02-30: a}}",
            "1:14: `2011-02-30` does not fit; write every key as `2011-08-01` or as `cycle 1`",
        ),
        (
            "x: {values: {2011-8-1: a}}",
            "1:14: `2011-8-1` does not fit; write every key as `2011-08-01` or as `cycle 1`",
        ),
        (
            "x: {values: {Cycle 0: a}}",
            "1:14: `Cycle 0` does not fit; write every key as `2011-08-01` or as `cycle 1`",
        ),
        (
            "x: {values: {2011-08-01: a}, label: b}",
            "1:30: `label` cannot stand beside dated `values`; write it in each value",
        ),
        (
            "x: {values: {2011-08-01: 15}, cite: C-1}",
            "1:31: `cite` needs a mapping in each of the `values` that it can join",
        ),
        (
            "x: {values: [2011-08-01]}",
            "1:5: dated `values` are a mapping; write `2011-08-01: …` lines instead of a list",
        ),
    ],
)
def test_dated_values_that_cannot_be_settled_are_refused(text: str, problem: str) -> None:
    assert refused(lambda: settled(text, date(2025, 6, 1))) == [f"p.yaml:{problem}"]


def test_all_problems_of_dated_values_are_reported() -> None:
    text = "x: {values: {2099-01-01: a}}\ny: {values: {2099-01-01: a}}\n"
    assert len(refused(lambda: settled(text, date(2025, 6, 1)))) == 2


def test_a_list_is_shorthand_for_a_set() -> None:
    text = "a: [x, 1, true, on, '2']\nb: {c: []}\n"
    assert normalise(layer(text)).tree == {
        "a": {"x": True, "1": True, "true": True, "on": True, "2": True},
        "b": {"c": {}},
    }


def test_order_and_citations_stay_lists_and_scalars_stay_scalars() -> None:
    text = "order: [b, a]\ncite: [C-2, C-1]\nx: {cite: C-1, source: drafting}\n"
    assert normalise(layer(text)).tree == layer(text).tree


def test_a_set_member_has_the_mark_of_its_item() -> None:
    marks = normalise(layer("a:\n  - x\n  - y\n")).marks
    assert (marks.at(("a", "y")).line, marks.at(("a", "y")).column) == (3, 5)


NO_LIST = "a list holds only words and numbers; write a mapping keyed by id instead"
NO_GROUND = "a removal needs its ground; write `cite` beside `absent`, or `assumed`"
TWO_GROUNDS = "a removal has one ground; write either `cite` or `assumed`"
NOT_ALONE = "`by` cannot stand beside `absent`; remove one of them"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: [x, {b: c}]", "1:8: " + NO_LIST),
        ("a: [[x]]", "1:5: " + NO_LIST),
        ("order: [~]", "1:9: " + NO_LIST),
        ("a: [x, x]", "1:8: `x` is in this list twice; keep one"),
        ("cite: [1, '1']", "1:11: `1` is in this list twice; keep one"),
        ("a: [absent]", "1:5: `absent` marks what is removed; choose another word"),
        ("a: {absent: true}", "1:5: " + NO_GROUND),
        ("a: {absent: true, cite: b, assumed: c}", "1:5: " + TWO_GROUNDS),
        ("a: {absent: true, cite: b, by: c}", "1:28: " + NOT_ALONE),
        ("absent: true\ncite: b", "1:1: a whole file cannot be `absent`; name what is removed"),
    ],
)  # fmt: skip
def test_malformed_lists_and_removals_are_refused(text: str, problem: str) -> None:
    assert refused(lambda: normalise(layer(text))) == [f"p.yaml:{problem}"]


def test_an_absent_that_is_not_true_is_a_word_like_any_other() -> None:
    assert normalise(layer("fields: {absent: number}")).tree == {"fields": {"absent": "number"}}


@pytest.mark.parametrize(
    ("parent", "child", "result"),
    [
        ("a: {b: 1, c: 2}", "a: {c: 3, d: 4}", {"a": {"b": 1, "c": 3, "d": 4}}),
        ("a: [x, y]", "a: [z]", {"a": {"x": True, "y": True, "z": True}}),
        ("a: x", "a: [y]", {"a": {"y": True}}),
        ("a: [x]", "a: y", {"a": "y"}),
        ("a: [x]", "a: false", {"a": False}),
        ("a: {b: 1}", "a: {}", {"a": {"b": 1}}),
        ("a: {b: 1}", "a: {b: ~}", {"a": {"b": None}}),
        ("order: [a, b]", "order: [c]", {"order": ["c"]}),
        ("order: {a: 1}", "order: {b: 1}", {"order": {"b": 1}}),
        ("a: {cite: [C-1], b: 1}", "a: {cite: [C-2]}", {"a": {"cite": ["C-2"], "b": 1}}),
        ("a: {cite: C-1, b: 1}", "a: {assumed: why}", {"a": {"assumed": "why", "b": 1}}),
        ("a: {assumed: why, b: 1}", "a: {cite: C-1}", {"a": {"cite": "C-1", "b": 1}}),
        ("a: {cite: X, b: {cite: Y}}", "a: {cite: Z}", {"a": {"cite": "Z", "b": {"cite": "Y"}}}),
        ("a: {cite: C-1, b: 1}", "a: {b: 2}", {"a": {"cite": "C-1", "b": 2}}),
    ],
)  # fmt: skip
def test_the_child_is_merged_over_the_parent(parent: str, child: str, result: Tree) -> None:
    assert merged(parent, child) == result


def test_a_key_left_empty_over_a_mapping_is_refused() -> None:
    message = "nothing is written here; leave the key out, or write `{absent: true, cite: …}`"
    found = refused(lambda: merged("a: {b: {c: 1}}\nd: {e: 1}", "a:\n  b:\nd:\n"))
    assert found == [f"p.yaml:2:3: {message}", f"p.yaml:3:1: {message}"]


def test_a_removal_takes_the_place_of_what_it_removes() -> None:
    gone = {"absent": True, "cite": "C-1"}
    assert merged("a: {b: 1}", "a: {absent: true, cite: C-1}") == {"a": gone}
    assert merged("a: [b, c]", "a: {b: {absent: true, cite: C-1}}") == {"a": {"b": gone, "c": True}}
    assert merged("x: 1", "a: {absent: true, cite: C-1}") == {"x": 1, "a": gone}


def test_writing_over_a_removal_revives_the_rule_but_writing_nothing_does_not() -> None:
    parent = "a: {absent: true, cite: C-1}"
    assert merged(parent, "a: {b: 1}") == {"a": {"b": 1}}
    assert merged(parent, "a: true") == {"a": True}
    assert merged(parent, "a: {absent: true, cite: C-2}") == {"a": {"absent": True, "cite": "C-2"}}
    assert merged(parent, "a: {}") == {"a": {"absent": True, "cite": "C-1"}}


@pytest.mark.parametrize(
    ("parent", "left"),
    [
        ("match: {person: {old: true}, venue: home}", {"person": {"old": True}, "venue": "home"}),
        ("match: {person: {old: true}}, aggregate: pledge", {"person": {"old": True}}),
        ("match: {organization: {branch: true}}, aggregate: year", None),
        ("match: {means: opening}, open: {means: opening}", None),
        ("match: here", None),
        ("cite: C-2", None),
    ],
)
def test_a_track_that_is_removed_keeps_whom_it_was_for(parent: str, left: Tree) -> None:
    gone = merged(f"a: {{{parent}}}", "a: {absent: true, cite: C-1}")
    kept = {} if left is None else {"match": left}
    assert gone == {"a": {"absent": True, "cite": "C-1", **kept}}
    own = merged(f"a: {{{parent}}}", "a: {absent: true, cite: C-1, match: {person: {new: true}}}")
    assert own == {"a": {"absent": True, "cite": "C-1", "match": {"person": {"new": True}}}}


def test_absences_are_told_apart_from_the_rest_and_put_back() -> None:
    whole = normalise(
        layer(
            "a: {b: {absent: true, cite: [C-1]}, c: 1}\n"
            "d: {absent: true, assumed: why}\n"
            "e: {f: {g: {absent: true, cite: C-2}}}\n"
        )
    ).tree
    rest, grounds = absences(whole)
    assert rest == {"a": {"c": 1}, "e": {"f": {}}}
    assert grounds == {
        ("a", "b"): {"cite": ["C-1"]},
        ("d",): {"assumed": "why"},
        ("e", "f", "g"): {"cite": "C-2"},
    }
    assert with_absences(rest, grounds) == whole


def test_absences_are_put_back_where_nothing_was_left() -> None:
    assert with_absences({}, {("a", "b"): {"cite": "C-1"}}) == {
        "a": {"b": {"absent": True, "cite": "C-1"}}
    }


def test_three_generations_are_resolved_with_the_place_of_each_leaf() -> None:
    found = resolved(
        "policy: base\nabstract: true\na:\n  x: 1\n  y: {values: {cycle 1: 2, cycle 2: 3}}\n",
        "policy: mid\nextends: base\na:\n  x: 5\nb: [m, n]\n",
        "policy: leaf\nextends: mid\nb: {m: {absent: true, cite: L-1}}\n",
        ordinal=2,
    )
    assert found.tree == {
        "policy": "leaf",
        "extends": "mid",
        "a": {"x": 5, "y": 3},
        "b": {"n": True},
    }
    assert found.absences == {("b", "m"): {"cite": "L-1"}}
    places: dict[Path, tuple[str, int]] = {
        ("policy",): ("2.yaml", 1),
        ("a",): ("1.yaml", 3),
        ("a", "x"): ("1.yaml", 4),
        ("a", "y"): ("0.yaml", 5),
        ("b",): ("2.yaml", 3),
        ("b", "n"): ("1.yaml", 5),
        ("b", "m"): ("2.yaml", 3),
    }
    for path, place in places.items():
        mark = found.marks.at(path)
        assert (mark.path, mark.line) == place


PARENT = """
policy: base
extends: root
abstract: true
title: {zh: 甲, en: A}
effective: {from: 2011-08-01, assumed: why}
"""


def test_a_childs_title_and_date_replace_the_parents_whole() -> None:
    child = "policy: leaf\ntitle: {en: B}\neffective: {from: 2026-01-01}\n"
    assert resolved(PARENT, child).tree == {
        "policy": "leaf",
        "title": {"en": "B"},
        "effective": {"from": "2026-01-01"},
    }


def test_without_its_own_a_child_has_the_parents_title_and_date_but_nothing_else_of_it() -> None:
    assert resolved(PARENT, "policy: leaf\n").tree == {
        "policy": "leaf",
        "title": {"zh": "甲", "en": "A"},
        "effective": {"from": "2011-08-01", "assumed": "why"},
    }


def test_one_file_by_itself_is_resolved_as_it_is() -> None:
    found = resolved(PARENT)
    assert isinstance(found.tree, dict)
    assert found.tree["abstract"] is True
    assert found.absences == {}


def test_the_problems_of_all_layers_and_steps_are_reported_together() -> None:
    found = refused(
        lambda: resolved(
            "a: [x, x]\nb: {values: {2099-01-01: 1}}\n", "c: [y, y]\n", on=date(2025, 1, 1)
        )
    )
    assert [line.split(" ")[0] for line in found] == ["0.yaml:1:8:", "0.yaml:2:1:", "1.yaml:1:8:"]


def test_nothing_cannot_be_resolved() -> None:
    with pytest.raises(ValueError, match="nothing to resolve"):
        resolve([], on=None, ordinal=1)


def test_the_canonical_form_sorts_keys_and_keeps_text_as_it_is() -> None:
    tree: Tree = {"b": ["诺", 1, True], "a": None}
    assert canonical(tree) == '{"a":null,"b":["诺",1,true]}'.encode()


def test_the_digest_does_not_depend_on_the_order_of_keys() -> None:
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    assert digest({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


@pytest.mark.parametrize(
    "text",
    ["on", "2011-08-01", "true", "12", "-0", "1e3", "", "~", "null", "<<", "=", "a: b", "- a", "#",
     "a\nb", " a ", "a\u2028b", "a\x85b", "\ufeff", "\t", "'", '"', "\\", "@a",
     "诺", "𠮷", "x" * 500],
)  # fmt: skip
def test_text_survives_being_dumped_as_key_and_as_value(text: str) -> None:
    tree: Tree = {"a": {text: text}, "order": [text]}
    assert read(dump(tree), "p.yaml").tree == tree


def test_a_dump_shares_nothing_by_anchors() -> None:
    shared: Tree = {"x": ["y"]}
    assert "&" not in dump({"a": shared, "b": shared})


def test_a_dump_keeps_the_order_of_the_tree() -> None:
    assert dump({"b": 1, "a": {"d": True, "c": None}}) == "b: 1\na:\n  d: true\n  c: null\n"
