"""Events in a table: everything that happened has its day, also what only follows from an act."""

from io import StringIO

from rich.console import Console

from pledgeflow.cli.options import Lang
from pledgeflow.cli.telling import Teller, told
from pledgeflow.domain.events import Amended
from tests.tiny import FRI, MON, TUE, Desk, loaded, tiny


def test_a_change_has_the_day_of_the_act_behind_it() -> None:
    desk = Desk(loaded(tiny()))
    events = [*desk.do("propose", MON, title="x")]
    events += desk.do("revise", TUE, item="commitment/1", due=FRI)
    assert isinstance(events[-1], Amended)
    page = Console(file=StringIO(), width=200)
    page.print(told(events, Teller(desk.policy, "member", Lang.EN, {})))
    assert isinstance(page.file, StringIO)
    rows = [line.split() for line in page.file.getvalue().splitlines()]
    changed = next(row for row in rows if "~" in row)
    assert changed[1] == "2025-03-04"
    assert told([events[-1]], Teller(desk.policy, "member", Lang.EN, {})).row_count == 1
