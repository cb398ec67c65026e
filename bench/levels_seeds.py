"""The seeds of the model of levels, as the warehouse reads them."""

from __future__ import annotations

import csv

from methods.level_figures import seed_spread
from methods.levels import Spread
from orchestration.contracts import seed_file


def settings() -> dict[str, float]:
    """Seed level_settings."""
    with seed_file("level_settings.csv").open(encoding="utf-8", newline="") as lines:
        return {row["setting"]: float(row["value"]) for row in csv.DictReader(lines)}


def seed_of(indicator_id: str, phase: str) -> tuple[str, Spread]:
    """Form and spread of an indicator in national history: of the kind of school where there is one, else of any."""
    with seed_file("level_seeds.csv").open(encoding="utf-8", newline="") as lines:
        rows = {row["phase"]: row for row in csv.DictReader(lines) if row["indicator_id"] == indicator_id}
    row = rows.get(phase) or rows[""]
    numbers = {name: float(row[name]) for name in ("tau2", "sigma2", "phi", "beta2", "nugget", "per_pupil")}
    return row["form"], seed_spread(numbers, settings())


def yardstick() -> list[tuple[str, float, float, float]]:
    """Words of the yardstick with the ends of their band, and the chance from which each is the nearest."""
    with seed_file("yardstick.csv").open(encoding="utf-8", newline="") as lines:
        return [
            (row["yardstick"], float(row["least"]), float(row["most"]), float(row["chance_from"]))
            for row in csv.DictReader(lines)
        ]
