"""Ballots on streams: a policy's rules around a box, and the result into the stream.

The box sees to it that everybody votes once; here it is judged who may hold a ballot, and whether
it counts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar
from unicodedata import normalize

from pledgeflow.ballots.box import BallotBox, Code, Credential, Voter
from pledgeflow.domain.balloting import BallotId, Count, Turnout
from pledgeflow.domain.commands import StreamId
from pledgeflow.errors import (
    BallotError,
    BallotOpenError,
    InvalidCommandError,
    Reason,
    RefusedError,
    Ruling,
    UnknownBallotError,
    Verdict,
)
from pledgeflow.policy.compiled.balloting import BallotRule
from pledgeflow.policy.judging.balloting import (
    Elected,
    against_closing,
    against_opening,
    elected,
    filled,
    reason_of,
    roll_of,
    terms_of,
    without_quorum,
)
from pledgeflow.policy.judging.ruling import refusal
from pledgeflow.policy.saying.wording import worded
from pledgeflow.service.casework import Case, Done, made
from pledgeflow.steps import Asked, Step, stream_id

LONGEST_NAME = 200
KEY = "ballot "
"""What the keys begin with under which results are recorded."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Closed:
    """What came of a ballot.

    votes: choice -> number; None, if too few voted for that to be told; elected: who got places;
    against: why it does not count, if it does not; done: what was recorded in the stream
    """

    turnout: Turnout
    votes: Mapping[str, int] | None
    elected: Elected
    against: Reason | None
    done: Done | None


class Office(Protocol):
    """What ballots need of the engine."""

    def case(self, stream: StreamId, on: date) -> Case:
        """A stream as it stands, on a day."""

    def may(self, case: Case, asked: Asked) -> Verdict:
        """Whether somebody may take a step, as far as that does not hang on what it says."""

    def record(self, stream: StreamId, asked: Asked, key: str) -> Done:
        """Take a step, once."""

    def has_recorded(self, stream: StreamId, key: str) -> bool:
        """Whether a step was taken under that key."""


@dataclass(frozen=True, slots=True)
class Ballots:
    """The ballots of all streams, in one box. clock: today's date, for acts that name no day.

    Whoever may record a ballot's result may open it, hand out codes, enter paper and close it: a
    `step` is that command without its name, with `actor`, `capacity` and perhaps `on`.
    """

    box: BallotBox
    office: Office
    clock: Callable[[], date]

    def open(
        self, stream: StreamId | str, ballot: str, step: Step, *, voters: Collection[str] = ()
    ) -> Turnout:
        """Begin a ballot for whoever may vote on that day. voters: the list, where there is one.

        Raises RefusedError where the policy knows no such ballot, its command could not be given,
        one is open, nobody could vote or the quorum not be reached.
        """
        seat = self._seat(stream, ballot, step)
        case, rule = seat.case, seat.rule
        listed = _listed(rule, voters)
        before = self.box.latest(seat.stream, ballot)
        if before is not None and self.box.turnout(before).closed_on is None:
            raise seat.refused(reason_of(rule, BallotOpenError(str(before))))
        self._check_may(seat)
        everybody = case.directory.members(seat.stream.jurisdiction, "", seat.asked.on)
        roll = roll_of(case.rules, rule, case.state, everybody, listed)
        terms = terms_of(case.rules, rule, case.state)
        against = tuple(against_opening(rule, terms, roll))
        if against:
            raise seat.refused(*against)
        new = BallotId(seat.stream, ballot, before.round + 1 if before is not None else 1)
        seat.told(lambda: self.box.open(new, terms, roll, on=seat.asked.on))
        return self.box.turnout(new)

    def issue_codes(
        self, stream: StreamId | str, ballot: str, step: Step, voters: Collection[str] | None = None
    ) -> Mapping[str, str]:
        """A one-time code for each voter, or for some; told this once. Older ones are void."""
        seat = self._seat(stream, ballot, step)
        self._check_may(seat)
        last = self._last(seat)
        some = voters if voters is not None else tuple(self.box.roll(last))
        _check_texts("voters", some)
        return seat.told(lambda: self.box.issue_codes(last, some))

    def cast(
        self,
        stream: StreamId | str,
        ballot: str,
        marks: Sequence[str],
        *,
        voter: str | None = None,
        code: str | None = None,
    ) -> None:
        """Count a vote: of a voter whom the host has identified, or of whoever has a code.

        Raises RefusedError for who may not vote, who has voted, or what cannot be marked.
        """
        if (voter is None) is (code is None):
            raise InvalidCommandError("?", ("say who votes: either `voter` or `code`",))
        _check_texts("marks", marks)
        by: Credential = Voter(voter) if voter is not None else Code(code or "")
        wanted = stream_id(stream)
        last = self.box.latest(wanted, ballot)
        try:
            if last is None:
                raise UnknownBallotError(f"{wanted}:{ballot}")
            self.box.cast(last, by, tuple(marks))
        except BallotError as error:
            # only a refusal needs the policy's words, and the directory with them
            seat = self._look(wanted, ballot)
            raise seat.refused(reason_of(seat.rule, error)) from None

    def enter_paper(
        self,
        stream: StreamId | str,
        ballot: str,
        step: Step,
        *,
        votes: Mapping[str, int],
        voters: Collection[str],
    ) -> None:
        """Count what was voted on paper. votes: choice -> number; voters: who put a paper in.

        All of it or nothing: refused where one of them has voted already, and where there are more
        votes than those voters can have cast.
        """
        seat = self._seat(stream, ballot, step)
        self._check_may(seat)
        if any(type(number) is not int for number in votes.values()):
            raise InvalidCommandError("?", ("`votes` has to be a whole number for each choice",))
        _check_texts("voters", voters)
        last = self._last(seat)
        seat.told(lambda: self.box.enter_paper(last, votes, voters))

    def turnout(self, stream: StreamId | str, ballot: str) -> Turnout:
        """How many may vote, and how many have."""
        return self.box.turnout(self._last(self._look(stream, ballot)))

    def roll(self, stream: StreamId | str, ballot: str) -> Mapping[str, bool]:
        """Who may vote, and whether they have: what whoever hands out papers has to see."""
        return self.box.roll(self._last(self._look(stream, ballot)))

    def held(self, stream: StreamId | str) -> tuple[Turnout, ...]:
        """Every ballot of a stream, by name and round."""
        return self.box.held(stream_id(stream))

    def is_recorded(self, turnout: Turnout) -> bool:
        """Whether the result of a ballot has come into its stream."""
        ballot = turnout.ballot
        return self.office.has_recorded(ballot.stream, _key(ballot))

    def close(self, stream: StreamId | str, ballot: str, step: Step) -> Closed:
        """End a ballot, and record what was counted in the stream, if it counts.

        The step may say more fields of the command. Given again, it records what a crash or a
        refusal has left unrecorded, and nothing twice. Raises RefusedError, before closing, where
        it is too early or the actor may not; after it, where the actor is not one who may, or the
        policy refuses the result.
        """
        seat = self._seat(stream, ballot, step)
        last = self._last(seat)
        turnout = self.box.turnout(last)
        if turnout.closed_on is None:
            early = against_closing(seat.rule, turnout.opened_on, seat.asked.on)
            if early is not None:
                raise seat.refused(early)
            self._check_may(seat)
        else:
            self._check_entitled(seat)
        count = self.box.close(last, on=seat.asked.on)
        return self._recorded(seat, last, count)

    def check_not_by_hand(self, case: Case, command: str) -> None:
        """Raises RefusedError for a result that is typed while its ballot is open."""
        for rule in case.rules.ballots.values():
            last = self.box.latest(case.state.stream, rule.id)
            if last is None or rule.source.command != command:
                continue
            if self.box.turnout(last).closed_on is None:
                raise _refused(case, rule, reason_of(rule, BallotOpenError(str(last))))

    def _recorded(self, seat: _Seat, ballot: BallotId, count: Count) -> Closed:
        rule, few = seat.rule, seat.rule.source.small
        chosen = elected(rule, count.votes or {})
        against = without_quorum(rule, count.turnout)
        if against is not None:
            (against,) = worded(seat.case.policy, seat.case.state, refusal((against,))).reasons
        hidden = few is not None and count.turnout.voted < few.below
        votes, shown = (None, Elected()) if hidden else (count.votes, chosen)
        tally = seat.case.rules.commands[rule.source.command].required
        if against is not None or (count.votes is None and rule.tally in tally):
            return Closed(count.turnout, votes, shown, against, None)
        asked = seat.saying(filled(rule, count, chosen))
        done = self.office.record(seat.stream, asked, _key(ballot))
        return Closed(count.turnout, votes, shown, None, done)

    def _seat(self, stream: StreamId | str, ballot: str, step: Step) -> _Seat:
        """Where somebody holds a ballot. Raises what is wrong with who, when and what they say."""
        wanted = stream_id(stream)
        asked = Asked.of({**step, "do": ballot}, self.clock())
        case = self.office.case(wanted, asked.on)
        rule = _rule(case, ballot)
        seat = _Seat(wanted, case, rule, asked._replace(do=rule.source.command))
        fills = rule.source.fills
        own = {rule.tally, fills.turnout, fills.roll, fills.elected} & asked.fields.keys()
        if own:
            said = ", ".join(f"`{name}`" for name in sorted(filter(None, own)))
            raise InvalidCommandError(ballot, (f"the box says {said}; leave it out",))
        made(case, seat.asked)
        return seat

    def _look(self, stream: StreamId | str, ballot: str) -> _Seat:
        wanted, today = stream_id(stream), self.clock()
        case = self.office.case(wanted, today)
        rule = _rule(case, ballot)
        return _Seat(wanted, case, rule, Asked(rule.source.command, "", "", today, today, {}))

    def _last(self, seat: _Seat) -> BallotId:
        """The ballot that was opened last under that name."""
        last = self.box.latest(seat.stream, seat.rule.id)
        if last is None:
            missing = UnknownBallotError(f"{seat.stream}:{seat.rule.id}")
            raise seat.refused(reason_of(seat.rule, missing))
        return last

    def _check_may(self, seat: _Seat) -> None:
        verdict = self.office.may(seat.case, seat.asked)
        if not verdict.permitted:
            raise RefusedError(seat.asked.do, verdict)

    def _check_entitled(self, seat: _Seat) -> None:
        """Whoever asks for the result again is one who may record it, wherever the stream is now."""
        verdict = self.office.may(seat.case, seat.asked)
        if any(reason.ruling is Ruling.NOT_AUTHORIZED for reason in verdict.reasons):
            raise RefusedError(seat.asked.do, verdict)


@dataclass(frozen=True, slots=True)
class _Seat:
    """One ballot's chair: the stream as it stands, the ballot's rule, and what is asked."""

    stream: StreamId
    case: Case
    rule: BallotRule
    asked: Asked

    def refused(self, *reasons: Reason) -> RefusedError:
        """The refusal for these reasons, in words."""
        return _refused(self.case, self.rule, *reasons)

    def saying(self, fields: Mapping[str, object]) -> Asked:
        """The same step with these fields too."""
        return self.asked._replace(fields={**self.asked.fields, **fields})

    def told(self, act: Callable[[], T]) -> T:
        """What an act at the box gives; what the box refuses is refused by the ballot's clauses."""
        try:
            return act()
        except BallotError as error:
            # from None: what stood in the way is in the reason, and how somebody voted nowhere
            raise self.refused(reason_of(self.rule, error)) from None


def _key(ballot: BallotId) -> str:
    """What makes the result of a ballot be recorded once."""
    return f"{KEY}{ballot}"


def _refused(case: Case, rule: BallotRule, *reasons: Reason) -> RefusedError:
    verdict = worded(case.policy, case.state, refusal(reasons))
    return RefusedError(rule.source.command, verdict)


def _rule(case: Case, ballot: str) -> BallotRule:
    """The ballot of that name. Raises RefusedError, by the clause that took it out if one did."""
    found = case.rules.ballots.get(ballot)
    if found is not None:
        return found
    path = ("ballots", ballot)
    own = ("tracks", case.state.track, "rules", *path)
    taken = next((place for place in (own, path) if place in case.policy.absences), None)
    clauses = case.policy.absences.get(taken, ()) if taken is not None else ()
    rule = ".".join(taken or ("ballots",))
    named = {"command": ballot, "ballot": ballot}
    reason = Reason("silent", rule, clauses, named, ruling=Ruling.SILENT)
    raise RefusedError(ballot, worded(case.policy, case.state, refusal((reason,))))


def _listed(rule: BallotRule, voters: Collection[str]) -> tuple[str, ...]:
    """The list given at opening. Raises InvalidCommandError for one that is not provided for."""
    problems: list[str] = []
    if voters and not rule.source.voters.listed:
        problems.append("`voters`: this ballot takes no list; who may vote follows from the roles")
    if isinstance(voters, str) or not all(_speakable(voter) for voter in voters):
        problems.append(
            f"`voters` has to be a list of names of 1 to {LONGEST_NAME} characters, without blanks "
            "around them"
        )
    if problems:
        raise InvalidCommandError(rule.id, tuple(problems))
    return tuple(voters)


def _speakable(name: object) -> bool:
    if not (isinstance(name, str) and 0 < len(name) <= LONGEST_NAME and name.isprintable()):
        return False
    # Nobody is there twice because the same name was typed in two ways.
    return name == normalize("NFC", name).strip()


def _check_texts(name: str, given: Collection[str]) -> None:
    """Raises InvalidCommandError for what is no list of texts; one text is none either."""
    if isinstance(given, str) or not all(isinstance(each, str) for each in given):
        raise InvalidCommandError("?", (f"`{name}` has to be a list of names",))
