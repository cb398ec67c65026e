"""One refresh: decide whether there is anything to do, and if so run the stages.

Belongs here: the gate and what a refresh answers. Does not belong here: what keeps two apart (`lock`), the stages
themselves (`stages`), how Dagster wires them (`defs/`). Nothing slow is imported before the gate has decided.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from integrity.versions import MEND, NotReadable, Pointer, served
from orchestration.landing.changes import is_current, scan
from orchestration.landing.folders import forget_folder
from orchestration.landing.state import LandingError, mend
from orchestration.lock import RefreshError, exclusive
from orchestration.publish import PublishError, check_place, read_pointer
from orchestration.settings import Paths

Progress = Callable[[str], None]
_MENDED = "The file log, or its copy, was damaged and has been written again from the other."


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
        mended = [_MENDED] if mend(paths) else []
        for folder in forget:
            forget_folder(paths, folder)
        current = read_pointer(paths)
        if current is not None and not force and is_current(paths, folders, year=year):
            return Refreshed(current, published=False, to_look_at=tuple(mended))
        try:
            # what is missing or may not be written is reported now, not after everything slow
            scan(paths, folders, year=year)
            check_place(paths)
            damage = served(paths.published).damage
        except (LandingError, PublishError, NotReadable) as error:
            raise RefreshError(str(error)) from error
        refreshed = _run(paths, folders, year, force, verbose, progress)
        if damage:
            mended.append(f"{damage.removesuffix(MEND).strip()} A new version has been published.")
        return replace(refreshed, to_look_at=(*mended, *refreshed.to_look_at))


def _run(
    paths: Paths, folders: Sequence[Path], year: str | None, force: bool, verbose: bool, progress: Progress
) -> Refreshed:
    """Run the stages in this process, one after the other. Whatever ends one of them ends as a sentence."""
    from orchestration import stages

    workspace = stages.Workspace(paths, tuple(folders), year, progress, verbose, whole=force)
    try:
        stages.land(workspace)
        stages.build(workspace)
        pointer = stages.publish_marts(workspace)
    except stages.FAILURES as error:
        raise RefreshError(str(error)) from error
    except KeyboardInterrupt as error:
        raise RefreshError("The refresh was interrupted, so nothing was published.") from error
    except Exception as error:
        # no stage put it into words: a full disk, a folder that may not be written to
        if verbose:
            traceback.print_exc()
        # what an error says may be what is in a file; of a disk or a folder it says what to do
        said = f"{type(error).__name__}: {error}" if isinstance(error, OSError) else type(error).__name__
        raise RefreshError(
            f"The refresh failed ({said}), so nothing was published. Run it again with --verbose to see every step."
        ) from error
    return Refreshed(pointer, published=True, to_look_at=tuple(workspace.warnings))
