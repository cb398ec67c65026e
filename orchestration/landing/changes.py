"""What differs between the landing folders and what is known of them.

Belongs here: which files are new, changed or gone, and whether a refresh would change anything. Does not belong here: which
folders are read and what lies in them (`folders`), the state (`state`), reading files (`load`).

Readers are imported only when there is something to read: it must take no time to see that nothing changed.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from integrity.sealed import SOME
from integrity.versions import NotReadable, served
from orchestration.contracts import seed_file
from orchestration.fingerprint import fingerprint
from orchestration.landing.folders import (
    Found,
    check_folders,
    files_below,
    folders_to_read,
    meta_path,
    open_file,
    shown_path,
)
from orchestration.landing.state import Entry, LandingError, Outcome, State, load
from orchestration.raw import whole
from orchestration.raw.layout import rejects_path, table_path
from orchestration.settings import REPOSITORY, Paths

#: What decides how a file is read. If one of these changes, every file is read again.
READER_SOURCES = (
    "orchestration/readers",
    "orchestration/contracts",
    "orchestration/raw",
    "orchestration/names.py",
    *(
        seed_file(f"{name}.csv").relative_to(REPOSITORY).as_posix()
        for name in (
            "datasets",
            "dataset_columns",
            "outcome_columns",
            "form_questions",
            "personal_questions",
            "ees_filters",
            "files_not_taken",
        )
    ),
)


@dataclass(frozen=True)
class Changes:
    """What differs between the folders and the state."""

    new: tuple[Found, ...]
    changed: tuple[Found, ...]
    #: same content under another time stamp
    touched: tuple[Found, ...]
    unchanged: tuple[Found, ...]
    gone: tuple[str, ...]
    folders: tuple[str, ...]
    new_folders: bool
    #: tables of raw that are gone, or are not what was written
    damaged: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Whether there is anything to load or to take out."""
        return bool(self.new or self.changed or self.gone or self.new_folders or self.damaged)


def scan(paths: Paths, folders: Sequence[Path] = (), year: str | None = None) -> Changes:
    """Compare the landing folders with the state, by size and time first, by content where those differ.

    `folders` are added to the default and the remembered ones; a single file may be given as a folder. `year` is the
    academic year given for the files in `folders`. Raises `LandingError` where a folder is missing.
    """
    return compared(paths, folders, stored_year(year), load(paths))


def stored_year(year: str | None) -> str | None:
    """The year given as years are stored, so that `2018-19` and `2018/19` are the same one."""
    if not year:
        return None
    from orchestration.readers.years import parse_year

    return parse_year(year)


def compared(paths: Paths, given: Sequence[Path], year: str | None, state: State, wholly: bool = False) -> Changes:
    """`scan` with a state that is loaded already, and the year as years are stored; all of raw is read (`wholly`) or some."""
    folders = folders_to_read(paths, given, state)
    check_folders(paths, folders, given, state)
    named = {Path(folder).expanduser().resolve() for folder in given}
    reread = state.readers != fingerprint(READER_SOURCES)
    damaged = whole.damaged(paths.raw, state.raw, None if wholly else SOME)
    sorted_out: dict[str, list[Found]] = {"new": [], "changed": [], "touched": [], "unchanged": []}
    present: set[str] = set()
    # folders given now go first: their year counts for a file that also lies below another folder
    for folder in sorted(folders, key=lambda folder: folder not in named):
        for path, info, refusal in files_below(folder, paths):
            if str(path) in present:
                continue
            present.add(str(path))
            entry = state.files.get(str(path))
            given_year = year if year and folder in named else entry.year_given if entry else None
            shown = shown_path(path, folder, paths)
            meta = "" if refusal else _hash_of_meta(path)
            found = Found(path, shown, info.st_size, info.st_mtime_ns, given_year, meta, refusal)
            sorted_out[_compare(found, entry, reread, damaged, state)].append(found)
    return Changes(
        **{name: tuple(items) for name, items in sorted_out.items()},
        gone=tuple(sorted(set(state.files) - present)),
        folders=tuple(str(folder) for folder in folders if folder != paths.landing),
        new_folders=any(str(folder) not in state.folders for folder in folders if folder != paths.landing),
        damaged=damaged,
    )


def _compare(found: Found, entry: Entry | None, reread: bool, damaged: frozenset[str], state: State) -> str:
    if entry is None:
        return "new"
    is_same = (found.size, found.mtime_ns) == (entry.size, entry.mtime_ns)
    if found.refusal:
        # what is not opened can be compared by nothing else
        is_refused = [outcome.reason for outcome in entry.outcomes] == [found.refusal]
        return "unchanged" if is_refused and is_same else "changed"
    if (
        reread
        or (found.year, found.meta_sha256) != (entry.year_given, entry.meta_sha256)
        or not _raw_is_whole(entry, damaged, state)
    ):
        return "changed"
    if entry.retry and _opens(found.path):
        return "changed"
    if is_same:
        return "unchanged"
    return "changed" if found.size != entry.size or _hash(found.path) != entry.sha256 else "touched"


def _raw_is_whole(entry: Entry, damaged: frozenset[str], state: State) -> bool:
    """Whether the tables of a file are there as they were written."""
    for outcome in entry.outcomes:
        if outcome.status == "loaded":
            table, rejects = raw_names(outcome)
            if table not in state.raw or damaged & {table, rejects}:
                return False
    return True


def raw_names(outcome: Outcome) -> tuple[str, str]:
    """Table and rejects of a loaded file, named as seen from raw."""
    nowhere = Path()
    return (
        table_path(nowhere, outcome.dataset_id, outcome.file_id).as_posix(),
        rejects_path(nowhere, outcome.file_id).as_posix(),
    )


def _opens(path: Path) -> bool:
    try:
        with open_file(path):
            return True
    except OSError:
        return False


def _hash_of_meta(path: Path) -> str:
    """sha256 of the file that describes a data file's columns, '' where none lies next to it. They are small."""
    meta = meta_path(path)
    return _hash(meta) if meta is not None and meta.is_file() and not meta.is_symlink() else ""


def _hash(path: Path) -> str:
    """sha256 of a file's bytes, '' where it cannot be read."""
    try:
        with open_file(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def is_current(paths: Paths, folders: Sequence[Path] = (), year: str | None = None) -> bool:
    """Whether a refresh would change nothing: same files, same code and seeds, and what is served is what was published."""
    return not why_not_current(paths, folders, year)


def why_not_current(paths: Paths, folders: Sequence[Path] = (), year: str | None = None) -> str:
    """The sentence on why a refresh has something to do, and what to do about it; '' where it has nothing to do."""
    try:
        state = load(paths)
        found = served(paths.published, SOME)
        if found.damage or found.pointer is None:
            return found.damage or "Nothing is published yet; run `turncurve refresh`."
        expected = {**state.landed, "version": found.pointer.version, "code": fingerprint()}
        if not state.built or state.built != expected:
            return "The code, or what was loaded, has changed since; run `turncurve refresh`."
        changes = compared(paths, folders, stored_year(year), state)
    except (LandingError, NotReadable) as error:
        return str(error)
    if changes.damaged:
        return "Tables of raw are damaged or gone; run `turncurve refresh`: it reads their files again."
    return "The landing folders have changed since; run `turncurve refresh`." if changes else ""


def listing_key(paths: Paths, why: str = "") -> str:
    """A key of what lies in the landing folders now, of the code, and of `why` a refresh is asked for: the same key means that
    nothing moved meanwhile."""
    state = load(paths)
    digest = hashlib.sha256(f"{fingerprint()} {why}".encode())
    for folder in folders_to_read(paths, (), state):
        if folder.exists():
            for path, info, _ in files_below(folder, paths):
                digest.update(os.fsencode(path) + f" {info.st_size} {info.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]
