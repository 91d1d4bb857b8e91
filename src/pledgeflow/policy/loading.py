"""From a resolved tree to a compiled policy, or every mistake in it with file, line and column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from pledgeflow.domain.commands import PLEDGE
from pledgeflow.errors import PolicyError, Problem
from pledgeflow.policy.checks import mistakes
from pledgeflow.policy.checks.finding import Surface
from pledgeflow.policy.compiled.compiling import Compiler
from pledgeflow.policy.compiled.duties import rulebook
from pledgeflow.policy.compiled.elsewhere import places_asked
from pledgeflow.policy.compiled.rules import Policy, Ruleset, Spared
from pledgeflow.policy.compiled.surroundings import Rulebook
from pledgeflow.policy.files.absence import LABEL, MATCH, Ground, absences
from pledgeflow.policy.files.canonical import ordered
from pledgeflow.policy.files.marks import Layer, Marks, Path, Tree, mapping
from pledgeflow.policy.files.merging import merge
from pledgeflow.policy.files.overlay import Resolved
from pledgeflow.policy.guards.kinds import Factory
from pledgeflow.policy.language.schema import Document, Rules
from pledgeflow.policy.language.tracks import Match
from pledgeflow.policy.words import Label

RULE_PARTS = (
    "roles",
    "commands",
    "lifecycles",
    "evaluation",
    "outcomes",
    "reactions",
    "duties",
    "ballots",
    "properties",
)
LIKE_DEPTH = 8
M = TypeVar("M", bound=BaseModel)
Removed = Mapping[tuple[str, ...], tuple[str, ...]]
"""What was taken out -> the clauses behind that."""


@dataclass(frozen=True, slots=True)
class TrackRules:
    """The rules of one track: common ones with the track's own over them, and what was removed.

    tree: of all that, with the removals in place; asks: the places that its guards ask about
    """

    tree: Tree
    rules: Rules
    marks: Marks
    removed: Removed
    grounds: Mapping[Path, Ground]
    asks: frozenset[str]


@dataclass(frozen=True, slots=True)
class Made:
    """A policy and what it was made of, so that one that differs in a rule or two is made sooner."""

    resolved: Resolved
    tracks: Mapping[str, TrackRules]
    policy: Policy


def build(
    resolved: Resolved,
    *,
    known: frozenset[str],
    allowed: Mapping[str, Factory] | None = None,
    checked: bool = True,
) -> Policy:
    """The compiled policy of a resolved tree.

    known: clause ids that may be cited; allowed: a deployer's guard kinds by name;
    checked: False leaves out the checks beyond the schema (for trees with a rule taken out)
    Raises PolicyError with every problem found.
    """
    return make(resolved, known=known, allowed=allowed, checked=checked).policy


def make(
    resolved: Resolved,
    *,
    known: frozenset[str],
    allowed: Mapping[str, Factory] | None = None,
    checked: bool = True,
    like: Made | None = None,
) -> Made:
    """The same, with what it was made of. like: a policy that was checked with the same `known` and
    `allowed`; what is the same there is neither read, nor checked, nor compiled again, and what is
    not is compiled when somebody looks at it
    """
    problems: list[Problem] = []
    document = _validated(Document, resolved.tree, resolved.marks, problems)
    if document is None:
        raise PolicyError(_ordered(problems))
    tracks = {t: _track(t, document, resolved, (problems, like)) for t in document.tracks}
    sound = {t: rules for t, rules in tracks.items() if rules is not None}
    spared = dict(_spared(resolved, problems))
    kept = _kept(document, sound, like)
    if checked:
        surfaces = [Surface(t, document, r.rules, r.marks, r.removed) for t, r in sound.items()]
        problems += mistakes(document, surfaces, resolved.marks, (known, allowed or {}), kept)
    if problems:
        raise PolicyError(_ordered(problems))
    # In its own order: alternatives are tried, and remedies looked for, as the author wrote them.
    body = ordered(resolved.whole)
    compiled = _Compiled(document, sound, allowed or {}, _settled(kept, sound, like))
    grounds = (resolved.absences, *(track.grounds for track in sound.values()))
    policy = Policy(
        name=document.policy,
        digest=sha256(body.encode()).hexdigest(),
        body=body,
        document=document,
        tree=resolved.tree if isinstance(resolved.tree, dict) else {},
        tracks=dict(compiled) if like is None else compiled,
        absences=_removed(resolved.absences),
        called={name: label for each in grounds for name, label in _called(each)},
        spared=spared,
    )
    return Made(resolved, sound, policy)


class _Compiled(Mapping[str, Ruleset]):
    """The rules of each track, compiled when they are first looked at; ready: those that are."""

    def __init__(
        self,
        document: Document,
        tracks: Mapping[str, TrackRules],
        allowed: Mapping[str, Factory],
        ready: Mapping[str, Ruleset],
    ) -> None:
        self._document, self._tracks, self._allowed = document, tracks, allowed
        self._ready = dict(ready)
        self._books: dict[str, dict[str, Rulebook]] = {}
        for name, track in tracks.items():
            book = rulebook(document, track.rules, self._books)
            self._books.setdefault(document.tracks[name].place, {})[name] = book

    def __getitem__(self, name: str) -> Ruleset:
        if name not in self._ready:
            track, document = self._tracks[name], self._document
            book = self._books[document.tracks[name].place][name]
            compiler = Compiler(document, track.rules, book, self._allowed)
            self._ready[name] = compiler.ruleset(name, _absent(track.removed))
        return self._ready[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tracks)

    def __len__(self) -> int:
        return len(self._tracks)


def besides(document: Document) -> tuple[object, ...]:
    """All that a policy says but the rules of its tracks, to be compared."""
    rest = {name: getattr(document, name) for name in Document.model_fields}
    rest |= dict.fromkeys((*RULE_PARTS, "tracks"))
    bare = Rules.model_construct()
    tracks = {n: track.model_copy(update={"rules": bare}) for n, track in document.tracks.items()}
    return rest, tracks, list(tracks)


def _kept(
    document: Document, tracks: Mapping[str, TrackRules], like: Made | None
) -> frozenset[str]:
    """The tracks with the same rules as in a policy like this one, among the same other words."""
    if like is None or besides(document) != besides(like.policy.document):
        return frozenset()
    return frozenset(name for name, rules in tracks.items() if rules is like.tracks.get(name))


def _settled(
    kept: frozenset[str], tracks: Mapping[str, TrackRules], like: Made | None
) -> Mapping[str, Ruleset]:
    """What need not be compiled again: what asks other streams was compiled with the rules there."""
    if like is None or not kept:
        return {}
    document = like.policy.document
    changed = {document.tracks[name].place for name in tracks if name not in kept}
    return {
        name: like.policy.tracks[name]
        for name in kept
        if changed.isdisjoint(like.tracks[name].asks)
    }


def track_layer(name: str, document: Document, resolved: Resolved) -> Layer:
    """Commands, lifecycles, evaluation and outcomes of a track, its own over the common ones.

    What was taken out is still in place, as `{absent: true, …}`. What is no pledge shares only
    the roles.
    """
    whole = Layer(resolved.whole, resolved.marks).entries()
    pledge = document.tracks[name].aggregate == PLEDGE
    common = RULE_PARTS if pledge else RULE_PARTS[:1]
    merged = mapping(resolved.marks.mark, {k: whole[k] for k in common if k in whole})
    for own in reversed(list(_lineage(name, document))):
        layer = whole["tracks"].entries()[own].entries().get("rules")
        if layer is not None:
            merged = merge(merged, layer)
    return merged


def _track(
    name: str, document: Document, resolved: Resolved, known: tuple[list[Problem], Made | None]
) -> TrackRules | None:
    """The rules of a track. known: the problems so far, and a policy that may have the same ones"""
    problems, like = known
    merged = track_layer(name, document, resolved)
    before = like.tracks.get(name) if like is not None else None
    if before is not None and before.tree == merged.tree:
        return before
    tree, grounds = absences(merged.tree)
    rules = _validated(Rules, tree, merged.marks, problems)
    removed = _removed(grounds)
    if rules is None:
        return None
    return TrackRules(merged.tree, rules, merged.marks, removed, grounds, places_asked(rules))


def _called(grounds: Mapping[Path, Ground]) -> Iterator[tuple[str, Label]]:
    """What the commands that were taken out are called."""
    for path, ground in grounds.items():
        label = _label(ground)
        if path[-2:-1] == ("commands",) and label is not None:
            yield str(path[-1]), label


def _label(ground: Ground) -> Label | None:
    """What something that was taken out is called; a label that is none is left out."""
    said = ground.get(LABEL)
    if isinstance(said, dict) and set(said) == {"zh", "en"}:
        return Label(zh=str(said["zh"]), en=str(said["en"]))
    return None


def _spared(resolved: Resolved, problems: list[Problem]) -> Iterator[tuple[str, Spared]]:
    """The tracks that were taken out and say whom they would have been for."""
    for path, ground in resolved.absences.items():
        if MATCH not in ground:
            continue
        here = (*path, MATCH)
        if path[:-1] != ("tracks",):
            message = f"{'.'.join(map(str, here))}: only a track is for somebody; take it out"
            problems.append(resolved.marks.at(here).problem(message))
            continue
        match = _validated(Match, ground[MATCH], resolved.marks.under(here), problems)
        if match is not None:
            yield str(path[-1]), Spared(match, _cited(ground), _label(ground))


def _removed(grounds: Mapping[Path, Mapping[str, Tree]]) -> Removed:
    """What was taken out, and by which clauses; in an order of its own, since files differ in it."""
    named = {tuple(map(str, path)): _cited(ground) for path, ground in grounds.items()}
    return dict(sorted(named.items()))


def _lineage(name: str, document: Document) -> Iterator[str]:
    """A track and the ones it is like, nearest first; a loop ends where it would begin again."""
    seen: list[str] = []
    current: str | None = name
    while current is not None and current in document.tracks and current not in seen:
        seen.append(current)
        yield current
        current = document.tracks[current].like


def _absent(
    removed: Removed,
) -> dict[str, tuple[str, tuple[str, ...]]]:
    """What was taken out, by the step it was: (rule path, clauses)."""
    return {
        path[-1]: (".".join(path), cite)
        for path, cite in removed.items()
        if path[-2:-1] in (("commands",), ("transitions",))
    }


def _cited(ground: Mapping[str, Tree]) -> tuple[str, ...]:
    cite = ground.get("cite")
    if isinstance(cite, str):
        return (cite,)
    return tuple(str(c) for c in cite) if isinstance(cite, Iterable) else ()


def _validated(model: type[M], tree: Tree, marks: Marks, problems: list[Problem]) -> M | None:
    try:
        return model.model_validate(tree)
    except ValidationError as error:
        for detail in error.errors():
            path = _path_in(tree, detail["loc"])
            if detail["type"] == "union_tag_invalid":
                path = (*path, "is")
            problems.append(marks.at(path).problem(_message(path, dict(detail))))
        return None


def _path_in(tree: Tree, loc: tuple[str | int, ...]) -> Path:
    """The part of a location that is in the file: names of union members are not."""
    path: list[str | int] = []
    here: Tree = tree
    for step in loc:
        if isinstance(here, dict) and step in here:
            path.append(step)
            here = here[str(step)]
    return tuple(path)


_PLAIN: Mapping[str, str] = {
    "missing": "`{field}` is missing; add it",
    "extra_forbidden": "`{field}` is not a word of the policy language here; take it out or see "
    "`pledgeflow schema`",
    "string_type": "write text here",
    "int_type": "write a whole number here",
    "bool_type": "write true or false here",
    "dict_type": "write a mapping here: one entry a line, `id: …`",
    "model_type": "write a mapping here: one entry a line, `key: value`",
    "tuple_type": "write one id or a list of ids here",
    "string_pattern_mismatch": "`{input}` is not an id; use small letters, digits and `_`, "
    "beginning with a letter",
    "string_too_long": "this text is too long; use at most {max_length} characters",
    "string_too_short": "this text is empty; write something or take the key out",
    "less_than_equal": "write a number of at most {le}",
    "greater_than_equal": "write a number of at least {ge}",
    "union_tag_not_found": "say under `is:` what kind of thing this is",
    "union_tag_invalid": "`{tag}` is not possible under `is:`; write {expected_tags}",
}


def _message(path: Path, detail: Mapping[str, Any]) -> str:
    where = ".".join(map(str, path))
    field = str(detail["loc"][-1]) if detail["loc"] else ""
    context = {"field": field, "input": str(detail.get("input"))[:60], **detail.get("ctx", {})}
    plain = _PLAIN.get(detail["type"])
    if plain is not None:
        text = plain.format_map(context)
    elif detail["type"] in ("enum", "literal_error"):
        text = f"`{context['input']}` is not possible here; write {context['expected']}"
    else:
        text = re.sub(r"^Value error, ", "", str(detail["msg"]))
    return f"{where}: {text}" if where else text


def _ordered(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(set(problems)))
