"""Tables of the overview: indicators, transition points, reflection.

Belongs here: from the door's answer to headed rows of text. Does not belong here: HTML, or wording that follows a rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboards.shared import wording as words
from dashboards.shared.places import find_area
from dashboards.shared.readings import Reading, readings, term_words
from dashboards.shared.request import Ask
from dashboards.shared.table import Table, listed, number_text, rating_text
from dashboards.shared.wording import interval_words, is_number, value_words

Row = dict[str, Any]


@listed
def indicators(ask: Ask, area: str | None = None, breakdown: str = "all", year: str | None = None) -> Table:
    """Every indicator of an area in its latest year, and England."""
    chosen = find_area(ask, area)
    answer = ask("area_series", area_type=chosen.area_type, area_id=chosen.area_id, breakdown=breakdown, year=year)
    rows = [_reading_row(r) for r in readings(answer.rows, chosen.area_type)]
    return Table(
        "indicators",
        f"{chosen.name}: every indicator in its latest year",
        _READING_HEADINGS,
        rows,
        _READING_NUMBERS,
        answer,
    )


_READING_HEADINGS = (
    "Indicator",
    "Year",
    "Value",
    "95% interval",
    "Change on last year",
    "England",
    "Gap to England",
    "Compared with England",
    "n (pupils)",
    "Release",
    "Source file",
)


_READING_NUMBERS = frozenset({2, 5, 8})


def _reading_row(r: Reading) -> list[str]:
    return [
        r.name,
        r.year,
        r.words(),
        interval_words(r.low, r.high, r.unit, r.kind, r.decimals) or "none",
        words.difference_words(r.change, r.unit, r.decimals) if r.change is not None else r.change_reason,
        value_words(r.england, r.unit, r.kind, r.decimals) if is_number(r.england) else words.NO_ROW,
        words.difference_words(r.gap, r.unit, r.decimals) if r.gap is not None else "not compared",
        r.verdict.word,
        number_text(r.n_pupils) or "not published",
        r.release or "calculated from schools",
        r.source_path or "calculated from schools",
    ]


@listed
def transition_points(ask: Ask, area: str | None = None, year: str | None = None) -> Table:
    """The transition points of an area's latest year of reviews, item by item."""
    chosen = find_area(ask, area)
    answer = ask("transition_points", area_type=chosen.area_type, area_id=chosen.area_id, year=year)
    rows = [
        [
            r["item_id"],
            r["section"],
            r["label"],
            rating_text(r["host"]),
            number_text(r["n_host_responses"]),
            rating_text(r["review_team"]),
            number_text(r["n_review_team_responses"]),
            r["academic_year"],
        ]
        for r in answer.rows
    ]
    return Table(
        "transition_points",
        f"{chosen.name}: transition points, mean rating 0 to 5",
        (
            "Item",
            "Section",
            "Statement",
            "Host schools",
            "n (host)",
            "Review teams",
            "n (review team)",
            "Year",
        ),
        rows,
        frozenset({3, 4, 5, 6}),
        answer,
    )


@listed
def reflection(ask: Ask, area: str | None = None, year: str | None = None) -> Table:
    """The domains of the reflection questions, term by term."""
    chosen = find_area(ask, area)
    answer = ask("reflection_domains", area_type=chosen.area_type, area_id=chosen.area_id, year=year)
    rows = [
        [r["domain"], term_words(str(r["term"])), rating_text(r["mean_value"]), number_text(r["n_responses"])]
        for r in answer.rows
    ]
    return Table(
        "reflection",
        f"{chosen.name}: reflection questions by domain, mean rating 0 to 5",
        ("Domain", "Term", "Mean rating", "n (leaders)"),
        rows,
        frozenset({2, 3}),
        answer,
    )


def sections_of_points(items: Sequence[Row]) -> list[tuple[str, float | None, float | None, int, int]]:
    """Each section of the transition points: its name, the mean of host schools and of review teams, the n of each."""
    rows = []
    for name in dict.fromkeys(str(r["section"]) for r in items):
        part = [r for r in items if r["section"] == name]
        host_n, team_n = (max(int(r[f"n_{role}_responses"]) for r in part) for role in ("host", "review_team"))
        rows.append((name, _weighted(part, "host"), _weighted(part, "review_team"), host_n, team_n))
    return rows


def lowest_points(items: Sequence[Row], most: int) -> list[Row]:
    """The statements that either side rated lowest, lowest first."""

    def lowest(row: Row) -> tuple[float, int]:
        return min(v for v in (row["host"], row["review_team"], 5.0) if is_number(v)), row["item_order"]

    return sorted(items, key=lowest)[:most]


def _weighted(items: Sequence[Row], role: str) -> float | None:
    """The mean of all answers of a section: items weighted by how many answered."""
    known = [(r[role], r[f"n_{role}_responses"]) for r in items if is_number(r[role])]
    weight = sum(count for _mean, count in known)
    return float(sum(mean * count for mean, count in known) / weight) if weight else None
