"""`turncurve check` at the command line: several files, how far a long one is, what a program gets."""

from __future__ import annotations

import json
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
