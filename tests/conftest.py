"""Fixtures for every layer: the real files where they are, and one build of each warehouse shared by the run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).resolve().parent.parent


#: What costs most comes first, and tests that share a built warehouse stay in one process.
_COSTLY = {
    "small_built": "small",
    "real_data_dir": "real",
    "demo_data_dir": "demo",
}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tell the processes of a run what belongs together: a module, or all tests on one built warehouse.

    Before anyone else's look at the tests: the plugin that shares them out reads the marks in a hook of the same name.
    """
    order = ["small", "real", "demo", "pipeline", "attack", "browser", "app", "unit"]

    def place(item: pytest.Item) -> tuple[int, str]:
        # a test may be told by a parameter which warehouse to take
        told = item.callspec.params.values() if isinstance(item, pytest.Function) and hasattr(item, "callspec") else ()
        marks = [*getattr(item, "fixturenames", ()), *told]
        for mark, group in _COSTLY.items():
            if mark in marks:
                return order.index(group), group
        layer = item.path.parent.name
        return order.index(layer) if layer in order else len(order), item.path.stem

    for item in items:
        item.add_marker(pytest.mark.xdist_group(place(item)[1]))
    items.sort(key=place)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Groups that are told and not kept cost each warehouse once more in every process: that must not go unnoticed."""
    if getattr(session.config.option, "loadgroup", False) and not all("@" in item.nodeid for item in session.items):
        raise pytest.UsageError("pytest-xdist did not take the groups of the tests; look at its and pytest's versions")


#: What a test says at the end of a run: how much it tried, and what it found.
Say = Callable[[str], None]
_SAID = "said"


@pytest.fixture
def say(record_property: Callable[[str, object], None]) -> Say:
    """Has a sentence printed at the end of the run, whichever process the test ran in."""
    return lambda sentence: record_property(_SAID, sentence)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests said."""
    passed = [report for report in terminalreporter.getreports("passed") if report.when == "call"]
    said = sorted(str(text) for report in passed for name, text in report.user_properties if name == _SAID)
    if said:
        terminalreporter.section("what was tried")
        for sentence in said:
            terminalreporter.line(sentence)


def turncurve(*arguments: str, data_dir: Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run the command line as a person would, in a process of its own."""
    process = subprocess.run(
        [sys.executable, "-m", "orchestration.cli", *arguments, "--data-dir", str(data_dir)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    if check and process.returncode != 0:
        raise AssertionError(
            f"turncurve {' '.join(arguments)} exited {process.returncode}:\n{process.stderr}\n{process.stdout}"
        )
    return process


def served(data_dir: Path) -> Path:
    """The published file of a data folder."""
    pointer = json.loads((data_dir / "published" / "current.json").read_text())
    return data_dir / "published" / str(pointer["warehouse"])


def built(data_dir: Path) -> Path:
    """The build file of a data folder: what is of single people is there, and is not published."""
    return data_dir / "build" / "warehouse.duckdb"


def another_folder(data_dir: Path, here: Path) -> Path:
    """A data folder in which the same warehouse is published, for a door of its own: one process cannot open one path with two
    settings, and what the door records of a test stays out of the folder that all tests share."""
    (here / "published").mkdir()
    shutil.copy(data_dir / "published" / "current.json", here / "published")
    os.link(served(data_dir), here / "published" / served(data_dir).name)
    shutil.copy(served(data_dir).with_suffix(".json"), here / "published")
    return here


def not_finite(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Columns of marts that hold NaN or infinity, which no average and no page survives."""
    columns = connection.execute("""select table_name, column_name from information_schema.columns
        where table_schema = 'marts' and data_type in ('DOUBLE', 'FLOAT')""").fetchall()
    assert len(columns) > 100, "the marts are not where they were"
    return [
        f"{table}.{column}"
        for table, column in columns
        if connection.execute(f'select 1 from marts."{table}" where not isfinite("{column}") limit 1').fetchone()
    ]


@pytest.fixture(scope="session")
def real_files() -> Path:
    """The folder of real public files, told by TURNCURVE_REAL_FILES."""
    folder = Path(os.environ.get("TURNCURVE_REAL_FILES", ROOT / ".." / "shared" / "real")).resolve()
    if not (folder / "performance_tables").is_dir():
        pytest.skip(f"real public files are not at {folder}; set TURNCURVE_REAL_FILES to run this test")
    return folder


@pytest.fixture(scope="session")
def demo_data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the fictional authority, published once for the whole run. Tests must not change it."""
    data_dir = tmp_path_factory.mktemp("demo") / "data"
    turncurve("demo", "--no-serve", data_dir=data_dir)
    return data_dir


@pytest.fixture(scope="session")
def real_data_dir(real_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the real public files, published once for the whole run. Tests must not change it."""
    data_dir = tmp_path_factory.mktemp("real") / "data"
    turncurve("refresh", "--landing", str(real_files), data_dir=data_dir)
    return data_dir


@pytest.fixture(scope="session")
def demo(demo_data_dir: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published demo warehouse, read-only."""
    connection = duckdb.connect(str(served(demo_data_dir)), read_only=True)
    yield connection
    connection.close()


@pytest.fixture(scope="session")
def demo_built(demo_data_dir: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The build of the demo warehouse, read-only, with what is not published."""
    connection = duckdb.connect(str(built(demo_data_dir)), read_only=True)
    yield connection
    connection.close()


@pytest.fixture(scope="session")
def real(real_data_dir: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published warehouse of the real files, read-only."""
    connection = duckdb.connect(str(served(real_data_dir)), read_only=True)
    yield connection
    connection.close()
