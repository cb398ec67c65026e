"""What keeps two refreshes of one data folder apart.

Belongs here: the lock, and the error of a refresh that may not or could not publish. Does not belong here: what a refresh
does (`refresh`), nor who else must hold the lock (`landing.forget`, `defs.resources`). It imports neither, so that all of
them may import it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from orchestration.settings import Paths


class RefreshError(Exception):
    """Nothing was published; the message says why and what to do. What was served before is still served."""


@contextmanager
def exclusive(paths: Paths, patience: float = 0) -> Iterator[None]:
    """Hold the refresh lock of this data folder; wait `patience` seconds for it, then raise RefreshError.

    The system frees the lock when its process ends, however it ends.
    """
    from filelock import FileLock, Timeout

    try:
        paths.data_dir.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise RefreshError(
            f"{paths.data_dir} is not a folder, so no warehouse can be kept there. Choose another with --data-dir."
        ) from None
    lock = FileLock(paths.lock)
    try:
        lock.acquire(timeout=patience)
    except Timeout:
        raise RefreshError(
            f"Another refresh of {paths.data_dir} is running. Wait until it has finished, then try again."
        ) from None
    try:
        yield
    finally:
        sweep(paths)
        lock.release()


def sweep(paths: Paths) -> None:
    """Remove a build that did not end well, whose record is missing beside it: nothing reads it, and it holds what landed.

    Only for whoever holds the lock: a build that is under way looks the same.
    """
    build = paths.build_file
    if not paths.build_record.exists():
        for left in (build, build.with_name(build.name + ".wal")):
            left.unlink(missing_ok=True)
