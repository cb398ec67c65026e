"""The first pass over the bytes of a part: its hash, whether it is text, and in which encoding.

Belongs here: what the bytes alone say. Does not belong here: rows and cells (`text`, `spreadsheet`).
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from orchestration.readers.decode.unpacking import CHUNK, Part, is_spreadsheet

#: Bytes that are no character in Windows-1252.
_UNDEFINED_CP1252 = b"\x81\x8d\x8f\x90\x9d"
#: Letters and marks of western Europe as UTF-8 writes them; in a text of Windows-1252 they would be Ã© and â€™.
_UTF8_LETTER = re.compile(rb"[\xc2\xc3][\x80-\xbf]|\xe2\x80[\x80-\xbf]")
#: how the spreadsheets of before 2007, and protected ones of after, begin
_OLE = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Probe:
    """What the first pass over the bytes finds."""

    sha256: str
    size: int
    kind: str  # spreadsheet | archive | text | empty
    encoding: str = ""  # '' unless text
    #: why the bytes are no text; '' if they are
    fault: str = ""
    #: whether a text that is not all UTF-8 has letters of it
    is_mixed: bool = False


class _Sight:
    """What is seen of a text while its bytes pass: whether they are UTF-8, and where the first bad ones are."""

    def __init__(self) -> None:
        #: places of the first bad bytes, -1 where there are none
        self.is_utf8, self.nul_at, self.undefined_at, self.has_utf8 = True, -1, -1, False
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
        self.has_utf8 = self.has_utf8 or _UTF8_LETTER.search(chunk) is not None
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
        """(encoding, '') or ('', why there is none); `line_of` gives the line of a place."""
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


def probe(part: Part, sha256: str = "") -> Probe:
    """Hash the bytes and find the encoding. Raises `Refusal` where they cannot be unpacked.

    `sha256` is the hash of the file, where it is known; it is that of a plain part, which is not hashed again.
    """
    is_known = bool(sha256) and part.is_plain
    digest, size, sight = hashlib.sha256(), 0, _Sight()
    with part.open() as stream:
        head = chunk = stream.read(CHUNK)
        while chunk:
            if not is_known:
                digest.update(chunk)
            size += len(chunk)
            sight.take(chunk)
            chunk = stream.read(CHUNK)
    sight.take(b"", final=True)
    found = sha256 if is_known else digest.hexdigest()
    if not size:
        return Probe(found, size, "empty")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        kind = "spreadsheet" if is_spreadsheet(part.open) else "archive"
        return Probe(found, size, kind)
    if head.startswith(_OLE):
        return Probe(found, size, "spreadsheet")
    if head.startswith((b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")):
        return Probe(found, size, "archive")
    encoding, fault = sight.encoding(head, lambda at: _line_of(part, at))
    return Probe(found, size, "text", encoding, fault, encoding == "cp1252" and sight.has_utf8)


def _line_of(part: Part, place: int) -> int:
    """The line, counted from 1, in which a byte of a part lies."""
    lines = 1
    with part.open() as stream:
        while place > 0 and (chunk := stream.read(min(place, CHUNK))):
            lines += chunk.count(b"\n")
            place -= len(chunk)
    return lines
