"""A small published warehouse, written by code, for the tests of the dashboards.

Belongs here: the marts' tables and types as the pages expect them, and a seeded, fictional authority that has every
case a page must survive (a suppressed value, a year not published, a small cohort, a closed school, a lineage of two
URNs, a refused file). Does not belong here: anything of the pipeline. Only tests may open DuckDB outside the door.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import compared_fixture
import duckdb
import impact_fixture
import risk_fixture
import signal_fixture
import verdict_fixture

Row = tuple[Any, ...]

_INDICATORS = """indicator_id varchar, name varchar, short_name varchar, topic varchar, phase varchar, unit varchar,
    polarity varchar, kind varchar, decimals bigint, minimum_cohort bigint, publisher varchar, description varchar"""

TABLES: dict[str, str] = {
    "dim_indicator": _INDICATORS,
    "dim_breakdown": "breakdown_id varchar, name varchar, sort_order bigint",
    "dim_item": """instrument_id varchar, item_id varchar, instrument_name varchar, section varchar, item_order bigint,
        label varchar, scale_min double, scale_max double""",
    "dim_authority": "la_code varchar, la_name varchar",
    "dim_school": """school_id varchar, urn varchar, laestab varchar, name varchar, phase varchar, la_code varchar,
        la_name varchar, status varchar, opened_on date, closed_on date, valid_from date, valid_to date,
        is_current boolean""",
    "dim_partnership": """partnership_id varchar, name varchar, kind varchar, la_code varchar, la_name varchar,
        lead_urn varchar, started_on date, ended_on date""",
    "partnership_membership": """partnership_id varchar, school_id varchar, urn varchar, joined_on date, left_on date,
        role varchar""",
    "fct_outcome": """school_id varchar, urn varchar, indicator_id varchar, breakdown_id varchar,
        academic_year varchar, release varchar, value double, numerator double, denominator double, ci_low double,
        ci_high double, status varchar, source_file varchar, ci_method varchar, is_latest boolean""",
    "benchmark_outcome": """area_type varchar, area_id varchar, indicator_id varchar, breakdown_id varchar,
        academic_year varchar, release varchar, value double, status varchar, source_file varchar,
        denominator double, is_latest boolean""",
    "trend_series": """area_type varchar, area_id varchar, area_name varchar, indicator_id varchar,
        breakdown_id varchar, academic_year varchar, value double, cohort double, schools bigint, ci_low double,
        ci_high double, ci_method varchar, origin varchar, status varchar, release varchar, source_file varchar,
        england_id varchar, benchmark_value double, side varchar, verdict varchar, reason_id varchar, reason varchar""",
    "fct_rating": """instrument_id varchar, item_id varchar, respondent_role varchar, respondent_id varchar,
        school_id varchar, urn varchar, partnership_id varchar, cycle varchar, term varchar, academic_year varchar,
        answered_on date, value double, raw_answer varchar, status varchar, source_file varchar""",
    "rating_series": """area_type varchar, area_id varchar, area_name varchar, instrument_id varchar, item_id varchar,
        respondent_role varchar, term varchar, responses bigint, schools bigint, mean_value double,
        median_value double, share_high_pct double""",
    "method_figure": """method_id varchar, figure varchar, value double, worlds bigint, measured_on date,
        note varchar""",
    "curve": """partnership_id varchar, academic_year varchar, priority_number varchar, priority varchar, story varchar,
        indicator_id varchar, breakdown_id varchar, direction varchar, baseline double, baseline_year varchar,
        baseline_value double, baseline_difference double, baseline_note varchar, target double,
        target_year varchar, latest_year varchar, latest_value double,
        latest_cohort double, gap_to_target double, way_gone_pct double, forecast_made_in varchar, forecast double,
        forecast_low double, forecast_high double, forecast_method varchar, forecast_reason varchar, assurance varchar,
        judged_year varchar, judged_value double, judged_cohort double, expected double, expected_low double,
        expected_high double, others_low double, others_high double, expected_method varchar, expected_reason varchar,
        interval_basis varchar, interval_errors bigint, turn double, schools_in_common_pct double, essentials bigint,
        essentials_done bigint, next_due_on date, verdict varchar, rule_id varchar, rule_name varchar, reason varchar,
        source_file varchar""",
    "curve_point": """partnership_id varchar, academic_year varchar, priority_number varchar, point_kind varchar,
        made_at varchar, made_in varchar, point_year varchar, value double, low double, high double, others_low double,
        others_high double, cohort double, schools bigint, method varchar, reason varchar, interval_basis varchar,
        errors bigint, status varchar""",
    "curve_essential": """partnership_id varchar, academic_year varchar, priority_number varchar,
        essential_number integer, essential varchar, owner varchar, due_on date, done_on date, source_file varchar""",
    "file_log": """file_id varchar, path varchar, source varchar, academic_year varchar, rows_landed bigint,
        rows_accepted bigint, rows_rejected bigint, rows_superseded bigint, status varchar, reason varchar,
        release varchar, first_seen_at timestamp, rows_with_bad_cells bigint""",
    "file_history": """path varchar, step bigint, happened_at timestamp, event varchar, file_id varchar,
        rows_concerned bigint, reason varchar""",
    "rejected_rows": """file_id varchar, row_number bigint, column_name varchar, value varchar, reason varchar,
        scope varchar""",
    "reconciliation": """la_code varchar, la_name varchar, indicator_id varchar, academic_year varchar,
        published_value double, calculated_value double, difference double, tolerance double, schools bigint,
        schools_missing bigint, within_tolerance boolean""",
    "back_series": """urn varchar, indicator_id varchar, breakdown_id varchar, academic_year varchar,
        own_value double, later_value double, later_file varchar, difference double, is_restated boolean""",
    "correction": """source_file varchar, source_row bigint, file varchar, target_file varchar, target_path varchar,
        target_row bigint, target_column varchar, found_value varchar, new_value varchar, reason varchar, corrected_by varchar,
        corrected_on date, status varchar, refused_because varchar""",
    **compared_fixture.TABLES,
    **risk_fixture.TABLES,
    **signal_fixture.TABLES,
    **impact_fixture.TABLES,
}

# indicator, name, short name, topic, phase, unit, polarity, kind, decimals, England's level, spread between schools
_INDICATOR_ROWS: list[tuple[str, str, str, str, str, str, str, str, int, float, float]] = [
    (
        "ks2_rwm_expected_pct",
        "Reading, writing and maths: expected standard (KS2)",
        "RWM expected",
        "Attainment",
        "primary",
        "%",
        "higher",
        "proportion",
        0,
        63,
        9,
    ),
    (
        "ks2_rwm_higher_pct",
        "Reading, writing and maths: higher standard (KS2)",
        "RWM higher",
        "Attainment",
        "primary",
        "%",
        "higher",
        "proportion",
        0,
        10,
        4,
    ),
    (
        "ks2_reading_progress",
        "Reading progress score (KS2)",
        "Reading progress",
        "Progress",
        "primary",
        "score",
        "higher",
        "progress",
        1,
        0,
        1.6,
    ),
    (
        "ks2_writing_progress",
        "Writing progress score (KS2)",
        "Writing progress",
        "Progress",
        "primary",
        "score",
        "higher",
        "progress",
        1,
        0,
        1.6,
    ),
    (
        "ks2_maths_progress",
        "Maths progress score (KS2)",
        "Maths progress",
        "Progress",
        "primary",
        "score",
        "higher",
        "progress",
        1,
        0,
        1.6,
    ),
    (
        "ks4_attainment8",
        "Average Attainment 8 score (KS4)",
        "Attainment 8",
        "Attainment",
        "secondary",
        "score",
        "higher",
        "mean",
        1,
        46.5,
        4,
    ),
    (
        "ks4_progress8",
        "Average Progress 8 score (KS4)",
        "Progress 8",
        "Progress",
        "secondary",
        "score",
        "higher",
        "progress",
        2,
        0,
        0.35,
    ),
    (
        "absence_overall_pct",
        "Overall absence rate",
        "Overall absence",
        "Absence",
        "all",
        "%",
        "lower",
        "rate",
        1,
        4.6,
        0.7,
    ),
    (
        "absence_persistent_pct",
        "Persistent absence rate",
        "Persistent absence",
        "Absence",
        "all",
        "%",
        "lower",
        "proportion",
        1,
        10.8,
        2.6,
    ),
    (
        "pupils_on_roll",
        "Pupils on roll",
        "Pupils on roll",
        "Context",
        "all",
        "pupils",
        "none",
        "count",
        0,
        0,
        0,
    ),
    (
        "fsm_ever6_pct",
        "Pupils eligible for free school meals in the past six years",
        "FSM ever 6",
        "Context",
        "all",
        "%",
        "none",
        "proportion",
        1,
        23,
        7,
    ),
]
_BREAKDOWNS = [
    ("all", "All pupils"),
    ("disadvantaged", "Disadvantaged pupils"),
    ("not_disadvantaged", "Pupils not disadvantaged"),
    ("boys", "Boys"),
    ("girls", "Girls"),
]
_YEARS = ["2014/15", "2015/16", "2016/17", "2017/18", "2018/19"]
_TERMS = [
    "2017/18 autumn",
    "2017/18 spring",
    "2017/18 summer",
    "2018/19 autumn",
    "2018/19 spring",
    "2018/19 summer",
]
_SECTIONS = [
    "Before the review",
    "A sound enquiry",
    "Feedback",
    "From feedback to workshop",
    "Sustained action",
    "Learning as a partnership",
]
_DOMAINS = ["Improvement", "Beliefs and behaviours", "Partnership working", "Pupil outcomes"]
_SCHOOLS = [
    ("Alderfen Primary School", "primary"),
    ("Brackwater Church of England Primary School", "primary"),
    ("Cotton Lane Junior School", "primary"),
    ("Dunmere Primary Academy", "primary"),
    ("Eastholm Infant and Nursery School", "primary"),
    ("Fairsea Community Primary School", "primary"),
    ("Great Tarn Primary School", "primary"),
    ("Harbour View Primary School", "primary"),
    ("Inglewick Village School", "primary"),
    ("Saltmarsh High School", "secondary"),
    ("Tarnside Academy", "secondary"),
    ("Wrenfield School (closed)", "primary"),
]


def wilson(numerator: float, denominator: float) -> tuple[float, float]:
    """The 95 per cent Wilson interval of a proportion, in per cent."""
    p, z, n = numerator / denominator, 1.959964, denominator
    centre, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return 100 * (centre - half) / (1 + z * z / n), 100 * (centre + half) / (1 + z * z / n)


def _dimensions(rows: dict[str, list[Row]]) -> None:
    for ident, name, short, topic, phase, unit, polarity, kind, decimals, *_ in _INDICATOR_ROWS:
        rows["dim_indicator"].append(
            (
                ident,
                name,
                short,
                topic,
                phase,
                unit,
                polarity,
                kind,
                decimals,
                11,
                "Department for Education",
                f"{name}, as published for state-funded schools.",
            )
        )
    rows["dim_breakdown"] = [(ident, name, order) for order, (ident, name) in enumerate(_BREAKDOWNS, 1)]
    rows["dim_authority"] = [("999", "Saltmarsh")]
    for number in range(1, 28):
        section = _SECTIONS[min((number - 1) // 5, 5)]
        rows["dim_item"].append(
            (
                "transition_points",
                f"TP{number:02}",
                "Transition points and sticking points",
                section,
                number,
                f"Statement {number} about the review",
                0.0,
                5.0,
            )
        )
    for number in range(1, 13):
        rows["dim_item"].append(
            (
                "reflection_questions",
                f"{'ABCD'[(number - 1) // 3]}{(number - 1) % 3 + 1}",
                "Partnership reflection questions",
                _DOMAINS[(number - 1) // 3],
                number,
                f"Question {number} of the partnership",
                0.0,
                5.0,
            )
        )
    for index, (name, phase) in enumerate(_SCHOOLS):
        school_id, urn = f"S{900001 + index}", str(900001 + index)
        closed = date(2017, 8, 31) if "closed" in name else None
        rows["dim_school"].append(
            (
                school_id,
                urn,
                f"999{2000 + index}",
                name,
                phase,
                "999",
                "Saltmarsh",
                "closed" if closed else "open",
                date(2000, 9, 1),
                closed,
                date(2000, 9, 1),
                closed,
                True,
            )
        )
    # Dunmere converted to an academy: an earlier URN of the same lineage
    rows["dim_school"].append(
        (
            "S900004",
            "900104",
            "9992104",
            "Dunmere Primary School",
            "primary",
            "999",
            "Saltmarsh",
            "closed",
            date(1975, 9, 1),
            date(2016, 3, 31),
            date(1975, 9, 1),
            date(2016, 3, 31),
            False,
        )
    )
    rows["dim_partnership"] = [
        ("NP01", "North Shore Partnership", "cluster", "999", "Saltmarsh", "900001", date(2015, 9, 1), None),
        ("NP02", "Tarn Triad", "triad", "999", "Saltmarsh", "900007", date(2017, 9, 1), None),
        ("NP03", "Empty Quarter Partnership", "cluster", "999", "Saltmarsh", None, date(2018, 9, 1), None),
    ]
    for index in range(12):
        partnership = "NP01" if index < 6 or index == 9 else "NP02"
        left = date(2017, 8, 31) if index == 11 else None
        rows["partnership_membership"].append(
            (
                partnership,
                f"S{900001 + index}",
                str(900001 + index),
                date(2015, 9, 1),
                left,
                "lead" if index in (0, 6) else "member",
            )
        )
    rows["partnership_membership"].append(("NP02", "S900001", "900001", date(2014, 9, 1), date(2015, 8, 31), "member"))


def _england(indicator_phase: str, area_phase: str | None) -> str | None:
    """The series of England a figure may stand beside; none for a measure of all phases and an area of several."""
    if indicator_phase != "all":
        return "england"
    return f"england_{area_phase}" if area_phase else None


def _part(everyone: int, breakdown: str) -> int:
    """How many of all pupils are in a group; a group and those outside it are all."""
    shares = {"all": everyone, "disadvantaged": everyone // 3, "boys": everyone // 2}
    shares |= {"not_disadvantaged": everyone - everyone // 3, "girls": everyone - everyone // 2}
    return shares[breakdown]


def _school_series(rows: dict[str, list[Row]], rng: random.Random) -> dict[tuple[str, ...], tuple[float, float]]:
    """Schools' trend rows; returns value and cohort of every usable one."""
    usable: dict[tuple[str, ...], tuple[float, float]] = {}
    for index, (name, phase) in enumerate(_SCHOOLS):
        school_id, cohort0 = (
            f"S{900001 + index}",
            rng.randint(18, 60) if phase == "primary" else rng.randint(120, 200),
        )
        for ident, *_, ind_phase, _unit, _pol, kind, _decimals, level, spread in _INDICATOR_ROWS:
            if ind_phase not in ("all", phase):
                continue
            base = rng.gauss(level, spread * 0.7)
            for breakdown, _label in _BREAKDOWNS:
                shift = {"disadvantaged": -0.8, "not_disadvantaged": 0.4}.get(breakdown, 0) * spread
                for year_index, year in enumerate(_YEARS):
                    if "closed" in name and year_index > 2:
                        continue
                    everyone = cohort0 + year_index
                    if name.startswith("Inglewick"):
                        everyone = 8 + year_index % 2
                    cohort: float = _part(everyone, breakdown)
                    if kind == "count":
                        value, low, high, method = 6.0 * cohort, None, None, "none"
                    elif kind in ("proportion", "rate"):
                        wanted = min(max(base + shift + rng.gauss(0, spread / 3), 1), 97)
                        numerator = round(cohort * wanted / 100)
                        value = round(100 * numerator / cohort, 3)
                        low, high, method = *wilson(numerator, cohort), "wilson"
                        if ident == "absence_overall_pct":
                            value, low, high, method = wanted, None, None, "none"
                    else:
                        value = base + shift + rng.gauss(0, spread / 3)
                        half = spread * 6 / math.sqrt(cohort)
                        low, high, method = value - half, value + half, "published"
                    status = "ok"
                    if name.startswith("Cotton") and year == "2017/18":
                        status = "suppressed"
                    if name.startswith("Eastholm") and ident.startswith("ks2"):
                        status = "no_entries"
                    if cohort < 6:
                        status = "suppressed"
                    if status != "ok":
                        value = low = high = None  # type: ignore[assignment]
                    else:
                        usable[(school_id, ident, breakdown, year)] = (value, cohort)
                    rows["trend_series"].append(
                        (
                            "school",
                            school_id,
                            name,
                            ident,
                            breakdown,
                            year,
                            value,
                            cohort,
                            1,
                            low,
                            high,
                            method if status == "ok" else "none",
                            "published",
                            status,
                            "final",
                            f"england_ks_{year[:4]}.csv",
                            _england(ind_phase, phase),
                        )
                    )
                    rows["fct_outcome"].append(
                        (
                            school_id,
                            school_id[1:],
                            ident,
                            breakdown,
                            year,
                            "final",
                            value,
                            None,
                            cohort,
                            low,
                            high,
                            status,
                            f"england_ks_{year[:4]}.csv",
                            method,
                            True,
                        )
                    )
    return usable


def _area_series(rows: dict[str, list[Row]], usable: dict[tuple[str, ...], tuple[float, float]]) -> None:
    members = {
        "NP01": [f"S{900001 + i}" for i in (0, 1, 2, 3, 4, 5, 9)],
        "NP02": [f"S{900007 + i}" for i in (0, 1, 2)],
    }
    areas = [
        ("partnership", key, {"NP01": "North Shore Partnership", "NP02": "Tarn Triad"}[key], value)
        for key, value in members.items()
    ]
    areas.append(("authority", "999", "Saltmarsh", [f"S{900001 + i}" for i in range(12)]))
    for ident, *_, ind_phase, _unit, _pol, kind, _decimals, level, spread in _INDICATOR_ROWS:
        for breakdown, _label in _BREAKDOWNS:
            shift = {"disadvantaged": -0.8, "not_disadvantaged": 0.4}.get(breakdown, 0) * spread
            for year_index, year in enumerate(_YEARS):
                by_phase = {"england": "England, state-funded"}
                if ind_phase == "all":
                    by_phase = {f"england_{phase}": f"England, {phase}" for phase in ("primary", "secondary")}
                for series, series_name in by_phase.items():
                    if kind == "count" or (kind == "progress" and breakdown != "all"):
                        continue
                    national = 0.0 if kind == "progress" else level + shift + 0.4 * year_index
                    head = ("england", series, series_name, ident, breakdown, year, national)
                    tail = (None, None, "none", "published", "ok", "final", f"england_ks_{year[:4]}.csv", None)
                    rows["trend_series"].append((*head, 500000, 20000, *tail))
                for area_type, area_id, area_name, schools in areas:
                    if area_id == "NP02" and year == "2015/16":
                        rows["trend_series"].append(
                            (
                                area_type,
                                area_id,
                                area_name,
                                ident,
                                breakdown,
                                year,
                                None,
                                None,
                                0,
                                None,
                                None,
                                "none",
                                "calculated",
                                "not_published",
                                None,
                                None,
                                _england(ind_phase, "primary"),
                            )
                        )
                        continue
                    found = [usable[key] for s in schools if (key := (s, ident, breakdown, year)) in usable]
                    if not found:
                        continue
                    if len(found) < sum((s, ident, "all", year) in usable for s in schools):
                        # as the warehouse does: a group is of the schools of the total, or held back
                        head = (area_type, area_id, area_name, ident, breakdown, year)
                        england = _england(ind_phase, "primary" if area_id == "NP02" else None)
                        rows["trend_series"].append(
                            (*head, None, None, 0, None, None, "none", "calculated", "held_back", None, None, england)
                        )
                        continue
                    cohort = sum(n for _v, n in found)
                    value = sum(v * n for v, n in found) / cohort if kind != "count" else sum(v for v, _n in found)
                    low = high = None
                    method = "none"
                    if kind == "proportion":
                        low, high = wilson(value * cohort / 100, cohort)
                        method = "wilson"
                    rows["trend_series"].append(
                        (
                            area_type,
                            area_id,
                            area_name,
                            ident,
                            breakdown,
                            year,
                            value,
                            cohort,
                            len(found),
                            low,
                            high,
                            method,
                            "calculated",
                            "ok",
                            None,
                            None,
                            _england(ind_phase, "primary" if area_id == "NP02" else None),
                        )
                    )


def _ratings(rows: dict[str, list[Row]], rng: random.Random) -> None:
    for partnership, name, size in (("NP01", "North Shore Partnership", 7), ("NP02", "Tarn Triad", 3)):
        for term_index, term in enumerate(_TERMS):
            for item in [row for row in rows["dim_item"] if row[0] == "reflection_questions"]:
                answers = [min(5, max(0, round(rng.gauss(2.6 + 0.2 * term_index, 1)))) for _ in range(size)]
                _rating_rows(rows, "reflection_questions", item[1], "leader", partnership, name, term, answers)
            if term.endswith("spring"):
                for item in [row for row in rows["dim_item"] if row[0] == "transition_points"]:
                    for role, level in (("host", 3.9 - item[4] / 15), ("review_team", 3.3 - item[4] / 18)):
                        answers = [min(5, max(0, round(rng.gauss(level, 0.8)))) for _ in range(min(size, 4))]
                        _rating_rows(rows, "transition_points", item[1], role, partnership, name, term, answers)


def _rating_rows(
    rows: dict[str, list[Row]],
    instrument: str,
    item: str,
    role: str,
    partnership: str,
    name: str,
    term: str,
    answers: list[int],
) -> None:
    first = 900001 if partnership == "NP01" else 900007
    for number, answer in enumerate(answers):
        urn = str(first + number)
        rows["fct_rating"].append(
            (
                instrument,
                item,
                role,
                f"{instrument}-{term}-{number}",
                f"S{urn}",
                urn,
                partnership,
                term,
                term,
                term[:7],
                date(2019, 3, 1),
                float(answer),
                str(answer),
                "ok",
                f"{instrument}.csv",
            )
        )
    high = 100 * sum(a >= 4 for a in answers) / len(answers)
    middle = sorted(answers)[len(answers) // 2]
    for area in (("partnership", partnership, name), ("authority", "999", "Saltmarsh")):
        if area[0] == "authority" and partnership != "NP01":
            continue
        rows["rating_series"].append(
            (
                *area,
                instrument,
                item,
                role,
                term,
                len(answers),
                len(answers),
                sum(answers) / len(answers),
                float(middle),
                high,
            )
        )
    for number, answer in enumerate(answers):
        rows["rating_series"].append(
            (
                "school",
                f"S{first + number}",
                _SCHOOLS[first + number - 900001][0],
                instrument,
                item,
                role,
                term,
                1,
                1,
                float(answer),
                float(answer),
                100.0 if answer >= 4 else 0.0,
            )
        )


def _curves(rows: dict[str, list[Row]]) -> None:
    """Two curves of one partnership: one that turned, with an essential done and one overdue, and one without a forecast."""
    note = (
        "The baseline as agreed, 60.0%, is 1.2 percentage points below the figure in the warehouse for 2016/17, 61.2%."
    )
    turned = (
        "NP01", "2018/19", "1", "Reading for meaning", "Pupils decode well and infer little", "ks2_rwm_expected_pct", "all",
        "up", 60.0, "2016/17", 61.2, 1.2, note, 70.0, "2019/20", "2018/19", 71.4, 210.0, -1.4, 116.0, "2018/19", 71.4, 66.0, 76.8,
        "last_year", "none_better", "reached", "2018/19", 71.4, 210.0, 61.2, 55.1, 67.3, 54.0, 68.0, "last_year",
        "none_better", "known_since", 240, 10.2, 100.0, 2, 1, date(2018, 5, 1), "turned", "turned",
        "Target reached and beyond the forecast", "The target is reached.", "0000000000000004",
    )  # fmt: skip
    unsaid = (
        "NP01", "2018/19", "2", "Fewer days lost", None, "absence_persistent_pct", "all", "down", 11.0, "2016/17", None, None,
        None, 9.0, "2018/19", None, None, None, None, None, None, None, None, None, None, None, "cannot_say", None, None, None,
        None, None, None, None, None, None, None, "none", None, None, None, 0, 0, None, "cannot_say", "no_baseline_figure",
        "No figure to start from", "There is no figure to start from.", "0000000000000004",
    )  # fmt: skip
    rows["curve"] = [turned, unsaid]
    key = ("NP01", "2018/19", "1")
    blank: Row = (None,) * 4
    for year, value in (("2015/16", 60.0), ("2016/17", 61.2), ("2017/18", None), ("2018/19", 71.4)):
        band = (value - 6, value + 6) if value else (None, None)
        status = "ok" if value else "suppressed"
        rows["curve_point"].append(
            (*key, "history", None, None, year, value, *band, None, None, 210.0, 6, *blank, status)
        )
    for made_at, made_in, start, steps in (("baseline", "2016/17", 61.2, 3), ("latest", "2018/19", 71.4, 1)):
        for step in range(1, steps + 1):
            year = f"{int(made_in[:4]) + step}/{int(made_in[5:]) + step:02}"
            told = ("last_year", "none_better", "known_since", 240, "ok")
            rows["curve_point"].append(
                (*key, "forecast", made_at, made_in, year, start, start - 6, start + 6, None, None, 210.0, None, *told)
            )
    rows["curve_point"].append(
        (*key, "target", None, None, "2019/20", 70.0, None, None, None, None, None, None, *blank, "ok")
    )
    rows["curve_point"].append(
        ("NP01", "2018/19", "2", "target", None, None, "2018/19", 9.0, None, None, None, None, None, None, *blank, "ok")
    )
    rows["curve_essential"] = [
        (
            *key,
            1,
            "Subject leaders are trained",
            "Deputy head",
            date(2018, 3, 1),
            date(2018, 3, 11),
            "0000000000000004",
        ),
        (*key, 2, "Every class has a weekly time for it", None, date(2018, 5, 1), None, "0000000000000004"),
    ]


def _quality(rows: dict[str, list[Row]]) -> None:
    for index, year in enumerate(_YEARS):
        file_id = f"{index:016x}"
        rejected = 3 if index == 4 else 0
        rows["file_log"].append(
            (
                file_id,
                f"landing/dfe/england_ks_{year[:4]}.csv",
                "dfe_ks2",
                year,
                17000 + index,
                17000 + index - rejected,
                rejected,
                0,
                "loaded",
                None,
                "final",
                "2026-11-20 09:00:00",
                rejected,
            )
        )
    rows["file_log"].append(
        (
            "f" * 16,
            "landing/returns/reviews spring.xlsx",
            "template_transition_points",
            None,
            120,
            116,
            4,
            0,
            "loaded",
            None,
            None,
            "2026-11-21 10:30:00",
            2,
        )
    )
    rows["file_log"].append(
        (
            "e" * 16,
            "landing/returns/notes.docx",
            None,
            None,
            0,
            0,
            0,
            0,
            "refused",
            "This is not a file Turncurve knows. Send the review template as CSV or XLSX.",
            None,
            "2026-11-21 10:31:00",
            0,
        )
    )
    returned = "landing/returns/reviews spring.xlsx"
    for step, (day, event, file_id, count, why) in enumerate(
        (
            (20, "quarantined", "d" * 16, 0, "It looks like “Transition points” but has no column rating."),
            (21, "corrected", "f" * 16, 120, None),
            (22, "superseded", "f" * 16, 8, "Some rows are replaced by later ones about the same thing."),
        ),
        start=1,
    ):
        rows["file_history"].append((returned, step, f"2026-11-{day} 10:30:00", event, file_id, count, why))
    for row_number, column, value, reason, scope in (
        (14, "rating", "7", "The rating is not between 0 and 5.", "row"),
        (22, "school_urn", "12345", "A URN has six digits.", "row"),
        (31, "review_date", "31/02/2019", "This is not a date.", "cell"),
        (40, "item_id", "TP99", "There is no transition point TP99.", "row"),
    ):
        rows["rejected_rows"].append(("f" * 16, row_number, column, value, reason, scope))
    rows["reconciliation"] = [
        ("999", "Saltmarsh", "ks2_rwm_expected_pct", "2018/19", 64.0, 63.6, -0.4, 0.5, 9, 1, True),
        ("999", "Saltmarsh", "absence_persistent_pct", "2018/19", 11.2, 12.3, 1.1, 0.5, 11, 0, False),
    ]
    form, sent = "c" * 16, "2026-11-21"
    rows["correction"] = [
        (form, 2, "reviews spring.xlsx", "f" * 16, returned, 9, "rating", "3O", "3", "A letter O", "Steward", sent, "applied",
         None),
        (form, 3, "reviews spring.xlsx", "f" * 16, returned, 99, "rating", None, "2", None, None, None, "refused",
         "The file has no row 99."),
    ]  # fmt: skip
    rows["back_series"] = [
        ("900001", "ks2_rwm_expected_pct", "all", "2016/17", 61.0, 63.0, "england_ks_2017.csv", 2.0, True),
        ("900002", "ks2_rwm_expected_pct", "all", "2016/17", 58.0, 58.0, "england_ks_2017.csv", 0.0, False),
    ]


def published_rows(
    seed: int = 11, change: Callable[[dict[str, list[Row]]], None] | None = None
) -> dict[str, list[Row]]:
    """Every table's rows, the same for the same seed. `change` is made to the figures, before anything is said of them."""
    rows: dict[str, list[Row]] = {name: [] for name in TABLES}
    rng = random.Random(seed)
    _dimensions(rows)
    _area_series(rows, _school_series(rows, rng))
    if change is not None:
        change(rows)
    _ratings(rows, rng)
    _quality(rows)
    rows["method_figure"] = [("five_point_trend", "false alarms", 0.0015, 4000, date(2019, 9, 1), "cohorts of 30")]
    verdict_fixture.judged(rows, TABLES)
    signal_fixture.signalled(rows, TABLES)
    compared_fixture.compared(rows)
    risk_fixture.risky(rows)
    rows.update(impact_fixture.rows())
    _curves(rows)
    return rows


def few_rows() -> dict[str, list[Row]]:
    """The dimensions alone: quick to write, and enough where only the version matters."""
    rows: dict[str, list[Row]] = {name: [] for name in TABLES}
    _dimensions(rows)
    return {name: found for name, found in rows.items() if name.startswith("dim_")}


def write_published(folder: Path, version: str = "v1", rows: dict[str, list[Row]] | None = None) -> Path:
    """Write one published version and point at it; `rows` None means every table is empty. Returns `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"warehouse-{version}.duckdb"
    connection = duckdb.connect(str(path))
    connection.execute("create schema marts")
    for table, columns in TABLES.items():
        connection.execute(f"create table marts.{table} ({columns})")
        if batch := (rows or {}).get(table):
            # by way of a file, whose texts the table turns into its types: as parameters, rows take ten seconds
            beside = path.with_suffix(".rows")
            names = [
                name
                for (name,) in connection.execute(f"select name from pragma_table_info('marts.{table}')").fetchall()
            ]
            with beside.open("w", encoding="utf-8") as file:
                file.writelines(json.dumps(dict(zip(names, row, strict=True)), default=str) + "\n" for row in batch)
            texts = ", ".join(f"{name}: 'varchar'" for name in names)
            connection.execute(
                f"insert into marts.{table} from read_json($1, format = 'newline_delimited', columns = {{{texts}}})",
                [str(beside)],
            )
            beside.unlink()
    connection.close()
    path.chmod(0o444)
    landed = sum(row[4] for row in (rows or {}).get("file_log", []))
    pointer = {
        "warehouse": path.name,
        "version": version,
        "built_at": "2026-11-23T20:00:00+00:00",
        "files": len((rows or {}).get("file_log", [])),
        "rows_landed": landed,
        "rows_accepted": landed - 7,
        "rows_rejected": 7,
        "rows_superseded": 0,
    }
    beside = folder / "current.json.new"
    beside.write_text(json.dumps(pointer), encoding="utf-8")
    beside.replace(folder / "current.json")
    return folder
