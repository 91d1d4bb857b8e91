"""What is on a page is done, block by block, in a folder of its own; what does not hold is told."""

from __future__ import annotations

import io
import json
import re
import shlex
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import yaml

from tests.documentation.fragments import wrong_in
from tests.documentation.pages import Block
from tests.documentation.reasons import Left
from tests.documentation.shell import Shell, matches, understood
from tests.documentation.stage import Stage

FINE, FINDINGS = 0, 1
FINDERS = ("backtest", "check", "coverage", "diff", "mutate", "test", "verify")
"""Commands whose exit code 1 is an answer: something was found."""
AT_THE_END = ", at the end"
_REMARK = re.compile(r"\s{2,}|\s#\s")  # no command of ours has two blanks in a row
_GOES_ON = re.compile(r"\s*\\\n\s*")


class WrongError(AssertionError):
    """A page shows what is not so."""


@dataclass(slots=True)
class Play:
    """One page that is being played. printed: what the block before printed, if it was code."""

    stage: Stage
    shell: Shell
    left: Left
    names: dict[str, object] = field(default_factory=dict)
    printed: str | None = None

    def all(self, found: Sequence[Block]) -> None:
        """Do what is in the blocks, in their order. Raises WrongError."""
        for block in found:
            try:
                self._one(block)
            except Exception as error:
                raise WrongError(f"{block}: {type(error).__name__}: {error}") from error

    def _one(self, block: Block) -> None:
        printed, self.printed = self.printed, None
        if self.left.block(block):
            return
        if printed and block.printed:
            agree(block.text, printed, "the code")
        elif block.commands:
            for line in lines(block.text):
                self._listed(line)
        else:
            self._written(block)

    def _written(self, block: Block) -> None:
        match block.language:
            case "console":
                self._session(block.text)
            case "python":
                self._python(block)
            case "yaml" if block.title:
                self._file(block)
            case "yaml":
                for problem in wrong_in(block.text):
                    raise WrongError(problem)
            case "json":
                json.loads(block.text)
            case "" | "text":
                pass
            case _:
                raise WrongError(f"what is `{block.language}` to be done with? see `reasons`")

    def _file(self, block: Block) -> None:
        path = Path(block.title.removesuffix(AT_THE_END))
        yaml.safe_load(block.text)
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text(encoding="utf-8") if block.title.endswith(AT_THE_END) else ""
        path.write_text(f"{before}{block.text}", encoding="utf-8")

    def _python(self, block: Block) -> None:
        out = io.StringIO()
        code = "\n" * block.line + block.text
        with redirect_stdout(out):
            exec(compile(code, block.page, "exec"), self.names)  # noqa: S102 (our own pages)
        self.printed = out.getvalue()

    def _session(self, text: str) -> None:
        found = sessions(text)
        for (command, shown), (follower, _) in pairwise([*found, ("", "")]):
            if self.left.line(command):
                continue
            said = self.shell.run(command, typed=self.stage.typed(command))
            if said.code != FINE and "$?" not in follower:
                raise WrongError(f"`{command}` ends with {said.code}:\n{said.shown}")
            if shown:
                agree(shown, said.shown, command)

    def _listed(self, line: str) -> None:
        command = without_remark(line)
        words = shlex.split(command)
        if self.left.line(command):
            asked = understood(of_the_program(words[1:]))
            if words[0] == "pledgeflow" and asked.code != FINE:
                raise WrongError(f"`{command}`: {asked.shown}")
            return
        meant = self.stage.filled(command.split(" | ")[0])  # the rest is somebody else's program
        said = self.shell.run(meant, typed=self.stage.typed(command))
        if said.code != FINE and not (said.code == FINDINGS and words[1] in FINDERS):
            raise WrongError(f"`{command}`, here `{meant}`, ends with {said.code}:\n{said.shown}")


def without_remark(line: str) -> str:
    """The command in a line of a list."""
    return _REMARK.split(line.strip(), maxsplit=1)[0].removeprefix("$ ")


def of_the_program(words: Sequence[str]) -> list[str]:
    """The words up to the first one that is the shell's."""
    end = next((i for i, word in enumerate(words) if word in (">", ">>", "<", "|")), len(words))
    return list(words[:end])


def agree(expected: str, found: str, what: str) -> None:
    """Raises WrongError where a text is not what is shown."""
    if not matches(expected, found):
        raise WrongError(f"what is shown of `{what}` is not what it says:\n{found}")


def lines(text: str) -> Iterator[str]:
    """The lines of a list; one that ends in a backslash goes on in the next."""
    for line in _GOES_ON.sub(" ", text).splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            yield line


def sessions(text: str) -> list[tuple[str, str]]:
    """Each command of a session, with what it is said to print."""
    found = list[tuple[str, list[str]]]()
    for line in _GOES_ON.sub(" ", text).splitlines():
        if line.startswith("$ "):
            found.append((without_remark(line), []))
        elif found:
            found[-1][1].append(line)
        else:
            raise WrongError("a session begins with `$ `")
    return [(command, "\n".join(shown)) for command, shown in found]
