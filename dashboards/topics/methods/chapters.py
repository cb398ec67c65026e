"""The chapters of the methods page: the Markdown files of `docs/methods/`, read once.

Belongs here: finding and reading them. Does not belong here: their text, or how a page shows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CHAPTERS = Path(__file__).resolve().parents[3] / "docs" / "methods"


_TABLE = re.compile(r"(?:^\|.*(?:\n|\Z))+", re.MULTILINE)


@dataclass(frozen=True)
class Chapter:
    """One method's text: the anchor it is found at, its title, and Markdown whose headings begin at the third level."""

    anchor: str
    title: str
    text: str

    def pieces(self) -> Iterator[tuple[str, bool]]:
        """The text cut where a table begins or ends: Markdown, and whether it is a table.

        A table may be wider than a telephone, so a page needs it apart from the text around it.
        """
        end = 0
        for table in _TABLE.finditer(self.text):
            if before := self.text[end : table.start()].strip():
                yield before, False
            yield table.group().strip(), True
            end = table.end()
        if after := self.text[end:].strip():
            yield after, False


@cache
def chapters(folder: Path = CHAPTERS) -> tuple[Chapter, ...]:
    """The chapters in the order of their file names. Each file begins with a heading of the first level."""
    found = []
    for file in sorted(folder.glob("*.md")):
        heading, _, text = file.read_text(encoding="utf-8").partition("\n")
        # the page has the first level and a chapter's title the second
        deeper = "\n".join(f"#{line}" if line.startswith("#") else line for line in text.splitlines())
        found.append(Chapter(file.stem, heading.removeprefix("# ").strip(), deeper.strip()))
    return tuple(found)
