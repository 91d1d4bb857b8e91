"""What `read` makes of a file, and what it refuses, in words an author can act on."""

import pickle
import time
import tracemalloc
from collections.abc import Callable

import pytest
import yaml

from pledgeflow.errors import PolicyError
from pledgeflow.policy.files import composing
from pledgeflow.policy.files.composing import MAX_DEPTH, MAX_NODES, MAX_PROBLEMS
from pledgeflow.policy.files.marks import Layer, Mark, Marks, quoted
from pledgeflow.policy.files.reading import LIMIT_BYTES, Tree, read
from pledgeflow.policy.files.scalars import MAX_SCALAR
from pledgeflow.policy.files.syntax import syntax_problem

LOADERS = sorted({yaml.SafeLoader, composing.LOADER}, key=lambda loader: loader.__name__)


@pytest.fixture(params=LOADERS, ids=lambda loader: loader.__name__, autouse=True)
def _loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test runs on libyaml and on the pure Python parser: a wheel may lack the former."""
    monkeypatch.setattr(composing, "LOADER", request.param)


def tree(text: str) -> Tree:
    return read(text, "p.yaml").tree


def problems(act: Callable[[], object]) -> list[str]:
    with pytest.raises(PolicyError) as caught:
        act()
    return [str(problem) for problem in caught.value.problems]


def refused(text: str | bytes) -> list[str]:
    return problems(lambda: read(text, "p.yaml"))


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("0", 0),
        ("-7", -7),
        ("123456789012345", 123456789012345),
        ("1234567890123456", "1234567890123456"),
        ("007", "007"),
        ("1_000", "1_000"),
        ("1.5", "1.5"),
        ("0x1f", "0x1f"),
        ("2011-08-01", "2011-08-01"),
        ("05-01", "05-01"),
        ("12:30", "12:30"),
        ("on", "on"),
        ("no", "no"),
        ("True", "True"),
        ("'true'", "true"),
        ('"12"', "12"),
        ("''", ""),
        ("|\n  12\n", "12\n"),
        ("承诺书", "承诺书"),
    ],
)
def test_only_plain_words_and_whole_numbers_are_typed(written: str, value: Tree) -> None:
    found = tree(f"a: {written}")
    assert found == {"a": value}
    assert isinstance(found, dict)
    assert type(found["a"]) is type(value)


def test_keys_are_always_text() -> None:
    text = "{2011-08-01: a, 1: b, on: c, true: d, null: e, '<<': f}"
    assert tree(text) == {
        "2011-08-01": "a", "1": "b", "on": "c", "true": "d", "null": "e", "<<": "f"
    }  # fmt: skip


def test_mappings_and_lists_nest() -> None:
    text = "a:\n  - b\n  - [c, {d: e}]\nf: {g: []}\n"
    assert tree(text) == {"a": ["b", ["c", {"d": "e"}]], "f": {"g": []}}


def test_bytes_and_a_byte_order_mark_are_read() -> None:
    assert read("\ufeffa: 承诺".encode(), "p.yaml").tree == {"a": "承诺"}
    assert read("\ufeffa: 承诺", "p.yaml").tree == {"a": "承诺"}


def test_a_list_is_read_where_a_list_is_wanted() -> None:
    assert read("- a\n- b\n", "s.yaml", top="sequence").tree == ["a", "b"]


def test_marks_are_those_of_keys_and_of_items() -> None:
    marks = read("a:\n  承诺: {b: 1}\nc:\n  - x\n  - {y: z}\n", "p.yaml").marks
    places = {
        (): (1, 1),
        ("a",): (1, 1),
        ("a", "承诺"): (2, 3),
        ("a", "承诺", "b"): (2, 8),
        ("c", 0): (4, 5),
        ("c", 1): (5, 5),
        ("c", 1, "y"): (5, 6),
    }
    for path, (line, column) in places.items():
        assert marks.at(path) == Mark("p.yaml", line, column)


def test_a_path_that_leads_nowhere_has_the_mark_of_its_deepest_known_part() -> None:
    marks = read("a:\n  b: 1\n", "p.yaml").marks
    assert marks.at(("a", "b", "c", 0)) == marks.at(("a", "b"))
    assert marks.at(("z",)) == marks.at(())


def test_a_source_knows_its_file() -> None:
    assert read("a: 1", "p.yaml").path == "p.yaml"


def test_only_mappings_have_entries_and_only_lists_have_items() -> None:
    assert Layer("a", Marks(Mark("p", 1, 1))).entries() == {}
    assert Layer("a", Marks(Mark("p", 1, 1))).items() == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: 1\nb: 2\na: 3\n", "3:1: `a` is here twice, first in line 1; keep one"),
        ("a: &x 1\n", "1:4: remove the anchor `&x`"),
        ("a: *x\n", "1:4: write the value itself instead of the alias `*x`"),
        ("*x : a\n", "1:1: write the value itself instead of the alias `*x`"),
        ("a: !!str 1\n", "1:4: remove the tag `!!str`"),
        ("a: ! x\n", "1:4: remove the tag `!`"),
        ("a: !x [1]\n", "1:4: remove the tag `!x`"),
        (
            "a: !!python/object/apply:os.system [ls]\n",
            "1:4: remove the tag `!!python/object/apply:os.system`",
        ),
        (
            "a: 1\n<<: {b: 2}\n",
            "2:1: merge keys are not read; `extends` a parent that both share",
        ),
        ("{[a, b]: c}\n", "1:2: a key has to be a word, not a mapping or a list"),
        ("? {a: [b, {c: d}]}\n: e\nf: g\n", "1:3: a key has to be a word, not a mapping or a list"),
        ("a: 1\n---\nb: 2\n", "2:1: a second document starts here; write one file for each"),
        ('a: "\\0"\n', "1:4: remove the control character U+0000"),
        (f"a: {'x' * (MAX_SCALAR + 1)}", "1:4: longer than 20,000 characters; write it shorter"),
        (f"? {'x' * (MAX_SCALAR + 1)}", "1:3: longer than 20,000 characters; write it shorter"),
        ("a: b\x07\n", "1:5: remove the control character U+0007"),
        ("a:\n  承\ud800\n", "2:4: remove the control character U+D800"),
        ("a: 1\n承: ".encode() + b"\xff", "2:4: this is not UTF-8 text; save the file as UTF-8"),
        ("", "1:1: the file is empty; write `key: value` lines"),
        ("# only a comment\n", "1:1: the file is empty; write `key: value` lines"),
        ("---\n", "1:1: the file is empty; write `key: value` lines"),
        ("- a\n", "1:1: the file has to consist of `key: value` lines"),
        ("\n  word\n", "2:3: the file has to consist of `key: value` lines"),
    ],
)  # fmt: skip
def test_what_is_not_read_is_refused_with_its_place(text: str | bytes, problem: str) -> None:
    assert refused(text) == [f"p.yaml:{problem}"]


def test_a_mapping_is_refused_where_a_list_is_wanted() -> None:
    found = problems(lambda: read("a: 1", "s.yaml", top="sequence"))
    assert found == ["s.yaml:1:1: the file has to consist of items that each start with `- `"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: b: c\n", "1:5: a `:` is not expected here; put text that has one in quotes"),
        ("a: - b\n", "1:4: a `-` is not expected here; start the list on a line of its own"),
        ("a: @b\n", "1:4: a value cannot start like this; put it in quotes"),
        ("a: 'b\n", "2:1: a quote is opened before this and never closed"),
        ("a: 1\nb\nc: 2\n", "3:1: a `:` is missing after a key before this"),
        ("a: [b, c\nd: e\n", "2:2: a `,` or a `]` is missing before this"),
        ("a: {b, c]\n", "1:9: a `,` or a `}` is missing before this"),
        ("a:\n    b: 1\n  c: 2\n", "3:3: align this with the lines of its mapping"),
        ("a:\n    - b\n   - c\n", "3:4: align this with the lines of its mapping"),
        ("a: !x!y z\n", "1:4: remove the tag, the word that starts with `!`"),
    ],
)
def test_a_syntax_error_is_said_in_plain_words(text: str, problem: str) -> None:
    [found] = refused(text)
    assert found == f"p.yaml:{problem}"


def test_a_backslash_that_means_nothing_is_explained() -> None:
    # the parsers place it a column apart
    [found] = refused('a: "\\q"\n')
    assert found.endswith(
        "put this text in single quotes: a `\\` has a meaning of its own in double quotes"
    )


def test_an_error_without_a_place_is_placed_at_the_last_event() -> None:
    found = syntax_problem(yaml.YAMLError(), Mark("p.yaml", 3, 4), "a: 1\n")
    assert str(found) == (
        "p.yaml:3:4: this is not readable as YAML; put text with special characters in quotes"
    )


def test_an_escape_beyond_unicode_is_refused() -> None:
    assert len(refused('a: "\\UFFFFFFFF"\n')) == 1


def test_mistakes_are_reported_together_and_before_a_syntax_error() -> None:
    found = refused("a: &x 1\nb: *x\na: 2\nc: 'open\n")
    assert [line.split(":")[1] for line in found] == ["1", "2", "3", "5"]


def test_mistakes_inside_what_is_dropped_are_reported_too() -> None:
    assert len(refused("a: 1\na: {b: &x 1, c: [*x]}\n")) == 3


def test_no_more_than_twenty_problems_are_reported() -> None:
    assert len(refused("".join(f"a: {n}\n" for n in range(100)))) == MAX_PROBLEMS


def test_a_refusal_survives_pickling() -> None:
    with pytest.raises(PolicyError) as caught:
        read("a: *x", "p.yaml")
    assert pickle.loads(pickle.dumps(caught.value)).problems == caught.value.problems


def nested(levels: int) -> str:
    return "a: " + "[" * (levels - 1) + "]" * (levels - 1)


def test_thirty_two_levels_are_read_and_one_more_is_not() -> None:
    assert tree(nested(MAX_DEPTH))
    [found] = refused(nested(MAX_DEPTH + 1))
    assert found.endswith("nested deeper than 32 levels; write it flatter")


def test_values_are_counted_with_keys_and_collections(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_NODES == 50_000
    monkeypatch.setattr(composing, "MAX_NODES", 1_003)
    assert tree(f"a: [{'1,' * 1_000}]")
    assert refused(f"a: [{'1,' * 1_001}]") == [
        "p.yaml:1:2005: more than 1,003 keys and values; split the file"
    ]


def test_a_file_of_the_largest_size_is_read_and_one_byte_more_is_not() -> None:
    line = f"# {'承' * 100}\n"
    text = "a: 1\n" + line * (LIMIT_BYTES // len(line.encode()) - 1)
    text += " " * (LIMIT_BYTES - len(text.encode()))
    assert tree(text) == {"a": 1}
    message = "the file is larger than 1,000,000 bytes; split it into a parent and a child"
    assert refused(text + " ") == [f"p.yaml:1:1: {message}"]
    assert refused(text.encode() + b" ") == [f"p.yaml:1:1: {message}"]


ALIAS_BOMB = "a0: &a0 [x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 100)
)


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: ALIAS_BOMB, id="alias bomb"),
        pytest.param(lambda: "a: " + "[" * 20_000, id="20,000 levels of brackets"),
        pytest.param(lambda: "a: " + "[" * 20_000 + "]" * 20_000, id="20,000 closed levels"),
        pytest.param(lambda: "{a: " * 20_000, id="20,000 levels of braces"),
        pytest.param(lambda: "- " * 20_000, id="20,000 levels of dashes"),
        pytest.param(lambda: "? " * 20_000, id="20,000 levels of keys"),
        pytest.param(lambda: "a: " + "x" * 100_000_000, id="100 MB of text"),
        pytest.param(lambda: b"a: " + b"x" * 100_000_000, id="100 MB of bytes"),
    ],
)
def test_hostile_files_are_refused_at_once_in_little_memory(
    make: Callable[[], str | bytes],
) -> None:
    refused_cheaply(make())


@pytest.mark.parametrize("_loader", [composing.LOADER], indirect=True)  # slow in pure Python
def test_half_a_million_values_are_refused_at_once_in_little_memory() -> None:
    refused_cheaply(f"a: [{'1,' * 499_000}]")


def refused_cheaply(text: str | bytes) -> None:
    tracemalloc.start()
    begun = time.perf_counter()
    assert refused(text)
    elapsed = time.perf_counter() - begun
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 50_000_000
    assert elapsed < 30  # generous: tracing slows it down, and so may a busy machine


def test_what_is_quoted_in_a_message_is_one_short_line() -> None:
    assert quoted("a`b\nc\x00") == "`a'b c `"
    assert quoted("x" * 61) == f"`{'x' * 60}…`"


@pytest.mark.parametrize(
    ("text", "place", "mark"),
    [
        ("policy: x\nlate_entry：\n  within： P14D\n", "2:11", "："),
        ("policy: x\ntitle：无\nextends: y\n", "2:6", "："),
        ("a: 1\nb: {c: 1，d: 2}\n", "2:9", "，"),
        ("a:\n- b： 1\n  c: 2\n", "2:4", "："),
    ],
)
def test_marks_of_a_chinese_keyboard_are_told_apart(text: str, place: str, mark: str) -> None:
    plain = {"：": ":", "，": ","}[mark]
    assert refused(text) == [
        f"p.yaml:{place}: write `{plain}` and a blank instead of the full-width `{mark}`"
    ]


@pytest.mark.parametrize("text", ["a: 1\nb: {c: '，'\n", "a: b: 甲：乙\n", "a: {b: 1\n"])
def test_a_wide_mark_in_a_text_is_not_to_blame(text: str) -> None:
    assert not any("full-width" in problem for problem in refused(text))
