"""`differences`: a page about several policies, each against each."""

from __future__ import annotations

from typing import Annotated

import typer

from pledgeflow.assurance.exploring import Bounds
from pledgeflow.catalogue import Catalogue
from pledgeflow.cli.options import LangOption
from pledgeflow.cli.output import fail
from pledgeflow.cli.progress import counting
from pledgeflow.exports.differences_page import differences_page, found_of, pairs_of

DEFAULT = Bounds()
PAIRS = 150
"""Pairs of states a track, unless somebody says otherwise: it is said of very many tracks."""


def differences(
    names: Annotated[
        list[str],
        typer.Argument(metavar="NAME...", help="Policies, two or more.", show_default=False),
    ],
    *,
    lang: LangOption,
    bound: Annotated[
        int, typer.Option("--bound", min=1, metavar="N", help="So many pairs of states a track.")
    ] = PAIRS,
    items: Annotated[
        int, typer.Option("--items", min=1, max=9, metavar="N", help="Items of each kind, at most.")
    ] = DEFAULT.items,
) -> None:
    """Print a page about where policies differ, each against each."""
    if len(set(names)) < len(names) or len(names) < len(("one", "other")):
        raise fail("name two policies or more, each once")
    bounds = Bounds(bound, items, DEFAULT.months, DEFAULT.merges)
    with counting(lang.pick("正在比较", "comparing"), len(pairs_of(names))) as done:
        found = found_of(Catalogue(), names, bounds, done)
    typer.echo(differences_page(found, bounds, lang.value), nl=False)
