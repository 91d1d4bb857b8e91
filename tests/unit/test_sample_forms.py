"""The forms of the sample year: what is a part of something is no more than that."""

from random import Random

import pytest

from pledgeflow.demo.filling import Form
from pledgeflow.demo.temper import DILIGENT, FAILING, Temper
from tests.tiny import FRI, MON, Desk, loaded, tiny

GIVEN = "label: {zh: 交, en: submit}\n    fields: {}"
ITEM = "item: {type: commitment, required: false}"
PARTS = f"{{came: integer, ayes: {{type: integer, part_of: came}}, {ITEM}}}"
DESK = Desk(loaded(tiny((GIVEN, GIVEN.replace("{}", PARTS)))))


def form(temper: Temper, seed: int) -> Form:
    return Form(DESK.policy.tracks["member"], DESK.state, temper, MON, FRI, "en", Random(seed))


@pytest.mark.parametrize("temper", [DILIGENT, FAILING])
def test_a_part_is_never_more_than_its_whole(temper: Temper) -> None:
    submit = DESK.policy.tracks["member"].commands["submit"]
    for seed in range(40):
        said = form(temper, seed).filled(submit, "pledge")
        came, ayes = said["came"], said["ayes"]
        assert isinstance(came, int)
        assert isinstance(ayes, int)
        assert 0 <= ayes <= came
    assert form(temper, 1).filled(submit, "pledge", {"ayes": 3})["ayes"] == 3


def test_what_has_to_be_said_and_cannot_be_made_up_stays_blank() -> None:
    submit = DESK.policy.tracks["member"].commands["submit"]
    assert form(DILIGENT, 1).blanks(submit, {"item": None, "came": 4, "other": None}) == {
        "item": None
    }
