"""How long a refresh takes that finds nothing new: the price of asking often."""

from __future__ import annotations

from pathlib import Path
from statistics import median

from bench.child import turncurve

RUNS = 5
LIMIT_SECONDS = 0.5


def run(data_dir: Path) -> list[tuple[str, str]]:
    """Median wall seconds of whole processes on a data folder that is up to date."""
    seconds = []
    for _ in range(RUNS):
        measured = turncurve(data_dir, "refresh")
        if "Nothing new" not in measured.output:
            raise RuntimeError(f"The refresh found something to do:\n{measured.output}")
        seconds.append(measured.seconds)
    middle = median(seconds)
    verdict = "kept" if middle < LIMIT_SECONDS else "BROKEN"
    return [
        (f"whole process, median of {RUNS}", f"{middle:.2f} s (from {min(seconds):.2f} to {max(seconds):.2f})"),
        ("limit", f"{LIMIT_SECONDS:g} s: {verdict}"),
    ]
