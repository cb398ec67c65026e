"""A partnership adds an instrument of its own, with its form, scale and theme, by adding lines and nothing else."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
from small_landing import ROOT, write_small_landing

from orchestration.contracts import seed_file
from tests.survey_exports import text

#: Lines added to each seed; a scale of words alone, without numbers.
LINES = {
    "instruments.csv": 'wellbeing_pulse,Wellbeing pulse,staff,respondent x term,weather,termly,"How is it going?",,',
    "instrument_items.csv": "wellbeing_pulse,WP1,Pulse,1,How is the weather in your team\n"
    "wellbeing_pulse,WP2,Pulse,2,What would brighten it",
    "datasets.csv": "forms_wellbeing,Wellbeing pulse (form),forms,partnership,,,,row,reject,One row per person and term",
    "forms.csv": "forms_wellbeing,partnership,participant,replaces,",
    "form_questions.csv": "forms_wellbeing,pattern,%weather in your team%,wellbeing_pulse,WP1,rating\n"
    "forms_wellbeing,pattern,%would brighten%,wellbeing_pulse,WP2,text",
    "scale_answers.csv": "weather,Sunny,3\nweather,Cloudy,2\nweather,Stormy,1",
    "themes.csv": "Tea and biscuits,%biscuit%",
}


def run(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "orchestration.cli", *arguments],
        cwd=tree,
        # another tree is another project: it shares no parsed one
        env={**os.environ, "PYTHONPATH": str(tree), "TURNCURVE_PARSED": str(tree / "parsed")},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_lines_of_data_are_enough(tmp_path: Path) -> None:
    tree, landing, data_dir = tmp_path / "tree", tmp_path / "office", tmp_path / "data"
    for folder in ("orchestration", "dbt_project", "methods", "seeds"):
        shutil.copytree(ROOT / folder, tree / folder, ignore=shutil.ignore_patterns("__pycache__", "target", "logs"))
    for seed, lines in LINES.items():
        with seed_file(seed, tree / "seeds").open("a", encoding="utf-8") as file:
            file.write(lines + "\n")
    write_small_landing(landing)
    rows = [
        [
            "Timestamp",
            "Which partnership?",
            "Which term?",
            "How is the weather in your team?",
            "What would brighten it?",
        ]
    ]
    rows.append(["14/03/2019 10:00", "P01", "Spring 2018/19", "sunny", "More biscuits"])
    rows.append(["14/03/2019 10:05", "P01", "Spring 2018/19", "Foggy", ""])
    (landing / "pulse.csv").write_text(text(rows))

    checked = run(tree, "check", str(landing / "pulse.csv"), "--json")
    problems = json.loads(checked.stdout)["tables"][0]["problems"]
    assert [problem["value"] for problem in problems] == ["Foggy"]
    refreshed = run(tree, "refresh", "--landing", str(landing), "--data-dir", str(data_dir))
    assert refreshed.returncode == 0, refreshed.stderr + refreshed.stdout
    pointer = json.loads((data_dir / "published" / "current.json").read_text())
    with duckdb.connect(str(data_dir / "published" / pointer["warehouse"]), read_only=True) as connection:
        ratings = connection.execute(
            "select item_id, value, status, raw_answer from marts.fct_rating where instrument_id = 'wellbeing_pulse' order by all"
        ).fetchall()
        reasons = connection.execute("select reason from marts.rejected_rows where value = 'Foggy'").fetchall()
        themes = connection.execute(
            "select text, theme from marts.statement_theme join marts.fct_statement using (statement_id)"
        ).fetchall()
    assert ratings == [("WP1", 3.0, "ok", "sunny"), ("WP1", None, "unreadable", "Foggy")]
    assert reasons == [("The answer is one of the words of its scale",)]
    assert themes == [("More biscuits", "Tea and biscuits")]
