"""From bytes to tables of text: encodings, delimiters, archives, spreadsheets."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.readers import decode
from orchestration.readers.decode import Refusal, Table, unpacking
from orchestration.readers.decode.text import MAX_CELL

HEADER = ["place", "first", "second"]


def table_of(content: bytes, wanted: Callable[..., bool] = lambda cells: cells[:1] == ["place"]) -> Table:
    (part,) = decode.parts("file.csv", lambda: io.BytesIO(content))
    return decode.read_table(part, decode.probe(part), wanted)


def rows_of(content: bytes) -> list[list[str]]:
    return [row.cells for row in table_of(content).rows]


def refusal_of(content: bytes) -> str:
    with pytest.raises(Refusal) as refused:
        for part in decode.parts("file", lambda: io.BytesIO(content)):
            list(decode.read_table(part, decode.probe(part), lambda cells: True).rows)
    return str(refused.value)


def zip_of(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


cells = st.text(st.characters(codec="cp1252", exclude_characters="\0", exclude_categories=("Cc",)), max_size=8)
lines = st.sampled_from(["", "\n", "\r\n", "a\nb", 'say "yes", now'])
tables = st.lists(st.lists(cells | lines, min_size=3, max_size=3), max_size=6)


@settings(max_examples=150, deadline=None)
@given(
    table=tables,
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    newline=st.sampled_from(["\n", "\r\n"]),
)
def test_what_was_written_as_csv_comes_back(
    table: list[list[str]], delimiter: str, encoding: str, newline: str
) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, lineterminator=newline).writerows([HEADER, *table])
    content = stream.getvalue()
    if encoding == "cp1252":
        # make sure that the bytes are not also valid UTF-8 by chance
        content += delimiter.join(["é", "’", "–"]) + newline
        table = [*table, ["é", "’", "–"]]
    stripped = [[cell.strip() for cell in row] for row in table]
    assert rows_of(content.encode(encoding)) == [row for row in stripped if any(row)]


def test_blank_lines_are_skipped_and_counted() -> None:
    rows = list(table_of(b"place,first,second\n\na,1,2\n,,\nb,3,4\n").rows)
    assert [(row.number, row.cells[0]) for row in rows] == [(3, "a"), (5, "b")]


def test_header_is_found_below_a_title() -> None:
    table = table_of(b"Our figures\n\nplace;first\na;1\n")
    assert (table.header, table.header_number) == (["place", "first"], 3)


def test_the_delimiter_line_of_excel_is_not_a_row() -> None:
    table = table_of(b"sep=;\r\nplace;first\r\na;1,5\r\n")
    assert (table.header_number, [row.cells for row in table.rows]) == (1, [["a", "1,5"]])


def test_an_unclosed_quotation_mark_costs_one_row() -> None:
    rows = list(table_of(b'place,first,second\na,1,2\n"b,3,4\nc,5,6\nd,7,8\n').rows)
    assert [(row.number, row.cells[:1], bool(row.fault)) for row in rows] == [
        (2, ["a"], False),
        (3, [], True),
        (4, ["c"], False),
        (5, ["d"], False),
    ]


def test_two_stray_quotation_marks_do_not_swallow_the_rows_between() -> None:
    content = b'place,b,c,d,e\na,1,2,3,4\nb,"1,2,3,4\nc,1,2,3,4\nd,1",2,3,4\ne,1,2,3,4\n'
    rows = list(table_of(content).rows)
    assert [row.cells[0] for row in rows if not row.fault] == ["a", "c", "d", "e"]


def test_a_quoted_line_break_in_a_wide_table_is_kept() -> None:
    assert rows_of(b'place,b,c,d,e\na,"one,\ntwo",2,3,4\n') == [["a", "one,\ntwo", "2", "3", "4"]]


def test_a_cell_of_absurd_length_costs_one_row() -> None:
    rows = list(table_of(b"place,first\na," + b"x" * (MAX_CELL + 1) + b"\nb,1\n").rows)
    assert [(row.number, bool(row.fault)) for row in rows] == [(2, True), (3, False)]


def test_cp1252_is_told_from_utf8() -> None:
    table = table_of("place,first\nSt Mary’s – juniors,1\n".encode("cp1252"))
    assert (table.encoding, next(table.rows).cells[0]) == ("cp1252", "St Mary’s – juniors")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\n\n \n", "only blank lines"),
        (b"place,first\na,\x00\n", "Line 2 holds a NUL byte"),
        (b"place,first\na,1\nb,\x81\xff\n", "Line 3 holds a byte"),
        (b"\xef\xbb\xbfplace,first\na,\xe9\n", "says it is UTF-8 but is not"),
        (b"\xff\xfeplace", "is not all utf-16"),
        (b"%PDF-1.7", "a PDF"),
        (b"\xd0\xcf\x11\xe0rubbish", "cannot be opened"),
        (b"PK\x03\x04rubbish", "damaged"),
        (gzip.compress(b"place,first\n", mtime=0)[:-9], "damaged or cut short"),
        (gzip.compress(gzip.compress(b"place", mtime=0), mtime=0), "inside an archive"),
    ],
)
def test_unusable_bytes_are_refused_with_the_reason(content: bytes, reason: str) -> None:
    assert reason in refusal_of(content)


def test_gzip_is_read_and_hashed_by_its_content() -> None:
    plain, packed = b"place,first\na,1\n", gzip.compress(b"place,first\na,1\n")
    (part,) = decode.parts("f.csv.gz", lambda: io.BytesIO(packed))
    (same,) = decode.parts("f.csv", lambda: io.BytesIO(plain))
    assert decode.probe(part).sha256 == decode.probe(same).sha256
    assert rows_of(packed) == [["a", "1"]]


def test_members_of_an_archive_are_parts_but_hidden_ones_are_not() -> None:
    content = zip_of(**{"2018-19/a.csv": b"place\n", "__MACOSX/._a.csv": b"x", "b.csv": b"place\n"})
    members = [part.member for part in decode.parts("f.zip", lambda: io.BytesIO(content))]
    assert members == ["2018-19/a.csv", "b.csv"]


@pytest.mark.parametrize("name", ["../a.csv", "/etc/a.csv", "x/../../a.csv", "..\\a.csv", "C:/a.csv"])
def test_members_that_point_outside_are_refused(name: str) -> None:
    assert "points outside" in refusal_of(zip_of(**{name: b"place\n"}))


def test_an_archive_in_an_archive_is_refused() -> None:
    assert "inside an archive" in refusal_of(zip_of(**{"inner.zip": zip_of(**{"a.csv": b"place\n"})}))


def test_too_many_members_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MAX_MEMBERS", 1)
    assert "holds 2 files" in refusal_of(zip_of(**{"a.csv": b"place\n", "b.csv": b"place\n"}))


def test_a_member_that_shrank_too_well_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "RATIO_CHECKED_ABOVE", 10_000)
    assert "larger than is accepted" in refusal_of(zip_of(**{"a.csv": b"0" * 1_000_000}))


def test_gzip_that_grows_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MAX_UNPACKED", 10_000)
    assert "larger than is accepted" in refusal_of(gzip.compress(b"0" * 1_000_000))


def workbook(**sheets: list[list[object]]) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    day, moment = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_format({"num_format": "dd/mm/yy hh:mm:ss"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for place, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, dt.datetime):
                    sheet.write_datetime(place, column, value, moment)
                elif isinstance(value, dt.date):
                    sheet.write_datetime(place, column, value, day)
                else:
                    sheet.write(place, column, value)
    book.close()
    return stream.getvalue()


def test_spreadsheet_values_come_back_as_they_would_be_typed() -> None:
    values = [100000, 0.1 + 0.2, -2.5, True, dt.date(2019, 3, 4), dt.datetime(2019, 3, 4, 10, 20, 30), " text ", "007"]
    (row,) = table_of(workbook(data=[["place", *"abcdefg"], values])).rows
    assert row.cells == ["100000", "0.3", "-2.5", "TRUE", "2019-03-04", "2019-03-04 10:20:30", "text", "007"]


@settings(max_examples=60, deadline=None)
@given(start=st.integers(0, 5000), length=st.integers(1, 300), packed=st.booleans())
def test_whatever_is_damaged_is_refused_and_never_breaks_the_reader(start: int, length: int, packed: bool) -> None:
    whole = zip_of(**{"a.csv": b"place\na\n", "b.csv": b"place\nb\n"}) if packed else workbook(data=[["place"], ["a"]])
    content = whole[: start % len(whole)] + whole[start % len(whole) + length :]
    try:
        for part in decode.parts("file", lambda: io.BytesIO(content)):
            list(decode.read_table(part, decode.probe(part), lambda cells: True).rows)
    except Refusal as refusal:
        assert str(refusal)


def test_the_sheet_with_the_wanted_header_is_read_and_rows_keep_their_numbers() -> None:
    table = table_of(workbook(notes=[["Read me"]], figures=[["Title"], [], ["place", "first"], [], ["a", 1]]))
    assert (table.sheet, [(row.number, row.cells) for row in table.rows]) == ("figures", [(5, ["a", "1"])])


def test_a_second_sheet_of_data_is_not_dropped_silently() -> None:
    table = table_of(workbook(one=[["place"], ["a"]], two=[["place"], ["b"]]))
    assert table.sheet == "one" and "Only sheet 1 of the workbook was read, not sheet 2" in table.remark


def test_a_spreadsheet_inside_an_archive_is_read() -> None:
    assert rows_of(zip_of(**{"a.xlsx": workbook(data=[["place"], ["a"]])})) == [["a"]]


def test_a_large_file_is_not_held_in_memory(tmp_path: Path) -> None:
    import tracemalloc

    path = tmp_path / "large.csv"
    path.write_bytes(b"place,first,second\n" + b"somewhere,1,2\n" * 400_000)
    tracemalloc.start()
    (part,) = decode.parts(path.name, lambda: path.open("rb"))
    table = decode.read_table(part, decode.probe(part), lambda cells: cells[0] == "place")
    for _, _ in zip(table.rows, range(50_000), strict=False):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 6_000_000


def test_a_file_of_two_encodings_is_read_and_said_to_be_one() -> None:
    mixed = "place,first,second\nCafé,1,2\n".encode() + "Zoë,3,4\n".encode("cp1252")
    assert "UTF-8 and others Windows-1252" in table_of(mixed).remark
    for encoding in ("utf-8", "cp1252"):
        assert table_of("place,first,second\nCafé,1,2\nZoë,3,4\n".encode(encoding)).remark == ""
