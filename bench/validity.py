"""`python -m bench.validity [WORLDS] [--seed N]`: do the methods keep what they promise, in worlds where the truth is known?

Belongs here: calling every module `bench/simulated_*.py` there is, printing its figures beside their limits, and comparing
them with what the product prints (`seeds/measured.csv`). Does not belong here: any world, and any method.
"""

from __future__ import annotations

import argparse
import csv
import importlib
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from bench.figures import Figure

SEED = 2026
FEWEST_WORLDS = 1000
_MEASURED = Path(__file__).parents[1] / "seeds" / "measured.csv"
NEAR = 0.2
"""How far a measured figure may lie from the printed one, as a share of it, beyond what chance explains."""


def simulations() -> list[str]:
    """Names of the modules of simulated worlds, in their order."""
    return sorted(file.stem for file in Path(__file__).parent.glob("simulated_*.py"))


def printed() -> dict[tuple[str, str], float]:
    """Figures as the product prints them, by method and name."""
    with _MEASURED.open(encoding="utf-8", newline="") as lines:
        return {(row["method_id"], row["figure"]): float(row["value"]) for row in csv.DictReader(lines)}


def kept(figure: Figure, said: float | None) -> bool:
    """Whether a figure keeps its limits and, where the product prints it, comes within a fifth of that."""
    if said is None:
        return figure.passed
    chance = 2 * (max(said * (1 - said), 0.0) / max(figure.worlds, 1)) ** 0.5 if 0 <= said <= 1 else 0.0
    return figure.passed and abs(figure.value - said) <= NEAR * abs(said) + chance


def line(figure: Figure, said: float | None) -> str:
    """One printed line: name, value, limits, printed value, worlds, and whether all of that is kept."""
    low = "" if figure.low is None else f"{figure.low:g}"
    high = "" if figure.high is None else f"{figure.high:g}"
    limits = f"{low} to {high}" if low or high else "no limit"
    beside = "not printed" if said is None else f"{said:.3f}"
    word = "kept" if kept(figure, said) else "BROKEN"
    return f"{figure.method_id:<10} {figure.name:<45} {figure.value:8.3f}  {limits:<14} {beside:<12} {figure.worlds:>7}  {word}"


def main() -> None:
    """Run every simulation and print its figures; the exit code is 1 where any figure breaks a limit."""
    parser = argparse.ArgumentParser(prog="python -m bench.validity", description=__doc__)
    parser.add_argument("worlds", nargs="?", type=int, default=8000, help="worlds of each simulation, at least 1000")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--only", default="", help="part of the name of the simulations to run")
    parser.add_argument("--csv", action="store_true", help="lines for seeds/measured.csv instead")
    given = parser.parse_args()
    if given.worlds < FEWEST_WORLDS:
        parser.error(f"fewer than {FEWEST_WORLDS} worlds say nothing about five in a hundred")
    said, today, broken = printed(), datetime.now(UTC).date(), 0
    if not given.csv:
        print(f"{today}, {os.cpu_count()} cores, seed {given.seed}, {given.worlds} worlds of each")
        print(f"{'method':<10} {'figure':<45} {'measured':>8}  {'limits':<14} {'printed':<12} {'worlds':>7}")
    writer = csv.writer(sys.stdout, lineterminator="\n")
    for name in simulations():
        if given.only not in name:
            continue
        for figure in importlib.import_module(f"bench.{name}").run(given.worlds, given.seed):
            if given.csv:
                writer.writerow(
                    [figure.method_id, figure.name, round(figure.value, 4), figure.worlds, today, figure.note]
                )
                continue
            told = said.get((figure.method_id, figure.name))
            broken += not kept(figure, told)
            print(line(figure, told), flush=True)
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
