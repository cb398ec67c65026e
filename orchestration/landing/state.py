"""The state of landing: what is known of every file, kept in one file that is replaced whole, with its checksum and a copy.

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

from integrity.sealed import seal, unsealed
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
    #: size and sha256 of every table of raw, by its name as seen from raw
    raw: dict[str, tuple[int, str]] = field(default_factory=dict)
    #: code and inputs of the files as they were loaded last
    landed: dict[str, str] = field(default_factory=dict)
    #: the same of what was published last, and its version
    built: dict[str, str] = field(default_factory=dict)


def state_path(paths: Paths) -> Path:
    """Where the state lies."""
    return paths.raw / "landing.json"


def copy_path(paths: Paths) -> Path:
    """Where a second copy lies: what was forgotten, and which folders are read, nothing else knows."""
    return paths.raw / "landing.copy.json"


def load(paths: Paths) -> State:
    """The state, or its copy where it is damaged, or an empty one at first.

    Of another version folders, dates, history and what was forgotten are kept, and all files are read again. Raises
    `LandingError` where both are damaged: an empty one would forget folders, and with them their data.
    """
    try:
        return _read(paths, state_path(paths))
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        try:
            return _read(paths, copy_path(paths))
        except FileNotFoundError:
            if not state_path(paths).exists():
                return State()
        except (ValueError, KeyError, TypeError, AttributeError):
            pass
    raise LandingError(
        f"The file log {state_path(paths)} is damaged, and so is its copy. Delete the folder {paths.raw} and run `turncurve"
        " refresh --landing FOLDER` with every landing folder named; forget again what is listed in"
        f" {paths.audit / 'forgotten.jsonl'}."
    )


def mend(paths: Paths) -> bool:
    """Write state and copy again where one of them is damaged or missing; whether one was. Hold the lock of the refresh."""
    states = []
    for path in (state_path(paths), copy_path(paths)):
        try:
            states.append(_read(paths, path))
        except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
            continue
    if len(states) != 1:
        return False
    save(paths, states[0])
    return True


def _read(paths: Paths, path: Path) -> State:
    # decoded here: a flipped bit may leave no text
    text = unsealed(path.read_bytes().decode())
    data = json.loads(text)
    if data.pop("version") != _STATE_VERSION:
        kept = {name: data[name] for name in ("forgotten", "respondents", "purge", "history") if name in data}
        return State(folders=[_from_disk(paths, name) for name in data["folders"]], seen=data["seen"], **kept)
    data["files"] = {
        _from_disk(paths, name): Entry(**{**entry, "outcomes": [Outcome(**outcome) for outcome in entry["outcomes"]]})
        for name, entry in data["files"].items()
    }
    data["folders"] = [_from_disk(paths, name) for name in data["folders"]]
    data["raw"] = {name: (size, digest) for name, (size, digest) in data.get("raw", {}).items()}
    return State(**data)


def save(paths: Paths, state: State) -> None:
    """Put the state in the place of the one before, whole or not at all; then its copy."""
    data = {"version": _STATE_VERSION, **asdict(state)}
    data["files"] = {_to_disk(paths, name): entry for name, entry in data["files"].items()}
    data["folders"] = [_to_disk(paths, name) for name in data["folders"]]
    # names of files that are no text can be written in ASCII alone
    content = seal(json.dumps(data, indent=1)).encode()
    for path in (state_path(paths), copy_path(paths)):
        _write_atomically(path, content)


def _to_disk(paths: Paths, place: str) -> str:
    """A place below the data folder as seen from it, so that the data folder may be copied or moved."""
    path = Path(place)
    return path.relative_to(paths.data_dir).as_posix() if path.is_relative_to(paths.data_dir) else place


def _from_disk(paths: Paths, place: str) -> str:
    return str(paths.data_dir / place)


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
