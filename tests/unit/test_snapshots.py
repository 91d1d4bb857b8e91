"""What is no snapshot of a state is told, whichever part of it is wrong."""

import json
from datetime import date
from typing import Any

import pytest

from pledgeflow.domain.codecs import Misfit, codec_of, row
from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.events import Cycle, Moved, Recorded
from pledgeflow.domain.snapshots import freeze, thaw
from pledgeflow.domain.states import Grade, Outcome, Passage, State, Subject
from pledgeflow.errors import StorageError

DAY = date(2025, 3, 31)
STREAM = StreamId("t", "2025", "an")
ACT = Recorded(2, "promise", "promise", "pledge", "an", "promisor", DAY, {"n": 1}, "p", "r")
STATE = State(
    STREAM,
    Cycle("2025", DAY),
    3,
    "member",
    "east",
    "p",
    "pledge",
    {"pledge": Subject("pledge", "pledge", "", (Passage("invited", DAY, 1),))},
    {"promise": (ACT,)},
    {2: (Moved(3, 2, "pledge", "invited", "promised", DAY, "p", "r"),)},
    {},
    Grade("good", True, DAY),
    {("o", "pledge", 1): Outcome("o", "pledge", 1, "", {"mend": DAY, "tell": None}, DAY, "r")},
)
SUBJECTS, RECORDS, EFFECTS, OUTCOMES = 6, 7, 8, 11


def test_a_state_is_what_it_was() -> None:
    assert thaw(STREAM, freeze(STATE)) == STATE


@pytest.mark.parametrize(
    ("part", "wrong"),
    [
        (0, ["2025", "2025-03-31"]),
        (1, "3"),
        (1, True),
        (SUBJECTS, []),
        (SUBJECTS, {"pledge": {}}),
        (SUBJECTS, {"pledge": ["pledge", "pledge", "", [["invited", "someday", 1]], {}, []]}),
        (RECORDS, {"promise": [["?"]]}),
        (RECORDS, {"promise": "none"}),
        (EFFECTS, {"two": []}),
        (EFFECTS, {"2": [["unheard of", []]]}),
        (EFFECTS, {"2": ["moved"]}),
        (OUTCOMES, [["o", "pledge"]]),
    ],
)
def test_a_part_that_is_wrong_is_told(part: int, wrong: Any) -> None:
    data = json.loads(freeze(STATE))
    data[part] = wrong
    with pytest.raises(StorageError, match="the snapshot of `t/2025/an` is damaged"):
        thaw(STREAM, json.dumps(data))


def test_where_something_does_not_fit_is_told() -> None:
    with pytest.raises(Misfit) as found:
        codec_of(tuple[Passage, ...]).write((Passage("a", DAY, 1), Passage("a", "b", 2)))  # type: ignore[arg-type]
    assert found.value.place == "1.on"
    with pytest.raises(Misfit):
        row(Passage).write(Grade("good", True, DAY))
    with pytest.raises(Misfit):
        codec_of(tuple[str, ...]).write(["no tuple"])


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", "[" * 100_000])
def test_what_is_no_snapshot_is_told(text: str) -> None:
    with pytest.raises(StorageError, match="the snapshot of `t/2025/an` is damaged"):
        thaw(STREAM, text)
