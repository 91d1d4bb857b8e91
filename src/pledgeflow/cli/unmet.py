"""What should have followed in another stream and could not, and what stays there though its act is
taken back. Beneath `doing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from pledgeflow.cli.desk import Desk
from pledgeflow.cli.translating import translated
from pledgeflow.domain.commands import StreamId
from pledgeflow.errors import Verdict
from pledgeflow.service import Done
from pledgeflow.service.casework import Unmet


def unmet_told(desk: Desk, found: Iterable[Unmet]) -> list[RenderableType]:
    """Each step that could not be taken elsewhere, and why; it is to be taken there by hand."""
    pick = desk.lang.pick
    parts: list[RenderableType] = [
        Text(pick("未能在别处随之办理：", "could not follow elsewhere:"), style="bold yellow")
    ]
    for each in found:
        track = _track(desk, each.stream)
        tell = replace(desk.teller(track, []), track=track)
        called = tell.label("command", each.command)
        parts.append(Text(f"{tell.stream(each.stream)} · {called}"))
        lines: list[RenderableType] = [Text(_words(desk, each.why))]
        if isinstance(each.why, Verdict):
            explainer = desk.explainer(track)
            lines = [explainer.reason(reason) for reason in each.why.reasons]
        parts += [Padding(line, (0, 0, 0, 2)) for line in lines]
    return parts


def unmet_data(desk: Desk, each: Unmet) -> dict[str, Any]:
    """The same for programs."""
    head = {"pledge": str(each.stream), "command": each.command, "waits": each.waits}
    if isinstance(each.why, Verdict):
        return {**head, **desk.explainer(_track(desk, each.stream)).data(each.why)}
    return {**head, "why": each.why}


def elsewhere_data(done: Done, desk: Desk) -> dict[str, Any]:
    """All of it for programs."""
    return {
        "unmet": [unmet_data(desk, each) for each in done.unmet],
        "left": [{"pledge": str(each.stream), "command": each.command} for each in done.left],
    }


def stays_said(done: Done, desk: Desk) -> Iterator[str]:
    """A sentence for each step elsewhere that is still to be tried, or stays as it was taken."""
    for unmet in done.unmet:
        if unmet.waits:
            yield desk.lang.pick(
                f"{unmet.stream} 的此步骤下次推进时间时再办",
                f"what follows in {unmet.stream} is tried again with the next `tick`",
            )
    for left in done.left:
        step = desk.teller(_track(desk, left.stream), []).label("command", left.command)
        yield desk.lang.pick(
            f"此前由此在 {left.stream} 办理的“{step}”不随之改变；需要改变的，请重新办理本步骤",
            f"`{step}` had followed from it in {left.stream} and stands there as it was; take the "
            "step anew to have it follow again",
        )


def _words(desk: Desk, why: Verdict | str) -> str:
    return desk.lang.pick(translated(str(why)), str(why))


def _track(desk: Desk, stream: StreamId) -> str:
    """The track that the other stream is in: what stands in its name says which."""
    row = desk.engine.store.pledge(stream)
    if row is not None:
        return row.track
    tracks = desk.policy.document.tracks.items()
    same = (name for name, track in tracks if track.place == stream.venue)
    return next(same, "")
