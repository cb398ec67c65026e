"""One refresh: decide whether there is anything to do, and if so run the job.

Belongs here: the gate and what a refresh answers. Does not belong here: what keeps two apart (`lock`), the stages
themselves (`landing`, `raw`, `warehouse`, `publish`), how Dagster wires them (`defs/`). Nothing slow is imported before
the gate has decided.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.landing.changes import is_current, scan
from orchestration.landing.folders import forget_folder
from orchestration.landing.state import LandingError
from orchestration.lock import RefreshError, exclusive
from orchestration.publish import Pointer, PublishError, check_place, read_pointer
from orchestration.settings import Paths

if TYPE_CHECKING:
    import dagster as dg

Progress = Callable[[str], None]


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
    forget: Sequence[Path] = (),
    force: bool = False,
    verbose: bool = False,
    progress: Progress = lambda sentence: None,
) -> Refreshed:
    """Bring the published warehouse up to date with the landing folders.

    `folders` are added to the folders known from earlier refreshes. `year` (such as `2018/19`) is for new files whose
    year nothing else gives; `forget` are folders to read no longer, whose data leaves the warehouse. Raises
    RefreshError where nothing could be published.
    """
    with exclusive(paths):
        for folder in forget:
            forget_folder(paths, folder)
        current = read_pointer(paths)
        if current is not None and not force and is_current(paths, folders, year=year):
            return Refreshed(current, published=False)
        try:
            # what is missing or may not be written is reported now, not after everything slow
            scan(paths, folders, year=year)
            check_place(paths)
        except (LandingError, PublishError) as error:
            raise RefreshError(str(error)) from error
        return _run(paths, folders, year, verbose, progress)


def _run(paths: Paths, folders: Sequence[Path], year: str | None, verbose: bool, progress: Progress) -> Refreshed:
    """Run the job in this process, without any service."""
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "yes"
    if not verbose:
        warnings.filterwarnings("ignore", module="dagster")
    from orchestration.warehouse import BuildError, collect_less_often

    collect_less_often()
    from orchestration.defs.build import build_definitions
    from orchestration.defs.resources import Workspace

    workspace = Workspace.of(paths, folders=folders, year=year).attended(progress)
    try:
        definitions = build_definitions(paths, workspace)
    except BuildError as error:
        raise RefreshError(str(error)) from error
    # Dagster's own log is for those who ask for it; the stages report to a person through `progress`
    log_level = "INFO" if verbose else "CRITICAL"
    result = definitions.resolve_job_def("refresh").execute_in_process(
        run_config={"loggers": {"console": {"config": {"log_level": log_level}}}}, raise_on_error=False
    )
    if not result.success:
        raise RefreshError(workspace.failure or _unforeseen(result))
    pointer = read_pointer(paths)
    if pointer is None:
        raise RefreshError("The refresh ended without publishing a warehouse.")
    return Refreshed(pointer, published=True, to_look_at=tuple(workspace.warnings))


def _unforeseen(result: dg.ExecuteInProcessResult) -> str:
    """The sentence for a failure no stage put into words: a full disk, a folder that may not be written to."""
    error = next((event.step_failure_data.error for event in result.all_events if event.is_step_failure), None)
    cause = error.cause or error if error else None
    if cause and cause.cls_name == "DagsterExecutionInterruptedError":
        return "The refresh was interrupted, so nothing was published."
    reason = f" ({cause.message.strip()})" if cause else ""
    return f"The refresh failed{reason}, so nothing was published. Run it again with --verbose to see every step."
