"""The record of every answer that left the door, and of every file that was checked or handed over.

Belongs here: writing one line for each under DATA_DIR/audit. Does not belong here: reading it back, or deciding
anything. An answer that cannot be recorded is not given.
"""

from __future__ import annotations

import json
import os
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dashboards.access.viewer import Viewer


class AuditError(RuntimeError):
    """The audit log cannot be written; the message names the folder."""


class AuditLog:
    """Appends JSON lines to `answers-<year>-<month>.jsonl` in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()

    def record(self, viewer: Viewer, question: str, parameters: dict[str, Any], **facts: Any) -> None:
        """Append one line: when, who, question, parameters and `facts` (rows, hidden, version, channel,
        outcome).

        Raises AuditError when the folder cannot be written.
        """
        now = datetime.now(UTC)
        line = {
            "at": now.isoformat(timespec="milliseconds"),
            "viewer": viewer.id,
            "kind": viewer.kind,
            "organisation": viewer.organisation,
            "question": question,
            "parameters": parameters,
            **facts,
        }
        data = (json.dumps(line, ensure_ascii=False, default=str) + "\n").encode()
        try:
            with self._lock:
                self._folder.mkdir(parents=True, exist_ok=True)
                # One write in append mode: lines of several processes do not mix.
                handle = os.open(
                    self._folder / f"answers-{now:%Y-%m}.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600
                )
                try:
                    os.write(handle, data)
                finally:
                    os.close(handle)
        except OSError as error:
            raise AuditError(
                f"The audit log in {self._folder} cannot be written ({error.strerror}), so nothing is "
                "shown. Make the folder writable for the account that runs the dashboards."
            ) from error
