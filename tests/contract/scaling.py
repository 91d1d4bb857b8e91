"""The scripts of `docs/scaling.md`, by their titles: tests run them as they stand there."""

import re
from pathlib import Path

_PAGE = Path(__file__).parents[2] / "docs" / "scaling.md"
_SCRIPT = re.compile(r'```sql title="([^"]+)"\n(.*?)```', re.DOTALL)
SCRIPTS: dict[str, str] = dict(_SCRIPT.findall(_PAGE.read_text("utf-8")))
