"""The command line, the top layer: translates words into calls of the library, and back.

Results go to stdout, progress and messages to stderr. Exit codes: 0 fine, 1 findings (a failed
scenario, a refusal), 2 wrong usage or unreadable input.
"""

import io
import sys

from pledgeflow.cli.app import app

__all__ = ["app", "main"]


def main() -> None:
    """Run the command named in `sys.argv`, and exit."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Whatever the locale says: both languages have to come out, and nothing may fail.
            stream.reconfigure(encoding="utf-8", errors="replace")
    app(prog_name="pledgeflow")
