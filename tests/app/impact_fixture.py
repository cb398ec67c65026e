"""Rows of the marts of impact for the fixture warehouse: one of every verdict, and one that could not be estimated.

Belongs here: invented estimates, as `impact_estimate` and `impact_event_study` hold them. Does not belong here: any method.
"""

from __future__ import annotations

from typing import Any

TABLES = {
    "impact_estimate": """event_type varchar, scope varchar, scope_name varchar, indicator_id varchar,
        breakdown_id varchar, estimate double, se double, df double, ci_low double, ci_high double, p double,
        p_adjusted double, estimates_made bigint, p_randomisation double, hedges_g double, hedges_g_low double,
        hedges_g_high double, hedges_g_reason varchar, months_of_progress integer, mde double, meaningful_effect double,
        meaningful_because varchar, schools_considered bigint, schools bigint, comparison_schools bigint, schools_dropped bigint,
        schools_dropped_reason varchar, clusters bigint, comparison_clusters bigint, shared_variance double,
        pre_trend_p double, pre_trend varchar, pre_trend_reason varchar, verdict varchar, reason_id varchar,
        reason varchar, method varchar, years varchar, years_before bigint""",
    "impact_event_study": """event_type varchar, scope varchar, indicator_id varchar, breakdown_id varchar,
        relative_year integer, estimate double, ci_low double, ci_high double, schools bigint""",
}

_CASES = (
    # indicator, estimate, half the interval's width, verdict, reason_id, schools, left out, pre-trend
    ("ks2_rwm_expected_pct", 7.4, 5.2, "improved", "interval_excludes_zero", 6, 1, "alike"),
    ("absence_overall_pct", 0.9, 0.5, "worsened", "interval_excludes_zero", 6, 0, "cannot_be_checked"),
    ("ks2_reading_progress", 0.1, 0.4, "no_clear_difference", "interval_excludes_meaningful", 6, 0, "alike"),
    ("ks2_rwm_higher_pct", 3.0, 6.0, "cannot_tell", "interval_too_wide", 6, 0, "alike"),
    ("ks4_attainment8", None, None, "cannot_tell", "few_schools", 1, 0, "cannot_be_checked"),
)
_REASONS = {
    "interval_excludes_zero": "The whole interval lies on one side of no change.",
    "interval_excludes_meaningful": "The interval has room for no change and none for one worth acting on.",
    "interval_too_wide": "The interval has room for no change and for one worth acting on.",
    "few_schools": "Fewer than three schools can be compared.",
}


def _estimate(event: str, scope: str, case: tuple[Any, ...]) -> tuple[Any, ...]:
    indicator, value, half, verdict, reason, schools, lost, before = case
    known = value is not None
    ends = (value - half, value + half) if known else (None, None)
    g = (0.15, 0.04, 0.26) if known and indicator.endswith("_pct") and "absence" not in indicator else (None,) * 3
    return (
        event, scope, "North Shore Partnership" if scope != "all" else "All partnerships", indicator, "all", value,
        half / 2.1 if known else None, 20.0 if known else None, *ends, 0.01 if known else None, 0.02 if known else None,
        4, 0.125 if known else None, *g, None if g[0] else "No spread of pupils is known.", None,
        half * 1.4 if known else None, 5.0, "About one pupil in a class of twenty",
        schools + lost, schools, 24 if known else 0, lost,
        f"{lost} with no school near enough." if lost else "None.", 1, 12 if known else 0, 0.05 if known else None,
        0.4 if before == "alike" else None, before,
        "Before the event these schools moved as the comparison schools did." if before == "alike"
        else "Cannot be checked, because there is only one year before.",
        verdict, reason, _REASONS[reason], "shared_shocks" if known else "none",
        "2014/15 to 2018/19" if known else None, 2 if known else 0,
    )  # fmt: skip


def rows() -> dict[str, list[tuple[Any, ...]]]:
    """Rows by table: reviews of one partnership, and of all together."""
    estimates = [_estimate("reviewed", scope, case) for scope in ("NP01", "all") for case in _CASES]
    years = [
        ("reviewed", scope, case[0], "all", year, case[1] * effect, case[1] * effect - 4, case[1] * effect + 4, 6)
        for scope in ("NP01", "all")
        for case in _CASES
        if case[1] is not None
        for year, effect in ((-2, 0.1), (-1, -0.1), (0, 0.5), (1, 1.5))
    ]
    return {"impact_estimate": estimates, "impact_event_study": years}
