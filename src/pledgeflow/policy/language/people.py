"""Who acts: people by what the directory says of them, and bodies by who chairs them."""

from __future__ import annotations

from typing import Literal

from pledgeflow.policy.words import (
    Grounded,
    Ident,
    Idents,
    Label,
    Model,
    RoleId,
    Words,
)


class PersonIs(Model):
    """People by post, by membership or by relation. of / member_of / to: where.

    kinds: what the directory has to call them besides, and what not
    """

    post: Idents = ()
    of: Words | None = None
    member_of: Words | None = None
    relation: Ident | None = None
    to: Literal["promisor", "own"] | None = None
    kinds: dict[Ident, bool] = {}


class OrganizationIs(Model):
    """A body: the own organization, the one above it, or the nearest of a kind above it."""

    at: Literal["own", "superior"] | None = None
    kind: Ident | None = None
    above: Literal["own"] | None = None


class Role(Grounded):
    """Who acts. For a body its chair does; otherwise: who steps in if the post is vacant or recused."""

    label: Label
    person: PersonIs | None = None
    organization: OrganizationIs | None = None
    chaired_by: Idents = ()
    otherwise: RoleId | None = None
