"""What a file is, which year it is of, and what becomes of rows that do not fit."""

from __future__ import annotations

import time
from pathlib import Path, PurePath

import pytest

from orchestration import contracts
from orchestration.readers import Piece, check_file, read_file, shape, years
from orchestration.readers.decode import Refusal, Row, Table
from orchestration.readers.decode.limits import MAX_COLUMNS
from orchestration.readers.shape import Pseudonym, Reading

KS2 = "RECTYPE,LEA,ESTAB,URN,SCHNAME,TELIG,PTRWM_EXP"
PSEUDONYM = Pseudonym(lambda: b"a key")


def pieces_of(path: Path, content: str | bytes, year: str | None = None) -> list[Piece]:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_file(path, lambda: path.open("rb"), year, PSEUDONYM))


def reading_of(path: Path, content: str | bytes, year: str | None = None) -> Reading:
    (piece,) = pieces_of(path, content, year)
    assert piece.reading is not None, piece.reason
    return piece.reading


# years -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "2018-2019/850_ks2final.csv",
        "2018-19/ks2.csv",
        "ks2 2018_19.csv",
        "201819/850_ks2final.csv",
        "2018/19/ks2.csv",
        "2018-2019/meta 2/ks2.csv",
        "2016-2017/ks2_2018-2019.csv",
        "2016-17/2018-19/ks2.csv",
    ],
)
def test_the_year_is_told_from_the_name_then_from_the_nearest_folder(path: str) -> None:
    assert years.academic_year("dfe_absence", PurePath("/data") / path, [], None)[0] == "2018/19"


@pytest.mark.parametrize(
    "path", ["850_ks2final.csv", "9362018.csv", "20220420/ks2.csv", "2018-2020/ks2.csv", "2018/ks2.csv", "2019-18.csv"]
)
def test_digits_that_are_no_year_tell_nothing(path: str) -> None:
    with pytest.raises(Refusal, match=r"folder named like 2018-2019, or give the year with --year"):
        years.academic_year("dfe_absence", PurePath("/data") / path, [], None)


def test_two_years_in_one_name_are_refused() -> None:
    with pytest.raises(Refusal, match="more than one year"):
        years.academic_year("dfe_absence", PurePath("/data/2017-18 and 2018-19.csv"), [], None)


def test_a_year_given_for_a_folder_does_not_relabel_a_file_that_says_its_own() -> None:
    assert years.academic_year("dfe_absence", PurePath("2016-17/a.csv"), [], "2018-19") == ("2016/17", "folder's name")


def test_the_year_given_tells_where_no_name_does_and_goes_before_the_columns() -> None:
    assert years.academic_year("dfe_absence", PurePath("a.csv"), [], "2018-19") == ("2018/19", "year given")
    assert years.academic_year("dfe_ks2", PurePath("a.csv"), ["PTRWM_EXP_17"], "2018-19") == ("2018/19", "year given")


@pytest.mark.parametrize(
    ("dataset", "columns", "year"),
    [
        ("dfe_ks2", ["PTRWM_EXP_17", "PTRWM_EXP_18"], "2018/19"),
        ("dfe_ks4", ["ATT8SCR_16"], "2016/17"),
        # no tables were published for the two years of the pandemic
        ("dfe_ks2", ["PTRWM_EXP_19"], "2021/22"),
    ],
)
def test_back_series_columns_tell_the_year_after(dataset: str, columns: list[str], year: str) -> None:
    assert years.academic_year(dataset, PurePath("/data/a.csv"), columns, None)[0] == year


@pytest.mark.parametrize("folder", ["2017-2018", "2016-2017"])
def test_a_file_cannot_be_older_than_a_result_it_holds(folder: str) -> None:
    with pytest.raises(Refusal, match=r"holds PTRWM_EXP_18, a result of 2017/18"):
        years.academic_year("dfe_ks2", PurePath(f"/data/{folder}/a.csv"), ["PTRWM_EXP_18"], None)


def test_columns_that_only_look_like_back_series_do_not_contradict() -> None:
    assert (
        years.academic_year("dfe_ks4", PurePath("2016-17/a.csv"), ["PT5EM_94_17", "ATT8SCR_16"], None)[0] == "2016/17"
    )


@pytest.mark.parametrize(
    ("name", "date"),
    [
        ("gias_extract_20220420.csv", "2022-04-20"),
        ("groups_2022-03.csv", "2022-03-01"),
        ("links_edubasealldata20230421.csv", "2023-04-21"),
        ("links.csv", None),
        ("links_20221345.csv", None),
    ],
)
def test_the_date_of_a_register_is_told_from_its_name(name: str, date: str | None) -> None:
    assert years.snapshot_date(PurePath(f"/data/{name}")) == date


@pytest.mark.parametrize(
    ("name", "release"),
    [
        ("england_ks4provisional.csv", "provisional"),
        ("ks4_prov.csv", "provisional"),
        ("england_ks4revised.csv", "revised"),
        ("850_ks4final.csv", "final"),
        ("improvement.csv", "final"),
    ],
)
def test_the_release_is_told_from_the_name(name: str, release: str) -> None:
    assert years.release(PurePath(name)) == release


# rows ------------------------------------------------------------------------------------------------------------


def test_short_rows_are_padded_and_stay_aligned(tmp_path: Path) -> None:
    reading = reading_of(
        tmp_path / "2018-19/ks2.csv", f"{KS2}\n1,999,2001,900001,Hill,NEW\n1,999,2002,900002,Dale,30,60%\n"
    )
    assert [cells for _, _, cells in reading.rows] == [
        ["1", "999", "2001", "900001", "Hill", "NEW", ""],
        ["1", "999", "2002", "900002", "Dale", "30", "60%"],
    ]


def test_a_row_longer_than_the_header_is_rejected_with_its_number(tmp_path: Path) -> None:
    reading = reading_of(tmp_path / "2018-19/ks2.csv", f"{KS2}\n1,999,2001,900001,Hill, the,30,60%\n")
    assert list(reading.rows) == []
    (reject,) = reading.rejects
    assert reject.row_number == 2 and reject.reason.startswith("row 2 has 8 fields, the header has 7")


def test_blank_fields_beyond_the_header_mean_nothing(tmp_path: Path) -> None:
    reading = reading_of(tmp_path / "2018-19/ks2.csv", f"{KS2},,\n1,999,2001,900001,Hill,30,60%, ,,,\n")
    assert [(overflow, len(cells)) for _, overflow, cells in reading.rows] == [("", 7)]
    assert not reading.rejects


def test_fields_beyond_the_header_are_kept_where_the_contract_says_so(tmp_path: Path) -> None:
    header = "URN,LA (code),EstablishmentNumber,EstablishmentName,Linked establishments"
    reading = reading_of(tmp_path / "gias.csv", f"{header}\n100001,999,2001,Hill,100002 Successor,100003 Successor\n")
    assert [overflow for _, overflow, _ in reading.rows] == ["100003 Successor"]


def test_a_heading_met_twice_is_numbered(tmp_path: Path) -> None:
    reading = reading_of(tmp_path / "2018-19/ks2.csv", f"{KS2},Note,note,,\n1,999,2001,900001,Hill,30,60%,a,b\n")
    assert reading.columns[-2:] == ["Note", "note__2"]


def test_a_header_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="header but no rows"):
        list(reading_of(tmp_path / "2018-19/ks2.csv", f"{KS2}\n\n,,\n").rows)


def test_names_of_head_teachers_do_not_pass(tmp_path: Path) -> None:
    header = "URN,LA (code),EstablishmentNumber,EstablishmentName,HeadFirstName,HeadLastName"
    reading = reading_of(tmp_path / "gias.csv", f"{header}\n100001,999,2001,Hill,Ada,Byron\n")
    assert "Ada" not in str(list(reading.rows)) and "HeadFirstName" not in reading.columns


# what is no data -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("notes.md", "# Notes"),
        ("guide.pdf", "%PDF-1.7"),
        (".hidden.csv", KS2),
        ("~$template.xlsx", "x"),
        ("ks2_meta.csv", "Column,Field Name,Label/Description\n1,RECTYPE,Record type\n"),
        ("ks4.csv", "Column,Metafile heading,Metafile description,,,\n1,RECTYPE,x,,,\n"),
        ("la_and_region_codes.csv", "LEA,LA Name,REGION,REGION NAME\n841,Darlington,1,North East\n"),
        ("ks4_meta_methodology.csv", "Reformed GCSEs,,\nNew GCSEs,,\n"),
        ("read me.txt", "Some words, nothing else"),
    ],
)
def test_descriptions_and_documents_are_ignored(tmp_path: Path, name: str, content: str) -> None:
    (piece,) = pieces_of(tmp_path / name, content)
    assert (piece.status, bool(piece.reason)) == ("ignored", True)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "empty"),
        ("colour,weight\nred,3\n", "We do not recognise these column headings"),
        (KS2.replace("URN,", "") + "\n", "has no column URN"),
        ("time_period,time_identifier,geographic_level\n201617,x,School\n", "Explore Education Statistics"),
        (b"\x00\x01\x02\x03", "NUL"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_reason(tmp_path: Path, content: str | bytes, reason: str) -> None:
    (piece,) = pieces_of(tmp_path / "2018-19" / "file.csv", content)
    assert piece.status == "refused" and reason in piece.reason


# forms -----------------------------------------------------------------------------------------------------------

FORM = (
    "ID,Start time,Completion time,Email,Name,Which school do you lead? (URN),Which partnership is it in?,"
    'Which term is this about?,"To what extent:\nPlans are kept to and work gets done? (0-5)",Name2\n'
)


def form_row(number: int, email: str, name: str, answer: str = "4") -> str:
    return f"{number},3/14/19 10:0{number}:00,3/14/19 10:20:00,{email},{name},900001,P01,Autumn 2018/19,{answer},Bo\n"


def test_a_form_has_an_answer_to_every_question(tmp_path: Path) -> None:
    reading = reading_of(tmp_path / "form.csv", FORM + form_row(1, "ada@example.org", "Ada", ""))
    assert reading.answers is not None
    ((number, _, _, answers),) = reading.answers.rows
    assert dict(zip(reading.answers.questions, answers, strict=True)) == {
        "Which school do you lead? (URN)": "900001",
        "Which partnership is it in?": "P01",
        "Which term is this about?": "Autumn 2018/19",
        "To what extent: Plans are kept to and work gets done? (0-5)": "",
    }
    assert (number, reading.row_count) == (2, 1)


def test_no_personal_value_leaves_the_form_reader(tmp_path: Path) -> None:
    long_row = form_row(2, "grace@example.org", "Grace").rstrip() + ",too,many\n"
    reading = reading_of(tmp_path / "form.csv", FORM + form_row(1, "ada@example.org", "Ada") + long_row)
    assert reading.answers is not None
    handed_on = str(list(reading.answers.rows)) + str(reading.answers.questions) + str(reading.rejects)
    assert reading.rejects and not any(name in handed_on for name in ("ada", "Ada", "grace", "Grace", "Bo", "too"))


def test_a_respondent_is_one_code_by_address_then_name_then_number(tmp_path: Path) -> None:
    answers = [
        form_row(1, "Ada@example.org", "Ada"),
        form_row(2, "ada@EXAMPLE.org", "Ada B."),
        form_row(3, "anonymous", "Grace  Hopper"),
        form_row(4, "", "grace hopper"),
        form_row(5, "anonymous", ""),
        form_row(6, "anonymous", ""),
    ]
    reading = reading_of(tmp_path / "form.csv", FORM + "".join(answers))
    assert reading.answers is not None
    codes = {number: code for number, code, _, _ in reading.answers.rows}
    assert codes[2] == codes[3] and codes[4] == codes[5]
    assert len(set(codes.values())) == 4 and all(len(code) == 16 for code in codes.values())


def test_the_code_depends_on_the_key() -> None:
    assert Pseudonym(lambda: b"one")("x") != Pseudonym(lambda: b"two")("x")


# the check -------------------------------------------------------------------------------------------------------


def test_a_check_lists_every_problem_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "reviews.csv"
    path.write_text(
        "School URN,partnership id,Cycle,Review date,respondent role,item,Rating,comment\n"
        "900001,P01,2018/19 spring,14/03/2019,host,TP01,4,fine\n"
        "9000,P01,2018/19 spring,03/14/2019,guest,TP99,6,\n"
        "900001,P01,2018/19 spring,,host,TP01,3,again\n"
        "900001,P01,spring,2019-02-30,host,TP02,4.5,\n"
    )
    (table,) = check_file(path).tables
    assert table.status == "usable" and table.rows == 4
    assert [(problem.row_number, problem.column) for problem in table.problems] == [
        (3, "school_urn"),
        (3, "review_date"),
        (3, "respondent_role"),
        (3, "item_id"),
        (3, "rating"),
        (4, "school_urn, cycle, respondent_role, item_id"),
        (5, "cycle"),
        (5, "review_date"),
        (5, "rating"),
    ]
    assert "14/03/2019" in table.problems[1].message


def test_a_check_knows_codes_and_percentages_of_measures(tmp_path: Path) -> None:
    path = tmp_path / "2018-19" / "ks2.csv"
    path.parent.mkdir()
    rows = ["900001,Hill,30,60%", "900002,Dale,3,SUPP", "900003,Wood,30,QQ", "900004,Lake,30,160%", "9000,Pond,30,"]
    path.write_text(f"{KS2}\n" + "".join(f"1,999,2001,{row}\n" for row in rows) + "4,,,,England,500000,65%\n")
    (table,) = check_file(path).tables
    assert [(problem.row_number, problem.column) for problem in table.problems] == [
        (4, "PTRWM_EXP"),
        (5, "PTRWM_EXP"),
        (6, "URN"),
    ]
    assert (table.academic_year, table.year_told_by) == ("2018/19", "folder's name")


def test_a_check_of_a_form_looks_at_answers_and_questions(tmp_path: Path) -> None:
    path = tmp_path / "form.csv"
    path.write_text(
        FORM + form_row(1, "ada@example.org", "Ada", "4 - mostly") + form_row(2, "b@example.org", "Bo", "lots")
    )
    (table,) = check_file(path).tables
    assert table.columns_dropped == ["Email", "Name", "Name2"]
    assert [problem.value for problem in table.problems if problem.row_number] == ["lots"]
    assert len(table.columns_missing) == 11
    assert "ada" not in check_file(path).to_text()


def test_a_check_counts_all_problems_but_lists_twenty_of_a_kind(tmp_path: Path) -> None:
    path = tmp_path / "links.csv"
    path.write_text("URN,LinkURN,LinkType\n" + "".join(f"{n},100001,Successor\n" for n in range(1500)))
    (table,) = check_file(path).tables
    assert (table.problem_count, len(table.problems)) == (1500, 20)
    told = check_file(path).to_text().splitlines()
    assert len(told) < 30 and "1,480 more" in told[-1] and "down to row 1,501" in told[-1]
    assert sorted(table.rows_named()) == list(range(2, 1502))


@pytest.mark.parametrize("name", ["missing.csv", "."])
def test_a_check_of_what_is_no_file_is_a_sentence(tmp_path: Path, name: str) -> None:
    report = check_file(tmp_path / name)
    assert not report.is_clean and report.tables[0].status == "refused"


def test_the_real_files_are_recognised_and_without_a_problem(real_files: Path) -> None:
    expected = {
        "performance_tables/2016-2017/850_ks2final.csv": ("dfe_ks2", "2016/17", 331),
        "performance_tables/2018-2019/850_ks2final.csv": ("dfe_ks2", "2018/19", 334),
        "performance_tables/2017-2018/850_ks4final.csv": ("dfe_ks4", "2017/18", 124),
        "performance_tables/2018-2019/england_abs.csv": ("dfe_absence", "2018/19", 21217),
        "register/gias_extract_20220420.csv": ("register_gias", None, 520),
        "register/groups_2022-03.csv": ("register_groups", None, 6883),
        "register/links_edubasealldata20230421.csv": ("register_links", None, 31274),
    }
    for name, (dataset_id, year, rows) in expected.items():
        (table,) = check_file(real_files / name).tables
        assert (table.dataset_id, table.academic_year, table.rows, table.problem_count) == (dataset_id, year, rows, 0)


def test_thousands_of_columns_of_one_name_take_no_time() -> None:
    dataset = contracts.load()["dfe_ks2"]
    header = ["RECTYPE", "URN", "PTRWM_EXP", *["x"] * 16_000]
    table = Table(header, 1, "utf-8", iter([Row(2, ["1"] * len(header))]), True)
    began = time.monotonic()
    assert len(set(shape.fitted(table, dataset).columns)) == len(header)
    assert time.monotonic() - began < 2


def test_a_line_of_ten_million_characters_is_refused_at_once(tmp_path: Path) -> None:
    began = time.monotonic()
    (piece,) = pieces_of(tmp_path / "line.csv", "RECTYPE,URN,PTRWM_EXP," + "x," * 5_000_000)
    assert piece.status == "refused" and f"{MAX_COLUMNS:,}" in piece.reason
    assert time.monotonic() - began < 10


# tidy files without their meta file --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "part", "meta", "kept"),
    [
        ("social_care_group", "Children in need", None, 1),
        ("characteristic_sen_status", "SEN support", None, 1),
        ("local_authority_selection_status", "Selective", None, 2),
        (
            "social_care_group",
            "12",
            "col_name,col_type,label\nsocial_care_group,Indicator,x\nsess_overall_percent,Indicator,y\n",
            2,
        ),
        (
            "selection",
            "Selective",
            "col_name,col_type,label\nselection,Filter,x\nsess_overall_percent,Indicator,y\n",
            1,
        ),
    ],
)
def test_rows_of_a_part_are_not_taken_for_everyone(
    tmp_path: Path, column: str, part: str, meta: str | None, kept: int
) -> None:
    if meta:
        (tmp_path / "absence.meta.csv").write_text(meta)
    header = (
        f"time_period,time_identifier,geographic_level,school_urn,school_type,{column},enrolments,sess_overall_percent"
    )
    lines = "".join(f"201819,Academic year,School,100001,Total,{value},30,4.5\n" for value in ("Total", part))
    reading = reading_of(tmp_path / "absence.csv", f"{header}\n{lines}")
    assert len(list(reading.rows)) == kept
    assert [reject.value for reject in reading.rejects] == [part] * (2 - kept)
