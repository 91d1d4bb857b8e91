"""Who kills, and knows what the killed one had said. What has to be there afterwards: `Told`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import IO

from pledgeflow.domain.commands import StreamId
from pledgeflow.service import Order
from pledgeflow.steps import stream_id
from tests.crash.office import Answers, Say

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
Key = tuple[str, str]
"""A jurisdiction, and a key that was used there."""


@dataclass(slots=True)
class Told:
    """orders: all that were ever begun, by their keys; done: versions of those that were
    acknowledged, nothing for a refusal; flying: begun last, and not acknowledged
    """

    orders: dict[Key, Order] = field(default_factory=dict)
    done: dict[Key, list[int] | None] = field(default_factory=dict)
    flying: Say | None = None
    lost: bool = False

    def begin(self, say: Say) -> None:
        """Somebody begins something."""
        self.flying = say
        self.orders |= {key_of(order): order for order in say.orders}

    def end(self, answers: Answers) -> None:
        """What was begun last is acknowledged."""
        assert self.flying is not None
        self.done |= zip(map(key_of, self.flying.orders), answers, strict=True)
        self.flying = None

    def hear(self, path: Path) -> None:
        """All that one process has said; its last line may have been cut off by its end."""
        self.flying, self.lost = None, False
        for line in path.read_text("utf-8").splitlines(keepends=True):
            if not line.endswith("\n"):
                break
            said = json.loads(line)
            if "begun" in said:
                kind, orders = said["begun"]
                self.begin(Say(kind, tuple(Order(*order) for order in orders)))
            elif "done" in said:
                self.end(said["done"])
            else:
                self.lost = True


def key_of(order: Order) -> Key:
    """Under what it is kept that an order was carried out."""
    assert order.key is not None
    return place_of(order).jurisdiction, order.key


def place_of(order: Order) -> StreamId:
    """Where an order goes."""
    return stream_id(order.stream)


@dataclass(slots=True)
class Birth:
    """Lets processes be born on a database, and puts an end to them."""

    asks: IO[str]
    says: IO[str]
    folder: Path
    born: int = 0

    def round(self, end: Callable[[int], None], *, begun: int, after: float) -> Path:
        """One process lives until `end`, which is given its id; returns where it said what it did.

        begun: so many things it has begun by then; after: and so many seconds have passed
        """
        self.born += 1
        path = self.folder / f"said{self.born}"
        path.touch()
        print(self.born, path, file=self.asks, flush=True)
        process = int(self.says.readline())
        until = monotonic() + PATIENCE
        while path.read_text("utf-8").count('{"begun"') < begun:
            assert monotonic() < until, "nothing was begun"
            sleep(0.001)
        sleep(after)
        end(process)
        assert self.says.readline() == "gone\n"
        return path


def kill(process: int) -> None:
    """No last word."""
    os.kill(process, signal.SIGKILL)


@contextmanager
def births(url: str, folder: Path) -> Iterator[Birth]:
    """Whoever lets processes be born, as long as they are wanted; the first takes a while."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.crash.child", url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        yield Birth(parent.stdin, parent.stdout, folder)
