"""What a build does, as dbt compiles it from code and seeds, kept beside the code until one of them changes.

Belongs here: how dbt is called, and what is kept of it. Does not belong here: the plan itself (`plan`), running it (`build`), and
what is built (`warehouse`).

A plan belongs to the code, as compiled Python does, not to a data folder: nothing in it depends on what has landed, so every data
folder uses the same one, and a refresh of a new folder need not wait for dbt. Set-up makes it; where it is missing, the first
refresh does.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from orchestration import plan
from orchestration.build import SETTINGS, BuildError, NodeResult, contents, raise_failures, run_steps
from orchestration.fingerprint import fingerprint
from orchestration.plan import Plan
from orchestration.publish import PublicColumn, PublicTable
from orchestration.settings import BUILD_FILE, REPOSITORY, Paths

PROJECT = REPOSITORY / "dbt_project"
#: What the plan of a build is made of.
CODE = ("dbt_project", "seeds", "methods", "requirements.lock")
#: The seeds as dbt loaded them: each build begins with a copy.
_SEEDS = "seeds.duckdb"
_PLAN = "plan.json"
#: Plans that are kept, of the code of now and of before, for whoever goes back and forth between two versions.
_KEEP = 3
_UNFINISHED = ".making-"
#: Seconds after which nobody is at work on a plan any more.
_DEAD_AFTER = 3600


def manifest_file(paths: Paths) -> Path:
    """dbt's manifest: every model, its columns, contracts and lineage."""
    return _folder(paths) / "manifest.json"


def seeds_file(paths: Paths) -> Path:
    """A DuckDB file with every seed and nothing else."""
    return _folder(paths) / _SEEDS


def prepare(paths: Paths) -> Path:
    """Plan where code or seeds changed since the last time; give the path of dbt's manifest."""
    planned(paths)
    return manifest_file(paths)


def _folder(paths: Paths) -> Path:
    """Where the plan of this code and these seeds is, or will be. It is put there whole."""
    return paths.plans / fingerprint(CODE)


def is_planned(paths: Paths) -> bool:
    """Whether a plan is kept that was compiled from the code and the seeds of now."""
    return _read(_folder(paths)) is not None


def _read(folder: Path) -> Plan | None:
    """The plan of a folder, or None where there is none or a damaged disk left a part of it."""
    try:
        made = plan.read(folder / _PLAN)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return made if (folder / _SEEDS).is_file() and (folder / "manifest.json").is_file() else None


@contextlib.contextmanager
def planned_meanwhile(paths: Paths, progress: Callable[[str], None]) -> Iterator[None]:
    """Have the plan compiled on another core while something else is done, where there is none; wait for it at the end.

    Should that process fail, nothing is lost but time: `planned` then does the same here, and says why it cannot.
    """
    if is_planned(paths):
        yield
        return
    command = [sys.executable, "-m", "orchestration.planning", str(paths.data_dir)]
    silent = subprocess.DEVNULL
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=silent, stderr=silent) as process:
        try:
            yield
            if process.poll() is None:
                progress("Preparing the warehouse")
            process.wait()
        finally:
            process.kill()


def _plan_for_another(data_dir: str) -> None:
    """Plan for the process that started this one, and end when it does, however it ends."""

    def end_with_the_other() -> None:
        sys.stdin.buffer.read()
        os._exit(1)

    threading.Thread(target=end_with_the_other, daemon=True).start()
    planned(Paths.from_option(data_dir))


def planned(paths: Paths) -> Plan:
    """What a build does: compiled again where code or seeds changed.

    The seeds' own tests have passed then. Raises BuildError where they have not, or dbt could not compile.
    """
    place = _folder(paths)
    made = _read(place)
    if made is not None:
        return made
    paths.plans.mkdir(parents=True, exist_ok=True)
    # beside its place, and renamed: whoever plans the same at the same time, or is killed, leaves no half of a plan
    scratch = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=paths.plans))
    try:
        made = _made(scratch)
        if _read(place) is None:  # else somebody else has made it meanwhile, and may be reading it
            shutil.rmtree(place, ignore_errors=True)  # what a damaged disk left of it
            with contextlib.suppress(OSError):
                scratch.rename(place)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    _prune(paths, place)
    return made


def _made(scratch: Path) -> Plan:
    """Have dbt read the project, load the seeds and compile, all below one folder.

    It reads all of it: going on from what it read of an older version it loses the descriptions of tests, which are what a
    person is told where one finds rows.
    """
    (scratch / BUILD_FILE).parent.mkdir()
    loaded = invoke(scratch, ["seed", "--no-write-json"], check=False)
    _raise_failures(loaded)
    compiled = invoke(scratch, ["compile", "--exclude", "resource_type:unit_test"], check=False)
    _raise_failures(compiled)
    code = {result.node.unique_id: result.node.compiled_code for result in _results(compiled)}
    nodes = json.loads((scratch / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    seeds = scratch / BUILD_FILE
    made = plan.from_nodes(nodes, code, contents(seeds))
    raise_failures(run_steps(seeds, made.of_seeds, SETTINGS))
    seeds.rename(scratch / _SEEDS)
    seeds.parent.rmdir()
    plan.save(made, scratch / _PLAN)
    return made


def _plans(paths: Paths) -> list[Path]:
    """The folders of plans, the newest first."""
    folders = (folder for folder in paths.plans.iterdir() if folder.is_dir() and not folder.name.startswith("."))
    return sorted(folders, key=lambda folder: folder.stat().st_mtime, reverse=True)


def _prune(paths: Paths, kept: Path) -> None:
    """Remove plans of older code, and what planners left that were killed long ago: one may be at work beside this."""
    for half in paths.plans.glob(f"{_UNFINISHED}*"):
        with contextlib.suppress(OSError):
            if time.time() - half.stat().st_mtime > _DEAD_AFTER:
                shutil.rmtree(half, ignore_errors=True)
    for old in [folder for folder in _plans(paths) if folder != kept][_KEEP - 1 :]:
        shutil.rmtree(old, ignore_errors=True)


def _results(outcome: Any) -> list[Any]:
    return list(outcome.result.results) if outcome.result else []


def _raise_failures(outcome: Any) -> None:
    """Raise BuildError where something failed that dbt did, or dbt did not finish."""
    raise_failures([_node_result(result) for result in _results(outcome)])
    if not outcome.success:
        if outcome.exception is not None and not isinstance(outcome.exception, Exception):
            raise BuildError("The build was interrupted, so nothing was published.")
        raise BuildError(f"dbt did not finish the build: {outcome.exception}")


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


def _collect_less_often() -> None:
    """Have Python collect garbage less often, in this process.

    dbt loads some hundred thousand objects that stay; going through them as often as Python does by itself is a
    tenth of a small refresh and finds next to nothing.
    """
    gc.set_threshold(50_000, 20, 50)


def invoke(folder: Path, command: list[str], check: bool = True) -> Any:
    """Call dbt in this process, all it writes below one folder; close its connections, since dbt keeps the file locked."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    _collect_less_often()
    os.environ["DO_NOT_TRACK"] = "1"
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
        str(folder),
    ]
    try:
        # the project names raw files and the build file as seen from a data folder, so that one plan serves all of them
        with contextlib.chdir(folder):
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


if __name__ == "__main__":
    # for a refresh that waits for it, or by itself, as set-up does
    _plan_for_another(sys.argv[1]) if sys.argv[1:] else planned(Paths.from_option())
