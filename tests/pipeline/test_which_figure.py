"""Which figure wins where several files hold it: by what the files say, never by when they were copied or in which order."""

from __future__ import annotations

import csv
import io
import os
import random
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from quick_build import Build, write_all

#: A table of key stage 2, whole: school, pupils, a percentage, a score with its interval, and a percentage of a group.
KS2_HEADER = ["RECTYPE", "LEA", "ESTAB", "URN", "SCHNAME", "TELIG", "BELIG", "PTRWM_EXP", "PTRWM_HIGH", "PTRWM_EXP_B",
              "READPROG", "READPROG_LOWER", "READPROG_UPPER"]  # fmt: skip
KS2 = [
    ["1", "999", "2001", "900001", "Ash Primary", "41", "20", "61%", "7%", "55%", "1.2", "-0.4", "2.8"],
    ["1", "999", "2002", "900002", "Birch Primary", "29", "15", "59%", "10%", "53%", "-0.5", "-2.1", "1.1"],
    ["1", "999", "2003", "900003", "Cedar Primary", "8", "4", "SUPP", "SUPP", "SUPP", "SUPP", "SUPP", "SUPP"],
    ["1", "999", "2004", "900004", "Damson Primary", "60", "31", "72%", "12%", "68%", "2.25", "1.1", "3.4"],
    ["3", "999", "", "", "", "138", "70", "64%", "9%", "60%", "", "", ""],
]
ABSENCE_HEADER = ["time_period", "time_identifier", "geographic_level", "old_la_code", "school_urn", "school_laestab",
                  "school_type", "enrolments", "sess_possible", "sess_overall_percent", "enrolments_pa_10_exact",
                  "enrolments_pa_10_exact_percent"]  # fmt: skip


def absence(years: Sequence[str], share: float = 1.0, more: float = 0.0) -> list[list[str]]:
    """Rows of schools of an edition; of a share of the pupils, with figures that much higher."""
    rows = []
    for year in years:
        for number, pupils, percent, often in ((1, 478, 4.0, 8.4), (2, 337, 3.9, 7.1), (4, 210, 5.25, 11.9)):
            count = round(pupils * share)
            rows.append([
                year, "Academic year", "School", "999", f"90000{number}", f"999200{number}", "State-funded primary", str(count),
                str(count * 370), f"{percent + more:g}", str(round(count * (often + more) / 100)), f"{often + more:g}",
            ])  # fmt: skip
    return rows


def table(header: Sequence[str], rows: Iterable[Sequence[str]], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter).writerows([header, *rows])
    return stream.getvalue().encode(encoding)


def columns(header: Sequence[str], rows: Iterable[Sequence[str]], names: Sequence[str]) -> bytes:
    """An extract of some columns."""
    places = [header.index(name) for name in names]
    return table(names, [[row[place] for place in places] for row in rows])


def workbook(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """As Excel saves a CSV it has opened: numbers are numbers, and percentages are shares of one with a format."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet, percent = book.add_worksheet(), book.add_format({"num_format": "0%"})
        sheet.write_row(0, 0, header)
        for row, cells in enumerate(rows, start=1):
            for column, cell in enumerate(cells):
                if cell.endswith("%"):
                    sheet.write_number(row, column, float(cell[:-1]) / 100, percent)
                elif cell:
                    sheet.write_string(row, column, cell) if cell.isalpha() else sheet.write(row, column, _number(cell))
    return stream.getvalue()


def _number(cell: str) -> float | str:
    try:
        return float(cell)
    except ValueError:
        return cell


def with_commas(rows: Iterable[Sequence[str]], first: int) -> list[list[str]]:
    return [[cell.replace(".", ",") if place >= first else cell for place, cell in enumerate(row)] for row in rows]


#: The same figures as files of many kinds: whole, saved again, and parts of them.
FILES: dict[str, bytes] = {
    "2018-2019/999_ks2final.csv": table(KS2_HEADER, KS2),
    "2018-2019/999_ks2final.xlsx": workbook(KS2_HEADER, KS2),
    "2018-2019/ks2 semicolons.csv": table(KS2_HEADER, with_commas(KS2, 7), ";"),
    "2018-2019/ks2 unicode.csv": table(KS2_HEADER, KS2, "\t", "utf-16"),
    "2018-2019/ks2 two columns.csv": columns(KS2_HEADER, KS2, ["RECTYPE", "LEA", "URN", "PTRWM_EXP"]),
    "2018-2019/ks2 progress.csv": columns(KS2_HEADER, KS2, ["RECTYPE", "LEA", "URN", "READPROG"]),
    "2018-2019/ks2 two schools.csv": table(KS2_HEADER, KS2[:2]),
    "2018-2019/ks2 blank.csv": table(KS2_HEADER, [[*row[:5], *[""] * 8] for row in KS2]),
    "2018-2019/999_ks2_provisional.csv": table(
        KS2_HEADER, [[*row[:7], *("50%" if "%" in cell else cell for cell in row[7:])] for row in KS2]),
    "absence/absence.csv": table(ABSENCE_HEADER, absence(["201617", "201718", "201819"])),
    "absence/absence edition before.csv": table(ABSENCE_HEADER, absence(["201617", "201718"], more=0.3)),
    "absence/absence without pupils.csv": columns(ABSENCE_HEADER, absence(["201617", "201718", "201819"]), [
        "time_period", "time_identifier", "geographic_level", "school_urn", "sess_overall_percent"]),
    "absence/the youngest.csv": table(ABSENCE_HEADER, absence(["201617", "201718", "201819"], share=0.12, more=2.5)),
}  # fmt: skip
#: Without one of these the figures of the kind are not there whole; parts alone say less.
WHOLE = ("2018-2019/999_ks2final.csv", "absence/absence.csv")
VALUES = {("900001", "ks2_rwm_expected_pct", "all"): (61, 41), ("900004", "ks2_reading_progress", "all"): (2.25, 60)}


def _timed(order: random.Random) -> object:
    def change(path: Path) -> None:
        moment = order.randrange(1_500_000_000, 1_600_000_000)
        os.utime(path, (moment, moment))

    return change


def _build(folder: Path, names: Iterable[str], seed: int) -> Build:
    order = random.Random(seed)
    shuffled = sorted(names)
    order.shuffle(shuffled)
    return Build(write_all(folder / "office", {name: FILES[name] for name in shuffled}, _timed(order)))


def _known(build: Build) -> dict[tuple[str, ...], float]:
    return {
        tuple(row[:3]): row[3]
        for row in build.ask(
            """with known as (
                select urn || indicator_id || breakdown_id || academic_year as figure, * from fct_outcome where value is not null
            )
            select figure, release, status, value from known
            union all select figure, 'latest', status, value from known where is_latest"""
        )
    }


@settings(
    max_examples=5, deadline=None, derandomize=True, phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(
    some=st.sets(st.sampled_from(sorted(FILES)), min_size=1), more=st.sets(st.sampled_from(sorted(FILES))),
    seed=st.integers(0, 2**32 - 1),
)  # fmt: skip
def test_the_marts_hang_on_the_files_and_not_on_their_order_or_times(
    tmp_path: Path, some: set[str], more: set[str], seed: int
) -> None:
    first = _build(tmp_path / "first", some, seed)
    again = _build(tmp_path / "again", some, seed + 1)
    assert first.figures() == again.figures()
    rejected = "select file_id, row_number, column_name, reason from rejected_rows order by all"
    assert first.ask(rejected) == again.ask(rejected)
    sums = "select path, status, rows_landed, rows_accepted, rows_rejected, rows_superseded from file_log order by all"
    assert first.ask(sums) == again.ask(sums)
    # a file about a part of the pupils is known by the whole, so its figures may go when that comes, and only they
    before = {key for key in _known(first) if "the youngest" not in " ".join(some) or "absence" not in key[0]}
    after = _known(_build(tmp_path / "more", some | more, seed))
    assert before <= after.keys()


@pytest.fixture(scope="module")
def all_of_them(tmp_path_factory: pytest.TempPathFactory) -> Build:
    return _build(tmp_path_factory.mktemp("all"), FILES, 1)


def test_the_whole_file_wins_over_its_parts_and_spellings(all_of_them: Build, tmp_path: Path) -> None:
    alone = Build(write_all(tmp_path / "whole", {name: FILES[name] for name in WHOLE}))
    told = """select urn, indicator_id, breakdown_id, academic_year, value, denominator, ci_low, status from fct_outcome
        where is_latest order by all"""
    assert all_of_them.ask(told) == alone.ask(told)
    for (urn, indicator, breakdown), expected in VALUES.items():
        where = f"urn = '{urn}' and indicator_id = '{indicator}' and breakdown_id = '{breakdown}' and is_latest"
        assert all_of_them.ask(f"select value, denominator from fct_outcome where {where}") == [expected]


def test_a_provisional_file_is_never_the_latest_beside_a_final_one(all_of_them: Build) -> None:
    assert all_of_them.ask("select distinct release from fct_outcome where is_latest") == [("final",)]
    assert all_of_them.ask("select count(*) from fct_outcome where release = 'provisional' and value = 50") != [(0,)]


def test_a_file_about_part_of_the_pupils_is_refused_row_by_row_with_the_reason(all_of_them: Build) -> None:
    found = all_of_them.ask("""select count(*), min(r.reason) from rejected_rows as r join file_log as f using (file_id)
        where f.path like '%youngest%'""")
    assert found == [(9, "Beside another file the row is about a part of its pupils: for the same schools and year that one"
                         " counts many more")]  # fmt: skip
    assert all_of_them.ask("select count(*) from rejected_rows") == [(9,)]


def test_a_file_about_a_term_that_calls_itself_a_year_is_refused_alone(tmp_path: Path) -> None:
    rows = [[*row[:8], str(int(row[7]) * 130), *row[9:]] for row in absence(["201819"])]
    build = Build(
        write_all(tmp_path / "term", {"autumn.csv": table(ABSENCE_HEADER, rows), **{WHOLE[0]: FILES[WHOLE[0]]}})
    )
    assert build.ask("select distinct column_name, reason from rejected_rows") == [
        (
            "sess_possible",
            "The row is about a part of the year: its pupils could have come on fewer half days than a year has",
        )
    ]


def test_for_any_figure_it_is_said_which_files_hold_it_and_why_one_was_taken(all_of_them: Build) -> None:
    told = all_of_them.ask("""select source_path, is_taken, reason from figure_source
        where area_id = '900001' and indicator_id = 'absence_overall_pct' and academic_year = '2017/18' order by all""")
    assert [(path.rsplit("/", 1)[-1], taken) for path, taken, _ in told] == [
        ("absence edition before.csv", False), ("absence without pupils.csv", False), ("absence.csv", True),
    ]  # fmt: skip
    assert [reason for *_, reason in told] == [
        "Another file is newer or fuller, by its years, the date in its name, or what stands in it",
        "It says the same as the file taken", "Taken",
    ]  # fmt: skip


def test_the_date_in_a_name_says_which_of_two_files_is_newer(tmp_path: Path) -> None:
    restated = [[*row[:7], "65%" if row[3] == "900001" else row[7], *row[8:]] for row in KS2]
    files = {
        "2018-2019/ks2 20200131.csv": columns(KS2_HEADER, restated, ["RECTYPE", "LEA", "URN", "PTRWM_EXP"]),
        "2018-2019/ks2 20191212.csv": table(KS2_HEADER, KS2),
    }
    build = Build(
        write_all(tmp_path / "dated", files, lambda path: os.utime(path, (1e9, 1e9) if "2020" in path.name else None))
    )
    where = "where indicator_id = 'ks2_rwm_expected_pct' and breakdown_id = 'all' order by urn"
    assert build.ask(f"select urn, value, denominator from fct_outcome {where}") == [
        ("900001", 65, None), ("900002", 59, 29), ("900003", None, 8), ("900004", 72, 60),
    ]  # fmt: skip
    # what the restated file does not have is still there
    assert build.ask(
        "select count(*) from fct_outcome where indicator_id = 'ks2_reading_progress' and value is not null"
    ) == [(3,)]


def test_two_files_that_contradict_each_other_are_to_be_looked_at(tmp_path: Path) -> None:
    other = [[*row[:7], "66%" if row[3] == "900001" else row[7], *row[8:]] for row in KS2]
    files = {"2018-2019/one.csv": table(KS2_HEADER, KS2), "2018-2019/two.csv": table(KS2_HEADER, other[:3])}
    build = Build(write_all(tmp_path / "two", files), ["doubtful_figure", "fct_outcome"])
    told = build.ask("select source_path, column_name, doubt_id, n_figures, first_row, last_row from doubtful_figure")
    assert told == [("two/2018-2019/two.csv", "PTRWM_EXP", "differing", 1, 2, 2)]
