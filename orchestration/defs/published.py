"""The last stage: the public marts as a new version of the published file.

Belongs here: the asset. Does not belong here: how a version is written, checked and swapped (`publish.py`).
"""

from pathlib import Path

import dagster as dg

from orchestration import planning, publish, stages
from orchestration.defs.resources import sentences
from orchestration.stages import Workspace

KEY = dg.AssetKey(["published", "warehouse"])


def published_asset(manifest: Path) -> dg.AssetsDefinition:
    """The published warehouse, which depends on every public mart."""
    tables = planning.public_tables(manifest)

    @dg.asset(
        key=KEY,
        deps=[dg.AssetKey([publish.SCHEMA, table.name]) for table in tables],
        group_name="published",
        kinds={"duckdb"},
        description="The public marts as one read-only file; readers follow the pointer to it",
    )
    def published_warehouse(
        context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]
    ) -> dg.MaterializeResult[None]:
        with sentences():
            pointer = stages.publish_marts(workspace)
        return dg.MaterializeResult(
            metadata={"version": pointer.version, "files": pointer.files, "dagster/row_count": pointer.rows_landed}
        )

    return published_warehouse
