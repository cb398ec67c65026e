"""From the bytes of a file to tables of text: encodings, delimiters, compression, archives, spreadsheets.

Belongs here: everything about *how* a file is written. Does not belong here: what its columns mean, which dataset it
is, or how rows that do not fit the header are treated (`readers.shape`).

A file has one or more parts (the members of an archive; else the file itself). A part is read twice as a stream:
once for its hash and its encoding, once for its rows, so memory does not grow with the file.
"""

from __future__ import annotations

import codecs
import csv
import errno
import gzip
import hashlib
import io
import struct
import zipfile
import zlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import PurePosixPath
from typing import IO, Any, NamedTuple

#: The header is looked for in this many rows from the top: files may open with a title.
HEADER_WITHIN = 20
MAX_MEMBERS = 200
#: Bytes a compressed file may grow to; national files of pupil-free data stay far below.
MAX_UNPACKED = 2_000_000_000
#: Spreadsheets are held in memory, so theirs are narrower.
MAX_SPREADSHEET = 200_000_000
MAX_UNPACKED_SPREADSHEET = 600_000_000
#: Above this size a member that shrank more than `MAX_RATIO` times is taken for a trap, not for data.
RATIO_CHECKED_ABOVE = 20_000_000
MAX_RATIO = 300
#: Characters of one cell. Longer means a quotation mark that is never closed, not a long answer.
MAX_CELL = 1_000_000
#: As many as a spreadsheet can have; the widest published table has about six hundred.
MAX_COLUMNS = 16_384
DELIMITERS = ",;\t|"
#: Columns a table needs before a line with all its delimiters shows that a quotation mark was never closed: those of
#: narrower tables also occur in prose.
SWALLOWS_FROM = 5
#: Bytes that stand for nothing in Windows-1252.
_UNDEFINED_CP1252 = b"\x81\x8d\x8f\x90\x9d"
_CHUNK = 1 << 20
_END = "\x00end"
#: how the spreadsheets of before 2007, and protected ones of after, begin
_OLE = b"\xd0\xcf\x11\xe0"

csv.field_size_limit(MAX_CELL)

Wanted = Callable[[Sequence[str]], bool]


class Refusal(Exception):
    """The file, or this part of it, cannot be used. The message is the sentence the user reads."""


class Row(NamedTuple):
    """One record: its number as a user counts it (the first record is 1), its cells, and why it is unusable if so."""

    number: int
    cells: list[str]
    fault: str | None = None


@dataclass(frozen=True)
class Table:
    """A header and the rows below it. `rows` can be walked once; it may raise `Refusal`."""

    header: list[str]
    header_number: int
    encoding: str
    rows: Iterator[Row]
    #: whether the caller's test accepted the header; if not, `header` is merely the first row that is not blank
    recognised: bool
    #: name of the sheet, for spreadsheets
    sheet: str = ""
    #: something the user should know although the table is read
    remark: str = ""
    #: further sheets of the workbook with a header that was wanted, which the remark says are not read
    others: tuple[Table, ...] = ()
    #: further header rows of a survey tool, which `rows` no longer has (see `readers.forms.opened`)
    below: tuple[Row, ...] = ()
    #: the rows below the header once more, from the first, for what only the whole file tells
    again: Callable[[], Iterator[Row]] | None = None
    #: the delimiter, where the table is the whole of a plain UTF-8 file and DuckDB could read it, too; else ''
    plain_delimiter: str = ""


@dataclass(frozen=True)
class Part:
    """Something with bytes of its own: a plain file, the content of a gzip file, a member of an archive."""

    #: name inside the archive, '' for the file itself
    member: str
    open: Callable[[], IO[bytes]]
    #: whether these are the bytes of the file as it lies there, neither unpacked nor taken out of an archive
    is_plain: bool = False


# ---------------------------------------------------------------------------------------------------------------
# parts


def parts(name: str, open_file: Callable[[], IO[bytes]]) -> list[Part]:
    """The parts of a file, given how to open it. Directories and hidden members of an archive are left out.

    Raises `Refusal` where the archive is broken, hostile or of a kind that is not read.
    """
    with open_file() as stream:
        head = stream.read(8)
    if head.startswith(b"\x1f\x8b"):
        return [Part("", lambda: _gunzip(open_file))]
    if head.startswith(b"PK") and not _is_spreadsheet(open_file):
        return _members(open_file)
    _refuse_foreign(head)
    return [Part("", open_file, is_plain=True)]


def _refuse_foreign(head: bytes) -> None:
    foreign = {
        b"7z\xbc\xaf": "a 7-Zip archive",
        b"Rar!": "a RAR archive",
        b"BZh": "a bzip2 file",
        b"\xfd7zXZ": "an xz file",
        b"%PDF": "a PDF",
        b"PAR1": "a Parquet file",
        b"\x89PNG": "a picture",
        b"\xff\xd8\xff": "a picture",
    }
    for magic, what in foreign.items():
        if head.startswith(magic):
            raise Refusal(f"This is {what}, which is not read. Save the data as CSV or XLSX.")


@contextmanager
def _damage_refused() -> Iterator[None]:
    """Whatever the libraries raise on damaged bytes becomes a refusal; a disk that fails stays an OSError."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, RuntimeError, OSError) as error:
        # NotImplementedError is a RuntimeError; a seek to nowhere is a ValueError or an EINVAL
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
            raise
        raise Refusal(f"The file is damaged or cut short ({error}). Make or fetch it again.") from error


def _is_spreadsheet(open_file: Callable[[], IO[bytes]]) -> bool:
    with _damage_refused(), open_file() as stream, zipfile.ZipFile(_seekable(stream)) as archive:
        names = set(archive.namelist())
        if "[Content_Types].xml" in names:
            return True
        return "mimetype" in names and b"opendocument" in archive.open("mimetype").read(200)


def _seekable(stream: IO[bytes]) -> IO[bytes]:
    # a spreadsheet inside an archive comes as a stream, but its own directory is at its end
    return stream if stream.seekable() else io.BytesIO(stream.read(MAX_SPREADSHEET))


class _Limited(io.RawIOBase):
    """A stream that refuses to give more than `limit` bytes, whatever the archive's own directory claims."""

    def __init__(self, stream: _Owning, limit: int) -> None:
        self._stream, self._left = stream, limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with _damage_refused():
            data = self._stream.read(len(buffer))
        self._left -= len(data)
        if self._left < 0:
            raise Refusal("Unpacked, the file is larger than is accepted. It may be a trap; if not, split it.")
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._stream.close()
        super().close()


def _gunzip(open_file: Callable[[], IO[bytes]]) -> IO[bytes]:
    stream = open_file()
    return io.BufferedReader(_Limited(_Owning(gzip.GzipFile(fileobj=stream), stream), MAX_UNPACKED), _CHUNK)


class _Owning:
    """A reader that closes what it reads from as well; gzip and zip members leave it open."""

    def __init__(self, reader: Any, *owned: Any) -> None:
        self._reader, self._owned = reader, owned

    def read(self, size: int = -1) -> bytes:
        data: bytes = self._reader.read(size)
        return data

    def close(self) -> None:
        self._reader.close()
        for owned in self._owned:
            owned.close()


def _members(open_file: Callable[[], IO[bytes]]) -> list[Part]:
    with _damage_refused(), open_file() as stream, zipfile.ZipFile(stream) as archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > MAX_MEMBERS:
        raise Refusal(f"The archive holds {len(infos)} files, more than {MAX_MEMBERS}. Split it.")
    found = []
    for info in infos:
        name = PurePosixPath(info.filename.replace("\\", "/"))
        if name.is_absolute() or ".." in name.parts or ":" in str(name).split("/", 1)[0]:
            raise Refusal(f"The archive holds a file named “{info.filename}”, which points outside it. Not opened.")
        if any(part.startswith((".", "__MACOSX")) for part in name.parts):
            continue
        found.append(Part(str(name), _member_opener(open_file, info)))
    if not found:
        raise Refusal("The archive is empty.")
    return found


def _member_opener(open_file: Callable[[], IO[bytes]], info: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    def opener() -> IO[bytes]:
        if info.flag_bits & 1:
            raise Refusal("The archive is protected by a password. Unpack it and send the files.")
        if info.file_size > MAX_UNPACKED or (
            info.file_size > RATIO_CHECKED_ABOVE and info.file_size > MAX_RATIO * max(info.compress_size, 1)
        ):
            raise Refusal("Unpacked, the file is larger than is accepted. It may be a trap; if not, split it.")
        stream = open_file()
        try:
            with _damage_refused():
                archive = zipfile.ZipFile(stream)
                member = archive.open(info)
        except Refusal:
            stream.close()
            raise
        return io.BufferedReader(_Limited(_Owning(member, archive, stream), MAX_UNPACKED), _CHUNK)

    return opener


# ---------------------------------------------------------------------------------------------------------------
# first pass: hash and encoding


@dataclass(frozen=True)
class Fingerprint:
    """What the first pass over the bytes tells."""

    sha256: str
    size: int
    kind: str  # spreadsheet | archive | text | empty
    encoding: str = ""  # '' unless text
    #: why the bytes are no text; '' if they are
    fault: str = ""


class _Sight:
    """What is seen of a text while its bytes pass: whether they are UTF-8, and where the first bad ones are."""

    def __init__(self) -> None:
        #: places of the first bad bytes, -1 where there are none
        self.is_utf8, self.nul_at, self.undefined_at = True, -1, -1
        self._decoder = codecs.getincrementaldecoder("utf-8")("strict")
        self._passed, self._is_whole = 0, True

    def take(self, chunk: bytes, final: bool = False) -> None:
        if self.nul_at < 0 and (at := chunk.find(b"\0")) >= 0:
            self.nul_at = self._passed + at
        # most of most files is ASCII, and nothing quicker can be asked of bytes
        if not (chunk.isascii() and self._is_whole):
            self._look_closer(chunk)
        if final and not self._is_whole:
            self.is_utf8 = False
        self._passed += len(chunk)

    def _look_closer(self, chunk: bytes) -> None:
        if self.is_utf8:
            try:
                self._decoder.decode(chunk)
                self._is_whole = not self._decoder.getstate()[0]
            except UnicodeDecodeError:
                self.is_utf8, self._is_whole = False, True
        if self.undefined_at < 0 and len(chunk.translate(None, _UNDEFINED_CP1252)) != len(chunk):
            at = min(found for byte in _UNDEFINED_CP1252 if (found := chunk.find(byte)) >= 0)
            self.undefined_at = self._passed + at

    def encoding(self, head: bytes, line_of: Callable[[int], int]) -> tuple[str, str]:
        """(encoding, '') or ('', why there is none); `line_of` tells the line of a place."""
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16", ""
        again = "Open the file where it was made and save it as “CSV UTF-8”."
        if self.nul_at >= 0:
            return "", f"Line {line_of(self.nul_at)} holds a NUL byte: the file is damaged or is no text. {again}"
        if head.startswith(codecs.BOM_UTF8):
            fault = "" if self.is_utf8 else f"The file says it is UTF-8 but is not, all the way. {again}"
            return ("" if fault else "utf-8-sig"), fault
        if self.is_utf8:
            return "utf-8", ""
        if self.undefined_at >= 0:
            return "", f"Line {line_of(self.undefined_at)} holds a byte that is neither UTF-8 nor Windows-1252. {again}"
        return "cp1252", ""


def fingerprint(part: Part, sha256: str = "") -> Fingerprint:
    """Hash the bytes and tell the encoding. Raises `Refusal` where they cannot be unpacked.

    `sha256` is the hash of the file, where it is known; it is that of a plain part, which is not hashed again.
    """
    is_known = bool(sha256) and part.is_plain
    digest, size, sight = hashlib.sha256(), 0, _Sight()
    with part.open() as stream:
        head = chunk = stream.read(_CHUNK)
        while chunk:
            if not is_known:
                digest.update(chunk)
            size += len(chunk)
            sight.take(chunk)
            chunk = stream.read(_CHUNK)
    sight.take(b"", final=True)
    told = sha256 if is_known else digest.hexdigest()
    if not size:
        return Fingerprint(told, size, "empty")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        kind = "spreadsheet" if _is_spreadsheet(part.open) else "archive"
        return Fingerprint(told, size, kind)
    if head.startswith(_OLE):
        return Fingerprint(told, size, "spreadsheet")
    if head.startswith((b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")):
        return Fingerprint(told, size, "archive")
    return Fingerprint(told, size, "text", *sight.encoding(head, lambda at: _line_of(part, at)))


def _line_of(part: Part, place: int) -> int:
    """The line, counted from 1, in which a byte of a part lies."""
    lines = 1
    with part.open() as stream:
        while place > 0 and (chunk := stream.read(min(place, _CHUNK))):
            lines += chunk.count(b"\n")
            place -= len(chunk)
    return lines


# ---------------------------------------------------------------------------------------------------------------
# second pass: rows


def read_table(part: Part, known: Fingerprint, wanted: Wanted) -> Table:
    """The table of a part: the one whose header `wanted` accepts, else the first there is.

    Raises `Refusal` with the reason where there is no table at all.
    """
    if known.kind == "empty":
        raise Refusal("The file is empty.")
    if known.kind == "archive":
        raise Refusal("An archive inside an archive is not opened. Unpack it and send the files.")
    if known.fault:
        raise Refusal(known.fault)
    table = _spreadsheet(part, known, wanted) if known.kind == "spreadsheet" else _text(part, known.encoding, wanted)
    if len(table.header) > MAX_COLUMNS:
        raise Refusal(
            f"The first row has more than {MAX_COLUMNS:,} fields: this is no table, or its lines have run together."
        )
    return table


def _text(part: Part, encoding: str, wanted: Wanted) -> Table:
    with io.TextIOWrapper(part.open(), encoding, newline="") as stream:
        try:
            top = stream.read(1 << 18)
        except UnicodeError as error:
            raise Refusal(f"The file is not all {encoding} ({error}). Save it again as “CSV UTF-8”.") from error
    if "\0" in top:
        raise Refusal("The file holds NUL characters: it is damaged or is no text. Save it again as CSV.")
    skip, forced = _excel_hint(top)
    best: tuple[bool, int, str, Row] | None = None
    for delimiter in forced or DELIMITERS:
        first: Row | None = None
        for row in _records(iter(io.StringIO(top, newline="")), delimiter, skip):
            if row.number > HEADER_WITHIN:
                break
            if not any(row.cells):
                continue
            first = first or row
            if wanted(row.cells):
                best = (True, len(row.cells), delimiter, row)
                break
        if best and best[0]:
            break
        # nothing recognised so far: the delimiter that parts the first row into most cells is the likely one
        if first and (best is None or len(first.cells) > best[1]):
            best = (False, len(first.cells), delimiter, first)
    if best is None:
        raise Refusal("The file holds only blank lines.")
    recognised, _, delimiter, header = best

    def rows() -> Iterator[Row]:
        return _text_rows(part, encoding, delimiter, skip, header)

    is_plain = part.is_plain and encoding in {"utf-8", "utf-8-sig"} and not skip
    return Table(
        header.cells,
        header.number,
        encoding,
        rows(),
        recognised,
        again=rows,
        plain_delimiter=delimiter if is_plain else "",
    )


def _excel_hint(top: str) -> tuple[int, str]:
    """Excel writes `sep=;` as a first line of its own: how many lines to skip, and the delimiter it names."""
    line = top.split("\n", 1)[0].strip().strip('"')
    return (1, line[4]) if len(line) == 5 and line.lower().startswith("sep=") else (0, "")


def _text_rows(part: Part, encoding: str, delimiter: str, skip: int, header: Row) -> Iterator[Row]:
    with io.TextIOWrapper(part.open(), encoding, newline="") as stream:
        try:
            for row in _records(stream, delimiter, skip, len(header.cells)):
                if row.number <= header.number or not (row.fault or any(row.cells)):
                    continue
                # UTF-16 is legally full of zero bytes, so the first pass could not see this
                if encoding == "utf-16" and any("\0" in cell for cell in row.cells):
                    raise Refusal(f"Row {row.number} holds a NUL character: the file is damaged. Save it again as CSV.")
                yield row
        except UnicodeError as error:
            raise Refusal(f"The file is not all {encoding} ({error}). Save it again as “CSV UTF-8”.") from error


def _records(lines: Iterator[str], delimiter: str, skip: int, width: int = 0) -> Iterator[Row]:
    """Records of delimited text, cells stripped, blank records included.

    A quotation mark that opens and is not closed swallows the lines below it, silently, up to the next quotation
    mark or the end of the file. Such a record is recognised (it runs into the end, is absurdly long, or one of its
    further lines has all the delimiters of a row of its own), its first line becomes a faulty row, and reading goes
    on with the second. So one bad line costs one row.
    """
    waiting: deque[str] = deque()
    taken: list[str] = []
    exhausted = False

    def feed() -> Iterator[str]:
        nonlocal exhausted
        while not (exhausted and not waiting):
            if waiting:
                line = waiting.popleft()
            else:
                # the mark after the last line becomes a record of its own, unless a quotation mark is still open
                line = next(lines, _END)
                exhausted = line is _END
            taken.append(line)
            yield line

    number = -skip
    reader = csv.reader(feed(), delimiter=delimiter)
    while True:
        taken.clear()
        number += 1
        try:
            cells = next(reader)
        except csv.Error:
            cells = None
        if cells == [_END]:
            return
        if cells is not None and (
            len(taken) == 1 or (taken[-1] is not _END and not _swallowed(taken, delimiter, width))
        ):
            if number > 0:
                yield Row(number, [cell.strip() for cell in cells])
        elif len(taken) == 1:
            yield Row(number, [], f"row {number} has a cell of more than {MAX_CELL:,} characters")
        else:
            yield Row(number, [], f"row {number} has a quotation mark that is never closed: close it or take it out")
            waiting.extendleft(reversed(taken[1:]))
            reader = csv.reader(feed(), delimiter=delimiter)


def _swallowed(taken: Sequence[str], delimiter: str, width: int) -> bool:
    return width >= SWALLOWS_FROM and any(line.count(delimiter) >= width - 1 for line in taken[1:])


def _spreadsheet(part: Part, known: Fingerprint, wanted: Wanted) -> Table:
    import python_calamine as calamine

    if known.size > MAX_SPREADSHEET:
        raise Refusal("The spreadsheet is too large. Save its data as CSV.")
    with part.open() as stream:
        content = io.BytesIO(stream.read())
    if content.read(2) == b"PK":
        with _damage_refused(), zipfile.ZipFile(content) as archive:
            if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED_SPREADSHEET:
                raise Refusal("Unpacked, the spreadsheet is larger than is accepted. Save its data as CSV.")
    content.seek(0)
    try:
        book = calamine.CalamineWorkbook.from_filelike(content)
        first, found = _headers(book, wanted)
    except calamine.PasswordError as error:
        raise Refusal("The spreadsheet is protected by a password. Save a copy without one.") from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise Refusal(f"The spreadsheet cannot be opened ({error}). Save it again, or save its data as CSV.") from error
    except BaseException as error:
        # a panic of the library beneath is no Exception; one bad spreadsheet must not end a refresh
        if type(error).__name__ != "PanicException":
            raise
        raise Refusal("The spreadsheet cannot be opened. Save it again, or save its data as CSV.") from error
    if not found and first is None:
        raise Refusal("The spreadsheet is empty.")
    # our own templates keep the data in a sheet of that name, Google Forms in another; the others are notes
    found.sort(key=lambda item: (item[0].casefold() != "data", not item[0].casefold().startswith("form responses")))
    name, sheet, header = found[0] if found else first  # type: ignore[misc]
    others = tuple(_sheet_table(*item, recognised=True) for item in found[1:])
    remark = ""
    if others and name.casefold() != "data":
        # sheets are named after whoever kept them: their places tell as well
        place, *unread = (str(book.sheet_names.index(item[0]) + 1) for item in found)
        left = f"sheet {unread[0]}" if len(unread) == 1 else f"sheets {', '.join(unread[:-1])} and {unread[-1]}"
        remark = f"Only sheet {place} of the workbook was read, not {left}: save each as a file of its own."
    return replace(_sheet_table(name, sheet, header, recognised=bool(found)), remark=remark, others=others)


def _sheet_table(name: str, sheet: Any, header: Row, recognised: bool) -> Table:
    def rows() -> Iterator[Row]:
        return (row for row in _sheet_rows(sheet) if row.number > header.number and any(row.cells))

    return Table(header.cells, header.number, "spreadsheet", rows(), recognised, name, again=rows)


def _headers(book: Any, wanted: Wanted) -> tuple[tuple[str, Any, Row] | None, list[tuple[str, Any, Row]]]:
    """(sheet name, sheet, header) of the first sheet with anything in it, and of every sheet with a wanted header."""
    first: tuple[str, Any, Row] | None = None
    found = []
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        for row in _sheet_rows(sheet, HEADER_WITHIN):
            if not any(row.cells):
                continue
            first = first or (name, sheet, row)
            if wanted(row.cells):
                found.append((name, sheet, row))
                break
    return first, found


def _sheet_rows(sheet: Any, limit: int | None = None) -> Iterator[Row]:
    for number, values in enumerate(sheet.iter_rows(), start=1):
        if limit is not None and number > limit:
            return
        yield Row(number, [_cell(value) for value in values])


def _cell(value: Any) -> str:
    """A spreadsheet's value as the text a person would have typed. Numbers keep fifteen digits, as in Excel."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else format(value, ".15g")
    if isinstance(value, datetime):
        midnight = value.time() == time(0)
        return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)
