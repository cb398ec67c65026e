"""The parts of a file: itself, what a gzip file holds, or the members of an archive, none of which can do harm.

Belongs here: opening them, and refusing what is broken, hostile or of a kind that is not read. Does not belong here: what
the bytes say (`probing`) and the rows in them (`text`, `spreadsheet`).
"""

from __future__ import annotations

import errno
import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import IO, Any

from orchestration.readers.decode.limits import (
    MAX_DIRECTORY,
    MAX_MEMBERS,
    MAX_RATIO,
    MAX_SPREADSHEET,
    MAX_UNPACKED,
    RATIO_CHECKED_ABOVE,
    Clock,
)
from orchestration.readers.decode.table import Refusal

#: Bytes that are read at once.
CHUNK = 1 << 20
#: The end of an archive lies in its last bytes, before a remark of this length at most.
_END_WITHIN = 22 + (1 << 16)


@dataclass(frozen=True)
class Part:
    """Something with bytes of its own: a plain file, the content of a gzip file, a member of an archive."""

    #: name inside the archive, '' for the file itself
    member: str
    open: Callable[[], IO[bytes]]
    #: whether these are the bytes of the file as it lies there, neither unpacked nor taken out of an archive
    is_plain: bool = False
    #: what is left of the time of the file, which all its parts share
    clock: Clock = field(default_factory=Clock, compare=False)


def parts(name: str, open_file: Callable[[], IO[bytes]]) -> list[Part]:
    """The parts of a file, given how to open it. Directories and hidden members of an archive are left out.

    Raises `Refusal` where the archive is broken, hostile or of a kind that is not read.
    """
    with open_file() as stream:
        head = stream.read(8)
        size = stream.seek(0, io.SEEK_END)
    clock = Clock.of(size, packed=head.startswith((b"\x1f\x8b", b"PK")))
    if head.startswith(b"\x1f\x8b"):
        return [Part("", lambda: _gunzip(open_file, size), clock=clock)]
    if head.startswith(b"PK") and not is_spreadsheet(open_file):
        return _members(open_file, clock)
    _refuse_foreign(head)
    return [Part("", open_file, is_plain=True, clock=clock)]


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
def damage_refused() -> Iterator[None]:
    """Anything the libraries raise on damaged bytes becomes a refusal; a disk that fails stays an OSError."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, RuntimeError, OSError) as error:
        # NotImplementedError is a RuntimeError; a seek to nowhere is a ValueError or an EINVAL
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
            raise
        # what the library says may hold bytes of the file
        raise Refusal("The file is damaged or cut short. Make or fetch it again.") from error


def is_spreadsheet(open_file: Callable[[], IO[bytes]]) -> bool:
    """Whether an archive is a spreadsheet of Excel or of OpenDocument."""
    with damage_refused(), open_file() as stream, _archive(_seekable(stream)) as archive:
        names = set(archive.namelist())
        if "[Content_Types].xml" in names:
            return True
        return "mimetype" in names and b"opendocument" in archive.open("mimetype").read(200)


def _seekable(stream: IO[bytes]) -> IO[bytes]:
    # a spreadsheet inside an archive comes as a stream, but its own directory is at its end
    return stream if stream.seekable() else io.BytesIO(stream.read(MAX_SPREADSHEET))


def _archive(stream: IO[bytes]) -> zipfile.ZipFile:
    """An archive, if the list of its members is not too long to be held. Raises `Refusal` where it is."""
    size = stream.seek(0, io.SEEK_END)
    if size > MAX_DIRECTORY:
        # the end of an archive says how long the list is; of more than four thousand million bytes, that it does not say
        stream.seek(max(0, size - _END_WITHIN))
        end = stream.read()
        at = end.rfind(b"PK\x05\x06")
        if at >= 0 and len(end) >= at + 16 and struct.unpack_from("<I", end, at + 12)[0] > MAX_DIRECTORY:
            raise Refusal("The archive holds too many files. Split it.")
    stream.seek(0)
    return zipfile.ZipFile(stream)


class _Limited(io.RawIOBase):
    """A stream that refuses to give more than `limit` bytes, even where the archive's own directory claims otherwise."""

    def __init__(self, stream: _Owning, limit: int) -> None:
        self._stream, self._left = stream, limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with damage_refused():
            data = self._stream.read(len(buffer))
        self._left -= len(data)
        if self._left < 0:
            raise Refusal("Unpacked, the file is larger than is accepted. It may be a trap; if not, split it.")
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._stream.close()
        super().close()


def _gunzip(open_file: Callable[[], IO[bytes]], size: int) -> IO[bytes]:
    stream = open_file()
    most = min(MAX_UNPACKED, max(RATIO_CHECKED_ABOVE, MAX_RATIO * size))
    return io.BufferedReader(_Limited(_Owning(gzip.GzipFile(fileobj=stream), stream), most), CHUNK)


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


def _members(open_file: Callable[[], IO[bytes]], clock: Clock) -> list[Part]:
    with damage_refused(), open_file() as stream, _archive(stream) as archive:
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
        found.append(Part(str(name), _member_opener(open_file, info), clock=clock))
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
            with damage_refused():
                archive = zipfile.ZipFile(stream)
                member = archive.open(info)
        except Refusal:
            stream.close()
            raise
        return io.BufferedReader(_Limited(_Owning(member, archive, stream), MAX_UNPACKED), CHUNK)

    return opener
