"""Forgetting a respondent: out of raw at once and out of every later export, by a code and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from orchestration.cli import app
from orchestration.landing.forget import forget_respondent, record_file
from orchestration.landing.load import load_files
from orchestration.landing.state import must_purge
from orchestration.readers import swift
from orchestration.readers.forms import identity_of
from orchestration.settings import Paths
from tests.survey_exports import PARTNERSHIP, REFLECTION, SCHOOL, TERM, text

WHY = "The person asked for it."
ADA, BOB = "Ada.Quillfeather@planted.example.org", "bob@planted.example.org"
ASKED = [SCHOOL, PARTNERSHIP, TERM, REFLECTION[0][1]]


def export(*rows: tuple[str, str, str, str]) -> str:
    """ID, start time, address and name of each response; the answer is the ID."""
    header = ["ID", "Start time", "Completion time", "Email", "Name", *ASKED]
    return text([header, *([who, when, when, mail, name, "900001", "P01", "T", who] for who, when, mail, name in rows)])


@pytest.fixture(params=["careful", "swift"])
def paths(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    """A data folder with two landed exports, whichever way they are read."""
    if request.param == "swift":
        monkeypatch.setattr(swift, "FROM_BYTES", 0)
    paths = Paths(tmp_path / "data")
    paths.landing.mkdir(parents=True)
    both = export(("1", "3/14/2019 9:00:00", ADA, "Ada Q"), ("2", "3/14/2019 9:01:00", BOB, "Bob R"))
    (paths.landing / "both.csv").write_text(both)
    nameless = export(("7", "3/14/2019 9:02:00", "anonymous", ""), ("8", "3/14/2019 9:03:00", "", "Ada  Quillfeather"))
    (paths.landing / "nameless.csv").write_text(nameless)
    load_files(paths)
    return paths


def answers(paths: Paths) -> list[str]:
    """The answers raw holds of all exports."""
    tables = f"read_parquet('{paths.raw}/forms_*/*.parquet', union_by_name = true)"
    return [answer for (answer,) in duckdb.sql(f"select answer_4 from {tables} order by 1").fetchall()]


@pytest.mark.parametrize(
    ("said", "started", "left"),
    [
        (f" {ADA.upper()} ", "", ["2", "7", "8"]),
        ("ada QUILLFEATHER", "", ["1", "2", "7"]),
        ("7", "3/14/2019 9:02:00", ["1", "2", "8"]),
    ],
)
def test_a_person_is_found_by_what_the_export_knows(paths: Paths, said: str, started: str, left: list[str]) -> None:
    assert forget_respondent(paths, said, WHY, started) == 1
    # the table that held the person is gone before the next landing reads its export again
    assert set(answers(paths)) < set(left)
    load_files(paths)
    assert answers(paths) == left


def test_the_row_is_told_as_left_out_and_the_export_stays(paths: Paths) -> None:
    before = (paths.landing / "both.csv").read_bytes()
    forget_respondent(paths, ADA, WHY)
    record = next(record for record in load_files(paths).files if record["path"] == "both.csv")
    assert (record["rows_landed"], record["rows_unreadable"]) == (2, 1)
    rejects = duckdb.sql(f"select _row_number, value, reason from '{paths.raw}/landing/rejects.parquet'").fetchall()
    assert rejects == [(2, None, "the respondent asked to be forgotten, so the response was left out")]
    assert (paths.landing / "both.csv").read_bytes() == before


def test_a_later_export_with_the_person_is_read_without_them(paths: Paths) -> None:
    forget_respondent(paths, ADA, WHY)
    again = export(("3", "3/15/2019 9:00:00", ADA.lower(), "Ada Q"), ("4", "3/15/2019 9:01:00", BOB, "Bob R"))
    (paths.landing / "again.csv").write_text(again)
    load_files(paths)
    assert answers(paths) == ["2", "4", "7", "8"]


def test_somebody_who_has_not_answered_yet_is_left_out_when_they_do(paths: Paths) -> None:
    assert forget_respondent(paths, "cy@planted.example.org", WHY) == 0
    late = export(("5", "3/15/2019 9:00:00", "cy@planted.example.org", ""), ("6", "3/15/2019 9:01:00", BOB, ""))
    (paths.landing / "late.csv").write_text(late)
    load_files(paths)
    assert answers(paths) == ["1", "2", "6", "7", "8"]


def test_it_is_written_down_by_a_code_and_versions_are_to_be_purged(paths: Paths) -> None:
    forget_respondent(paths, ADA, WHY)
    (line,) = [json.loads(line) for line in record_file(paths).read_text().splitlines()]
    assert (line["reason"], line["exports"], len(line["respondent"])) == (WHY, 1, 16)
    load_files(paths)
    assert must_purge(paths)
    for file in paths.data_dir.rglob("*"):
        if file.is_file() and not file.is_relative_to(paths.landing):
            assert b"quillfeather" not in file.read_bytes().lower(), file


def test_on_the_command_line_the_person_is_asked_for(paths: Paths) -> None:
    command = ["forget-respondent", "--reason", WHY, "--data-dir", str(paths.data_dir)]
    said = CliRunner().invoke(app, command, input=f"{ADA}\n")
    assert said.exit_code == 0 and "1 landed export held the person" in said.output
    assert ADA not in said.output
    load_files(paths)
    assert answers(paths) == ["2", "7", "8"]


def test_what_a_person_gives_is_an_address_a_name_or_a_response() -> None:
    assert identity_of(" Ada@X.uk ") == "email:ada@x.uk"
    assert identity_of("Ada  Byron") == "name:ada byron"
    assert identity_of("12", " 3/14/2019 ") == "id:12:3/14/2019"
