"""The published warehouse: following the pointer, opening the file, keeping it locked down.

Belongs here: which version is served and a cursor on it. Does not belong here: what is asked of it.
"""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from dashboards.access.rights import PUBLISHED

# The file is attached, and then nothing else may be: no other file, no network, no extension, and no way back. Beside it there
# is only memory, in which each viewer's marts are made.
_SETTINGS: dict[str, Any] = {
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
    "threads": "2",
}
_LOCK = "set enable_external_access = false; set lock_configuration = true"
_SECONDS_BETWEEN_LOOKS = 1.0


class NotPublished(RuntimeError):
    """There is no warehouse to read; the message says what to do."""


@dataclass(frozen=True)
class Version:
    """One published version and the connection to it."""

    id: str
    built_at: datetime
    facts: dict[str, Any]
    connection: duckdb.DuckDBPyConnection

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor of its own for one request; it keeps the file open for as long as it is used."""
        return self.connection.cursor()


class Published:
    """The folder of published versions; `current()` is the one the pointer names."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pointer = folder / "current.json"
        self._lock = threading.Lock()
        self._version: Version | None = None
        self._seen: tuple[int, int, int] | None = None
        self._looked_at = float("-inf")

    def current(self) -> Version:
        """The version served now. Looks at the pointer at most once a second.

        A reader that already holds a version keeps it: the old file is closed when its last cursor is gone. Raises
        NotPublished when there is no version, or none that can be opened.
        """
        with self._lock:
            now = time.monotonic()
            if self._version is not None and now - self._looked_at < _SECONDS_BETWEEN_LOOKS:
                return self._version
            self._looked_at = now
            try:
                stat = self._pointer.stat()
            except OSError as error:
                if self._version is not None:
                    return self._version
                raise NotPublished(
                    f"There is no published warehouse in {self._folder.parent} yet. Make one with “turncurve demo”, or "
                    "put your files into its landing folder and run “turncurve refresh”."
                ) from error
            seen = (stat.st_mtime_ns, stat.st_ino, stat.st_size)
            if self._version is None or seen != self._seen:
                self._version = self._open()
                self._seen = seen
            return self._version

    def _open(self) -> Version:
        try:
            facts = json.loads(self._pointer.read_text(encoding="utf-8"))
            name, version = str(facts["warehouse"]), str(facts["version"])
            built_at = datetime.fromisoformat(str(facts["built_at"]))
            if Path(name).name != name:
                raise ValueError(f"“{name}” is not a file name")
            if self._version is not None and self._version.id == version:
                return self._version
            connection = _opened(self._folder / name)
        except (OSError, ValueError, KeyError, TypeError, duckdb.Error) as error:
            if self._version is not None:
                # Keep serving what was good; the publisher's own checks report a bad version.
                return self._version
            raise NotPublished(
                f"The published warehouse in {self._folder} cannot be opened ({error}). Publish it again "
                "with “turncurve refresh”."
            ) from error
        return Version(version, built_at, facts, connection)


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
