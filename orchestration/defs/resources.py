"""What every stage of one run shares: the places, the folders to read, and what a person is shown meanwhile.

Belongs here: the run's own state. Does not belong here: anything that outlives a run.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import dagster as dg

from orchestration.lock import exclusive
from orchestration.settings import Paths

#: Seconds a scheduled run waits for a refresh that is under way.
LONGEST_REFRESH = 1800


def _silent(sentence: str) -> None:
    """Show nothing: the default where no person is watching."""


@dataclass
class Workspace:
    """One run's places and options, its warnings, and the sentence for a person where a stage failed."""

    paths: Paths
    folders: tuple[Path, ...] = ()
    year: str | None = None
    progress: Callable[[str], None] = _silent
    #: True where the caller holds the refresh lock already, as `turncurve refresh` does
    holds_lock: bool = False
    warnings: list[str] = field(default_factory=list)
    failure: str | None = None

    @classmethod
    def of(cls, paths: Paths, folders: Sequence[Path] = (), year: str | None = None) -> "Workspace":
        """A workspace for one run."""
        return cls(paths, tuple(folders), year)

    def attended(self, progress: Callable[[str], None]) -> "Workspace":
        """The same workspace for a caller that holds the refresh lock and shows each step to a person."""
        return replace(self, progress=progress, holds_lock=True)


def workspace_resource(workspace: Workspace) -> dg.ResourceDefinition:
    """The workspace as a resource that holds the refresh lock from a run's first step to its last.

    A run Dagster starts waits for a refresh from the command line, and the other way round.
    """

    @dg.resource(description="Places and options of this run; holds the refresh lock")
    def hold(_: dg.InitResourceContext) -> Iterator[Workspace]:
        if workspace.holds_lock:
            yield workspace
        else:
            with exclusive(workspace.paths, patience=LONGEST_REFRESH):
                yield replace(workspace, warnings=[], failure=None)

    return hold
