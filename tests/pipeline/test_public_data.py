"""Suspensions of eleven years, the spells of schools and what is known of their successors, on real public files."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from pathlib import Path

import duckdb
import pytest

EXCLUSIONS = "exclusions_by_geographic_level"
#: authorities that the years of the file saw reorganised
REORGANISED = {"820": ("822", "823"), "875": ("895", "896")}


def one(connection: duckdb.DuckDBPyConnection, query: str, *parameters: object) -> tuple[object, ...]:
    row = connection.execute(query, list(parameters)).fetchone()
    assert row is not None
    return row


@pytest.fixture(scope="module")
def by_hand(real_files: Path, real: duckdb.DuckDBPyConnection) -> list[dict[str, str]]:
    """The exclusions file's school rows, read with nothing but the csv module."""
    archive = real_files / "ees" / f"{EXCLUSIONS}.zip"
    if not archive.is_file():
        pytest.skip(f"the exclusions are not at {archive}")
    with zipfile.ZipFile(archive) as members, members.open(f"{EXCLUSIONS}.csv") as stream:
        text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
        rows = [row for row in csv.DictReader(text) if row["geographic_level"] == "School"]
    # in the year in which an authority was reorganised the file has its schools under both codes: a school that is twice there,
    # unless both of its successors have the number
    numbers = {row["laestab"] for row in rows} | {
        n for (n,) in real.execute("select laestab from marts.dim_school").fetchall()
    }
    for row in rows:
        new = {f"{code}{row['laestab'][3:]}" for code in REORGANISED.get(row["laestab"][:3], ())} & numbers
        row["school"] = new.pop() if len(new) == 1 else row["laestab"]
    return rows


def test_every_school_row_of_eleven_years_is_taken(
    real: duckdb.DuckDBPyConnection, by_hand: list[dict[str, str]]
) -> None:
    query = """select rows_landed, rows_accepted, rows_rejected, rows_superseded from marts.file_log
               where path like '%exclusions_by_geographic_level.csv'"""
    # 1,670 authority rows and 44 of England fit beside the schools; regions, and authorities by type of school, do not
    assert one(real, query) == (242_170, 235_050 + 1670 + 44, 440 + 4966, 0)
    assert len(by_hand) == 235_050
    years = real.execute(
        """select academic_year, count(*) from marts.fct_outcome where indicator_id = 'suspension_rate' group by 1"""
    ).fetchall()
    assert len(years) == 11
    # schools that stand twice in a year
    assert sum(count for _, count in years) == len({(row["time_period"], row["school"]) for row in by_hand})


def test_the_duplicate_keys_are_reported(real: duckdb.DuckDBPyConnection, by_hand: list[dict[str, str]]) -> None:
    found = Counter((row["time_period"], row["school"]) for row in by_hand)
    twice = {key for key, count in found.items() if count > 1}
    assert (
        len([key for key, count in Counter((r["time_period"], r["laestab"]) for r in by_hand).items() if count > 1])
        == 4
    )
    reported = real.execute(
        "select value, reason from marts.rejected_rows where column_name = 'school_laestab' and scope = 'cell'"
    ).fetchall()
    # all but four of them in the year in which two authorities were reorganised
    of_the_change = [reason for _, reason in reported if "two rows for 2008/09" in reason]
    assert (len(of_the_change), len(reported)) == (len(twice) - 4, len(twice))


def test_schools_of_2016_17_are_found_by_their_number(real: duckdb.DuckDBPyConnection) -> None:
    found, known = one(
        real,
        """select count(*), count(*) filter (where length(urn) = 6) from marts.fct_outcome join marts.dim_school using (urn)
           where indicator_id = 'suspension_rate' and academic_year = '2016/17'""",
    )
    assert found == 21_319
    assert int(str(known)) >= 20_700


def test_no_two_schools_of_a_year_became_one(real: duckdb.DuckDBPyConnection, by_hand: list[dict[str, str]]) -> None:
    """Every school of a year has a URN of its own, so none of its figures is lost."""
    numbers = {(row["time_period"], row["school"]) for row in by_hand}
    assert one(
        real,
        "select count(distinct (urn, academic_year)) from marts.fct_outcome where indicator_id = 'suspension_rate'",
    ) == (len(numbers),)


@pytest.mark.parametrize(
    ("indicator", "rate", "count"),
    [
        ("suspension_rate", "fixed_excl_rate", "fixed_excl"),
        ("permanent_exclusion_rate", "perm_excl_rate", "perm_excl"),
    ],
)
def test_figures_and_codes_equal_the_file_read_by_hand(
    real: duckdb.DuckDBPyConnection, by_hand: list[dict[str, str]], indicator: str, rate: str, count: str
) -> None:
    largest: dict[tuple[str, str], dict[str, str]] = {}
    for row in by_hand:
        key = row["time_period"], row["school"]
        if key not in largest or int(row["headcount"]) > int(largest[key]["headcount"]):
            largest[key] = row
    cells = [row[rate] for row in largest.values()]
    expected = {"suppressed": cells.count("x"), "not_applicable": cells.count(".")}
    expected["ok"] = len(cells) - sum(expected.values())
    statuses = real.execute(
        "select status, count(*) from marts.fct_outcome where indicator_id = ? group by 1", [indicator]
    ).fetchall()
    assert dict(statuses) == expected
    shown = [row for row in largest.values() if row[rate] not in ("x", ".")]
    value, numerator, denominator = one(
        real,
        """select sum(value), sum(numerator), sum(denominator) from marts.fct_outcome
           where indicator_id = ? and status = 'ok'""",
        indicator,
    )
    assert float(str(value)) == pytest.approx(sum(float(row[rate]) for row in shown))
    # one count has a decimal in the file
    assert float(str(numerator)) == pytest.approx(sum(float(row[count]) for row in shown if row[count] != "x"))
    assert denominator == sum(int(row["headcount"]) for row in shown if row["headcount"] != "x")


def test_england_stands_beside_the_schools(real: duckdb.DuckDBPyConnection) -> None:
    rows = real.execute(
        """select area_type, value from marts.benchmark_outcome
           where indicator_id = 'suspension_rate' and academic_year = '2016/17' and area_id = 'england' order by 1"""
    ).fetchall()
    assert rows == [
        ("england_primary", 1.37), ("england_secondary", 9.4), ("england_special", 13.03), ("england_state", 4.76),
    ]  # fmt: skip


def test_both_links_files_are_read(real: duckdb.DuckDBPyConnection) -> None:
    rows = real.execute(
        """select path, rows_landed, rows_rejected from marts.file_log
           where path like '%links_edubasealldata%' order by path"""
    ).fetchall()
    assert [rejected for _, _, rejected in rows] == [0, 0]
    assert [int(landed) > 30_000 for _, landed, _ in rows] == [True, True]


def successors(real_files: Path) -> dict[str, set[str]]:
    """The successors the later links file gives a URN, in its own or in their row."""
    known: dict[str, set[str]] = {}
    with (real_files / "register" / "links_edubasealldata20250422.csv").open(encoding="cp1252", newline="") as file:
        for row in csv.DictReader(file):
            if row["LinkType"].lower() == "successor":
                known.setdefault(row["URN"], set()).add(row["LinkURN"])
            elif row["LinkType"].lower() == "predecessor":
                known.setdefault(row["LinkURN"], set()).add(row["URN"])
    return known


def test_schools_missing_at_key_stage_two_are_found_through_their_successors(
    real: duckdb.DuckDBPyConnection, real_files: Path
) -> None:
    """Of Hampshire's schools of 2016/17 that 2018/19 no longer has: those whose one successor it has."""
    query = """select urn, school_id from marts.fct_outcome
               where indicator_id = 'ks2_rwm_expected_pct' and breakdown_id = 'all' and academic_year = ?"""
    then, now = (dict(real.execute(query, [year]).fetchall()) for year in ("2016/17", "2018/19"))
    known = successors(real_files)
    followed = {
        urn: next(iter(known[urn]))
        for urn in then
        if urn not in now and len(known.get(urn, ())) == 1 and next(iter(known[urn])) in now
    }
    # of those with two predecessors or that went into a school that was there, the history ends with the reason
    told = dict(real.execute("select predecessor_urn, reason_id from marts.school_link where not is_joined").fetchall())
    carried_on = {urn: now[successor] for urn, successor in followed.items() if urn not in told}
    assert len(carried_on) >= 4
    assert carried_on == {urn: then[urn] for urn in carried_on}
    assert {told[urn] for urn in followed if urn in told} <= {"merged", "amalgamated"}


def test_schools_with_a_successor_are_carried_on_or_say_why_not(
    real: duckdb.DuckDBPyConnection, real_files: Path
) -> None:
    """Every school of 2018/19 absence that has one plain successor, of which the register knows that it opened when the school
    closed, is carried on by it; the others say why not."""
    known = successors(real_files)
    rows = real.execute(
        """select distinct urn, is_current from marts.fct_outcome join marts.dim_school using (urn)
           where indicator_id = 'absence_overall_pct' and academic_year = '2018/19'"""
    ).fetchall()
    reasons: dict[str, set[str]] = {}
    for urn, reason in real.execute("select predecessor_urn, reason_id from marts.school_link").fetchall():
        reasons.setdefault(urn, set()).add(reason)
    linked = {urn: is_current for urn, is_current in rows if urn in known}
    assert len(linked) > 2000
    assert {
        urn for urn, is_current in linked.items() if is_current and reasons.get(urn, set()) <= {"carried_on"}
    } == set()
    dates = {
        urn: (opened, closed)
        for urn, opened, closed in real.execute("select urn, opened_on, closed_on from marts.dim_school").fetchall()
    }
    plain = {
        urn
        for urn in linked
        if len(known[urn]) == 1
        and (closed := dates[urn][1])
        and (opened := dates[next(iter(known[urn]))][0])
        and (opened - closed).days == 1
        and sum(next(iter(known[urn])) in others for others in known.values()) == 1
    }
    assert len(plain) > 500
    assert {urn for urn in plain if linked[urn]} == set()


def open_in(file: Path, encoding: str) -> list[dict[str, str]]:
    with file.open(encoding=encoding, newline="") as stream:
        return [row for row in csv.DictReader(stream) if len(row["URN"]) == 6 and row["URN"].isdigit()]


@pytest.mark.parametrize(
    ("name", "encoding", "day"),
    [
        ("register/gias_extract_20220420.csv", "cp1252", "2022-04-20"),
        ("performance_tables/2018-2019/england_census.csv", "utf-8-sig", "2019-01-15"),
    ],
)
def test_every_school_open_on_a_day_answers_under_its_own_name(
    real: duckdb.DuckDBPyConnection, real_files: Path, name: str, encoding: str, day: str
) -> None:
    if not (real_files / name).is_file():
        pytest.skip(f"not at {real_files / name}")
    rows = open_in(real_files / name, encoding)
    shown = {row["URN"] for row in rows if row.get("EstablishmentStatus (name)", "Open").startswith("Open")}
    assert len(shown) > 400
    standing = real.execute(
        """select urn, school_id from marts.dim_school
           where coalesce(valid_from, date '0001-01-01') <= cast(? as date)
             and coalesce(valid_to, date '9999-12-31') >= cast(? as date)""",
        [day, day],
    ).fetchall()
    assert shown - {urn for urn, _ in standing} == set()
    histories = [school for urn, school in standing if urn in shown]
    assert len(histories) == len(set(histories)), "two open schools have one history"


def test_an_open_school_keeps_its_name_beside_the_closed_one_that_went_into_it(real: duckdb.DuckDBPyConnection) -> None:
    """Park View Primary, whose register page and the closed infant school's each call the other merged."""
    rows = real.execute(
        """select distinct area_name from marts.trend_series
           where area_type = 'school' and area_id = (select school_id from marts.dim_school where urn = '116237')"""
    ).fetchall()
    assert rows == [("Park View Primary School",)]
    link = real.execute(
        """select predecessor_urn, is_joined, reason_id, changed_on::varchar from marts.school_link
           where successor_urn = '116237'"""
    ).fetchall()
    assert link == [("116236", False, "merged", "2018-01-01")]


def test_spells_of_a_lineage_never_overlap(real: duckdb.DuckDBPyConnection) -> None:
    query = """
        select count(*) from marts.dim_school as one join marts.dim_school as other using (school_id)
        where one.urn < other.urn
          and coalesce(one.valid_from, date '0001-01-01') <= coalesce(other.valid_to, date '9999-12-31')
          and coalesce(other.valid_from, date '0001-01-01') <= coalesce(one.valid_to, date '9999-12-31')
    """
    assert one(real, query) == (0,)
    assert int(str(one(real, "select count(*) from marts.dim_school where not is_current")[0])) > 10_000


@pytest.mark.parametrize(("day", "urn"), [("2016-01-15", "132758"), ("2017-01-15", "143373")])
def test_a_converted_school_on_two_days(real: duckdb.DuckDBPyConnection, day: str, urn: str) -> None:
    """Guildford Grove became an academy on 1 September 2016."""
    rows = real.execute(
        """select urn from marts.dim_school
           where school_id = (select school_id from marts.dim_school where urn = '143373')
             and coalesce(valid_from, date '0001-01-01') <= cast(? as date)
             and coalesce(valid_to, date '9999-12-31') >= cast(? as date)""",
        [day, day],
    ).fetchall()
    assert rows == [(urn,)]
