"""A kept event as a CloudEvent 1.0, ready for the JSON format. Pure.

Whoever receives some can tell the same one by its id, the order within a subject by `sequence`, and
what is missing by the gaps in it. The data holds no words that anybody wrote: only digests of them.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from pledgeflow.domain.chain import instant
from pledgeflow.domain.serialisation import kind_of, to_data
from pledgeflow.errors import PledgeflowError
from pledgeflow.storage.store import StoredEvent

SOURCE = "urn:pledgeflow:"
"""What a jurisdiction's name is put behind, unless a deployer has an address of their own."""
MEDIA_TYPE = "application/cloudevents+json"
_DIGITS = 10
_URI = re.compile(r"(?:[A-Za-z0-9._~:/?#@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*")

CloudEvent = dict[str, Any]
"""Attributes and data, as the JSON format has them."""


def check_source(source: str) -> None:
    """Raises PledgeflowError for what cannot be the beginning of a URI."""
    if _URI.fullmatch(source) is None:
        raise PledgeflowError(
            f"`{source}` cannot begin a source; write one like https://example.org/promises/"
        )


def cloud_event(stored: StoredEvent, source: str = SOURCE) -> CloudEvent:
    """The event for others. source: what comes before the jurisdiction's name in `source`.

    `id` is the event's hash, which rests on all that came before it in its stream: two with the
    same id are the same event, and it never changes. `time` is when it was recorded; with the data
    and the subject that is what the hash is made of.
    """
    return {
        "specversion": "1.0",
        "id": stored.hash,
        "source": f"{source}{quote(stored.stream.jurisdiction, safe='')}",
        "type": f"pledgeflow.{kind_of(stored.event)}",
        "subject": str(stored.stream),
        "time": instant(stored.recorded_at),
        "datacontenttype": "application/json",
        # of one length, so that it is in order as text, too
        "sequence": f"{stored.version:0{_DIGITS}}",
        "data": to_data(stored.event),
    }
