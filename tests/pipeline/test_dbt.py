"""The dbt project by itself: no deprecation, and its unit tests, which a refresh leaves out."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT


def dbt(
    *arguments: str, data_dir: Path, scratch: Path, project: Path = ROOT / "dbt_project"
) -> subprocess.CompletedProcess[str]:
    """dbt in a folder with the raw files and a copy of the build file, so that nothing of the data folder changes."""
    build_file = scratch / "build" / "warehouse.duckdb"
    if not build_file.exists():
        build_file.parent.mkdir()
        shutil.copy(data_dir / "build" / "warehouse.duckdb", build_file)
        (scratch / "raw").symlink_to(data_dir / "raw")
    return subprocess.run(
        [
            str(Path(sys.executable).parent / "dbt"), "--no-send-anonymous-usage-stats", *arguments,
            "--project-dir", str(project), "--profiles-dir", str(project),
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


def test_what_breaks_its_contract_is_named(demo_data_dir: Path, tmp_path: Path) -> None:
    """Contracts are looked at by the project's own way of making tables, and through views."""
    project = tmp_path / "project" / "dbt_project"
    shutil.copytree(ROOT / "dbt_project", project, ignore=shutil.ignore_patterns("target", "logs"))
    project.with_name("seeds").symlink_to(ROOT / "seeds")
    for name, column in (("dim_indicator", "indicator_id"), ("similar_school", "academic_year")):
        (model,) = (project / "models").rglob(f"{name}.sql")
        model.write_text(
            f"select * replace (nullif({column}, {column}) as {column}) from ({model.read_text()}\n) as made"
        )
    process = dbt(
        "run", "--select", "dim_indicator", "similar_school", data_dir=demo_data_dir, scratch=tmp_path, project=project
    )
    assert process.returncode != 0
    for column in ("indicator_id", "academic_year"):
        assert f" rows break the contract: {column} is null" in process.stdout, process.stdout
