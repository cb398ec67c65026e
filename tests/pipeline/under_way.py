"""One refresh with others at work beside it: two readers of what is served, and a second refresh.

Belongs here: running them together and writing down what each met. Does not belong here: what is asserted of it.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from dataclasses import dataclass

import duckdb
from small_landing import ROOT, Small

from dashboards.access.published import Published
from dashboards.access.rights import PUBLISHED

#: Reads one file over and over until its standard input ends; then says how often, the longest wait, and how many answers.
_PLAIN_READER = """
import sys, threading, time
import duckdb
connection = duckdb.connect(sys.argv[1], read_only=True)
ended = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
print("open", flush=True)
reads, longest, answers = 0, 0.0, set()
while not ended.is_set():
    began = time.monotonic()
    answers.add(connection.execute("select sum(rows_landed) from marts.file_log").fetchone())
    longest, reads = max(longest, time.monotonic() - began), reads + 1
    time.sleep(0.05)
print(reads, longest, len(answers), flush=True)
"""


@dataclass(frozen=True)
class UnderWay:
    """What a refresh said, and what those at work beside it met; waits are in seconds."""

    code: int
    said: str
    #: the second refresh, which was started while the first was at work
    second: subprocess.CompletedProcess[str]
    #: the longest wait of a reader that asks the published folder anew each time
    longest: float
    #: how long after the swap it saw the new version; None where it did not within five seconds
    followed: float | None
    #: the same question to the new version, and to a cursor that was opened before
    now: list[tuple[str]]
    held: list[tuple[str]]
    #: reads, longest wait and different answers of a reader that keeps the old file open
    plain: tuple[int, float, int]


def refresh_under_way(small: Small, question: str) -> UnderWay:
    """Refresh; meanwhile read what is served in two ways and try a second refresh. `question` is asked at the end."""
    with subprocess.Popen(
        [sys.executable, "-c", _PLAIN_READER, str(small.served())],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as plain:
        assert plain.stdin is not None and plain.stdout is not None
        assert plain.stdout.readline() == "open\n"
        published = Published(small.paths.published)
        before = published.current()
        cursor = before.cursor()

        first = small.start("refresh")
        assert first.stderr is not None and first.stdout is not None
        told = [first.stderr.readline()]  # it tells its first step once it holds the lock
        draining = threading.Thread(target=lambda: told.extend(first.stderr or ()), daemon=True)
        draining.start()
        seconds: list[subprocess.CompletedProcess[str]] = []
        trying = threading.Thread(target=lambda: seconds.append(small.run("refresh", "--force")), daemon=True)
        trying.start()

        longest, swapped, seen = 0.0, None, None
        while seen is None and (swapped is None or time.monotonic() - swapped < 5):
            ended = first.poll() is not None
            began = time.monotonic()
            version = published.current()
            version.cursor().execute(f"select count(*) from {PUBLISHED}.marts.trend_series").fetchall()
            longest = max(longest, time.monotonic() - began)
            if version.id != before.id:
                seen = time.monotonic()
            if swapped is None and small.pointer()["version"] != before.id:
                swapped = time.monotonic()
            if ended and swapped is None:
                break  # it has failed, or found nothing to publish
            time.sleep(0.05)
        code, said = first.wait(timeout=120), first.stdout.read()
        draining.join(timeout=10)
        trying.join(timeout=120)
        reads, wait, answers = plain.communicate(input="", timeout=30)[0].split()
        return UnderWay(
            code,
            said + "".join(told),
            seconds[0],
            longest,
            None if seen is None else max(0.0, seen - (swapped or seen)),
            _ask(published.current().cursor(), question),
            _ask(cursor, question),
            (int(reads), float(wait), int(answers)),
        )


def _ask(cursor: duckdb.DuckDBPyConnection, question: str) -> list[tuple[str]]:
    return cursor.execute(question.replace("marts.", f"{PUBLISHED}.marts.")).fetchall()
