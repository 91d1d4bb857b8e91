"""A copy of the tree in which every function of the core is there with all its mutants."""

import ast
import difflib
import shutil
import textwrap
from dataclasses import dataclass
from pathlib import Path

from mutmut.mutation.file_mutation import mutate_file_contents

CORE = ("domain/**/*.py", "policy/**/*.py", "decision.py")
LEFT = shutil.ignore_patterns(".*", "build", "__pycache__")


@dataclass(frozen=True)
class Grown:
    """Where the copy stands, and in which of its files each mutant is, by its full name."""

    tree: Path
    mutants: dict[str, Path]


def grow(root: Path, tree: Path) -> Grown:
    """Copy `root` to `tree`, and put its mutants into what is there of the core."""
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(root, tree, ignore=LEFT)
    source = tree / "src"
    mutants = {}
    for path in sorted(p for pattern in CORE for p in (source / "pledgeflow").glob(pattern)):
        made = mutate_file_contents(str(path), path.read_text())
        path.write_text(made.code)
        module = ".".join(path.relative_to(source).with_suffix("").parts).removesuffix(".__init__")
        mutants.update({f"{module}.{name}": path for name in made.mutant_names})
    return Grown(tree, mutants)


def difference(grown: Grown, mutant: str) -> str:
    """How a mutant differs from the function that it is made of: the lines that are otherwise."""
    path = grown.mutants[mutant]
    name = mutant.rpartition(".")[2]
    origin = f"{name.rpartition('__mutmut_')[0]}__mutmut_orig"
    text = path.read_text()
    code = {
        node.name: textwrap.dedent(ast.get_source_segment(text, node, padded=True) or "")
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef) and node.name in (name, origin)
    }
    lines = difflib.unified_diff(
        code[origin].splitlines()[1:], code[name].splitlines()[1:], lineterm="", n=1
    )
    return "\n".join(list(lines)[3:])
