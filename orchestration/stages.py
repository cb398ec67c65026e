"""The stages of a refresh, one after the other: what landed becomes raw, raw becomes the warehouse, its marts are published.

Belongs here: what one stage hands to the next, and the sentences a person gets from them. Does not belong here: the work itself
(`landing`, `warehouse`, `publish`), whether there is anything to do (`refresh`), and Dagster, which wraps these functions
(`defs/`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from integrity.versions import Pointer
from orchestration import planning, publish, warehouse
from orchestration.build import BuildError, NodeResult
from orchestration.landing.folders import remembered
from orchestration.landing.load import LoadResult, load_files
from orchestration.landing.state import LandingError, mark_built, must_purge
from orchestration.settings import Paths

#: What a stage raises where it ends with a sentence for a person.
FAILURES = (LandingError, BuildError, publish.PublishError)


def _silent(sentence: str) -> None:
    """Show nothing: the default where no person is watching."""


@dataclass
class Workspace:
    """One run's places and options, and what a person is shown meanwhile and afterwards."""

    paths: Paths
    folders: tuple[Path, ...] = ()
    year: str | None = None
    progress: Callable[[str], None] = _silent
    #: whether every model and test of a build is reported
    verbose: bool = False
    #: whether a build makes everything, also what depends on nothing new
    whole: bool = False
    #: for each model, the build that last changed it; known when a build has ended
    made_in: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def land(workspace: Workspace) -> LoadResult:
    """Read every new file of the landing folders, and meanwhile have the build planned where code or seeds are new.

    Raises LandingError where not one file can be used.
    """

    def report(done: int, total: int, name: str) -> None:
        if name:
            workspace.progress(f"Reading {name} ({done + 1} of {total})")

    with planning.planned_meanwhile(workspace.paths, workspace.progress):
        result = load_files(workspace.paths, workspace.folders, year=workspace.year, progress=report)
        if not result.count("loaded"):
            raise LandingError(nothing_loaded(result, workspace))
    workspace.warnings.extend([*mended_tables(result), *refused_files(result)])
    return result


def build(workspace: Workspace) -> tuple[NodeResult, ...]:
    """Build and test every model that depends on something new. Raises BuildError where a model or a test failed."""
    workspace.progress("Building and testing the warehouse")
    # after something was forgotten a build file that is gone on with would still hold it in the gaps between its tables
    built = warehouse.build(workspace.paths, workspace.whole or must_purge(workspace.paths))
    workspace.made_in = built.made_in
    if built.said:
        workspace.progress(built.said)
    for result in built.results:
        if workspace.verbose:
            workspace.progress(f"{result.kind} {result.name}: {result.status}, {result.seconds:.2f} s")
        if result.status == "warn":
            rows = f"{result.failures:,} row{'s'[: result.failures != 1]}"
            workspace.warnings.append(f"{rows}: {result.description} ({result.name})")
    return built.results


def publish_marts(workspace: Workspace) -> Pointer:
    """Publish the marts as a new version, and note of which files it was made. Raises PublishError where it may not be served."""
    workspace.progress("Publishing")
    paths = workspace.paths
    tables = planning.public_tables(planning.manifest_file(paths))
    keep = 1 if must_purge(paths) else publish.KEEP
    pointer = publish.publish(paths, warehouse.build_file(paths), tables, keep, workspace.made_in)
    mark_built(paths, pointer.version)
    return pointer


def mended_tables(result: LoadResult) -> list[str]:
    """A sentence where raw was damaged and has been written again."""
    tables = f"{result.mended:,} raw table{'s were' if result.mended > 1 else ' was'}"
    return [f"{tables} damaged or gone, and the files were read again."] if result.mended else []


#: Refused files that are named; the page Data lists all of them.
_NAMED = 3


def refused_files(result: LoadResult) -> list[str]:
    """A sentence for each of the first refused files, which the others went without, and one for how many more there are."""
    refused = [record for record in result.files if record["status"] == "refused"]
    sentences = [f"{record['path']} was refused. {record['reason']}" for record in refused[:_NAMED]]
    if more := len(refused) - len(sentences):
        sentences.append(f"{more:,} more file{'s were' if more > 1 else ' was'} refused; the page Data says why")
    return sentences


def nothing_loaded(result: LoadResult, workspace: Workspace) -> str:
    """The sentence for landing folders without a single usable file, with the first reasons."""
    folders = " and ".join(str(folder) for folder in remembered(workspace.paths))
    refused = [record for record in result.files if record["status"] == "refused"]
    if not refused:
        return f"There is nothing to load in {folders}. Put files there, or name their folder with --landing."
    reasons = " ".join(f"{record['path']}: {record['reason']}" for record in refused[:_NAMED])
    more = f" And {len(refused) - _NAMED} more." if len(refused) > _NAMED else ""
    return f"None of the files in {folders} could be loaded, so nothing was published. {reasons}{more}"
