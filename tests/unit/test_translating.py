"""What may be wrong with a file of scenarios, of stories or a map is said in Chinese too."""

from __future__ import annotations

import ast
import inspect
from types import ModuleType

import pytest

from pledgeflow.assurance import acts, checking, scenarios
from pledgeflow.cli.options import Lang
from pledgeflow.cli.translating import problem_said
from pledgeflow.errors import Problem


def raised(module: ModuleType) -> list[str]:
    """The messages with which values are refused, what they name left as one word."""
    found = []
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        match node:
            case ast.Raise(
                exc=ast.Call(func=ast.Name("ValueError"), args=[ast.Constant(str(text))])
            ):
                found.append(text)
            case ast.Raise(exc=ast.Call(func=ast.Name("ValueError"), args=[ast.JoinedStr(parts)])):
                found.append(
                    "".join(str(p.value) if isinstance(p, ast.Constant) else "x" for p in parts)
                )
            case _:
                pass
    return found


def inside() -> list[str]:
    named = {"field": "x", "input": "`x`", "ge": "1"}
    return [text.format_map(named) for text in checking._PLAIN.values()]


def test_there_is_something_to_translate() -> None:
    assert all(map(raised, (acts, scenarios)))


@pytest.mark.parametrize(
    "text",
    [
        *raised(acts),
        *raised(scenarios),
        *inside(),
        "a mapping is not possible here; write 'same'",
        "a list is not possible here; write 'same'",
        "`x` is not possible here; write 'a', 'b' or 'c'",
    ],
)
def test_what_is_wrong_inside_a_file_is_said_in_chinese_with_its_place(text: str) -> None:
    said = problem_said(Problem("f.yaml", 3, 5, f"then.state: {text}"), Lang.ZH)
    assert said.startswith("f.yaml:3:5: then.state：")
    assert "here" not in said
    assert " or " not in said
