"""Readers are never blocked and follow within seconds; what is published is what the contracts say, or nothing."""

from __future__ import annotations

import json
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from small_landing import FILE_LOG, Small, sha256, write_build

from dashboards.access import DEMO, Door
from integrity.versions import facts_beside
from orchestration import planning, publish, warehouse
from orchestration.publish import KEEP, PublicColumn, PublicTable, PublishError, read_pointer
from orchestration.settings import Paths

# -------------------------------------------------------------------------------------------------------------------
# readers (those at work while a refresh is are in `test_refresh.py`)


def test_the_door_answers_from_the_new_version(small: Small) -> None:
    """Through the door that pages use, over two versions published one after the other."""
    door = Door(small.data_dir)
    first = door.version().id
    publish.publish(
        small.paths,
        warehouse.build_file(small.paths),
        planning.public_tables(planning.manifest_file(small.paths)),
    )
    deadline = time.monotonic() + 5
    while door.version().id == first and time.monotonic() < deadline:
        time.sleep(0.1)
    pointer = small.pointer()
    assert door.version().id == pointer["version"] != first
    assert DEMO.kind == "authority" and door.version().facts["rows_landed"] == pointer["rows_landed"]


# -------------------------------------------------------------------------------------------------------------------
# what is published


@pytest.fixture
def served(untouched: Small) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(untouched.served()), read_only=True) as connection:
        yield connection


@pytest.fixture
def contract(untouched: Small) -> dict[str, PublicTable]:
    """The public marts as dbt's manifest has them."""
    return {table.name: table for table in planning.public_tables(planning.manifest_file(untouched.paths))}


def test_the_published_file_is_read_only(untouched: Small) -> None:
    assert stat.S_IMODE(untouched.served().stat().st_mode) == 0o444


def test_it_holds_the_public_marts_in_one_schema_and_nothing_else(
    served: duckdb.DuckDBPyConnection, contract: dict[str, PublicTable]
) -> None:
    tables = served.execute("select schema_name, table_name from duckdb_tables() order by 2").fetchall()
    assert tables == [("marts", name) for name in sorted(contract)]
    assert served.execute("select view_name from duckdb_views() where not internal").fetchall() == []


def test_only_models_marked_public_are_in_the_contract(untouched: Small, contract: dict[str, PublicTable]) -> None:
    nodes = json.loads(planning.manifest_file(untouched.paths).read_text(encoding="utf-8"))["nodes"].values()
    models = [node for node in nodes if node["resource_type"] == "model"]
    assert set(contract) == {node["name"] for node in models if node["access"] == "public"}
    assert set(contract) < {node["name"] for node in models}


def test_columns_are_those_of_the_contract_in_name_type_and_order(
    served: duckdb.DuckDBPyConnection, contract: dict[str, PublicTable]
) -> None:
    for table in contract.values():
        columns = served.execute(
            "select column_name, lower(data_type) from duckdb_columns() where table_name = ? order by column_index",
            [table.name],
        ).fetchall()
        assert columns == [(column.name, column.data_type.lower()) for column in table.columns], table.name


def test_what_may_not_be_null_is_kept_as_a_constraint(
    served: duckdb.DuckDBPyConnection, contract: dict[str, PublicTable]
) -> None:
    kept = set(
        served.execute(
            "select table_name, column_name from duckdb_columns() where not internal and not is_nullable"
        ).fetchall()
    )
    promised = {(table.name, column.name) for table in contract.values() for column in table.columns if column.not_null}
    assert promised
    assert kept == promised


def test_every_table_and_column_says_what_it_is(
    served: duckdb.DuckDBPyConnection, contract: dict[str, PublicTable]
) -> None:
    tables = dict(served.execute("select table_name, comment from duckdb_tables()").fetchall())
    columns = served.execute(
        "select table_name, column_name, comment from duckdb_columns() where not internal"
    ).fetchall()
    assert tables == {table.name: table.description.strip() for table in contract.values()}
    assert all(tables.values())
    assert [(table, column) for table, column, comment in columns if not comment] == []


# -------------------------------------------------------------------------------------------------------------------
# a build made by hand: versions kept, builds refused

GOOD = ("a.csv", 10, 7, 2, 1)


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """A data folder with one published version of a hand-made build."""
    paths = Paths(tmp_path / "data")
    publish.publish(paths, write_build(tmp_path / "build.duckdb", GOOD), [FILE_LOG])
    return paths


def test_the_pointer_says_what_is_served(paths: Paths) -> None:
    said = json.loads(paths.pointer.read_text(encoding="utf-8"))
    assert said["warehouse"] == f"warehouse-{said['version']}.duckdb"
    figures = {name: said[name] for name in said if name == "files" or name.startswith("rows_")}
    assert figures == {"files": 1, "rows_landed": 10, "rows_accepted": 7, "rows_rejected": 2, "rows_superseded": 1}
    assert said["built_at"].endswith("+00:00")


def test_a_pointer_to_a_file_that_is_gone_is_none(paths: Paths) -> None:
    for file in paths.published.glob("*.duckdb"):
        file.unlink()
    assert read_pointer(paths) is None


def test_old_versions_are_pruned_to_five_the_oldest_first(paths: Paths, tmp_path: Path) -> None:
    older = [paths.published / f"warehouse-2019090{day}T000000Z-aaaa.duckdb" for day in range(1, 8)]
    for file in older:
        file.write_bytes(b"an older version")
    first = read_pointer(paths)
    new = publish.publish(paths, tmp_path / "build.duckdb", [FILE_LOG])
    left = {file.name for file in paths.published.glob("warehouse-*.duckdb")}
    facts = {file.with_suffix(".duckdb").name for file in paths.published.glob("warehouse-*.json")}
    assert KEEP == 5 and first is not None and facts == {new.warehouse, first.warehouse}
    assert first is not None and left == {new.warehouse, first.warehouse, *(file.name for file in older[-3:])}


def test_a_reader_of_a_pruned_version_goes_on_reading(paths: Paths, tmp_path: Path) -> None:
    pointer = read_pointer(paths)
    assert pointer is not None
    old = paths.published / pointer.warehouse
    with duckdb.connect(str(old), read_only=True) as connection:
        old.unlink()
        publish.publish(paths, tmp_path / "build.duckdb", [FILE_LOG])
        assert connection.execute("select rows_landed from marts.file_log").fetchall() == [(10,)]


def test_tables_nobody_made_public_stay_behind(paths: Paths) -> None:
    pointer = read_pointer(paths)
    assert pointer is not None
    with duckdb.connect(str(paths.published / pointer.warehouse), read_only=True) as connection:
        assert connection.execute("select table_name from duckdb_tables()").fetchall() == [("file_log",)]


MISSING = PublicTable("nobody_built_this", "A mart of the contract", (PublicColumn("a", "varchar", False, "A"),))
REFUSED = {
    "rows that do not add up": ([("a.csv", 10, 7, 2, 0)], [FILE_LOG], "10 rows landed, but 7 accepted"),
    "a null where the contract has none": ([(None, 10, 7, 2, 1)], [FILE_LOG], "could not be copied"),
    "a mart that was not built": ([GOOD], [FILE_LOG, MISSING], "nobody_built_this"),
}


@pytest.mark.parametrize(("rows", "tables", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_a_build_that_breaks_its_promises_is_not_served(
    rows: list[tuple[str | None, int, int, int, int]],
    tables: list[PublicTable],
    words: str,
    paths: Paths,
    tmp_path: Path,
) -> None:
    said = paths.pointer.read_bytes()
    pointer = read_pointer(paths)
    assert pointer is not None
    content = sha256(paths.published / pointer.warehouse)

    with pytest.raises(PublishError, match=words):
        publish.publish(paths, write_build(tmp_path / "build.duckdb", *rows), tables)

    assert paths.pointer.read_bytes() == said
    assert sha256(paths.published / pointer.warehouse) == content
    facts = facts_beside(paths.published / pointer.warehouse).name
    assert {file.name for file in paths.published.iterdir()} == {pointer.warehouse, facts, "current.json"}


def test_without_a_build_nothing_is_served(tmp_path: Path) -> None:
    paths = Paths(tmp_path / "data")
    with pytest.raises(PublishError):
        publish.publish(paths, tmp_path / "nothing.duckdb", [FILE_LOG])
    assert read_pointer(paths) is None
    assert list(paths.published.iterdir()) == []
