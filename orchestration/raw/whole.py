"""Whether raw is what was written: the checksum of every table, and which tables are no longer of theirs.

Belongs here: checksums of files, taken when they are written and asked for later. Does not belong here: where tables lie
(`layout`), writing them (`writer`), reading a landed file again (`landing`). Nothing slow is imported here.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping
from pathlib import Path

#: Size and sha256 of a file.
Checksum = tuple[int, str]


def checksum(file: Path) -> Checksum:
    """Size and sha256 of a file."""
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return file.stat().st_size, digest


def damaged(raw: Path, known: Mapping[str, Checksum], most: int | None = None) -> frozenset[str]:
    """The tables, named as seen from `raw`, that are gone or are not what was written.

    All are looked for and measured; of their content at most about `most` bytes are read.
    """
    found = set()
    left = float("inf") if most is None else most
    names = list(known)
    if most is not None and sum(size for size, _ in known.values()) > most:
        random.shuffle(names)
    for name in names:
        file, expected = raw / name, known[name]
        try:
            if file.stat().st_size != expected[0]:
                found.add(name)
            elif left > 0:
                left -= expected[0]
                if checksum(file) != expected:
                    found.add(name)
        except OSError:
            found.add(name)
    return frozenset(found)
