"""The register of clauses of a policy's document: what it orders, in short, and where that stands."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, ValidationError

from pledgeflow.errors import PolicyError
from pledgeflow.policy.files.marks import Layer
from pledgeflow.policy.words import Label, Model, Words


class ClauseValue(Model):
    """A figure or term a clause fixes. at: the rule path(s) where it stands; "silent": nowhere."""

    is_: Any = Field(alias="is")
    at: str | list[str] = ""

    @property
    def places(self) -> tuple[str, ...]:
        """The rule paths, one or several."""
        return (self.at,) if isinstance(self.at, str) else tuple(self.at)


class Clause(Model):
    """One clause: how binding it is, its gist in our own words, the values it fixes.

    partial: the part that no rule implements yet
    """

    force: Literal["must", "may", "principle", "context"]
    kind: Words
    gist: Label
    values: dict[str, ClauseValue] = {}
    partial: Label | None = None


class Titled(Model):
    """The document a register belongs to."""

    zh: Words
    en: Words
    issued: Words | None = None


class Register(Model):
    """All clauses of one document, by id."""

    document: Titled
    clauses: dict[str, Clause]


def read_register(source: Layer) -> Register:
    """The register in a file's tree. Raises PolicyError with every problem."""
    try:
        return Register.model_validate(source.tree)
    except ValidationError as error:
        raise PolicyError(
            tuple(
                source.marks.at(tuple(detail["loc"])).problem(
                    f"{'.'.join(map(str, detail['loc']))}: {detail['msg']}"
                )
                for detail in error.errors()
            )
        ) from None
