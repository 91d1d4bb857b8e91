"""`policies`, `check`, `schema`: which policies there are, and whether a file is one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from pledgeflow.assurance.suites import scenarios
from pledgeflow.catalogue import POLICY_FILE, REGISTER_FILE, Catalogue
from pledgeflow.cli.options import Format, FormatOption, Lang, LangOption
from pledgeflow.cli.output import UNUSABLE, print_json, say, shown, table
from pledgeflow.cli.output import show as put
from pledgeflow.cli.translating import problem_said
from pledgeflow.errors import PolicyError, Problem
from pledgeflow.policy.language.json_schema import json_schema


def policies(lang: LangOption, form: FormatOption = Format.TEXT) -> None:
    """List the policies that there are."""
    catalogue = Catalogue()
    found: list[dict[str, Any]] = []
    problems: list[Problem] = []
    for name in catalogue.names():
        try:
            found.append(_summary(catalogue, name))
        except PolicyError as error:
            problems += error.problems
    if form is Format.JSON:
        print_json(found)
    else:
        put(_table(found, lang))
    for problem in problems:
        say(shown(problem_said(problem, lang)))
    if problems:
        raise typer.Exit(UNUSABLE)


def _summary(catalogue: Catalogue, name: str) -> dict[str, Any]:
    document = catalogue.load(name).document
    title, effective = document.title, document.effective
    return {
        "name": name,
        "title": title.model_dump() if title is not None else None,
        "effective": {"from": effective.from_, "until": effective.until} if effective else None,
        "tracks": {track: rules.label.model_dump() for track, rules in document.tracks.items()},
        "clauses": len(catalogue.own_register(name)),
        "abstract": document.abstract,
    }


def _table(found: list[dict[str, Any]], lang: Lang) -> Any:
    heads = (("办法", "policy"), ("名称", "title"), ("施行", "in force from"))
    rows = table(
        *(lang.pick(*head) for head in (*heads, ("承诺人", "tracks"), ("条款", "clauses")))
    )
    rows.columns[-1].justify = "right"
    for each in found:
        since = str(each["effective"]["from"]) if each["effective"] else "—"
        tracks = lang.pick("、", ", ").join(label[lang] for label in each["tracks"].values())
        if each["abstract"]:
            tracks = lang.pick("（供其他办法沿用）", "(for others to extend)")
        title = each["title"][lang] if each["title"] else ""
        rows.add_row(each["name"], title, since, tracks, str(each["clauses"]))
    return rows


def check(
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH…", help="Policies, by path or by name.")
    ],
    lang: LangOption,
    form: FormatOption = Format.TEXT,
) -> None:
    """Check policy files: every mistake in them, one a line."""
    catalogue = Catalogue()
    results = {path: _problems(catalogue, path) for path in paths}
    if form is Format.JSON:
        print_json(
            {
                "ok": not any(results.values()),
                "problems": [
                    {"path": p.path, "line": p.line, "column": p.column, "message": p.message}
                    for problems in results.values()
                    for p in problems
                ],
            }
        )
    else:
        for path, problems in results.items():
            fine = f"{path}: {lang.pick('没有问题', 'ok')}"
            told = (shown(problem_said(problem, lang)) for problem in problems)
            typer.echo("\n".join(told) if problems else fine)
    if any(results.values()):
        raise typer.Exit(UNUSABLE)


def _problems(catalogue: Catalogue, path: str) -> tuple[Problem, ...]:
    """What is wrong with a policy or else its scenarios; or with its register, if that is named."""
    try:
        if Path(path).name == REGISTER_FILE:
            catalogue.own_register(path)
        else:
            catalogue.load(path)
            if catalogue.file(path).name == POLICY_FILE:
                scenarios(catalogue, path)
    except PolicyError as error:
        return error.problems
    return ()


def schema() -> None:
    """Print the JSON Schema of policy files, for editors."""
    print_json(json_schema())
