"""A landing folder small enough to be refreshed in seconds, and what the tests do with it.

Belongs here: writing and changing its files, running the command line on it, reading what is served. Does not belong
here: fixtures (`conftest.py`) and what is asserted.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.demo import write_demo
from orchestration.publish import PublicColumn, PublicTable
from orchestration.settings import Paths
from tests.conftest import built

ROOT = Path(__file__).resolve().parents[2]
#: Files of the demonstration that a small landing folder keeps: every kind of stage is passed, with few rows.
KEPT = (
    "performance_tables/2017-2018/999_ks2final.csv",
    "performance_tables/2018-2019/999_ks2final.csv",
    "register/gias_extract_20190901.csv",
    "register/links_edubasealldata20190901.csv",
    "templates/memberships.xlsx",
    "templates/partnerships.csv",
)
KS2 = KEPT[1]
PARTNERSHIPS = KEPT[5]
#: 1 September 2019, so that the order of files does not hang on how fast they are written
WRITTEN = 1_567_296_000


@dataclass(frozen=True)
class Small:
    """A data folder with a small landing folder beside it, and the command line to run on it."""

    data_dir: Path
    landing: Path

    @property
    def paths(self) -> Paths:
        return Paths(self.data_dir)

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "orchestration.cli", *arguments, "--data-dir", str(self.data_dir)]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the command line to its end, whatever it answers."""
        return run(self.command(*arguments))

    def refresh(self, *options: str) -> dict[str, Any]:
        """Refresh and give what `--json` says. Fails where the refresh does."""
        process = self.run("refresh", "--json", *options)
        assert process.returncode == 0, process.stderr + process.stdout
        answer: dict[str, Any] = json.loads(process.stdout)
        return answer

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the command line in a process group of its own."""
        return subprocess.Popen(
            self.command(*arguments),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def pointer(self) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(self.paths.pointer.read_text(encoding="utf-8"))
        return said

    def served(self) -> Path:
        return self.paths.published / self.pointer()["warehouse"]

    def ask_build(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows from the build, where what is of single people stays."""
        with duckdb.connect(str(built(self.data_dir)), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows from the served warehouse."""
        with duckdb.connect(str(self.served()), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def file_log(self) -> dict[str, dict[str, Any]]:
        """The served file log by path below the landing folder."""
        with duckdb.connect(str(self.served()), read_only=True) as connection:
            cursor = connection.execute("select * from marts.file_log")
            names = [column[0] for column in cursor.description]
            records = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        return {record["path"].removeprefix(f"{self.landing.name}/"): record for record in records}


def run(command: Sequence[str], **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a command from the repository to its end."""
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False, **options)


def write_small_landing(folder: Path, *more: str) -> None:
    """Write the small landing folder anew, with `more` files of the demonstration where a test needs them."""
    whole = folder.with_name(f"{folder.name}.whole")
    write_demo(whole)
    for name in (*KEPT, *more):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(whole / name, target)
        os.utime(target, (WRITTEN, WRITTEN))
    shutil.rmtree(whole)


def put_back(small: Small, kept: Path) -> None:
    """Make the folders what they were when `kept` was copied from them, time stamps included."""
    work = small.data_dir.parent
    shutil.rmtree(work)
    shutil.copytree(kept, work)


def edit_csv(path: Path, change: Callable[[list[list[str]]], object], days_later: int | None = None) -> None:
    """Change a CSV's rows in place (header first). It is changed now, or so many days after the others were written."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    change(rows)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
    if days_later is not None:
        later = WRITTEN + days_later * 86_400
        os.utime(path, (later, later))


def name_partnership(landing: Path, name: str) -> None:
    """The smallest change that can be found again in what is served: the name of partnership P01."""

    def rename(rows: list[list[str]]) -> None:
        row = next(row for row in rows if row[0] == "P01")
        row[1] = name

    edit_csv(landing / PARTNERSHIPS, rename)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def assert_whole(small: Small) -> dict[str, Any]:
    """What is served is whole: the pointer names a file that opens, and its rows add up to what the pointer says."""
    pointer = small.pointer()
    file = small.paths.published / pointer["warehouse"]
    assert not file.with_name(file.name + ".wal").exists()
    with duckdb.connect(str(file), read_only=True) as connection:
        sums = connection.execute(
            "select count(*), sum(rows_landed), sum(rows_accepted), sum(rows_rejected), sum(rows_superseded) "
            "from marts.file_log"
        ).fetchone()
    names = ("files", "rows_landed", "rows_accepted", "rows_rejected", "rows_superseded")
    assert sums == tuple(pointer[name] for name in names)
    assert pointer["rows_landed"] == (pointer["rows_accepted"] + pointer["rows_rejected"] + pointer["rows_superseded"])
    return pointer


def without_root_rights() -> list[str]:
    """A prefix under which permissions bind root as well; skips the test where there is no such thing."""
    if os.name != "posix":
        pytest.skip("permissions of this kind are POSIX's")
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("root may open everything; install util-linux (setpriv) to run this test as root")
    return [setpriv, "--bounding-set=-dac_override,-dac_read_search"]


FILE_LOG = PublicTable(
    "file_log",
    "One row per file that arrived",
    tuple(
        PublicColumn(name, kind, name == "path", f"The file's {name}")
        for name, kind in {
            "path": "varchar",
            "rows_landed": "bigint",
            "rows_accepted": "bigint",
            "rows_rejected": "bigint",
            "rows_superseded": "bigint",
        }.items()
    ),
)


def write_build(target: Path, *rows: tuple[str | None, int, int, int, int]) -> Path:
    """A build file made by hand, with a file log of these rows and a table nobody may see."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    with duckdb.connect(str(target)) as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.private as select 'secret' as word")
        columns = ", ".join(f"{column.name} {column.data_type}" for column in FILE_LOG.columns)
        connection.execute(f"create table marts.file_log ({columns})")
        connection.executemany("insert into marts.file_log values (?, ?, ?, ?, ?)", [list(row) for row in rows])
    return target
