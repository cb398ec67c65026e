"""Large survey exports: DuckDB copies them by itself, and the raw rows are those the careful reader writes."""

from __future__ import annotations

import csv
import io
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.landing.load import load_files
from orchestration.raw.layout import table_path
from orchestration.raw.writer import Writer
from orchestration.readers import forms, read_file, swift
from orchestration.readers.decode import Refusal
from orchestration.readers.shape import Pseudonym, Reading, Reject
from orchestration.settings import Paths
from tests.attack import mutations
from tests.survey_exports import COMMENT, EXPORTS, PARTNERSHIP, REFLECTION, SCHOOL, TERM, text

KEY = b"a key of thirty-two bytes, or so"
FORGOTTEN = "name:ada byron"
PSEUDONYM = Pseudonym(lambda: KEY, frozenset([Pseudonym(lambda: KEY)(FORGOTTEN)]))
ABOUT = [SCHOOL, PARTNERSHIP, TERM]
LABEL = REFLECTION[0][1]
DAMAGED = 120
Outcome = tuple[list[tuple[Any, ...]], int, list[Reject]]


@pytest.fixture(autouse=True)
def no_file_is_too_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(swift, "FROM_BYTES", 0)


def reading_of(path: Path) -> Reading | None:
    (piece,) = read_file(path, lambda: path.open("rb"), None, PSEUDONYM)
    return piece.reading


@pytest.fixture(scope="module")
def duck() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as connection:
        yield connection


@dataclass
class Bench:
    """A raw folder that is written both ways, over and over."""

    folder: Path
    writer: Writer
    duck: duckdb.DuckDBPyConnection

    def table(self, name: str) -> list[tuple[Any, ...]]:
        path = str(table_path(self.folder / "raw", "forms", name))
        query = "select * exclude (_file_id) from read_parquet($path) order by _row_number"
        return self.duck.execute(query, {"path": path}).fetchall()

    def both_ways(self, content: bytes) -> tuple[Outcome | None, Outcome | None]:
        """What DuckDB makes of an export and what the careful reader does: raw rows, count of rows, rejects."""
        path = self.folder / "export.csv"
        path.write_bytes(content)
        reading = reading_of(path)
        if reading is None or reading.answers is None:
            return None, None
        answers, swiftly = reading.answers, None
        plan = answers.plan()
        if plan is not None and (copied := self.writer.copy_answers("forms", "swift", plan, PSEUDONYM)()):
            swiftly = (self.table("swift"), copied.rows, forms.rejects_of(copied, answers.questions))
        try:
            self.writer.write_answers("forms", "careful", answers.kept, answers.rows)
        except Refusal:
            return swiftly, None
        return swiftly, (self.table("careful"), reading.row_count, reading.rejects)

    def is_copied(self, content: bytes) -> bool:
        """Whether DuckDB took an export; that it took it as the careful reader does is asserted."""
        swiftly, carefully = self.both_ways(content)
        if swiftly is not None:
            assert swiftly == carefully, content
        return swiftly is not None


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory, duck: duckdb.DuckDBPyConnection) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("bench")
    with Writer(folder / "raw") as writer:
        yield Bench(folder, writer, duck)


@pytest.mark.parametrize("tool", [name for name, (suffix, _) in EXPORTS.items() if suffix == ".csv"])
def test_every_tool_gives_the_same_raw_rows_both_ways(tmp_path: Path, bench: Bench, tool: str) -> None:
    EXPORTS[tool][1](tmp_path / "export.csv")
    # of Windows-1252 and of line breaks in a heading DuckDB is not asked
    assert bench.is_copied((tmp_path / "export.csv").read_bytes()) == (tool != "microsoft")


def pieces(of: Sequence[str], most: int) -> st.SearchStrategy[str]:
    """Texts put together from a few pieces."""
    return st.lists(st.sampled_from(of), max_size=most).map("".join)


CELL = pieces(
    ["a", "é", "ß", "’", " ", "\u00a0", "\u2003", "\t", "\n", "\r\n", ",", '"', "@", "＠", ".uk", "x@y.uk"], most=6
)
WHO = st.sampled_from(["", "anonymous", "Ada@Example.org", " zoë@example.org", "ADA", "Straße", "İnci", "Ada  Byron "])
WHEN = st.sampled_from(
    ["", "3/14/2019 9:00:00", "3/4/2019", "13/4/2019 9:00:00", "3/14/2019 9:00:00 ", "2019-03-14", "soon"]
)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(WHEN, WHO, WHO, st.sampled_from(["4", "", " 5"]), CELL, CELL), min_size=1, max_size=5),
    st.booleans(),
    st.sampled_from(["\r\n", "\n"]),
    st.booleans(),
)
def test_whatever_is_answered_comes_out_the_same(
    bench: Bench, rows: list[tuple[str, ...]], is_quoted: bool, end: str, has_bom: bool
) -> None:
    header = ["Timestamp", "Email", "Name", *ABOUT, LABEL, "Anything else?", "Something we do not know"]
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL if is_quoted else csv.QUOTE_MINIMAL, lineterminator=end)
    writer.writerows(
        [header, *([when, email, name, "900001", "P01", "Spring 2018/19", *rest] for when, email, name, *rest in rows)]
    )
    bench.is_copied(out.getvalue().encode("utf-8-sig" if has_bom else "utf-8"))


def test_damaged_exports_come_out_the_same(tmp_path: Path, bench: Bench) -> None:
    """Damaged exports, seed fixed. Most are not for DuckDB; those it takes, it takes as the careful reader does."""
    chance = random.Random(20_261_124)
    sources = []
    for name, (suffix, write) in EXPORTS.items():
        if suffix == ".csv":
            write(tmp_path / name)
            sources.append((tmp_path / name).read_bytes())
    damage = [mutation for mutation in mutations.OF_TEXT if mutation is not mutations.huge_field]
    told: Counter[bool] = Counter()
    for _ in range(DAMAGED):
        content = chance.choice(sources)
        told[bench.is_copied(chance.choice(damage)(chance, content))] += 1
    print(f"{told[True]} of {DAMAGED} damaged exports were copied by DuckDB")
    assert told[True] > DAMAGED // 10


@pytest.mark.parametrize(
    "row",
    [
        '2019-03-14,ada@x.uk, "900001",P01,T,4,x',
        '2019-03-14,ada@x.uk,900001,P01,T,4,"x" y',
        "2019-03-14,ada@x.uk,900001,P01,T,4,x,extra",
        "2019-03-14,ada@x.uk,900001,P01,T,4",
        '2019-03-14,ada@x.uk,900001,P01,T,4,"never closed',
        '2019-03-14,ada@x.uk,900001,P01,T,4,"a\nb,,,,,,,c"',
        "\n2019-03-14,ada@x.uk,900001,P01,T,4,x",
        "2019-03-14,ada@x.uk,900001,P01,T,4,a\x0bb",
        '2019-03-14,ada@x.uk,900001,P01,T,4,"a\rb"',
        "soon,ada@x.uk,900001,P01,T,4,x",
        ",,,,,,",
        "2019-03-14,ada@x.uk,900001,P01,T,4," + "x" * 1_100_000,
    ],
)
def test_what_the_two_might_read_differently_is_left_to_the_careful_reader(bench: Bench, row: str) -> None:
    header = ",".join(["Timestamp", "Email", *ABOUT, f'"{LABEL}"', COMMENT])
    good = "2019-03-14,ada@x.uk,900001,P01,T,4,x"
    assert bench.is_copied("\n".join([header, good, good, ""]).encode())
    assert not bench.is_copied("\n".join([header, good, row, good, ""]).encode())


def test_several_lines_in_an_answer_are_no_obstacle(bench: Bench) -> None:
    rows = [["Timestamp", "Email", *ABOUT, LABEL, COMMENT]]
    rows += [
        ["2019-03-14", "ada@x.uk", "900001", "P01", "T", "4", answer] for answer in ("a\nb", "c\n\nd\n", "ask x@y.uk\n")
    ]
    assert bench.is_copied(text(rows).encode())


def test_options_of_one_question_are_joined_as_the_careful_reader_does(bench: Bench) -> None:
    first = ["Respondent ID", "End Date", "Collector ID", *ABOUT, LABEL, COMMENT, "", ""]
    second = ["", "", "", *["Response"] * 4, "Leaders", "Staff", "Other"]
    rows = [first, second]
    for leaders, staff, other in (
        ("Leaders", "", "parents"),
        ("leaders ", "STAFF", ""),
        ("", "", "Other"),
        ("", "", "a@b.uk"),
    ):
        rows.append(["1", "03/14/2019", "preview" if staff else "7", "900001", "P01", "T", "4", leaders, staff, other])
    assert bench.is_copied(text(rows).encode())


def test_the_hash_is_the_one_of_python(duck: duckdb.DuckDBPyConnection) -> None:
    pseudonym = Pseudonym(lambda: KEY)
    for said in ("email:ada@x.uk", "name:zoë", "x" * 300):
        query = "select left(sha256($key::blob || encode($said)), 16)"
        (found,) = duck.execute(query, {"key": pseudonym.prefix(), "said": said}).fetchone() or ("",)
        assert found == pseudonym(said)
        assert found != Pseudonym(lambda: b"another key")(said)


def test_letters_that_count_as_folded_alike_are(duck: duckdb.DuckDBPyConnection) -> None:
    """Every character the pattern lets through is folded by DuckDB as by Python."""
    letters = [chr(code) for code in range(0x20, 0x180)]
    fold = swift._folded("x").replace(swift._ERROR, "NULL")
    found = dict(duck.execute(f"select x, {fold} from unnest($letters) as t(x)", {"letters": letters}).fetchall())
    assert sum(folded is not None for folded in found.values()) > 250
    assert all(folded == letter.casefold() for letter, folded in found.items() if folded is not None)
    assert found["ß"] is None and found["É"] == "é"


def test_an_address_is_one_for_both(duck: duckdb.DuckDBPyConnection) -> None:
    chance = random.Random(7)
    parts = ["a", "é", "ⅷ", "²", "9", "_", ".", "@", "＠", " ", "\u2003", "\x1c", "(", ",", ";", "中", "uk"]
    answers = ["".join(chance.choices(parts, k=chance.randrange(3, 13))) for _ in range(20_000)]
    query = "select x, regexp_matches(x, $address) from unnest($answers) as t(x)"
    found = duck.execute(query, {"answers": answers, "address": forms._ADDRESS_RE2}).fetchall()
    assert sum(is_one for _, is_one in found) > 20
    assert [answer for answer, is_one in found if is_one != (forms._ADDRESS.search(answer) is not None)] == []


def test_landing_copies_what_it_can_and_reads_the_rest(
    tmp_path: Path, duck: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same log and the same raw rows, whichever way the files went."""
    logs = []
    for at, size in enumerate((0, sys.maxsize)):
        monkeypatch.setattr(swift, "FROM_BYTES", size)
        paths = Paths(tmp_path / f"data{at}")
        paths.landing.mkdir(parents=True)
        paths.secret_key.write_bytes(KEY)
        for name, (suffix, write) in EXPORTS.items():
            write(paths.landing / f"{name}{suffix}")
        told = ("path", "status", "rows_landed", "rows_unreadable", "encoding")
        files = sorted([record[name] for name in told] for record in load_files(paths).files)
        exports = f"read_parquet('{paths.raw}/forms_reflection/*.parquet', union_by_name = true)"
        rows = duck.execute(f"select * exclude (_file_id) from {exports} order by all").fetchall()
        listed = f"'{paths.raw}/landing/rejects.parquet'"
        rejects = duck.execute(f"select * exclude (_file_id) from {listed} order by all").fetchall()
        logs.append((files, rows, rejects))
    assert len(logs[0][1]) == 4 * len(EXPORTS)
    assert logs[0] == logs[1]


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_what_lies_across_two_chunks_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(swift, "_CHUNK", size)
    file = tmp_path / "export.csv"
    for content, told in (
        ("ab,c\r\nd,e\r\n", swift.Scan(2, True, False, False)),
        ('ab,"said ""so"""\ncd,é', swift.Scan(2, False, False, False)),
        ("ab,c\u2003\n\t", swift.Scan(2, False, True, True)),
        ('abc,"d "" e"', swift.Scan(1, True, False, False)),
        ('abc, "de"\n', None),
        ("abc\rde\n", None),
        ("abcde\r", None),
    ):
        file.write_bytes(content.encode())
        assert swift.scan(file) == told


def test_a_line_break_the_first_rows_did_not_show_is_found_by_the_lines(bench: Bench) -> None:
    rows = [["Timestamp", "Email", *ABOUT, LABEL, COMMENT]]
    rows += [["2019-03-14", f"{number}@x.uk", "900001", "P01", "T", "4", "x"] for number in range(600)]
    rows[-1][-1] = "a\nb\n"
    assert bench.is_copied(text(rows).encode())
