"""Who withdrew since the served warehouse was built: read on every request, so that a withdrawal holds at once.

Belongs here: reading the list. Does not belong here: withdrawals that a build knows already (they are in `sharing_grants`).
"""

from __future__ import annotations

import threading
from pathlib import Path

#: One a line: the lineage of a school (S and six digits), or the code of a partnership.
FILE = "withdrawn.txt"


class Withdrawn:
    """The list of a data folder; `now()` is what it says now."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE
        self._lock = threading.Lock()
        self._seen: tuple[int, int] | None = None
        self._listed: frozenset[str] = frozenset()

    def now(self) -> frozenset[str]:
        """Schools and partnerships that share nothing from now on, whatever the agreements of the build say."""
        try:
            stat = self._file.stat()
        except FileNotFoundError:
            return frozenset()
        seen = (stat.st_mtime_ns, stat.st_size)
        with self._lock:
            if seen != self._seen:
                lines = self._file.read_text(encoding="utf-8").splitlines()
                self._listed = frozenset(line.strip() for line in lines if line.strip())
                self._seen = seen
            return self._listed
