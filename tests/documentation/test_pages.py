"""Every block of every page is run: an example that no longer holds fails here."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.documentation.pages import blocks, blocks_of, pages
from tests.documentation.playing import Play, WrongError, lines, without_remark
from tests.documentation.preparing import prepared
from tests.documentation.reasons import COMMANDS, LANGUAGES, Left
from tests.documentation.shell import Shell
from tests.documentation.stage import Stage


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", pages())
def test_what_a_page_shows_is_so(page: str, folder: Path, request: pytest.FixtureRequest) -> None:
    found = blocks(page)
    with prepared(page, found, folder, request) as stage:
        shell = Shell(dict(stage.env))
        Play(stage, shell, Left(), dict(stage.names)).all(found)


def play(text: str) -> None:
    Play(Stage("page"), Shell(), Left()).all(list(blocks_of(text, "page")))


SOUND = """
```
pledgeflow verify --properties --format json   what there is
```

```console
$ pledgeflow audit verifier > verifier.py
$ ls
verifier.py
$ pledgeflow check nowhere
nowhere:1:1: there is no policy `nowhere`; …
$ echo $?
2
```

```python
print(6 * 7)
```

prints

```
42
```

```yaml title="deep/words.txt"
one: 1
```

```yaml title="deep/words.txt, at the end"
two: 2
```

```console
$ cat deep/words.txt
one: 1
…
```

```yaml
late_entry: {within: P14D, cite: XX-01}
```
"""


@pytest.mark.usefixtures("folder")
def test_a_page_that_is_right_is_right() -> None:
    play(SOUND)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("pledgeflow verify", "pledgeflow verfy"),
        ("--format json", "--fromat json"),
        ("verifier >", "verifier --bogus >"),
        ("$ ls\nverifier.py", "$ ls\nverifer.py"),
        ("there is no policy", "there is a policy"),
        ("$ echo $?\n2\n", ""),
        ("\n2\n", "\n1\n"),
        ("6 * 7", "6 * 8"),
        ("print(6", "prnt(6"),
        ("42", "43"),
        ("one: 1\n…", "two: 2\n…"),
        ("within: P14D", "wihtin: P14D"),
        ("```python", "```haskell"),
    ],
)
def test_whatever_is_wrong_on_a_page_is_found(right: str, wrong: str) -> None:
    assert right in SOUND
    with pytest.raises(WrongError, match=r"^page:"):
        play(SOUND.replace(right, wrong, 1))


def test_nothing_is_left_out_without_need() -> None:
    found = [block for page in pages() for block in blocks(page)]
    shown = [each for each in found if each.commands or each.language == "console"]
    listed = {without_remark(line) for each in shown for line in lines(each.text)}
    assert set(COMMANDS) <= listed
    assert set(LANGUAGES) <= {block.language for block in found}
