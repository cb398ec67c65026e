"""What became of a file over time is noted when it changes, and stays when the file goes."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration.landing.forget import forget_file
from orchestration.landing.load import load_files
from orchestration.settings import Paths

GOOD = "LA,ESTAB,URN,PERCTOT\n999,2001,900001,4.0\n"
BAD = "LA;ESTABLISHMENT\n999;2001\n"


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    paths = Paths(tmp_path / "data")
    (paths.landing / "2017-2018").mkdir(parents=True)
    return paths


def land(paths: Paths, content: str | None) -> None:
    file = paths.landing / "2017-2018" / "absence.csv"
    if content is None:
        file.unlink()
    else:
        file.write_text(content)
    load_files(paths)


def history(paths: Paths) -> list[tuple[str, int]]:
    table = f"'{paths.raw}/landing/history.parquet'"
    return duckdb.sql(f"select status, rows_landed from {table} where path like '%absence.csv'").fetchall()


def test_a_refused_file_that_is_corrected_keeps_both_steps(paths: Paths) -> None:
    land(paths, BAD)
    land(paths, BAD)
    land(paths, GOOD)
    assert history(paths) == [("refused", 0), ("loaded", 1)]
    land(paths, GOOD.replace("4.0", "5.0"))
    land(paths, None)
    land(paths, GOOD)
    assert history(paths) == [("refused", 0), ("loaded", 1), ("loaded", 1), ("gone", 0), ("loaded", 1)]


def test_nothing_new_is_no_step(paths: Paths) -> None:
    land(paths, GOOD)
    for _ in range(2):
        load_files(paths)
    assert history(paths) == [("loaded", 1)]


def test_a_forgotten_file_says_why_it_is_gone(paths: Paths) -> None:
    land(paths, GOOD)
    forget_file(paths, "2017-2018/absence.csv", "The partnership withdrew it.")
    load_files(paths)
    table = f"'{paths.raw}/landing/history.parquet'"
    (reason,) = duckdb.sql(f"select reason from {table} where status = 'gone'").fetchall()[0]
    assert reason == "It was forgotten on purpose: The partnership withdrew it."
