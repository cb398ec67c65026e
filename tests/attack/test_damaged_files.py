"""A thousand damaged files at once: no crash, no hang, bounded memory, and every row that arrived is accounted for."""

from __future__ import annotations

import csv
import io
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.attack import mutations
from tests.conftest import ROOT, served

FILES = 1000
SEED = 20_261_123
#: Of the whole process, dbt and Dagster included.
MEMORY_LIMIT = 1_500_000_000
#: Of the survey tools' exports that have more than one, by a part of the file's name.
HEADER_ROWS = {"surveymonkey": 2, "smartsurvey": 2, "qualtrics": 3}
#: Runs the command it is given, and says at the end how many bytes that held at most.
_MEASURED = """
import subprocess, sys
code = subprocess.call(sys.argv[1:])
try:
    import resource
    print("peak", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * (1 if sys.platform == "darwin" else 1024))
except ImportError:
    print("peak", 0)
sys.exit(code)
"""


@pytest.fixture(scope="module")
def outcome(demo_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """One refresh of all damaged files together with the good ones."""
    good = demo_data_dir / "landing" / "demo"
    sources = sorted(file for file in good.rglob("*") if file.suffix in {".csv", ".xlsx", ".zip", ".gz"})
    folder = tmp_path_factory.mktemp("damaged")
    made = mutations.write(folder / "landing", sources, FILES, SEED)
    # a process between, so that what it tells of its children is told of this one alone
    command = [
        sys.executable, "-c", _MEASURED, sys.executable, "-m", "orchestration.cli", "refresh", "--landing", str(good),
        "--landing", str(folder / "landing"), "--data-dir", str(folder / "data"),
    ]  # fmt: skip
    began = time.monotonic()
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    try:
        output, _ = process.communicate(timeout=600)
    except subprocess.TimeoutExpired:
        # with the one it started, or waiting for what that says would last as long as the hang
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
        raise AssertionError(f"the refresh hung; the last it said: {output[-500:]}") from None
    output, _, peak = output.rpartition("peak ")
    return {
        "code": process.returncode,
        "output": output,
        "peak": int(peak or 0),
        "seconds": time.monotonic() - began,
        "made": made,
        "folder": folder,
        "data": folder / "data",
    }


@pytest.fixture(scope="module")
def log(outcome: dict[str, Any]) -> Iterator[duckdb.DuckDBPyConnection]:
    assert outcome["code"] == 0, outcome["output"][-3000:]
    connection = duckdb.connect(str(served(outcome["data"])), read_only=True)
    yield connection
    connection.close()


def test_it_publishes_and_says_no_traceback(outcome: dict[str, Any], log: duckdb.DuckDBPyConnection) -> None:
    assert "Traceback" not in outcome["output"]
    statuses = Counter(dict(log.execute("select status, count(*) from marts.file_log group by status").fetchall()))
    print(f"{sum(outcome['made'].values())} damaged files in {outcome['seconds']:.0f} s: {dict(statuses)}")
    print(f"by damage: {outcome['made']}")
    assert sum(statuses.values()) >= FILES


def test_every_kind_of_damage_was_done_to_some_files(outcome: dict[str, Any]) -> None:
    kinds = {mutation.__name__ for mutation in (*mutations.OF_TEXT, *mutations.OF_BYTES)} | {"archives and empties"}
    assert set(outcome["made"]) == kinds and min(outcome["made"].values()) >= 10
    assert sum(outcome["made"].values()) >= FILES


def test_every_file_is_in_the_log_with_a_reason_if_it_was_not_taken(log: duckdb.DuckDBPyConnection) -> None:
    silent = log.execute(
        "select path from marts.file_log where status <> 'loaded' and coalesce(trim(reason), '') = ''"
    ).fetchall()
    assert silent == []


def test_no_row_is_lost(log: duckdb.DuckDBPyConnection) -> None:
    off = log.execute(
        "select path from marts.file_log where rows_landed <> rows_accepted + rows_rejected + rows_superseded"
    ).fetchall()
    assert off == []


def test_no_row_of_a_text_file_vanishes_before_it_is_counted(
    outcome: dict[str, Any], log: duckdb.DuckDBPyConnection
) -> None:
    """Rows the csv module finds below the header, counted here without the product's code, are all landed."""
    loaded = dict(log.execute("select path, rows_landed from marts.file_log where status = 'loaded'").fetchall())
    compared = 0
    for path, landed in loaded.items():
        file = outcome["folder"] / path
        if not path.startswith("landing/") or file.suffix != ".csv":
            continue
        content = file.read_bytes()
        if b"\0" in content or b"\r" in content.replace(b"\r\n", b""):
            continue
        text = content.decode("utf-8-sig", errors="replace")
        dialect = max(",;\t|", key=text[:20_000].count)
        before = csv.field_size_limit(10_000_000)
        rows = [row for row in csv.reader(io.StringIO(text), delimiter=dialect) if any(cell.strip() for cell in row)]
        csv.field_size_limit(before)
        titles = next(
            (place for place, row in enumerate(rows) if len(row) > 2 and not row[0].startswith("Returned by")), 0
        )
        headers = next((rows for tool, rows in HEADER_ROWS.items() if tool in file.name), 1)
        assert landed >= len(rows) - titles - headers, path
        compared += 1
    assert compared > 200


def test_what_the_good_files_say_is_still_there(log: duckdb.DuckDBPyConnection) -> None:
    schools = log.execute("select count(*) from marts.dim_school where la_code = '999'").fetchone()
    assert schools is not None and schools[0] >= 60


def test_nothing_was_written_outside(outcome: dict[str, Any]) -> None:
    assert not list(outcome["folder"].glob("outside*"))
    assert not Path("/etc/outside.csv").exists()
    assert sorted(entry.name for entry in outcome["folder"].iterdir()) == ["data", "landing"]


@pytest.mark.skipif(os.name == "nt", reason="the peak memory of a child is not told on Windows")
def test_memory_stays_bounded(outcome: dict[str, Any]) -> None:
    print(f"most memory held: {outcome['peak'] / 1e6:.0f} MB")
    assert 0 < outcome["peak"] < MEMORY_LIMIT
