"""Tables of trends: a series, and the series of its schools.

Belongs here: from the door's answer to headed rows of text. Does not belong here: HTML, or wording that follows a rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboards.access import Answer
from dashboards.shared import wording as words
from dashboards.shared.finding import Verdict, verdict_words
from dashboards.shared.places import Area, find_area, indicator_meta
from dashboards.shared.readings import series_breaks_of
from dashboards.shared.request import Ask
from dashboards.shared.table import Table, listed, number_text
from dashboards.shared.wording import interval_words, is_number, text_or, value_words
from dashboards.topics.levels import sentences as likely
from dashboards.topics.trends import signals


@listed
def trend(ask: Ask, indicator: str, area: str | None = None, breakdown: str = "all") -> Table:
    """One indicator over the years: the area and its authority, each year with England’s figure and the verdict."""
    chosen, meta = find_area(ask, area), indicator_meta(ask, indicator)
    answer = ask(
        "trend_lines",
        indicator=indicator,
        breakdown=breakdown,
        partnership=chosen.partnership,
        authority=chosen.la_code or None,
    )
    how = meta["unit"], meta["kind"], meta["decimals"]
    rows = [
        [
            r["area_name"],
            r["academic_year"],
            value_words(r["value"], *how, r["status"]),
            interval_words(r["ci_low"], r["ci_high"], *how) or "none",
            number_text(r["n_pupils"]) or "not published",
            number_text(r["n_schools"]),
            value_words(r["benchmark_value"], *how) if is_number(r["benchmark_value"]) else "none",
            verdict_words(r).word,
            text_or(r["origin"]),
            text_or(r["release"], "–"),
            text_or(r["source_path"], "calculated from schools"),
        ]
        for r in answer.rows
    ]
    return Table(
        "trend",
        f"{meta['name']}: {chosen.name}, its authority and England",
        (
            "Area",
            "Year",
            "Value",
            "95% interval",
            "n (pupils)",
            "Schools",
            "England",
            BESIDE_ENGLAND,
            "Origin",
            "Release",
            "Source file",
        ),
        rows,
        frozenset({2, 4, 5, 6}),
        answer,
        verdicts={7: [verdict_words(r) for r in answer.rows]},
    )


@listed
def trend_signals(ask: Ask, indicator: str, area: str | None = None, breakdown: str = "all") -> Table:
    """What each year of an area's series says: trend over five years, order of the years, place on the XmR chart."""
    chosen, meta = find_area(ask, area), indicator_meta(ask, indicator)
    answer = ask(
        "trend_signals", area_type=chosen.area_type, area_id=chosen.area_id, indicator=indicator, breakdown=breakdown
    )
    how = meta["unit"], meta["kind"], meta["decimals"]
    rows = [
        [
            r["academic_year"],
            value_words(r["value"], *how, r["status"]),
            signals.trend_verdict(r).word,
            _places(r["trend_chi2"], 2),
            _places(r["trend_p_value"], 4),
            number_text(r["mk_s"]),
            _places(r["mk_p_value"], 3),
            _places(r["sen_slope"], 2),
            *(_places(r[name], 2) for name in ("spc_mean", "spc_lower", "spc_upper")),
            signals.point_verdict(r).word,
            signals.rule_words(r),
            text_or(r["spc_since"], "–"),
            text_or(r["segment_since"], "–"),
        ]
        for r in answer.rows
    ]
    return Table(
        "trend_signals",
        f"{meta['name']}: what each year says, {chosen.name}",
        (
            "Year",
            "Value",
            signals.TREND,
            "Chi squared",
            "p",
            "Mann-Kendall S",
            "p of S",
            "Sen slope a year",
            "Mean",
            "Lower limit",
            "Upper limit",
            signals.CHART,
            "Rule of the chart",
            "Since",
            "Series break",
        ),
        rows,
        frozenset({1, *range(3, 11)}),
        answer,
        verdicts={
            2: [signals.trend_verdict(r) for r in answer.rows],
            11: [signals.point_verdict(r) for r in answer.rows],
        },
    )


def _places(value: Any, places: int) -> str:
    return words.signed(value, places).removeprefix("+") if is_number(value) else "–"


BESIDE_ENGLAND = "Compared with England"
ORDERS = {"change": "Most likely to have changed", "gap": "Gap to England", "name": "Name"}


@dataclass(frozen=True)
class SchoolSeries:
    """One school's series of one indicator, for the small multiples and their table."""

    urn: str
    name: str
    rows: dict[str, dict[str, Any]]
    england: dict[str, float]
    verdict: Verdict
    gap: float | None
    breaks: frozenset[str] = frozenset()
    change: Verdict | None = None
    """How likely it is that its level changed; None where nothing can be said."""
    place: int = 0
    """Its place in the order of how sure that is."""


def school_series(
    ask: Ask, indicator: str, area: Area, breakdown: str, order: str
) -> tuple[list[SchoolSeries], list[str], int, Answer]:
    """Schools of an area with rows of an indicator, ordered; the years; the number of schools without any row.

    A school's verdict and gap belong to the last year of the whole chart, so that all schools are ordered by the same
    year; a small cohort, or a school without a figure for it, comes last.
    """
    meta = indicator_meta(ask, indicator)
    answer = ask(
        "school_lines",
        indicator=indicator,
        breakdown=breakdown,
        partnership=area.partnership,
        authority=area.la_code or None,
    )
    moved = {
        str(row["urn"]): (place, row)
        for place, row in enumerate(
            ask(
                "schools_changes",
                indicator=indicator,
                breakdown=breakdown,
                partnership=area.partnership,
                authority=area.la_code or None,
            ).rows
        )
    }
    grouped: dict[str, list[dict[str, Any]]] = {}
    for row in answer.rows:
        grouped.setdefault(str(row["urn"]), []).append(row)
    present = {urn: rows for urn, rows in grouped.items() if rows[0]["academic_year"] is not None}
    seen = [str(row["academic_year"]) for rows in present.values() for row in rows]
    years = words.years_between(min(seen), max(seen)) if seen else []
    found = []
    for urn, rows in present.items():
        by_year = {str(row["academic_year"]): row for row in rows}
        last = by_year.get(years[-1], {})
        england = {year: float(row["england"]) for year, row in by_year.items() if is_number(row["england"])}
        benchmark = england.get(years[-1])
        verdict = verdict_words(last)
        gap = last["value"] - benchmark if is_number(last.get("value")) and is_number(benchmark) else None
        position, change = moved.get(urn, (len(moved), None))
        found.append(
            SchoolSeries(
                *(urn, str(rows[0]["name"]), by_year, england, verdict, gap, series_breaks_of(rows)),
                likely.verdict(change) if change is not None else None,
                position,
            )
        )
    sign = -1 if meta["polarity"] == "lower" else 1

    def place(school: SchoolSeries) -> tuple[bool, float, str]:
        if order == "change":
            return (school.change is None, float(school.place), school.name)
        if order == "name" or meta["polarity"] == "none":
            return (False, 0.0, school.name)
        reason_id = text_or(school.rows.get(years[-1], {}).get("reason_id"))
        unjudged = school.gap is None or reason_id in ("small_cohort", "cohort_unknown")
        return (unjudged, sign * (school.gap or 0.0), school.name)

    return sorted(found, key=place), years, len(grouped) - len(present), answer


@listed
def schools_trend(
    ask: Ask, indicator: str, area: str | None = None, breakdown: str = "all", order: str = "change"
) -> Table:
    """Every school of an area, one column per year."""
    chosen, meta = find_area(ask, area), indicator_meta(ask, indicator)
    found, years, _without, answer = school_series(ask, indicator, chosen, breakdown, order)
    how = meta["unit"], meta["kind"], meta["decimals"]
    rows = []
    for school in found:
        cells = [
            value_words(school.rows[y]["value"], *how, school.rows[y]["status"]) if y in school.rows else words.NO_ROW
            for y in years
        ]
        last = school.rows.get(years[-1], {})
        rows.append(
            [
                school.name,
                school.urn,
                *cells,
                _cohort_of_last(last),
                school.verdict.word,
                signals.trend_verdict(last).word,
                signals.point_verdict(last).word,
            ]
        )
    return Table(
        "schools_trend",
        f"{meta['name']}: every school of {chosen.name}",
        (
            "School",
            "URN",
            *years,
            f"n (pupils, {years[-1]})" if years else "n (pupils)",
            BESIDE_ENGLAND,
            signals.TREND,
            signals.CHART,
        ),
        rows,
        frozenset(range(2, 3 + len(years))),
        answer,
        links=[f"/school/{s.urn}" for s in found],
        verdicts={
            3 + len(years): [s.verdict for s in found],
            4 + len(years): [signals.trend_verdict(s.rows.get(years[-1], {})) for s in found],
            5 + len(years): [signals.point_verdict(s.rows.get(years[-1], {})) for s in found],
        }
        if found
        else {},
    )


def _cohort_of_last(last: dict[str, Any]) -> str:
    """The number of pupils behind a figure; nothing where there is no figure."""
    return number_text(last.get("n_pupils")) or "not published" if is_number(last.get("value")) else "–"


def scale(found: Sequence[SchoolSeries]) -> tuple[float, float]:
    """The lowest and highest figure of any school, or of England where it is drawn; every picture has this scale."""
    values = [float(row["value"]) for school in found for row in school.rows.values() if is_number(row["value"])]
    values += [value for school in found for value in school.england.values()]
    return (min(values), max(values)) if values else (0.0, 1.0)


def stands_out(school: SchoolSeries, year: str) -> bool:
    """Whether a school's latest year is clear of England, ends a trend, or lies beyond what is usual for it."""
    changed = school.change is not None and school.change.tone in ("better", "worse")
    return changed or school.verdict.tone in ("better", "worse") or signals.stands_out(school.rows.get(year, {}))
