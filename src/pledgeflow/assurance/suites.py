"""Finds the scenarios beside a policy, with their stories and directories, and reads them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pledgeflow.assurance.checking import checked, nearest, opened
from pledgeflow.assurance.scenarios import Scenario, Written
from pledgeflow.assurance.stories import Chapter, told
from pledgeflow.catalogue import POLICY_FILE, Catalogue, read_directory, read_file
from pledgeflow.domain.directory import DirectoryData
from pledgeflow.errors import PolicyError, Problem
from pledgeflow.policy.files.marks import Layer, Mark, refuse
from pledgeflow.policy.files.reading import Source, Top

FOLDER = "scenarios"
STORIES = "stories.yaml"
DIRECTORIES = "directories"


def scenarios(catalogue: Catalogue, name: str) -> tuple[Scenario, ...]:
    """Every scenario beside a policy, by file and in order; none if it has no `scenarios` folder.

    name: of the policy, or its path. Raises PolicyError with every mistake in all of the files.
    """
    folder = catalogue.folder(name)
    if not (folder / FOLDER).is_dir():
        return ()
    desk = _Desk(name, _policy_of(folder), frozenset(catalogue.register(name)))
    desk.collect(folder / FOLDER)
    refuse(desk.problems)
    return tuple(desk.scenarios)


def scenario_files(folder: Path) -> list[Path]:
    """The files of a `scenarios` folder that hold scenarios."""
    return sorted(path for path in folder.glob("*.yaml") if path.name != STORIES)


@dataclass(slots=True)
class _Desk:
    """Where the files of one folder are read. clauses: those that may be named.

    people, stories: every name there is, also of what has mistakes; places: scenario -> where
    """

    subject: str
    policy: str
    clauses: frozenset[str]
    problems: list[Problem] = field(default_factory=list)
    people: frozenset[str] = frozenset()
    stories: frozenset[str] = frozenset()
    directories: dict[str, DirectoryData] = field(default_factory=dict)
    chapters: dict[str, Chapter] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    scenarios: list[Scenario] = field(default_factory=list)

    def collect(self, folder: Path) -> None:
        files = sorted((folder / DIRECTORIES).glob("*.yaml"))
        self.people = frozenset(path.stem for path in files)
        for path in files:
            self._directory(path)
        if (folder / STORIES).is_file():
            self._stories(folder / STORIES)
        for path in scenario_files(folder):
            source = self._read(path, "sequence")
            for item in source.items() if source is not None else ():
                self._scenario(str(path), item)

    def _read(self, path: Path, top: Top) -> Source | None:
        try:
            return opened(path, top)
        except PolicyError as error:
            self.problems += error.problems
            return None

    def _directory(self, path: Path) -> None:
        try:
            self.directories[path.stem] = read_directory(path)
        except PolicyError as error:
            self.problems += error.problems

    def _stories(self, path: Path) -> None:
        source = self._read(path, "mapping")
        if source is None:
            return
        self.stories = frozenset(source.entries().get("stories", source).entries())
        self.chapters = told(source, self.problems)
        for name, chapter in self.chapters.items():
            inherited = chapter.after.directory if chapter.after is not None else None
            if chapter.directory != inherited:
                at = ("stories", name, "directory")
                self._known("directory", chapter.directory, self.people, source.marks.at(at))

    def _scenario(self, path: str, item: Layer) -> None:
        written = checked(Written, item, self.problems)
        if written is None:
            return
        before = len(self.problems)
        self._names(written, f"{path}:{item.marks.mark.line}", item)
        given = written.given
        chapter = self.chapters.get(given.story or "")
        people = given.directory or (chapter.directory if chapter else "")
        if len(self.problems) > before or people not in self.directories:
            return  # what it lacks has been said, here or where it should have been
        self.scenarios.append(
            Scenario(
                name=written.scenario,
                policy=written.policy,
                subject=self.subject,
                path=path,
                line=item.marks.mark.line,
                clauses=written.clauses,
                chapter=chapter,
                people=people,
                directory=self.directories[people],
                promisor=given.promisor or (chapter.promisor if chapter else ""),
                cycle=given.cycle or (chapter.cycle if chapter else ""),
                ordinal=given.ordinal or written.cycle_ordinal or 1,
                when=written.when,
                then=written.then,
            )
        )

    def _names(self, written: Written, place: str, item: Layer) -> None:
        """Whether the names it gives lead somewhere, and its own is not another's."""
        marks, given = item.marks, written.given
        if given.story is not None:
            self._known("story", given.story, self.stories, marks.at(("given", "story")))
        if given.directory is not None:
            here = marks.at(("given", "directory"))
            self._known("directory", given.directory, self.people, here)
        for clause in written.clauses:
            self._known("clause in the register", clause, self.clauses, marks.at(("clauses",)))
        if written.policy != self.policy:
            message = f"policy: this scenario stands beside `{self.policy}`; write that"
            self.problems.append(marks.at(("policy",)).problem(message))
        if written.scenario in self.places:
            other = self.places[written.scenario]
            message = f"the scenario in {other} has this name too; rename one"
            self.problems.append(marks.at(("scenario",)).problem(message))
        self.places.setdefault(written.scenario, place)

    def _known(self, what: str, name: str, known: frozenset[str], mark: Mark) -> None:
        if name not in known:
            self.problems.append(mark.problem(nearest(what, name, known)))


def _policy_of(folder: Path) -> str:
    tree = read_file(folder / POLICY_FILE).tree
    return str(tree.get("policy")) if isinstance(tree, dict) else ""
