"""Rows of the marts of risk for the fixture warehouse.

Belongs here: every case the page must survive (a strong and a weak test, facts of both strengths, a school that got worse,
one whose reasons are closed, one with nothing to say, a partnership's flag, a term without results). Does not belong here: the
rules.
"""

from __future__ import annotations

import csv
from datetime import date
from typing import Any

from orchestration.contracts import seed_file
from tests.mart_contracts import Rows

_DAYS = (
    ("2018/19 autumn", date(2018, 12, 31), 1, "2017/18"),
    ("2018/19 spring", date(2019, 3, 31), 2, "2017/18"),
    ("2018/19 summer", date(2019, 8, 31), 3, "2018/19"),
)
_LATEST = "2018/19 summer"


_FAMILIES = {
    row["rule_id"]: row["family"]
    for row in csv.DictReader(seed_file("risk_rules.csv").read_text(encoding="utf-8").splitlines())
}

#: What a row has where it names nothing.
DEFAULTS: dict[str, dict[str, Any]] = {
    "risk_flag": {
        "as_at": _LATEST, "academic_year": "2018/19", "n_evidence": 42.0, "since": "2018/19 spring",
        "false_alarm_reason": "taken from the records, and not a test of chance", "source": "Published results",
    },
    "risk_register": {
        "as_at": _LATEST, "academic_year": "2018/19", "season": "summer", "listed": 5, "standing_points": 1.5,
        "strong_flags": 0, "is_monitored": False, "n_tests": 400, "expected_false": 10.0,
    },
    "risk_level": {"school_id": "S900001", "academic_year": "2018/19", "n_schools": 10},
    "risk_tests_made": {
        "rule_id": "funnel_rwm", "academic_year": "2018/19", "evidence_kind": "test", "n_schools_tested": 12,
        "expected_false": 10.0,
    },
}  # fmt: skip


def risky(rows: Rows) -> None:
    """Add the rows of risk to those of the fixture."""

    def flag(area: str, rule: str, kind: str, strength: str, points: float, **more: Any) -> None:
        words = {
            "rule": f"Rule called {rule}", "rule_short_name": rule.replace("_", " ").capitalize(),
            "family": _FAMILIES.get(rule, rule.partition("_")[0]), "evidence": f"What the rule {rule} saw of {area} in 2018/19.",
        }  # fmt: skip
        said = {"rule_id": rule, "evidence_kind": kind, "strength": strength, "points": points}
        rows.add("risk_flag", **{**_area(area), **words, **said, **more})

    def register(area: str, score: float, place: int, change: str, kind: str, **more: Any) -> None:
        said = {"score": score, "flag_points": score - 1.5, "flags": 0 if kind == "none" else 1, "evidence_kind": kind}
        rows.add("risk_register", **{**_area(area), **said, "rank": place, "change": change, **more})

    for number, (as_at, on, order, year) in enumerate(_DAYS):
        rows.add(
            "risk_tests_made",
            as_at=as_at, season=as_at[8:], as_at_on=on, as_at_number=order, term_number=order, evidence_year=year,
            n_tests=400 if number == 2 else 0,
        )  # fmt: skip
    tested = {"p_value": 0.0002, "q_value": 0.004, "false_alarm_rate": 0.0205, "false_alarm_reason": "measured"}
    flag("S900001", "funnel_rwm", "test", "strong", 4.0, **tested)
    flag("S900001", "check_in_late", "fact", "weak", 1.0, n_evidence=None, source="Reviews")
    flag("S900002", "gap_wide_rwm", "test", "weak", 1.5, **{**tested, "p_value": 0.03, "q_value": 0.9})
    flag("S900003", "engagement_low", "fact", "strong", 2.0, since="2018/19 autumn")
    flag("NP01", "check_in_late_partnership", "fact", "strong", 2.0)
    register(
        "S900001", 8.0, 1, "worse", "both", flags=2, strong_flags=1, is_monitored=True, standing_most="RWM expected",
        reasons="Check in late; Funnel rwm", score_before=5.0,
    )  # fmt: skip
    register("S900003", 3.5, 2, "same", "facts", strong_flags=1, score_before=3.5)
    register("S900002", 3.0, 3, "new", "tests")
    register("S900004", 1.5, 4, "closed", "none", score_before=4.5)
    register("S900005", 1.5, 4, "none", "none", score_before=1.5)
    register("NP01", 2.0, 1, "same", "facts", standing_points=0.0, flag_points=2.0, listed=1)
    register("S900001", 5.0, 1, "new", "facts", as_at="2018/19 spring", season="spring")
    rows.add(
        "risk_level",
        indicator_id="ks2_rwm_expected_pct", rule_id="level_rwm", peer_kind="mainstream", value=48.0, n_pupils=42.0,
        worse_value=-48.0, years_used=3, mean_worse_by=12.0, reliability=0.7, shrunk_distance=8.4, share_better=0.95, points=1.5,
    )  # fmt: skip
    rows.add(
        "risk_level",
        indicator_id="absence_overall_pct", rule_id="level_absence", peer_kind="primary", years_used=1, mean_worse_by=0.1,
        reliability=0.0, shrunk_distance=0.0, points=0.0,
    )  # fmt: skip


def _area(area: str) -> dict[str, Any]:
    school = area.startswith("S")
    return {
        "area_type": "school" if school else "partnership", "area_id": area, "school_id": area if school else None
    }  # fmt: skip
