"""`verify`: what can happen under a policy, and what of it breaks a promise."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pledgeflow.assurance.exploring import Bounds
from pledgeflow.assurance.verifying.promises import PROMISES
from pledgeflow.assurance.verifying.reports import Report, to_json
from pledgeflow.assurance.verifying.verifying import BOUNDS as DEFAULT
from pledgeflow.assurance.verifying.verifying import verify as verified
from pledgeflow.assurance.verifying.writing import Written, free, write
from pledgeflow.catalogue import Catalogue
from pledgeflow.cli.options import Format, FormatOption, Lang, LangOption
from pledgeflow.cli.output import FINDINGS, fail, message, print_json, say, shown, table
from pledgeflow.cli.output import show as put
from pledgeflow.cli.progress import waiting
from pledgeflow.cli.verdicts import UNWRITTEN, Verdicts
from pledgeflow.errors import PledgeflowError
from pledgeflow.policy.compiled.rules import Policy


def verify(
    name: Annotated[
        str | None,
        typer.Argument(metavar="NAME", help="A policy, by name or by path.", show_default=False),
    ] = None,
    *,
    lang: LangOption,
    track: Annotated[
        str | None, typer.Option("--track", metavar="TRACK", help="One track; all, if left out.")
    ] = None,
    bound: Annotated[
        int, typer.Option("--bound", min=1, metavar="N", help="Stop after so many states a track.")
    ] = DEFAULT.states,
    items: Annotated[
        int, typer.Option("--items", min=1, max=9, metavar="N", help="Items of each kind, at most.")
    ] = DEFAULT.items,
    merges: Annotated[
        int,
        typer.Option("--merges", min=1, metavar="N", help="Compare so many states taken as one."),
    ] = DEFAULT.merges,
    unusual: Annotated[
        int,
        typer.Option(
            "--unusual",
            min=0,
            metavar="N",
            help="In a large track, so much out of the ordinary in one run, at most.",
        ),
    ] = DEFAULT.unusual or 0,
    folder: Annotated[
        Path | None,
        typer.Option("--write", metavar="DIR", help="Write what is wrong as scenarios there."),
    ] = None,
    listed: Annotated[
        bool, typer.Option("--properties", help="List what every policy is asked, and stop.")
    ] = False,
    form: FormatOption = Format.TEXT,
) -> None:
    """Explore all that can happen under a policy, and look for what breaks a promise."""
    if listed:
        _list(lang, form)
        return
    if name is None:
        raise fail("name a policy, or list the properties with `--properties`")
    catalogue = Catalogue()
    policy = catalogue.load(name)
    if folder is not None:
        free(folder)
    bounds = Bounds(bound, items, DEFAULT.months, merges, unusual)
    with waiting(lang.pick("正在探索", "exploring")):
        try:
            report = verified(catalogue, name, track=track, bounds=bounds)
        except PledgeflowError as error:
            if track is not None and track not in policy.tracks:
                raise fail(str(error)) from None
            raise
    if form is Format.JSON:
        print_json(to_json(report))
    else:
        _tell(report, policy, lang)
    if folder is not None:
        _written(write(folder, report), lang)
    if not report.fine:
        raise typer.Exit(FINDINGS)


def _list(lang: Lang, form: Format) -> None:
    """The built-in properties; what precisely each asks is in the documentation."""
    if form is Format.JSON:
        print_json({each.id: each.label.model_dump() for each in PROMISES})
        return
    rows = table(lang.pick("标识", "id"), lang.pick("性质", "property"))
    for each in PROMISES:
        rows.add_row(each.id, lang.of(each.label))
    put(rows)


def _tell(report: Report, policy: Policy, lang: Lang) -> None:
    if not report.tracks:
        words = (
            f"{report.policy} 没有承诺人类别，无可探索",
            f"`{report.policy}` has no track to explore",
        )
        message(lang.pick(*words))
        return
    verdicts = Verdicts(report, policy, lang)
    put(*verdicts.explored(), verdicts.answers())
    for violation in report.violations:
        put(*verdicts.violation(violation))
    put(verdicts.summary())


def _written(written: Written, lang: Lang) -> None:
    for path in written.paths:
        say(f"{lang.pick('已写入', 'written')} {shown(path)}")
    for violation, why in written.left:
        what = " ".join(filter(None, (violation.property, violation.about)))
        zh = f"{what}（{violation.track}）未写成场景：{UNWRITTEN.get(why, why)}"
        en = f"`{what}` ({violation.track}) is not written as a scenario: {why}"
        message(lang.pick(zh, en))
