"""The reference: the SQL of every model, as dbt compiled it, run by DuckDB alone in a process of its own.

Run as `python -m bench.plain_sql DATA_DIR [--only NAME,NAME]` after a refresh of that folder; prints one line of JSON.
Seeds are copied from dbt's build file, since loading them is dbt's own work; tests, contracts and publishing are left out.
What it takes to write the marts that are views is printed by itself (`written`). With --only the other models are taken from the
build file too. Models in Python are no SQL and are taken from there always.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import tempfile
import time
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb

from orchestration import build, planning, warehouse
from orchestration.settings import Paths


def main(data_dir: Path, only: frozenset[str] = frozenset()) -> None:
    """Build every model, or those named in `only`, into a file that is thrown away."""
    paths = Paths.from_option(data_dir)
    manifest = planning.manifest_file(paths)
    nodes: dict[str, Any] = json.loads(manifest.read_text(encoding="utf-8"))["nodes"]
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(paths.data_dir):
        # compiled names begin with the database, which DuckDB names after its file
        file = Path(folder, warehouse.build_file(paths).name)
        with duckdb.connect(str(file), config={**build.SETTINGS, "threads": 2}) as connection:
            connection.execute(f"attach '{warehouse.build_file(paths)}' as built (read_only)")
            began, busy = time.perf_counter(), time.process_time()
            each: dict[str, float] = {}
            left_out = []
            views: dict[str, str] = {}
            elsewhere: dict[str, str] = {}
            for node in _in_order(nodes):
                name, started = node["relation_name"], time.perf_counter()
                connection.execute(f"create schema if not exists {node['schema']}")
                if node["config"]["materialized"] == "list":
                    # a type of column, which an attached file does not lend
                    connection.execute(f"create type {name} as enum ({_compiled(manifest, node, elsewhere)})")
                    continue
                is_python = node.get("language") == "python"
                if node["resource_type"] == "seed" or is_python or (only and node["name"] not in only):
                    _, _, inside = name.partition(".")
                    connection.execute(f"create {'view' if only else 'table'} {name} as from built.{inside}")
                    if only and node["config"]["materialized"] != "view":
                        # a table is read where it is: a view of it has no row numbers
                        elsewhere[name] = f"built.{inside}"
                    if is_python and (not only or node["name"] in only):
                        left_out.append(node["name"])
                    continue
                kind = "view" if node["config"]["materialized"] == "view" else "table"
                connection.execute(f"create {kind} {name} as ({_compiled(manifest, node, elsewhere)})")
                if kind == "view" and node.get("access") == "public":
                    views[node["name"]] = f"{node['schema']}.{node['name']}"
                each[node["name"]] = time.perf_counter() - started
            connection.execute("checkpoint")
            seconds, busy = time.perf_counter() - began, time.process_time() - busy
            began = time.perf_counter()
            for name in views.values():
                connection.execute(f"create table {name}__written as from {name}")
            written = time.perf_counter() - began
    answer = {"models": len(each), "seconds": seconds, "processor": busy, "each": each, "left_out": left_out}
    answer |= {"views": sorted(views), "written": written}
    print(json.dumps(answer))


def _compiled(manifest: Path, node: dict[str, Any], elsewhere: dict[str, str]) -> str:
    """The SQL of a model, with tables that are read `elsewhere` under the names they have there."""
    file = Path(manifest.parent, "compiled", node["package_name"], node["original_file_path"])
    text = file.read_text(encoding="utf-8")
    for table, place in elsewhere.items():
        text = text.replace(table, place)
    return text


def _in_order(nodes: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Seeds and models, each after those it is made from."""
    built = {name: node for name, node in nodes.items() if node["resource_type"] in ("seed", "model")}
    graph = {name: built.keys() & node["depends_on"].get("nodes", ()) for name, node in built.items()}
    for name in TopologicalSorter(graph).static_order():
        # an ephemeral model is in the text of those that read it
        if built[name]["config"]["materialized"] != "ephemeral":
            yield built[name]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.plain_sql", description=__doc__)
    parser.add_argument("data_dir", type=Path)
    parser.add_argument("--only", type=lambda text: frozenset(text.split(",")), default=frozenset())
    given = parser.parse_args()
    main(given.data_dir, given.only)
