"""`test` and `coverage`: scenarios, and what they protect."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.text import Text

from pledgeflow.assurance.running import Result, Runner
from pledgeflow.assurance.suites import scenarios
from pledgeflow.catalogue import Catalogue
from pledgeflow.cli.options import Format, FormatOption, LangOption
from pledgeflow.cli.output import FINDINGS, message, print_json, shown
from pledgeflow.cli.output import show as put
from pledgeflow.cli.progress import counting

POLICIES = Annotated[
    list[str] | None,
    typer.Argument(metavar="NAME…", help="Policies, by name or path; all of them, if left out."),
]


def test(names: POLICIES = None, *, lang: LangOption, form: FormatOption = Format.TEXT) -> None:
    """Play the scenarios of policies."""
    catalogue = Catalogue()
    found = [each for name in names or catalogue.names() for each in scenarios(catalogue, name)]
    runner, results = Runner(catalogue), list[Result]()
    with counting(lang.pick("场景", "scenarios"), len(found)) as tick:
        for scenario in found:
            results.append(runner.run(scenario))
            tick()
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
            put(where, Text(f"  {result.message}"))
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


def coverage(names: POLICIES = None, *, lang: LangOption, form: FormatOption = Format.TEXT) -> None:
    """Show which clauses are implemented, and which are protected by a scenario."""
    raise NotImplementedError
