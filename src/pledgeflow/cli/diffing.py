"""`diff`: what two policies permit differently, and whether the second only tightens the first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer
from rich.text import Text

from pledgeflow.assurance.diffing import Compared, Difference, compare
from pledgeflow.assurance.diffing.aligning import counterparts
from pledgeflow.assurance.exploring import Bounds
from pledgeflow.assurance.verifying.writing import plain
from pledgeflow.catalogue import Catalogue
from pledgeflow.cli.labels import Labels
from pledgeflow.cli.options import Format, FormatOption, Lang, LangOption
from pledgeflow.cli.output import FINDINGS, fail, message, print_json
from pledgeflow.cli.output import show as put
from pledgeflow.cli.progress import waiting
from pledgeflow.domain.commands import AnyCommand, Tick
from pledgeflow.policy.compiled.rules import Policy

DEFAULT = Bounds()


def diff(
    one: Annotated[str, typer.Argument(metavar="A", help="A policy, by name or by path.")],
    other: Annotated[str, typer.Argument(metavar="B", help="The other.")],
    *,
    lang: LangOption,
    track: Annotated[
        str | None, typer.Option("--track", metavar="T[=U]", help="One track; of B, U.")
    ] = None,
    refines: Annotated[
        bool, typer.Option("--refines", help="Only what B permits and A refuses.")
    ] = False,
    bound: Annotated[
        int, typer.Option("--bound", min=1, metavar="N", help="Stop after so many pairs a track.")
    ] = DEFAULT.states,
    form: FormatOption = Format.TEXT,
) -> None:
    """Run two policies together, and show what one permits and the other refuses."""
    catalogue = Catalogue()
    policies = catalogue.load(one), catalogue.load(other)
    pairs = _tracks(policies, track)
    bounds = Bounds(bound, DEFAULT.items, DEFAULT.months)
    with waiting(lang.pick("正在比较", "comparing")):
        found = [compare(policies, pair, bounds) for pair in pairs]
    if form is Format.JSON:
        print_json([_data(each, refines=refines) for each in found])
    else:
        for each in found:
            _tell(each, policies, lang, refines=refines)
    if any(not each.complete or _wanted(each, refines=refines) for each in found):
        raise typer.Exit(FINDINGS)


def _tracks(policies: tuple[Policy, Policy], track: str | None) -> list[tuple[str, str]]:
    if track is None:
        pairs = list(counterparts(*policies))
        if not pairs:
            raise fail("no track of one is like a track of the other; name them with `--track`")
        return pairs
    ours, _, theirs = track.partition("=")
    named = ours, theirs or ours
    for policy, name in zip(policies, named, strict=True):
        if name not in policy.tracks:
            known = ", ".join(f"`{t}`" for t in policy.tracks) or "none"
            raise fail(f"`{policy.name}` has no track `{name}`; it has {known}")
    return [named]


def _wanted(found: Compared, *, refines: bool) -> list[Difference]:
    return [d for d in found.differences if not refines or d.accepting == "right"]


def _tell(found: Compared, policies: tuple[Policy, Policy], lang: Lang, *, refines: bool) -> None:
    pick = lang.pick
    wanted = _wanted(found, refines=refines)
    names = [
        lang.of(p.document.tracks[t].label) for p, t in zip(policies, found.tracks, strict=True)
    ]
    put(Text(f"{names[0]} | {names[1]}"))
    bounds = found.bounds
    zh = f"  共{found.pairs}对状态，差异{len(wanted)}处；"
    zh += f"界限：{bounds.states}对、同类事项{bounds.items}件、{bounds.months}个月"
    en = f"  {found.pairs} pairs of states, {len(wanted)} differences; bounds: {bounds.states} pairs,"
    put(Text(pick(zh, f"{en} {bounds.items} items of a kind, {bounds.months} months")))
    if not found.complete:
        message(
            pick(
                "探索不完整，未发现的不等于没有",
                "not everything was explored, so what was not found may be there",
            )
        )
    labels = tuple(Labels(p, t, lang) for p, t in zip(policies, found.tracks, strict=True))
    for each in wanted:
        for line in _lines(each, (labels[0], labels[1]), policies, lang):
            put(Text(line))


def _lines(
    each: Difference, labels: tuple[Labels, Labels], policies: tuple[Policy, Policy], lang: Lang
) -> Iterator[str]:
    pick, right = lang.pick, each.accepting == "right"
    steps = labels[0].label("command", each.left), labels[1].label("command", each.right)
    takes, refuses = (policies[right].name, policies[not right].name)
    possible = pick("（可能）", " (possibly)") if each.possible else ""
    verb = pick(f"{takes} 允许，{refuses} 不允许", f"`{takes}` permits, `{refuses}` refuses")
    yield f"  {' | '.join(dict.fromkeys(steps))}{possible}: {verb} · {each.code} {each.clause}"
    for number, move in enumerate(each.trace, 1):
        ours = _step(move.left, labels[0], lang)
        theirs = _step(move.right, labels[1], lang)
        yield f"    {number}. {ours} | {theirs}"


def _step(command: AnyCommand | None, labels: Labels, lang: Lang) -> str:
    if command is None:
        return "—"
    if isinstance(command, Tick):
        return f"{command.occurred_on} {lang.pick('时间推移', 'time moves on')}"
    return labels.label("command", command.name)


def _data(found: Compared, *, refines: bool) -> dict[str, Any]:
    bounds = found.bounds
    return {
        "tracks": list(found.tracks),
        "pairs": found.pairs,
        "complete": found.complete,
        "refines": found.refines,
        "bounds": {"states": bounds.states, "items": bounds.items, "months": bounds.months},
        "beyond": found.beyond,
        "unmatched": {"left": list(found.alignment.left), "right": list(found.alignment.right)},
        "differences": [
            {
                "accepting": d.accepting,
                "left": d.left,
                "right": d.right,
                "code": d.code,
                "clause": d.clause,
                "possible": d.possible,
                "reasons": [{"code": r.code, "rule": r.rule} for r in d.reasons],
                "trace": [{"left": _said(m.left), "right": _said(m.right)} for m in (*d.trace,)],
                "last": _said(d.last),
            }
            for d in _wanted(found, refines=refines)
        ],
    }


def _said(command: AnyCommand | None) -> dict[str, Any] | None:
    if command is None:
        return None
    fields = plain(getattr(command, "fields", {}))
    return {"do": command.name, "on": str(command.occurred_on), "fields": fields}
