"""`python -m bench.validity [WORLDS] [--seed N]`: do the methods keep what they promise, in worlds where the truth is known?

Belongs here: calling every module `bench/simulated_*.py` and `bench/history_*.py` there is, printing its figures with their
limits, and comparing them with what the product prints (`seeds/rules/measured.csv`). Does not belong here: any world, and any
method.
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
from orchestration.contracts import seed_file

SEED = 2026
FEWEST_WORLDS = 1000
_MEASURED = seed_file("measured.csv")
NEAR = 0.2
"""How far a measured figure may lie from the printed one, as a share of it."""
PRINTED_FROM = 0.001
"""Shares below are printed as "under 0.1%", so that is what they have to keep."""


def simulations() -> list[str]:
    """Names of the modules of simulated worlds and of real history, in their order."""
    folder = Path(__file__).parent
    return sorted(file.stem for kind in ("simulated_*.py", "history_*.py") for file in folder.glob(kind))


def printed() -> dict[tuple[str, str], float]:
    """Figures as the product prints them, by method and name."""
    with _MEASURED.open(encoding="utf-8", newline="") as lines:
        return {(row["method_id"], row["figure"]): float(row["value"]) for row in csv.DictReader(lines)}


def _judged(figure: Figure, expected: float | None) -> str:
    """`kept`: within its limits, and within a fifth of what the product prints. `chance`: further off by no more than chance.

    Chance is two standard errors of the difference, as if as many worlds were behind the printed figure.
    """
    if not figure.passed:
        return "BROKEN"
    if expected is None:
        return "kept"
    share = 0 <= expected <= 1
    value, expected = (
        (max(figure.value, PRINTED_FROM), max(expected, PRINTED_FROM)) if share else (figure.value, expected)
    )
    error = figure.error
    if error is None:
        error = (expected * (1 - expected) / max(figure.worlds, 1)) ** 0.5 if share else 0.0
    off = abs(value - expected) - NEAR * abs(expected)
    # a printed 0.05 less a fifth is 0.04, but for the last digits of doubles
    return "kept" if off <= 1e-12 else "chance" if off <= 2 * 2**0.5 * error else "BROKEN"


def kept(figure: Figure, expected: float | None) -> bool:
    """Whether a figure keeps its limits and comes within a fifth, and what chance makes, of what the product prints."""
    return _judged(figure, expected) != "BROKEN"


def line(figure: Figure, expected: float | None) -> str:
    """One printed line: name, value, limits, printed value, worlds, and whether all of that is kept."""
    low = "" if figure.low is None else f"{figure.low:g}"
    high = "" if figure.high is None else f"{figure.high:g}"
    limits = f"{low} to {high}" if low or high else "no limit"
    shown = "not printed" if expected is None else f"{expected:.4f}"
    word = {"chance": "kept, but for chance"}.get(_judged(figure, expected), _judged(figure, expected))
    return f"{figure.method_id:<16} {figure.name:<62} {figure.value:8.4f}  {limits:<18} {shown:<12} {figure.worlds:>7}  {word}"


def main() -> None:
    """Run every simulation and print its figures; the exit code is 1 where any figure breaks a limit."""
    parser = argparse.ArgumentParser(prog="python -m bench.validity", description=__doc__)
    parser.add_argument("worlds", nargs="?", type=int, default=8000, help="worlds of each simulation, at least 1000")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--only", default="", help="part of the name of the simulations to run")
    parser.add_argument("--csv", action="store_true", help="lines for seeds/rules/measured.csv instead")
    given = parser.parse_args()
    if given.worlds < FEWEST_WORLDS:
        parser.error(f"fewer than {FEWEST_WORLDS} worlds say nothing about five in a hundred")
    known, today, broken = printed(), datetime.now(UTC).date(), 0
    if not given.csv:
        print(f"{today}, {os.cpu_count()} cores, seed {given.seed}, {given.worlds} worlds of each")
        print(f"{'method':<16} {'figure':<62} {'measured':>8}  {'limits':<18} {'printed':<12} {'worlds':>7}")
    writer = csv.writer(sys.stdout, lineterminator="\n")
    for name in simulations():
        if given.only not in name:
            continue
        for figure in importlib.import_module(f"bench.{name}").run(given.worlds, given.seed):
            if given.csv:
                writer.writerow(
                    [figure.method_id, figure.name, round(figure.value, 5), figure.worlds, today, figure.note]
                )
                continue
            value = known.get((figure.method_id, figure.name))
            broken += not kept(figure, value)
            print(line(figure, value), flush=True)
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
