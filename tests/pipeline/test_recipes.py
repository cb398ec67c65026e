"""The recipes that change what the warehouse holds, followed to the letter on a copy of the tree, refreshed once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from small_landing import write_small_landing

from tests.recipes import copy_of_the_tree, follow
from tests.survey_exports import text

#: Two years of pupils on roll, which the small landing folder does not have.
CENSUSES = ("performance_tables/2017-2018/999_census.csv.gz", "performance_tables/2018-2019/999_census.csv")
_PULSE = [
    ["Timestamp", "Which partnership?", "Which term?", "How is the weather in your team?", "What would brighten it?"],
    ["14/03/2019 10:00", "P01", "Spring 2018/19", "sunny", "More biscuits"],
    ["14/03/2019 10:05", "P01", "Spring 2018/19", "Foggy", ""],
]
_WALKS = [
    ["walk_id", "school_urn", "walked_on", "seen"],
    ["W1", "900001", "14/03/2019", "much"],
    ["W2", "900001", "15/03/2019", "everything"],
]


@dataclass(frozen=True)
class Followed:
    """A tree to which recipes were done: the lines each put into which files, and the warehouse that came of it."""

    tree: Path
    landing: Path
    touched: dict[str, dict[str, int]]
    warehouse: Path

    def ask_build(self, sql: str) -> list[tuple[object, ...]]:
        with duckdb.connect(
            str(self.warehouse.parent.parent / "build" / "warehouse.duckdb"), read_only=True
        ) as connection:
            return connection.execute(sql).fetchall()

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.execute(sql).fetchall()


def run(tree: Path, *arguments: str, module: str = "orchestration.cli") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Followed:
    folder = tmp_path_factory.mktemp("recipes")
    tree, landing, data_dir = copy_of_the_tree(folder / "tree"), folder / "office", folder / "data"
    touched = {
        "instrument": follow("add-an-instrument", tree),
        "indicator": follow("add-a-source", tree, "An indicator"),
        "template": follow("add-a-source", tree, "A template, or a column of one"),
        "rule": follow("add-a-rule", tree, "Another rule of a family that is there"),
        "family": follow("add-a-rule", tree, "A rule of a new family"),
    }
    written = run(tree, module="orchestration.contract_files")  # make contracts
    assert written.returncode == 0, written.stderr + written.stdout
    write_small_landing(landing, *CENSUSES)
    (landing / "pulse.csv").write_text(text(_PULSE))
    (landing / "learning_walks.csv").write_text(text(_WALKS))
    refreshed = run(tree, "refresh", "--landing", str(landing), "--data-dir", str(data_dir))
    assert refreshed.returncode == 0, refreshed.stderr + refreshed.stdout
    pointer = json.loads((data_dir / "published" / "current.json").read_text())
    return Followed(tree, landing, touched, data_dir / "published" / pointer["warehouse"])


def test_an_instrument_is_lines_of_data(followed: Followed) -> None:
    """A partnership adds an instrument of its own, with its form, scale and theme, by adding lines and nothing else."""
    assert {Path(name).suffix for name in followed.touched["instrument"]} == {".csv"}
    checked = run(followed.tree, "check", str(followed.landing / "pulse.csv"), "--json")
    problems = json.loads(checked.stdout)["tables"][0]["problems"]
    assert [problem["value"] for problem in problems] == ["Foggy"]
    ratings = followed.ask_build(
        "select item_id, value, status, raw_answer from marts.fct_rating where instrument_id = 'wellbeing_pulse' order by all"
    )
    assert ratings == [("WP1", 3.0, "ok", "sunny"), ("WP1", None, "unreadable", "A text of 5 characters")]
    reasons = followed.ask("select reason from marts.rejected_rows where value = 'A text of 5 characters'")
    assert reasons == [("The answer is one of the words of its scale",)]
    themes = followed.ask_build(
        "select text, theme from marts.statement_theme join marts.fct_statement using (statement_id)"
    )
    assert themes == [("More biscuits", "Tea and biscuits")]


def test_an_indicator_is_two_lines(followed: Followed) -> None:
    assert list(followed.touched["indicator"].values()) == [1, 1]
    assert {Path(name).suffix for name in followed.touched["indicator"]} == {".csv"}
    schools, least, most = followed.ask(
        "select count(value), min(value), max(value) from marts.fct_outcome where indicator_id = 'ks2_reading_score'"
    )[0]
    assert isinstance(schools, int) and schools > 20
    assert isinstance(least, float) and isinstance(most, float) and 80 <= least < most <= 120
    assert followed.ask(
        "select short_name, topic_order from marts.dim_indicator where indicator_id = 'ks2_reading_score'"
    ) == [("KS2 reading score", 1)]
    assert followed.ask(
        "select count(*) > 0 from marts.trend_series where indicator_id = 'ks2_reading_score' and value is not null"
    ) == [(True,)]


def test_a_template_is_four_places(followed: Followed) -> None:
    """The kind of file, its columns, its mart, and who may see it; the rest `make contracts` writes for whoever adds it."""
    assert len(followed.touched["template"]) == 4
    assert followed.ask("select walk_id, school_urn, seen from marts.learning_walk") == [("W1", "900001", "much")]
    rejected = followed.ask("select column_name, value from marts.rejected_rows where column_name = 'seen'")
    assert rejected == [("seen", "A text of 10 characters")]


def test_another_rule_of_a_family_is_a_line(followed: Followed) -> None:
    assert followed.touched["rule"] == {"seeds/rules/risk_rules.csv": 1}
    tests = followed.ask(
        "select cast(sum(n_tests) as bigint) from marts.risk_tests_made where rule_id = 'funnel_rwm_higher'"
    )
    assert isinstance(tests[0][0], int) and tests[0][0] > 0


def test_a_rule_of_a_new_family_is_a_model_its_name_a_line_and_who_may_see_it(followed: Followed) -> None:
    assert list(followed.touched["family"])[1:] == [
        "dbt_project/dbt_project.yml",
        "seeds/rules/risk_rules.csv",
        "seeds/contracts/mart_datasets.csv",
    ]
    assert list(followed.touched["family"].values())[1:] == [1, 1, 1]
    flags = followed.ask(
        "select value, strength, evidence from marts.risk_flag where rule_id = 'roll_fell' order by value"
    )
    assert flags
    for value, strength, evidence in flags:
        assert isinstance(value, float) and value >= 5 and (strength == "strong") == (value >= 10)
        assert f", {value:.0f}% fewer than the year before (" in str(evidence) and "{" not in str(evidence)
