"""Finds policy files, reads them with their ancestors and registers, and compiles them.

The only part of loading that touches the disk. A policy is a folder with `policy.yaml`, beside it
`clauses.yaml`; a path to the folder, or to a file of any name, is accepted wherever a name is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import entry_points
from pathlib import Path

from pledgeflow.domain.directory import DirectoryData
from pledgeflow.errors import DirectoryError, PolicyError, Problem, UnknownPolicyError
from pledgeflow.policy.compiled.rules import Policy
from pledgeflow.policy.files.canonical import canonical
from pledgeflow.policy.files.overlay import Resolved, resolve
from pledgeflow.policy.files.reading import LIMIT_BYTES, Source, read
from pledgeflow.policy.guards.kinds import Factory
from pledgeflow.policy.language.register import Clause, Register, read_register
from pledgeflow.policy.loading import build

POLICY_FILE = "policy.yaml"
REGISTER_FILE = "clauses.yaml"
SUFFIXES = (".yaml", ".yml")
GUARDS = "pledgeflow.guards"
MOST_ANCESTORS = 16


def built_in() -> Path:
    """The folder of the policies that come with the library."""
    packaged = Path(__file__).parent / "policies"
    # An editable installation reads them where they are written.
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "policies"


def read_file(path: Path) -> Source:
    """A file of the policy language. Raises PolicyError; a file over the limit is not even opened."""
    try:
        size = path.stat().st_size
        if size > LIMIT_BYTES:
            raise _refusal(
                path, f"this file has {size} bytes; a policy file has {LIMIT_BYTES} at most"
            )
        return _as_read(path.read_bytes(), str(path))
    except OSError as error:
        raise _refusal(path, f"this file cannot be read: {error.strerror}") from error


@lru_cache(maxsize=64)
def _as_read(text: bytes, path: str) -> Source:
    """INVARIANT: nobody changes what was read, so that the same bytes are read once."""
    return read(text, path)


@dataclass(frozen=True, slots=True, eq=False)
class _File:
    """A file as it was read; the same one only if it is that very reading."""

    source: Source

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _File) and self.source is other.source

    def __hash__(self) -> int:
        return id(self.source)


Guards = frozenset[tuple[str, Factory]]


@lru_cache(maxsize=16)
def _resolved(files: tuple[_File, ...], on: date | None, ordinal: int) -> Resolved:
    """INVARIANT: nobody changes what was resolved, so that the same files are merged once."""
    return resolve([file.source for file in files], on=on, ordinal=ordinal)


@lru_cache(maxsize=64)
def _compiled(
    files: tuple[_File, ...], known: frozenset[str], on: date | None, ordinal: int, guards: Guards
) -> Policy:
    """The same files give the same policy, which is compiled once."""
    return build(_resolved(files, on, ordinal), known=known, allowed=dict(guards))


def read_directory(path: Path) -> DirectoryData:
    """People and organizations from a file. Raises PolicyError."""
    source = read_file(path)
    try:
        return DirectoryData.from_tree(source.tree if isinstance(source.tree, dict) else {})
    except DirectoryError as error:
        # what is wrong begins with its place, dotted
        place = tuple(str(error).partition(":")[0].split("."))
        raise PolicyError((source.marks.at(place).problem(str(error)),)) from None


def plugged_in(names: Sequence[str]) -> Mapping[str, Factory]:
    """The guard kinds of these names that installed packages offer. Only what is named is loaded."""
    found = {point.name: point for point in entry_points(group=GUARDS) if point.name in names}
    return {name: point.load() for name, point in found.items()}


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Policies in one or more folders. guards: the added guard kinds a deployer allows."""

    roots: tuple[Path, ...] = field(default_factory=lambda: (built_in(),))
    guards: Mapping[str, Factory] = field(default_factory=dict)
    _built: dict[tuple[str, date | None, int], Policy] = field(default_factory=dict, repr=False)

    def names(self) -> list[str]:
        """The ids of all policies found, abstract ones too, in order."""
        found = (path.parent.name for root in self.roots for path in root.glob(f"*/{POLICY_FILE}"))
        return sorted(set(found))

    def folder(self, name: str) -> Path:
        """The folder of a policy, by name or by path. Raises UnknownPolicyError."""
        return self.file(name).parent

    def file(self, name: str) -> Path:
        """The file of a policy, by name or by path (a folder, or the file whatever it is called)."""
        given = Path(name)
        if given.suffix in SUFFIXES and given.is_file():
            return given
        if (given / POLICY_FILE).is_file() and ("/" in name or not self._named(name)):
            return given / POLICY_FILE
        found = self._named(name)
        if found is not None:
            return found / POLICY_FILE
        raise UnknownPolicyError((Problem(name, 1, 1, self._unfound(name, given)),))

    def _unfound(self, name: str, given: Path) -> str:
        """Why a name leads to no policy: a path that is none, or a name that is not known."""
        if name and given.is_dir():
            return f"`{name}` is a folder without a `{POLICY_FILE}`; write one, or name another"
        if name and given.exists():
            return f"`{name}` is no policy file; one ends in `.yaml`"
        near = get_close_matches(name, self.names(), n=3, cutoff=0.4)
        close = f"; perhaps {' or '.join(f'`{n}`' for n in near)}" if near else ""
        known = ", ".join(f"`{n}`" for n in self.names())
        return f"there is no policy `{name}`{close or f'; known are {known}'}"

    def _named(self, name: str) -> Path | None:
        for root in self.roots:
            if name and "/" not in name and (root / name / POLICY_FILE).is_file():
                return root / name
        return None

    def lineage(self, name: str) -> list[tuple[Path, Source]]:
        """The folders and files of a policy and its ancestors, the oldest first."""
        chain: list[tuple[Path, Source]] = []
        current: str | None = name
        while current is not None:
            file = self.file(current)
            source = read_file(file)
            if (
                any(str(file) == earlier.path for _, earlier in chain)
                or len(chain) > MOST_ANCESTORS
            ):
                raise _refusal(file, f"`{current}` extends itself; cut the circle")
            chain.append((file.parent, source))
            current = _parent(source)
            if current is not None:
                self._check_parent(current, source)
        return chain[::-1]

    def _check_parent(self, parent: str, source: Source) -> None:
        try:
            self.folder(parent)
        except UnknownPolicyError as error:
            mark = source.marks.at(("extends",))
            raise PolicyError((mark.problem(f"extends: {error.problems[0].message}"),)) from None
        pin = _pin(source)
        if pin is not None and pin != (now := self.pin(parent)):
            message = f"`{parent}` is no longer what was pinned; look at it again and pin `{now}`"
            raise PolicyError((source.marks.at(("extends", "pin")).problem(message),))

    def pin(self, name: str) -> str:
        """The SHA-256 of everything a policy and its ancestors say, for whatever date."""
        whole = b"\n".join(canonical(source.tree) for _, source in self.lineage(name))
        return sha256(whole).hexdigest()

    def resolved(self, name: str, *, on: date | None = None, ordinal: int = 1) -> Resolved:
        """The merged form of a policy as of a day, for a jurisdiction's cycle of that ordinal."""
        return _resolved(tuple(_File(source) for _, source in self.lineage(name)), on, ordinal)

    def register(self, name: str) -> dict[str, Clause]:
        """Every clause that a policy may cite: of its own document and of its ancestors'."""
        clauses: dict[str, Clause] = {}
        for folder, _ in self.lineage(name):
            clauses |= _register(folder)
        return clauses

    def own_register(self, name: str) -> dict[str, Clause]:
        """The clauses of a policy's own document."""
        return _register(self.folder(name))

    def load(self, name: str, *, on: date | None = None, ordinal: int = 1) -> Policy:
        """The compiled policy as of a day, for a cycle of that ordinal. Raises PolicyError."""
        key = (str(self.file(name)), on, ordinal)
        if key not in self._built:
            known = frozenset(self.register(name))
            files = tuple(_File(source) for _, source in self.lineage(name))
            guards = frozenset(self.guards.items())
            self._built[key] = _compiled(files, known, on, ordinal, guards)
        return self._built[key]

    def rebuilt(self, name: str, body: str) -> Policy:
        """A policy from its resolved form as it was stored, whatever its files say by now."""
        resolved = resolve([read(body, name)], on=None, ordinal=1)
        return build(resolved, known=frozenset(), allowed=self.guards, checked=False)


def _register(folder: Path) -> dict[str, Clause]:
    path = folder / REGISTER_FILE
    if not path.is_file():
        return {}
    register: Register = read_register(read_file(path))
    return register.clauses


def _parent(source: Source) -> str | None:
    said = source.tree.get("extends") if isinstance(source.tree, dict) else None
    name = said.get("policy") if isinstance(said, dict) else said
    return name if isinstance(name, str) else None


def _pin(source: Source) -> str | None:
    said = source.tree.get("extends") if isinstance(source.tree, dict) else None
    pin = said.get("pin") if isinstance(said, dict) else None
    return pin if isinstance(pin, str) else None


def _refusal(path: Path, message: str) -> PolicyError:
    return PolicyError((Problem(str(path), 1, 1, message),))
