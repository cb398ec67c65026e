"""Checksums of files and of texts.

Belongs here: taking them and comparing them. Does not belong here: which files have one, or what is done about a wrong one.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from pathlib import Path

#: Bytes of a file that have a checksum of their own, so that a part of a large file can be compared.
BLOCK = 1 << 20
#: Bytes that are read to see that nothing changed: a twentieth of a second. Of more, a part that is another each time.
SOME = 64 * BLOCK
_SEAL = '{"checksum": "%s",'
_LENGTH = len(_SEAL % ("0" * 64))


class Broken(ValueError):
    """A text is not what was written."""


def seal(text: str) -> str:
    """An object of JSON with the checksum of all the rest before it."""
    rest = text[text.index("{") + 1 :]
    return _SEAL % hashlib.sha256(rest.encode()).hexdigest() + rest


def unsealed(text: str) -> str:
    """The object as it was sealed. Raises `Broken` where it is another; one that never was sealed is given as it is."""
    if not text.startswith(_SEAL[:13]):
        return text
    if seal("{" + text[_LENGTH:]) != text:
        raise Broken("not what was written")
    return "{" + text[_LENGTH:]


@dataclass(frozen=True)
class Seal:
    """Size and checksums of a file."""

    size: int
    #: sha256 of each block, a quarter of it
    blocks: tuple[str, ...]

    @classmethod
    def of(cls, file: Path) -> Seal:
        """The checksums of a file as it is now."""
        found = []
        size = 0
        with file.open("rb") as stream:
            while block := stream.read(BLOCK):
                size += len(block)
                found.append(_digest(block))
        return cls(size, tuple(found))

    def broken_in(self, file: Path, most: int | None = None, first: int | None = None) -> str:
        """What is wrong with a file, in words that follow its name; '' where it is what was written.

        Its size is always compared. Of its blocks those that hold `most` bytes are, from the block `first` on, or from any:
        asked again and again, all have their turn.
        """
        try:
            size = file.stat().st_size
            if size != self.size:
                return f"has {size:,} bytes where {self.size:,} were written"
            number = len(self.blocks)
            count = number if most is None else min(number, most // BLOCK)
            at = 0 if count == number or not number else (random.randrange(number) if first is None else first % number)
            with file.open("rb") as stream:
                for place in ((at + step) % number for step in range(count)):
                    stream.seek(place * BLOCK)
                    if _digest(stream.read(BLOCK)) != self.blocks[place]:
                        return "does not hold what was written"
        except FileNotFoundError:
            return "is gone"
        except OSError as error:
            return f"cannot be read ({error.strerror or error})"
        return ""


def _digest(block: bytes) -> str:
    return hashlib.sha256(block).hexdigest()[:16]
