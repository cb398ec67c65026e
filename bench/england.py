"""England scale: what the marts of the statistics cost for 24,000 schools and ten years, and the same SQL in DuckDB alone.

`python -m bench.england [--tenth] [--groups] [--keep FOLDER] [--again]` writes invented files of the whole country (see
`bench.england_files`), lands them through the product, builds the warehouse, then builds the statistics once more alone and
prints each model's seconds. Marts that are views of the build cost little there and are written when they
are published: what writing them costs is measured as well. Which models count is read from the project itself: the marts in the
folders of FOLDERS, and every model that only they need. `--keep` keeps the files and the warehouse; `--again` measures a kept
one again.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.child import Measured, lines, measure, turncurve
from bench.england_files import SCHOOLS, write_england

FOLDERS = ("trend", "compare", "impact", "curves", "risk", "levels")
"""Folders of dbt_project/models/marts whose marts are measured, those that are there."""
LIMIT_SECONDS = 90.0
LIMIT_MEGABYTES = 4096.0
MEMORY = "3GB"
"""What DuckDB may hold; Python and dbt need the rest of the limit."""


def statistics(manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The nodes measured, by name: marts of FOLDERS, and models that nothing but those marts is made from."""
    models = {key: node for key, node in manifest["nodes"].items() if node["resource_type"] == "model"}

    def is_measured(node: dict[str, Any]) -> bool:
        return node["fqn"][1:2] == ["marts"] and node["fqn"][2] in FOLDERS and not _is_a_form(node)

    def beneath(keys: set[str]) -> set[str]:
        found: set[str] = set()
        while keys:
            found |= keys
            keys = {parent for key in keys for parent in models[key]["depends_on"]["nodes"] if parent in models} - found
        return found

    chosen = {key for key, node in models.items() if is_measured(node)}
    others = beneath({key for key, node in models.items() if node.get("access") == "public" and key not in chosen})
    return {models[key]["name"]: models[key] for key in beneath(set(chosen)) - others}


def _is_a_form(node: dict[str, Any]) -> bool:
    """Whether a mart only hands on the rows of a template."""
    return "template_mart(" in node["raw_code"] or "template_rows(" in node["raw_code"]


def build_statistics(data_dir: Path) -> None:
    """Build and test the statistics alone in a warehouse that is there; prints one line of JSON.

    `seconds` and `tests` are those of each step, `wall` and `processor` are of all of them, `megabytes` is the most memory held.
    """
    from orchestration import planning, warehouse
    from orchestration.settings import Paths

    paths = Paths.from_option(data_dir)
    plan = planning.planned(paths)
    names = statistics(json.loads(planning.manifest_file(paths).read_text(encoding="utf-8")))
    models = {step.id for step in plan.steps if step.name in names}
    steps = [step for step in plan.steps if step.id in models or (step.is_test and models & set(step.after))]
    began, busy = time.perf_counter(), time.process_time()
    results = warehouse.run(paths, steps)
    wall, busy = time.perf_counter() - began, time.process_time() - busy
    if wrong := [result for result in results if result.status in ("error", "fail", "skipped")]:
        raise RuntimeError(str([(result.name, result.message) for result in wrong]))
    seconds: dict[str, dict[str, float]] = {"model": {}, "test": {}}
    for result in results:
        seconds[result.kind][result.name] = result.seconds
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
    print(
        json.dumps(
            {"seconds": seconds["model"], "tests": seconds["test"], "wall": wall, "processor": busy, "megabytes": peak}
        )
    )


def main() -> None:
    """Write, land, build, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.england", description=__doc__)
    parser.add_argument("--tenth", action="store_true", help="a tenth of the schools")
    parser.add_argument("--groups", action="store_true", help="with every group of pupils, not all pupils alone")
    parser.add_argument("--keep", type=Path, help="folder for the files and the warehouse, kept afterwards")
    parser.add_argument("--again", action="store_true", help="measure the warehouse of --keep without making it again")
    parser.add_argument("--statistics", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.statistics:
        build_statistics(given.statistics)
        return
    os.environ.setdefault("TURNCURVE_MEMORY_LIMIT", MEMORY)
    with tempfile.TemporaryDirectory() as folder:
        home: Path = (given.keep or Path(folder)).resolve()
        run(home, SCHOOLS // 10 if given.tenth else SCHOOLS, given.groups, given.again)


def run(home: Path, schools: int, groups: bool, again: bool) -> None:
    """Measure a country of so many schools below `home`: landing files in `files`, the data folder in `data`."""
    files, data = home / "files", home / "data"
    print(f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {platform.machine()}, {platform.python_version()}")
    rows = [("schools", f"{schools:,}, ten years, {'every group of pupils' if groups else 'all pupils'}")]
    if not again:
        began = time.perf_counter()
        size = write_england(files, schools, groups=groups)
        rows.append(("files written", f"{time.perf_counter() - began:.0f} s, {size / 1e6:,.0f} MB"))
        rows.append(
            (
                "landed, everything built, tested, published",
                _figures(turncurve(data, "refresh", "--landing", str(files))),
            )
        )
    measured = measure("bench.england", "--statistics", str(data))
    answer = json.loads(measured.output.splitlines()[-1])
    models: dict[str, float] = answer["seconds"]
    total, tests = sum(models.values()), sum(answer["tests"].values())
    rows += [
        (f"the statistics, {len(models)} models", f"{total:.1f} s, each by itself"),
        (f"their {len(answer['tests'])} tests", f"{tests:.1f} s"),
        (
            "all of it by the clock, two at a time",
            f"{answer['wall']:.1f} s ({answer['processor']:.1f} of a processor), {answer['megabytes']:,.0f} MB",
        ),
        ("with starting Python", _figures(measured)),
    ]
    plain = measure("bench.plain_sql", str(data), "--only", ",".join(models))
    alone = json.loads(plain.output)
    left_out = f"; {len(alone['left_out'])} more are not SQL" if alone["left_out"] else ""
    rows.append(
        (
            f"plain DuckDB, {alone['models']} models{left_out}",
            f"{alone['seconds']:.1f} s of SQL ({alone['processor']:.1f} of a processor), {plain.megabytes:,.0f} MB",
        )
    )
    rows.append(
        (
            "views among the marts, written as tables by plain DuckDB",
            f"{alone['written']:.1f} s more ({', '.join(alone['views'])})",
        )
    )
    in_both = sum(seconds for name, seconds in models.items() if name not in alone["left_out"])
    rows.append(("the models / plain DuckDB", f"{in_both / alone['seconds']:.1f} x"))
    kept = answer["wall"] < LIMIT_SECONDS and measured.megabytes < LIMIT_MEGABYTES
    rows.append((f"limit {LIMIT_SECONDS:g} s and {LIMIT_MEGABYTES:,.0f} MB", "kept" if kept else "BROKEN"))
    print(lines("\nEngland", rows))
    each = sorted(models.items(), key=lambda item: -item[1])
    print(lines("\nEach model", [(name, f"{seconds:.2f} s; plain {_plain(alone, name)}") for name, seconds in each]))


def _plain(alone: dict[str, Any], name: str) -> str:
    return f"{alone['each'][name]:.2f} s" if name in alone["each"] else "not run"


def _figures(measured: Measured) -> str:
    return f"{measured.seconds:.1f} s ({measured.processor:.1f} of a processor), {measured.megabytes:,.0f} MB"


if __name__ == "__main__":
    main()
