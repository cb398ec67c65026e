"""The state of landing: what is known of every file, kept in one file that is replaced whole.

Belongs here: its form, reading and writing it, what was published of it. Does not belong here: finding files (`folders`),
comparing them with the state (`changes`), reading them (`load`), forgetting one (`forget`).

The names of the fields are those of the file, which a later version of this code must still read.
"""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from orchestration.settings import Paths

_STATE_VERSION = 1


class LandingError(Exception):
    """No file can be loaded as things are. The message is the sentence the user reads."""


@dataclass
class Outcome:
    """What became of one part of a file, as if it were the only one of its content."""

    member: str
    file_id: str
    status: str  # loaded | refused | ignored
    reason: str = ""
    dataset_id: str = ""
    academic_year: str | None = None
    release: str | None = None
    snapshot_date: str | None = None
    published_on: str | None = None
    edition: str = ""
    rows_landed: int = 0
    rows_unreadable: int = 0
    encoding: str = ""
    #: forms only: the question each answer of a raw row is to
    questions: list[str] = field(default_factory=list)


@dataclass
class Entry:
    """One file of the state."""

    shown: str
    size: int
    mtime_ns: int
    sha256: str
    modified_at: str
    #: sha256 of the file next to it that describes its columns, '' where there is none: it decides what rows mean
    meta_sha256: str = ""
    year_given: str | None = None
    #: could not be opened or read to its end; tried again as soon as it opens
    retry: bool = False
    outcomes: list[Outcome] = field(default_factory=list)


@dataclass
class State:
    """All that landing remembers."""

    readers: str = ""
    folders: list[str] = field(default_factory=list)
    files: dict[str, Entry] = field(default_factory=dict)
    #: file_id -> when this content first arrived
    seen: dict[str, str] = field(default_factory=dict)
    #: file_id -> why this content was forgotten: it is refused should it come again
    forgotten: dict[str, str] = field(default_factory=dict)
    #: code of a respondent who was forgotten -> why: left out of every file, whenever it comes
    respondents: dict[str, str] = field(default_factory=dict)
    #: what was forgotten may still be in versions published before: the next publishing removes them
    purge: bool = False
    #: what became of every path, each time that changed: the columns of `raw.layout.HISTORY_COLUMNS`
    history: list[dict[str, Any]] = field(default_factory=list)
    #: code and inputs of the files as they were loaded last
    landed: dict[str, str] = field(default_factory=dict)
    #: the same of what was published last, and its version
    built: dict[str, str] = field(default_factory=dict)


def state_path(paths: Paths) -> Path:
    """Where the state lies."""
    return paths.raw / "landing.json"


def load(paths: Paths) -> State:
    """The state, or an empty one at first. Of another version folders, dates, history and what was forgotten are kept,
    and all files are read again.

    Raises `LandingError` where it is damaged: an empty one would forget folders, and with them their data.
    """
    path = state_path(paths)
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data.pop("version") != _STATE_VERSION:
            kept = {name: data[name] for name in ("forgotten", "respondents", "purge", "history") if name in data}
            return State(folders=data["folders"], seen=data["seen"], **kept)
        data["files"] = {
            name: Entry(**{**entry, "outcomes": [Outcome(**outcome) for outcome in entry["outcomes"]]})
            for name, entry in data["files"].items()
        }
        return State(**data)
    except FileNotFoundError:
        return State()
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LandingError(
            f"The file log {path} is damaged. Take it away and refresh with every landing folder named again."
        ) from error


def save(paths: Paths, state: State) -> None:
    """Put the state in the place of the one before, whole or not at all."""
    text = json.dumps({"version": _STATE_VERSION, **asdict(state)}, indent=1, ensure_ascii=False)
    _write_atomically(state_path(paths), text.encode())


def _write_atomically(target: Path, content: bytes) -> None:
    """Write a file under another name, then rename it: nobody ever sees half of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def must_purge(paths: Paths) -> bool:
    """Whether versions published before hold something that was forgotten since."""
    return load(paths).purge


def mark_built(paths: Paths, version: str) -> None:
    """Note that what was loaded last is published as `version`. Call it after the pointer was swapped."""
    state = load(paths)
    state.purge = False
    state.built = {**state.landed, "version": version}
    save(paths, state)
