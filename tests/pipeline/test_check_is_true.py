"""What `turncurve check` says of a file is what the warehouse does with it: clean means that nothing is left out of it, and of
whatever is left out the check named the row."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from quick_build import Build, write_all

from orchestration.readers import CheckReport, check_file
from tests.conftest import ROOT

#: What only other files show, and a check is handed one file: a part of the pupils, and whether what a correction names is there.
_BESIDE_ANOTHER = re.compile(
    r"Beside another file.*|“.*” is (no form that is loaded|the name of several files).*|The file has no (row|column) .*"
    r"|The cell reads .*, so nothing was changed\.",
    re.DOTALL,
)
EVERYTHING = (
    "rejected_rows",
    "file_log",
    "fct_outcome",
    "dim_school",
    "fct_rating",
    "fct_statement",
    "fct_inspection",
    "curve",
)


def assert_true(build: Build, folder: Path) -> int:
    """Of every loaded file: the number of files that were checked."""
    rejected: dict[str, set[tuple[int, str]]] = {}
    for path, number, reason in build.ask(
        "select f.path, r.row_number, r.reason from rejected_rows as r join file_log as f using (file_id)"
    ):
        if not _BESIDE_ANOTHER.fullmatch(reason):
            rejected.setdefault(path, set()).add((number, reason))
    loaded = build.ask("select path from file_log where status = 'loaded'")
    reports: dict[Path, CheckReport] = {}
    for (path,) in loaded:
        file = _file_of(folder, path)
        if file not in reports:
            reports[file] = check_file(file)
        named = {number for table in reports[file].tables for number in table.rows_named()}
        unnamed = sorted(row for row in rejected.get(path, ()) if row[0] not in named)
        assert not unnamed, (path, unnamed[:3], reports[file].to_text()[:1500])
        assert not (reports[file].is_clean and rejected.get(path)), path
    return len(loaded)


def _file_of(folder: Path, shown: str) -> Path:
    """The file of a path of the log, which may go on inside an archive or a workbook."""
    file = folder.parent / shown
    while not file.is_file():
        file = file.parent
    return file


EES = (
    "time_period,time_identifier,geographic_level,old_la_code,school_urn,school_laestab,school_type,sex,year_breakdown,"
)
EES += "enrolments,sess_possible,sess_overall_percent,enrolments_pa_10_exact_percent"
_ROW = st.tuples(
    st.sampled_from(["201819", "201718", "2018", "201820", "20181 ", "2018/19", "+20181", "1_2345"]),
    st.sampled_from(["Academic year", "academic year", "Autumn term", ""]),
    st.sampled_from(["School", "SCHOOL", "Local authority", "Regional", "National", "local authority", "Planet", ""]),
    st.sampled_from(["999", "", "99", "E100"]),
    st.sampled_from(["900001", "900002", "", "9001", "900001.0"]),
    st.sampled_from(["9992001", "999/2002", "", "99-92-003", "abc", "+999200"]),
    st.sampled_from(["Total", "State-funded primary", "A new word", "total", ""]),
    st.sampled_from(["Total", "Girls", "girls", "Martian", "", "Boys"]),
    st.sampled_from(["Total", "One half term", "Full academic year"]),
    st.sampled_from(["200", "", "c", "x"]),
    st.sampled_from(["74000", "24000", "", "c"]),
    st.sampled_from(["4.5", "c", "z", "NaN", "4,5", "150", "", "1e3"]),
    st.sampled_from(["8.3", "SUPP", "u", "-1", "", "~"]),
)


@settings(
    max_examples=6, deadline=None, derandomize=True, phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.large_base_example],
)  # fmt: skip
@given(st.lists(_ROW, min_size=1, max_size=60), st.lists(_ROW, min_size=40, max_size=60))
def test_rows_of_tidy_files_have_the_fate_the_check_tells(
    tmp_path: Path, few: list[tuple[str, ...]], many: list[tuple[str, ...]]
) -> None:
    files = {
        name: "\n".join([EES, *(",".join(row) for row in rows)]).encode()
        for name, rows in (("few.csv", few), ("many.csv", many))
    }
    folder = write_all(tmp_path / "tidy", files)
    build = Build(folder, ["rejected_rows", "file_log"])
    assert assert_true(build, folder) == len(build.ask("select 1 from file_log where status = 'loaded'")) > 0


@pytest.fixture(scope="module")
def field() -> Iterator[Path]:
    folder = (Path(os.environ.get("TURNCURVE_REAL_FILES", ROOT / ".." / "shared" / "real")) / ".." / "field").resolve()
    if not folder.is_dir():
        pytest.skip(f"the small cases from the field are not at {folder}; set TURNCURVE_REAL_FILES to run this test")
    yield folder


def test_of_the_cases_from_the_field(field: Path, tmp_path: Path) -> None:
    checked = 0
    for case in sorted(path for path in field.iterdir() if path.is_dir()):
        files = {path.name: path.read_bytes() for path in case.iterdir() if path.suffix in {".csv", ".xlsx"}}
        folder = write_all(tmp_path / case.name, files)
        checked += assert_true(Build(folder, EVERYTHING), folder)
    assert checked >= 14


def test_of_the_demonstration_and_damaged_copies_of_it(demo_data_dir: Path, tmp_path: Path) -> None:
    from tests.attack import mutations

    good = demo_data_dir / "landing" / "demo"
    sources = sorted(file for file in good.rglob("*") if file.suffix in {".csv", ".xlsx", ".zip", ".gz"})
    folder = tmp_path / "damaged"
    mutations.write(folder, sources, 300, random.Random(5).randrange(10**6))
    for path in good.rglob("*"):
        if path.is_file():
            target = folder / "good" / path.relative_to(good)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    assert assert_true(Build(folder, EVERYTHING), folder) > 100


@pytest.mark.parametrize("left_out", [None, "partnership", "term"])
def test_of_forms_that_do_not_ask_whom_they_are_about(tmp_path: Path, left_out: str | None) -> None:
    """A question no column asks, a day in no term, a term on no list, and a role nobody has."""
    columns = {
        "Timestamp": ["2019-03-05 10:00:00", "1999-03-05 10:00:00", "soon", "2019-03-06 11:00:00"],
        "Which partnership is it in?": ["P01", "", "P02", "P03"],
        "Which term is this about?": ["Spring 2018/19", "Spring 2088/89", "", "2018/19 summer"],
        "Are you answering as": ["partnership", "", "a passer-by", "host"],
        "The purpose of the review is agreed and shared with all staff": ["Yes", "No", "Yes", "Perhaps"],
        "Reviewers are trained and prepared for their part": ["Yes", "No", "Yes", "No"],
    }
    for word in ("partnership", "term"):
        if left_out == word:
            columns.pop(next(name for name in columns if f"Which {word}" in name))
    lines = [",".join(columns), *(",".join(row) for row in zip(*columns.values(), strict=True))]
    folder = write_all(tmp_path / "office", {"features.csv": "\n".join(lines).encode()})
    build = Build(folder, EVERYTHING)
    assert assert_true(build, folder) == 1
    assert build.ask("select count(*) > 0 from rejected_rows") == [(True,)]
