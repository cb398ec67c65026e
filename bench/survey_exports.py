"""What landing survey exports costs, compared with DuckDB reading the same bytes as text.

`python -m bench.survey_exports [MEGABYTES]` writes exports of every tool (100 MB, or as many as are asked for), lands them
and prints the ratio. There are two references, both of the same bytes read as text by DuckDB: every cell counted, and every
cell kept in a table in memory. Neither understands a header, hashes a respondent, searches for addresses or writes a
file. The limit is judged by the second: counting never makes text of a cell. All run in processes of their own, three
times by turns, and the fastest counts; seconds are of the work alone, memory is of the whole process.
"""

from __future__ import annotations

import csv
import json
import random
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

from bench.child import lines, measure

LIMIT_RATIO = 0.5
LIMIT_MEGABYTES = 1000.0
_TURNS = 3
_LABELS = (
    "Plans are kept to and work gets done",
    "Feedback, reflection and action happen across the partnership",
    "Our peer review practice meets our expectations",
    "Talent and capacity are found, grown and used across the partnership",
    "We are more confident in holding each other to account",
    "We are honest and open with each other",
    "We reflect on how effective peer review is and what it changes",
    "Leaders and teachers are engaged in evidence-based and new ways of improving together",
    "We keep to our protocols or memorandum of understanding",
    "Shared priorities target where we can change most for pupils",
    "We know our own and each other's data well enough to see trends and act on risk quickly",
    "Teachers solve teaching problems together from identified need and evidence",
)
_ABOUT = ("Which school do you lead? (URN)", "Which partnership is it in?", "Which term is this about?")
_FREE = ("Anything else?", "Any other comments?")
_SENTENCE = (
    "our staff meet each half term and share what they have learned from the review, which has changed how we plan "
    "reading for pupils who need it most; leaders say that trust has grown and that data is used well"
)
_WORDS = _SENTENCE.split()
_OWN = {
    "microsoft": ("ID", "Start time", "Completion time", "Email", "Name"),
    "google": ("Timestamp", "Email Address"),
    "surveymonkey": ("Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address", "Email Address"),
    "qualtrics": ("StartDate", "EndDate", "Status", "IPAddress", "Progress", "Finished", "RecordedDate", "ResponseId"),
    "smartsurvey": ("UserID", "UserNo", "Name", "Email", "IP Address", "Unique ID", "Started", "Ended"),
}
_LOOKS = {
    "Start time": "%m/%d/%y %H:%M:%S",
    "Completion time": "%m/%d/%y %H:%M:%S",
    "Timestamp": "%Y/%m/%d %I:%M:%S %p",
    "Start Date": "%m/%d/%Y %I:%M:%S %p",
    "End Date": "%m/%d/%Y %I:%M:%S %p",
    "StartDate": "%Y-%m-%d %H:%M:%S",
    "EndDate": "%Y-%m-%d %H:%M:%S",
    "RecordedDate": "%Y-%m-%d %H:%M:%S",
    "Started": "%d/%m/%Y %H:%M:%S",
    "Ended": "%d/%m/%Y %H:%M:%S",
}


def write(folder: Path, megabytes: float) -> float:
    """Write an export of each tool, together about so many megabytes; how many they are."""
    total = 0
    for seed, tool in enumerate(_OWN):
        total += _write(folder / f"{tool}.csv", tool, random.Random(seed), megabytes * 1e6 / len(_OWN))
    return total / 1e6


def _write(path: Path, tool: str, chance: random.Random, size: float) -> int:
    own = _OWN[tool]
    headings = [*own, *_ABOUT, *_LABELS, *_FREE]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headings)
        if tool == "surveymonkey":
            writer.writerow([""] * len(own) + ["Response"] * (len(headings) - len(own)))
        if tool == "qualtrics":
            writer.writerow(headings)
            writer.writerow([json.dumps({"ImportId": heading}) for heading in headings])
        number = 0
        while file.tell() < size:
            for _ in range(500):
                number += 1
                writer.writerow(_row(own, number, chance))
    return path.stat().st_size


def _row(own: tuple[str, ...], number: int, chance: random.Random) -> list[str]:
    sent = datetime(2018, 9, 3, 8) + timedelta(minutes=chance.randrange(400_000))
    row = []
    for heading in own:
        if heading in _LOOKS:
            row.append(sent.strftime(_LOOKS[heading]))
        elif heading in {"Status", "Progress", "Finished"}:
            row.append({"Status": "IP Address", "Progress": "100"}.get(heading, "True"))
        elif "mail" in heading:
            row.append(f"head{number}@example.org")
        else:
            row.append(f"{number}")
    year = 2015 + chance.randrange(9)
    row += [str(900_000 + number % 9_000), f"P{number % 40:02d}", f"Autumn {year}/{(year + 1) % 100}"]
    row += [f"{chance.randrange(6)} - mostly" if number % 5 == 0 else str(chance.randrange(6)) for _ in _LABELS]
    return row + [" ".join(chance.choices(_WORDS, k=chance.randrange(10, 50))) for _ in _FREE]


def land(data_dir: Path, folder: Path) -> None:
    """Land the folder and print the seconds it took and the rows."""
    import duckdb  # noqa: F401 - the references have it loaded, too, before their time begins

    from orchestration.landing.load import load_files
    from orchestration.settings import Paths

    paths = Paths(data_dir)
    # a data folder that was used before: the first landing of all also makes an empty table of every kind of file
    load_files(paths)
    began = time.perf_counter()
    result = load_files(paths, [folder])
    print(json.dumps({"seconds": time.perf_counter() - began, "rows": result.rows_landed}))


def plain(folder: Path, keep: bool) -> None:
    """Read every cell of the folder's files as text with DuckDB; print the seconds it took and the rows."""
    import duckdb

    source = (
        "from read_csv($path, all_varchar = true, header = true, delim = ',', quote = '\"', escape = '\"',"
        " null_padding = true)"
    )
    began, rows = time.perf_counter(), 0
    with duckdb.connect(config={"threads": 2, "memory_limit": "700MB"}) as connection:
        for path in sorted(folder.glob("*.csv")):
            if keep:
                connection.execute(f"create or replace temp table kept as select * {source}", {"path": str(path)})
                found = connection.execute("select count(*) from kept").fetchone()
            else:
                found = connection.execute(
                    f"select count(*), count(columns(*)) {source}", {"path": str(path)}
                ).fetchone()
            rows += found[0] if found else 0
    print(json.dumps({"seconds": time.perf_counter() - began, "rows": rows}))


def main(megabytes: float) -> None:
    """Print the figures and their ratios."""
    with tempfile.TemporaryDirectory() as name:
        folder, data_dir = Path(name, "exports"), Path(name, "data")
        folder.mkdir()
        size = write(folder, megabytes)
        seconds: dict[str, float] = {}
        memory: dict[str, float] = {}
        responses = 0
        # by turns, so that what else the machine does meets all of them
        for turn in range(_TURNS):
            for what in ("land", "counted", "kept"):
                places = [str(data_dir / str(turn)), str(folder)] if what == "land" else [str(folder)]
                measured = measure("bench.survey_exports", what, *places)
                answer = json.loads(measured.output)
                seconds[what] = min(seconds.get(what, answer["seconds"]), answer["seconds"])
                memory[what] = max(memory.get(what, 0.0), measured.megabytes)
                responses = answer["rows"] if what == "land" else responses
    names = {"land": "landing", "counted": "DuckDB, counted", "kept": "DuckDB, kept"}
    rows = [(name, _figures(seconds[what], size, memory[what])) for what, name in names.items()]
    ratios = {what: seconds[what] / seconds["land"] for what in ("counted", "kept")}
    rows += [(f"speed of landing / DuckDB, {what}", f"{ratio:.2f}") for what, ratio in ratios.items()]
    rows.append((f"limit of the speed, {LIMIT_RATIO:g} of DuckDB keeping", _kept(ratios["kept"] >= LIMIT_RATIO)))
    rows.append((f"limit of the memory, {LIMIT_MEGABYTES:,.0f} MB", _kept(memory["land"] < LIMIT_MEGABYTES)))
    print(lines(f"Survey exports, {size:.0f} MB, {responses:,} responses", rows))


def _figures(seconds: float, size: float, megabytes: float) -> str:
    return f"{seconds:.2f} s, {size / seconds:.0f} MB/s, {megabytes:,.0f} MB held"


def _kept(is_kept: bool) -> str:
    return "kept" if is_kept else "BROKEN"


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["land", data, exports]:
            land(Path(data), Path(exports))
        case ["counted" | "kept" as what, exports]:
            plain(Path(exports), keep=what == "kept")
        case [*given]:
            main(float(given[0]) if given else 100.0)
