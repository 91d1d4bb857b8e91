"""Builds one document's tree and its marks from its parts, as `composing` meets them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from yaml.events import CollectionStartEvent, MappingStartEvent

from pledgeflow.policy.files.marks import Layer, Mark, Marks, Tree, quoted
from pledgeflow.policy.files.scalars import scalar


@dataclass(slots=True)
class _Open:
    """A collection whose end is still to come.

    key: in a mapping, the key whose value comes next
    skip: that value is read but not kept, because its key was refused
    """

    tree: dict[str, Tree] | list[Tree]
    marks: dict[str | int, Marks]
    key: tuple[str, Mark] | None = None
    skip: bool = False

    @property
    def wants_key(self) -> bool:
        return isinstance(self.tree, dict) and self.key is None and not self.skip

    def put(self, value: Layer) -> None:
        if isinstance(self.tree, list):
            self.marks[len(self.tree)] = value.marks
            self.tree.append(value.tree)
        elif self.key is not None:
            text, mark = self.key
            self.marks[text] = Marks(mark, value.marks.children)
            self.tree[text] = value.tree
        self.key, self.skip = None, False


class Assembly:
    """A stack of open collections.

    INVARIANT: a collection is put into its parent when it begins, so that ending it is a pop.
    """

    def __init__(self, report: Callable[[Mark, str], None]) -> None:
        self.root: Layer | None = None
        self._report = report
        self._open: list[_Open] = []

    @property
    def depth(self) -> int:
        """How many collections are open."""
        return len(self._open)

    def begin(self, event: CollectionStartEvent, mark: Mark) -> None:
        """A mapping or a list starts."""
        tree: dict[str, Tree] | list[Tree] = {} if isinstance(event, MappingStartEvent) else []
        marks: dict[str | int, Marks] = {}
        if self._wants_key():
            self._report(mark, "a key has to be a word, not a mapping or a list")
            self._open[-1].skip = True
        else:
            self._put(Layer(tree, Marks(mark, marks)))
        self._open.append(_Open(tree, marks))

    def end(self) -> None:
        """The collection that started last ends."""
        self._open.pop()

    def scalar(self, text: str, *, plain: bool, mark: Mark) -> None:
        """A key or a simple value; only a plain one may be more than text."""
        if self._wants_key():
            self._key(text, plain=plain, mark=mark)
        else:
            self._put(Layer(scalar(text, plain=plain), Marks(mark)))

    def _wants_key(self) -> bool:
        return bool(self._open) and self._open[-1].wants_key

    def _put(self, value: Layer) -> None:
        if self._open:
            self._open[-1].put(value)
        else:
            self.root = value

    def _key(self, text: str, *, plain: bool, mark: Mark) -> None:
        here = self._open[-1]
        if text == "<<" and plain:
            self._report(mark, "merge keys are not read; `extends` a parent that both share")
            here.skip = True
        elif text in here.tree:
            line = here.marks[text].mark.line
            self._report(mark, f"{quoted(text)} is here twice, first in line {line}; keep one")
            here.skip = True
        else:
            here.key = (text, mark)
