"""What an indicator counts, said in both languages from what it says itself."""

from __future__ import annotations

import re
from datetime import date

import pytest

from pledgeflow.policy.saying.counting import Explained, explained
from tests.strategies import CATALOGUE

SAMPLER = CATALOGUE.load("sampler")
DAY = date(2025, 7, 31)


def said(name: str, lang: str, **changes: object) -> Explained:
    rule = SAMPLER.document.indicators[name].model_copy(update=changes)
    return explained(SAMPLER, rule, DAY, lang)


@pytest.mark.parametrize(
    ("name", "numerator", "denominator", "missing"),
    [
        (
            "fulfilment",
            "“已销号”的事项",
            "曾为“已诺”的事项，此后撤回的也计入；现为“已结转”的不计",
            "没有应计事项的承诺，不计",
        ),
        (
            "participation",
            "承诺曾为“亮诺”、“已评”或“办结”的承诺人",
            "应当承诺的承诺人",
            "名册未载明所在组织的承诺人，按未达到计",
        ),
        ("public_participation", "已由群众办理“征求意见”的承诺", "已启动的承诺", ""),
        (
            "satisfaction",
            "“测评”中，“票数”为“好”或“一般”的票数",
            "“测评”中，“票数”的全部票数，同一事项有几次的，只计最后一次",
            "没有票数的承诺，不计",
        ),
        (
            "kept",
            "“结论”中，“结论”为“属实”的票数",
            "“结论”中，“结论”的全部票数",
            "没有票数的承诺，不计",
        ),
    ],
)
def test_in_chinese(name: str, numerator: str, denominator: str, missing: str) -> None:
    found = said(name, "zh")
    assert (found.numerator, found.denominator, found.missing) == (numerator, denominator, missing)
    assert found.as_of == "截至2025年7月31日"


@pytest.mark.parametrize("name", list(SAMPLER.document.indicators))
def test_no_word_of_one_language_stands_in_the_other(name: str) -> None:
    zh, en = said(name, "zh"), said(name, "en")
    for found in (zh.numerator, zh.denominator, zh.as_of, zh.missing):
        assert not re.search(r"[A-Za-z{}\[\]|]", found), found
    for found in (en.numerator, en.denominator, en.as_of, en.missing):
        assert found.isascii() or found == "", found
        assert not re.search(r"[{}\[\]|]", found), found


def test_openness_names_each_way_and_whose_pledges() -> None:
    found = said("openness", "en")
    assert found.numerator.endswith(
        "each once in a pledge; times that `consulting` and `account` was met"
    )
    assert found.denominator == (
        "one of each for every pledge that has been `signed`; times that `consulting` and `account` "
        "was due"
    )
    assert found.missing == "counts as not reached: a pledge that has not been `signed`"
    bare = said("openness", "zh", among=(), duties=())
    assert (bare.denominator, bare.missing) == ("每份承诺应办理的公开步骤，各计一次", "")
    owed = said("openness", "zh", means=(), among=())
    assert owed.numerator == "“听取意见”、“年终总结”已履行的次数"
    assert owed.denominator == "“听取意见”、“年终总结”已到期的次数"


def test_who_takes_part_by_beginning_by_a_state_or_by_a_step() -> None:
    assert said("participation", "en", state=()).numerator == "promisors whose pledge has begun"
    stepped = said("public_participation", "en", of="promisors", tracks=("member",))
    assert stepped.numerator.startswith("promisors in whose pledge ")
    assert stepped.numerator.endswith(" was done by the neighbour")
    assert stepped.denominator == "everybody who has to pledge (`member`)"
    of = said("public_participation", "zh", state=("shown",), means=(), among=("signed",))
    assert of.numerator == "曾为“亮诺”的承诺"
    assert of.denominator == "已启动的承诺，限于曾为“签订”的"
    assert of.missing == "未曾为“签订”的承诺，不计"
