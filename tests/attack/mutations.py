"""Damaged files, made from good ones with a fixed seed: what mail, spreadsheets, scripts and ill will do to a file.

Belongs here: the damage. Does not belong here: what must become of it (the tests say that).
"""

from __future__ import annotations

import gzip
import io
import random
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

Mutation = Callable[[random.Random, bytes], bytes]


def truncated(rng: random.Random, content: bytes) -> bytes:
    return content[: rng.randrange(max(1, len(content)))]


def another_delimiter(rng: random.Random, content: bytes) -> bytes:
    return content.replace(b",", rng.choice([b";", b"\t", b"|", b"^", b" "]))


def swapped_columns(rng: random.Random, content: bytes) -> bytes:
    lines = content.split(b"\n")
    width = lines[0].count(b",")
    if width < 2:
        return content
    first, second = rng.randrange(width), rng.randrange(width)
    swapped = []
    for line in lines:
        cells = line.split(b",")
        if len(cells) > max(first, second):
            cells[first], cells[second] = cells[second], cells[first]
        swapped.append(b",".join(cells))
    return b"\n".join(swapped)


def mixed_encodings(rng: random.Random, content: bytes) -> bytes:
    place = rng.randrange(max(1, len(content)))
    strange = [
        b"\x92",
        b"\xff\xfe",
        b"\x81",
        "’é–".encode(),
        "’é".encode("utf-16"),
        bytes(rng.randrange(256) for _ in range(9)),
    ]
    return content[:place] + rng.choice(strange) + content[place:]


def nul_bytes(rng: random.Random, content: bytes) -> bytes:
    place = rng.randrange(max(1, len(content)))
    return content[:place] + b"\0" * rng.choice([1, 64, 4096]) + content[place:]


def huge_field(rng: random.Random, content: bytes) -> bytes:
    place = content.find(b",", rng.randrange(max(1, len(content))))
    return content[:place] + b"x" * rng.choice([70_000, 200_000, 1_000_000]) + content[place:]


def formula_cells(rng: random.Random, content: bytes) -> bytes:
    formulas = [b"=1+1", b'"=HYPERLINK(""http://x"",""y"")"', b"+cmd|' /C calc'!A0", b"@SUM(A1)", b"-2+3"]
    lines = content.split(b"\n")
    for _ in range(5):
        at = rng.randrange(len(lines))
        cells = lines[at].split(b",")
        cells[rng.randrange(len(cells))] = rng.choice(formulas)
        lines[at] = b",".join(cells)
    return b"\n".join(lines)


def flipped_bytes(rng: random.Random, content: bytes) -> bytes:
    flipped = bytearray(content)
    for _ in range(rng.choice([1, 10, 200])):
        if flipped:
            flipped[rng.randrange(len(flipped))] = rng.randrange(256)
    return bytes(flipped)


def doubled_or_dropped_lines(rng: random.Random, content: bytes) -> bytes:
    lines = content.split(b"\n")
    return b"\n".join(line for line in lines for _ in range(rng.choice([1, 1, 1, 0, 2])))


def stray_quotes(rng: random.Random, content: bytes) -> bytes:
    damaged = content
    for _ in range(rng.choice([1, 3, 20])):
        place = rng.randrange(max(1, len(damaged)))
        damaged = damaged[:place] + b'"' + damaged[place:]
    return damaged


def other_line_ends(rng: random.Random, content: bytes) -> bytes:
    return content.replace(b"\r\n", b"\n").replace(b"\n", rng.choice([b"\r", b"\r\n", b"\n\n", b"\n \n"]))


def no_header(rng: random.Random, content: bytes) -> bytes:
    return content.split(b"\n", 1)[-1]


def title_above(rng: random.Random, content: bytes) -> bytes:
    return b"Returned by the office\n" * rng.choice([1, 3, 30]) + content


OF_TEXT: tuple[Mutation, ...] = (
    truncated, another_delimiter, swapped_columns, mixed_encodings, nul_bytes, huge_field, formula_cells, flipped_bytes,
    doubled_or_dropped_lines, stray_quotes, other_line_ends, no_header, title_above,
)  # fmt: skip
OF_BYTES: tuple[Mutation, ...] = (truncated, flipped_bytes, nul_bytes)


def archives(rng: random.Random, content: bytes) -> Iterator[tuple[str, bytes]]:
    """Archives that mean harm or are badly made, by file name."""
    for name in ("../outside.csv", "/etc/outside.csv", "..\\outside.csv", "a/../../outside.csv", "C:\\outside.csv", ""):
        yield f"path-{rng.randrange(10**6)}.zip", _zipped({name: content})
    yield "bomb.zip", _zipped({"zeros.csv": b"0," * 150_000_000})
    yield "bomb.csv.gz", gzip.compress(b"\0" * 300_000_000, 1)
    yield "nested.zip", _zipped({"inner.zip": _zipped({"a.csv": content})})
    yield "many.zip", _zipped({f"{number}.csv": b"a,b\n1,2\n" for number in range(3000)})
    yield "twice.zip", _zipped({"a.csv": content, "A.csv": content})
    yield "cut.zip", _zipped({"a.csv": content})[:-40]
    yield "cut.csv.gz", gzip.compress(content)[:-12]
    yield "no-archive.zip", content
    yield "empty.zip", _zipped({})
    yield "one-line.csv", b"RECTYPE,URN,PTRWM_EXP," + b"x," * 5_000_000
    yield "empty.csv", b""
    yield "spaces.csv", b" \n \n"
    yield "no-workbook.xlsx", content


def _zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name or " "), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def write(folder: Path, sources: list[Path], count: int, seed: int) -> dict[str, int]:
    """`count` damaged copies of the sources below `folder`, and the archives; how many of each kind."""
    rng = random.Random(seed)
    made: dict[str, int] = {}
    for number in range(count):
        source = rng.choice(sources)
        content = source.read_bytes()
        mutation = rng.choice(OF_TEXT if source.suffix == ".csv" else OF_BYTES)
        for _ in range(rng.choice([1, 1, 2])):
            content = mutation(rng, content)
        # each year's folder by turns, so that performance tables have one and supersede each other
        target = folder / rng.choice(["2016-2017", "2017-2018", "2018-2019", "no year"]) / f"{number}-{source.name}"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        made[mutation.__name__] = made.get(mutation.__name__, 0) + 1
    small = next(source for source in sources if source.suffix == ".csv").read_bytes()
    for name, content in archives(rng, small):
        (folder / name).write_bytes(content)
        made["archives and empties"] = made.get("archives and empties", 0) + 1
    return made
