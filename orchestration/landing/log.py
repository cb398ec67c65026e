"""The file log: what became of every file, now and over time.

Belongs here: the rows of the log, of its history and of the questions of forms, made from the state. Does not belong here:
the state (`state`), reading files (`load`), writing the rows to Parquet (`raw`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any

from orchestration import names
from orchestration.landing.state import Outcome, State
from orchestration.raw.layout import family_of

_RELEASE_RANK = {"provisional": 0, "revised": 1}


def file_log(state: State) -> list[dict[str, Any]]:
    """The rows of the file log. Of several files with one content the first by name is loaded, the others are duplicates.

    `sequence` is the place of a file among those that say something about the same thing, by what the file says of itself and by
    its name: when it was copied says nothing.
    """
    pairs = [(path, entry, outcome) for path, entry in state.files.items() for outcome in entry.outcomes]
    pairs.sort(key=lambda pair: (by_name(pair[1].shown), pair[1].shown, pair[2].member))
    now = _now()
    taken: dict[str, tuple[str, Outcome]] = {}
    shown: set[str] = set()
    records = []
    for path, entry, outcome in pairs:
        name = entry.shown if not outcome.member else f"{entry.shown}/{outcome.member}"
        if name in shown:  # two folders of one name
            whole = names.shown(path)
            name = whole if not outcome.member else f"{whole}/{outcome.member}"
        shown.add(name)
        record: dict[str, Any] = {
            "file_id": outcome.file_id,
            "path": name,
            "dataset_id": outcome.dataset_id,
            "academic_year": outcome.academic_year,
            "release": outcome.release,
            "snapshot_date": outcome.snapshot_date,
            "published_on": outcome.published_on,
            "edition": outcome.edition,
            "status": outcome.status,
            "reason": outcome.reason,
            "rows_landed": outcome.rows_landed,
            "rows_unreadable": outcome.rows_unreadable,
            "first_seen_at": state.seen.setdefault(outcome.file_id, now),
            "modified_at": entry.modified_at,
            "encoding": outcome.encoding,
        }
        if outcome.status == "loaded":
            first = taken.setdefault(outcome.file_id, (name, outcome))
            if first[1] is not outcome:
                record.update(status="duplicate", rows_landed=0, rows_unreadable=0)
                record["reason"] = f"The same content as {first[0]}, which was taken."
                if first[1].academic_year != outcome.academic_year:
                    record["reason"] += (
                        f" That one was taken as {first[1].academic_year}, this one lies under"
                        f" {outcome.academic_year}: only one can be right."
                    )
        records.append(record)
    records.sort(
        key=lambda record: (
            _RELEASE_RANK.get(record["release"] or "", 2),
            record["published_on"] or "",
            record["edition"],
            by_name(record["path"]),
            record["path"],
        )
    )
    # of each family by itself: files of two are never compared, and one that comes must not change the number of all others
    numbers: dict[str, Iterator[int]] = {}
    for record in records:
        record["sequence"] = next(numbers.setdefault(family_of(record["dataset_id"]), count(1)))
    return records


def by_name(path: str) -> tuple[tuple[str, int], ...]:
    """The order of names as people count: `visits`, `visits (2)`, `visits (10)`; the ending does not matter."""
    folder, _, name = path.rpartition("/")
    text = f"{folder}/{name.rsplit('.', 1)[0]}".casefold()
    parts = re.findall(r"(\D*)(\d{0,18})", text)
    return tuple((words, int(number or -1)) for words, number in parts)


def note_history(state: State, records: Sequence[dict[str, Any]]) -> None:
    """Add to the history what became of each path, where it is not what was noted last; and the paths that are gone."""
    last = {event["path"]: event for event in state.history}
    compared = ("file_id", "dataset_id", "status", "reason", "rows_landed")
    now = _now()
    for record in records:
        event = {name: record[name] for name in ("path", *compared)}
        before = last.get(record["path"])
        if before is None or any(before[name] != event[name] for name in compared):
            state.history.append({**event, "happened_at": now})
    for path in sorted(last.keys() - {record["path"] for record in records}):
        if last[path]["status"] != "gone":
            reason = state.forgotten.get(last[path]["file_id"], "")
            reason = f"It was forgotten on purpose: {reason}" if reason else "It no longer lies in a landing folder."
            gone = {"status": "gone", "reason": reason, "rows_landed": 0, "happened_at": now}
            state.history.append({**last[path], **gone})


def questions(state: State) -> Iterator[tuple[str, str, str]]:
    """(file_id, column of raw, question) of every form that is loaded."""
    from orchestration.readers.swift import answer_column

    found = {
        outcome.file_id: outcome.questions
        for entry in state.files.values()
        for outcome in entry.outcomes
        if outcome.status == "loaded"
    }
    for file_id, asked in sorted(found.items()):
        for number, question in enumerate(asked, start=1):
            yield file_id, answer_column(number), question


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
