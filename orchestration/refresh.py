"""One refresh: decide whether there is anything to do, and if so run the job, once at a time.

Belongs here: the gate, the lock and what a refresh answers. Does not belong here: the stages themselves (`landing`, `raw`,
`warehouse`, `publish`) nor how Dagster wires them (`defs/`). Nothing slow is imported before the gate has decided.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from orchestration import landing
from orchestration.publish import Pointer, read_pointer
from orchestration.settings import Paths

Progress = Callable[[str], None]


class RefreshError(Exception):
    """Nothing was published; the message says why and what to do. What was served before is still served."""


@dataclass(frozen=True)
class Refreshed:
    """What a refresh did: the pointer that is served now, and whether this refresh published it."""

    pointer: Pointer
    published: bool
    to_look_at: tuple[str, ...] = ()


def refresh(
    paths: Paths,
    folders: Sequence[Path] = (),
    year: str | None = None,
    force: bool = False,
    verbose: bool = False,
    progress: Progress = lambda sentence: None,
) -> Refreshed:
    """Bring the published warehouse up to date with the landing folders.

    `folders` are added to the folders known from earlier refreshes. `year` (such as `2018/19`) is for new files whose year
    nothing else tells. Raises RefreshError where nothing could be published.
    """
    with exclusive(paths):
        current = read_pointer(paths)
        if current is not None and not force and landing.is_current(paths, folders, year=year):
            return Refreshed(current, published=False)
        return _run(paths, folders, year, verbose, progress)


@contextmanager
def exclusive(paths: Paths) -> Iterator[None]:
    """Hold the refresh lock of this data folder. The system frees it when the process ends, however it ends."""
    from filelock import FileLock, Timeout

    paths.data_dir.mkdir(parents=True, exist_ok=True)
    lock = FileLock(paths.lock)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise RefreshError(
            f"Another refresh of {paths.data_dir} is running. Wait until it has finished, then try again."
        ) from None
    try:
        yield
    finally:
        lock.release()


def _run(
    paths: Paths, folders: Sequence[Path], year: str | None, verbose: bool, progress: Progress
) -> Refreshed:
    """Run the job in this process, without any service."""
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "yes"
    if not verbose:
        warnings.filterwarnings("ignore", module="dagster")
    from orchestration.defs.build import build_definitions
    from orchestration.defs.resources import Workspace

    workspace = Workspace.of(paths, folders=folders, year=year).with_progress(progress)
    definitions = build_definitions(paths, workspace)
    # Dagster's own log is for those who ask for it; the stages tell a person what they do through `progress`
    log_level = "INFO" if verbose else "CRITICAL"
    result = definitions.resolve_job_def("refresh").execute_in_process(
        run_config={"loggers": {"console": {"config": {"log_level": log_level}}}}, raise_on_error=False
    )
    if not result.success:
        raise RefreshError(workspace.failure or "The refresh failed; run it again with --verbose to see every step.")
    pointer = read_pointer(paths)
    if pointer is None:
        raise RefreshError("The refresh ended without publishing a warehouse.")
    return Refreshed(pointer, published=True, to_look_at=tuple(workspace.warnings))
