"""The folder of published versions: which one the pointer names, and which one is whole.

Belongs here: the pointer, what is known of each version beside its file, and falling back where a version is damaged. Does not
belong here: writing, pruning (`orchestration.publish`) and opening versions (`dashboards.access`).

A version is a file `warehouse-<id>.duckdb` and, beside it, `warehouse-<id>.json` with its facts and checksums. The pointer,
`current.json`, has the facts too, for whoever monitors; but all that is believed of it is the name of a file in the same folder.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from integrity.sealed import Seal, seal, unsealed

POINTER = "current.json"
#: What puts right whatever is wrong with a version.
MEND = "Run `turncurve refresh`: it publishes a new one."


@dataclass(frozen=True)
class Pointer:
    """A served file (a name in the folder of versions), its version and the rows behind it."""

    warehouse: str
    version: str
    built_at: str
    files: int
    rows_landed: int
    rows_accepted: int
    rows_rejected: int
    rows_superseded: int


@dataclass(frozen=True)
class Served:
    """The version to serve, and what is wrong with the one that should be; '' where nothing is."""

    pointer: Pointer | None
    damage: str = ""


class NotReadable(Exception):
    """The folder of versions may not be read; the message is a sentence that says what to do."""


def facts_beside(warehouse: Path) -> Path:
    """Where facts and checksums of a version lie."""
    return warehouse.with_suffix(".json")


def write_facts(warehouse: Path, target: Path, pointer: Pointer) -> None:
    """Write facts and checksums of the file `warehouse` into `target`."""
    text = json.dumps({**asdict(pointer), **asdict(Seal.of(warehouse))}, indent=1)
    target.write_text(seal(text), encoding="utf-8")


def served(folder: Path, most: int | None = None, first: int | None = None) -> Served:
    """The version the pointer names, if it is whole; else the last that is, and a sentence on what is wrong with it.

    Of each about `most` bytes are compared, from the block `first` on (see `Seal.broken_in`). Raises `NotReadable` where the
    folder may not be read.
    """
    try:
        named, why = _named(folder)
    except FileNotFoundError:
        if not any(folder.glob("warehouse-*.json")):
            return Served(None)
        named, why = None, f"The file {POINTER}, which names the version to serve, is gone."
    except OSError as error:
        raise NotReadable(
            f"The folder of versions {folder} may not be read ({error.strerror or error}). Give the account that runs this the "
            "right to read it and what is in it."
        ) from error
    if named is not None:
        broken = _broken(folder, named, most, first)
        if not broken:
            return Served(named)
        why = f"The published file {named.warehouse} {broken}."
    for other in others(folder, named.warehouse if named else ""):
        if not _broken(folder, other, most, first):
            return Served(other, f"{why} Version {other.version}, the last whole one, is served instead. {MEND}")
    return Served(None, f"{why} There is no other whole version. {MEND}")


def broken(folder: Path, warehouse: str) -> str:
    """What is wrong with the version of this file, in words that follow its name; '' where it is whole, all of it compared."""
    try:
        known, checksums = _facts(folder, warehouse)
    except (ValueError, KeyError, TypeError):
        return "cannot be compared with its checksums: they are damaged"
    return checksums.broken_in(folder / warehouse) if known and checksums else ""


def _named(folder: Path) -> tuple[Pointer | None, str]:
    """What the pointer names; or none, and what is wrong with it."""
    text = (folder / POINTER).read_bytes()
    try:
        pointer = _pointer(json.loads(text))
        if Path(pointer.warehouse).name != pointer.warehouse:
            raise ValueError("not a name")
    except (ValueError, KeyError, TypeError):
        return None, f"The file {POINTER}, which names the version to serve, is damaged."
    try:
        # the facts beside a version have a checksum; those in the pointer have none
        known = _facts(folder, pointer.warehouse)[0]
    except (ValueError, KeyError, TypeError):
        return pointer, ""
    return known or pointer, ""


def _broken(folder: Path, pointer: Pointer, most: int | None, first: int | None) -> str:
    """What is wrong with a version, in words that follow its file's name."""
    file = folder / pointer.warehouse
    try:
        known, checksums = _facts(folder, pointer.warehouse)
    except (ValueError, KeyError, TypeError):
        return "cannot be compared with its checksums: they are damaged"
    if known is None or checksums is None:
        # a version of before there were checksums
        return "" if file.is_file() else "is gone"
    return checksums.broken_in(file, most, first)


def _facts(folder: Path, warehouse: str) -> tuple[Pointer | None, Seal | None]:
    """Facts and checksums of a version; none where they were never written. Raises ValueError where they are damaged."""
    try:
        text = facts_beside(folder / warehouse).read_bytes().decode()
    except FileNotFoundError:
        return None, None
    if unsealed(text) == text:
        raise ValueError("no checksum")
    known = json.loads(text)
    pointer = _pointer(known)
    if pointer.warehouse != warehouse:
        raise ValueError("of another version")
    return pointer, Seal(int(known["size"]), tuple(known["blocks"]))


def _pointer(known: dict[str, Any]) -> Pointer:
    return Pointer(**{name: known[name] for name in Pointer.__dataclass_fields__})


def others(folder: Path, but: str) -> Iterator[Pointer]:
    """Versions with checksums, the newest first, without that of the file `but`."""
    for facts in sorted(folder.glob("warehouse-*.json"), reverse=True):
        try:
            pointer = _facts(folder, facts.with_suffix(".duckdb").name)[0]
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if pointer is not None and pointer.warehouse != but:
            yield pointer
