"""`document`: a page about a policy, for people."""

from __future__ import annotations

import typer

from pledgeflow.catalogue import Catalogue
from pledgeflow.cli.options import LangOption, PolicyArgument
from pledgeflow.exports.policy_page import known, policy_page


def document(name: PolicyArgument, *, lang: LangOption) -> None:
    """Print a page about a policy: its lifecycles, its clauses, what is assumed, what is due."""
    typer.echo(policy_page(known(Catalogue(), name), lang.value), nl=False)
