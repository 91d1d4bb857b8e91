"""The way that a remedy names can still be gone: it does not need what lies behind."""

import pytest

from tests.tiny import FRI, MON, TUE, Desk, loaded, tiny

STATES = "      closed: {zh: 关, en: closed}\n"
SUBMIT = "        dest: closed\n        by: promisor\n        guards: {}\n        cite: T-2\n"
WAYS = """\
        dest: kept
        by: promisor
        cite: T-2
      print:
        source: kept
        dest: printed
        by: promisor
        guards: {on_paper: {is: preceded_by, command: submit, saying: {form: paper}, cite: T-1}}
        cite: T-1
      tell:
        source: kept
        dest: told
        by: promisor
        guards:
          orally: {is: preceded_by, command: submit, saying: {form: oral}, cite: T-1}
          ready: {is: preceded_by, command: note, cite: T-1}
        cite: T-3
      show: {source: [printed, told], dest: closed, by: promisor, cite: T-2}
"""
COMMANDS = "\n".join(
    f"  {name}: {{means: record, label: {{zh: 步, en: {name}}}}}"
    for name in ("print", "tell", "show")
)
POLICY = tiny(
    (
        STATES,
        STATES + "".join(f"      {s}: {{zh: 态, en: {s}}}\n" for s in ("kept", "printed", "told")),
    ),
    (SUBMIT, WAYS),
    ("  do:\n", f"{COMMANDS}\n  do:\n"),
    (
        "label: {zh: 交, en: submit}\n    fields: {}",
        "label: {zh: 交, en: submit}\n    fields: {form: {type: choice, open: true}}",
    ),
)


@pytest.mark.parametrize(
    ("form", "commands", "clauses"),
    [
        ("paper", ["print"], ("T-1",)),
        ("oral", ["note", "tell"], ("T-3",)),
        ("neither", ["submit", "print"], ("T-1",)),
    ],
)
def test_of_two_ways_the_one_that_is_still_open_is_named(
    form: str, commands: list[str], clauses: tuple[str, ...]
) -> None:
    desk = Desk(loaded(POLICY))
    desk.do("submit", MON, form=form)
    (why,) = desk.why("show", TUE)
    assert why.code == "wrong_state"
    assert [step.command for step in why.remedy] == commands
    assert why.clauses == clauses


def test_what_is_still_ahead_bars_no_way() -> None:
    desk = Desk(loaded(POLICY))
    (why,) = desk.why("show", FRI)
    assert [step.command for step in why.remedy][:2] == ["submit", "print"]
