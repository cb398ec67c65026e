"""Forgetting a landed file or a respondent for good, with a record that it happened.

Belongs here: the lock, the record and their order. Does not belong here: how files and raw are removed (`landing`), nor
the versions published before, which the next publishing removes.
"""

from __future__ import annotations

import getpass
import json
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from orchestration import landing
from orchestration.refresh import exclusive
from orchestration.settings import Paths


def record_file(paths: Paths) -> Path:
    """Where the record lies: one line of JSON per forgotten file or respondent, never the content nor the person."""
    return paths.audit / "forgotten.jsonl"


def forget_file(paths: Paths, name: str, reason: str) -> list[tuple[Path, str]]:
    """Remove a file from landing and raw, refuse its content from now on, and write down that it happened.

    `name` is its path, its path as the file log shows it, or its file_id. Gives (path, file_id) of each file removed.
    Raises LandingError where there is none, RefreshError while a refresh is running.
    """
    with exclusive(paths):
        removed = landing.forget_content(paths, name, reason)
        _record(paths, reason, [{"path": str(path), "file_id": file_id} for path, file_id in removed])
    return removed


def forget_respondent(paths: Paths, said: str, reason: str, started: str = "") -> int:
    """Leave a respondent out of raw and of every later warehouse, and write down that it happened.

    `said` is what the person gives: the e-mail address, the name, or, with the time the response was `started`, its ID;
    each as the survey tool's export shows it. It is hashed with the key of this installation and not kept. Gives how
    many landed exports held the person; 0 where none did yet. Raises RefreshError while a refresh is running.
    """
    from orchestration.readers.forms import identity_of

    with exclusive(paths):
        code, exports = landing.forget_respondent(paths, identity_of(said, started), reason)
        _record(paths, reason, [{"respondent": code, "exports": exports}])
    return exports


def _record(paths: Paths, reason: str, what: Sequence[Mapping[str, Any]]) -> None:
    paths.audit.mkdir(parents=True, exist_ok=True)
    with record_file(paths).open("a", encoding="utf-8") as record:
        for forgotten in what:
            line = {
                "when": datetime.now(UTC).isoformat(timespec="seconds"),
                "who": getpass.getuser(),
                **forgotten,
                "reason": reason,
            }
            record.write(json.dumps(line, ensure_ascii=False) + "\n")
        record.flush()
        os.fsync(record.fileno())
