"""Logs as XES and OCEL: by their schemas, complete, and without a word of anybody's."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
import xmlschema
from sqlalchemy import select
from typer.testing import CliRunner

from pledgeflow.cli import app
from pledgeflow.domain.commands import Annul, Begin
from pledgeflow.domain.events import Annulled, Corrected, Opened, Recorded, Signed
from pledgeflow.errors import PledgeflowError
from pledgeflow.exports.happenings import history
from pledgeflow.exports.ocel import ocel
from pledgeflow.exports.xes import xes
from pledgeflow.storage import tables
from pledgeflow.storage.sql import SqlStore
from pledgeflow.testing._simulation.walks import Walk
from pledgeflow.testing._simulation.wandering import any_command
from tests.dice import CATALOGUE, deployable, thrown
from tests.exchange.places import full
from tests.strategies import full_town
from tests.tiny import MON, Desk, loaded, tiny

HERE = Path(__file__).parent
XES = "{http://www.xes-standard.org/}"
ACTS = (Opened, Recorded, Signed, Corrected, Annulled)
AT = datetime(2025, 7, 5, 8, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def store() -> Iterator[SqlStore]:
    with SqlStore("sqlite://") as store:
        full(store)
        yield store


@cache
def schema() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(HERE / "xes.xsd")


def as_xes(store: SqlStore) -> ElementTree.Element:
    text = "".join(xes(store, "t"))
    schema().validate(text)
    return ElementTree.fromstring(text)


def as_ocel(store: SqlStore) -> dict[str, Any]:
    found: dict[str, Any] = json.loads("".join(ocel(store, "t")))
    sound(found)
    return found


def sound(log: dict[str, Any]) -> None:
    """By the schema, and by what no schema says: everything that is named is there, and once."""
    rules = json.loads((HERE / "ocel.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(rules)
    jsonschema.validate(log, rules)
    for kind in ("event", "object"):
        ids = Counter(each["id"] for each in log[f"{kind}s"])
        assert max(ids.values()) == 1
        types = {
            t["name"]: {a["name"]: a["type"] for a in t["attributes"]} for t in log[f"{kind}Types"]
        }
        assert len(types) == len(log[f"{kind}Types"])
        for each in log[f"{kind}s"]:
            for said in each["attributes"]:
                fits(types[each["type"]][said["name"]], said["value"])
    there = {each["id"] for each in log["objects"]}
    named = {
        r["objectId"] for k in ("events", "objects") for e in log[k] for r in e["relationships"]
    }
    assert named <= there


def fits(kind: str, value: object) -> None:
    wanted = {"string": str, "time": str, "integer": int, "float": float, "boolean": bool}[kind]
    assert type(value) is wanted
    if kind == "time":
        assert datetime.fromisoformat(str(value)).tzinfo is not None


def said(element: ElementTree.Element) -> dict[str, str]:
    return {each.attrib["key"]: each.attrib["value"] for each in element if "key" in each.attrib}


def test_every_stream_is_a_trace_and_every_act_an_event(store: SqlStore) -> None:
    log = as_xes(store)
    traces = {said(t)["concept:name"]: t for t in log.iter(f"{XES}trace")}
    assert {"t/2025/an", "t/2025/bo", "t/2025/east@selection"} <= traces.keys()
    acts = [said(e) for e in traces["t/2025/an"].iter(f"{XES}event")]
    assert [a["concept:name"] for a in acts[:2]] == ["stream.opened", "promise"]
    assert acts[1]["time:timestamp"] == "2025-01-10T00:00:00Z"
    assert (acts[1]["org:resource"], acts[1]["org:role"]) == ("an", "promisor")
    assert said(traces["t/2025/an"])["tier"] == "good"


def test_streams_items_and_people_are_objects(store: SqlStore) -> None:
    log = as_ocel(store)
    objects = {each["id"]: each for each in log["objects"]}
    assert objects["t/2025/an"]["type"] == "pledge"
    assert objects["person:an"] == {
        "id": "person:an",
        "type": "person",
        "attributes": [],
        "relationships": [],
    }
    item = objects["t/2025/east@selection#candidacy/1"]
    assert item["relationships"] == [{"objectId": "t/2025/east@selection", "qualifier": "of"}]
    states = [a["value"] for a in item["attributes"] if a["name"] == "state"]
    assert len(states) == 2
    promise = next(e for e in log["events"] if e["type"] == "promise")
    assert {"objectId": "person:an", "qualifier": "actor"} in promise["relationships"]


def test_both_tell_of_the_same_events(store: SqlStore) -> None:
    named = [e["type"] for e in as_ocel(store)["events"]]
    traced = [said(e)["concept:name"] for e in as_xes(store).iter(f"{XES}event")]
    assert named == traced
    assert len(named) > 20


@pytest.mark.parametrize("write", [xes, ocel])
def test_nobodys_name_and_nobodys_words_are_in_it(store: SqlStore, write: Any) -> None:
    text = "".join(write(store, "t"))
    with store.transaction() as connection:
        sealed = [each for row in connection.execute(select(tables.texts)) for each in row[1:]]
    assert sealed
    assert not [each for each in sealed if each in text]


@pytest.mark.parametrize("write", [xes, ocel])
def test_where_nothing_has_happened_it_is_said(store: SqlStore, write: Any) -> None:
    with pytest.raises(PledgeflowError, match="nothing has happened in `elsewhere`"):
        list(write(store, "elsewhere"))


@pytest.mark.parametrize("write", [xes, ocel])
def test_it_comes_stream_by_stream(store: SqlStore, write: Any) -> None:
    told: list[int] = []
    parts = list(write(store, "t", told.append))
    assert told
    assert len(parts) >= told[0]


@pytest.mark.parametrize("name", deployable())
def test_whatever_happens_under_a_policy_is_told(name: str) -> None:
    policy = CATALOGUE.load(name)
    for seed, track in enumerate(policy.tracks):
        walk = Walk.of(policy, full_town(policy, track))
        walk.ask(Begin(walk.today))
        for _ in range(6):
            walk.ask(any_command(walk, thrown(seed)))
        told = history(walk.state.stream, [(event, AT) for event in walk.history])
        acts = [
            e
            for e in walk.history
            if isinstance(e, Opened | Recorded | Signed | Corrected | Annulled)
        ]
        assert {e.version for e in acts} <= {h.version for h in told.happenings}
        assert told.state == walk.state


def test_what_was_annulled_stays_and_is_marked() -> None:
    desk = Desk(loaded(tiny()))
    events = (*desk.do("note"), *desk.do("submit"), *desk.give(Annul(3, "wang", "promisor", MON)))
    told = history(desk.state.stream, [(event, AT) for event in events])
    marked = {h.activity: h.said.get("annulled") for h in told.happenings}
    assert marked == {"stream.opened": None, "note": None, "submit": True, "stream.annulled": None}


def test_from_the_command_line(tmp_path: Path) -> None:
    db = f"sqlite:///{tmp_path}/t.db"
    with SqlStore(db) as store:
        full(store)
        whole = {"xes": "".join(xes(store, "t")), "ocel": "".join(ocel(store, "t"))}
    for kind, text in whole.items():
        result = CliRunner().invoke(app, ["export", "t", "--as", kind, "--db", db])
        assert (result.exit_code, result.stdout) == (0, text)
