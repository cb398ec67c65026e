"""Tables of impact: every estimate, and its years.

Belongs here: from the door's answer to headed rows of text. Does not belong here: HTML, or wording that follows a rule.
"""

from __future__ import annotations

from typing import Any

from dashboards.shared.request import Ask
from dashboards.shared.table import Table, listed, number_text
from dashboards.shared.wording import is_number, text_or
from dashboards.topics.impact import sentences as impact_words


@listed
def impact(ask: Ask, event: str, scope: str) -> Table:
    """Every estimate of impact of one kind of event and scope."""
    answer = ask("impact_estimates", event=event, scope=scope)
    rows = []
    for r in answer.rows:
        rows.append(
            [
                str(r["name"]),
                impact_words.verdict(r).word,
                impact_words.effect(r["estimate"], r) or "none",
                impact_words.interval(r) or "none",
                _p(r["p_value"]),
                _p(r["p_value_adjusted"]),
                _p(r["p_value_randomisation"]),
                number_text(r["n_schools"]),
                number_text(r["n_comparison_schools"]),
                number_text(r["n_schools_left_out"]),
                text_or(r["left_out_reason"]),
                f"{r['mde']:.{max(int(r['decimals']), 1)}f}" if is_number(r["mde"]) else "none",
                f"{r['hedges_g']:.2f}" if is_number(r["hedges_g"]) else text_or(r["hedges_g_reason"]),
                impact_words.before(r),
                text_or(r["years"], "none"),
                impact_words.method(r),
                text_or(r["reason"]),
            ]
        )
    return Table(
        "impact",
        f"Impact of {impact_words.EVENTS.get(event, event)}: every measure",
        ("Indicator", "Verdict", "Difference", "95% interval", "p", "Adjusted p", "Other choices", "Schools",
         "Comparison schools", "Left out", "Why left out", "Smallest effect likely to be seen", "Hedges’ g", "Years before",
         "Years", "Method", "Reason"),
        rows,
        frozenset({4, 5, 6, 7, 8, 9, 11}),
        answer,
        verdicts={1: [impact_words.verdict(r) for r in answer.rows]},
    )  # fmt: skip


def _p(value: Any) -> str:
    return f"{value:.3f}" if is_number(value) else "none"


@listed
def impact_years(ask: Ask, event: str, scope: str, indicator: str) -> Table:
    """The effect in each year around the event."""
    answer = ask("impact_years", event=event, scope=scope, indicator=indicator)
    rows = [
        [
            impact_words.year_words(r["relative_year"]),
            impact_words.effect(r["estimate"], r),
            impact_words.interval(r),
            number_text(r["n_schools"]),
        ]
        for r in answer.rows
    ]
    name = str(answer.rows[0]["name"]) if answer.rows else indicator
    return Table(
        "impact_years",
        f"{name}: difference from comparison schools by year",
        ("Year", "Difference", "95% interval", "Schools"),
        rows,
        frozenset({3}),
        answer,
    )
