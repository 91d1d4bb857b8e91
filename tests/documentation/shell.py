"""As much of a shell as the pages use, with `pledgeflow` in this process: that is what makes it fast."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from typer.main import get_command
from typer.testing import CliRunner

from pledgeflow.cli import app

COMMAND = get_command(app)
"""Made once: that takes as long as running most commands does."""
COLUMNS = "100"
PLUGIN = ("-p", "pledgeflow.testing.plugin", "-p", "no:cacheprovider")
"""What pytest finds by itself where pledgeflow is installed, and not where it only lies."""
_SENT = (">", ">>", "<")
_FILE = re.compile(r"\$\(cat ([\w./-]+)\)")


@dataclass(slots=True)
class Said:
    """What a command left: its exit code, what it printed, and all that a terminal shows."""

    code: int
    out: str = ""
    shown: str = ""


@dataclass(slots=True)
class Shell:
    """Runs lines in a folder. Whoever makes one has changed into that folder."""

    env: dict[str, str] = field(default_factory=dict)
    last: int = 0

    def __post_init__(self) -> None:
        plain = {"LANG": "en_US.UTF-8", "LC_ALL": "", "PLEDGEFLOW_DB": "", "COLUMNS": COLUMNS}
        self.env = plain | self.env

    def run(self, line: str, typed: str | None = None) -> Said:
        """A line without pipes; `>`, `>>` and `<` stand at its end."""
        line = _FILE.sub(lambda found: Path(found[1]).read_text(encoding="utf-8").strip(), line)
        words, into = _redirected(shlex.split(line))
        if "<" in into:
            typed = Path(into["<"]).read_text(encoding="utf-8")
        said = self._one(words, typed)
        for mark in (">", ">>"):
            if mark in into:
                with Path(into[mark]).open("a" if mark == ">>" else "w", encoding="utf-8") as file:
                    file.write(said.out)
                said = Said(
                    said.code, "", said.shown.replace(said.out, "") if said.out else said.shown
                )
        self.last = said.code
        return said

    def _one(self, words: Sequence[str], typed: str | None) -> Said:
        name, *rest = words
        if name == "pledgeflow":
            return self._pledgeflow(rest, typed)
        if name == "python":
            return self._other([sys.executable, *rest])
        if name == "pytest":
            return self._other([sys.executable, "-m", "pytest", *PLUGIN, *rest])
        if name == "make":
            return self._other(["make", "--dry-run", "-C", str(Path(__file__).parents[2]), *rest])
        return BUILT_IN[name](self, rest)

    def _pledgeflow(self, words: Sequence[str], typed: str | None) -> Said:
        with CliRunner().isolation(input=typed, env=self.env) as (out, _, both):
            code = 0
            try:
                COMMAND.main(args=list(words), prog_name="pledgeflow")
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else 1
            sys.stdout.flush()
            sys.stderr.flush()
            return Said(code, out.getvalue().decode(), both.getvalue().decode())

    def _other(self, words: Sequence[str]) -> Said:
        own = {"PYTHONIOENCODING": "utf-8", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        env = {**os.environ, **own, **self.env}
        done = subprocess.run(words, capture_output=True, check=False, encoding="utf-8", env=env)
        return Said(done.returncode, done.stdout, done.stdout + done.stderr)


def _redirected(words: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    kept, into, rest = list[str](), dict[str, str](), iter(words)
    for word in rest:
        if word in _SENT:
            into[word] = next(rest)
        else:
            kept.append(word)
    return kept, into


def _cd(_: Shell, words: Sequence[str]) -> Said:
    os.chdir(words[0])
    return Said(0)


def _cat(_: Shell, words: Sequence[str]) -> Said:
    text = "".join(Path(word).read_text(encoding="utf-8") for word in words)
    return Said(0, text, text)


def _mkdir(_: Shell, words: Sequence[str]) -> Said:
    for word in words:
        if word != "-p":
            Path(word).mkdir(parents="-p" in words, exist_ok="-p" in words)
    return Said(0)


def _ls(_: Shell, words: Sequence[str]) -> Said:
    text = "".join(f"{path.name}\n" for path in sorted(Path(*words).iterdir()))
    return Said(0, text, text)


def _cp(_: Shell, words: Sequence[str]) -> Said:
    shutil.copy(*words)
    return Said(0)


def _echo(shell: Shell, words: Sequence[str]) -> Said:
    text = " ".join(str(shell.last) if word == "$?" else word for word in words) + "\n"
    return Said(0, text, text)


def _export(shell: Shell, words: Sequence[str]) -> Said:
    for word in words:
        name, _, value = word.partition("=")
        shell.env[name] = value
    return Said(0)


BUILT_IN: dict[str, Callable[[Shell, Sequence[str]], Said]] = {
    "cd": _cd,
    "cat": _cat,
    "mkdir": _mkdir,
    "ls": _ls,
    "cp": _cp,
    "echo": _echo,
    "export": _export,
}


def understood(words: Sequence[str]) -> Said:
    """Whether `pledgeflow` has this command with these options. Runs nothing: it only asks for help."""
    return Shell().run(shlex.join(["pledgeflow", *words, "--help"]))


def matches(expected: str, found: str) -> bool:
    """Whether a text is what a page shows: `…` stands for anything, on its own line for lines.

    How far columns are apart makes no difference.
    """
    pattern = "".join(
        r"(?:.*\n)*" if line == "…" else ".*".join(map(re.escape, line.split("…"))) + r"\n"
        for line in _tight(expected)
    )
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in _tight(found))) is not None


def _tight(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.strip("\n").splitlines()]
