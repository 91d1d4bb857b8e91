"""Plays scenarios through the engine, as a host would, and says what came out otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from pledgeflow.assurance.expecting import Ending, differences, reasons
from pledgeflow.assurance.sandbox import Sandbox
from pledgeflow.assurance.scenarios import Scenario
from pledgeflow.assurance.shelf import Shelf
from pledgeflow.assurance.stories import TICK, Act, Chapter
from pledgeflow.catalogue import Catalogue
from pledgeflow.errors import PledgeflowError, RefusedError
from pledgeflow.service import Done, Engine

@dataclass(frozen=True, slots=True)
class Result:
    """How a scenario came out. message: "" if it passed, else what was expected and found."""

    name: str
    policy: str
    path: str
    clauses: tuple[str, ...]
    passed: bool
    message: str


def run(scenario: Scenario, catalogue: Catalogue) -> Result:
    """Play one scenario; to play several, a `Runner` is quicker. Never raises for a bad policy."""
    return Runner(catalogue).run(scenario)


_Key = tuple[str, str, int, str, str]


@dataclass(slots=True)
class Runner:
    """Plays scenarios against one catalogue; beginnings that they share are played once."""

    catalogue: Catalogue
    _begun: dict[_Key, Scene | str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.catalogue = Shelf.over(self.catalogue)

    def run(self, scenario: Scenario) -> Result:
        """Play a scenario to its end. Whatever goes wrong is told in the result."""
        try:
            messages = list(self._play(scenario))
        except RefusedError as error:
            messages = [f"nothing can be said of this pledge: {reasons(error)}"]
        except PledgeflowError as error:
            messages = [str(error)]
        return Result(
            name=scenario.name,
            policy=scenario.policy,
            path=scenario.path,
            clauses=scenario.clauses,
            passed=not messages,
            message="; ".join(messages),
        )

    def run_all(self, scenarios: Iterable[Scenario]) -> list[Result]:
        """Play each of them, in order."""
        return [self.run(scenario) for scenario in scenarios]

    def _play(self, scenario: Scenario) -> Iterator[str]:
        scene = self._begin(scenario, scenario.chapter).fork()
        scene.open(scenario.cycle)
        last: Done | RefusedError | None = None
        for number, act in enumerate(scenario.when, start=1):
            where = f"step {number} ({act})"
            if isinstance(last, RefusedError):
                raise StoppedError(f"step {number - 1} was refused, {reasons(last)}")
            try:
                last = scene.take(act, scenario.promisor, scenario.cycle)
            except RefusedError as error:
                last = error
            except PledgeflowError as error:
                raise StoppedError(f"{where}: {error}") from error
        day = scenario.day
        scene.engine.clock = lambda: scenario.then.as_of or day
        target = stream(scenario.cycle, scenario.promisor)
        policy = scene.engine.policy(target)
        yield from differences(scenario.then, Ending(scene.engine, target, policy, day, last))

    def _begin(self, scenario: Scenario, chapter: Chapter | None) -> Scene:
        """The play up to the end of a chapter, kept for whoever begins so too."""
        first = _first_cycle(scenario)
        told = chapter.name if chapter is not None else ""
        key = (scenario.subject, scenario.people, scenario.ordinal, first, told)
        if key not in self._begun:
            try:
                self._begun[key] = self._tell(scenario, chapter, first)
            except RefusedError as error:
                self._begun[key] = f"refused, {reasons(error)}"
            except PledgeflowError as error:
                self._begun[key] = str(error)
        scene = self._begun[key]
        if isinstance(scene, str):
            raise StoppedError(scene)
        return scene

    def _tell(self, scenario: Scenario, chapter: Chapter | None, first: str) -> Scene:
        if chapter is None:
            return self._empty(scenario, first)
        scene = self._begin(scenario, chapter.after).fork()
        for number, act in enumerate(chapter.steps, start=1):
            try:
                scene.take(act, chapter.promisor, chapter.cycle)
            except RefusedError as error:
                told = f"was refused, {reasons(error)}"
                raise StoppedError(_step(number, act, chapter) + told) from error
            except PledgeflowError as error:
                raise StoppedError(f"{_step(number, act, chapter)}: {error}") from error
        return scene

    def _empty(self, scenario: Scenario, first: str) -> Scene:
        scene = Scene(Engine(Sandbox(), catalogue=self.catalogue), scenario.subject)
        scene.engine.put_directory(JURISDICTION, scenario.directory)
        for years in range(scenario.ordinal - 1, -1, -1):
            scene.open(str(int(first) - years))
        return scene


def _step(number: int, act: Act, chapter: Chapter) -> str:
    return f"step {number} ({act}) of story `{chapter.name}`"


def _first_cycle(scenario: Scenario) -> str:
    """The cycle in which a scenario begins: of its oldest chapter, if it has one."""
    chapter = scenario.chapter
    while chapter is not None and chapter.after is not None:
        chapter = chapter.after
    return chapter.cycle if chapter is not None else scenario.cycle
