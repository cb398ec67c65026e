"""Rows of the marts of risk for the fixture warehouse.

Belongs here: every case the page must survive (a strong and a weak test, facts of both strengths, a school that got worse,
one whose reasons are closed, one with nothing to say, a partnership's flag, a term without results). The tables' columns
are those of the marts' own contract. Does not belong here: the rules.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import yaml

Row = tuple[Any, ...]

_CONTRACT = Path(__file__).parents[2] / "dbt_project" / "models" / "marts" / "risk" / "_risk.yml"
_COLUMNS: dict[str, dict[str, str]] = {
    model["name"]: {column["name"]: column["data_type"] for column in model["columns"]}
    for model in yaml.safe_load(_CONTRACT.read_text(encoding="utf-8"))["models"]
}
TABLES: dict[str, str] = {
    name: ", ".join(f"{column} {kind}" for column, kind in columns.items()) for name, columns in _COLUMNS.items()
}

_DAYS = (
    ("2018/19 autumn", date(2018, 12, 31), 1, "2017/18"),
    ("2018/19 spring", date(2019, 3, 31), 2, "2017/18"),
    ("2018/19 summer", date(2019, 8, 31), 3, "2018/19"),
)
_LATEST = "2018/19 summer"


def _row(table: str, **values: Any) -> Row:
    unknown = set(values) - set(_COLUMNS[table])
    if unknown:
        raise KeyError(f"{table} has no column {sorted(unknown)}")
    return tuple(values.get(column) for column in _COLUMNS[table])


def _flag(area: str, rule: str, kind: str, strength: str, points: float, **more: Any) -> Row:
    school = area.startswith("S")
    return _row(
        "risk_flag",
        **{
            "rule_id": rule,
            "area_type": "school" if school else "partnership",
            "area_id": area,
            "as_at": _LATEST,
            "academic_year": "2018/19",
            "school_id": area if school else None,
            "rule": f"Rule called {rule}",
            "rule_short_name": rule.replace("_", " ").capitalize(),
            "family": rule.partition("_")[0],
            "evidence_kind": kind,
            "evidence": f"What the rule {rule} saw of {area} in 2018/19.",
            "n": 42.0,
            "strength": strength,
            "points": points,
            "since": "2018/19 spring",
            "false_alarm_reason": "taken from the records, and not a test of chance",
            "source": "Published results",
            **more,
        },
    )


def _register(area: str, score: float, place: int, change: str, kind: str, **more: Any) -> Row:
    return _row(
        "risk_register",
        **{
            "area_type": "school" if area.startswith("S") else "partnership",
            "area_id": area,
            "as_at": _LATEST,
            "academic_year": "2018/19",
            "term_name": "summer",
            "school_id": area if area.startswith("S") else None,
            "score": score,
            "place": place,
            "listed": 5,
            "standing_points": 1.5,
            "flag_points": score - 1.5,
            "flags": 0 if kind == "none" else 1,
            "strong_flags": 0,
            "evidence_kind": kind,
            "change": change,
            "on_monitoring_list": False,
            "tests_looked_at": 400,
            "expected_false": 10.0,
            **more,
        },
    )


def risky(rows: dict[str, list[Row]]) -> None:
    """Add the rows of risk to those of the fixture."""
    for number, (as_at, on, order, year) in enumerate(_DAYS):
        rows["risk_looked_at"].append(
            _row(
                "risk_looked_at", as_at=as_at, rule_id="funnel_rwm", academic_year="2018/19", term_name=as_at[8:], as_at_on=on,
                as_at_number=order, term_number=order, evidence_year=year, evidence_kind="test",
                tests_looked_at=400 if number == 2 else 0, schools_looked_at=12, expected_false=10.0,
            )
        )  # fmt: skip
    tested = {"p_value": 0.0002, "q_value": 0.004, "false_alarm_rate": 0.0205, "false_alarm_reason": "measured"}
    rows["risk_flag"] += [
        _flag("S900001", "funnel_rwm", "test", "strong", 4.0, **tested),
        _flag("S900001", "check_in_late", "fact", "weak", 1.0, n=None, source="Reviews"),
        _flag("S900002", "gap_wide_rwm", "test", "weak", 1.5, **{**tested, "p_value": 0.03, "q_value": 0.9}),
        _flag("S900003", "engagement_low", "fact", "strong", 2.0, since="2018/19 autumn"),
        _flag("NP01", "check_in_late_partnership", "fact", "strong", 2.0),
    ]
    rows["risk_register"] += [
        _register(
            "S900001", 8.0, 1, "worse", "both", flags=2, strong_flags=1, on_monitoring_list=True, standing_most="RWM expected",
            reasons="Check in late; Funnel rwm", score_before=5.0,
        ),
        _register("S900003", 3.5, 2, "same", "facts", strong_flags=1, score_before=3.5),
        _register("S900002", 3.0, 3, "new", "tests"),
        _register("S900004", 1.5, 4, "closed", "none", score_before=4.5),
        _register("S900005", 1.5, 4, "none", "none", score_before=1.5),
        _register("NP01", 2.0, 1, "same", "facts", standing_points=0.0, flag_points=2.0, listed=1),
        _register("S900001", 5.0, 1, "new", "facts", as_at="2018/19 spring", term_name="spring"),
    ]  # fmt: skip
    rows["risk_level"] += [
        _row(
            "risk_level", school_id="S900001", indicator_id="ks2_rwm_expected_pct", academic_year="2018/19", rule_id="level_rwm",
            peers="mainstream", schools=10, value=48.0, n=42.0, worse_value=-48.0, years_used=3, mean_worse_by=12.0,
            believed=0.7, level=8.4, place=0.95, points=1.5,
        ),
        _row(
            "risk_level", school_id="S900001", indicator_id="absence_overall_pct", academic_year="2018/19",
            rule_id="level_absence", peers="primary", schools=10, value=None, n=None, worse_value=None, years_used=1,
            mean_worse_by=0.1, believed=0.0, level=0.0, place=None, points=0.0,
        ),
    ]  # fmt: skip
