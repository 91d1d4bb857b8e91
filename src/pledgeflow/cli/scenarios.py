"""`test` and `coverage`: scenarios, and what they protect."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.text import Text

from pledgeflow.assurance.coverage import coverage, to_json
from pledgeflow.assurance.running import Result, Runner
from pledgeflow.assurance.suites import scenarios
from pledgeflow.catalogue import Catalogue
from pledgeflow.cli.options import FORCES, Format, FormatOption, Lang, LangOption
from pledgeflow.cli.output import FINDINGS, message, print_json, shown, table
from pledgeflow.cli.output import show as put
from pledgeflow.cli.progress import counting, waiting
from pledgeflow.cli.translating import translated

POLICIES = Annotated[
    list[str] | None,
    typer.Argument(metavar="NAME…", help="Policies, by name or path; all of them, if left out."),
]

STATUS = {
    "tested": ("已验证", "tested"),
    "implemented": ("已实现", "implemented"),
    "partial": ("部分实现", "partial"),
    "missing": ("未实现", "missing"),
    "context": ("背景", "context"),
}
COLOURS = {"tested": "green", "partial": "yellow", "missing": "red", "context": "dim"}


def play(names: POLICIES = None, *, lang: LangOption, form: FormatOption = Format.TEXT) -> None:
    """Play the scenarios of policies."""
    catalogue = Catalogue()
    for name in names or ():
        # One that cannot be loaded has no scenario that passes, even where it has none at all.
        catalogue.load(name)
    found = [each for name in names or catalogue.names() for each in scenarios(catalogue, name)]
    runner, results = Runner(catalogue, lang=lang.value), list[Result]()
    with counting(lang.pick("场景", "scenarios"), len(found)) as tick:
        for scenario in found:
            results.append(runner.run(scenario))
            tick(scenario.policy)
    failed = [result for result in results if not result.passed]
    if form is Format.JSON:
        print_json(
            {
                "passed": len(results) - len(failed),
                "failed": len(failed),
                "scenarios": [_data(result) for result in results],
            }
        )
    else:
        for result in failed:
            where = Text.assemble(("✗ ", "red"), (result.name, "bold"), f"  {shown(result.path)}")
            told = result.messages if lang is Lang.EN else map(translated, result.messages)
            put(where, *(Text(f"  {each}") for each in told))
        passed = len(results) - len(failed)
        put(
            Text(
                lang.pick(
                    f"通过 {passed}，未通过 {len(failed)}", f"{passed} passed, {len(failed)} failed"
                )
            )
        )
    if not found:
        message(lang.pick("没有场景", "there are no scenarios"))
    if failed:
        raise typer.Exit(FINDINGS)


def _data(result: Result) -> dict[str, Any]:
    return {
        "name": result.name,
        "policy": result.policy,
        "path": result.path,
        "clauses": result.clauses,
        "passed": result.passed,
        "message": result.message,
    }


def cover(names: POLICIES = None, *, lang: LangOption, form: FormatOption = Format.TEXT) -> None:
    """Show which clauses are implemented and protected."""
    with waiting(lang.pick("逐条取下规则重放场景", "taking out each rule in turn")):
        report = coverage(Catalogue(), names or ())
    if form is Format.JSON:
        print_json(to_json(report))
        return
    heads = (("条款", "clause"), ("效力", "force"), ("状况", "status"), ("规则", "rules"))
    more = (("场景", "scenarios"), ("尚缺", "what is missing"))
    rows = table(*(lang.pick(*head) for head in (*heads, *more)))
    for name, clause in report.clauses.items():
        status = Text(STATUS[clause.status][lang is Lang.EN], style=COLOURS.get(clause.status, ""))
        numbers = (str(len(clause.rules)), str(len(clause.scenarios)))
        missing = lang.pick("；", "; ").join(clause.missing)
        rows.add_row(name, lang.pick(*FORCES[clause.force]), status, *numbers, missing)
    counts = (f"{STATUS[s][lang is Lang.EN]} {n}" for s, n in report.summary.items())
    put(rows, Text(""), Text(" · ".join(counts), style="bold"))
