"""dbt, run inside this process: parse the project, build it, and read the contracts of its public marts.

Belongs here: how dbt is called and what its results are turned into. Does not belong here: what the numbers mean (that is
`dbt_project/`), and when a build happens (`refresh.py` and `defs/`).
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.fingerprint import fingerprint
from orchestration.publish import PublicColumn, PublicTable
from orchestration.settings import REPOSITORY, Paths

PROJECT = REPOSITORY / "dbt_project"
#: Where profiles.yml has dbt build, below the data folder.
BUILD_FILE = "build/warehouse.duckdb"
#: Characters of what a failed step says that a person is shown.
_LONGEST = 2000


class BuildError(Exception):
    """dbt could not parse or build; the message names the first things that failed."""


@dataclass(frozen=True)
class NodeResult:
    """What became of one model, seed or test of a build. `status` is dbt's word: success, pass, warn, fail, error, skipped."""

    name: str
    kind: str
    status: str
    message: str
    failures: int
    seconds: float
    #: what a test says to a person where it finds rows
    description: str = ""


def build_file(paths: Paths) -> Path:
    """The file dbt builds into: the same name below every data folder, because dbt parses again where its settings change."""
    return paths.data_dir / BUILD_FILE


def manifest_file(paths: Paths) -> Path:
    """dbt's manifest: every model, its columns, contracts and lineage."""
    return paths.parsed / "manifest.json"


def prepare(paths: Paths) -> Path:
    """Parse the project where code or seeds changed since the last time; give the manifest's path."""
    manifest = manifest_file(paths)
    stamp = manifest.with_name("manifest.fingerprint")
    now = fingerprint(("dbt_project", "seeds", "methods", "requirements.lock"))
    if manifest.is_file() and stamp.is_file() and stamp.read_text(encoding="utf-8") == now:
        return manifest
    # killed half way through this, no stamp may vouch for half a manifest
    stamp.unlink(missing_ok=True)
    invoke(paths, ["parse"])
    stamp.write_text(now, encoding="utf-8")
    return manifest


def build(paths: Paths) -> list[NodeResult]:
    """Build every model from an empty file and run the data tests. Raises BuildError where anything failed.

    Tests of seeds alone are left out while the seeds are those that passed them last: they are the same on every day.
    """
    prepare(paths)
    target = build_file(paths)
    target.parent.mkdir(parents=True, exist_ok=True)
    for stale in (target, target.with_name(target.name + ".wal")):
        stale.unlink(missing_ok=True)
    passed, seeds = paths.parsed / "seeds.passed", fingerprint(("seeds",))
    known = passed.is_file() and passed.read_text(encoding="utf-8") == seeds
    left_out = ["resource_type:unit_test", *(_tests_of_seeds(paths) if known else ())]
    outcome = invoke(paths, ["build", "--exclude", *left_out, "--no-write-json"], check=False)
    results = [_node_result(result) for result in (outcome.result.results if outcome.result else [])]
    failed = [result for result in results if result.status in ("error", "fail")]
    if failed:
        reasons = "; ".join(f"{result.name}: {_in_short(result.message)}" for result in failed[:3])
        raise BuildError(f"{len(failed)} of {len(results)} steps of the build failed: {reasons}")
    if not outcome.success:
        if outcome.exception is not None and not isinstance(outcome.exception, Exception):
            raise BuildError("The build was interrupted, so nothing was published.")
        raise BuildError(f"dbt did not finish the build: {outcome.exception}")
    passed.write_text(seeds, encoding="utf-8")
    return results


def _in_short(message: str) -> str:
    """What dbt says of a step, on one line: without its call stack, and without the values of a list of keys."""
    text = " ".join(message.split()).split(" > in macro")[0]
    return re.sub(r"ENUM\('(?:[^']|'')*'(?:, '(?:[^']|'')*')*\)", "the list of known ones", text)[:_LONGEST]


def _tests_of_seeds(paths: Paths) -> list[str]:
    """Names of the data tests that read nothing but seeds."""
    nodes: dict[str, Any] = json.loads(manifest_file(paths).read_text(encoding="utf-8"))["nodes"]
    return [
        node["name"]
        for node in nodes.values()
        if node["resource_type"] == "test"
        and node["depends_on"]["nodes"]
        and all(name.startswith("seed.") for name in node["depends_on"]["nodes"])
    ]


def public_tables(manifest: Path) -> list[PublicTable]:
    """The marts whose access is public, with their contracts, in the order of their names."""
    nodes: dict[str, Any] = json.loads(manifest.read_text(encoding="utf-8"))["nodes"]
    return sorted(_public_tables(nodes), key=lambda table: table.name)


def _public_tables(nodes: dict[str, Any]) -> Iterator[PublicTable]:
    for node in nodes.values():
        if node["resource_type"] != "model" or node.get("access") != "public":
            continue
        yield PublicTable(
            name=node["name"],
            description=node["description"],
            columns=tuple(
                PublicColumn(
                    name=column["name"],
                    data_type=column["data_type"],
                    not_null=any(constraint["type"] == "not_null" for constraint in column.get("constraints", [])),
                    description=column["description"],
                )
                for column in node["columns"].values()
            ),
        )


def collect_less_often() -> None:
    """Have Python collect garbage less often, in this process.

    dbt loads some hundred thousand objects that stay; going through them as often as Python does by itself is a
    tenth of a small refresh and finds next to nothing.
    """
    gc.set_threshold(50_000, 20, 50)


def invoke(paths: Paths, command: list[str], check: bool = True) -> Any:
    """Call dbt in this process with this installation's places; close its connections, since dbt keeps the file locked."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    collect_less_often()
    os.environ["DO_NOT_TRACK"] = "1"
    paths.build.mkdir(parents=True, exist_ok=True)
    arguments = [
        "--quiet",
        "--log-level",
        "none",
        "--log-level-file",
        "none",
        "--no-version-check",
        "--no-send-anonymous-usage-stats",
        *command,
        "--project-dir",
        str(PROJECT),
        "--profiles-dir",
        str(PROJECT),
        "--target-path",
        str(paths.parsed),
    ]
    try:
        # the project names raw files and the build file as seen from the data folder, so that one parsed project serves
        # every data folder: dbt parses all of it again where a setting or a variable has changed
        with contextlib.chdir(paths.data_dir):
            outcome = dbtRunner().invoke(arguments)
    finally:
        DuckDBConnectionManager.close_all_connections()
    if check and not outcome.success:
        raise BuildError(f"dbt could not read its project: {outcome.exception}")
    return outcome


def _node_result(result: Any) -> NodeResult:
    return NodeResult(
        name=result.node.name,
        kind=str(result.node.resource_type),
        status=str(result.status),
        message=result.message or "",
        failures=int(result.failures or 0),
        seconds=float(result.execution_time),
        description=" ".join(str(getattr(result.node, "description", "") or "").split()),
    )
