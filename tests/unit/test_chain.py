"""What one link of a stream's chain is made of."""

from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

import pytest

from pledgeflow.domain.chain import BEGINNING, instant, link
from pledgeflow.domain.commands import StreamId
from pledgeflow.errors import StorageError

STREAM = StreamId("county", "2025", "wang", "home")
MOMENT = datetime(2025, 3, 31, 8, 0, tzinfo=UTC)


def test_a_link_is_the_hash_of_four_things_as_canonical_json() -> None:
    text = (
        '{"event":{"version":1},"prev":"","recorded_at":"2025-03-31T08:00:00.000000Z",'
        '"stream":"county/2025/wang@home"}'
    )
    assert link(STREAM, '{"version":1}', MOMENT, BEGINNING) == sha256(text.encode()).hexdigest()


def test_a_link_rests_on_the_one_before() -> None:
    assert link(STREAM, "{}", MOMENT, "") != link(STREAM, "{}", MOMENT, "0" * 64)


def test_a_moment_is_the_same_text_wherever_it_was_recorded() -> None:
    there = datetime(2025, 3, 31, 16, 0, 0, 7, tzinfo=timezone(timedelta(hours=8)))
    assert instant(there) == "2025-03-31T08:00:00.000007Z"
    assert instant(there.astimezone(UTC)) == instant(there)


def test_half_a_character_in_a_name_has_no_hash() -> None:
    with pytest.raises(StorageError, match="half a character"):
        link(StreamId("county", "2025", "\ud800"), "{}", MOMENT, "")
