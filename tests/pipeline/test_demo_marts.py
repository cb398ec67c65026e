"""The published marts on the fictional authority: what was planted is found, what was broken is refused with its reason."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
from python_calamine import CalamineWorkbook

from orchestration.demo import PLANTED
from tests.conftest import not_finite


def rows(connection: duckdb.DuckDBPyConnection, query: str, *parameters: object) -> list[tuple[object, ...]]:
    return connection.execute(query, list(parameters)).fetchall()


def test_the_tables_others_rely_on(demo: duckdb.DuckDBPyConnection) -> None:
    promised = {
        "fct_outcome": "school_id urn indicator_id breakdown_id academic_year release value numerator denominator ci_low "
        "ci_high status source_file",
        "benchmark_outcome": "area_type area_id indicator_id breakdown_id academic_year release value status source_file",
        "dim_school": "school_id urn laestab name phase la_code la_name status opened_on closed_on valid_from valid_to",
        "file_log": "file_id path source academic_year rows_landed rows_accepted rows_rejected rows_superseded status reason",
        "rejected_rows": "file_id row_number column_name value reason",
    }
    for table, columns in promised.items():
        found = [row[0] for row in rows(demo, f"describe marts.{table}")]
        assert found[: len(columns.split())] == columns.split(), table


def test_all_indicators_have_figures(demo: duckdb.DuckDBPyConnection) -> None:
    without = rows(
        demo,
        """select indicator_id from marts.dim_indicator
           where indicator_id not in (select indicator_id from marts.fct_outcome where value is not null)""",
    )
    assert without == []


def test_nothing_was_lost(demo: duckdb.DuckDBPyConnection, demo_data_dir: Path) -> None:
    log = rows(
        demo,
        """select sum(rows_landed), sum(rows_accepted), sum(rows_rejected), sum(rows_superseded),
                  count(*) filter (where rows_landed <> rows_accepted + rows_rejected + rows_superseded)
           from marts.file_log""",
    )[0]
    pointer = json.loads((demo_data_dir / "published" / "current.json").read_text())
    assert log == (
        pointer["rows_landed"], pointer["rows_accepted"], pointer["rows_rejected"], pointer["rows_superseded"], 0,
    )  # fmt: skip
    rejected = rows(demo, "select count(distinct (file_id, row_number)) from marts.rejected_rows where scope = 'row'")
    assert rejected == [(pointer["rows_rejected"],)]


@pytest.mark.parametrize(
    ("column", "value", "scope"),
    [
        ("school_urn", "A text of 12 characters", "row"),
        ("rating", "7", "row"),
        ("review_date", "Digits and signs, 10 characters", "row"),
        ("item_id", "A text of 4 characters", "row"),
        ("respondent_role", "A text of 7 characters", "row"),
        ("RECTYPE", "9", "row"),
        ("PTRWM_EXP_G", "A text of 8 characters", "cell"),
    ],
)
def test_each_planted_fault_is_shown(demo: duckdb.DuckDBPyConnection, column: str, value: str, scope: str) -> None:
    found = rows(
        demo, "select scope, reason from marts.rejected_rows where column_name = ? and value = ?", column, value
    )
    assert [row[0] for row in found] == [scope]
    assert all(row[1] for row in found)


def test_the_file_without_a_year_is_refused_with_that_reason(demo: duckdb.DuckDBPyConnection) -> None:
    refused = rows(demo, "select path, reason from marts.file_log where status = 'refused'")
    assert any("absence" in str(path) and "year" in str(reason) for path, reason in refused)


def test_partnership_figures_are_weighed_by_cohort(demo: duckdb.DuckDBPyConnection) -> None:
    """Worked out again here from the schools and memberships, with plain arithmetic."""
    members = rows(
        demo,
        """select fct_outcome.value, fct_outcome.denominator
           from marts.partnership_membership join marts.fct_outcome using (school_id)
           where partnership_id = 'P01' and indicator_id = 'ks2_rwm_expected_pct' and breakdown_id = 'all'
             and academic_year = '2018/19' and value is not null
             and joined_on <= date '2019-05-01' and (left_on is null or left_on > date '2019-05-01')""",
    )
    by_hand = sum(float(str(v)) * float(str(n)) for v, n in members) / sum(float(str(n)) for _, n in members)
    shown = rows(
        demo,
        """select value, n_pupils, n_schools, ci_low < value and value < ci_high from marts.trend_series
           where area_type = 'partnership' and area_id = 'P01' and indicator_id = 'ks2_rwm_expected_pct'
             and breakdown_id = 'all' and academic_year = '2018/19'""",
    )[0]
    assert shown[0] == pytest.approx(by_hand)
    assert shown[1] == sum(float(str(n)) for _, n in members)
    assert shown[2] == len(members)
    assert shown[3]


def test_a_school_that_converted_is_one_line(demo: duckdb.DuckDBPyConnection) -> None:
    """Conversions keep the school_id, so a school's line runs through them without a gap or a double."""
    lines = rows(
        demo,
        """select school_id, count(distinct trend.academic_year), count(*)
           from marts.trend_series as trend
           join (select school_id from marts.dim_school group by school_id having count(*) = 2) as converted
             on trend.area_id = converted.school_id
           where area_type = 'school' and indicator_id = 'pupils_on_roll'
           group by school_id""",
    )
    assert len(lines) >= 3
    assert all(years == points for _, years, points in lines)
    assert [years for _, years, _ in lines].count(3) >= 3


def test_nobody_who_answered_can_be_found(
    demo: duckdb.DuckDBPyConnection, demo_built: duckdb.DuckDBPyConnection, demo_data_dir: Path
) -> None:
    """The planted address and name are in the landed forms and in nothing made from them."""
    forms = sorted((demo_data_dir / "landing").rglob("forms/*.xlsx"))
    cells = [
        str(cell)
        for form in forms
        for row in CalamineWorkbook.from_path(str(form)).get_sheet_by_index(0).to_python()
        for cell in row
    ]
    assert all(any(value in cell for cell in cells) for value in PLANTED["personal_values"])
    # text in Parquet and DuckDB files is compressed: every row of every table is looked at as text
    tables = [f"read_parquet('{file}')" for file in (demo_data_dir / "raw").rglob("*.parquet")]
    tables += [f"marts.{name}" for (name,) in rows(demo, "select table_name from information_schema.tables")]
    assert len(tables) > 30
    for table in tables:
        for value in PLANTED["personal_values"]:
            found = rows(
                demo, f"select count(*) from {table} as rows_read where rows_read::varchar ilike ?", f"%{value}%"
            )
            assert found == [(0,)], table
    for file in demo_data_dir.rglob("*"):
        if file.suffix in {".json", ".log", ".jsonl"}:
            assert not any(value in file.read_text() for value in PLANTED["personal_values"]), file
    respondents = rows(
        demo_built, "select distinct respondent_id from marts.fct_rating where respondent_role = 'leader'"
    )
    assert respondents
    assert all(len(str(row[0])) == 16 and "@" not in str(row[0]) for row in respondents)


def test_the_planted_restatement_is_counted(demo: duckdb.DuckDBPyConnection) -> None:
    restated = rows(
        demo, "select urn, indicator_id, academic_year, difference from marts.back_series where is_restated"
    )
    planted = PLANTED["restatement"]
    assert restated == [(str(planted["urn"]), "ks2_rwm_expected_pct", "2017/18", float(planted["points"]))]


def test_planted_effects_reach_the_marts(demo: duckdb.DuckDBPyConnection) -> None:
    """The partnership that improves rises faster than the one planted without an effect."""

    def rise(partnership: str) -> float:
        values = rows(
            demo,
            """select value from marts.trend_series where area_type = 'partnership' and area_id = ?
               and indicator_id = 'ks2_rwm_expected_pct' and breakdown_id = 'all' order by academic_year""",
            partnership,
        )
        return float(str(values[-1][0])) - float(str(values[0][0]))

    assert rise(PLANTED["rising_rwm"]["partnership_id"]) - rise(PLANTED["null_rwm"]["partnership_id"]) > 4


def test_no_mart_holds_what_is_no_number(demo: duckdb.DuckDBPyConnection) -> None:
    assert not_finite(demo) == []
