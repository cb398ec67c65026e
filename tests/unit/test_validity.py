"""The bench of simulated truth: what it calls, how it judges a figure, and that printed figures keep their promise."""

from __future__ import annotations

import csv

import pytest

from bench import validity
from bench.figures import Figure
from orchestration.contracts import seed_file
from tests.conftest import ROOT


def test_every_simulation_beside_it_is_called() -> None:
    beside = {file.stem for kind in ("simulated", "history") for file in (ROOT / "bench").glob(f"{kind}_*.py")}
    assert set(validity.simulations()) == beside
    assert "simulated_impact" in beside


@pytest.mark.parametrize(
    ("value", "low", "high", "said", "kept"),
    [
        (0.95, 0.93, 0.97, None, True),
        (0.92, 0.93, 0.97, None, False),
        (0.051, None, 0.05, None, False),
        (0.95, 0.93, 0.97, 0.95, True),
        (0.94, None, None, 0.60, False),
        (0.055, None, None, 0.05, True),
        (0.090, None, None, 0.05, False),
        (3.0, None, None, 2.0, False),
    ],
)
def test_a_figure_keeps_its_limits_and_what_is_printed(
    value: float, low: float | None, high: float | None, said: float | None, kept: bool
) -> None:
    figure = Figure("m", "f", value, low, high, 4000)
    assert validity.kept(figure, said) is kept
    assert validity.line(figure, said).endswith("kept" if kept else "BROKEN")


@pytest.mark.parametrize(
    ("value", "said", "worlds", "error", "word"),
    [
        (0.0060, 0.0050, 10**6, None, "  kept"),
        (0.0061, 0.0050, 10**5, None, "kept, but for chance"),
        (0.0061, 0.0050, 10**8, None, "BROKEN"),
        # what is told as "under 0.1%" is judged as that
        (0.0009, 0.0002, 10**8, None, "  kept"),
        (0.0013, 0.0002, 10**8, None, "BROKEN"),
        # worlds that share their chance are fewer than they seem
        (0.0280, 0.0120, 1000, None, "BROKEN"),
        (0.0280, 0.0120, 1000, 0.0060, "kept, but for chance"),
    ],
)
def test_chance_is_told_apart_from_a_promise_kept(
    value: float, said: float, worlds: int, error: float | None, word: str
) -> None:
    assert validity.line(Figure("m", "f", value, None, None, worlds, "", error), said).endswith(word)


def test_printed_figures_of_impact_keep_the_promise() -> None:
    printed = {name: value for (method, name), value in validity.printed().items() if method == "impact"}
    for size in ("", "_6_schools", "_12_schools", "_30_schools", "_60_schools"):
        assert 0.93 <= printed[f"coverage{size}"] <= 0.97
        assert printed[f"claims_without_effect{size}"] <= 0.05
    assert printed["intervals_given"] > 0.95


def test_the_methods_page_tells_the_printed_figures() -> None:
    """The table of docs/methods/impact.md is the seed's, to a tenth of a per cent."""
    text = (ROOT / "docs" / "methods" / "impact.md").read_text(encoding="utf-8")
    rows = {"all worlds": "", "6 schools": "_6_schools", "12 schools": "_12_schools", "30 schools": "_30_schools",
            "60 schools": "_60_schools", "no shared luck": "_shared_0.00",
            "a fifth of the variance shared": "_shared_0.20", "12 other groups to learn from": "_12_groups",
            "one year before and after": "_1_years_before_1_after"}  # fmt: skip
    printed = validity.printed()
    for words, name in rows.items():
        covered, claimed = printed["impact", f"coverage{name}"], printed["impact", f"claims_without_effect{name}"]
        assert f"| {words} | {100 * covered:.1f}% | {100 * claimed:.1f}% |" in text, words
    with seed_file("measured.csv").open(encoding="utf-8", newline="") as lines:
        worlds = next(row["worlds"] for row in csv.DictReader(lines) if row["figure"] == "intervals_given")
    assert f"{int(worlds):,} worlds" in text
