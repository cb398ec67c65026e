"""A warehouse with a canary in every dataset of every school and partnership, and viewers of every kind.

Belongs here: planting, the grants that hold, and whose canaries a viewer may be shown by the table of docs/sharing.md. Does not
belong here: looking for them (the tests).
"""

from __future__ import annotations

import csv
import itertools
import re
import sys
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from dashboards.access import Viewer
from orchestration.contracts import seed_file
from tests.conftest import ROOT
from tests.mart_contracts import Rows, marts

sys.path.insert(0, str(ROOT / "tests" / "app"))
from published_fixture import published_rows

#: Which school shares every dataset with which audience, by name: one each, so that whoever is shown a canary can be told by it.
SHARES = {
    ("board", "NP01"): "S900002",
    ("heads_group", "NP01"): "S900003",
    ("authority", "999"): "S900004",
    ("public", "*"): "S900005",
    ("other_partnerships", "*"): "S900007",
    ("board", "NP02"): "S900008",
    ("heads_group", "NP02"): "S900009",
}
#: Shares with the authority in totals only, which is no right to a row; the rest of the schools share nothing.
IN_TOTALS = "S900006"
#: The same for what is a partnership's.
PARTNERSHIPS = {("heads_group", "NP01"): "NP01", ("authority", "999"): "NP02", ("board", "NP02"): "NP02"}
MEMBERS = {
    "NP01": ["S900001", "S900002", "S900003", "S900004", "S900005", "S900006", "S900010"],
    "NP02": ["S900007", "S900008", "S900009", "S900011"],
}

VIEWERS = [
    Viewer("analyst", "authority", "Analyst", "999"),
    Viewer("analyst-elsewhere", "authority", "Analyst of another authority", "998"),
    Viewer("steward", "steward", "Steward", "999"),
    Viewer("lead-1", "partnership_lead", "Lead", "NP01"),
    Viewer("lead-2", "partnership_lead", "Lead", "NP02"),
    Viewer("board-1", "board", "Board", "NP01"),
    Viewer("board-2", "board", "Board", "NP02"),
    Viewer("head-1", "head", "Head", "900001"),
    Viewer("head-3", "head", "Head", "900003"),
    Viewer("head-7", "head", "Head", "900007"),
    Viewer("public", "public", "The public", ""),
    Viewer("anonymous", "anonymous", "Nobody", ""),
    Viewer("root", "administrator", "A kind there is none of", "999"),
]
_COLUMNS = {
    "Authority analyst": "authority", "Data steward": "steward", "Partnership lead": "partnership_lead",
    "Partnership board": "board", "Head teacher": "head", "The public": "public",
}  # fmt: skip


@cache
def table() -> dict[tuple[str, str], frozenset[str]]:
    """The table of docs/sharing.md: dataset and kind of viewer, and the words of the cell."""
    text = (ROOT / "docs" / "sharing.md").read_text(encoding="utf-8")
    lines = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| ")
    ]
    head, *rows = [line for line in lines if len(line) == 1 + len(_COLUMNS)]
    return {
        (row[0], _COLUMNS[name]): frozenset(part.strip() for part in cell.split(","))
        for row in rows
        for name, cell in zip(head[1:], row[1:], strict=True)
    }


def seed(name: str) -> list[dict[str, str]]:
    with seed_file(f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


DATASETS = {row["dataset_id"]: row for row in seed("shared_datasets")}
POOLED = [name for name, row in DATASETS.items() if row["seen_by"] == "agreement"]


def canary(dataset: str, area: str) -> str:
    """What is planted in a dataset of a school or partnership."""
    return f"CANARY-{dataset}-{area}-YRANAC"


CANARY = re.compile(r"CANARY-(\w+?)-(\w+?)-YRANAC")


def may_see(viewer: Viewer) -> set[tuple[str, str]]:
    """Dataset and school or partnership whose canary this viewer may be shown, by the table."""
    seen = set()
    for dataset in POOLED:
        words = table().get((dataset, viewer.kind), frozenset())
        for shares, own in ((SHARES, "own_school"), (PARTNERSHIPS, "own_partnership")):
            seen |= {
                (dataset, area)
                for (audience, organisation), area in shares.items()
                if audience in words and organisation in ("*", viewer.organisation, *_groups(viewer))
            }
            if own in words:
                seen.add((dataset, f"S{viewer.organisation}" if own == "own_school" else viewer.organisation))
        if "own_authority" in words and viewer.organisation == "999":
            seen |= {(dataset, area) for group in MEMBERS for area in (group, *MEMBERS[group])}
    if "all" in table().get(("entries", viewer.kind), ()):
        seen.add(("entries", "form"))
    if "all" in table().get(("accounts", viewer.kind), ()):
        seen.add(("accounts", "account"))
    if viewer.kind in ("authority", "steward"):
        seen.add(("records", "form"))
    return seen


def _groups(viewer: Viewer) -> list[str]:
    return [
        group for group, members in MEMBERS.items() if viewer.kind == "head" and f"S{viewer.organisation}" in members
    ]


def planted() -> Rows:
    """The fixture warehouse with canaries in place of whatever schools and partnerships collect, and the grants of SHARES."""
    rows = published_rows()
    for line in seed("mart_datasets"):
        if line["whose"] and line["columns"] == "*":
            rows[line["mart"]] = [row for row in rows[line["mart"]] if not _is_of(row, line)]
    grants(rows)
    numbers = itertools.count(1)
    for line in seed("mart_datasets"):
        if not line["whose"] or line["columns"] != "*" or line["whose"].startswith("shared_with"):
            continue
        pooled = [name for name in line["made_of"].split() if name in POOLED]
        for area in _areas(line):
            rows[line["mart"]].append(_row(line, pooled[0], area, next(numbers)))
    form = canary("entries", "form")
    rows.add("rejected_rows", row_number=7, column_name=form, value=form, reason=form, publisher="partnership")
    rows.add("correction", row_number=7, target_row=7, found_value=form, new_value=form, reason=form, status="applied")
    rows.add(
        "file_log",
        file_id="9" * 16,
        path=f"landing/{canary('records', 'form')}.csv",
        source="Form",
        publisher="partnership",
    )
    rows.add(
        "viewer",
        account=canary("accounts", "account"),
        viewer_role="head",
        organisation_kind="school",
        organisation_id="900001",
    )
    return rows


def grants(rows: Rows) -> None:
    """The grants of SHARES, each dataset alike, and what needs none."""
    rows["sharing_grants"] = []
    start: dict[str, Any] = {"shared_from": date(2018, 9, 1)}
    for dataset in POOLED:
        for shares, kind in ((SHARES, "school"), (PARTNERSHIPS, "partnership")):
            for (audience, organisation), area in shares.items():
                rows.add("sharing_grants", audience=audience, audience_id=organisation, dataset=dataset, area_type=kind,
                         area_id=area, granularity="verbatim", agreement_ids="A-1", **start)  # fmt: skip
        rows.add("sharing_grants", audience="authority", audience_id="999", dataset=dataset, area_type="school",
                 area_id=IN_TOTALS, granularity="aggregate", agreement_ids="A-1", **start)  # fmt: skip
        for group, members in MEMBERS.items():
            rows.add("sharing_grants", audience="own_partnership", audience_id=group, dataset=dataset, area_type="partnership",
                     area_id=group, **start)  # fmt: skip
            for school in members:
                rows.add("sharing_grants", audience="own_school", audience_id=school, dataset=dataset, area_type="school",
                         area_id=school, **start)  # fmt: skip
            if DATASETS[dataset]["owner"] == "authority":
                for kind, area in (("partnership", group), *(("school", school) for school in members)):
                    rows.add("sharing_grants", audience="own_authority", audience_id="999", dataset=dataset, area_type=kind,
                             area_id=area, **start)  # fmt: skip


def _is_of(row: dict[str, Any], line: dict[str, str]) -> bool:
    column, sign, value = (line["of_rows"] or "  ").partition(" ")[0], "=", line["of_rows"].partition(" = ")[2]
    return not column or not sign or not value or row.get(column) == value


def _areas(line: dict[str, str]) -> Iterator[tuple[str, str]]:
    kind = line["whose"].partition(":")[0]
    if kind in ("school", "area", "members_of"):
        yield from (("school", school) for members in MEMBERS.values() for school in members)
    if kind in ("partnership", "area", "members_of", "members"):
        yield from (("partnership", group) for group in MEMBERS)
    if kind == "viewer":
        # made for each viewer, of what only that viewer may see: another's is recognised by its name
        yield from (
            ("viewer", viewer.id) for viewer in VIEWERS if viewer.kind not in ("anonymous", "administrator", "steward")
        )


_KNOWN: dict[str, Any] = {
    "term": "2018/19 summer", "cycle": "2018/19 summer", "as_at": "2018/19 summer", "since": "2018/19 summer",
    "academic_year": "2018/19", "indicator_id": "ks2_rwm_expected_pct", "breakdown_id": "all", "from_year": "2018/19",
    "instrument_id": "transition_points", "item_id": "TP01", "respondent_role": "host", "unit": "%",
    "status": "ok", "source": "Reviews", "priority_number": "1",
}  # fmt: skip


def _row(line: dict[str, str], dataset: str, area: tuple[str, str], number: int) -> dict[str, Any]:
    """A row of a mart that is of an area, with its canary wherever a text may stand."""
    mart, (kind, area_id) = marts()[line["mart"]], area
    group = area_id if kind == "partnership" else next((g for g, m in MEMBERS.items() if area_id in m), "NP01")
    school = area_id if kind == "school" else None
    row: dict[str, Any] = {}
    for name, data_type in mart.columns.items():
        if data_type == "varchar":
            # years stay years: a page that stumbles over one draws nothing, and is then not attacked
            row[name] = _KNOWN.get(name, "2018/19" if name.endswith("_year") else canary(dataset, area_id))
        elif data_type == "date":
            row[name] = date(2019, 3, 1)
        elif data_type == "timestamp":
            row[name] = datetime(2019, 3, 1)
        elif data_type == "boolean":
            row[name] = True
        else:
            row[name] = number % 9 + 1 if data_type != "double" else float(number % 9 + 1)
    for check in mart.checks:
        found = re.match(r"(\w+) in \((.*)\)", check)
        if found:
            row[found[1]] = re.findall(r"'([^']*)'", found[2])[0]
    row |= {name: value for name, value in {"area_type": kind, "area_id": area_id}.items() if name in mart.columns}
    for name in mart.columns:
        if name == "school_id":
            row[name] = school
        elif name in ("urn", "school_urn", "host_urn"):
            row[name] = school[1:] if school else "999998" if name in mart.not_null else None
        elif name == "partnership_id":
            row[name] = group
    if kind == "viewer":
        viewer = next(one for one in VIEWERS if one.id == area_id)
        own = {"head": f"S{viewer.organisation}", "public": "*"}.get(viewer.kind, viewer.organisation)
        row |= {
            "viewer_kind": viewer.kind,
            "viewer_id": own,
            "dataset": dataset,
            "area_type": "partnership",
            "area_id": "NP01",
        }
        row |= {"section": canary(dataset, f"for_{area_id}".replace("-", "_")), "granularity": "aggregate"}
        if dataset == "reflection":
            row |= {"instrument_id": "reflection_questions", "item_id": None, "respondent_role": "leader"}
    column, _, value = line["of_rows"].partition(" = ")
    if value:
        row[column] = value
    return row


def plant(folder: Path) -> Path:
    """A data folder with the planted warehouse published in it."""
    from published_fixture import write_published

    write_published(folder / "published", rows=planted())
    return folder
