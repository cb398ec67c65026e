"""The published marts on real public files: counts, statuses and figures known from the files themselves."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest

from tests.conftest import not_finite

HAMPSHIRE = "850"


def one(connection: duckdb.DuckDBPyConnection, query: str, *parameters: object) -> tuple[object, ...]:
    row = connection.execute(query, list(parameters)).fetchone()
    assert row is not None
    return row


@pytest.mark.parametrize(
    ("indicator", "year", "schools"),
    [
        ("ks2_rwm_expected_pct", "2016/17", 317),
        ("ks2_rwm_expected_pct", "2017/18", 315),
        ("ks2_rwm_expected_pct", "2018/19", 323),
        ("ks4_progress8", "2016/17", 82),
        ("ks4_progress8", "2017/18", 80),
        ("ks4_attainment8", "2016/17", 105),
        ("ks4_attainment8", "2017/18", 105),
    ],
)
def test_hampshire_schools_with_a_number(
    real: duckdb.DuckDBPyConnection, indicator: str, year: str, schools: int
) -> None:
    query = """
        select count(*) from marts.fct_outcome join marts.dim_school using (urn)
        where indicator_id = ? and academic_year = ? and breakdown_id = 'all' and value is not null and la_code = ?
    """
    assert one(real, query, indicator, year, HAMPSHIRE) == (schools,)


@pytest.mark.parametrize(
    ("indicator", "schools"), [("absence_overall_pct", 21_214), ("absence_persistent_pct", 20_350)]
)
def test_national_absence(real: duckdb.DuckDBPyConnection, indicator: str, schools: int) -> None:
    query = """
        select count(*) from marts.fct_outcome
        where indicator_id = ? and academic_year = '2018/19' and value is not null
    """
    assert one(real, query, indicator) == (schools,)


@pytest.mark.parametrize(
    ("indicator", "year", "expected"),
    [
        ("ks2_rwm_expected_pct", "2018/19", {"ok": 323, "suppressed": 3, "unavailable": 5}),
        ("ks4_progress8", "2017/18", {"ok": 80, "not_published": 34, "suppressed": 4, "no_entries": 3}),
    ],
)
def test_statuses_are_kept_apart(
    real: duckdb.DuckDBPyConnection, indicator: str, year: str, expected: dict[str, int]
) -> None:
    rows = real.execute(
        """select status, count(*) from marts.fct_outcome
           where indicator_id = ? and academic_year = ? and breakdown_id = 'all' group by status""",
        [indicator, year],
    ).fetchall()
    assert dict(rows) == expected


@pytest.mark.parametrize(
    ("year", "calculated", "published"), [("2016/17", 65.65, 66), ("2017/18", 68.23, 68), ("2018/19", 67.75, 68)]
)
def test_schools_add_up_to_the_publishers_authority(
    real: duckdb.DuckDBPyConnection, year: str, calculated: float, published: float
) -> None:
    query = """
        select calculated_value, published_value, is_within_tolerance from marts.reconciliation
        where la_code = ? and indicator_id = 'ks2_rwm_expected_pct' and academic_year = ?
    """
    value, benchmark, within = one(real, query, HAMPSHIRE, year)
    assert round(float(str(value)), 2) == calculated
    assert benchmark == published
    assert within


def test_every_authority_figure_is_reconciled(real: duckdb.DuckDBPyConnection) -> None:
    assert one(real, "select count(*), bool_and(is_within_tolerance) from marts.reconciliation") == (24, True)


def test_the_back_series_repeats_the_year_before(real: duckdb.DuckDBPyConnection) -> None:
    query = """
        select count(*), count(*) filter (where is_restated) from marts.back_series
        where indicator_id = 'ks2_rwm_expected_pct' and breakdown_id = 'all' and academic_year = '2017/18'
    """
    compared, restated = one(real, query)
    assert int(str(compared)) > 300
    assert restated == 0


def test_every_row_is_accounted_for(real: duckdb.DuckDBPyConnection) -> None:
    query = "select count(*) from marts.file_log where rows_landed <> rows_accepted + rows_rejected + rows_superseded"
    assert one(real, query) == (0,)


def test_figures_equal_the_file_read_by_hand(real: duckdb.DuckDBPyConnection, real_files: Path) -> None:
    """Every numeric cell of two columns, read from the file with nothing but the csv module, is in the fact."""
    for year, column, indicator, breakdown in (
        ("2018-2019", "PTRWM_EXP", "ks2_rwm_expected_pct", "all"),
        ("2016-2017", "PTRWM_HIGH_FSM6CLA1A", "ks2_rwm_higher_pct", "disadvantaged"),
        ("2017-2018", "READPROG_G", "ks2_reading_progress", "girls"),
    ):
        with (real_files / "performance_tables" / year / "850_ks2final.csv").open(
            encoding="utf-8-sig", newline=""
        ) as file:
            by_hand = {
                row["URN"]: float(row[column].rstrip("%"))
                for row in csv.DictReader(file)
                if row["RECTYPE"] in {"1", "2"}
                and (row[column] or "").rstrip("%").lstrip("-").replace(".", "").isdigit()
            }
        academic_year = f"{year[:4]}/{year[-2:]}"
        rows = real.execute(
            """select urn, value from marts.fct_outcome
               where indicator_id = ? and breakdown_id = ? and academic_year = ? and value is not null""",
            [indicator, breakdown, academic_year],
        ).fetchall()
        assert len(by_hand) > 100
        assert dict(rows) == by_hand


def test_benchmarks_are_published_and_never_schools(real: duckdb.DuckDBPyConnection) -> None:
    areas = {row[0] for row in real.execute("select distinct area_type from marts.benchmark_outcome").fetchall()}
    assert areas == {
        "authority", "england_state", "england_all", "england_primary", "england_secondary", "england_special",
    }  # fmt: skip
    query = """
        select value from marts.benchmark_outcome where area_type = 'england_state'
        and indicator_id = 'ks2_rwm_expected_pct' and academic_year = '2018/19' and breakdown_id = 'all'
    """
    assert one(real, query) == (65.0,)


def test_each_urn_once_and_lineages_through_conversion(real: duckdb.DuckDBPyConnection) -> None:
    assert one(real, "select count(*) - count(distinct urn) from marts.dim_school") == (0,)
    # Guildford Grove, community school to academy: one school
    query = "select count(distinct school_id), count(*) from marts.dim_school where urn in ('132758', '143373')"
    assert one(real, query) == (1, 2)
    lone = "select count(*) from marts.fct_outcome left join marts.dim_school using (urn) where dim_school.urn is null"
    assert one(real, lone) == (0,)


def test_no_head_teacher_is_in_the_warehouse(real_data_dir: Path, real: duckdb.DuckDBPyConnection) -> None:
    """Names of heads are in the register's files; the contract says they are not taken."""
    for folder in ("register_gias", "register_groups"):
        columns = [
            row[0]
            for row in duckdb.execute(
                "select distinct name from parquet_schema(?)", [str(real_data_dir / "raw" / folder / "*.parquet")]
            ).fetchall()
        ]
        assert columns
        assert not [name for name in columns if "HeadLastName" in name or "Head of Group" in name]


def test_no_mart_holds_what_is_no_number(real: duckdb.DuckDBPyConnection) -> None:
    assert not_finite(real) == []
