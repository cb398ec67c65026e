"""The published warehouse: following the pointer, opening the file, keeping it locked down, noticing that it was damaged.

Belongs here: which version is served and a cursor on it. Does not belong here: what is asked of it, and what is known of each
version (`integrity.versions`).
"""

from __future__ import annotations

import threading
import time
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from dashboards.access.rights import PUBLISHED
from integrity.sealed import BLOCK
from integrity.versions import MEND, NotReadable, Pointer, broken, others, served

# The file is attached, and then nothing else may be: no other file, no network, no extension, and no way back. Beside it there
# is only memory, in which each viewer's marts are made.
_SETTINGS: dict[str, Any] = {
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
    "threads": "2",
}
_LOCK = "set enable_external_access = false; set lock_configuration = true"
_SECONDS_BETWEEN_LOOKS = 1.0
#: Bytes of the served file that are compared with its checksums at each look, in turn: less than a hundredth of a second.
_AT_A_LOOK = 16 * BLOCK


class NotPublished(RuntimeError):
    """There is no warehouse to read; the message says what to do."""


class NotServable(NotPublished):
    """There is a warehouse, but none that can be read; the message says why, and what to do."""


@dataclass(frozen=True)
class Version:
    """One published version and the connection to it."""

    id: str
    built_at: datetime
    facts: dict[str, Any]
    connection: duckdb.DuckDBPyConnection
    #: a sentence where this is not the version that should be served; '' where it is
    notice: str = ""

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor of its own for one request; it keeps the file open for as long as it is used."""
        return self.connection.cursor()


class Published:
    """The folder of published versions; `current()` is the one the pointer names, or the last whole one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._version: Version | None = None
        self._looked_at = float("-inf")
        self._block = 0

    def current(self) -> Version:
        """The version served now. Looks at the pointer and at a part of the file at most once a second.

        A reader that already holds a version keeps it: the old file is closed when its last cursor is gone. Raises
        NotPublished when there is no version, NotServable when there is none that can be opened.
        """
        with self._lock:
            now = time.monotonic()
            if self._version is None or now - self._looked_at >= _SECONDS_BETWEEN_LOOKS:
                self._looked_at = now
                self._version = self._looked(_AT_A_LOOK)
            return self._version

    def again(self, version: Version) -> bool:
        """Look at the whole file, because a version failed to answer; whether another is served instead."""
        with self._lock:
            self._version = self._looked(None)
            return self._version.id != version.id

    def _looked(self, most: int | None) -> Version:
        """The version to serve, opened if it is another than before."""
        before = self._version
        try:
            found = served(self._folder, most, self._block)
        except NotReadable as error:
            if before is None:
                raise NotServable(str(error)) from error
            return replace(before, notice=str(error))
        self._block += _AT_A_LOOK // BLOCK
        if found.pointer is not None:
            if before is not None and before.id == found.pointer.version:
                return replace(before, notice=found.damage)
            return self._opened(found.pointer, found.damage)
        if before is not None and not (found.damage and broken(self._folder, str(before.facts["warehouse"]))):
            # it was good and still is; what became of the pointer is said
            return replace(before, notice=found.damage)
        if found.damage:
            raise NotServable(found.damage)
        raise NotPublished(
            f"There is no published warehouse in {self._folder.parent} yet. Make one with “turncurve demo”, or put your files "
            "into its landing folder and run “turncurve refresh”."
        )

    def _opened(self, named: Pointer, damage: str) -> Version:
        """A version, opened; where it cannot be, the one that was open, else the last that can."""
        why = damage
        for pointer in (named, *others(self._folder, named.warehouse)):
            if wrong := broken(self._folder, pointer.warehouse):
                why = why or f"The published file {pointer.warehouse} {wrong}. {MEND}"
                continue
            try:
                return self._open(pointer, why)
            except (OSError, ValueError, duckdb.Error) as error:
                why = why or _in_words(pointer.warehouse, error)
                if self._version is not None:
                    return replace(self._version, notice=why)
        raise NotServable(why)

    def _open(self, pointer: Pointer, notice: str) -> Version:
        built_at = datetime.fromisoformat(pointer.built_at)
        connection = _opened(self._folder / pointer.warehouse)
        if notice:
            notice = f"{notice} Version {pointer.version} is shown." if pointer.version not in notice else notice
        return Version(pointer.version, built_at, asdict(pointer), connection, notice)


def _in_words(file: str, error: Exception) -> str:
    """Why DuckDB could not open a published file that is whole, and what to do."""
    said = str(error)
    if "lock" in said.lower():
        return (
            f"The published file {file} is locked: another program has it open for writing. Close that program; this page then "
            "shows it again."
        )
    if "version number" in said or "newer version" in said:
        return (
            f"The published file {file} was written by a later version of DuckDB than {duckdb.__version__}, which runs here. "
            "Install what requirements.lock names (“make .venv/ready”), or run “turncurve refresh” with this version."
        )
    if isinstance(error, PermissionError) or "permission denied" in said.lower():
        return f"The published file {file} may not be read. Give the account that runs the app the right to read it."
    return f"The published file {file} cannot be opened ({type(error).__name__}). {MEND}"


def _opened(file: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:", config=_SETTINGS)
    try:
        literal = str(file).replace("'", "''")
        connection.execute(f"attach '{literal}' as {PUBLISHED} (read_only)")
        connection.execute(_LOCK)
    except BaseException:
        connection.close()
        raise
    return connection
