"""A state as JSON text, and back: so that a long history need not be gone through each time.

Next to `serialisation`, and as pure. A snapshot is derived from the events and can be made anew
from them at any time, so that its form may change: whoever cannot read one goes by the events.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pledgeflow.domain.codecs import (
    NUMBER,
    TEXT,
    Codec,
    Misfit,
    listed,
    many,
    mapping,
    optional,
    row,
)
from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.events import Cycle, Recorded, Signed
from pledgeflow.domain.serialisation import KINDS, kind_of
from pledgeflow.domain.states import Grade, Outcome, State, Subject
from pledgeflow.errors import StorageError

_ROWS: Mapping[str, Codec] = {kind: row(cls) for kind, cls in KINDS.items()}


def _write_effect(event: Any) -> str:
    kind = kind_of(event)
    return listed((TEXT.write(kind), _ROWS[kind].write(event)))


def _read_effect(data: Any) -> Any:
    if not isinstance(data, list) or len(data) != len(("kind", "row")) or data[0] not in _ROWS:
        raise Misfit
    return _ROWS[data[0]].read(data[1])


def _keyed(outcomes: tuple[Outcome, ...]) -> dict[tuple[str, str, int], Outcome]:
    return {(one.id, one.subject, one.number): one for one in outcomes}


_MANY_OUTCOMES = many(row(Outcome))
_VERSION = Codec(str, int)
# INVARIANT: all parts of a state, in its order, but the stream, which says where the text is kept.
_PARTS: Mapping[str, Codec] = {
    "cycle": row(Cycle),
    "version": NUMBER,
    "track": TEXT,
    "organization": TEXT,
    "policy": TEXT,
    "root": TEXT,
    "subjects": mapping(row(Subject), sort=False),
    "records": mapping(many(row(Recorded)), sort=False),
    "effects": mapping(many(Codec(_write_effect, _read_effect)), _VERSION, sort=False),
    "signatures": mapping(many(row(Signed)), sort=False),
    "grade": optional(row(Grade)),
    "outcomes": Codec(
        lambda value: _MANY_OUTCOMES.write(tuple(value.values())),
        lambda value: _keyed(_MANY_OUTCOMES.read(value)),
    ),
}


def freeze(state: State) -> str:
    """The text of a state, without the stream it is of."""
    return listed(codec.write(getattr(state, name)) for name, codec in _PARTS.items())


def thaw(stream: StreamId, text: str) -> State:
    """The state of a stream that `freeze` wrote. Raises StorageError where it cannot be read."""
    try:
        data = json.loads(text)
        if not isinstance(data, list) or len(data) != len(_PARTS):
            raise Misfit
        parts = [codec.read(item) for codec, item in zip(_PARTS.values(), data, strict=True)]
    except (Misfit, ValueError, RecursionError) as error:
        raise StorageError(f"the snapshot of `{stream}` is damaged") from error
    return State(stream, *parts)
