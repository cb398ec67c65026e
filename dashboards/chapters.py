"""The chapters of the methods page: the Markdown files of `docs/methods/`, read once.

Belongs here: finding and reading them. Does not belong here: their text, or how a page shows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

CHAPTERS = Path(__file__).resolve().parents[1] / "docs" / "methods"


@dataclass(frozen=True)
class Chapter:
    """One method's text: the anchor it is found at, its title, and Markdown whose headings begin at the third level."""

    anchor: str
    title: str
    text: str


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
