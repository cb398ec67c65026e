"""The dbt project by itself: no deprecation, and its unit tests, which a refresh leaves out."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from orchestration import build, planning, warehouse
from orchestration.build import run_steps
from orchestration.settings import Paths
from tests.conftest import ROOT


def dbt(*arguments: str, data_dir: Path, scratch: Path) -> subprocess.CompletedProcess[str]:
    """dbt in a folder with the raw files and a copy of the build file, so that nothing of the data folder changes."""
    build_file = scratch / "build" / "warehouse.duckdb"
    if not build_file.exists():
        build_file.parent.mkdir()
        shutil.copy(data_dir / "build" / "warehouse.duckdb", build_file)
        (scratch / "raw").symlink_to(data_dir / "raw")
    return subprocess.run(
        [
            str(Path(sys.executable).parent / "dbt"), "--no-send-anonymous-usage-stats", *arguments,
            "--project-dir", str(ROOT / "dbt_project"), "--profiles-dir", str(ROOT / "dbt_project"),
            "--target-path", str(scratch / "target"), "--log-path", str(scratch / "logs"),
        ],
        cwd=scratch,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )  # fmt: skip


def test_deprecations_are_errors(demo_data_dir: Path, tmp_path: Path) -> None:
    options = ("--warn-error-options", '{"error": ["Deprecations"]}', "parse", "--no-partial-parse")
    process = dbt(*options, data_dir=demo_data_dir, scratch=tmp_path)
    assert process.returncode == 0, process.stdout
    nodes = json.loads((tmp_path / "target" / "manifest.json").read_text())["nodes"].values()
    warning = [
        node for node in nodes if node["resource_type"] == "test" and node["config"]["severity"].lower() == "warn"
    ]
    # a refresh says it to a person where such a test finds rows
    assert warning and [node["name"] for node in warning if not node["description"].strip()] == []


def test_every_contract_is_in_the_plan(demo_data_dir: Path) -> None:
    """What a mart promises in YAML is what a build looks at: columns, types, and what may not be."""
    paths = Paths.from_option(demo_data_dir)
    steps = {step.name: step for step in planning.planned(paths).steps}
    tables = planning.public_tables(planning.manifest_file(paths))
    assert len(tables) > 50
    for table in tables:
        step = steps[table.name]
        assert step.columns == tuple((column.name, column.data_type) for column in table.columns)
        said = {said for _, said in step.forbidden}
        assert {f"{column.name} is null" for column in table.columns if column.not_null} <= said


def test_what_breaks_its_contract_is_named(demo_data_dir: Path, tmp_path: Path) -> None:
    """A table and a view, made again in a copy of the build with a column that is null."""
    paths = Paths.from_option(demo_data_dir)
    broken = {"dim_indicator": "indicator_id", "similar_school": "academic_year"}
    steps = [
        replace(step, text=f"select * replace (nullif({column}, {column}) as {column}) from ({step.text}\n) as made")
        for step in planning.planned(paths).steps
        if (column := broken.get(step.name))
    ]
    copy = tmp_path / warehouse.build_file(paths).name
    shutil.copy(warehouse.build_file(paths), copy)
    results = {result.name: result for result in run_steps(copy, steps, build.SETTINGS)}
    assert {name: result.status for name, result in results.items()} == dict.fromkeys(broken, "error")
    for name, column in broken.items():
        assert f" rows break the contract: {column} is null" in results[name].message
