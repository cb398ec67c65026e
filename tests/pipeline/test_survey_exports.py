"""Survey exports through to the marts: the same answers give the same ratings whichever tool wrote them."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import duckdb
import pytest
from small_landing import PARTNERSHIPS, WRITTEN, Small, write_small_landing

from orchestration.readers import check_file
from tests import survey_exports
from tests.survey_exports import ADDRESS, DOMAIN, EXPORTS, NAME, PHONE, REFLECTION, items, text

CARDS = [label for _, label in items("maturity_cards")]
INSIGHTS = [label.split(":")[1].strip() for _, label in items("insight_profile")]
TERM = "2018/19 spring"


def write_others(folder: Path) -> None:
    """Forms of other instruments: words for numbers, several choices in one cell, texts."""
    cards = [["Timestamp", "Partnership", "Which term is this about?", *CARDS]]
    cards.append(["3/14/2019 11:29:00", "P01", "Spring 2018/19", *["True"] * 5, *["Not yet true"] * 6, "Don't know"])
    (folder / "cards.csv").write_text(text(cards))

    insights = [["Respondent ID", "Start Date", "End Date", "Partnership", "Term", "How mature?", *[""] * 4]]
    insights.append(["", "", "", "Response", "Response", *INSIGHTS])
    words = ["Strongly agree", "To a great extent", "4 – mostly", "Not at all (0)", "Quite"]
    insights.append(["901", "03/14/2019 11:29:00 AM", "03/14/2019 11:39:00 AM", "P02", "Spring 2018/19", *words])
    (folder / "insights.csv").write_text(text(insights))

    claims = [
        ["ID", "Start time", "Completion time", "Email", "Name", "School URN", "What difference has it made?",
         "Who has it made a difference to?", "How is it known?", "Was it expected?", "May we quote you?"],
        ["1", "3/14/19 9:00:00", "3/14/19 9:20:00", f"a@{DOMAIN}", NAME, "900001", "Staff trust each other, and plan together.",
         "Leaders;Teachers and other staff;", "Staff survey", "No, it was a surprise", "Yes"],
        ["2", "3/14/19 9:30:00", "3/14/19 9:40:00", f"a@{DOMAIN}", NAME, "900001", "Attendance rose in Year 6", "Pupils;",
         "Registers", "Yes", "No"],
        ["3", "3/14/19 9:50:00", "3/14/19 9:55:00", f"b@{DOMAIN}", NAME, "90001", "No school named", "Pupils;", "", "", ""],
    ]  # fmt: skip
    (folder / "claims.csv").write_text(text(claims))
    # the same export a week later, with one response more
    claims.insert(
        3, ["2b", "3/21/19 9:00", "3/21/19 9:20", f"a@{DOMAIN}", NAME, "900001", "A third claim", "", "", "", ""]
    )
    (folder / "claims_later.csv").write_text(text(claims))

    findings = [
        ["UserNo", "Started", "Ended", "School URN", "Which term?", "Strength or area to consider", "Topic", "Finding"]
    ]
    findings.append(
        ["1", "14/03/2019 10:00", "14/03/2019 10:10", "900001", "Spring 2018/19", "A strength", "Reading", "Phonics"]
    )
    findings.append(
        ["1", "14/03/2019 10:00", "14/03/2019 10:10", "900001", "Spring 2018/19", "Both", "Reading", "Neither"]
    )
    (folder / "findings.csv").write_text(text(findings))

    events = [
        ["Timestamp", "Which event did you attend?", *(label for _, label in items("event_feedback")), "Your name"]
    ]
    for event in ("Champions' training", "Spring conference"):
        events.append(["2019/03/14 10:00:00 AM GMT", event, "5", "4", "Plan with our partners", NAME])
    (folder / "events.csv").write_text(text(events))

    name = next(row for row in csv.reader((folder / PARTNERSHIPS).open(encoding="utf-8-sig")) if row[0] == "P03")[1]
    points = [
        ["Timestamp", "Select your school (URN)", "Your partnership", "Review cycle", "Respondent role", "TP01", "TP02"]
    ]
    points.append(
        ["14/03/2019 10:00", "Hill Primary (900001)", name.lower(), "Spring 2018/19", "Review team", "4", "2"]
    )
    points.append(["15/03/2019 10:00", "9992001", name, "Spring 2018/19", "Review team", "4", "2"])
    points.append(["15/03/2019 10:00", "900001", name, "Spring 2018/19", "A passer-by", "4", "2"])
    (folder / "points.csv").write_text(text(points))


@pytest.fixture(scope="module")
def surveys(tmp_path_factory: pytest.TempPathFactory) -> Small:
    """A small warehouse with an export of every tool."""
    here = tmp_path_factory.mktemp("surveys")
    small = Small(here / "data", here / "office")
    write_small_landing(small.landing)
    for tool, (suffix, write) in EXPORTS.items():
        write(small.landing / f"reflection_{tool}{suffix}")
    write_others(small.landing)
    for at, path in enumerate(sorted(small.landing.glob("*.*"))):
        os.utime(path, (WRITTEN + at, WRITTEN + at))
    small.refresh("--landing", str(small.landing))
    return small


def expected() -> set[tuple[object, ...]]:
    """What every export holds, worked out from the sheets: the later of two by one person, and no trial."""
    last = {sheet.person: sheet for sheet in survey_exports.responses() if not sheet.is_test}
    return {
        (item, sheet.urn, sheet.partnership, TERM, sheet.sent.date(), float(answer[0]) if answer else None, answer)
        for sheet in last.values()
        for (item, _), answer in zip(REFLECTION, sheet.answers, strict=True)
    }


@pytest.mark.parametrize("tool", EXPORTS)
def test_every_tool_gives_the_same_ratings(surveys: Small, tool: str) -> None:
    log = surveys.file_log()[f"reflection_{tool}{EXPORTS[tool][0]}"]
    found = surveys.ask_build(
        f"""select item_id, urn, partnership_id, term, answered_on, value, raw_answer from marts.fct_rating
            where instrument_id = 'reflection_questions' and respondent_role = 'leader'
              and file_id = '{log["file_id"]}'"""
    )
    assert len(found) == 36
    assert set(found) == expected()
    trials = 1 if tool in {"surveymonkey", "qualtrics"} else 0
    counts = (log["rows_landed"], log["rows_accepted"], log["rows_rejected"], log["rows_superseded"])
    assert counts == (4 + trials, 3, trials, 1)


def test_a_trial_is_rejected_and_says_so(surveys: Small) -> None:
    reasons = surveys.ask("select reason from marts.rejected_rows where scope = 'row' and reason like '%tried out%'")
    assert len(reasons) == 2


def test_an_answer_with_an_address_is_flagged_in_every_export(surveys: Small) -> None:
    flagged = surveys.ask(
        "select value, reason from marts.rejected_rows where scope = 'cell' and column_name = 'Anything else?'"
    )
    assert len(flagged) == len(EXPORTS)
    assert all(value is None and "e-mail" in reason and "@" not in reason for value, reason in flagged)


def test_every_file_adds_up(surveys: Small) -> None:
    log = surveys.file_log()
    assert all(record["status"] == "loaded" for name, record in log.items() if "/" not in name)
    for record in log.values():
        taken = record["rows_accepted"] + record["rows_rejected"] + record["rows_superseded"]
        assert record["rows_landed"] == taken, record["path"]


def test_nobody_planted_can_be_found_in_raw_warehouse_or_logs(surveys: Small) -> None:
    planted = (NAME, *NAME.split(), DOMAIN, ADDRESS, PHONE)
    landed = b"".join(path.read_bytes() for path in surveys.landing.glob("*.csv"))
    assert all(value.encode() in landed for value in planted)
    with duckdb.connect(str(surveys.served()), read_only=True) as connection:
        build = surveys.paths.build / "warehouse.duckdb"
        connection.execute(f"attach '{build}' as build (read_only)")
        tables = [f"read_parquet('{file}')" for file in surveys.paths.raw.rglob("*.parquet")]
        tables += [
            f'"{catalogue}"."{schema}"."{name}"'
            for catalogue, schema, name in connection.execute(
                "select table_catalog, table_schema, table_name from information_schema.tables where table_type = 'BASE TABLE'"
            ).fetchall()
        ]
        assert len(tables) > 60
        for table in tables:
            for value in planted:
                found = connection.execute(
                    f"select count(*) from {table} as t where t::varchar ilike ?", [f"%{value}%"]
                )
                assert found.fetchone() == (0,), (table, value)
    # logs, state, Dagster's storage; of Parquet and DuckDB what is not compressed: footers, statistics, names
    files = [file for file in surveys.data_dir.rglob("*") if file.is_file()]
    assert {".parquet", ".duckdb", ".json"} <= {file.suffix for file in files}
    for file in files:
        if file != surveys.paths.secret_key:
            content = file.read_bytes()
            assert not any(value.encode() in content for value in planted), file


def test_nobody_planted_can_be_found_in_what_a_check_says(surveys: Small) -> None:
    checked = 0
    for path in sorted(surveys.landing.glob("reflection_*")):
        report = check_file(path)
        said = json.dumps(report.to_dict(), ensure_ascii=False) + report.to_text()
        assert not any(value in said for value in (NAME, *NAME.split(), DOMAIN, ADDRESS, PHONE)), path.name
        checked += report.is_clean or bool(report.tables[0].rows)
    assert checked == len(EXPORTS)


def test_words_of_a_scale_are_values(surveys: Small) -> None:
    cards = surveys.ask_build(
        """select value, status, count(*) from marts.fct_rating where instrument_id = 'maturity_cards'
           and partnership_id = 'P01' and urn is null and respondent_role = 'partnership' group by all order by value"""
    )
    assert cards == [(0.0, "ok", 6), (1.0, "ok", 5), (None, "unavailable", 1)]
    insights = surveys.ask_build(
        "select item_id, value, status from marts.fct_rating where instrument_id = 'insight_profile' order by item_id"
    )
    assert [row[1:] for row in insights] == [(5, "ok"), (4, "ok"), (4, "ok"), (0, "ok"), (None, "unreadable")]
    unreadable = surveys.ask(
        "select value from marts.rejected_rows where scope = 'cell' and value = 'A text of 5 characters'"
    )
    assert unreadable == [("A text of 5 characters",)]


def test_claims_become_statements_with_their_evidence(surveys: Small) -> None:
    found = surveys.ask_build(
        """select kind, text, beneficiary, evidence, is_expected, consent_to_quote, urn, term from marts.fct_statement
           where instrument_id = 'impact_statements' order by stated_on, text"""
    )
    assert found == [
        ("claim", "Attendance rose in Year 6", "pupils", "Registers", True, False, "900001", TERM),
        (
            "claim",
            "Staff trust each other, and plan together.",
            "leaders; staff",
            "Staff survey",
            False,
            True,
            "900001",
            TERM,
        ),
        ("claim", "A third claim", None, None, None, False, "900001", TERM),
    ]
    themes = surveys.ask_build(
        """select statements.text, themes.theme from marts.statement_theme as themes
           join marts.fct_statement as statements using (statement_id) where instrument_id = 'impact_statements'"""
    )
    assert ("Staff trust each other, and plan together.", "Trust and openness") in themes
    assert ("Attendance rose in Year 6", "Attendance and behaviour") in themes


def test_a_later_export_of_the_same_form_supersedes_row_by_row(surveys: Small) -> None:
    log = surveys.file_log()
    earlier, later = log["claims.csv"], log["claims_later.csv"]
    assert (earlier["rows_accepted"], earlier["rows_superseded"], earlier["rows_rejected"]) == (0, 2, 1)
    assert (later["rows_accepted"], later["rows_superseded"], later["rows_rejected"]) == (3, 0, 1)


def test_findings_and_feedback_keep_what_they_are_about(surveys: Small) -> None:
    findings = surveys.ask_build(
        "select kind, section, text, respondent_role from marts.fct_statement where instrument_id = 'review_findings'"
    )
    assert findings == [("strength", "Reading", "Phonics", "review_team")]
    rejected = surveys.ask("select value, reason from marts.rejected_rows where value = 'A text of 4 characters'")
    assert rejected == [("A text of 4 characters", "The answer is a strength or an area to consider")]
    feedback = surveys.ask_build(
        "select subject, item_id, value from marts.fct_rating where instrument_id = 'event_feedback' order by all"
    )
    assert feedback == [
        ("Champions' training", "EF1", 5.0),
        ("Champions' training", "EF2", 4.0),
        ("Spring conference", "EF1", 5.0),
        ("Spring conference", "EF2", 4.0),
    ]
    changes = surveys.ask_build("select distinct text from marts.fct_statement where instrument_id = 'event_feedback'")
    assert changes == [("Plan with our partners",)]


def test_schools_and_partnerships_are_found_as_people_name_them(surveys: Small) -> None:
    found = surveys.ask_build(
        """select urn, partnership_id, cycle, respondent_role, item_id, value from marts.fct_rating
           where instrument_id = 'transition_points' order by item_id"""
    )
    assert found == [
        ("900001", "P03", TERM, "review_team", "TP01", 4.0),
        ("900001", "P03", TERM, "review_team", "TP02", 2.0),
    ]
    reasons = surveys.ask(
        "select value from marts.rejected_rows where value in ('9992001', 'A text of 11 characters') order by value"
    )
    assert reasons == [("9992001",), ("A text of 11 characters",)], "words may be somebody's name"


def test_the_share_at_the_top_is_of_the_scale(surveys: Small) -> None:
    shares = surveys.ask_build(
        """select distinct share_high_pct from marts.rating_series
           where instrument_id = 'maturity_cards' and area_type = 'partnership' order by all"""
    )
    assert shares == [(0.0,), (100.0,)]
