"""Kept events as CloudEvents: as the specification of their JSON format wants them."""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from pledgeflow.domain.chain import link
from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.events import OutcomeAnswered
from pledgeflow.domain.serialisation import KINDS, encode
from pledgeflow.relay.cloudevents import cloud_event
from pledgeflow.storage.store import StoredEvent
from tests.properties.test_serialisation_properties import made

# what CloudEvents 1.0.2 says of an event in JSON, attribute by attribute
NAMED = {"type": "string", "minLength": 1}
URI = "[A-Za-z0-9._~:/?#@!$&'()*+,;=-]|%[0-9A-F]{2}"
SPECIFIED: dict[str, Any] = {
    "type": "object",
    "required": ["specversion", "id", "source", "type"],
    "properties": {
        "specversion": {"const": "1.0"},
        "id": NAMED,
        "source": {**NAMED, "pattern": f"^({URI})+$"},
        "type": NAMED,
        "subject": NAMED,
        "time": {"pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"},
        "datacontenttype": {"type": "string", "pattern": "^[a-z]+/[a-z+.-]+"},
        "data": {"type": "object"},
    },
    # extensions: lower-case letters and digits, at most 20, no nested values
    "patternProperties": {"^(?!data$)": {"type": ["string", "boolean", "integer"]}},
    "propertyNames": {"pattern": "^[a-z0-9]{1,20}$"},
}
Draft202012Validator.check_schema(SPECIFIED)
names = st.text(min_size=1, max_size=6).filter(lambda name: not set(name) & set("/@"))
streams = st.builds(StreamId, names, names, names, st.just("") | names)
events = st.one_of([made(cls) for cls in KINDS.values()])
moments = st.datetimes(datetime(1970, 1, 1), datetime(2999, 1, 1), timezones=st.just(UTC))


def kept(stream: StreamId, event: Any, at: datetime, before: str = "") -> StoredEvent:
    return StoredEvent(stream, event.version, event, at, link(stream, encode(event), at, before))


@given(streams, events, moments)
def test_every_event_is_what_the_specification_wants(
    stream: StreamId, event: Any, at: datetime
) -> None:
    event = event._replace(version=abs(event.version) % 10**9)
    made = cloud_event(kept(stream, event, at))
    Draft202012Validator(SPECIFIED).validate(made)
    assert json.loads(json.dumps(made)) == made
    assert unquote(made["source"]) == f"urn:pledgeflow:{stream.jurisdiction}"


@given(streams, events, moments, st.text("0123456789abcdef", min_size=64, max_size=64))
def test_the_hash_can_be_worked_out_from_nothing_else(
    stream: StreamId, event: Any, at: datetime, before: str
) -> None:
    made = cloud_event(kept(stream, event, at, before))
    again = link(stream, encode(event), datetime.fromisoformat(made["time"]), before)
    assert made["id"] == again
    assert made["subject"] == str(stream)


def test_sequences_are_in_order_as_text() -> None:
    at, where = datetime(2025, 3, 31, tzinfo=UTC), StreamId("t", "2025", "an")
    found = [
        cloud_event(kept(where, OutcomeAnswered(n, 0, "o", "s", 1, "c"), at))["sequence"]
        for n in (1, 2, 9, 10, 99, 100, 2**31)
    ]
    assert found == sorted(found)


def test_a_deployer_may_have_an_address_of_their_own() -> None:
    event = OutcomeAnswered(1, 0, "o", "s", 1, "c")
    stored = kept(StreamId("惠民 县", "2025", "an"), event, datetime(2025, 3, 31, tzinfo=UTC))
    made = cloud_event(stored, "https://example.org/promises/")
    assert made["source"] == "https://example.org/promises/%E6%83%A0%E6%B0%91%20%E5%8E%BF"
