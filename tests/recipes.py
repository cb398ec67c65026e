"""The recipes of docs/dev, done to a copy of the tree as they are written: the test reads what a person reads.

A step is a line that begins with *Create*, *Append to* or *Change* and names a file, and the block below it; in a change
lines that begin with - give way to those that begin with +. Not here: what a recipe should
lead to, which the tests that use this say.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
from pathlib import Path

from tests.conftest import ROOT

#: What a copy needs to build a warehouse and to serve pages.
FOLDERS = ("orchestration", "dashboards", "dbt_project", "methods", "seeds", "docs")
_STEP = re.compile(r"^(Create|Append to|Change) `([^`]+)`:\n\n```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def copy_of_the_tree(folder: Path) -> Path:
    """What the product is made of, to be changed."""
    for name in FOLDERS:
        shutil.copytree(
            ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "target", "logs", "node_modules")
        )
    return folder


def follow(recipe: str, tree: Path, heading: str = "") -> dict[str, int]:
    """Do the steps of a recipe (below a heading, where one is given) to a tree: the lines put into each file touched."""
    text = (tree / "docs" / "dev" / f"{recipe}.md").read_text(encoding="utf-8")
    if heading:
        assert f"## {heading}\n" in text, f"{recipe} has no {heading}"
        text = re.split(r"^## ", text.partition(f"## {heading}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
    touched: dict[str, int] = {}
    for what, name, block in _STEP.findall(text):
        file = tree / name
        assert file.exists() == (what != "Create"), f"{what} {name}: it is {'' if file.exists() else 'not '}there"
        if what == "Change":
            old, new = (_lines(block, sign) for sign in "-+")
            before = file.read_text(encoding="utf-8")
            assert before.count(old) == 1, f"{name} does not have this once: {old}"
            file.write_text(before.replace(old, new), encoding="utf-8")
        else:
            if file.suffix == ".csv":
                header, *rows = csv.reader(
                    io.StringIO(file.read_text(encoding="utf-8").partition("\n")[0] + "\n" + block)
                )
                assert {len(row) for row in rows} == {len(header)}, f"lines of {recipe} for {name} are not of {header}"
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("a", encoding="utf-8") as target:
                target.write(block)
        touched[name] = touched.get(name, 0) + (1 if what == "Change" else block.count("\n"))
    assert touched, f"no steps in {recipe} {heading}"
    return touched


def _lines(block: str, sign: str) -> str:
    """What a block of changes takes out (`-`) or puts in (`+`)."""
    return "".join(f"{line[1:]}\n" for line in block.splitlines() if line.startswith(sign))
