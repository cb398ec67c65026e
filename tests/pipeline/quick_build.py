"""Files landed and the warehouse built in this process, in a second or two: for properties, which need many warehouses.

Belongs here: landing a folder, making the marts that are asked for, reading them. Does not belong here: publishing and the
command line (`small_landing`), or what is asserted.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import duckdb

from orchestration import planning, warehouse
from orchestration.landing.load import LoadResult, load_files
from orchestration.plan import Plan, Step
from orchestration.settings import Paths

#: What the figures of schools and areas are, where they come from, and what was left out.
FIGURES = ("fct_outcome", "benchmark_outcome", "back_series", "figure_source", "file_log", "rejected_rows")


class Build:
    """One warehouse of the files in a folder."""

    def __init__(self, folder: Path, marts: Iterable[str] = FIGURES) -> None:
        self.paths = Paths(folder.with_name(f"{folder.name}.data"))
        shutil.rmtree(self.paths.data_dir, ignore_errors=True)
        self.landed: LoadResult = load_files(self.paths, [folder])
        steps = wanted(planning.planned(self.paths), set(marts))
        target = warehouse.build_file(self.paths)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(planning.seeds_file(self.paths), target)
        failed = [
            result for result in warehouse.run(self.paths, steps) if result.status in ("error", "skipped", "fail")
        ]
        assert not failed, failed[:3]

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows from the warehouse; its marts are named without their schema."""
        with duckdb.connect(str(warehouse.build_file(self.paths)), read_only=True) as connection:
            connection.execute("set search_path = 'marts,intermediate,staging,reference'")
            return connection.execute(sql).fetchall()

    def figures(self) -> list[tuple[Any, ...]]:
        """Every figure of schools and areas with all that is known of it, in a fixed order."""
        columns = "academic_year, release, value, denominator, status, is_latest, source_file"
        return [
            *self.ask(f"""select 'school', urn, indicator_id, breakdown_id, {columns}, numerator, ci_low, ci_high
                from fct_outcome order by all"""),
            *self.ask(
                f"select area_type, area_id, indicator_id, breakdown_id, {columns} from benchmark_outcome order by all"
            ),
        ]


def wanted(plan: Plan, names: set[str]) -> list[Step]:
    """The models of these names and all they are made of, with the tests that read nothing else."""
    steps = {step.id: step for step in plan.of_days}
    found: dict[str, Step] = {}

    def add(step: Step) -> None:
        if step.id not in found:
            found[step.id] = step
            for name in step.after:
                if name in steps:
                    add(steps[name])

    for step in steps.values():
        if step.name in names:
            add(step)
    tests = [step for step in steps.values() if step.is_test and set(step.after) <= found.keys()]
    return [*found.values(), *tests]


def write_all(folder: Path, files: dict[str, bytes], change: Callable[[Path], object] = lambda path: None) -> Path:
    """A new folder with these files, each handed to `change` once it is there."""
    shutil.rmtree(folder, ignore_errors=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        change(path)
    return folder
