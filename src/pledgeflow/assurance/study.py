"""One policy under study: its rules are taken out one by one, to see which scenarios notice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pledgeflow.assurance.moments import variants
from pledgeflow.assurance.removal import Without, citing
from pledgeflow.assurance.running import Result, Runner
from pledgeflow.assurance.scenarios import Scenario
from pledgeflow.assurance.shelf import Shelf
from pledgeflow.assurance.standing import SILENT, Ground, homeless
from pledgeflow.assurance.suites import scenarios
from pledgeflow.errors import PledgeflowError
from pledgeflow.policy.files.marks import Path
from pledgeflow.policy.language.register import Clause, ClauseValue


@dataclass(frozen=True, slots=True)
class Study:
    """What is known of a policy's clauses, each by its id.

    rules: paths of what cites it; scenarios: those that name it; results: by scenario;
    unnoticed: what can be taken out of the policy without a scenario of the clause failing
    """

    register: Mapping[str, Clause]
    grounds: Sequence[Ground]
    rules: Mapping[str, Sequence[Path]]
    scenarios: Mapping[str, Sequence[Scenario]]
    results: Mapping[str, Result]
    unnoticed: frozenset[tuple[str, Path]] = field(repr=False)

    @classmethod
    def of(cls, shelf: Shelf, name: str) -> Study:
        """Study a policy. Raises PolicyError if it, or its scenarios, cannot be read."""
        shelf.load(name)
        register, forms = shelf.own_register(name), variants(shelf, name)
        rules: dict[str, dict[Path, None]] = {clause: {} for clause in register}
        for path, clauses in (found for form in forms for found in citing(form)):
            for clause in clauses & rules.keys():
                rules[clause][path] = None
        grounds = [Ground.of(form) for form in forms]
        told = scenarios(shelf, name)
        results = {result.name: result for result in Runner(shelf).run_all(told)}
        naming = {clause: [s for s in told if clause in s.clauses] for clause in register}
        passing = {
            clause: [s for s in named if results[s.name].passed]
            for clause, named in naming.items()
            if register[clause].force != "context"
        }
        outs = _outs(register, rules, grounds)
        return cls(
            register,
            grounds,
            {clause: tuple(paths) for clause, paths in rules.items()},
            naming,
            results,
            frozenset(
                (clause, path)
                for path, clauses in outs.items()
                for clause in _oblivious(shelf, path, {c: passing[c] for c in clauses})
            ),
        )

    def lacking(self, name: str) -> Iterator[str]:
        """In words, everything that keeps a clause from being tested."""
        clause = self.register[name]
        if clause.force == "context":
            return
        if clause.partial is not None:
            yield f"declared as missing: {clause.partial.en}"
        if not self.rules[name]:
            yield "no rule cites it"
        told = self.scenarios[name]
        if not told:
            yield "no scenario names it"
        for scenario in told:
            result = self.results[scenario.name]
            if not result.passed:
                yield f"the scenario `{scenario.name}` fails: {result.message}"
        for path in self.rules[name]:
            if told and (name, path) in self.unnoticed:
                yield f"none of its scenarios fails without `{'.'.join(map(str, path))}`"
        for key, value in clause.values.items():
            yield from homeless(key, value, self.grounds)
            for path in _places(value, self.grounds):
                if told and path not in self.rules[name] and (name, path) in self.unnoticed:
                    where = ".".join(map(str, path))
                    yield f"none of its scenarios fails without `{where}`, its value `{key}`"


def _outs(
    register: Mapping[str, Clause],
    rules: Mapping[str, Mapping[Path, None]],
    grounds: Sequence[Ground],
) -> dict[Path, list[str]]:
    """What is to be taken out, each by itself, and for which clauses: rules, places of values."""
    outs: dict[Path, dict[str, None]] = {}
    for name, clause in register.items():
        if clause.force == "context":
            continue
        places = (p for value in clause.values.values() for p in _places(value, grounds))
        for path in (*rules[name], *places):
            outs.setdefault(path, {})[name] = None
    return {path: list(clauses) for path, clauses in outs.items()}


def _places(value: ClauseValue, grounds: Sequence[Ground]) -> tuple[Path, ...]:
    """Where a value stands, of the places that its register names."""
    return tuple(
        tuple(place.split("."))
        for place in value.places
        if place not in ("", SILENT) and any(ground.at(place) is not None for ground in grounds)
    )


def _oblivious(shelf: Shelf, path: Path, naming: Mapping[str, Sequence[Scenario]]) -> Iterator[str]:
    """The clauses of whose scenarios none fails once this is taken out."""
    runner = Runner(Without.of(shelf, [path]))
    failed: dict[str, bool] = {}
    for clause, named in naming.items():
        for scenario in sorted(named, key=lambda s: far(s, path)):
            if scenario.name not in failed:
                failed[scenario.name] = _fails(runner, scenario)
            if failed[scenario.name]:
                break
        else:
            yield clause


def _fails(runner: Runner, scenario: Scenario) -> bool:
    try:
        return not runner.run(scenario).passed
    except PledgeflowError:  # a policy that does not load without this: so it is needed
        return True


def far(scenario: Scenario, path: Path) -> int:
    """How unlikely a scenario is to notice what is taken out: 0 where it speaks of just that, 1
    where one of its last steps is of that name.
    """
    if _mentions(scenario, path):
        return 0
    return 1 if {act.do for act in scenario.when} & set(path) else 2


def _mentions(scenario: Scenario, path: Path) -> bool:
    """Whether a scenario speaks of what is taken out: it is the likeliest to notice."""
    own = path[3:] if path[:1] == ("tracks",) and path[2:3] == ("rules",) else path
    then, places = scenario.then, {".".join(map(str, path)), ".".join(map(str, own))}
    rules = then.refused.rules if then.refused is not None else ()
    looked = (
        f"{part}.{name}"
        for part in ("indicators", "duties", "ledgers")
        for name in getattr(then, part) or {}
    )
    people = ("coverage",) if then.people is not None else ()
    said = (*rules, *(then.shows or ()), *(then.labels or ()), *looked, *people)
    return any(
        rule.startswith(place) or place.startswith(rule) for rule in said for place in places
    )
