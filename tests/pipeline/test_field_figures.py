"""Right figures from files as they come: each case met in the field, beside a brother of its kind.

The inputs are small and made here, in the shape of those that gave a wrong figure. Where the cases themselves are at hand,
they are landed, too.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter
from quick_build import Build, write_all

from orchestration import planning, warehouse
from orchestration.readers import check_file
from tests.conftest import ROOT, not_finite

MARTS = (
    "fct_outcome",
    "benchmark_outcome",
    "rejected_rows",
    "file_log",
    "doubtful_figure",
    "curve",
    "fct_rating",
    "fct_statement",
)
KS2 = "RECTYPE,LEA,ESTAB,URN,SCHNAME,TELIG,PTRWM_EXP,PTRWM_HIGH,TKS1AVERAGE\n"
KS2_ROWS = (
    ("1", "999", "2042", "900042", "Dappleden", 93, 0.61, 0.07, 15.6),
    ("1", "999", "2043", "900043", "Elmden", 41, 0.575, 0.1, 16.1),
    ("1", "999", "2044", "900044", "Fernden", 60, 0.72, 0.0, 15.9),
)


@pytest.fixture
def case() -> Callable[[str], dict[str, bytes]]:
    """The files of a case from the field, by the beginning of its name; skips where they are not at hand."""

    def files(beginning: str) -> dict[str, bytes]:
        folder = (
            Path(os.environ.get("TURNCURVE_REAL_FILES", ROOT / ".." / "shared" / "real")) / ".." / "field"
        ).resolve()
        found = sorted(folder.glob(f"{beginning}*/*"))
        if not found:
            pytest.skip(
                f"the small cases from the field are not at {folder}; set TURNCURVE_REAL_FILES to run this test"
            )
        return {path.name: path.read_bytes() for path in found if path.suffix != ".md"}

    return files


def built(folder: Path, files: dict[str, bytes]) -> Build:
    return Build(write_all(folder / "office", files), MARTS)


def figures(build: Build, indicator: str, breakdown: str = "all", of: str = "fct_outcome") -> dict[str, float | None]:
    """School (or area) -> figure of the latest year and release."""
    area = "urn" if of == "fct_outcome" else "area_id"
    return dict(
        build.ask(f"""select {area}, value from {of} where indicator_id = '{indicator}' and breakdown_id = '{breakdown}'
            and is_latest qualify row_number() over (partition by {area} order by academic_year desc) = 1 order by 1""")
    )


def workbook(rows: list[list[Any]], formats: dict[int, str]) -> bytes:
    """A workbook whose columns from a place on have a number format."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet("data")
        styles = {place: book.add_format({"num_format": code}) for place, code in formats.items()}
        for row, cells in enumerate(rows):
            for place, cell in enumerate(cells):
                if isinstance(cell, date):
                    sheet.write_datetime(row, place, cell, book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}))
                else:
                    sheet.write(row, place, cell, styles.get(place))
    return stream.getvalue()


# percentages of a spreadsheet ------------------------------------------------------------------------------------


def test_a_percentage_of_a_workbook_is_that_percentage(tmp_path: Path) -> None:
    rows = [KS2.strip().split(","), *map(list, KS2_ROWS)]
    build = built(tmp_path, {"ks2_2018-2019.xlsx": workbook(rows, {6: "0%", 7: "0.0%"})})
    assert figures(build, "ks2_rwm_expected_pct") == {"900042": 61, "900043": 57.5, "900044": 72}
    assert figures(build, "ks2_rwm_higher_pct") == {"900042": 7, "900043": 10, "900044": 0}


def test_shares_without_a_format_are_to_be_looked_at(tmp_path: Path) -> None:
    text = KS2 + "\n".join(",".join(map(str, row)) for row in KS2_ROWS)
    folder = write_all(tmp_path / "office", {"ks2_2018-2019.csv": text.encode()})
    assert Build(folder, MARTS).ask(
        "select column_name, doubt_id, n_figures, first_row, last_row from doubtful_figure"
    ) == [("PTRWM_EXP", "fractions", 3, 2, 4)]
    (table,) = check_file(folder / "ks2_2018-2019.csv").tables
    assert table.look_at == [
        "PTRWM_EXP: percentages that are all at most 1 (rows 2 to 4). They may be shares of one, such as 0.61 for 61%."
    ]


def test_the_case_of_percentages(tmp_path: Path, case: Callable[[str], dict[str, bytes]]) -> None:
    files = case("e01")
    same = files.pop("ks2_2018-2019_same_as.csv")
    sheet, text = built(tmp_path / "sheet", files), built(tmp_path / "text", {"ks2_2018-2019.csv": same})
    told = "select urn, indicator_id, breakdown_id, value, denominator, status from fct_outcome order by all"
    assert sheet.ask(told) == text.ask(told)
    assert figures(sheet, "ks2_rwm_expected_pct")["900042"] == 61
    assert sheet.ask("select baseline, target from curve") == [(62, 70)]


# numbers ---------------------------------------------------------------------------------------------------------


def test_decimal_commas_are_what_they_say_and_never_tens(
    tmp_path: Path, case: Callable[[str], dict[str, bytes]]
) -> None:
    build = built(tmp_path, case("e03"))
    assert figures(build, "absence_overall_pct") == {"900001": 4.5, "900002": 3.9, "900003": 5}
    assert figures(build, "absence_persistent_pct") == {"900001": 8.3, "900002": 7.1, "900003": 10}


def test_a_lone_decimal_comma_is_listed_and_missing(tmp_path: Path) -> None:
    text = (
        'LA,ESTAB,URN,PERCTOT,PPERSABS10\n999,2001,900001,"4,5",8.3\n999,2002,900002,3.9,1e3\n999,2003,900003,inf,1_0\n'
    )
    build = built(tmp_path, {"absence_2018-2019.csv": text.encode()})
    assert figures(build, "absence_overall_pct") == {"900001": None, "900002": 3.9, "900003": None}
    assert build.ask("select row_number, column_name, value from rejected_rows order by all") == [
        (2, "PERCTOT", "4,5"),
        # of what could be a word only the kind is told
        *(
            (row, column, "A text of 3 characters")
            for row, column in [(3, "PPERSABS10"), (4, "PERCTOT"), (4, "PPERSABS10")]
        ),
    ]


NAN = (
    "RECTYPE,LEA,ESTAB,URN,SCHNAME,TPUP,ATT8SCR,P8PUP,P8MEA,P8CILOW,P8CIUPP\n"
    "1,999,4001,900201,Kettlegarth,191,51.7,182,NaN,-0.11,0.25\n1,999,4002,900202,Larkspur,213,49.6,203,-0.08,NaN,inf\n"
    "1,999,4003,900203,Mulberry,Infinity,49.8,138,0.07,-0.14,0.28\n"
)


@pytest.mark.parametrize("given", [False, True])
def test_what_is_no_number_is_missing_and_no_table_holds_it(
    tmp_path: Path, case: Callable[[str], dict[str, bytes]], given: bool
) -> None:
    files = case("e04") if given else {"ks4_2018-2019.csv": NAN.encode()}
    build = Build(write_all(tmp_path / "office", files), [])
    build = Build(tmp_path / "office", all_marts(build))
    with duckdb.connect(str(warehouse.build_file(build.paths)), read_only=True) as connection:
        assert not_finite(connection) == []
    where = "indicator_id = 'ks4_progress8' and breakdown_id = 'all' and is_latest"
    assert build.ask(f"select value, status from fct_outcome where urn = '900201' and {where}") == [
        (None, "unreadable")
    ]
    assert ("P8MEA", "A text of 3 characters") in build.ask("select column_name, value from rejected_rows")


def all_marts(build: Build) -> list[str]:
    return [step.name for step in planning.planned(build.paths).steps if step.schema == "marts" and not step.is_test]


# parts of the pupils ---------------------------------------------------------------------------------------------


def test_counts_are_no_percentages_and_groups_are_no_totals(
    tmp_path: Path, case: Callable[[str], dict[str, bytes]]
) -> None:
    build = built(tmp_path, case("e05"))
    told = {
        breakdown: figures(build, "ks4_sustained_destination_pct", breakdown, "benchmark_outcome")
        for breakdown in ("all", "disadvantaged", "girls")
    }
    assert told == {
        "all": {"940": 93, "england": 94}, "disadvantaged": {"940": 87, "england": 88}, "girls": {"940": 94, "england": 95},
    }  # fmt: skip


def test_a_file_about_four_year_olds_replaces_nothing(tmp_path: Path, case: Callable[[str], dict[str, bytes]]) -> None:
    files = case("e17")
    for name in ("absence_for_four_year_olds.csv", "a file.csv"):
        changed = {name if "four" in old and "meta" not in old else old: content for old, content in files.items()}
        # the youngest are copied last
        build = built(tmp_path / name[:3], changed)
        assert figures(build, "absence_overall_pct") == {"900001": 4, "900002": 3.9}
        assert figures(build, "absence_persistent_pct") == {"900001": 8.3, "900002": 7.1}
        assert figures(build, "absence_overall_pct", of="benchmark_outcome")["999"] == 4.7


def test_unknown_is_not_small(tmp_path: Path, case: Callable[[str], dict[str, bytes]]) -> None:
    files = {**case("e06"), **case("e24")}
    build = built(tmp_path, files)
    where = "urn = '910030' and indicator_id = 'absence_overall_pct' and academic_year = '2022/23'"
    assert build.ask(f"select value, denominator from fct_outcome where {where}") == [(4.8, 300)]
    # performance tables of absence have no pupils at all
    brother = built(
        tmp_path / "tables", {"absence_2018-2019.csv": b"LA,ESTAB,URN,PERCTOT,PPERSABS10\n999,2001,900001,4.5,8.3\n"}
    )
    series = Build(tmp_path / "tables" / "office", ["trend_series"]).ask(
        "select reason_id from trend_series where area_type = 'school'"
    )
    assert set(series) == {("cohort_unknown",)} and figures(brother, "absence_overall_pct") == {"900001": 4.5}


# forms -----------------------------------------------------------------------------------------------------------

FEEDBACK = [
    "Timestamp",
    "Which event did you attend?",
    "The session was useful for my work",
    "I am confident to act on it",
]


def _lines(rows: list[list[Any]]) -> bytes:
    return "\n".join(",".join(map(str, row)) for row in rows).encode()


def test_the_day_comes_first_where_a_british_sheet_wrote_it(
    tmp_path: Path, case: Callable[[str], dict[str, bytes]]
) -> None:
    files = case("e08")
    build = built(tmp_path, files)
    assert build.ask("select distinct term, answered_on from fct_rating") == [("2018/19 spring", date(2019, 3, 5))]
    (name,) = files
    (table,) = check_file(tmp_path / "office" / name).tables
    assert "the day was taken, so 05/03/2019 15:40:00 is 2019-03-05" in table.reason


def test_the_month_comes_first_where_an_american_sheet_wrote_it(tmp_path: Path) -> None:
    rows = [
        FEEDBACK,
        ["3/5/2019 15:40:00", "Spring workshop 2019", 3, 2],
        ["3/6/2019 9:05:00", "Spring workshop 2019", 4, 2],
    ]
    build = built(tmp_path, {"event_feedback.csv": _lines(rows)})
    assert {on for (on,) in build.ask("select distinct answered_on from fct_rating")} == {
        date(2019, 3, 5),
        date(2019, 3, 6),
    }
    (table,) = check_file(tmp_path / "office" / "event_feedback.csv").tables
    assert "the month was taken, so 3/5/2019 15:40:00 is 2019-03-05" in table.reason


def test_several_ticks_in_one_cell_are_refused_as_that(tmp_path: Path, case: Callable[[str], dict[str, bytes]]) -> None:
    files = case("e09")
    (name,) = files
    (table,) = check_file(write_all(tmp_path / "office", files) / name).tables
    assert table.status == "refused" and "several ticks in one cell, which is not read" in table.reason
    assert "seeds" not in table.reason and "form_questions" not in table.reason
    # with semicolons, and beside questions that are known
    ticks = "Sessions were useful;The session was useful for my work;I am confident to act on it;"
    rows = [[*FEEDBACK, "What was true?"], ["2019-03-05 10:00:00", "Spring workshop 2019", 3, 2, ticks]]
    (table,) = check_file(write_all(tmp_path / "brother", {"feedback.csv": _lines(rows)}) / "feedback.csv").tables
    assert [p.column for p in table.problems if "several ticks" in p.message] == ["What was true?"]


def test_a_response_in_two_spellings_of_an_export_counts_once(
    tmp_path: Path, case: Callable[[str], dict[str, bytes]]
) -> None:
    told = "select avg(value), count(*) from fct_rating where item_id = (select min(item_id) from fct_rating)"
    assert built(tmp_path / "case", case("e23")).ask(told) == [(pytest.approx(10 / 3), 3)]


def test_a_response_that_only_its_number_names_counts_once(tmp_path: Path) -> None:
    """Microsoft Forms without names: a workbook and a CSV of it, and a later export with one response more."""
    header = ["ID", "Start time", "Completion time", "Email", "Name", *FEEDBACK[1:]]
    said = [(1, 14, 5), (2, 15, 4), (3, 16, 1)]
    moments = {day: (datetime(2019, 3, day, 9, 30), datetime(2019, 3, day, 9, 45)) for _, day, _ in said}
    sheet = [[n, *moments[day], "anonymous", "", "Spring workshop 2019", mark, mark] for n, day, mark in said]
    text = [
        [n, *(f"{m:%d/%m/%Y %H:%M:%S}" for m in moments[day]), "anonymous", "", "Spring workshop 2019", mark, mark]
        for n, day, mark in said
    ]
    later = [*text, [4, "17/03/2019 09:30:00", "17/03/2019 09:45:00", "anonymous", "", "Spring workshop 2019", 2, 2]]
    files = {
        "a.xlsx": workbook([header, *sheet], {}),
        "b.csv": _lines([header, *text]),
        "c.csv": _lines([header, *later]),
    }
    told = "select avg(value), count(*) from fct_rating where item_id = (select min(item_id) from fct_rating)"
    assert built(tmp_path, files).ask(told) == [(3, 4)]


def test_two_years_of_leavers_do_not_meet_in_one(tmp_path: Path) -> None:
    """Older files of destinations name the year pupils were followed in, newer ones the year they left."""
    header = (
        "time_period,time_identifier,geographic_level,old_la_code,school_urn,school_laestab,school_name,institution_group,"
        "breakdown_topic,breakdown,data_type,cohort,overall,education,appren,all_work,"
    )
    row = "202223,Academic year,School,940,910001,9404001,Beech,State-funded,Total,Total,Percentage,120,{},80,3,5,1\n"
    files = {
        "ks4_dm_ud_202223_inst_rev.csv": (header + "notsust_beneet\n" + row.format(93)).encode(),
        "ees_ks4_inst_202223.csv": (header + "notsust_ben\n" + row.format(91)).encode(),
    }
    told = built(tmp_path, files).ask("""select academic_year, value from fct_outcome
        where indicator_id = 'ks4_sustained_destination_pct' order by all""")
    assert told == [("2023/24", 93), ("2024/25", 91)]
