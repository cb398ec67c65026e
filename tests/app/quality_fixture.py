"""Rows of the marts of data quality for the fixture warehouse: files that were loaded, returned, refused and put right.

Belongs here: the file log, its history, rejected rows, corrections, and figures that do not agree. Does not belong here: how a
file is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from tests.mart_contracts import Rows

_RETURNED = "landing/returns/reviews spring.xlsx"

#: What a row has where it names nothing.
DEFAULTS: dict[str, dict[str, Any]] = {
    "file_log": {
        "status": "loaded", "rows_landed": 0, "rows_accepted": 0, "rows_rejected": 0, "rows_superseded": 0,
        "rows_with_bad_cells": 0, "first_seen_at": datetime(2026, 11, 20, 9, 0),
    },
    "file_history": {"source_path": _RETURNED, "file_id": "f" * 16},
    "rejected_rows": {"file_id": "f" * 16, "scope": "row"},
    "reconciliation": {"la_code": "999", "la_name": "Saltmarsh", "academic_year": "2018/19", "tolerance": 0.5},
    "correction": {
        "file_id": "c" * 16, "file": "reviews spring.xlsx", "target_file_id": "f" * 16, "target_path": _RETURNED,
        "target_column": "rating",
    },
    "doubtful_figure": {"file_id": "f" * 16, "source_path": "landing/dfe/england_ks_2018.csv", "academic_year": "2018/19"},
    "figure_source": {
        "area_type": "school", "area_id": "900001", "indicator_id": "ks2_rwm_expected_pct", "breakdown_id": "all",
        "academic_year": "2018/19", "release": "final", "status": "ok", "file_id": "f" * 16,
    },
    "back_series": {
        "indicator_id": "ks2_rwm_expected_pct", "breakdown_id": "all", "academic_year": "2016/17",
        "later_file_id": "england_ks_2017.csv",
    },
}  # fmt: skip


def landed(rows: Rows, years: Sequence[str]) -> None:
    """Add a published file of each year, a form with rejected rows, and a file that is refused."""
    for index, year in enumerate(years):
        rejected = 3 if year == years[-1] else 0
        rows.add(
            "file_log",
            file_id=f"{index:016x}", path=f"landing/dfe/england_ks_{year[:4]}.csv", source="Key stage 2 performance tables",
            academic_year=year,
            rows_landed=17000 + index, rows_accepted=17000 + index - rejected, rows_rejected=rejected, release="final",
            rows_with_bad_cells=rejected,
        )  # fmt: skip
    rows.add(
        "file_log",
        file_id="f" * 16, path=_RETURNED, source="Transition points (template)", rows_landed=120, rows_accepted=116,
        rows_rejected=4, first_seen_at=datetime(2026, 11, 21, 10, 30), rows_with_bad_cells=2,
    )  # fmt: skip
    rows.add(
        "file_log",
        file_id="e" * 16, path="landing/returns/notes.docx", source="Not recognised", status="refused",
        reason="This is not a file Turncurve knows. Send the review template as CSV or XLSX.",
        first_seen_at=datetime(2026, 11, 21, 10, 31),
    )  # fmt: skip
    for step, event, changes in (
        (
            1,
            "quarantined",
            {"file_id": "d" * 16, "reason": "It looks like “Transition points” but has no column rating."},
        ),
        (2, "corrected", {"rows_concerned": 120}),
        (
            3,
            "superseded",
            {"rows_concerned": 8, "reason": "Some rows are replaced by later ones about the same thing."},
        ),
    ):
        at = datetime(2026, 11, 19 + step, 10, 30)
        rows.add("file_history", step=step, happened_at=at, event=event, **{"rows_concerned": 0, **changes})
    for row_number, column, value, reason, scope in (
        (14, "rating", "7", "The rating is not between 0 and 5.", "row"),
        (22, "school_urn", "12345", "A URN has six digits.", "row"),
        (31, "review_date", "31/02/2019", "This is not a date.", "cell"),
        (40, "item_id", "TP99", "There is no transition point TP99.", "row"),
    ):
        rows.add("rejected_rows", row_number=row_number, column_name=column, value=value, reason=reason, scope=scope)
    rows.add(
        "reconciliation",
        indicator_id="ks2_rwm_expected_pct", published_value=64.0, calculated_value=63.6, difference=-0.4, n_schools=9,
        n_schools_missing=1, is_within_tolerance=True, n_pupils=998, n_published_pupils=1000, share_of_pupils=0.998,
    )  # fmt: skip
    rows.add(
        "reconciliation",
        indicator_id="ks2_rwm_higher_pct", published_value=11.2, calculated_value=12.3, difference=1.1, n_schools=11,
        n_schools_missing=0, is_within_tolerance=False, n_pupils=1000, n_published_pupils=1000, share_of_pupils=1.0,
    )  # fmt: skip
    rows.add(
        "reconciliation",
        indicator_id="ks2_reading_progress", published_value=0.2, calculated_value=1.9, difference=1.7, n_schools=3,
        n_schools_missing=8, is_within_tolerance=None, n_pupils=300, n_published_pupils=1000, share_of_pupils=0.3,
        reason="Schools are missing",
    )  # fmt: skip
    rows.add(
        "correction",
        row_number=2, target_row=9, found_value="3O", new_value="3", reason="A letter O", corrected_by="Steward",
        corrected_on=date(2026, 11, 21), status="applied",
    )  # fmt: skip
    rows.add(
        "correction",
        row_number=3, target_row=99, new_value="2", status="refused", refused_because="The file has no row 99.",
    )  # fmt: skip
    rows.add(
        "doubtful_figure",
        column_name="PTRWM_EXP", doubt_id="fractions", n_figures=120, first_row=2, last_row=121,
        reason="Percentages that are all at most 1: they may be shares of one, such as 0.61 for 61%",
    )  # fmt: skip
    for path, row_number, value, taken, reason in (
        ("landing/dfe/england_ks_2018.csv", 7, 61.0, True, "Taken"),
        ("landing/dfe/two columns.csv", 9, 61.0, False, "It says the same as the file taken"),
    ):
        rows.add("figure_source", source_path=path, row_number=row_number, value=value, is_taken=taken, reason=reason)
    rows.add("back_series", urn="900001", own_value=61.0, later_value=63.0, difference=2.0, is_restated=True)
    rows.add("back_series", urn="900002", own_value=58.0, later_value=58.0, difference=0.0, is_restated=False)
