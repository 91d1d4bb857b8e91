"""Looks through a whole jurisdiction for what is not as it was written. Beneath `auditing`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from itertools import chain

from pledgeflow.audit.beside import rules, words
from pledgeflow.audit.checkpoints import Checkpoint, Signed, leaf, stored
from pledgeflow.audit.findings import Finding, Report
from pledgeflow.audit.merkle import Growing, leaf_hash
from pledgeflow.audit.records import Records
from pledgeflow.audit.walking import walked
from pledgeflow.errors import AuditError


@dataclass(slots=True)
class Examining:
    """One look. keys: whose signatures count (none: of whichever key a checkpoint names)."""

    records: Records
    keys: frozenset[str]
    against: Signed | None
    events: int = 0
    streams: int = 0
    kept: int = 0

    def report(self) -> Report:
        """Everything that is found; raises AuditError where `against` is of no use."""
        self._check_against()
        findings = chain(
            self._of_streams(),
            self._of_file(),
            words(self.records.texts()),
            rules(self.records.policies()),
            self._of_checkpoints(),
        )
        found = tuple(findings)
        place = self.records.jurisdiction
        return Report(place, self.events, self.streams, self.kept, found)

    def _check_against(self) -> None:
        if self.against is None:
            return
        if self.against.checkpoint.jurisdiction != self.records.jurisdiction:
            raise AuditError(
                f"the checkpoint is of `{self.against.checkpoint.jurisdiction}`, "
                f"not of `{self.records.jurisdiction}`"
            )
        if not self._signed(self.against):
            raise AuditError("the checkpoint was not signed with this key; ask who gave it to you")

    def _of_streams(self) -> Iterator[Finding]:
        bad: set[str] = set()
        for walk in walked(self.records.events()):
            self.events += walk.version
            self.streams += 1
            if walk.bad is not None:
                bad.add(walk.bad.stream)
                yield walk.bad
        rest = (
            *((stream, 1, upto, 0) for stream, upto in self.records.empty()),
            *((stream, there + 1, upto, n) for stream, there, upto, n in self.records.behind()),
        )
        for stream, version, upto, number in rest:
            # Of each stream the first bad event, and of that what is said first.
            if str(stream) not in bad:
                bad.add(str(stream))
                yield Finding("missing", str(stream), version, upto, number)

    def _of_file(self) -> Iterator[Finding]:
        for table, stream, version in self.records.disagreeing():
            yield Finding("file", stream, version, version, of=table)

    def _of_checkpoints(self) -> Iterator[Finding]:
        wanted, before, last = 1, "", None
        for number, body, signature in self.records.checkpoints():
            self.kept += 1
            for gap in range(wanted, number):
                yield Finding("checkpoint_missing", checkpoint=gap)
            each = stored(self.records.jurisdiction, number, body, signature)
            if each is None:
                yield Finding("checkpoint_unreadable", checkpoint=number)
            else:
                last = each.checkpoint
                if not self._signed(each):
                    yield Finding("checkpoint_signature", checkpoint=number)
                if number == wanted and before not in ("?", last.previous):
                    yield Finding("checkpoint_order", checkpoint=number)
            before = each.checkpoint.digest if each is not None else "?"
            wanted = number + 1
        if last is not None:
            yield from self._of_root(last)
        if self.against is not None:
            yield from self._beside(self.against.checkpoint, last)

    def _beside(self, outside: Checkpoint, last: Checkpoint | None) -> Iterator[Finding]:
        """Against a checkpoint that somebody else holds; last: the last one that is kept here."""
        here = {number: (body, n) for number, body, n in self.records.checkpoints()}
        body, _ = here.get(outside.number, (None, None))
        if outside.number not in here:
            yield Finding("checkpoint_missing", checkpoint=outside.number)
        elif body != outside.body:
            yield Finding("checkpoint_other", checkpoint=outside.number)
        if last is None or last.body != outside.body:
            yield from self._of_root(outside)

    def _of_root(self, said: Checkpoint) -> Iterator[Finding]:
        if rooted(self.records, said.number) != (said.root, said.streams):
            yield Finding("checkpoint_root", checkpoint=said.number)

    def _signed(self, each: Signed) -> bool:
        said = each.checkpoint
        if self.keys and said.key not in self.keys:
            return False
        return bool(
            import_module("pledgeflow.audit.keys").holds(said.key, each.signature, said.body)
        )


def rooted(records: Records, number: int) -> tuple[str, int]:
    """The root of the tree of a checkpoint, and how many leaves it has."""
    tree = Growing()
    for each in records.leaves(number):
        tree.add(leaf_hash(leaf(each.stream, each.version, each.hash)))
    return tree.root().hex(), tree.size
