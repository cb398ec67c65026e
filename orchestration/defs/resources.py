"""What every stage of a run that Dagster starts shares: its places, and the lock it holds.

Belongs here: the run's state as Dagster's resource, and how a stage's sentence becomes a failure of Dagster's. Does not belong
here: the state itself (`stages`), nor anything that outlives a run.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from orchestration.lock import exclusive
from orchestration.settings import Paths
from orchestration.stages import FAILURES, Workspace

#: Seconds a scheduled run waits for a refresh that is under way.
LONGEST_REFRESH = 1800


def workspace_resource(paths: Paths) -> dg.ResourceDefinition:
    """The workspace as a resource that holds the refresh lock from a run's first step to its last.

    A run Dagster starts waits for a refresh from the command line, and the other way round.
    """

    @dg.resource(description="Places and options of this run; holds the refresh lock")
    def hold(_: dg.InitResourceContext) -> Iterator[Workspace]:
        with exclusive(paths, patience=LONGEST_REFRESH):
            yield Workspace(paths)

    return hold


@contextmanager
def sentences() -> Iterator[None]:
    """A stage's sentence is all that Dagster shows of its failure; what no stage foresaw keeps its call stack."""
    try:
        yield
    except FAILURES as error:
        raise dg.Failure(str(error)) from error
