"""What a number is: one rule, in Python for the check and in SQL for the warehouse, and the cells of spreadsheets before it."""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import duckdb
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.readers import decimals, decode, values
from orchestration.readers.decode.formats import is_percent
from tests.macro_sql import render

#: What is typed and printed where a number should be, and the number, if it is one.
CELLS = {
    "4.5": 4.5, "63%": 63, "63 %": 63, "1,234": 1234, "12,345.5": 12345.5, "+3": 3, "-0.4": -0.4, ".5": 0.5, "5.": 5,
    "007": 7, "1e+05": 100_000, "2.5e-05": 0.000025, "-1e-17": -1e-17,
    "NaN": None, "nan": None, "inf": None, "-inf": None, "Infinity": None, "4,5": None, "1,23": None, "0,500": None,
    "12,34,567": None, ",5": None, "1e3": None, "1E+05": None, "1.23E+05": None, "1_000": None, "5%%": None, "%": None,
    "%5": None, ".": None, "-": None, "--1": None, "- 5": None, "1 000": None, "٣": None, "½": None, "0x10": None,
    "1e+999": None, "9" * 400: None, "#DIV/0!": None, "TRUE": None, "2019-05-04": None, "12:30:00": None, "null": None,
}  # fmt: skip


@pytest.fixture(scope="module")
def sql() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("create macro figure_of(cell) as " + render("{{ to_number('cell') }}"))
        connection.execute("create macro number_is(cell) as " + render("{{ is_number('cell') }}"))
        connection.execute("create macro rating_of(cell) as " + render("{{ to_rating('cell', 1, 5) }}"))
        yield connection


def _ask(connection: duckdb.DuckDBPyConnection, macro: str, cell: str) -> Any:
    ((found,),) = connection.execute(f"select {macro}(?::varchar)", [cell]).fetchall()
    return found


@pytest.mark.parametrize(("cell", "number"), CELLS.items(), ids=lambda item: str(item)[:20])
def test_a_number_is_one_to_the_check_and_to_the_warehouse(
    sql: duckdb.DuckDBPyConnection, cell: str, number: float | None
) -> None:
    assert values.figure_of(cell) == number
    assert _ask(sql, "figure_of", cell) == number


@settings(max_examples=400, deadline=None)
@given(
    st.text(st.sampled_from("0123456789,.+-eE%_ naif#٣"), max_size=9)
    | st.floats().map(str)
    | st.integers().map("{:,}".format)
)
def test_the_check_and_the_warehouse_read_the_same_number(sql: duckdb.DuckDBPyConnection, cell: str) -> None:
    cell = cell.strip()  # as the readers hand it on
    found = values.figure_of(cell)
    assert _ask(sql, "figure_of", cell) == found
    assert _ask(sql, "number_is", cell) == values.is_number(cell)
    assert found is None or math.isfinite(found)


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("01456.,-–—: amostly+%٣\n\u00a0"), max_size=9))
def test_the_check_and_the_warehouse_read_the_same_rating(sql: duckdb.DuckDBPyConnection, cell: str) -> None:
    cell = cell.strip()
    assert (_ask(sql, "rating_of", cell) is None) == (not cell or values.on_scale(cell, {}, 1, 5) is not None)


@given(st.floats(-100, 100).map(lambda number: round(number, 2)))
def test_a_decimal_comma_is_read_as_what_it_says(number: float) -> None:
    written = f"{number:.2f}".replace(".", ",")
    assert decimals.has_decimal_commas([["SUPP", written], ["x", written]], [1])
    assert values.figure_of(decimals.pointed(written)) == pytest.approx(number)
    assert values.figure_of(decimals.pointed(f"{number:.2f}%".replace(".", ","))) == pytest.approx(number)


def test_only_a_file_that_is_written_so_throughout_has_decimal_commas() -> None:
    assert not decimals.has_decimal_commas([["4,5"], ["4.5"], ["4,5"]], [0])
    assert not decimals.has_decimal_commas([["4,5"]], [0]), "one alone may be a slip"
    assert not decimals.has_decimal_commas([["1,234"], ["2,345"]], [0]), "thousands"
    assert not decimals.has_decimal_commas([["4,5", "1"], ["3,9", "2"]], [1]), "no figures there"
    assert decimals.has_decimal_commas([["1.234,5"], ["0,125"], ["7,1"]], [0])
    assert (
        decimals.pointed("1.234,5") == "1234.5"
        and decimals.pointed("1.234") == "1234"
        and decimals.pointed("SUPP") == "SUPP"
    )


@pytest.mark.parametrize(
    ("code", "percent"),
    [
        ("0%", True), ("0.00%", True), ("0.0%;[Red]-0.0%", True), ("# ##0.0 %", True), ('[>1]0%;0.0%', True),
        ('0"%"', False), ("0\\%", False), ("0.0", False), ("General", False), ('0" % of pupils"', False), ("[$-809]0", False),
    ],
)  # fmt: skip
def test_a_format_is_a_percentage_where_it_multiplies(code: str, percent: bool) -> None:
    assert is_percent(code) is percent


def _workbook(cells: dict[tuple[int, int], tuple[Any, str]], formulas: dict[tuple[int, int], str]) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet("data")
        for (row, column), (value, code) in cells.items():
            sheet.write(row, column, value, book.add_format({"num_format": code}))
        for (row, column), error in formulas.items():
            sheet.write_formula(row, column, "=1/0", None, error)
    return stream.getvalue()


def _rows(content: bytes) -> list[list[str]]:
    (part,) = decode.parts("file.xlsx", lambda: io.BytesIO(content))
    return [row.cells for row in decode.read_table(part, decode.probe(part), lambda cells: "a" in cells).rows]


@pytest.mark.parametrize("corner", [(0, 0), (2, 1), (3, 30)])
def test_cells_of_a_spreadsheet_are_read_by_their_type(corner: tuple[int, int]) -> None:
    """Wherever the table begins: the library leaves out what lies before it."""
    row, column = corner
    plain = {
        (row, column): ("a", "General"), (row, column + 1): ("b", "General"), (row, column + 2): ("c", "General"),
        (row + 1, column): (0.61, "0%"), (row + 1, column + 1): (0.575, "0.0%"), (row + 1, column + 2): (61, '0"%"'),
        (row + 2, column): (date(2019, 3, 14), "dd/mm/yyyy"),
        (row + 2, column + 1): (datetime(2019, 3, 14, 15, 40), "dd/mm/yyyy hh:mm"),
        (row + 2, column + 2): (time(12, 30), "hh:mm"),
        (row + 3, column): (True, "General"), (row + 3, column + 1): (timedelta(hours=36), "[h]:mm:ss"),
        (row + 3, column + 2): (0.61, "0.00"),
        (row + 4, column): ("61%", "0%"), (row + 4, column + 1): (0, "0%"),
    }  # fmt: skip
    found = _rows(_workbook(plain, {(row + 4, column + 2): "#DIV/0!"}))
    assert found == [
        ["61%", "57.5%", "61"], ["2019-03-14", "2019-03-14 15:40:00", "12:30:00"], ["TRUE", "36:00:00", "0.61"],
        ["61%", "0%", "#DIV/0!"],
    ]  # fmt: skip


def test_an_error_is_seen_where_nothing_is_a_percentage() -> None:
    """Rows and cells need not say where they are."""
    content = _workbook({(0, 0): ("a", "General"), (1, 0): (1, "General")}, {(2, 0): "#N/A"})
    assert _rows(content) == [["1"], ["#N/A"]]
    bare = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(bare, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name.endswith("sheet1.xml"):
                for place in (b"A1", b"A2", b"A3", b"1", b"2", b"3"):
                    text = text.replace(b' r="' + place + b'"', b"")
            new.writestr(name, text)
    assert _rows(bare.getvalue()) == [["1"], ["#N/A"]]


_ODS = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 office:version="1.2"><office:body><office:spreadsheet>
 <table:table table:name="notes"><table:table-row>
 <table:table-cell office:value-type="percentage" office:value="0.5"/></table:table-row></table:table>
 <table:table table:name="data">
 <table:table-row><table:table-cell office:value-type="string"><text:p>a</text:p></table:table-cell>
 <table:table-cell office:value-type="string"><text:p>b</text:p></table:table-cell>
 <table:table-cell office:value-type="string"><text:p>c</text:p></table:table-cell></table:table-row>
 <table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type="float" office:value="0.61"/>
 <table:table-cell table:number-columns-repeated="2" office:value-type="percentage" office:value="0.61"/></table:table-row>
 <table:table-row><table:table-cell office:value-type="percentage" office:value="0.7"/>
 <table:table-cell office:value-type="float" office:value="3"/>
 <table:table-cell office:value-type="float" office:value="4"/></table:table-row>
 </table:table></office:spreadsheet></office:body></office:document-content>"""


def test_percentages_of_an_open_document() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        # between tags the library takes no blanks
        archive.writestr("content.xml", _ODS.replace("\n ", " ").replace("> <", "><"))
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
            "</manifest:manifest>",
        )
    assert _rows(stream.getvalue()) == [["0.61", "61%", "61%"], ["0.61", "61%", "61%"], ["70%", "3", "4"]]
