"""When a refresh runs by itself: the job, the landing sensor and the nightly schedule.

Belongs here: triggers. Both are switched on where `dagster dev` or its daemon runs; neither is needed for `turncurve refresh`.
"""

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from orchestration.landing.changes import listing_key, why_not_current
from orchestration.settings import Paths

JOB_NAME = "refresh"
#: A run that carries this tag excludes every other; the lock file does the same for refreshes outside Dagster.
EXCLUSIVE = {"turncurve/refresh": "one-at-a-time"}


def refresh_job() -> UnresolvedAssetJobDefinition:
    """Everything from landing to published, in one process, one run at a time."""
    return dg.define_asset_job(
        JOB_NAME,
        selection="*",
        executor_def=dg.in_process_executor,
        tags=EXCLUSIVE,
        description="Landing folders to a published warehouse",
    )


def landing_sensor(paths: Paths) -> dg.SensorDefinition:
    """Ask for a refresh when the landing folders differ from what the published warehouse was made of."""

    @dg.sensor(
        job_name=JOB_NAME,
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING,
        name="landing_sensor",
        description="Looks at the landing folders every half minute",
    )
    def watch(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        why = why_not_current(paths)
        if not why:
            return dg.SkipReason("Nothing new in the landing folders.")
        # damage is a change, too, though nothing moved in the landing folders
        seen = listing_key(paths, why)
        if context.cursor == seen:
            return dg.SkipReason("This change has been asked for already.")
        context.update_cursor(seen)
        return dg.RunRequest(run_key=seen)

    return watch


def nightly_schedule() -> dg.ScheduleDefinition:
    """Every night, whether or not anything new was seen: the safety net behind the sensor."""
    return dg.ScheduleDefinition(
        name="nightly",
        job_name=JOB_NAME,
        cron_schedule="30 2 * * *",
        execution_timezone="Europe/London",
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
