"""All definitions of the project in one place, for the code location.

Belongs here: putting the stages together. Does not belong here: any stage.
"""

from __future__ import annotations

import dagster as dg

from orchestration import planning
from orchestration.defs.automation import landing_sensor, nightly_schedule, refresh_job
from orchestration.defs.published import published_asset
from orchestration.defs.raw import raw_assets
from orchestration.defs.resources import workspace_resource
from orchestration.defs.warehouse import warehouse_assets
from orchestration.settings import Paths


def build_definitions(paths: Paths) -> dg.Definitions:
    """The assets from landing to published, the job, the sensor and the schedule."""
    manifest = planning.prepare(paths)
    return dg.Definitions(
        assets=[raw_assets(), warehouse_assets(manifest), published_asset(manifest)],
        jobs=[refresh_job()],
        sensors=[landing_sensor(paths)],
        schedules=[nightly_schedule()],
        resources={"workspace": workspace_resource(paths)},
    )
