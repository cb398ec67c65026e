"""The table of changes: every indicator of an area, how likely its level changed, and what is to be expected next.

Belongs here: rows of text beside the list and in the download. Does not belong here: words that follow a rule (see
`sentences.py`).
"""

from __future__ import annotations

from dashboards.shared.places import find_area
from dashboards.shared.request import Ask
from dashboards.shared.table import Table, listed, number_text
from dashboards.shared.wording import interval_words, is_number, text_or, value_words
from dashboards.topics.levels import sentences

HEADINGS = (
    "Indicator",
    "From",
    "To",
    "Change",
    "Chance of better",
    "Chance of worse",
    "Chance of worse by as much as matters",
    "Next year",
    "95% interval",
    "Chance of the lowest fifth",
    "n (pupils)",
)


def _rows(answer_rows: list[dict[str, object]]) -> list[list[str]]:
    rows = []
    for r in answer_rows:
        how = str(r["unit"]), str(r["kind"]), r["decimals"]
        lowest = r["probability_lowest_fifth"]
        rows.append(
            [
                text_or(r["name"]),
                text_or(r["since_year"]),
                text_or(r["academic_year"]),
                sentences.verdict(r).word,
                *(f"{100 * float(str(r[name])):.0f}%" for name in ("probability_better", "probability_worse")),
                f"{100 * float(str(r['probability_much_worse'])):.0f}%",
                value_words(r["outlook"], *how) if is_number(r["outlook"]) else "–",
                interval_words(r["outlook_low"], r["outlook_high"], *how) or "–",
                f"{100 * float(str(lowest)):.0f}%" if is_number(lowest) else "–",
                number_text(r["n_pupils"]),
            ]
        )
    return rows


@listed
def changes(ask: Ask, area: str | None = None, breakdown: str = "all", year: str | None = None) -> Table:
    """Every indicator of a partnership or authority: how likely its level changed, and what is to be expected next."""
    chosen = find_area(ask, area)
    answer = ask("area_changes", area_type=chosen.area_type, area_id=chosen.area_id, breakdown=breakdown, year=year)
    return Table(
        "changes",
        f"{chosen.name}: what has most likely changed",
        HEADINGS,
        _rows(answer.rows),
        frozenset({4, 5, 6, 7, 9, 10}),
        answer,
    )


@listed
def school_changes(ask: Ask, urn: str, breakdown: str = "all") -> Table:
    """Every indicator of a school: how likely its level changed, and what is to be expected next."""
    identity = ask("school_identity", urn=urn).rows
    school = identity[0] if identity else {"school_id": "none", "name": urn}
    answer = ask("area_changes", area_type="school", area_id=str(school["school_id"]), breakdown=breakdown, year=None)
    return Table(
        "school_changes",
        f"{school['name']}: what has most likely changed",
        HEADINGS,
        _rows(answer.rows),
        frozenset({4, 5, 6, 7, 9, 10}),
        answer,
    )
