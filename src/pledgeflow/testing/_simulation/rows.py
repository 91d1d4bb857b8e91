"""A view turned back into the rows of a directory, so that a store can hold a test's town."""

from __future__ import annotations

from pledgeflow.domain.directory import (
    DirectoryData,
    MembershipRow,
    OrganizationRow,
    PersonRow,
    PostRow,
    RelationRow,
)
from pledgeflow.domain.people import View


def rows_of(view: View) -> DirectoryData:
    """A directory that always looks as it does in a view."""
    return DirectoryData.of(
        [PersonRow(person.id, kinds=person.kinds) for person in view.persons.values()],
        [
            OrganizationRow(o.id, o.kind, parent=o.parent, kinds=o.kinds)
            for o in view.organizations.values()
        ],
        memberships=[
            MembershipRow(person.id, home.organization, home.venue)
            for person in view.persons.values()
            for home in person.memberships
        ],
        posts=[
            PostRow(o.id, post, person)
            for o in view.organizations.values()
            for post, held in o.posts.items()
            for person in held
        ],
        relations=[
            RelationRow(relation, person, target)
            for (relation, target), held in view.relations.items()
            for person in held
        ],
    )
