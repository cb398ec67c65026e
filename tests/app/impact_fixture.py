"""Rows of the marts of impact for the fixture warehouse: one of every verdict, and one that could not be estimated.

Belongs here: invented estimates, as `impact_estimate` and `impact_event_study` hold them. Does not belong here: any method.
"""

from __future__ import annotations

from typing import Any

from tests.mart_contracts import Rows

#: What a row has where it names nothing: an estimate that could not be made.
DEFAULTS: dict[str, dict[str, Any]] = {
    "impact_estimate": {
        "event_type": "reviewed", "breakdown_id": "all", "estimates_made": 4, "meaningful_effect": 5.0,
        "meaningful_because": "About one pupil in a class of twenty", "n_comparison_schools": 0,
        "n_clusters": 1, "n_comparison_clusters": 0, "method": "none", "years_before": 0,
    },
    "impact_event_study": {"event_type": "reviewed", "breakdown_id": "all", "n_schools": 6},
}  # fmt: skip

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


def _estimate(scope: str, case: tuple[Any, ...]) -> dict[str, Any]:
    indicator, value, half, verdict, reason, schools, lost, before = case
    row = {
        "scope": scope, "scope_name": "North Shore Partnership" if scope != "all" else "All partnerships",
        "indicator_id": indicator, "n_schools_considered": schools + lost, "n_schools": schools, "n_schools_left_out": lost,
        "left_out_reason": f"{lost} with no school near enough." if lost else "None.", "pre_trend": before,
        "pre_trend_reason": "Before the event these schools moved as the comparison schools did." if before == "alike"
        else "Cannot be checked, because too few of these schools have figures of two years before.",
        "pre_trend_p_value": 0.4 if before == "alike" else None, "verdict": verdict,
        "reason_id": reason, "reason": _REASONS[reason],
        "hedges_g_reason": "No spread of pupils is known.",
    }  # fmt: skip
    if value is not None:
        row |= {
            "estimate": value, "se": half / 2.1, "df": 20.0, "ci_low": value - half, "ci_high": value + half, "p_value": 0.01,
            "p_value_adjusted": 0.02, "p_value_randomisation": 0.125, "mde": half * 1.4, "n_comparison_schools": 24,
            "n_comparison_clusters": 12, "shared_variance": 0.05, "method": "shared_shocks", "years": "2014/15 to 2018/19",
            "years_before": 2,
        }  # fmt: skip
        if indicator.startswith("ks2_rwm"):
            row |= {"hedges_g": 0.15, "hedges_g_low": 0.04, "hedges_g_high": 0.26, "hedges_g_reason": None}
    return row


def estimated(rows: Rows) -> None:
    """Add the estimates of reviews in one partnership, and in all together."""
    for scope in ("NP01", "all"):
        for case in _CASES:
            rows.add("impact_estimate", **_estimate(scope, case))
            for year, share in ((-2, 0.1), (-1, -0.1), (0, 0.5), (1, 1.5)):
                if case[1] is not None:
                    effect = case[1] * share
                    rows.add(
                        "impact_event_study",
                        scope=scope, indicator_id=case[0], relative_year=year, estimate=effect, ci_low=effect - 4,
                        ci_high=effect + 4,
                    )  # fmt: skip
