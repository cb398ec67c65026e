"""What every stage of one run shares: the places, the folders to look in, and what a person is told meanwhile.

Belongs here: the run's own state. Does not belong here: anything that outlives a run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from orchestration.settings import Paths


def _silent(sentence: str) -> None:
    """Tell nobody: the default where no person is watching."""


@dataclass
class Workspace:
    """One run's places and options, its warnings, and the sentence for a person where a stage failed."""

    paths: Paths
    folders: tuple[Path, ...] = ()
    year: str | None = None
    progress: Callable[[str], None] = _silent
    warnings: list[str] = field(default_factory=list)
    failure: str | None = None

    @classmethod
    def of(cls, paths: Paths, folders: Sequence[Path] = (), year: str | None = None) -> Workspace:
        """A workspace for one run."""
        return cls(paths, tuple(folders), year)

    def with_progress(self, progress: Callable[[str], None]) -> Workspace:
        """The same workspace, telling each step to `progress`."""
        return replace(self, progress=progress)
