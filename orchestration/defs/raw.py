"""The first stage: landing folders to raw Parquet, one asset per kind of file.

Belongs here: the assets. Does not belong here: reading files (`readers/`, `landing/`, `raw/`).
"""

from collections.abc import Iterator

import dagster as dg

from orchestration import contracts, stages
from orchestration.defs.resources import sentences
from orchestration.raw.layout import FAMILIES, family_of
from orchestration.stages import Workspace

#: What arrived and what became of it, by the family of the file.
FILE_LOG = {family: dg.AssetKey(["raw", f"files_{family}"]) for family in FAMILIES}
REJECTS = dg.AssetKey(["raw", "rejects"])
HISTORY = dg.AssetKey(["raw", "history"])
QUESTIONS = dg.AssetKey(["raw", "questions"])
#: Kinds of file that dbt reads all together, by their reader.
TOGETHER = {"forms": dg.AssetKey(["raw", "forms"]), "template": dg.AssetKey(["raw", "templates"])}


def raw_assets() -> dg.AssetsDefinition:
    """One multi-asset: a run reads every new file once and reports what each kind of file holds now."""
    specs = [
        dg.AssetSpec(
            dg.AssetKey(["raw", dataset.id]),
            group_name="raw",
            description=dataset.description,
            kinds={"parquet"},
        )
        for dataset in contracts.load().values()
    ]
    read_by = {
        reader: [dataset.id for dataset in contracts.load().values() if dataset.reader == reader] for reader in TOGETHER
    }
    specs += [
        dg.AssetSpec(
            key,
            deps=[dg.AssetKey(["raw", dataset_id]) for dataset_id in read_by[reader]],
            group_name="raw",
            description=f"Rows of all {key.path[-1]}",
            kinds={"parquet"},
        )
        for reader, key in TOGETHER.items()
    ]
    specs += [
        dg.AssetSpec(
            key, group_name="raw", description=f"What arrived and what became of it: {family}", kinds={"parquet"}
        )
        for family, key in FILE_LOG.items()
    ]
    specs.append(dg.AssetSpec(REJECTS, group_name="raw", description="Rows no reader could use", kinds={"parquet"}))
    specs.append(
        dg.AssetSpec(HISTORY, group_name="raw", description="What became of each file over time", kinds={"parquet"})
    )
    specs.append(
        dg.AssetSpec(QUESTIONS, group_name="raw", description="What the answers of a form are to", kinds={"parquet"})
    )

    @dg.multi_asset(specs=specs, name="land_files")
    def land_files(
        context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]
    ) -> Iterator[dg.MaterializeResult[None]]:
        with sentences():
            result = stages.land(workspace)
        rows = {key.path[-1]: 0 for key in (*FILE_LOG.values(), REJECTS)}
        for record in result.files:
            rows[FILE_LOG[family_of(record["dataset_id"])].path[-1]] += 1
            rows[record["dataset_id"]] = rows.get(record["dataset_id"], 0) + record["rows_landed"]
            rows[REJECTS.path[-1]] += record["rows_unreadable"]
        for reader, key in TOGETHER.items():
            rows[key.path[-1]] = sum(rows.get(dataset_id, 0) for dataset_id in read_by[reader])
        rows[QUESTIONS.path[-1]], rows[HISTORY.path[-1]] = result.questions, result.events
        for spec in specs:
            yield dg.MaterializeResult(
                asset_key=spec.key, metadata={"dagster/row_count": rows.get(spec.key.path[-1], 0)}
            )

    return land_files
