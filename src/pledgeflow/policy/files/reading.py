"""Reading one file safely: text in, a plain tree with positions out, or all that is wrong with it.

Never constructs objects. Limits hold before anything of that size is built, so that a hostile
file costs no more than a large honest one. Pure: opening files is the catalogue's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pledgeflow.errors import PolicyError
from pledgeflow.policy.files.composing import compose
from pledgeflow.policy.files.marks import Layer, Mark, Marks, Path, Scalar, Tree
from pledgeflow.policy.files.scalars import control_problem, unprintable

__all__ = ["LIMIT_BYTES", "Mark", "Marks", "Path", "Scalar", "Source", "Tree", "read"]

LIMIT_BYTES = 1_000_000

Top = Literal["mapping", "sequence"]
_WANTED: dict[Top, tuple[type, str]] = {
    "mapping": (dict, "`key: value` lines"),
    "sequence": (list, "items that each start with `- `"),
}


@dataclass(frozen=True, slots=True)
class Source(Layer):
    """A file as it was read.

    tree: mappings with text keys, lists, text, whole numbers, true/false, nothing
    marks: the position of every value; path: the file, as problems name it
    """

    path: str


def read(text: str | bytes, path: str, *, top: Top = "mapping") -> Source:
    """Read YAML text; `path` is only a name for messages, `top` what the file has to hold.

    Plain `true`, `false`, `null`, `~` and whole numbers of at most 15 digits are typed; all
    else, quoted or not, stays text: dates, `on`, `no`, `1.5`. Keys are always text.

    Raises PolicyError: with every problem found (at most 20) where reading can go on after
    one (duplicate keys, anchors, aliases, tags, merge keys …), and at once for syntax errors,
    for more than LIMIT_BYTES, 32 levels, or 50,000 values, and for text that is not UTF-8.
    """
    start = Mark(path, 1, 1)
    clean = _decoded(text, start)
    if found := unprintable(clean):
        raise _refusal(_mark(clean, found.start(), path), control_problem(found))
    layer = compose(clean, path)
    kind, wanted = _WANTED[top]
    if layer is None or layer.tree is None:
        raise _refusal(start, f"the file is empty; write {wanted}")
    if not isinstance(layer.tree, kind):
        raise _refusal(layer.marks.mark, f"the file has to consist of {wanted}")
    return Source(layer.tree, layer.marks, path)


def _decoded(text: str | bytes, start: Mark) -> str:
    if len(text) > LIMIT_BYTES:
        raise _too_large(start)
    if isinstance(text, bytes):
        return _from_utf8(text, start.path).removeprefix("\ufeff")
    # lone surrogates pass here: they are refused as control characters, with their position
    if len(text.encode(errors="surrogatepass")) > LIMIT_BYTES:
        raise _too_large(start)
    return text.removeprefix("\ufeff")


def _from_utf8(data: bytes, path: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        valid = data[: error.start].decode()
        message = "this is not UTF-8 text; save the file as UTF-8"
        # PolicyError says it all: the codec's words would only confuse
        raise _refusal(_mark(valid, len(valid), path), message) from None


def _mark(text: str, index: int, path: str) -> Mark:
    line_start = text.rfind("\n", 0, index) + 1
    return Mark(path, text.count("\n", 0, index) + 1, index - line_start + 1)


def _too_large(start: Mark) -> PolicyError:
    limit = f"{LIMIT_BYTES:,} bytes"
    return _refusal(start, f"the file is larger than {limit}; split it into a parent and a child")


def _refusal(mark: Mark, message: str) -> PolicyError:
    return PolicyError((mark.problem(message),))
