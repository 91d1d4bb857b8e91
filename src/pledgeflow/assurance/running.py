"""Plays scenarios through the engine, as a host would, and says what came out otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from pledgeflow.assurance.expecting import Ending, differences, reasons
from pledgeflow.assurance.scenarios import Scenario
from pledgeflow.assurance.shelf import Shelf
from pledgeflow.assurance.staging import Scene, StoppedError
from pledgeflow.assurance.stories import Chapter
from pledgeflow.catalogue import Catalogue
from pledgeflow.errors import PledgeflowError, RefusedError
from pledgeflow.service import Done


@dataclass(frozen=True, slots=True)
class Result:
    """How a scenario came out. messages: all that was expected and found otherwise."""

    name: str
    policy: str
    path: str
    clauses: tuple[str, ...]
    messages: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether all was as expected."""
        return not self.messages

    @property
    def message(self) -> str:
        """All that was expected and found otherwise; "" if it passed."""
        return "; ".join(self.messages)


def run(scenario: Scenario, catalogue: Catalogue) -> Result:
    """Play one scenario. Never raises for a bad policy; to play several, a `Runner` is quicker.

    catalogue: where the policy is found; `shelf.Without` has it without some of its rules.
    """
    return Runner(catalogue).run(scenario)


Begun = tuple[str, str, int, str, str]
"""What plays begin alike by: the policy, the people, the ordinal, the first cycle, the chapter."""
Seen = Callable[[Scenario, Scene, "Done | RefusedError | None"], None]


@dataclass(slots=True)
class Runner:
    """Plays scenarios against one catalogue; beginnings that they share are played once.

    seen: told of each play when it has come to its end, and of what came of its last step; lang: in
    which the reasons of a refusal are told
    """

    catalogue: Catalogue
    seen: Seen | None = None
    lang: str = "en"
    _begun: dict[Begun, Scene | str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.catalogue = Shelf.over(self.catalogue)

    def run_all(self, scenarios: Iterable[Scenario]) -> list[Result]:
        """Play each of them, in order."""
        return [self.run(scenario) for scenario in scenarios]

    def run(self, scenario: Scenario) -> Result:
        """Play a scenario to its end. Whatever goes wrong is told in the result."""
        try:
            messages = list(self._play(scenario))
        except RefusedError as error:
            messages = [f"this pledge cannot be looked at: {reasons(error, self.lang)}"]
        except PledgeflowError as error:
            messages = [str(error)]
        return Result(
            name=scenario.name,
            policy=scenario.policy,
            path=scenario.path,
            clauses=scenario.clauses,
            messages=tuple(messages),
        )

    def _play(self, scenario: Scenario) -> Iterator[str]:
        scene = self._begin(scenario, scenario.chapter).fork()
        scene.open(scenario.cycle)
        last: Done | RefusedError | None = None
        for number, act in enumerate(scenario.when, start=1):
            where = f"step {number} ({act})"
            try:
                last = scene.take(act, scenario.promisor, scenario.cycle)
            except RefusedError as error:
                if number < len(scenario.when):
                    raise StoppedError(
                        f"{where} was refused, {reasons(error, self.lang)}"
                    ) from error
                last = error
            except PledgeflowError as error:
                raise StoppedError(f"{where}: {error}") from error
        if self.seen is not None:
            self.seen(scenario, scene, last)
        yield from differences(scenario.then, Ending.of(scene, scenario, last, self.lang))

    def _begin(self, scenario: Scenario, chapter: Chapter | None) -> Scene:
        """The play up to the end of a chapter, kept for whoever begins so too."""
        key = begun(scenario, chapter)
        if key not in self._begun:
            try:
                self._begun[key] = self._tell(scenario, chapter, _first_cycle(scenario))
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
            where = f"step {number} ({act}) of story `{chapter.name}`"
            try:
                scene.take(act, chapter.promisor, chapter.cycle)
            except RefusedError as error:
                raise StoppedError(f"{where} was refused, {reasons(error, self.lang)}") from error
            except PledgeflowError as error:
                raise StoppedError(f"{where}: {error}") from error
        return scene

    def _empty(self, scenario: Scenario, first: str) -> Scene:
        scene = Scene(Shelf.over(self.catalogue), scenario.subject)
        scene.people(scenario.directory)
        for years in range(scenario.ordinal - 1, -1, -1):
            scene.open(str(int(first) - years))
        return scene


def begun(scenario: Scenario, chapter: Chapter | None) -> Begun:
    """What a play up to the end of a chapter is kept by."""
    told = chapter.name if chapter is not None else ""
    return scenario.subject, scenario.people, scenario.ordinal, _first_cycle(scenario), told


def _first_cycle(scenario: Scenario) -> str:
    """The cycle in which a scenario begins: of its oldest chapter, if it has one."""
    chapter = scenario.chapter
    while chapter is not None and chapter.after is not None:
        chapter = chapter.after
    return chapter.cycle if chapter is not None else scenario.cycle
