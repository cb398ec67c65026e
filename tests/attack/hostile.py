"""Files made to stop a reader or to take all memory: each small, and of one kind of trap, as a stranger could send them.

`PERSON` is planted in a cell of every one that can hold text: nobody may read it where the file is not theirs.
"""

from __future__ import annotations

import gzip
import io
import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

#: Words of no file of ours: an invented person and what is nobody's business.
PERSON = ("Quillon", "Abernathyx", "safeguardingplan")
SENTENCE = f"{PERSON[0]} {PERSON[1]} has a {PERSON[2]}"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def text_cell(reference: str, text: str) -> str:
    """A cell of a workbook that holds its own text; without a reference it lies beside the one before."""
    placed = f' r="{reference}"' if reference else ""
    return f'<c{placed} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def workbook(
    sheets: dict[str, Callable[[], Iterator[bytes]]], strings: Callable[[], Iterator[bytes]] | None = None
) -> bytes:
    """A workbook written by hand, so that it can hold what no program writes; of each sheet what is inside `sheetData`."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        overrides = "".join(
            f'<Override PartName="/xl/worksheets/sheet{at}.xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
            for at in range(1, len(sheets) + 1)
        )
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Override PartName="/xl/workbook.xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
            f"{overrides}</Types>",
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_RELATED}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        named = "".join(
            f'<sheet name="{name}" sheetId="{at}" r:id="rId{at}"/>' for at, name in enumerate(sheets, start=1)
        )
        archive.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATED}"><sheets>{named}</sheets></workbook>'
        )
        related = "".join(
            f'<Relationship Id="rId{at}" Type="{_RELATED}/worksheet" Target="worksheets/sheet{at}.xml"/>'
            for at in range(1, len(sheets) + 1)
        )
        if strings:
            related += f'<Relationship Id="rIdS" Type="{_RELATED}/sharedStrings" Target="sharedStrings.xml"/>'
            with archive.open("xl/sharedStrings.xml", "w") as part:
                part.write(f'<sst xmlns="{_MAIN}">'.encode())
                part.writelines(strings())
                part.write(b"</sst>")
        archive.writestr(
            "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{_PACKAGE}/relationships">{related}</Relationships>'
        )
        for at, rows in enumerate(sheets.values(), start=1):
            with archive.open(f"xl/worksheets/sheet{at}.xml", "w", force_zip64=True) as part:
                part.write(f'<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
                part.writelines(rows())
                part.write(b"</sheetData></worksheet>")
    return held.getvalue()


def _row(number: int, *cells: str) -> bytes:
    return f'<row r="{number}">{"".join(cells)}</row>'.encode()


def _reviews() -> Iterator[bytes]:
    """A header that is known here, and a row that is none."""
    yield _row(1, *(text_cell(f"{chr(65 + at)}1", name) for at, name in enumerate(("LA", "ESTAB", "URN", "PERCTOT"))))
    yield _row(2, text_cell("C2", SENTENCE))


def _with(*rows: bytes) -> Callable[[], Iterator[bytes]]:
    def all_rows() -> Iterator[bytes]:
        yield from _reviews()
        yield from rows

    return all_rows


def _many(piece: bytes, times: int, at_once: int = 10_000) -> Iterator[bytes]:
    for _ in range(times // at_once):
        yield piece * at_once


def far_cell() -> bytes:
    """One cell in the last row and the last column there can be."""
    return workbook({"data": _with(_row(1_048_576, text_cell("XFD1048576", SENTENCE)))})


def far_space() -> bytes:
    """A space a hundred columns away in the last row, which nobody sees."""
    return workbook({"data": _with(_row(1_048_576, text_cell("CV1048576", " ")))})


def far_alone() -> bytes:
    """Nothing but a cell in the far corner."""
    return workbook({"data": lambda: iter([_row(1_048_576, text_cell("XFD1048576", SENTENCE))])})


def dense() -> bytes:
    """Twenty million cells that do not say where they lie."""

    def rows() -> Iterator[bytes]:
        yield from _reviews()
        for _ in range(2000):
            yield b"<row>" + b"<c><v>1</v></c>" * 10_000 + b"</row>"

    return workbook({"data": rows})


def spaces() -> bytes:
    """Five hundred million bytes of nothing between two rows."""
    return workbook({"data": lambda: (piece for piece in (*_reviews(), *_many(b" " * 1000, 500_000)))})


def long_strings() -> bytes:
    """A long text that two million cells refer to: each holds a copy of it."""

    def rows() -> Iterator[bytes]:
        yield from _reviews()
        for _ in range(200):
            yield b"<row>" + b'<c t="s"><v>0</v></c>' * 10_000 + b"</row>"

    return workbook({"data": rows}, lambda: iter([b"<si><t>" + SENTENCE.encode() * 800 + b"</t></si>"]))


def many_strings() -> bytes:
    """Forty million shared strings that no cell refers to."""
    return workbook({"data": _reviews}, lambda: _many(b"<si><t>a</t></si>", 30_000_000, 100_000))


def many_sheets() -> bytes:
    """Ten thousand sheets."""
    return workbook({f"s{at}": _reviews for at in range(10_000)})


def wide_sheet() -> bytes:
    """Sixteen thousand columns."""

    def rows() -> Iterator[bytes]:
        for _ in range(30):
            yield b"<row>" + b"".join(text_cell("", f"{SENTENCE} {at}").encode() for at in range(16_000)) + b"</row>"

    return workbook({"data": rows})


def repeated_cells() -> bytes:
    """An OpenDocument sheet whose one cell is repeated a million times in a million rows."""
    held = io.BytesIO()
    office = "urn:oasis:names:tc:opendocument:xmlns"
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{office}:manifest:1.0"/>')
        archive.writestr(
            "content.xml",
            f'<office:document-content xmlns:office="{office}:office:1.0" xmlns:table="{office}:table:1.0" '
            f'xmlns:text="{office}:text:1.0" office:version="1.2"><office:body><office:spreadsheet>'
            '<table:table table:name="data"><table:table-row table:number-rows-repeated="1048576">'
            '<table:table-cell table:number-columns-repeated="16384" office:value-type="string">'
            f"<text:p>{SENTENCE}</text:p></table:table-cell></table:table-row></table:table>"
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return held.getvalue()


def wide_text() -> bytes:
    """Sixteen thousand columns, each of them a sentence."""
    line = ",".join(f"{SENTENCE} {at}" for at in range(16_000))
    return f"{line}\n{line}\n{line}\n".encode()


def too_wide_text() -> bytes:
    """More columns than any program writes."""
    return b"LA,ESTAB,URN,PERCTOT" + b",x" * 40_000 + b"\n" + SENTENCE.encode() + b",1" * 40_000


def quotes() -> bytes:
    """Every line closes the quotation mark of the line above and opens one of its own."""
    return b"LA,ESTAB,URN,PERCTOT\n" + f'{SENTENCE}"b,"x\n'.encode() * 200_000


def odd_quotes() -> bytes:
    """A quotation mark that is never closed above twenty thousand lines: one row of a readable file."""
    return b'LA,ESTAB,URN,PERCTOT\n"' + f"{SENTENCE},\n".encode() * 20_000


def commas() -> bytes:
    """A line of a thousand million commas."""
    return _gzipped(b"LA,ESTAB,URN,PERCTOT\n" + SENTENCE.encode(), b"," * 1_000_000, 1000)


def rejected_rows() -> bytes:
    """Two hundred million rows, none of which fits the header."""
    return _gzipped(b"LA,ESTAB,URN,PERCTOT\n", f"{SENTENCE},,,,,,,,x\n".encode() * 10_000, 500)


def nothing() -> bytes:
    """Two thousand million zeros."""
    return _gzipped(b"", b"\0" * 1_000_000, 1900)


def _gzipped(head: bytes, piece: bytes, times: int) -> bytes:
    held = io.BytesIO()
    with gzip.GzipFile(fileobj=held, mode="wb", compresslevel=1, mtime=0) as stream:
        stream.write(head)
        for _ in range(times):
            stream.write(piece)
    return held.getvalue()


def _zip(members: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return held.getvalue()


def nested() -> bytes:
    """An archive in an archive in an archive."""
    inner = _zip({"a.csv": f"URN\n{SENTENCE}\n".encode()})
    return _zip({"outer.zip": _zip({"inner.zip": inner})})


def bombs() -> bytes:
    """An archive of two hundred archives and workbooks that are traps themselves."""
    trap = far_space()
    return _zip(
        {f"{at}.xlsx": trap for at in range(150)}
        | {f"{at}.csv.gz": _gzipped(b"", b"\0" * 1000, 100) for at in range(40)}
    )


def many_members() -> bytes:
    """Three hundred thousand files, all of them empty."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as archive:
        for at in range(150_000):
            archive.writestr(zipfile.ZipInfo(f"{SENTENCE} and a long name of a file {at}.csv"), b"")
    return held.getvalue()


def headless() -> bytes:
    """No header: the first row is a child's."""
    return f"{PERSON[0]},{PERSON[1]},{PERSON[2]},Year\n{PERSON[0]},{PERSON[1]},{PERSON[2]},Six\n".encode()


#: Files that do look like traps, and are read within every bound: their rows are what is wrong with them.
HARMLESS = frozenset({"spaces.xlsx", "odd_quotes.csv"})
#: Name of the file -> what makes it. A refresh must refuse every one by name, but for those.
FILES: dict[str, Callable[[], bytes]] = {
    "far_cell.xlsx": far_cell,
    "far_space.xlsx": far_space,
    "far_alone.xlsx": far_alone,
    "dense.xlsx": dense,
    "spaces.xlsx": spaces,
    "long_strings.xlsx": long_strings,
    "many_strings.xlsx": many_strings,
    "many_sheets.xlsx": many_sheets,
    "wide_sheet.xlsx": wide_sheet,
    "repeated_cells.ods": repeated_cells,
    "wide_text.csv": wide_text,
    "too_wide_text.csv": too_wide_text,
    "quotes.csv": quotes,
    "odd_quotes.csv": odd_quotes,
    "commas.csv.gz": commas,
    "rejected_rows.csv.gz": rejected_rows,
    "nothing.csv.gz": nothing,
    "nested.zip": nested,
    "bombs.zip": bombs,
    "many_members.zip": many_members,
    "headless.csv": headless,
}


def write(folder: Path) -> list[Path]:
    """Write all of them into a folder."""
    folder.mkdir(parents=True)
    for name, make in FILES.items():
        (folder / name).write_bytes(make())
    return [folder / name for name in FILES]


def write_named(folder: Path, encoding: str = "latin-1") -> Path:
    """A file whose name is written in another encoding than the system's."""
    folder.mkdir(parents=True, exist_ok=True)
    path = os.path.join(os.fsencode(folder), "écoles.csv".encode(encoding))
    with open(path, "wb") as file:
        file.write(f"URN\n{SENTENCE}\n".encode())
    return Path(os.fsdecode(path))
