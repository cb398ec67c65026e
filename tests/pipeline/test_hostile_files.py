"""Files made to do harm, beside a good folder: the good are published, each bad one is refused by name, and nobody who may not
see a file learns what is in it."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest
from small_landing import Small, put_back

from dashboards.access import ANONYMOUS, DEMO
from dashboards.app import create_app
from orchestration import contracts, names
from orchestration.demo import write_demo
from orchestration.landing.folders import LINK
from tests.asked import page_asker
from tests.attack import hostile

#: Bytes a refresh, or a check, may hold with all the processes it starts; and seconds one file may take.
MEMORY = 1_000_000_000
SECONDS = 30.0


@dataclass
class Watched:
    """What a command said, when it began with each file, and how much memory it and those it started held at most."""

    code: int = -1
    said: list[str] = field(default_factory=list)
    began: list[tuple[str, float]] = field(default_factory=list)
    ended: float = 0.0
    peak: int = 0

    @property
    def text(self) -> str:
        return "\n".join(self.said)

    def seconds(self) -> dict[str, float]:
        """How long each file was read, by its name."""
        ends = [moment for _, moment in self.began[1:]] + [self.ended]
        return {name: end - start for (name, start), end in zip(self.began, ends, strict=True)}


def watched(process: subprocess.Popen[str]) -> Watched:
    """Follow a command to its end."""
    seen = Watched()

    def measure() -> None:
        while process.poll() is None:
            seen.peak = max(seen.peak, _held(process.pid))
            time.sleep(0.02)

    measuring = threading.Thread(target=measure)
    measuring.start()
    assert process.stderr is not None and process.stdout is not None
    for line in process.stderr:
        seen.said.append(line.rstrip("\n"))
        now = time.monotonic()
        if match := re.match(r"Reading (.*) \(\d+ of \d+\)$", line):
            seen.began.append((match[1], now))
        elif not seen.ended:
            seen.ended = now
    seen.said.append(process.stdout.read())
    seen.code = process.wait()
    seen.ended = seen.ended or time.monotonic()
    measuring.join()
    return seen


def _held(pid: int) -> int:
    """Bytes in memory of a process and all it started; 0 where the system does not say."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (OSError, IndexError):
        return 0
    return pages * 4096 + sum(_held(int(child)) for child in children)


def planted(demo: Path, folder: Path) -> None:
    """Of every kind of file one whose rows have the planted sentence in each column in turn that is no text."""
    folder.mkdir(parents=True)
    for file in sorted(demo.rglob("*.csv")):
        with file.open(encoding="utf-8-sig", errors="replace", newline="") as opened:
            header, *rows = list(csv.reader(opened)) or [[]]
        dataset = contracts.recognise(header)
        if dataset is None or not rows:
            continue
        typed = {column.name for column in dataset.columns if column.type != "text"} | set(dataset.measures)
        named = dataset.named(header)
        made = [
            [hostile.SENTENCE if at == place else cell for at, cell in enumerate(rows[0])]
            for place, name in enumerate(named)
            if name in typed
        ]
        if made:
            with (folder / f"{file.parent.name}_{file.name}").open("w", encoding="utf-8", newline="") as written:
                csv.writer(written).writerows([header, *made])
    # a header with a name in it, and a table that is none
    (folder / "header.csv").write_text(f"LA,ESTAB,URN,{hostile.SENTENCE}\n1,2,3,4\n")
    (folder / "title.csv").write_text(f"{hostile.SENTENCE}\n\nAbout,{hostile.SENTENCE}\n")


@pytest.fixture(scope="module")
def attacked(small_built: tuple[Small, Path]) -> Iterator[tuple[Small, Watched, dict[str, dict[str, Any]]]]:
    """The small warehouse refreshed with all of it, what the refresh said, and the file log by the name of each file."""
    small, kept = small_built
    put_back(small, kept)
    shelf = small.landing / "2018-2019"
    demo = small.landing.with_name("demonstration")
    write_demo(demo)
    hostile.write(shelf / "hostile")
    planted(demo, shelf / "planted")
    hostile.write_named(shelf / "named")
    private = small.landing.with_name("private.csv")
    private.write_text(f"LA,ESTAB,URN,PERCTOT\n{hostile.SENTENCE},2,3,4\n")
    (shelf / "linked.csv").symlink_to(private)
    (shelf / "linked").symlink_to(private.parent)
    seen = watched(small.start("refresh"))
    log = {Path(path).name: record for path, record in small.file_log().items()} if seen.code == 0 else {}
    yield small, seen, log
    put_back(small, kept)


def test_the_good_files_are_published(attacked: tuple[Small, Watched, dict[str, dict[str, Any]]]) -> None:
    small, seen, log = attacked
    assert seen.code == 0, seen.text[-3000:]
    assert "Traceback" not in seen.text
    assert {
        log[name]["status"] for name in ("partnerships.csv", "memberships.xlsx", "links_edubasealldata20190901.csv")
    } == {"loaded"}
    assert small.ask("select count(*) > 20 from marts.dim_school") == [(True,)]


def test_each_bad_one_is_refused_by_name_in_a_sentence(
    attacked: tuple[Small, Watched, dict[str, dict[str, Any]]],
) -> None:
    _, _, log = attacked
    for name in hostile.FILES:
        # an archive is told by its members
        found = [record for path, record in log.items() if path == name] or [
            record for record in log.values() if f"/{name}/" in f"/{record['path']}/"
        ]
        assert found, name
        wanted = {"loaded"} if name in hostile.HARMLESS else {"refused"}
        assert {record["status"] for record in found} == wanted, (name, found[0])
        assert name in hostile.HARMLESS or all(re.fullmatch(r"[A-Z].*\.", record["reason"]) for record in found), name
        assert not any("mistake in this program" in (record["reason"] or "") for record in found), (name, found[0])
    assert log["\\xe9coles.csv"]["reason"] == names.NOT_TEXT
    assert log["linked.csv"]["reason"] == log["linked"]["reason"] == LINK


def test_memory_and_time_are_bounded(attacked: tuple[Small, Watched, dict[str, dict[str, Any]]]) -> None:
    _, seen, _ = attacked
    assert len(seen.began) > len(hostile.FILES)
    assert {name: taken for name, taken in seen.seconds().items() if taken > SECONDS} == {}
    if os.path.exists("/proc/self/statm"):
        assert 0 < seen.peak < MEMORY, f"{seen.peak / 1e6:.0f} MB"


def test_nobody_learns_what_is_in_a_file_they_may_not_see(
    attacked: tuple[Small, Watched, dict[str, dict[str, Any]]],
) -> None:
    small, seen, _ = attacked
    assert not _words(seen.text)
    with duckdb.connect(str(small.served()), read_only=True) as connection:
        columns = connection.execute(
            "select table_name, column_name from duckdb_columns() where schema_name = 'marts' and data_type = 'VARCHAR'"
        ).fetchall()
        assert len(columns) > 100
        pattern = "|".join(hostile.PERSON)
        told = {
            (table, column): connection.execute(
                f'select "{column}" from marts."{table}" where regexp_matches("{column}", \'(?i){pattern}\') limit 1'
            ).fetchall()
            for table, column in columns
        }
        assert {place: rows for place, rows in told.items() if rows} == {}
    for viewer in (ANONYMOUS, DEMO):
        page = page_asker(create_app(small.data_dir, lambda _request, viewer=viewer: viewer))
        assert not _words(page("/data").text)
    state = (small.paths.raw / "landing.json").read_text()
    assert not _words(state)


def _words(text: str) -> list[str]:
    return [word for word in hostile.PERSON if word.casefold() in text.casefold()]


@pytest.mark.parametrize(
    "name", ["far_cell.xlsx", "dense.xlsx", "long_strings.xlsx", "quotes.csv", "rejected_rows.csv.gz"]
)
def test_a_check_of_one_is_bounded_too(attacked: tuple[Small, Watched, dict[str, dict[str, Any]]], name: str) -> None:
    small, _, log = attacked
    began = time.monotonic()
    command = small.command("check", str(small.landing / "2018-2019" / "hostile" / name))[:-2]
    seen = watched(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
    assert seen.code == 1 and log[name]["reason"] in seen.text
    assert time.monotonic() - began < SECONDS and seen.peak < MEMORY, f"{seen.peak / 1e6:.0f} MB"
