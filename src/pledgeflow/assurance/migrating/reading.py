"""From the file of a map to a migration, held against both policies: every mistake with its line."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pledgeflow.assurance.backtesting.naming import Told
from pledgeflow.assurance.checking import checked, nearest, opened
from pledgeflow.assurance.migrating.mapping import OTHERS, SAME, DeemedRules, MapFile
from pledgeflow.domain.values import Text
from pledgeflow.errors import InvalidCommandError, PolicyError, Problem
from pledgeflow.policy.compiled.rules import Policy, Ruleset
from pledgeflow.policy.files.marks import Path as Place
from pledgeflow.policy.files.marks import refuse
from pledgeflow.policy.files.reading import Source
from pledgeflow.policy.judging.intake import intake
from pledgeflow.service.migrating import Deeming, Migration


@dataclass(frozen=True, slots=True)
class Between:
    """The two policies of a map. source: none where nothing is under another one any more, and
    what it knew cannot be told; clauses: of the register of the one gone over to
    """

    source: Policy | None
    to: Policy
    clauses: Collection[str] = ()


def _tracks(policy: Policy) -> set[str]:
    return set(policy.tracks)


def _commands(policy: Policy) -> set[str]:
    return {name for track in policy.tracks.values() for name in track.commands}


def _tiers(policy: Policy) -> set[str]:
    graded = (t.evaluation for t in policy.tracks.values() if t.evaluation is not None)
    return {name for evaluation in graded for name in evaluation.tiers}


def _states(tracks: Iterable[Ruleset], lifecycle: str) -> set[str]:
    """Every state of a lifecycle, in whichever track."""
    there = (t.lifecycles[lifecycle] for t in tracks if lifecycle in t.lifecycles)
    return {state for rules in there for state in rules.states}


def read_map(path: Path) -> tuple[MapFile, Source]:
    """A map as it is written. Raises PolicyError with every mistake in its form."""
    source = opened(path, "mapping")
    problems: list[Problem] = []
    found = checked(MapFile, source, problems)
    refuse(problems)
    if found is None:
        raise PolicyError((source.marks.mark.problem("this is no map; write one"),))
    return found, source


def told(written: MapFile) -> Told:
    """What a map says that things are called, for whoever only compares."""
    return Told(
        written.commands,
        {
            f"{lifecycle}/{name}": to
            for lifecycle, pairs in written.states.items()
            for name, to in pairs.items()
            if to != SAME
        },
    )


def migration(
    written: MapFile, source: Source, between: Between, *, today: date | None = None
) -> Migration:
    """The migration that a map says. Raises PolicyError for all that neither policy knows."""
    reader = _Reader(written, source, between)
    found = reader.migration(today)
    refuse(reader.problems)
    return found


@dataclass(slots=True)
class _Reader:
    written: MapFile
    source: Source
    between: Between
    problems: list[Problem] = field(default_factory=list)

    def migration(self, today: date | None) -> Migration:
        """What is written, as far as it can be."""
        written, old, new = self.written, self.between.source, self.between.to
        self._check_policies()
        for word, what, pairs, known in (
            ("tracks", "track", written.tracks, _tracks),
            ("commands", "command", written.commands, _commands),
            ("tiers", "tier", written.tiers, _tiers),
        ):
            here = known(old) if old is not None else set(pairs)
            self._check(word, what, pairs, (here, known(new)))
        states = dict(self._states())
        roots = {s for t in self._old for s in t.lifecycles[t.root].states} or set(self._named())
        for name in written.old_rules.finish:
            if name not in roots:
                self._say(("old_rules", "finish", name), nearest("state", name, roots))
        since = written.new_rules.from_ if written.new_rules is not None else today
        if since is None:
            self._say((), "`new_rules` is missing; say from which day they hold, as in `from: …`")
        return Migration(
            new,
            since or date.max,
            written.old_rules.every,
            frozenset(written.old_rules.finish),
            written.tracks,
            states,
            written.commands,
            written.tiers,
            tuple(self._deemed(roots)),
        )

    @property
    def _old(self) -> tuple[Ruleset, ...]:
        source = self.between.source
        return tuple(source.tracks.values()) if source is not None else ()

    def _named(self) -> Iterator[str]:
        """Every state that the map says anything of."""
        yield from self.written.old_rules.finish
        yield from (state for rules in self.written.deemed.values() for state in rules.in_)

    def _check_policies(self) -> None:
        named = (
            ("from", self.written.from_, self.between.source),
            ("to", self.written.to, self.between.to),
        )
        for word, said, policy in named:
            if said is not None and policy is not None and said != policy.name:
                self._say((word,), f"this map is for `{said}`, and the policy is `{policy.name}`")

    def _check(
        self, word: str, what: str, pairs: Mapping[str, str], known: tuple[set[str], set[str]]
    ) -> None:
        for name, to in pairs.items():
            for each, there in zip((name, to), known, strict=True):
                if each not in there:
                    self._say((word, name), nearest(what, each, there))

    def _states(self) -> Iterator[tuple[str, Mapping[str, str]]]:
        old, new = self._old, tuple(self.between.to.tracks.values())
        for lifecycle, pairs in self.written.states.items():
            known = _states(old, lifecycle) if old else set(pairs) - {OTHERS}
            there = _states(new, lifecycle)
            if old and not known:
                here = {name for track in old for name in track.lifecycles}
                self._say(("states", lifecycle), nearest("lifecycle", lifecycle, here))
                continue
            found: dict[str, str] = {}
            for name, said in pairs.items():
                if name == OTHERS and name not in known:
                    if said != SAME:
                        self._say(("states", lifecycle, name), f"`{OTHERS}` can only be `{SAME}`")
                    continue
                to = name if said == SAME and said not in there else said
                if name not in known:
                    self._say(("states", lifecycle, name), nearest("state", name, known))
                elif to not in there:
                    self._say(("states", lifecycle, name), nearest("state", to, there))
                found[name] = to
            if OTHERS in pairs and OTHERS not in found:
                found = {**{name: name for name in known & there}, **found}
            yield lifecycle, found

    def _deemed(self, roots: Iterable[str]) -> Iterator[Deeming]:
        for name, rules in self.written.deemed.items():
            found = self._deeming(("deemed", name), rules, set(roots))
            if found is not None:
                yield found

    def _deeming(self, place: Place, rules: DeemedRules, roots: set[str]) -> Deeming | None:
        to = self.between.to
        for state in rules.in_:
            if state not in roots:
                self._say((*place, "in"), nearest("state", state, roots))
        for clause in rules.cite:
            if clause not in self.between.clauses:
                self._say((*place, "cite"), nearest("clause", clause, self.between.clauses))
        if not rules.cite and rules.assumed is None:
            self._say(place, "say on what this rests: `cite` a clause, or write what is `assumed`")
        track = next((t for t in to.tracks.values() if rules.command in t.commands), None)
        if track is None:
            known = _commands(to)
            self._say((*place, "command"), nearest("command", rules.command, known))
            return None
        named = track.commands[rules.command]
        try:
            fields = intake(track, rules.command, rules.fields, _unsealed)
        except InvalidCommandError as error:
            for problem in error.problems:
                self._say((*place, "fields"), problem)
            return None
        except _WordsError:
            self._say(
                (*place, "fields"), "nobody has said these words; leave out what is free text"
            )
            return None
        ground = rules.cite[0] if rules.cite else "assumed"
        return Deeming(rules.command, named.means, frozenset(rules.in_), rules.on, fields, ground)

    def _say(self, place: Place, message: str) -> None:
        where = ".".join(map(str, place))
        said = f"{where}: {message}" if where else message
        self.problems.append(self.source.marks.at(place).problem(said))


class _WordsError(Exception):
    """Free text in a map: it would have to be sealed, and be somebody's."""


def _unsealed(_: str) -> Text:
    raise _WordsError
