"""Each survey tool's export: told from its header rows, read to the same long rows, and nobody in them."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration import contracts
from orchestration.raw.writer import Writer
from orchestration.readers import CheckReport, Piece, check_file, dates, forms, read_file, tools
from orchestration.readers.shape import Pseudonym, Reading
from tests import survey_exports
from tests.survey_exports import ADDRESS, COMMENT, DOMAIN, EXPORTS, NAME, PARTNERSHIP, REFLECTION, SCHOOL, TERM, text

KEY = Pseudonym(lambda: b"a key")
ABOUT = [SCHOOL, PARTNERSHIP, TERM]


def piece_of(path: Path, content: str | bytes | None = None) -> Piece:
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    (piece,) = read_file(path, lambda: path.open("rb"), None, KEY)
    return piece


def check_file_of(path: Path, content: str) -> CheckReport:
    path.write_bytes(content.encode())
    return check_file(path)


def reading_of(path: Path, content: str | bytes | None = None) -> Reading:
    piece = piece_of(path, content)
    assert piece.reading is not None, piece.reason
    return piece.reading


def answers_of(reading: Reading) -> list[dict[str, str]]:
    """Each respondent's row as question -> answer."""
    assert reading.answers is not None
    return [dict(zip(reading.answers.questions, cells, strict=True)) for *_, cells in reading.answers.rows]


def times_of(reading: Reading) -> list[str]:
    assert reading.answers is not None
    return [when for _, _, when, _ in reading.answers.rows]


# tools -----------------------------------------------------------------------------------------------------------

TOOLS = {
    "microsoft": tools.MICROSOFT,
    "microsoft_workbook": tools.MICROSOFT,
    "google": tools.GOOGLE,
    "google_workbook": tools.GOOGLE,
    "surveymonkey": tools.SURVEYMONKEY,
    "qualtrics": tools.QUALTRICS,
    "smartsurvey": tools.SMARTSURVEY,
    "plain": tools.PLAIN,
}


@pytest.mark.parametrize("name", EXPORTS)
def test_every_tool_is_told_and_read(tmp_path: Path, name: str) -> None:
    suffix, write = EXPORTS[name]
    write(tmp_path / f"export{suffix}")
    piece = piece_of(tmp_path / f"export{suffix}")
    assert piece.dataset_id == "forms_reflection"
    assert tools.tool_of(piece.header) == TOOLS[name]
    assert piece.reading is not None and piece.reading.answers is not None
    rows = list(piece.reading.answers.rows)
    genuine = [sheet for sheet in survey_exports.responses() if not sheet.is_test]
    # the plain export has no seconds
    assert [when[:16] for _, _, when, _ in rows] == [f"{sheet.sent:%Y-%m-%d %H:%M}" for sheet in genuine]
    places = [piece.reading.answers.questions.index(COMMENT) - 12 + at for at in range(12)]
    assert [tuple(cells[place] for place in places) for *_, cells in rows] == [sheet.answers for sheet in genuine]
    assert rows[0][1] == rows[3][1] and len({respondent for _, respondent, _, _ in rows}) == 3
    kept = [[cells[place] for place in piece.reading.answers.kept] for *_, cells in rows]
    handed_on = str(kept) + str(piece.reading.rejects) + str(piece.reading.answers.questions)
    assert not any(value in handed_on for value in (*NAME.split(), DOMAIN, ADDRESS))


@pytest.mark.parametrize("name", EXPORTS)
def test_a_check_of_an_export_finds_the_address_and_nothing_else(tmp_path: Path, name: str) -> None:
    suffix, write = EXPORTS[name]
    write(tmp_path / f"export{suffix}")
    report = check_file(tmp_path / f"export{suffix}")
    (table,) = report.tables
    found = [problem.message for problem in table.problems]
    assert table.rows == (5 if name in {"surveymonkey", "qualtrics"} else 4)
    assert table.columns_missing == []
    assert sum("e-mail address" in message for message in found) == 1
    assert len(found) == 1
    # a response made while the form was tried out is nobody's mistake: it is told, and nobody need mend it
    left_out = [(rows.count, rows.reason) for rows in table.left_out]
    trial = (1, "a response made while the form was tried out, not an answer")
    assert left_out == ([trial] if table.rows == 5 else [])
    assert DOMAIN not in report.to_text() and NAME not in report.to_text()


def export(own: Sequence[str], cells: Sequence[str], extra: str = "", answer: str = "") -> str:
    """A small export: the tool's own columns, three questions about the school, one item and one more question."""
    header = [*own, *ABOUT, REFLECTION[0][1], *([extra] if extra else [])]
    return text([header, [*cells, "900001", "P01", "Spring 2018/19", "4", *([answer] if extra else [])]])


def test_options_of_one_question_are_joined(tmp_path: Path) -> None:
    """SurveyMonkey: a column per option; what is written beside `Other` is kept with its option."""
    own = ["Respondent ID", "End Date"]
    first = [*own, *ABOUT, REFLECTION[0][1], "Who benefits?", "", "", ""]
    second = ["", "", *["Response"] * 4, "Leaders", "Staff", "Pupils", "Other (please specify)"]
    rows = [
        first,
        second,
        ["1", "03/14/2019", "900001", "P01", "Spring 2018/19", "4", "Leaders", "", "Pupils", "parents"],
    ]
    (answers,) = answers_of(reading_of(tmp_path / "monkey.csv", text(rows)))
    assert answers["Who benefits?"] == "Leaders;Pupils;Other (please specify): parents"


def test_a_remark_beside_an_answer_does_not_spoil_it(tmp_path: Path) -> None:
    """SurveyMonkey: one choice with a box for other; in another language the second row says it otherwise."""
    own = ["Respondent ID", "End Date"]
    first = [*own, *ABOUT, REFLECTION[0][1], "", REFLECTION[1][1]]
    second = ["", "", *["Response"] * 4, "Other (please specify)", "Antwort"]
    rows = [first, second, ["1", "03/14/2019", "900001", "P01", "Spring 2018/19", "4", "because", "3"]]
    (answers,) = answers_of(reading_of(tmp_path / "monkey.csv", text(rows)))
    assert answers[REFLECTION[0][1]] == "4" and answers["Other (please specify)"] == "because"
    assert answers[REFLECTION[1][1]] == "3"


def test_a_plain_file_may_call_its_time_date(tmp_path: Path) -> None:
    assert times_of(reading_of(tmp_path / "plain.csv", export(["Date"], ["3/4/2019"]))) == ["2019-04-03"]


@pytest.mark.parametrize("answer", ["ada @ school.example.org", "ada＠school.org", "ADA.B@x.uk"])
def test_other_spellings_of_an_address_are_withheld(tmp_path: Path, answer: str) -> None:
    (answers,) = answers_of(reading_of(tmp_path / "form.csv", export(["Timestamp"], ["3/14/2019"], "Why?", answer)))
    assert answers["Why?"] == ""


@pytest.mark.parametrize("answer", ["we meet @ 10.30", "follow @ourschool", "4@5", "a@b"])
def test_what_is_no_address_stays(tmp_path: Path, answer: str) -> None:
    (answers,) = answers_of(reading_of(tmp_path / "form.csv", export(["Timestamp"], ["3/14/2019"], "Why?", answer)))
    assert answers["Why?"] == answer


def test_an_export_flattened_to_one_header_row_loses_no_row(tmp_path: Path) -> None:
    content = export(["Respondent ID", "End Date"], ["1", "03/14/2019"])
    assert len(answers_of(reading_of(tmp_path / "monkey.csv", content))) == 1


def test_an_older_export_of_qualtrics_has_two_header_rows(tmp_path: Path) -> None:
    own = [
        "ResponseID",
        "ResponseSet",
        "Name",
        "ExternalDataReference",
        "Email",
        "IPAddress",
        "Status",
        "StartDate",
        "EndDate",
    ]
    own.append("Finished")
    items = ["school_urn", "partnership_id", "term", "A1"]
    labels = [*own, "Schule", "Partnerschaft", "Halbjahr", "Pläne werden eingehalten"]
    row = ["R_1", "Default", NAME, "", f"a@{DOMAIN}", ADDRESS, "0", "2019-03-14 10:00:00", "2019-03-14 10:20:00", "1"]
    rows = [[*own, *items, ""], [*labels, ""], [*row, "900001", "P01", "Spring 2018/19", "4", ""]]
    rows.append(["R_2", *row[1:6], "1", *row[7:], "900001", "P01", "Spring 2018/19", "0", ""])
    reading = reading_of(tmp_path / "legacy.csv", text(rows).encode("utf-8-sig"))
    assert [answers["A1"] for answers in answers_of(reading)] == ["4"]
    assert [reject.row_number for reject in reading.rejects] == [4]


def test_an_export_of_qualtrics_as_tab_separated_utf16(tmp_path: Path) -> None:
    survey_exports.qualtrics(tmp_path / "export.csv")
    with (tmp_path / "export.csv").open(encoding="utf-8-sig", newline="") as file:
        content = text(list(csv.reader(file)), "\t")
    reading = reading_of(tmp_path / "export.tsv", content.encode("utf-16"))
    assert len(answers_of(reading)) == 4 and reading.row_count == 5


@pytest.mark.parametrize("name", ["surveymonkey", "qualtrics", "smartsurvey"])
def test_exports_with_several_header_rows_as_workbooks(tmp_path: Path, name: str) -> None:
    EXPORTS[name][1](tmp_path / "export.csv")
    plain = reading_of(tmp_path / "export.csv")
    with (tmp_path / "export.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    survey_exports.workbook(tmp_path / "export.xlsx", {"Summary": [["Responses", "4"]], "Raw data": rows})
    assert answers_of(reading_of(tmp_path / "export.xlsx")) == answers_of(plain)


def test_a_question_called_status_is_a_question_where_the_tool_has_no_such_column(tmp_path: Path) -> None:
    (answers,) = answers_of(
        reading_of(tmp_path / "form.csv", export(["Timestamp"], ["3/14/2019"], "Status", "Preview"))
    )
    assert answers["Status"] == "Preview"


def test_a_grid_of_google_and_two_questions_of_one_wording(tmp_path: Path) -> None:
    header = ["Timestamp", *ABOUT, *(f"How far? [{label}]" for _, label in REFLECTION[:6]), "Why?", "Why?"]
    row = ["2019-03-14 10:00:00", "900001", "P01", "Spring 2018/19", *"012345", "first", "second"]
    (answers,) = answers_of(reading_of(tmp_path / "google.csv", text([header, row])))
    assert answers["How far? [Plans are kept to and work gets done]"] == "0"
    assert (answers["Why?"], answers["Why?__2"]) == ("first", "second")


def test_a_quiz_of_microsoft_has_no_points_in_its_answers(tmp_path: Path) -> None:
    own = ["Id", "Start time", "Completion time", "Email", "Name", "Total points", "Quiz feedback"]
    content = export(own, ["1", "3/14/19 9:00:00", "3/14/19 9:20:00", "anonymous", "", "0", ""], "Points - Why?", "3")
    (answers,) = answers_of(reading_of(tmp_path / "quiz.csv", content))
    assert list(answers) == [*ABOUT, REFLECTION[0][1]]


def test_a_choice_of_several_stays_as_it_was_given(tmp_path: Path) -> None:
    own, cells = ["ID", "Start time", "Completion time"], ["1", "3/14/19 9:00:00", "3/14/19 9:20:00"]
    (answers,) = answers_of(reading_of(tmp_path / "form.csv", export(own, cells, "Who benefits?", "Leaders;Staff;")))
    assert answers["Who benefits?"] == "Leaders;Staff;"


@pytest.mark.parametrize(
    "question",
    [
        "Your name",
        "Name",
        "What is your e-mail address?",
        "Email address (optional)",
        "Name of person completing this",
        "Phone",
    ],
)
def test_a_question_that_asks_who_somebody_is_is_left_behind(tmp_path: Path, question: str) -> None:
    reading = reading_of(tmp_path / "form.csv", export(["Timestamp"], ["3/14/2019 9:00:00"], question, NAME))
    assert question in reading.dropped
    assert NAME not in str(answers_of(reading))


def test_the_contract_may_let_a_personal_column_pass(tmp_path: Path) -> None:
    """Only where a line of dataset_columns says so and the form has a question for it."""
    for seed in ("datasets", "dataset_columns", "outcome_columns", "form_questions", "personal_questions"):
        (tmp_path / f"{seed}.csv").write_bytes(contracts.seed_file(f"{seed}.csv").read_bytes())
    with (tmp_path / "dataset_columns.csv").open("a") as file:
        file.write("forms_event_feedback,Username,,text,false,,false,,\n")
    with (tmp_path / "form_questions.csv").open("a") as file:
        file.write("forms_event_feedback,exact,Username,,subject,\n")
    dataset = contracts.load(tmp_path)["forms_event_feedback"]
    form = contracts.forms(tmp_path)["forms_event_feedback"]

    layout = forms.layout_of(["Timestamp", "Username", "Name"], (), dataset, form)
    assert [question.heading for question in layout.questions] == ["Username"]
    assert layout.dropped == ("Name",)


def test_a_row_with_too_many_fields_is_refused_without_its_values(tmp_path: Path) -> None:
    content = export(["Timestamp"], ["3/14/2019 9:00:00"]) + f"3/15/2019,900001,P01,Spring 2018/19,4,{NAME}\r\n"
    reading = reading_of(tmp_path / "form.csv", content)
    assert len(answers_of(reading)) == 1
    assert [(reject.row_number, reject.value) for reject in reading.rejects] == [(3, "")]


def test_raw_takes_only_what_the_form_knows(tmp_path: Path) -> None:
    """A column that is nothing to the form may hold anybody's name, whatever its heading says."""
    header = ["Timestamp", *ABOUT, REFLECTION[0][1], "Headship", "Anything else?", "Kontakt"]
    row = ["2019-03-14 10:00:00", "900001", "P01", "Spring 2018/19", "4", NAME, "thanks", NAME]
    reading = reading_of(tmp_path / "form.csv", text([header, row]))
    assert reading.answers is not None
    with Writer(tmp_path / "raw") as writer:
        writer.write_answers("forms_reflection", "f", reading.answers.kept, reading.answers.rows)
    found = duckdb.sql(f"select * from '{tmp_path}/raw/forms_reflection/f.parquet'").fetchall()
    assert found[0][5:] == ("900001", "P01", "Spring 2018/19", "4", "thanks")
    report = check_file(tmp_path / "form.csv")
    assert report.tables[0].columns_unknown == ["Headship", "Kontakt"]
    assert "Not used       Headship, Kontakt" in report.to_text()


@pytest.mark.parametrize(
    "spelled",
    [
        "{}\xa0",
        "1.{}",
        "Q12.3. {}",
        "4) {}\n",
        "“{}”",
        "How far?\n{} (0–5)",
        "<strong>How far?</strong><br />{}",
        "&nbsp;{}",
        "How far? [{}]",
        "How far? - {}",
        "How far?.{}",
    ],
)
@pytest.mark.parametrize("apostrophe", ["'", "’"])
def test_a_question_is_known_however_it_is_typed(spelled: str, apostrophe: str) -> None:
    form = contracts.forms()["forms_reflection"]
    for item, label in REFLECTION:
        found = form.question(contracts.wording(spelled.format(label.replace("'", apostrophe))))
        assert found is not None and found.target == item


@pytest.mark.parametrize(
    "heading", ["2018/19 spring", "1.5 hours", "90-day check-in", "TP01", "Q4", "A1", "a < b, c > d"]
)
def test_what_is_no_number_of_a_question_stays(heading: str) -> None:
    assert contracts.wording(heading) == heading


def test_the_wording_of_every_item_is_known_to_its_form() -> None:
    """But for the items that are fields of a statement: how it is known, whether it was expected."""
    by_instrument = {
        question.instrument_id: form
        for form in contracts.forms().values()
        for question in form.questions
        if question.instrument_id
    }
    with contracts.seed_file("instrument_items.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found = by_instrument[row["instrument_id"]].question(contracts.wording(row["label"]))
            assert found is not None, row["label"]
            assert found.target in {row["item_id"], "evidence", "is_expected"}


def test_options_of_smartsurvey_are_ticked_or_named(tmp_path: Path) -> None:
    own = ["UserID", "UserNo", "Started", "Ended", "Tracking Link"]
    first = [*own, "Q1. School URN", "Q2. What difference has it made?", "Q3. Who has it made a difference to?", "", ""]
    second = [*[""] * 7, "Q3.1. Leaders", "Q3.2. Staff", "Q3.3. Other (please specify)"]
    sent = ["14/03/2019 10:00:00"] * 2
    rows = [first, second, [""] * 10]
    rows.append(["1", "1", *sent, "Default Web Link", "900001", "Trust", "Yes", "No", "-"])
    rows.append(["2", "2", *sent, "Default Web Link", "900001", "Trust", "-", "Staff", "parents"])
    reading = reading_of(tmp_path / "smart.csv", text(rows))
    assert [answers["Who has it made a difference to?"] for answers in answers_of(reading)] == [
        "Leaders",
        "Staff;Other (please specify): parents",
    ]
    assert reading.row_count == 2


@pytest.mark.parametrize("own", ["Horodateur", "Zeitstempel", "Marca temporal", "Carimbo de data/hora"])
def test_google_in_other_languages_tells_the_time(tmp_path: Path, own: str) -> None:
    content = export([own], ["14/03/2019 10:20:00"])
    assert times_of(reading_of(tmp_path / "form.csv", content)) == ["2019-03-14 10:20:00"]


def test_microsoft_in_another_language_leaves_names_behind(tmp_path: Path) -> None:
    own = ["Id", "Hora de inicio", "Hora de finalización", "Correo electrónico", "Nombre"]
    reading = reading_of(
        tmp_path / "form.csv", export(own, ["1", "3/14/19 9:00:00", "3/14/19 9:20:00", f"a@{DOMAIN}", NAME])
    )
    assert times_of(reading) == ["2019-03-14 09:20:00"]
    assert reading.dropped == ["Correo electrónico", "Nombre"]


def test_a_question_in_other_words_is_named_with_the_line_to_add(tmp_path: Path) -> None:
    header = ["Timestamp", *ABOUT, REFLECTION[0][1], "Talent is found, and grown", "Favourite colour?"]
    row = ["2019-03-14 10:00:00", "900001", "P01", "Spring 2018/19", "4", "4", "blue"]
    (table,) = check_file_of(tmp_path / "form.csv", text([header, row])).tables
    messages = {problem.column: problem.message for problem in table.problems}
    assert "seeds" not in messages["Talent is found, and grown"], "a school office is not told to change seeds"
    assert table.for_analyst.endswith(
        'seeds/surveys/form_questions.csv: forms_reflection,exact,"Talent is found, and grown",reflection_questions,B1,rating'
    )
    assert "Favourite colour?" not in messages and table.columns_unknown[-1] == "Favourite colour?"


def test_a_form_that_is_nearly_known_is_named_with_its_unknown_questions(tmp_path: Path) -> None:
    header = ["Timestamp", "School", REFLECTION[0][1], "Talent is found and grown", "Are we honest and open?"]
    piece = piece_of(tmp_path / "form.csv", text([header, ["3/14/2019", "Hill", "4", "4", "4"]]))
    assert piece.status == "refused"
    assert "“Reflection questions (form)”, of whose 12 questions it asks 1" in piece.reason
    assert "“Talent is found and grown”" in piece.quoting and "seeds" not in piece.quoting
    assert "Talent is found and grown" not in piece.reason and "Talent is found and grown" not in piece.for_analyst
    assert "seeds/surveys/form_questions.csv" in piece.for_analyst


def test_an_export_whose_first_row_is_a_response_repeats_nothing_of_it(tmp_path: Path) -> None:
    """Without its header the first row is somebody's answer, and the reason goes into the file log."""
    piece = piece_of(tmp_path / "form.csv", text([["1", "3/14/19 9:00:00", "anonymous", NAME, "4"]] * 2))
    assert piece.status == "refused"
    assert "its first row is data" in piece.reason and "its first row is data" in piece.quoting
    assert not any(part in told for part in NAME.split() for told in (piece.reason, piece.quoting, piece.for_analyst))


def test_a_form_of_other_questions_is_refused_and_named(tmp_path: Path) -> None:
    piece = piece_of(tmp_path / "other.csv", text([["Timestamp", "Favourite colour?"], ["3/14/2019 9:00:00", "blue"]]))
    assert piece.status == "refused" and "Favourite colour?" in piece.quoting
    assert "Favourite colour?" not in piece.reason and "Favourite colour?" not in piece.for_analyst


def test_a_header_that_stands_there_twice_loses_no_response_in_silence(tmp_path: Path) -> None:
    """The questions are then read as a response, and of a form without a question no answer would be kept."""
    EXPORTS["qualtrics"][1](tmp_path / "export.csv")
    lines = (tmp_path / "export.csv").read_text(encoding="utf-8-sig").splitlines(keepends=True)
    (tmp_path / "twice.csv").write_text("".join([lines[0], *lines]), encoding="utf-8")
    piece = piece_of(tmp_path / "twice.csv")
    assert piece.status == "refused" and "no column asks one of its questions" in piece.reason


def test_every_form_is_recognised_by_its_own_questions() -> None:
    for form in contracts.forms().values():
        headings = [
            question.question.strip("%").replace("%", " ") for question in form.questions if question.instrument_id
        ]
        found = contracts.recognise_form(headings)
        assert found is not None and found.id == form.id


def test_every_question_names_an_item_or_a_field_that_is_there() -> None:
    with contracts.seed_file("instrument_items.csv").open(encoding="utf-8", newline="") as file:
        items = {(row["instrument_id"], row["item_id"]) for row in csv.DictReader(file)}
    fields = {"school_urn", "partnership_id", "term", "respondent_role", "subject", "section", "kind"}
    fields |= {"beneficiary", "evidence", "is_expected", "consent_to_quote"}
    for form in contracts.forms().values():
        for question in form.questions:
            if question.instrument_id:
                assert (question.instrument_id, question.target) in items and question.answer in {"rating", "text"}
            else:
                assert question.target in fields and not question.answer


# dates -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "day_first", "spelled"),
    [
        ("3/14/19 10:20:05", True, "2019-03-14 10:20:05"),
        ("14/03/2019 10:20", False, "2019-03-14 10:20:00"),
        ("3/4/2019", True, "2019-04-03"),
        ("3/4/2019", False, "2019-03-04"),
        ("2026/09/20 10:00:00 AM", True, "2026-09-20 10:00:00"),
        ("2026/09/20 12:00:00 AM GMT+3", False, "2026-09-20 00:00:00"),
        ("2026/09/20 3:00:00 PM GMT+3", False, "2026-09-20 15:00:00"),
        ("2019-03-14T10:20:00.123Z", False, "2019-03-14 10:20:00"),
        ("2019-03-14 10:20:00+01:00", False, "2019-03-14 10:20:00"),
        ("14 March 2019, 10:20", False, "2019-03-14 10:20:00"),
        ("14-Mar-19", False, "2019-03-14"),
        ("March 14, 2019", False, "2019-03-14"),
        ("43538.5", False, "2019-03-14 12:00:00"),
        ("31/02/2019", True, ""),
        ("yesterday", True, ""),
        ("", True, ""),
        ("13/14/2019", True, ""),
        ("3/14/19 25:00:00", False, ""),
    ],
)
def test_dates_as_tools_write_them(written: str, day_first: bool, spelled: str) -> None:
    assert dates.spelled(written, day_first) == spelled


@given(
    st.datetimes(datetime(2001, 1, 1), datetime(2068, 12, 31)), st.sampled_from(["%d/%m/%Y", "%m/%d/%Y", "%m/%d/%y"])
)
def test_a_date_comes_back_whatever_its_order(moment: datetime, look: str) -> None:
    assert dates.spelled(moment.strftime(f"{look} %H:%M:%S"), look.startswith("%d")) == f"{moment:%Y-%m-%d %H:%M:%S}"


@given(st.text(max_size=30), st.booleans())
def test_no_text_breaks_the_dates(written: str, day_first: bool) -> None:
    spelled = dates.spelled(written, day_first)
    assert spelled == "" or datetime.fromisoformat(spelled)


@pytest.mark.parametrize(
    ("own", "default"),
    [(["Timestamp"], "2019-03-04 09:00:00"), (["Started", "Ended", "UserNo"], "2019-04-03 09:00:00")],
)
@pytest.mark.parametrize("rows", [3, 700])
def test_the_order_of_day_and_month_is_settled_per_file(
    tmp_path: Path, own: list[str], default: str, rows: int
) -> None:
    header = [*own, *ABOUT, REFLECTION[0][1]]

    def content(last: str) -> str:
        whens = ["3/4/2019 9:00:00"] * rows + [last]
        return text([header, *([when] * len(own) + ["900001", "P01", "Spring 2018/19", "4"] for when in whens)])

    for last, told in {
        "3/4/2019 9:00:00": default,
        "13/4/2019": "2019-04-03 09:00:00",
        "4/13/2019": "2019-03-04 09:00:00",
    }.items():
        assert times_of(reading_of(tmp_path / "form.csv", content(last)))[0] == told


# open-ended answers ----------------------------------------------------------------------------------------------

ANSWER = st.text(st.characters(blacklist_characters="\x00", blacklist_categories=["Cs"]), max_size=60)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(ANSWER, ANSWER), min_size=1, max_size=6))
def test_any_answer_comes_through_to_raw_as_it_was_given(
    tmp_path_factory: pytest.TempPathFactory, given_answers: list[tuple[str, str]]
) -> None:
    """Through the reader and the writer; ends stripped, as in every file, and addresses out."""
    folder = tmp_path_factory.mktemp("open")
    header = ["Timestamp", *ABOUT, REFLECTION[0][1], "Anything else?", "Any other comments?"]
    own = ["2019-03-14 10:00:00", "900001", "P01", "Spring 2018/19", "4"]
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([header, *([*own, *answers] for answers in given_answers)])
    reading = reading_of(folder / "form.csv", out.getvalue())
    assert reading.answers is not None
    with Writer(folder / "raw") as writer:
        writer.write_answers("forms_reflection", "f", reading.answers.kept, reading.answers.rows)
    found = duckdb.sql(
        f"select _row_number, answer_5, answer_6 from '{folder}/raw/forms_reflection/f.parquet' order by 1"
    ).fetchall()
    flagged = {(reject.row_number, reject.column) for reject in reading.rejects}
    expected = [
        tuple(
            "" if (number, question) in flagged else answer.strip()
            for question, answer in zip(header[5:], pair, strict=True)
        )
        for number, pair in enumerate(given_answers, start=2)
    ]
    assert [row[1:] for row in found] == expected
    assert all("@" in given_answers[number - 2][header.index(question) - 5] for number, question in flagged)


WORD = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=8)


@given(
    WORD,
    WORD,
    st.sampled_from([" ", "(", "<", "mailto:", "Write to ", "\n", "“", ", "]),
    st.sampled_from([" please", ".", ")", ">", "\n", ""]),
)
def test_an_address_anywhere_in_an_answer_is_withheld(
    tmp_path_factory: pytest.TempPathFactory, user: str, host: str, before: str, behind: str
) -> None:
    address = f"{user}@{host}.example.org"
    folder = tmp_path_factory.mktemp("address")
    reading = reading_of(
        folder / "form.csv", export(["Timestamp"], ["3/14/2019"], "Why?", f"Ask{before}{address}{behind}")
    )
    (answers,) = answers_of(reading)
    assert answers["Why?"] == ""
    assert [(reject.row_number, reject.column, reject.value) for reject in reading.rejects] == [(2, "Why?", "")]
    assert address not in reading.rejects[0].reason


# words of scales -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scale", "answer", "value"),
    [
        ("rating_0_5", "strongly agree", "5"),
        ("rating_0_5", "to a great extent", "4"),
        ("true_not_yet", "not yet true", "0"),
        ("designed_in", "designed in", "1"),
        ("level_1_4", "level 3", "3"),
        ("rating_0_5", "don't know", ""),
    ],
)
def test_words_of_scales_are_data(scale: str, answer: str, value: str) -> None:
    assert contracts.scale(scale)[answer] == value


def test_ten_thousand_columns_of_one_question_take_no_time() -> None:
    """A damaged export may repeat a heading over its whole width; naming each copy must not try all the names before it."""
    began = time.process_time()
    names = forms._distinct([tools.Question("How are we doing?", (place,)) for place in range(16_000)])
    assert time.process_time() - began < 2
    assert len(set(names)) == 16_000 and names[1] == "How are we doing?__2"


@pytest.mark.parametrize(
    "piece", ["x", "1", "(", " ", "@", "x@", "x.", "_", "<b", "-", "é", "1.", ") ", "{", ";", "__1"]
)
def test_endless_cells_take_no_time(tmp_path: Path, piece: str) -> None:
    """Whatever a cell repeats, in a header or below, its reading takes as long as it is wide: no pattern tries again at
    each of its characters."""
    endless = piece * (60_000 // len(piece)) + "~"
    names = [*ABOUT, *(label for _, label in REFLECTION), COMMENT, "Email", endless]
    below = ["999001", "Hill", "2018/19 autumn", *([endless] * 12), endless, endless, endless]
    content = text([names, below, below])
    began = time.process_time()
    piece_of(tmp_path / "headed.csv", content)
    check_file_of(tmp_path / "checked.csv", content)
    assert time.process_time() - began < 3


@pytest.mark.parametrize("heading", ["Email2", "Email 2", "Name12", "Email２"])
def test_a_repeated_personal_column_is_personal(heading: str) -> None:
    assert tools.role(heading) == "person"
