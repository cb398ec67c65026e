"""The landing folders: which are read, and which files lie in them now.

Belongs here: finding files, and remembering folders and letting them go. Does not belong here: what is known of a file
(`state`), what differs from that (`changes`), opening a file (`load`).

Files are read in place and never copied or changed. Links are not followed: one could lead to any file of the machine.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

from orchestration import names
from orchestration.landing.state import LandingError, State, load, save
from orchestration.settings import Paths


@dataclass(frozen=True)
class Found:
    """A file that lies in a landing folder now."""

    path: Path
    #: the path as users see it
    shown: str
    size: int
    mtime_ns: int
    #: the academic year that was given for it, if any
    year: str | None
    #: sha256 of its meta file, '' where it has none
    meta_sha256: str = ""
    #: why it is not opened at all; '' where it is
    refusal: str = ""


#: Why a link is not read.
LINK = "This is a link, and links are not followed. Put the file itself into the folder."


def open_file(path: Path) -> BufferedReader:
    """Open a file of a landing folder, and no link that has been put in its place."""
    return open(os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)), "rb")


def remembered(paths: Paths) -> list[Path]:
    """The folders an unattended refresh reads, the default first."""
    return [paths.landing, *map(Path, load(paths).folders)]


def folders_to_read(paths: Paths, given: Sequence[Path], state: State) -> list[Path]:
    """The folders to read: the default, the remembered ones, the ones given now."""
    folders = [paths.landing, *map(Path, state.folders), *(Path(folder).expanduser().resolve() for folder in given)]
    return list(dict.fromkeys(folders))


def check_folders(paths: Paths, folders: Sequence[Path], given: Sequence[Path], state: State) -> None:
    """Raise `LandingError` where a folder is missing, unless nothing was ever taken from it, or may not be opened."""
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


def files_below(folder: Path, paths: Paths) -> Iterator[tuple[Path, os.stat_result, str]]:
    """Files below a folder in a fixed order, and why one is not to be opened. Hidden folders and this warehouse's own are not
    entered, nor any that a link leads to."""
    if folder.is_file():
        yield folder, folder.stat(), ""
        return
    own = {paths.raw, paths.build, paths.published, paths.audit, paths.dagster}
    for base, folders, files in os.walk(folder, onerror=_not_entered):
        folders[:] = sorted(
            name for name in folders if not name.startswith((".", "__MACOSX")) and Path(base, name) not in own
        )
        for name in (*(name for name in folders if os.path.islink(os.path.join(base, name))), *sorted(files)):
            path = Path(base, name)
            if path in (paths.secret_key, paths.lock):
                continue
            try:
                info = path.lstat()
            except OSError:  # vanished since it was listed
                continue
            if stat.S_ISLNK(info.st_mode):
                yield path, info, LINK
            elif stat.S_ISREG(info.st_mode):
                yield path, info, "" if names.is_text(path) else names.NOT_TEXT


def meta_path(path: Path) -> Path | None:
    """Where the file that describes a data file's columns would lie; None for one that can have none."""
    name = path.name.casefold()
    return path.with_suffix(".meta.csv") if name.endswith(".csv") and not name.endswith(".meta.csv") else None


def _not_entered(error: OSError) -> None:
    # passed over in silence, a folder that may not be opened would take its files out of the warehouse
    if not isinstance(error, FileNotFoundError):
        raise LandingError(f"The folder {error.filename} may not be opened. Ask for the right to read it.") from error


def shown_path(path: Path, folder: Path, paths: Paths) -> str:
    """The path as users see it: below the landing folder, else with the name of the folder it was found in."""
    if path == folder:
        return names.shown(path.name)
    inside = path.relative_to(folder).as_posix()
    return names.shown(inside if folder == paths.landing else f"{folder.name}/{inside}")


def forget_folder(paths: Paths, folder: Path) -> None:
    """Stop reading a remembered folder; its files drop out of the warehouse at the next refresh.

    Raises `LandingError` where it is none.
    """
    state = load(paths)
    name = str(Path(folder).expanduser().resolve())
    if name not in state.folders:
        raise LandingError(f"{name} is not a folder that is looked into, so there is nothing to forget.")
    state.folders.remove(name)
    state.built = {}
    save(paths, state)
