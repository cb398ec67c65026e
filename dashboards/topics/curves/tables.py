"""Tables of curves: every curve, and the points of one.

Belongs here: from the door's answer to headed rows of text. Does not belong here: HTML, or wording that follows a rule.
"""

from __future__ import annotations

from dashboards.shared import wording as words
from dashboards.shared.places import find_area
from dashboards.shared.request import Ask
from dashboards.shared.table import Table, listed, number_text
from dashboards.shared.wording import interval_words, is_number, text_or, value_words
from dashboards.topics.curves import sentences as curve_words


@listed
def curves(ask: Ask, area: str | None = None, year: str | None = None) -> Table:
    """Every curve of a partnership, or of an authority's partnerships, with its verdict; `year` is when it was agreed."""
    chosen = find_area(ask, area)
    answer = ask("curves", partnership=chosen.partnership, authority=chosen.la_code or None)
    found = [r for r in answer.rows if year is None or str(r["academic_year"]) == year]
    rows = []
    for r in found:
        how = curve_words.how(r)
        rows.append(
            [
                str(r["partnership"]),
                f"{r['priority_number']}. {r['priority']}",
                str(r["short_name"]),
                curve_words.verdict(r).word,
                str(r["rule_name"]),
                str(r["academic_year"]),
                value_words(r["baseline_value"], *how),
                f"{value_words(r['target'], *how)} in {r['target_year']}",
                f"{value_words(r['verdict_value'], *how)} in {r['verdict_year']}"
                if text_or(r["verdict_year"])
                else words.NO_ROW,
                value_words(r["expected"], *how),
                interval_words(r["expected_low"], r["expected_high"], *how) or "none",
                words.difference_words(r["turn"], how[0], how[2]) if is_number(r["turn"]) else "none",
                f"{r['essentials_done']} of {r['essentials']} done, {r['overdue']} overdue",
            ]
        )
    return Table(
        "curves",
        f"{chosen.name}: curves to turn",
        (
            "Partnership",
            "Priority",
            "Indicator",
            "Verdict",
            "Rule",
            "Agreed in",
            "Baseline (warehouse)",
            "Target",
            "What happened",
            "Expected if nothing changed",
            "Nine in ten",
            "Difference from the forecast",
            "Essentials",
        ),
        rows,
        frozenset({6, 9}),
        answer,
        verdicts={3: [curve_words.verdict(r) for r in found]},
        links=[f"/curves?area=partnership-{r['partnership_id']}&year={r['academic_year']}" for r in found],
    )


@listed
def curve_points(ask: Ask, area: str | None = None, year: str = "", priority: str = "1") -> Table:
    """The points of one curve: history, forecasts, target. Raises LookupError where there is no such curve."""
    chosen = find_area(ask, area)
    listed = ask("curves", partnership=chosen.partnership, authority=chosen.la_code or None).rows
    meta = next(
        (
            r
            for r in listed
            if r["academic_year"] == (year or r["academic_year"]) and str(r["priority_number"]) == priority
        ),
        None,
    )
    if meta is None:
        raise LookupError(f"{chosen.name} has no curve “{priority}” agreed in “{year}”.")
    how = curve_words.how(meta)
    answer = ask("curve_points", partnership=meta["partnership_id"], year=str(meta["academic_year"]))
    kinds = {"history": "Figure", "forecast": "Forecast", "target": "Target"}
    rows = [
        [
            str(r["point_year"]),
            kinds[str(r["point_kind"])],
            text_or(r["made_in"], "–"),
            value_words(r["value"], *how, r["status"]),
            interval_words(r["low"], r["high"], *how) or "none",
            number_text(r["n_pupils"]) or "–",
            curve_words.METHODS.get(text_or(r["method"]), "–"),
        ]
        for r in answer.rows
        if str(r["priority_number"]) == str(meta["priority_number"])
    ]
    return Table(
        "curve_points",
        f"{meta['priority']}: {meta['indicator']}. Figures with a 95% interval, forecasts with one of nine in ten",
        ("Year", "What", "Forecast made in", "Value", "Interval", "n (pupils)", "How forecast"),
        rows,
        frozenset({3, 5}),
        answer,
    )
