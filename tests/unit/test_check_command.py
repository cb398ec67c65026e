"""`turncurve check` at the command line: several files, how far a long one is, what a program gets."""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orchestration.cli import app
from orchestration.readers import check, check_file
from tests.survey_exports import EXPORTS


def exports(folder: Path) -> list[str]:
    for name in ("plain", "smartsurvey"):
        EXPORTS[name][1](folder / f"{name}.csv")
    return [str(folder / "plain.csv"), str(folder / "smartsurvey.csv")]


def test_several_files_are_checked_at_once_and_it_says_which_is_under_way(tmp_path: Path) -> None:
    answer = CliRunner().invoke(app, ["check", *exports(tmp_path)])
    assert answer.exit_code == 1  # an address in an answer of each
    assert "plain.csv: Reflection questions (form)" in answer.stdout
    assert "smartsurvey.csv: Reflection questions (form)" in answer.stdout
    assert "Checking smartsurvey.csv (2 of 2)" in answer.stderr and "Checking" not in answer.stdout


def test_a_program_gets_an_object_for_one_file_and_a_list_for_several(tmp_path: Path) -> None:
    files = exports(tmp_path)
    one = json.loads(CliRunner().invoke(app, ["check", "--json", files[0]]).stdout)
    both = json.loads(CliRunner().invoke(app, ["check", "--json", *files]).stdout)
    assert both[0] == one and [report["path"] for report in both] == files


def test_a_long_check_says_how_far_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "_ROWS_BETWEEN", 3)
    sentences: list[str] = []
    report = check_file(Path(exports(tmp_path)[0]), progress=sentences.append)
    assert report.tables[0].rows == 4 and sentences == ["plain.csv: 3 rows checked"]


def test_a_check_takes_little_longer_than_reading_the_rows(tmp_path: Path) -> None:
    """Reading alone takes some 0.06 s for ten megabytes, and a check under a second; a ratio, since others are at work, too."""
    header = (
        "time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,old_la_code,new_la_code,"
        "la_name,school_urn,school_laestab,school_name,education_phase,enrolments,sess_possible,sess_overall,sess_overall_percent,"
        "enrolments_pa_10_exact,enrolments_pa_10_exact_percent\n"
    )
    place = "School,E92000001,England,E12000008,South East,936,E10000030,Surrey"
    with (tmp_path / "absence.csv").open("w", encoding="utf-8") as file:
        file.write(header)
        for number in range(24_000):
            pupils, often, year = 100 + number % 900, (100 + number % 900) // 9, 6 + number % 3
            file.write(
                f"201{year}1{year + 1},Academic year,{place},{100_000 + number},936{number % 10_000:04d},School {number},"
                f"Primary,{pupils},{pupils * 370},{pupils * 17},{number % 97 / 10},{often},{100 * often / pupils:.1f}\n"
            )
    file_size = (tmp_path / "absence.csv").stat().st_size

    def read() -> None:
        with (tmp_path / "absence.csv").open(encoding="utf-8", newline="") as rows:
            assert sum(len(row) == 20 for row in csv.reader(rows)) == 24_001

    def seconds(what: Callable[[], object]) -> float:
        began = time.process_time()
        what()
        return time.process_time() - began

    report = check_file(tmp_path / "absence.csv")
    assert report.is_clean and file_size > 3e6, report.to_text()[:500]
    ratios = [seconds(lambda: check_file(tmp_path / "absence.csv")) / seconds(read) for _ in range(5)]
    print(f"times of reading: {min(ratios):.1f}")
    assert min(ratios) < 20
