"""Forgetting a landed file for good, with a record that it happened.

Belongs here: the lock, the record and their order. Does not belong here: how files and raw are removed (`landing`), nor
the versions published before, which the next publishing removes.
"""

from __future__ import annotations

import getpass
import json
import os
from datetime import UTC, datetime
from pathlib import Path

from orchestration import landing
from orchestration.refresh import exclusive
from orchestration.settings import Paths


def record_file(paths: Paths) -> Path:
    """Where the record lies: one line of JSON per forgotten file, never the content."""
    return paths.audit / "forgotten.jsonl"


def forget_file(paths: Paths, name: str, reason: str) -> list[tuple[Path, str]]:
    """Remove a file from landing and raw, refuse its content from now on, and write down that it happened.

    `name` is its path, its path as the file log shows it, or its file_id. Gives (path, file_id) of each file removed.
    Raises LandingError where there is none, RefreshError while a refresh is running.
    """
    with exclusive(paths):
        removed = landing.forget_content(paths, name, reason)
        paths.audit.mkdir(parents=True, exist_ok=True)
        with record_file(paths).open("a", encoding="utf-8") as record:
            for path, file_id in removed:
                line = {
                    "when": datetime.now(UTC).isoformat(timespec="seconds"),
                    "who": getpass.getuser(),
                    "path": str(path),
                    "file_id": file_id,
                    "reason": reason,
                }
                record.write(json.dumps(line, ensure_ascii=False) + "\n")
            record.flush()
            os.fsync(record.fileno())
    return removed
