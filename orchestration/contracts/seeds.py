"""The files of `seeds/` as rows of text.

Belongs here: finding and reading them, so that where a seed lies is known nowhere else. Does not belong here: what their
rows mean (the other modules of this package).
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from orchestration.settings import REPOSITORY

SEEDS = REPOSITORY / "seeds"


class ContractError(Exception):
    """A seed file contradicts itself. Raised at load, so that a mistake in `seeds/` is never met halfway."""


def seed_file(name: str, seeds: Path = SEEDS) -> Path:
    """The seed of this name, such as `datasets.csv`, whichever folder of `seeds` it lies in.

    Raises `ContractError` where there is none or more than one.
    """
    found = sorted(seeds.rglob(name))
    if len(found) != 1:
        raise ContractError(f"{seeds} has {len(found)} files named {name}")
    return found[0]


def rows(seeds: Path, name: str) -> list[dict[str, str]]:
    """The rows of one seed, cells stripped."""
    with seed_file(name, seeds).open(encoding="utf-8-sig", newline="") as file:
        return [{key: (value or "").strip() for key, value in row.items()} for row in csv.DictReader(file)]


def split(text: str) -> tuple[str, ...]:
    """The parts of a cell that holds several."""
    return tuple(part.strip() for part in text.split("|") if part.strip())


@cache
def rows_once(seeds: Path, name: str) -> tuple[dict[str, str], ...]:
    """The rows of a seed that is asked for often: read once."""
    return tuple(rows(seeds, name))
