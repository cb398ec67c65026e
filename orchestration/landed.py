"""The state of landing: what is known of every file, kept in one file that is replaced whole.

Belongs here: its form, reading and writing it, the key of the installation, what was published of it. Does not belong here:
finding and reading files (`landing`), forgetting one (`forget`).
"""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from orchestration.settings import Paths

_STATE_VERSION = 1


class LandingError(Exception):
    """Nothing can be landed as things are. The message is the sentence the user reads."""


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
    #: what became of every path, whenever that changed: the columns of `raw.HISTORY_COLUMNS`
    history: list[dict[str, Any]] = field(default_factory=list)
    #: code and inputs of the last landing, and of the last landing that was published
    landed: dict[str, str] = field(default_factory=dict)
    built: dict[str, str] = field(default_factory=dict)


def state_path(paths: Paths) -> Path:
    """Where the state lies."""
    return paths.raw / "landing.json"


def load(paths: Paths) -> State:
    """The state, or an empty one at first. Of another version folders, dates, history and what was forgotten are kept:
    all is read again.

    Raises `LandingError` where it is damaged: beginning anew would forget folders, and with them their data.
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
    write_atomically(state_path(paths), text.encode())


def write_atomically(target: Path, content: bytes) -> None:
    """Write a file beside its place, then swap: nobody ever sees half of it."""
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


def secret_key(paths: Paths) -> bytes:
    """The key of this installation, 32 bytes, made on first use and readable by its owner alone."""
    path = paths.secret_key
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        handle, name = tempfile.mkstemp(prefix=".secret.", dir=path.parent)  # mode 0600
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(name, path)  # unlike a rename, this never replaces a key another process has just made
        except FileExistsError:
            pass
        except OSError:
            os.replace(name, path)
        Path(name).unlink(missing_ok=True)
    return path.read_bytes()


def must_purge(paths: Paths) -> bool:
    """Whether versions published before hold something that was forgotten since."""
    return load(paths).purge


def mark_built(paths: Paths, version: str) -> None:
    """Note that the last landing is published as `version`. Call it after the pointer was swapped."""
    state = load(paths)
    state.purge = False
    state.built = {**state.landed, "version": version}
    save(paths, state)


def remembered(paths: Paths) -> list[Path]:
    """The folders an unattended refresh looks into, the default first."""
    return [paths.landing, *map(Path, load(paths).folders)]
