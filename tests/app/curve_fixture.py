"""Rows of the marts of curves for the fixture warehouse: a curve that turned, and one of which nothing can be said.

Belongs here: invented curves with their points and essentials, one of these overdue. Does not belong here: the rules.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.mart_contracts import Rows

_CURVE = {"partnership_id": "NP01", "academic_year": "2018/19"}
_FILE = {"file_id": "0000000000000004"}
_KNOWN = {"interval_basis": "known_since"}

#: What a row has where it names nothing.
DEFAULTS: dict[str, dict[str, Any]] = {
    "curve": {
        **_CURVE,
        **_FILE,
        "breakdown_id": "all",
        "interval_basis": "none",
        "essentials": 0,
        "essentials_done": 0,
    },
    "curve_point": {**_CURVE, "priority_number": "1", "status": "ok"},
    "curve_essential": {**_CURVE, **_FILE, "priority_number": "1"},
}
_NOTE = "The baseline as agreed, 60.0%, is 1.2 percentage points below the figure in the warehouse for 2016/17, 61.2%."


def turned(rows: Rows) -> None:
    """Add the two curves of one partnership."""
    rows.add(
        "curve",
        priority_number="1", priority="Reading for meaning", story="Pupils decode well and infer little",
        indicator_id="ks2_rwm_expected_pct", direction="up", baseline=60.0, baseline_year="2016/17", baseline_value=61.2,
        baseline_difference=1.2, baseline_note=_NOTE,
        target=70.0, target_year="2019/20", latest_year="2018/19", latest_value=71.4, n_latest_pupils=210.0, gap_to_target=-1.4,
        way_gone_pct=116.0, forecast_made_in="2018/19", forecast=71.4, forecast_low=66.0, forecast_high=76.8,
        forecast_method="last_year", forecast_reason="none_better", assurance="reached", verdict_year="2018/19",
        verdict_value=71.4, n_verdict_pupils=210.0, expected=61.2, expected_low=55.1, expected_high=67.3, others_low=54.0,
        others_high=68.0, expected_method="last_year", expected_reason="none_better", **_KNOWN, interval_errors=240, turn=10.2,
        shared_schools_pct=100.0, essentials=2, essentials_done=1, next_due_on=date(2018, 5, 1), verdict="turned",
        rule_id="turned", rule_name="Target reached and beyond the forecast", reason="The target is reached.",
    )  # fmt: skip
    rows.add(
        "curve",
        priority_number="2", priority="Fewer days lost", indicator_id="absence_persistent_pct", direction="down",
        baseline=11.0, baseline_year="2016/17", target=9.0, target_year="2018/19", assurance="cannot_say", verdict="cannot_say",
        rule_id="no_baseline_figure", rule_name="No figure to start from", reason="There is no figure to start from.",
    )  # fmt: skip
    for year, value in (("2015/16", 60.0), ("2016/17", 61.2), ("2017/18", None), ("2018/19", 71.4)):
        band = {"value": value, "low": value - 6, "high": value + 6} if value else {"status": "suppressed"}
        rows.add("curve_point", point_kind="history", point_year=year, n_pupils=210.0, n_schools=6, **band)
    for made_at, made_in, start, steps in (("baseline", "2016/17", 61.2, 3), ("latest", "2018/19", 71.4, 1)):
        for step in range(1, steps + 1):
            rows.add(
                "curve_point",
                point_kind="forecast", made_at=made_at, made_in=made_in,
                point_year=f"{int(made_in[:4]) + step}/{int(made_in[5:]) + step:02}",
                value=start, low=start - 6, high=start + 6, n_pupils=210.0, method="last_year", reason="none_better", **_KNOWN,
                errors=240,
            )  # fmt: skip
    rows.add("curve_point", point_kind="target", point_year="2019/20", value=70.0)
    rows.add("curve_point", priority_number="2", point_kind="target", point_year="2018/19", value=9.0)
    rows.add(
        "curve_essential",
        essential_number=1, essential="Subject leaders are trained", owner="Deputy head", due_on=date(2018, 3, 1),
        done_on=date(2018, 3, 11),
    )  # fmt: skip
    rows.add(
        "curve_essential", essential_number=2, essential="Every class has a weekly time for it", due_on=date(2018, 5, 1)
    )
