"""The fictional authority: same bytes for a seed, the publisher's formats, and every planted effect visible.

The tests read the files as a stranger would; only `PLANTED` tells them where to look.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import os
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from statistics import mean
from typing import Any

import pytest
from python_calamine import CalamineError, CalamineWorkbook

from orchestration.demo import PLANTED, DemoSummary, evidence, pupils, surveys, write_demo
from orchestration.demo.ks2 import BAD_KS2_CELL, UNKNOWN_RECORD_TYPE
from orchestration.demo.published import folder_year
from orchestration.demo.published import header as columns_of
from orchestration.demo.schools import BY_URN, LINKS, PERSONAL_DOMAIN, PERSONAL_NAME, SCHOOLS, TERMS, YEARS, founders

REAL_FILES = Path(os.environ.get("TURNCURVE_REAL_FILES", Path(__file__).parents[3] / "shared" / "real"))

Rows = list[dict[str, str]]
#: Survey tools with further header rows below the first.
HEADER_ROWS = {"surveymonkey": 2, "qualtrics": 3, "smartsurvey": 3}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoSummary:
    return write_demo(tmp_path_factory.mktemp("demo"), seed=1)


@pytest.fixture(scope="module")
def another(tmp_path_factory: pytest.TempPathFactory) -> DemoSummary:
    """The same authority by another seed."""
    return write_demo(tmp_path_factory.mktemp("another"), seed=5)


def text_of(path: Path) -> str:
    content = path.read_bytes()
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            (member,) = archive.namelist()
            content = archive.read(member)
    if path.suffix == ".gz":
        content = gzip.decompress(content)
    encoding = "cp1252" if path.name.startswith(("links", "gias")) else "utf-8-sig"
    return content.decode(encoding)


def table(path: Path) -> list[list[str]]:
    if path.suffix == ".xlsx":
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
        return [[str(cell) for cell in row] for row in sheet.to_python()]
    return list(csv.reader(io.StringIO(text_of(path))))


def records(path: Path) -> Rows:
    columns, *rows = table(path)
    return [dict(zip(columns, row + [""] * (len(columns) - len(row)), strict=False)) for row in rows]


def one(demo: DemoSummary, year: int, start: str) -> Path:
    folder = demo.folder / "performance_tables" / folder_year(year)
    (path,) = folder.glob(f"999_{start}*")
    return path


def ks2(demo: DemoSummary, year: int) -> Rows:
    return records(one(demo, year, "ks2"))


def school_row(rows: Rows, urn: int) -> dict[str, str]:
    return next(row for row in rows if row["URN"] == str(urn))


def percent(cell: str) -> float | None:
    return float(cell[:-1]) if re.fullmatch(r"\d+(\.\d+)?%", cell) else None


def weighted(rows: Rows, column: str, cohort: str) -> float:
    pairs = [(percent(row[column]), int(row[cohort])) for row in rows if percent(row[column]) is not None]
    return sum(float(value or 0) * n for value, n in pairs) / sum(n for _, n in pairs)


def rwm(demo: DemoSummary, year: int, estabs: set[int], *, inside: bool = True) -> float:
    rows = [r for r in ks2(demo, year) if r["RECTYPE"] == "1" and (int(r["ESTAB"]) in estabs) is inside]
    return weighted(rows, "PTRWM_EXP", "TELIG")


def fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def ratings(demo: DemoSummary) -> Rows:
    folder = demo.folder / "templates"
    return [row for path in sorted(folder.glob("transition_points*")) for row in records(path)]


def forms(demo: DemoSummary) -> Iterator[tuple[str, dict[str, str]]]:
    for path in sorted((demo.folder / "forms").glob("*.xlsx")):
        for row in records(path):
            yield path.name, row


# Files and formats --------------------------------------------------------------------------------------------------


def test_same_seed_same_bytes(demo: DemoSummary, tmp_path: Path) -> None:
    write_demo(tmp_path, seed=1)
    assert fingerprint(tmp_path) == fingerprint(demo.folder)


def test_another_seed_other_bytes(demo: DemoSummary, another: DemoSummary) -> None:
    assert fingerprint(another.folder) != fingerprint(demo.folder)


def test_summary_lists_every_file_with_its_rows(demo: DemoSummary) -> None:
    listed = {f.path: f.rows for f in (*demo.files, *demo.bad_files)}
    found = {p.relative_to(demo.folder).as_posix() for p in demo.folder.rglob("*") if p.is_file()}
    assert set(listed) == found
    for file in demo.files:
        headers = HEADER_ROWS.get(Path(file.path).name.split("_")[0], 1)
        assert len(table(demo.folder / file.path)) - headers == file.rows, file.path


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("start", ["ks2", "ks4"])
def test_headers_are_the_years_own(demo: DemoSummary, year: int, start: str) -> None:
    expected = columns_of(f"{start}_{folder_year(year)}")
    assert table(one(demo, year, start))[0] == list(expected)
    assert len(set(expected)) == len(expected)


REAL_HEADERS = [
    *(("performance_tables", f"{folder_year(y)}/850_ks2final.csv", one_of)
      for y in YEARS for one_of in [f"ks2_{folder_year(y)}"]),
    *(("performance_tables", f"{folder_year(y)}/850_ks4final.csv", f"ks4_{folder_year(y)}")
      for y in YEARS[:2]),
    ("performance_tables", "2018-2019/england_abs.csv", "absence"),
    ("performance_tables", "2018-2019/england_census.csv", "census"),
    ("register", "england_spine.xlsx", "spine"),
    ("register", "gias_extract_20220420.csv", "gias_extract"),
    ("register", "links_edubasealldata20230421.csv", "links"),
    ("register", "groups_2022-03.csv", "groups"),
]  # fmt: skip


@pytest.mark.parametrize(("folder", "file", "name"), REAL_HEADERS, ids=[name for _, _, name in REAL_HEADERS])
def test_headers_equal_the_published_files(folder: str, file: str, name: str) -> None:
    path = REAL_FILES / folder / file
    if not path.is_file():
        pytest.skip(f"The published file {file} is not here; set TURNCURVE_REAL_FILES to the folder that holds it.")
    if path.suffix == ".xlsx":
        published = [str(cell) for cell in CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[0]]
    else:
        with path.open(encoding="utf-8-sig" if folder == "performance_tables" else "cp1252", newline="") as source:
            published = next(csv.reader(source))
    assert list(columns_of(name)) == published


def test_rows_are_ragged_but_never_too_long(demo: DemoSummary) -> None:
    lengths = {year: {len(row) for row in table(one(demo, year, "ks2"))} for year in YEARS}
    for year, found in lengths.items():
        assert max(found) == len(columns_of(f"ks2_{folder_year(year)}"))
        assert min(found) < 30
    # The school with its first results in 2016/17 has no back-series: its row ends early.
    assert len(lengths[2017]) >= 3


def test_new_schools_stop_at_new(demo: DemoSummary) -> None:
    for urn, label in PLANTED["new_schools"].items():
        path = one(demo, int(label[:4]) + 1, "ks4" if BY_URN[urn].phase == "secondary" else "ks2")
        row = next(row for row in table(path) if str(urn) in row)
        assert row[-1] == "NEW"


def test_links_are_cp1252_and_prove_it(demo: DemoSummary) -> None:
    (path,) = (demo.folder / "register").glob("links*")
    content = path.read_bytes()
    assert b"\x92" in content
    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")


def test_percent_signs_in_one_census_only(demo: DemoSummary) -> None:
    shares = {year: [row["PNUMEAL"] for row in records(one(demo, year, "census"))] for year in YEARS}
    assert any(cell.endswith("%") for cell in shares[2017])
    assert not any(cell.endswith("%") for year in (2018, 2019) for cell in shares[year])


# Figures ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", YEARS)
def test_ks2_authority_equals_all_its_pupils(demo: DemoSummary, year: int) -> None:
    cohorts = [c for (when, _), c in pupils.cohorts(1, 2).items() if when == year]
    size = sum(len(c) for c in cohorts)
    reached = sum(int(c.flags["RWM_EXP"].sum()) for c in cohorts)
    authority = next(row for row in ks2(demo, year) if row["RECTYPE"] == "3")
    assert int(authority["TELIG"]) == size
    assert authority["PTRWM_EXP"] == f"{int(100 * reached / size + 0.5)}%"


@pytest.mark.parametrize(
    ("start", "kind", "column", "cohort"),
    [
        ("ks2", "3", "PTRWM_EXP", "TELIG"),
        ("ks2", "3", "PTRWM_HIGH", "TELIG"),
        ("ks2", "3", "PTRWM_EXP_B", "BELIG"),
        ("ks4", "4", "PTL2BASICS_94", "TPUP"),
    ],
)
@pytest.mark.parametrize("year", YEARS)
def test_authority_row_agrees_with_its_schools(
    demo: DemoSummary, year: int, start: str, kind: str, column: str, cohort: str
) -> None:
    rows = records(one(demo, year, start))
    schools = [r for r in rows if r["RECTYPE"] in ("1", "2") and r["NFTYPE"] != "IND"]
    authority = next(row for row in rows if row["RECTYPE"] == kind)
    published = percent(authority[column])
    assert published is not None
    # Half a point of rounding in each school and in the authority, and the few suppressed pupils.
    assert weighted(schools, column, cohort) == pytest.approx(published, abs=1.0)


def test_progress_of_the_authority_is_the_mean_of_schools(demo: DemoSummary) -> None:
    for year in YEARS:
        rows = records(one(demo, year, "ks4"))
        schools = [r for r in rows if re.fullmatch(r"-?\d+(\.\d+)?", r["P8MEA"]) and r["RECTYPE"] in ("1", "2")]
        total = sum(int(r["P8PUP"]) for r in schools)
        authority = next(row for row in rows if row["RECTYPE"] == "4")
        assert int(authority["P8PUP"]) == total
        calculated = sum(float(r["P8MEA"]) * int(r["P8PUP"]) for r in schools) / total
        assert calculated == pytest.approx(float(authority["P8MEA"]), abs=0.011)
        for row in schools:
            assert float(row["P8CILOW"]) < float(row["P8MEA"]) < float(row["P8CIUPP"])


@pytest.mark.parametrize("year", YEARS)
def test_small_cohorts_are_suppressed(demo: DemoSummary, year: int) -> None:
    rows = [row for row in ks2(demo, year) if row["TELIG"].isdigit() and row["RECTYPE"] in ("1", "2")]
    small = [row for row in rows if int(row["TELIG"]) <= 5]
    assert small
    for row in small:
        for column in ("BELIG", "TFSM6CLA1A", "PTRWM_EXP", "PTRWM_HIGH", "READPROG", "READCOV", "TEALGRP1", "PSENELK"):
            assert row.get(column, "SUPP") == "SUPP"
    for row in rows:
        if int(row["TELIG"]) > 5:
            assert row["PTRWM_EXP"] not in ("SUPP", "")


@pytest.mark.parametrize(
    ("cohort", "column"),
    [
        ("BELIG", "PTRWM_EXP_B"),
        ("GELIG", "PTRWM_EXP_G"),
        ("TKS1GROUP_L", "PTRWM_EXP_L"),
        ("TEALGRP2", "PTRWM_EXP_EAL"),
        ("TFSM6CLA1A", "PTRWM_EXP_FSM6CLA1A"),
        ("TNotFSM6CLA1A", "PTRWM_EXP_NotFSM6CLA1A"),
    ],
)
def test_small_groups_are_suppressed(demo: DemoSummary, cohort: str, column: str) -> None:
    for year in YEARS:
        for row in ks2(demo, year):
            if row["RECTYPE"] in ("1", "2") and row[cohort].isdigit() and 1 <= int(row[cohort]) <= 5:
                assert row[column] == "SUPP", (year, row["URN"])


def test_independent_school_codes(demo: DemoSummary) -> None:
    rows = [r for r in records(one(demo, 2018, "ks4")) if r["NFTYPE"] == "IND"]
    assert rows and {r["P8MEA"] for r in rows} == {"NP"}
    assert not any(r["URN"] == rows[0]["URN"] for r in records(one(demo, 2018, "abs")))


def test_back_series_equals_earlier_files_but_for_one_school(demo: DemoSummary) -> None:
    own = {year: {row["ESTAB"]: row for row in ks2(demo, year)} for year in YEARS}
    differ = []
    for year, back in ((2018, 2017), (2019, 2018), (2019, 2017)):
        for estab, row in own[year].items():
            if row["RECTYPE"] not in ("1", "2") or estab not in own[back]:
                continue
            for column in ("PTRWM_EXP", "PTRWM_HIGH", "READPROG", "READ_AVERAGE"):
                told, then = row[f"{column}_{back % 100}"], own[back][estab][column]
                if told != then and then:
                    differ.append((int(row["URN"]), f"{column}_{back % 100}"))
    assert differ == [(PLANTED["restatement"]["urn"], PLANTED["restatement"]["column"])]


# Planted effects ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", ["demo", "another"])
def test_one_cluster_rises_and_one_does_not(request: pytest.FixtureRequest, seed: str) -> None:
    demo: DemoSummary = request.getfixturevalue(seed)
    rising = set(founders(PLANTED["rising_rwm"]["partnership_id"]))
    null = set(founders(PLANTED["null_rwm"]["partnership_id"]))
    others = rising | null

    def gain(estabs: set[int]) -> float:
        own = rwm(demo, 2019, estabs) - rwm(demo, 2017, estabs)
        rest = rwm(demo, 2019, others, inside=False) - rwm(demo, 2017, others, inside=False)
        return (own - rest) / 2

    assert 4.5 < gain(rising) < 7.5
    assert -1.5 < gain(null) < 1.5


def test_one_cluster_loses_attendance(demo: DemoSummary) -> None:
    falling = set(founders(PLANTED["falling_attendance"]["partnership_id"]))

    def persistent(year: int, *, inside: bool) -> float:
        rows = [r for r in records(one(demo, year, "abs")) if r["LA"] == "999" and r["PPERSABS10"] != "SUPP"]
        rows = [r for r in rows if BY_URN[int(r["URN"])].phase == "primary"]
        return mean(float(r["PPERSABS10"]) for r in rows if (int(r["ESTAB"]) in falling) is inside)

    assert persistent(2019, inside=True) - persistent(2017, inside=True) > 4
    assert abs(persistent(2019, inside=False) - persistent(2017, inside=False)) < 1


def test_one_gap_widens(demo: DemoSummary) -> None:
    gaps = []
    for year in YEARS:
        row = school_row(ks2(demo, year), PLANTED["widening_gap"]["urn"])
        poor, other = percent(row["PTRWM_EXP_FSM6CLA1A"]), percent(row["PTRWM_EXP_NotFSM6CLA1A"])
        assert poor is not None and other is not None
        gaps.append(other - poor)
    assert gaps[-1] - gaps[0] > 12


def test_transition_leaks_between_feedback_and_workshop(demo: DemoSummary) -> None:
    planted = PLANTED["leaking_transition"]
    sections = {item.item_id: item.section for item in evidence.items("transition_points")}
    good = [r for r in ratings(demo) if r["item_id"] in sections and r["rating"] in set("012345")]
    assert {i for i, section in sections.items() if section == planted["section"]} == set(planted["items"])

    def level(role: str, *, inside: bool, items: set[str]) -> float:
        here = planted["partnership_id"]
        return mean(
            int(r["rating"])
            for r in good
            if (r["partnership_id"] == here) is inside and r["respondent_role"] == role and r["item_id"] in items
        )

    leaking, rest = set(planted["items"]), set(sections) - set(planted["items"])
    assert level("review_team", inside=True, items=rest) - level("review_team", inside=True, items=leaking) > 0.8
    assert abs(level("host", inside=False, items=rest) - level("host", inside=False, items=leaking)) < 0.3
    everything = set(sections)
    host_above = level("host", inside=True, items=everything) - level("review_team", inside=True, items=everything)
    assert host_above == pytest.approx(planted["host_above_review_team"], abs=0.25)


def test_reflection_falls_after_a_change_of_leader(demo: DemoSummary) -> None:
    urn = str(PLANTED["leadership_change"]["urn"])
    levels: dict[str, float] = {}
    for name, row in forms(demo):
        if row["Which school do you lead? (URN)"] == urn:
            answers = [int(value[0]) for question, value in row.items() if question.endswith("(0-5)") and value]
            levels[name] = mean(answers)
    assert len(levels) == 9
    ordered = [levels[name] for name in sorted(levels)]
    assert min(ordered[:4]) > max(ordered[6:]) + 1


def test_reviews_begin_a_year_late_where_results_rise(demo: DemoSummary) -> None:
    first: dict[str, str] = {}
    for row in ratings(demo):
        first.setdefault(row["partnership_id"], row["cycle"])
    assert first[PLANTED["rising_rwm"]["partnership_id"]].startswith(PLANTED["rising_rwm"]["from_year"])
    assert first[PLANTED["null_rwm"]["partnership_id"]].startswith("2016/17")


def test_no_review_is_written_twice(demo: DemoSummary) -> None:
    good = [r for r in ratings(demo) if tuple(r.values()) not in evidence.BAD_TRANSITION_POINTS]
    keys = [(r["school_urn"], r["cycle"], r["respondent_role"], r["item_id"]) for r in good]
    assert len(keys) == len(set(keys))


def test_schools_change_as_planted(demo: DemoSummary) -> None:
    for old, new in PLANTED["conversions"].items():
        assert BY_URN[old].laestab == BY_URN[new].laestab
        assert {k.kind for k in LINKS if k.urn in (old, new)} == {"Successor", "Predecessor"}
    urns = {year: {row["URN"] for row in ks2(demo, year)} for year in YEARS}
    assert "900033" in urns[2017] and "900033" not in urns[2018] and "900133" in urns[2018]
    assert str(PLANTED["closure"]["urn"]) in urns[2018] - urns[2019]
    assert str(PLANTED["merger"]["to"]) in urns[2019] - urns[2018]
    converting = school_row(ks2(demo, 2018), 900_010)
    assert (converting["URN_AC"], converting["OPEN_AC"]) == ("900110", "20180901")


def test_school_names_are_unique_and_urns_out_of_the_publishers_range() -> None:
    assert len({s.name for s in SCHOOLS}) == len(SCHOOLS)
    assert all(900_000 <= s.urn < 901_000 for s in SCHOOLS)


# Mistakes on purpose ------------------------------------------------------------------------------------------------


def test_bad_rows_are_there(demo: DemoSummary) -> None:
    bad = BAD_KS2_CELL
    assert school_row(ks2(demo, int(bad["year"])), int(bad["urn"]))[str(bad["column"])] == bad["value"]
    assert [r["RECTYPE"] for r in ks2(demo, 2019)].count(UNKNOWN_RECORD_TYPE) == 1
    found = [list(row.values()) for row in ratings(demo)]
    assert all(list(row) in found for row in evidence.BAD_TRANSITION_POINTS)
    members = [list(row.values()) for row in records(demo.folder / "templates" / "memberships.xlsx")]
    assert all(list(row) in members for row in evidence.BAD_MEMBERSHIPS)


def test_bad_files_are_bad(demo: DemoSummary) -> None:
    paths = {Path(f.path).suffix: demo.folder / f.path for f in demo.bad_files}
    assert not re.search(r"20\d\d", paths[".csv"].relative_to(demo.folder).as_posix())
    with pytest.raises(CalamineError):
        CalamineWorkbook.from_path(str(paths[".xlsx"]))


def test_someone_answers_twice_and_some_answer_in_words(demo: DemoSummary) -> None:
    sheets: dict[tuple[str, str, str], list[str]] = {}
    answers: list[str] = []
    for name, row in forms(demo):
        key = (name, row["Email"], row["Which partnership is it in?"])
        sheets.setdefault(key, []).append(row["Completion time"])
        answers += [value for question, value in row.items() if question.endswith("(0-5)")]
    twice = [times for times in sheets.values() if len(times) > 1]
    assert twice and all(times == sorted(times) and len(set(times)) == len(times) for times in twice)
    assert any(re.fullmatch(r"[0-5] - [a-z ]+", answer) for answer in answers)
    assert all(re.fullmatch(r"[0-5]( - [a-z ]+)?|", answer) for answer in answers)
    assert len({name for name, *_ in sheets}) == len(YEARS) * len(TERMS)


def test_personal_values_stand_in_the_tools_own_columns_only(demo: DemoSummary) -> None:
    for file in (*demo.files, *demo.bad_files[:1]):
        rows: list[dict[str, Any]] = records(demo.folder / file.path)  # type: ignore[assignment]
        for row in rows:
            for column, value in row.items():
                personal = "@" in str(value) or PERSONAL_DOMAIN in str(value) or PERSONAL_NAME in str(value)
                allowed = file.dataset_id.startswith("forms_") and column in surveys.PERSONAL_COLUMNS
                assert not personal or allowed, (file.path, column)
    assert all(row["Email"].endswith(f"@{PERSONAL_DOMAIN}") for _, row in forms(demo))


def test_register_names_no_head_teacher(demo: DemoSummary) -> None:
    for path in (demo.folder / "register").glob("g*"):
        for row in records(path):
            named = {column: value for column, value in row.items() if column.startswith("Head")}
            assert named and not any(named.values())
