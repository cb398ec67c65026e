"""The figures printed about comparison and funnel, measured again in a few worlds."""

from __future__ import annotations

import csv

from bench import simulated_compare
from orchestration.contracts import seed_file


def test_false_alarms_are_what_is_printed() -> None:
    with seed_file("measured.csv").open(encoding="utf-8", newline="") as lines:
        printed = {(row["method_id"], row["figure"]): float(row["value"]) for row in csv.DictReader(lines)}
    for figure in simulated_compare.run(40, seed=7):
        assert figure.passed, figure
        # forty worlds of eighty schools: about two standard errors either way
        assert abs(figure.value - printed[figure.method_id, figure.name]) < 0.03, figure
