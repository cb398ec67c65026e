"""Forgetting a landed file or a respondent for good, with a record that it happened.

Belongs here: the lock, what is removed and in which order, the record. Does not belong here: refusing what comes again
(`load`), letting a folder go (`folders`), nor the versions published before, which the next publishing removes.
"""

from __future__ import annotations

import getpass
import json
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from orchestration.landing.key import secret_key
from orchestration.landing.state import LandingError, load, save
from orchestration.lock import exclusive
from orchestration.raw.layout import rejects_path, table_path
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
        removed = _remove_content(paths, name, reason)
        _record(paths, reason, [{"path": str(path), "file_id": file_id} for path, file_id in removed])
    return removed


def forget_respondent(paths: Paths, identity: str, reason: str, started: str = "") -> int:
    """Leave a respondent out of raw and of every later warehouse, and write down that it happened.

    `identity` is what the person gives: the e-mail address, the name, or, with the time the response was `started`, its ID;
    each as the survey tool's export shows it. It is hashed with the key of this installation and not kept. Gives how
    many landed exports held the person; 0 where none did yet. Raises RefreshError while a refresh is running.
    """
    from orchestration.readers.forms import identities_of

    with exclusive(paths):
        codes, exports = _leave_out(paths, identities_of(identity, started), reason)
        _record(paths, reason, [{"respondent": codes[0], "exports": exports}])
    return exports


def _remove_content(paths: Paths, name: str, reason: str) -> list[tuple[Path, str]]:
    """Take a file out of landing and raw, and refuse its content from now on.

    `name` is its path, its path as the file log shows it, or its file_id; every landed file of the same content goes.
    Gives (path, file_id) of each. Raises `LandingError` where there is no such file, or where it lies in an archive.
    """
    state = load(paths)
    file_ids = {
        outcome.file_id
        for path, entry in state.files.items()
        for outcome in entry.outcomes
        if name in {path, entry.shown, outcome.file_id, f"{entry.shown}/{outcome.member}"}
        or str(Path(name).expanduser().resolve()) == path
    } - {""}
    if not file_ids:
        raise LandingError(f"There is no landed file {name}. The data page and the file log list them all.")
    found = [
        (path, entry, outcome)
        for path, entry in state.files.items()
        for outcome in entry.outcomes
        if outcome.file_id in file_ids
    ]
    for path, entry, outcome in found:
        if outcome.member and any(other.file_id not in file_ids for other in entry.outcomes):
            raise LandingError(
                f"{outcome.member} lies in the archive {path} with other files. Take it out of there first."
            )
    # the refusal is kept before anything is removed: killed in between, the content still cannot come back
    state.forgotten.update(dict.fromkeys(sorted(file_ids), reason))
    state.purge, state.built = True, {}
    save(paths, state)
    for path, _, outcome in found:
        Path(path).unlink(missing_ok=True)
        for table in (
            table_path(paths.raw, outcome.dataset_id, outcome.file_id),
            rejects_path(paths.raw, outcome.file_id),
        ):
            table.unlink(missing_ok=True)
        state.files.pop(path, None)
    save(paths, state)
    return [(Path(path), outcome.file_id) for path, _, outcome in found]


def _leave_out(paths: Paths, identities: Sequence[str], reason: str) -> tuple[list[str], int]:
    """Leave a respondent out of raw from now on, whichever export names them.

    `identities` are what `forms.identities_of` makes of what the person gives; only their codes are kept. The raw tables
    that hold the person go at once and are read again, without them, at the next refresh; the exports in the landing folders are
    the user's and stay as they are. Gives the codes, and how many raw tables went.
    """
    from orchestration.raw.exports import tables_with
    from orchestration.readers.shape import Pseudonym

    state = load(paths)
    key = secret_key(paths)
    codes = [Pseudonym(lambda: key)(identity) for identity in identities]
    state.respondents.update(dict.fromkeys(codes, reason))
    # kept before anything is removed: killed in between, the next refresh leaves the person out all the same
    state.purge, state.built = True, {}
    save(paths, state)
    tables = dict.fromkeys(table for code in codes for table in tables_with(paths.raw, code))
    for table in tables:
        table.unlink(missing_ok=True)
    return codes, len(tables)


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
