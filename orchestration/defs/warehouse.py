"""The second stage: dbt's models, seeds and tests as assets and asset checks.

Belongs here: turning dbt's results into Dagster's events. Does not belong here: calling dbt (`warehouse.py` of the package).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtProject, dbt_assets

from orchestration import planning, stages
from orchestration.defs.resources import sentences
from orchestration.stages import Workspace


class Translator(DagsterDbtTranslator):
    """Groups are the layers of the dbt project, so that the graph reads like its folders."""

    def get_group_name(self, dbt_resource_props: Any) -> str | None:
        """The first folder below `models`, or `seeds`."""
        if dbt_resource_props["resource_type"] == "seed":
            return "seeds"
        return str(dbt_resource_props["fqn"][1])


def warehouse_assets(manifest: Path) -> dg.AssetsDefinition:
    """Every dbt model and seed of the manifest; every data test is an asset check."""

    @dbt_assets(
        manifest=manifest,
        project=DbtProject(project_dir=planning.PROJECT, target_path=manifest.parent),
        dagster_dbt_translator=Translator(),
        name="build_warehouse",
    )
    def build_warehouse(context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]) -> Iterator[Any]:
        with sentences():
            results = stages.build(workspace)
        outputs = {key.path[-1]: name for name, key in context.assets_def.keys_by_output_name.items()}
        checks = {check.name: check for check in context.selected_asset_check_keys}
        for result in results:
            if result.kind in ("model", "seed") and result.name in outputs:
                yield dg.Output(None, output_name=outputs[result.name], metadata={"seconds": result.seconds})
        for result in results:
            if result.name in checks:
                yield dg.AssetCheckResult(
                    asset_key=checks[result.name].asset_key,
                    check_name=result.name,
                    passed=result.status == "pass",
                    severity=dg.AssetCheckSeverity.WARN if result.status == "warn" else dg.AssetCheckSeverity.ERROR,
                    metadata={"rows": result.failures},
                )

    return cast(dg.AssetsDefinition, build_warehouse)
