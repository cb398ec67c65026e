"""dbt, called inside this process where code or seeds changed, and a build of the warehouse from what it compiled then.

Belongs here: how dbt is called, what is kept of it, and what a build is. Does not belong here: what the numbers mean (that is
`dbt_project/`), how statements are run (`build`), and when a build happens (`refresh` and `defs/`).
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from orchestration import plan
from orchestration.build import NodeResult, run_steps
from orchestration.fingerprint import fingerprint
from orchestration.plan import Plan, Step
from orchestration.publish import PublicColumn, PublicTable
from orchestration.settings import MEMORY_LIMIT, REPOSITORY, Paths

PROJECT = REPOSITORY / "dbt_project"
#: Where profiles.yml has dbt build, below the data folder.
BUILD_FILE = "build/warehouse.duckdb"
#: The seeds as dbt loaded them, kept beside the plan: each build begins with a copy.
SEEDS_FILE = "seeds.duckdb"
#: What the plan of a build is made of.
CODE = ("dbt_project", "seeds", "methods", "requirements.lock")
#: As dbt_project/profiles.yml has them for dbt.
SETTINGS: dict[str, Any] = {
    "threads": 2,
    "memory_limit": MEMORY_LIMIT,
    "preserve_insertion_order": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
#: Characters of what a failed step says that a person is shown.
_LONGEST = 2000


class BuildError(Exception):
    """dbt could not parse or build; the message names the first things that failed."""


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
    now = fingerprint(CODE)
    if manifest.is_file() and stamp.is_file() and stamp.read_text(encoding="utf-8") == now:
        return manifest
    # killed half way through this, no stamp may vouch for half a manifest
    stamp.unlink(missing_ok=True)
    invoke(paths, ["parse"])
    stamp.write_text(now, encoding="utf-8")
    return manifest


def is_planned(paths: Paths) -> bool:
    """Whether the plan that is kept was compiled from the code and the seeds of now."""
    plan_file, seeds, stamp = _kept(paths)
    known = stamp.is_file() and stamp.read_text(encoding="utf-8") == fingerprint(CODE)
    return known and plan_file.is_file() and seeds.is_file()


def _kept(paths: Paths) -> tuple[Path, Path, Path]:
    """The plan, its seeds, and the stamp that vouches for both."""
    return paths.parsed / "plan.json", paths.parsed / SEEDS_FILE, paths.parsed / "plan.fingerprint"


@contextlib.contextmanager
def planned_meanwhile(paths: Paths, progress: Callable[[str], None]) -> Iterator[None]:
    """Have the plan compiled on another core while something else is done, where it is not current; wait for it at the end.

    Should that process fail, nothing is lost but time: `planned` then does the same here, and says why it cannot.
    """
    if is_planned(paths):
        yield
        return
    command = [sys.executable, "-m", "orchestration.warehouse", str(paths.data_dir)]
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
    """What a build does, in a file of its own with the seeds beside it: compiled again where code or seeds changed.

    The seeds' own tests have passed then. Raises BuildError where they have not, or dbt could not compile.
    """
    plan_file, seeds, stamp = _kept(paths)
    if is_planned(paths):
        return plan.read(plan_file)
    now = fingerprint(CODE)
    stamp.unlink(missing_ok=True)
    prepare(paths)
    target = _emptied(build_file(paths))
    loaded = invoke(paths, ["seed", "--no-write-json"], check=False)
    _raise_failures([_node_result(result) for result in _results(loaded)], loaded)
    compiled = invoke(paths, ["compile", "--exclude", "resource_type:unit_test", "--no-write-json"], check=False)
    _raise_failures([_node_result(result) for result in _results(compiled)], compiled)
    code = {result.node.unique_id: result.node.compiled_code for result in _results(compiled)}
    made = plan.from_nodes(json.loads(manifest_file(paths).read_text(encoding="utf-8"))["nodes"], code)
    _raise_failures(run(paths, made.of_seeds))
    plan.save(made, plan_file)
    # several data folders may share what is parsed: another refresh copies the old seeds or the new ones, never half of them
    waiting = seeds.with_name(f"{seeds.name}.{os.getpid()}")
    shutil.copyfile(target, waiting)
    os.replace(waiting, seeds)
    stamp.write_text(now, encoding="utf-8")
    return made


def build(paths: Paths) -> list[NodeResult]:
    """Make every model in a file with nothing but seeds, and run the data tests. Raises BuildError where anything failed."""
    made = planned(paths)
    target = _emptied(build_file(paths))
    shutil.copyfile(paths.parsed / SEEDS_FILE, target)
    try:
        results = run(paths, made.of_days)
    except KeyboardInterrupt as error:
        raise BuildError("The build was interrupted, so nothing was published.") from error
    _raise_failures(results)
    return [*(NodeResult(name, "seed", "success") for name in made.seeds), *results]


def run(paths: Paths, steps: Sequence[Step]) -> list[NodeResult]:
    """Run steps in the build file. They name raw files as seen from the data folder: one plan serves every data folder."""
    with contextlib.chdir(paths.data_dir):
        return run_steps(build_file(paths), steps, SETTINGS)


def _emptied(target: Path) -> Path:
    """The place of a build file, without the file of the build before."""
    target.parent.mkdir(parents=True, exist_ok=True)
    for stale in (target, target.with_name(target.name + ".wal")):
        stale.unlink(missing_ok=True)
    return target


def _results(outcome: Any) -> list[Any]:
    return list(outcome.result.results) if outcome.result else []


def _raise_failures(results: Sequence[NodeResult], outcome: Any = None) -> None:
    """Raise BuildError where a step failed, with the first reasons, or where dbt did not finish."""
    failed = [result for result in results if result.status in ("error", "fail")]
    if failed:
        reasons = "; ".join(f"{result.name}: {_in_short(result.message)}" for result in failed[:3])
        raise BuildError(f"{len(failed)} of {len(results)} steps of the build failed: {reasons}")
    if outcome is not None and not outcome.success:
        if outcome.exception is not None and not isinstance(outcome.exception, Exception):
            raise BuildError("The build was interrupted, so nothing was published.")
        raise BuildError(f"dbt did not finish the build: {outcome.exception}")


def _in_short(message: str) -> str:
    """What dbt says of a step, on one line: without its call stack, and without the values of a list of keys."""
    text = " ".join(message.split()).split(" > in macro")[0]
    return re.sub(r"ENUM\('(?:[^']|'')*'(?:, '(?:[^']|'')*')*\)", "the list of known ones", text)[:_LONGEST]


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


if __name__ == "__main__":
    _plan_for_another(sys.argv[1])
