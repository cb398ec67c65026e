"""The reference: the SQL of every model, as dbt compiled it, run by DuckDB alone in a process of its own.

Run as `python -m bench.plain_sql DATA_DIR` after a refresh of that folder; prints one line of JSON. Seeds are copied from
dbt's build file, since loading them is dbt's own work; tests, contracts and publishing are left out.
"""

from __future__ import annotations

import contextlib
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb

from orchestration import warehouse
from orchestration.settings import Paths

# as dbt_project/profiles.yml has them, so that only the machinery differs
SETTINGS: dict[str, Any] = {
    "threads": 2,
    "memory_limit": "1GB",
    "preserve_insertion_order": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


def main(data_dir: Path) -> None:
    """Build every model into a file that is thrown away."""
    paths = Paths.from_option(data_dir)
    manifest = warehouse.manifest_file(paths)
    nodes: dict[str, Any] = json.loads(manifest.read_text(encoding="utf-8"))["nodes"]
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(paths.data_dir):
        # compiled names begin with the database, which DuckDB names after its file
        file = Path(folder, warehouse.build_file(paths).name)
        with duckdb.connect(str(file), config=SETTINGS) as connection:
            began = time.perf_counter()
            connection.execute(f"attach '{warehouse.build_file(paths)}' as built (read_only)")
            models = 0
            for node in _in_order(nodes):
                name = node["relation_name"]
                connection.execute(f"create schema if not exists {node['schema']}")
                if node["resource_type"] == "seed":
                    _, _, inside = name.partition(".")
                    connection.execute(f"create table {name} as from built.{inside}")
                    continue
                sql = Path(manifest.parent, "compiled", node["package_name"], node["original_file_path"])
                kind = "view" if node["config"]["materialized"] == "view" else "table"
                connection.execute(f"create {kind} {name} as ({sql.read_text(encoding='utf-8')})")
                models += 1
            connection.execute("checkpoint")
            seconds = time.perf_counter() - began
    print(json.dumps({"models": models, "seconds": seconds}))


def _in_order(nodes: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Seeds and models, each after those it is made from."""
    built = {name: node for name, node in nodes.items() if node["resource_type"] in ("seed", "model")}
    graph = {name: built.keys() & node["depends_on"].get("nodes", ()) for name, node in built.items()}
    yield from (built[name] for name in TopologicalSorter(graph).static_order())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
