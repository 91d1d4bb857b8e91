"""What holds for every file and every tree: safe reading, merging, provenance, dumping."""

from collections.abc import Iterator
from datetime import date

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pledgeflow.errors import PolicyError, Problem
from pledgeflow.policy.files import composing
from pledgeflow.policy.files.overlay import (
    Layer,
    absences,
    digest,
    dump,
    merge,
    normalise,
    resolve,
    settle,
    with_absences,
)
from pledgeflow.policy.files.reading import Path, Source, Tree, read
from pledgeflow.policy.files.scalars import unprintable

LOADERS = sorted({yaml.SafeLoader, composing.LOADER}, key=lambda loader: loader.__name__)

# few keys, so that layers meet; all that a resolved tree may hold, so that nothing is left out
keys = st.sampled_from(["a", "b", "on", "2011-08-01", "12", "order", "诺"])
texts = st.text(max_size=20).filter(lambda text: not unprintable(text)) | st.sampled_from(
    ["on", "no", "true", "null", "~", "", "12", "-0", "007", "2011-08-01", "05-01", "<<", "a: b"]
)
numbers = st.integers(-(10**15) + 1, 10**15 - 1)
scalars: st.SearchStrategy[Tree] = st.one_of(texts, numbers, st.booleans())
words: st.SearchStrategy[Tree] = st.lists(
    texts.filter(lambda text: text != "absent"), unique=True, max_size=3
).map(list[Tree])
grounds: st.SearchStrategy[dict[str, Tree]] = st.one_of(
    st.fixed_dictionaries({"cite": words}), st.fixed_dictionaries({"assumed": scalars})
)
removals: st.SearchStrategy[Tree] = grounds.map(lambda ground: {"absent": True, **ground})


def _mapping_of(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    plain = st.dictionaries(keys, inner, max_size=4)
    return st.builds(lambda tree, ground: {**tree, **ground}, plain, st.just({}) | grounds)


values = st.recursive(st.one_of(scalars, words, removals), _mapping_of, max_leaves=12)
files = _mapping_of(values)
anything = _mapping_of(st.one_of(values, st.none(), st.lists(values | st.none(), max_size=3)))


def source(tree: Tree, path: str = "p.yaml") -> Source:
    return read(dump(tree), path)


def normal(tree: Tree, path: str = "p.yaml") -> Layer:
    return normalise(source(tree, path))


def leaves(tree: Tree, path: Path = ()) -> Iterator[tuple[Path, Tree]]:
    if isinstance(tree, dict) and tree:
        for key, value in tree.items():
            yield from leaves(value, (*path, key))
    else:
        yield path, tree


@given(anything)
def test_reading_what_was_dumped_is_the_identity(tree: Tree) -> None:
    assert source(tree).tree == tree


@given(st.lists(files, min_size=1, max_size=3))
def test_resolving_what_was_resolved_and_dumped_is_the_identity(trees: list[Tree]) -> None:
    once = resolve([source(tree) for tree in trees], on=None, ordinal=1)
    again = resolve([source(once.whole)], on=None, ordinal=1)
    assert (again.tree, again.absences) == (once.tree, once.absences)
    assert digest(again.whole) == digest(once.whole)
    bare = resolve([source(once.tree)], on=None, ordinal=1)
    assert (bare.tree, bare.absences) == (once.tree, {})


@given(files)
def test_merging_with_nothing_changes_nothing(tree: Tree) -> None:
    layer, nothing = normal(tree), normal({})
    assert merge(layer, nothing).tree == layer.tree
    assert merge(nothing, layer).tree == layer.tree


@given(files)
def test_merging_a_layer_with_itself_changes_nothing(tree: Tree) -> None:
    layer = normal(tree)
    assert merge(layer, layer) == layer


@given(files, files)
def test_merging_the_same_child_twice_is_merging_it_once(parent: Tree, child: Tree) -> None:
    once = merge(normal(parent), normal(child))
    assert merge(once, normal(child)) == once


@given(files)
def test_normalising_and_settling_twice_is_doing_it_once(tree: Tree) -> None:
    layer = normal(tree)
    assert normalise(layer) == layer
    assert settle(layer, on=None, ordinal=1) == layer


@given(files)
def test_an_overlay_with_nothing_in_it_changes_nothing_but_the_name(tree: Tree) -> None:
    assert isinstance(tree, dict)
    parent = source({**tree, "policy": "parent"})
    child = source({"policy": "child", "extends": "parent"})
    alone = resolve([parent], on=None, ordinal=1)
    both = resolve([parent, child], on=None, ordinal=1)
    assert isinstance(alone.tree, dict)
    assert both.tree == {**alone.tree, "policy": "child", "extends": "parent"}
    assert both.absences == alone.absences


@given(files, files)
def test_every_leaf_and_every_absence_knows_the_line_it_was_written_in(
    parent: Tree, child: Tree
) -> None:
    texts = {"parent": dump(parent), "child": dump(child)}
    layers = [read(text, path) for path, text in texts.items()]
    found = resolve(layers, on=None, ordinal=1)
    by_path = {layer.path: layer for layer in layers}
    for path, leaf in [*leaves(found.tree), *((p, None) for p in found.absences)]:
        if not path:
            continue
        mark = found.marks.at(path)
        written = normalise(by_path[mark.path])
        # the file named there has this very leaf (or removal) at this very place
        assert written.marks.at(path) == mark
        here = written.tree
        for step in path:
            assert isinstance(here, dict)
            here = here[str(step)]
        assert path in found.absences or absences(here)[0] == leaf
        line = texts[mark.path].splitlines()[mark.line - 1]
        assert line[mark.column - 1 :].strip()


@given(files)
def test_removals_are_taken_out_and_put_back(tree: Tree) -> None:
    whole = normal(tree).tree
    assert with_absences(*absences(whole)) == whole


@given(st.dictionaries(st.dates(), st.integers(0, 9), min_size=1), st.dates())
def test_the_value_in_force_is_that_of_the_last_date_that_has_come(
    values: dict[date, int], on: date
) -> None:
    dated: Tree = {"x": {"values": {str(day): value for day, value in values.items()}}}
    begun = [day for day in values if day <= on]
    if begun:
        assert settle(source(dated), on=on, ordinal=1).tree == {"x": values[max(begun)]}
    else:
        with pytest.raises(PolicyError, match=f"the first one is from `{min(values)}`"):
            settle(source(dated), on=on, ordinal=1)


# pieces of YAML, so that random text is more often nearly right than plainly wrong
pieces = st.sampled_from(
    [
        *"\n\t :-,[]{}&*!|>'\"%@`?#~<=\\a诺\x00\x85\u2028\ud800\ufeff",
        *("b: ", "- ", "\n  ", "&x ", "*x", "!!str ", "<<: ", "---\n", "...\n", '"\\U', "ffffffff"),
        *("\\x00", "%YAML 1.1\n", "%TAG ! x\n"),
    ]
)
nearly_yaml = st.lists(pieces, max_size=40).map("".join)


def attempt(loader: type, text: str | bytes) -> Source | tuple[Problem, ...]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(composing, "LOADER", loader)
        try:
            return read(text, "p.yaml")
        except PolicyError as error:
            return error.problems


@pytest.mark.parametrize("loader", LOADERS)
@given(text=st.text() | st.binary() | nearly_yaml)
def test_reading_raises_nothing_but_policy_errors(loader: type, text: str | bytes) -> None:
    found = attempt(loader, text)
    if isinstance(found, Source):
        assert source(found.tree).tree == found.tree
    else:
        assert 0 < len(found) <= composing.MAX_PROBLEMS
        assert all(p.path == "p.yaml" and p.line > 0 < p.column for p in found)


@given(text=nearly_yaml)
def test_both_parsers_read_the_same_tree_where_both_read_one(text: str) -> None:
    found = [attempt(loader, text) for loader in LOADERS]
    trees = [read.tree for read in found if isinstance(read, Source)]
    assert all(tree == trees[0] for tree in trees)
