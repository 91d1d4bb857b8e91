"""`new`: a folder for a policy that extends another one, which can be checked and tested at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pledgeflow.catalogue import POLICY_FILE, REGISTER_FILE, Catalogue
from pledgeflow.cli.options import Format, FormatOption, Lang, LangOption, today
from pledgeflow.cli.output import fail, print_json, shown
from pledgeflow.demo.beginning import Beginning, beginning
from pledgeflow.exports.changes import usual_changes
from pledgeflow.exports.skeleton import (
    SCHEMA_FILE,
    Start,
    directory_text,
    policy_text,
    register_text,
    scenario_text,
    schema_text,
    story_text,
)
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.language.json_schema import json_schema
from pledgeflow.policy.words import is_policy_id


def new(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Small letters, digits, `_` and `-`.")
    ],
    *,
    parent: Annotated[
        str, typer.Option("--extends", metavar="PARENT", help="The policy to start from.")
    ],
    lang: LangOption,
    folder: Annotated[
        Path, typer.Option("--in", metavar="DIR", help="Where the folder is made.")
    ] = Path(),
    year: Annotated[
        int | None,
        typer.Option(
            "--year",
            min=1900,
            max=9998,
            metavar="YYYY",
            help="The year in which it comes into force; this one, if left out.",
        ),
    ] = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Make a folder for a policy of your own, which extends another one.

    It can be checked and tested as it stands. Nothing that is there is overwritten.
    """
    catalogue, target = Catalogue(), folder / name
    if not is_policy_id(name):
        raise fail(
            f"`{name}` is not a name; use small letters, digits, `_` and `-`, a letter first"
        )
    if name in catalogue.names():
        raise fail(f"there is a policy `{name}` already; choose another name")
    if target.exists():
        raise fail(
            f"`{target}` is there already; choose another name, or another folder with `--in`"
        )
    loaded = catalogue.load(parent)
    if parent not in catalogue.names():
        raise fail(
            f"`{parent}` is not found by name; only policies of the catalogue can be extended"
        )
    if loaded.document.abstract:
        known = ", ".join(f"`{n}`" for n in catalogue.names() if _in_force(catalogue, n))
        raise fail(f"`{parent}` is only words to build on; start from one of {known}")
    year = _year(loaded, year)
    start, found = _start(catalogue, loaded, name, year, lang)
    files = _texts(start, found)
    try:
        for path, text in files.items():
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            with (target / path).open("x", encoding="utf-8") as file:
                file.write(text)
    except OSError as error:
        said = f"`{target}` cannot be written: {error.strerror}; name another folder with `--in`"
        raise fail(said) from None
    _tell(target, files, lang, form)


def _in_force(catalogue: Catalogue, name: str) -> bool:
    return not catalogue.load(name).document.abstract


def _year(parent: Policy, given: int | None) -> int:
    """The year that was given, else this one, or the next to it in which the parent is in force."""
    effective, year = parent.document.effective, given or today().year
    if effective is not None and effective.from_.year >= year:
        year = effective.from_.year + 1
    if effective is not None and effective.until is not None and effective.until.year <= year:
        year = max(effective.from_.year + 1, effective.until.year - 1)
    if given is not None and year != given:
        raise fail(f"`{parent.name}` is not in force all through {given}; take {year}")
    return year


def _start(
    catalogue: Catalogue, parent: Policy, name: str, year: int, lang: Lang
) -> tuple[Start, Beginning]:
    """What the files are made of."""
    clause = _clause(name, frozenset(catalogue.register(parent.name)))
    pin, examples = catalogue.pin(parent.name), usual_changes(parent, clause)
    start = Start(name, parent.name, pin, year, clause, lang.value, examples)
    return start, beginning(catalogue, parent.name, year, lang)


def _clause(name: str, taken: frozenset[str]) -> str:
    """An id for the first clause that no ancestor has."""
    letters = "".join(letter for letter in name.upper() if letter.isalpha())
    prefixes = (letters[:length] for length in range(2, len(letters) + 1))
    used = {clause.partition("-")[0] for clause in taken}
    return f"{next((p for p in prefixes if p not in used), 'OWN')}-01"


def _texts(start: Start, found: Beginning) -> dict[str, str]:
    """Each file of the folder, by its path in it."""
    then = {"track": found.track, "state": found.state}
    alone = {"directory": "sample", "cycle": str(start.year), "promisor": found.promisor}
    given = {"story": "begun"} if found.steps else alone
    stories = (
        {"scenarios/stories.yaml": story_text(start, found.promisor, found.steps)}
        if found.steps
        else {}
    )
    return {
        POLICY_FILE: policy_text(start),
        REGISTER_FILE: register_text(start),
        SCHEMA_FILE: schema_text(json_schema()),
        "scenarios/directories/sample.yaml": directory_text(found.directory),
        **stories,
        "scenarios/first.yaml": scenario_text(start, given, then),
    }


def _tell(target: Path, files: dict[str, str], lang: Lang, form: Format) -> None:
    place = shown(target)
    following = [f"pledgeflow {word} {place}" for word in ("check", "test", "show --deviations")]
    if form is Format.JSON:
        print_json({"folder": str(target), "files": list(files), "next": following})
        return
    made = lang.pick(f"已建立 {place}：", f"made {place}:")
    then = lang.pick("接下来：修改其中的文件，随时运行", "next: edit the files, and run as you go")
    lines = [made, *(f"  {path}" for path in files), then, *(f"  {each}" for each in following)]
    typer.echo("\n".join(lines))
