"""Whether every name leads somewhere: commands, roles, fields, stages, tiers, outcomes."""

from __future__ import annotations

from collections.abc import Iterator

from pledgeflow.domain.commands import OTHERS, PLEDGE
from pledgeflow.domain.meanings import Means
from pledgeflow.policy.checks.finding import Finding, Place, Surface, undeclared, unknown
from pledgeflow.policy.checks.grading import method_findings
from pledgeflow.policy.compiled.roles import PROMISOR, REACTION
from pledgeflow.policy.compiled.surroundings import fires
from pledgeflow.policy.language.lifecycles import Transition
from pledgeflow.policy.language.people import Role
from pledgeflow.policy.language.schema import Document
from pledgeflow.policy.language.steps import FIELD_TYPES, CommandField, CommandRules
from pledgeflow.policy.language.tracks import Track

JUDGING = frozenset(
    {
        Means.APPROVAL,
        Means.RETURN,
        Means.OBJECTIVE,
        Means.STRIKE_OFF,
        Means.ATTESTATION,
        Means.GRADE,
        Means.AUDIT,
        Means.RECTIFICATION_ORDER,
        Means.RECTIFICATION_CLOSURE,
    }
)
"""Steps that judge a pledge: somebody outside the own organization must be able to take them."""


def document_references(document: Document) -> Iterator[Finding]:
    """Names in what holds for all tracks."""
    if document.abstract:
        return
    if not document.tracks:
        yield ("tracks",), "a policy needs at least one track; say whose pledges it is for"
    for taken in sorted(document.venues.keys() & set(OTHERS)):
        yield ("venues", taken), f"`{taken}` has a meaning of its own; call the venue otherwise"
    for name, answers in document.responsible.items():
        yield from unknown(("responsible", name, "roles"), "role", answers.roles, document.roles)
    for name, track in document.tracks.items():
        place = ("tracks", name)
        if track.like is not None:
            yield from unknown((*place, "like"), "track", (track.like,), document.tracks)
        if (track.match.person is None) is (track.match.organization is None):
            yield (*place, "match"), "say either `person:` or `organization:` with kinds"
        if track.aggregate != PLEDGE:
            yield from _apart(place, track)
        elif track.match.organization is not None and not track.represented_by:
            yield place, "say under `represented_by:` which posts act for the organization"
        for key in ("person", "organization"):
            kinds = getattr(track.match, key) or {}
            yield from undeclared((*place, "match", key), "kind", kinds, document.kinds)
        yield from undeclared(
            (*place, "represented_by"), "post", track.represented_by, document.posts
        )
        venue = (track.match.venue,) if track.match.venue else ()
        yield from unknown((*place, "match", "venue"), "venue", venue, document.venues)


def _apart(place: Place, track: Track) -> Iterator[Finding]:
    """What is no pledge belongs to an organization, at no venue."""
    if track.match.organization is None or track.match.venue:
        yield (
            (*place, "match"),
            f"a {track.aggregate} is an organization's: say `organization:` with kinds, no `venue:`",
        )
    if track.called is not None and track.aggregate != "selection":
        yield (*place, "called"), "only selections are told apart by what they are called"


def _role(place: Place, role: Role, surface: Surface) -> Iterator[Finding]:
    roles, document = surface.rules.roles, surface.document
    yield from undeclared((*place, "chaired_by"), "post", role.chaired_by, document.posts)
    if role.otherwise is not None:
        yield from unknown((*place, "otherwise"), "role", (role.otherwise,), roles)
    if (role.person is None) is (role.organization is None):
        yield place, "say either `person:` or `organization:`"
    if role.organization is not None:
        where = role.organization
        if (where.at is None) is (where.above is None):
            yield (
                (*place, "organization"),
                "say `at: own`, `at: superior`, or a `kind:` `above: own`",
            )
        if not role.chaired_by:
            yield place, "say under `chaired_by:` which posts act for the body"
    if role.organization is not None and role.organization.kind is not None:
        kind = (role.organization.kind,)
        yield from undeclared((*place, "organization", "kind"), "kind", kind, document.kinds)
    if role.person is not None:
        yield from undeclared(
            (*place, "person", "kinds"), "kind", role.person.kinds, document.kinds
        )
        yield from undeclared((*place, "person", "post"), "post", role.person.post, document.posts)
        bodies = {n for n, r in roles.items() if r.organization is not None}
        for key in ("of", "member_of"):
            named = getattr(role.person, key)
            known = bodies | {"own", "superior"}
            yield from unknown((*place, "person", key), "body", (named,) if named else (), known)
        if not (role.person.post or role.person.member_of or role.person.relation):
            yield (*place, "person"), "say a `post:`, `member_of:` or a `relation:`"


def rule_references(surface: Surface) -> Iterator[Finding]:
    """Names in a track's rules."""
    for name, role in surface.rules.roles.items():
        yield from _role(("roles", name), role, surface)
    for name, command in surface.rules.commands.items():
        yield from _fields(("commands", name), command, surface)
    for place, _, transition in surface.transitions():
        yield from _transition(place, transition, surface)
    yield from _evaluation(surface)
    for name, outcome in surface.rules.outcomes.items():
        place = ("outcomes", name)
        tiers = surface.rules.evaluation.tiers if surface.rules.evaluation else {}
        yield from unknown((*place, "when", "tier"), "tier", outcome.when.tier, tiers)
        yield from unknown((*place, "when", "state"), "state", outcome.when.state, surface.states)
        for key in ("when", "calls_for"):
            named = outcome.when.command if key == "when" else tuple(outcome.calls_for)
            taken = surface.given
            yield from unknown((*place, key), "command that somebody can give", named, taken)
        for lifecycle, states in outcome.when.items.items():
            where = (*place, "when", "items", lifecycle)
            yield from unknown(where, "lifecycle", (lifecycle,), surface.rules.lifecycles)
            yield from unknown(where, "state", states, surface.book.states(lifecycle))


def _fields(place: Place, command: CommandRules, surface: Surface) -> Iterator[Finding]:
    lifecycles = surface.rules.lifecycles
    pointers = [name for name, spec in command.fields.items() if spec.type in lifecycles]
    if len(pointers) > 1:
        yield (*place, "fields", pointers[1]), "a command names one item at most"
    yield from _filing(place, command)
    for name, spec in command.fields.items():
        where = (*place, "fields", name)
        yield from unknown(where, "field type", (spec.type,), (*FIELD_TYPES, *lifecycles))
        if spec.of is not None:
            yield from _counted((*where, "of"), spec, surface)
        yield from _number(where, spec, command)
        if spec.type in ("choice", "choices", "checklist") and not spec.choices and not spec.open:
            yield where, "list its values under `choices:`, or say `open: true`"


def _number(place: Place, spec: CommandField, command: CommandRules) -> Iterator[Finding]:
    """What a whole number is held against is a whole number too, and is given."""
    for key in ("at_least", "part_of"):
        if getattr(spec, key) is not None and spec.type != "integer":
            yield (*place, key), f"only an `integer` is held against that; take `{key}` out"
    if spec.part_of is None:
        return
    where, of = (*place, "part_of"), command.fields.get(spec.part_of)
    others = [
        n for n, other in command.fields.items() if other.type == "integer" and n != place[-1]
    ]
    yield from unknown(where, "other field with a whole number", (spec.part_of,), others)
    if of is not None and not of.required:
        yield where, f"without `{spec.part_of}` nothing is known of its parts; let it be required"


def _filing(place: Place, command: CommandRules) -> Iterator[Finding]:
    """Which policy is filed, and from which day it holds, can be told."""
    policies = [name for name, spec in command.fields.items() if spec.type == "policy"]
    days = [name for name, spec in command.fields.items() if spec.type == "date"]
    if len(policies) > 1:
        yield (*place, "fields", policies[1]), "a command names one policy at most"
    if policies and len(days) > 1:
        yield (
            (*place, "fields", days[1]),
            f"beside `{policies[0]}`, name one day only: the one from which the policy holds",
        )


def _counted(place: Place, spec: CommandField, surface: Surface) -> Iterator[Finding]:
    """Whose items get the votes of a tally."""
    items = [name for name, lifecycle in surface.rules.lifecycles.items() if lifecycle.of]
    yield from unknown(place, "lifecycle of items", (spec.of,) if spec.of else (), items)
    if spec.type != "tally":
        yield place, "only a `tally` counts votes for items; take `of` out"


def _transition(place: Place, transition: Transition, surface: Surface) -> Iterator[Finding]:
    rules, document = surface.rules, surface.document
    lifecycle, name = place[1], place[3]
    if transition.by is not None:
        command = fires(name, transition)
        yield from unknown(place, "command", (command,), rules.commands)
        roles = (*transition.by.any_of, *transition.by.all_of)
        yield from unknown((*place, "by"), "role", roles, surface.roles)
        declared = rules.commands.get(command)
        points = {spec.type for spec in declared.fields.values()} if declared else set()
        if declared is not None and rules.lifecycles[lifecycle].of and lifecycle not in points:
            yield (
                place,
                f"give `{command}` a field of type `{lifecycle}`, to say which one it is about",
            )
        if declared is not None and declared.means in JUDGING:
            yield from _ends_outside(place, roles, surface)
            if PROMISOR in roles and not (transition.by.all_of and len(roles) > 1):
                yield (
                    (*place, "by"),
                    (f"`{command}` judges a pledge, and nobody judges the own; name another role"),
                )
    stages = document.cycle.stages if document.cycle else {}
    for stage in (transition.stage, transition.after.stage if transition.after else None):
        yield from unknown((*place, "stage"), "stage", (stage,) if stage else (), stages)
    for above, states in transition.while_.items():
        where = (*place, "while", above)
        yield from unknown(where, "lifecycle", (above,), rules.lifecycles)
        yield from unknown(where, "state", states, surface.book.states(above))
    for key in ("adds", "amends"):
        target = getattr(transition, key)
        if target is not None:
            yield from unknown((*place, key), "lifecycle", (target,), rules.lifecycles)
    added = rules.lifecycles.get(transition.adds or "")
    if added is not None and lifecycle not in added.of:
        message = f"`{transition.adds}` is not of `{lifecycle}`; name that under its `of:` too"
        yield (*place, "adds"), message


def _ends_outside(place: Place, roles: tuple[str, ...], surface: Surface) -> Iterator[Finding]:
    """A judge's chain of substitutes ends outside the own organization, so that nobody is stuck."""
    for name in roles:
        last, seen = name, [name]
        while (role := surface.rules.roles.get(last)) and role.otherwise not in (None, *seen):
            last = str(role.otherwise)
            seen.append(last)
        if name not in (PROMISOR, REACTION) and role is not None and not _outside(role, surface):
            yield (
                (*place, "by"),
                f"`{name}` judges here, and who steps in for it ends with `{last}` inside the own "
                "organization; give that an `otherwise:` above it",
            )


def _outside(role: Role, surface: Surface) -> bool:
    if role.organization is not None:
        return role.organization.at != "own"
    where = role.person.of or role.person.member_of if role.person is not None else None
    body = surface.rules.roles.get(where) if where is not None else None
    return where == "superior" or (body is not None and _outside(body, surface))


def _evaluation(surface: Surface) -> Iterator[Finding]:
    evaluation = surface.rules.evaluation
    if evaluation is None:
        return
    taken = surface.given
    what = "command that somebody can give"
    yield from unknown(("evaluation", "order"), what, evaluation.order, taken)
    grade = evaluation.grade
    if grade is None:
        if evaluation.tiers:
            yield (
                ("evaluation", "tiers"),
                "nothing produces these tiers; say under `grade:` what does",
            )
        return
    confirming = (grade.confirmed_by,) if grade.confirmed_by else ()
    yield from unknown(("evaluation", "grade"), what, (grade.command, *confirming), taken)
    command = surface.rules.commands.get(grade.command)
    spec = command.fields.get(grade.field) if command else None
    if grade.method is not None:
        yield from method_findings(grade.method, grade, tuple(evaluation.tiers), surface)
    elif command is not None and (spec is None or spec.type != "tier"):
        yield (
            ("evaluation", "grade"),
            f"give `{grade.command}` a field `{grade.field}` of type `tier`",
        )
    if not evaluation.tiers:
        yield ("evaluation",), "a grade needs `tiers:`"
