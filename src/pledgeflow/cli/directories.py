"""`directory`: people and organizations put in place, and what in them no policy would know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from pledgeflow.catalogue import read_directory
from pledgeflow.cli.database import existing, place_in
from pledgeflow.cli.options import DbOption, Format, FormatOption, Lang, LangOption, today
from pledgeflow.cli.output import message, print_json
from pledgeflow.cli.output import show as put
from pledgeflow.domain.directory import DirectoryData
from pledgeflow.domain.people import WORK, View
from pledgeflow.policy.language.schema import Document
from pledgeflow.service import Engine

NEARLY = 0.75
WHAT = {"kind": ("类别", "kind"), "post": ("职务", "post"), "venue": ("场所", "venue")}


def directory(
    jurisdiction: Annotated[str, typer.Argument(metavar="JURISDICTION", show_default=False)],
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="All of them, in YAML.", show_default=False)
    ],
    lang: LangOption,
    db: DbOption = None,
    form: FormatOption = Format.TEXT,
) -> None:
    """Put people and organizations in place of those that a jurisdiction had.

    What changes in the course of a year is dated in the file: `from` and `until`.
    """
    people = read_directory(file)
    with existing(db) as engine:
        place_in(engine, jurisdiction)
        engine.put_directory(jurisdiction, people)
        view = people.view(today())
        if form is Format.JSON:
            print_json({"jurisdiction": jurisdiction, **counts(view)})
        else:
            put(Text(counted(view, lang)))
        doubts(engine, jurisdiction, people, lang)


def counts(view: View) -> dict[str, int]:
    """How many people and organizations there are on a day."""
    return {"people": len(view.persons), "organizations": len(view.organizations)}


def counted(view: View, lang: Lang) -> str:
    """The same in words."""
    found = counts(view)
    zh = f"名册：{found['people']}人，{found['organizations']}个组织"
    en = f"directory: {found['people']} people, {found['organizations']} organizations"
    return lang.pick(zh, en)


def doubts(engine: Engine, jurisdiction: str, people: DirectoryData, lang: Lang) -> None:
    """Say which words of a directory look like slips of the pen, under the policy last opened."""
    rows = engine.store.cycles(jurisdiction)
    if not rows:
        return
    last = max(rows, key=lambda row: row.starts)
    document = engine.policy(f"{jurisdiction}/{last.cycle}/-").document
    for what, name, near in _slips(people, document):
        zh = f"`{document.policy}` 没有{WHAT[what][0]} `{name}`；是否指 `{near}`"
        message(lang.pick(zh, f"`{document.policy}` knows no {what} `{name}`; perhaps `{near}`"))


def _slips(people: DirectoryData, document: Document) -> Iterator[tuple[str, str, str]]:
    kinds = [kind for person in people.people for kind in person.kinds]
    kinds += [kind for each in people.organizations for kind in (each.kind, *each.kinds)]
    posts = [row.post for row in people.posts]
    venues = [row.venue for row in people.memberships if row.venue != WORK]
    yield from _near("kind", kinds, document.kinds)
    yield from _near("post", posts, document.posts)
    yield from _near("venue", venues, document.venues)


def _near(what: str, said: Iterable[str], known: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """Words that are not known, but nearly; others may be meant for another policy."""
    possible = list(known)
    for name in sorted(set(said) - set(possible)):
        near = get_close_matches(name, possible, n=1, cutoff=NEARLY)
        if near:
            yield what, name, near[0]
