"""The landing folders: which are looked into, what lies in them, and what of it differs from what landed last.

Belongs here: finding files and telling what is new, changed or gone. Does not belong here: reading files or keeping their log
(`landing`), and the state itself (`landed`).

Files are read in place and never copied or changed. Readers are imported only when there is something to read: telling that
nothing changed must take no time.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.contracts import seed_file
from orchestration.fingerprint import fingerprint
from orchestration.landed import Entry, LandingError, State, load, save
from orchestration.settings import REPOSITORY, Paths

#: What decides how a file is read. If one of these changes, every file is read again.
READER_SOURCES = (
    "orchestration/readers",
    "orchestration/contracts.py",
    "orchestration/raw.py",
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
class Found:
    """A file that lies in a landing folder now."""

    path: Path
    shown: str
    size: int
    mtime_ns: int
    year: str | None


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

    def __bool__(self) -> bool:
        """Whether there is anything to land."""
        return bool(self.new or self.changed or self.gone or self.new_folders)


def _folders(paths: Paths, given: Sequence[Path], state: State) -> list[Path]:
    """The folders to look into: the default, the remembered ones, the ones given now."""
    folders = [paths.landing, *map(Path, state.folders), *(Path(folder).expanduser().resolve() for folder in given)]
    return list(dict.fromkeys(folders))


def _check_folders(paths: Paths, folders: Sequence[Path], given: Sequence[Path], state: State) -> None:
    named = {Path(folder).expanduser().resolve() for folder in given}
    for folder in folders:
        if not folder.exists():
            if folder == paths.landing and not any(Path(path).is_relative_to(folder) for path in state.files):
                continue  # a first run: nothing has ever been put there
            if folder in named:
                raise LandingError(f"There is no folder {folder}. Check the name.")
            otherwise = (
                "make it again, empty," if folder == paths.landing else f"run `turncurve refresh --forget {folder}`"
            )
            raise LandingError(
                f"The folder {folder} is gone; earlier refreshes took files from it, so nothing was changed."
                f" Put it back, or {otherwise} if its data should leave the warehouse."
            )
        if folder.is_dir() and not os.access(folder, os.R_OK | os.X_OK):
            raise LandingError(f"The folder {folder} may not be opened. Ask for the right to read it.")


def scan(paths: Paths, folders: Sequence[Path] = (), year: str | None = None) -> Changes:
    """Compare the landing folders with the state, by size and time first, by content where those differ.

    `folders` are added to the default and the remembered ones; a single file may stand for a folder. `year` is the
    academic year given for the files in `folders`. Raises `LandingError` where a folder is missing.
    """
    return compared(paths, folders, spelled(year), load(paths))


def spelled(year: str | None) -> str | None:
    """The year given as years are stored, so that `2018-19` and `2018/19` are the same one."""
    if not year:
        return None
    from orchestration.readers.years import parse_year

    return parse_year(year)


def compared(paths: Paths, given: Sequence[Path], year: str | None, state: State) -> Changes:
    """`scan` beside a state that is loaded already, with the year as years are stored."""
    folders = _folders(paths, given, state)
    _check_folders(paths, folders, given, state)
    named = {Path(folder).expanduser().resolve() for folder in given}
    reread = state.readers != fingerprint(READER_SOURCES)
    sorted_out: dict[str, list[Found]] = {"new": [], "changed": [], "touched": [], "unchanged": []}
    present: set[str] = set()
    # folders given now go first: their year counts for a file that also lies below another folder
    for folder in sorted(folders, key=lambda folder: folder not in named):
        for path, info in _files_below(folder, paths):
            if str(path) in present:
                continue
            present.add(str(path))
            entry = state.files.get(str(path))
            given_year = year if year and folder in named else entry.year_given if entry else None
            found = Found(path, _shown(path, folder, paths), info.st_size, info.st_mtime_ns, given_year)
            sorted_out[_compare(found, entry, reread, paths)].append(found)
    return Changes(
        **{name: tuple(items) for name, items in sorted_out.items()},
        gone=tuple(sorted(set(state.files) - present)),
        folders=tuple(str(folder) for folder in folders if folder != paths.landing),
        new_folders=any(str(folder) not in state.folders for folder in folders if folder != paths.landing),
    )


def _compare(found: Found, entry: Entry | None, reread: bool, paths: Paths) -> str:
    if entry is None:
        return "new"
    if reread or found.year != entry.year_given or not _raw_is_there(entry, paths):
        return "changed"
    if entry.retry and _opens(found.path):
        return "changed"
    if (found.size, found.mtime_ns) == (entry.size, entry.mtime_ns):
        return "unchanged"
    if found.size != entry.size or _hash(found.path) != entry.sha256:
        return "changed"
    return "touched"


def _raw_is_there(entry: Entry, paths: Paths) -> bool:
    loaded = (outcome for outcome in entry.outcomes if outcome.status == "loaded")
    return all((paths.raw / outcome.dataset_id / f"{outcome.file_id}.parquet").exists() for outcome in loaded)


def _opens(path: Path) -> bool:
    try:
        with path.open("rb"):
            return True
    except OSError:
        return False


def _hash(path: Path) -> str:
    """sha256 of a file's bytes, '' where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _files_below(folder: Path, paths: Paths) -> Iterator[tuple[Path, os.stat_result]]:
    """Plain files below a folder in a fixed order. Hidden folders and this warehouse's own are not entered."""
    if folder.is_file():
        yield folder, folder.stat()
        return
    own = {paths.raw, paths.build, paths.published, paths.audit, paths.dagster}
    for base, folders, names in os.walk(folder, onerror=_not_entered):
        folders[:] = sorted(
            name for name in folders if not name.startswith((".", "__MACOSX")) and Path(base, name) not in own
        )
        for name in sorted(names):
            path = Path(base, name)
            if path in (paths.secret_key, paths.lock):
                continue
            try:
                info = path.stat()
            except OSError:  # vanished since it was listed, or a link to nothing
                continue
            if stat.S_ISREG(info.st_mode):
                yield path, info


def _not_entered(error: OSError) -> None:
    # passed over in silence, a folder that may not be opened would take its files out of the warehouse
    if not isinstance(error, FileNotFoundError):
        raise LandingError(f"The folder {error.filename} may not be opened. Ask for the right to read it.") from error


def _shown(path: Path, folder: Path, paths: Paths) -> str:
    """The path as users see it: below the landing folder, else with the name of the folder it was found in."""
    if path == folder:
        return path.name
    inside = path.relative_to(folder).as_posix()
    return inside if folder == paths.landing else f"{folder.name}/{inside}"


def is_current(paths: Paths, folders: Sequence[Path] = (), year: str | None = None) -> bool:
    """Whether a refresh would change nothing: same files, same code and seeds, and the served warehouse is there."""
    try:
        state = load(paths)
        pointer = json.loads(paths.pointer.read_text(encoding="utf-8"))
        served = (paths.published / pointer["warehouse"]).is_file()
        version = pointer["version"]
    except (OSError, ValueError, KeyError, TypeError, LandingError):
        return False
    expected = {**state.landed, "version": version, "code": fingerprint()}
    if not served or not state.built or state.built != expected:
        return False
    try:
        return not compared(paths, folders, spelled(year), state)
    except LandingError:
        return False


def glance(paths: Paths) -> str:
    """A key of what lies in the landing folders now and of the code: the same key means nothing moved meanwhile."""
    state = load(paths)
    digest = hashlib.sha256(fingerprint().encode())
    for folder in _folders(paths, (), state):
        if folder.exists():
            for path, info in _files_below(folder, paths):
                digest.update(f"{path} {info.st_size} {info.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]


def forget(paths: Paths, folder: Path) -> None:
    """Stop looking into a remembered folder; its files drop out at the next landing.

    Raises `LandingError` where it is none.
    """
    state = load(paths)
    name = str(Path(folder).expanduser().resolve())
    if name not in state.folders:
        raise LandingError(f"{name} is not a folder that is looked into, so there is nothing to forget.")
    state.folders.remove(name)
    state.built = {}
    save(paths, state)
