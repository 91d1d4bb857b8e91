"""Events and links are canonical JSON, by an implementation of RFC 8785 that is not ours."""

import json
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any

import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from pledgeflow.domain.chain import link
from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.events import Event, Recorded
from pledgeflow.domain.serialisation import encode, to_data
from tests.properties.test_serialisation_properties import DAY, events

# letters and signs on both sides of where UTF-16 and code points are in another order
names = st.text(
    st.sampled_from('az\x7f\x00\n"\\é\ud7ff\ue000\uffff\U00010000\U0010ffff'), max_size=4
)
zones = st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))
moments = st.datetimes(datetime(1900, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC) | zones)
streams = st.builds(StreamId, names, names, names, names)


@given(events)
def test_an_event_is_written_as_rfc_8785_has_it(event: Event) -> None:
    assert encode(event).encode() == rfc8785.dumps(to_data(event))


@given(st.dictionaries(names, st.dictionaries(names, names, max_size=5), max_size=5))
@example({"\U00010000": {}, "\uffff": {"\U0010ffff": "", "\ue000": ""}})
def test_keys_are_in_the_order_of_their_utf16_units(fields: dict[str, Any]) -> None:
    event = Recorded(2, "a", "b", "c", "d", "e", DAY, fields, "p", "r")
    assert encode(event).encode() == rfc8785.dumps(to_data(event))


@given(streams, events, moments, st.text("0123456789abcdef", min_size=64, max_size=64))
def test_a_link_hashes_canonical_json(
    stream: StreamId, event: Event, moment: datetime, previous: str
) -> None:
    data = encode(event)
    at = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    whole = {"event": json.loads(data), "prev": previous, "recorded_at": at, "stream": str(stream)}
    assert link(stream, data, moment, previous) == sha256(rfc8785.dumps(whole)).hexdigest()
