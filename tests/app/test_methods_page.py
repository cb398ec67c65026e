"""The methods page: every chapter, in plain words, and every measured figure."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from dashboards.topics.methods.chapters import CHAPTERS, chapters


def test_every_chapter_and_every_figure_is_on_the_page(page: Any) -> None:
    made = page("/methods", "")
    for chapter in chapters():
        assert chapter.title in made.text
        assert chapter.text.split("\n\n")[0] in made.text
    assert "five point trend" in made.text and "0.0015" in made.text


def test_tables_stand_apart_from_the_text_and_every_column_is_named() -> None:
    for chapter in chapters():
        pieces = list(chapter.pieces())
        assert re.sub(r"\s", "", "".join(text for text, _ in pieces)) == re.sub(r"\s", "", chapter.text)
        for text, is_table in pieces:
            lines = text.splitlines()
            assert all(line.startswith("|") == is_table for line in lines)
            if is_table:
                assert all(cell.strip() for cell in lines[0].strip("|").split("|")), lines[0]


@pytest.mark.parametrize("file", sorted(CHAPTERS.glob("*.md")), ids=lambda file: file.stem)
def test_a_chapter_says_what_it_rests_on_and_what_it_cannot_tell(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.startswith("# ")
    for part in ("reference", "assume", "cannot tell"):
        assert re.search(part, text, re.IGNORECASE), f"{file.name} does not say “{part}”"
    # levels follow each other, since the page shows them one deeper
    assert set(re.findall(r"^#+", text, re.MULTILINE)) <= {"#", "##", "###"}
