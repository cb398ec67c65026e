"""Rows of the marts of sharing for the fixture warehouse: what every mart is made of, and agreements of its schools.

Belongs here: declarations as the seeds have them, one agreement of the first partnership and what follows from it, accounts.
Does not belong here: how grants are made of agreements (`tests/unit/test_sharing_grants.py`).
"""

from __future__ import annotations

import csv
from datetime import date
from typing import Any

from orchestration.contracts import seed_file
from tests.mart_contracts import Rows

_BEGINS, _ENDS = date(2018, 9, 1), date(2095, 8, 31)
#: The school that has not signed, and the one that withdrew.
UNSIGNED, WITHDREW = "S900006", "S900005"
_POOLED = (
    "reviews", "transition_points", "maturity", "reflection", "impact", "findings", "visits", "voices", "engagement", "support",
    "funding", "curves",
)  # fmt: skip

#: What a row has where it names nothing.
DEFAULTS: dict[str, dict[str, Any]] = {
    "agreement": {
        "agreement_id": "A-001", "party_kind": "school", "party_role": "joint_controller", "signatory": "Head teacher",
        "purpose": "To agree priorities and see whether they were met", "lawful_basis": "6(1)(e)", "dataset": "reviews",
        "granularity": "named", "audience": "board", "starts_on": _BEGINS, "review_on": date(2094, 7, 15),
        "expires_on": _ENDS, "signed_on": _BEGINS, "file_id": "a" * 16,
    },
    "sharing_grants": {"granularity": "named", "shared_from": _BEGINS},
    "viewer": {"starts_on": date(2016, 9, 1), "file_id": "b" * 16},
}  # fmt: skip


def declared(rows: Rows) -> None:
    """What every mart is made of, and what is shared by agreement, as the seeds say it."""
    for mart, seed in (("shared_dataset", "shared_datasets"), ("mart_dataset", "mart_datasets")):
        with seed_file(f"{seed}.csv").open(encoding="utf-8", newline="") as lines:
            for line in csv.DictReader(lines):
                rows.add(mart, **{
                    name: (int(value) if name.startswith("n_least_") else value) if value else None
                    for name, value in line.items()
                })  # fmt: skip


def shared(rows: Rows) -> None:
    """All schools share everything with the authority by name but one; with the board of the first partnership their reviews."""
    members = {(row["partnership_id"], row["school_id"], row["urn"]) for row in rows["partnership_membership"]}
    for school_id in sorted({school for _, school, _ in members}):
        for dataset in _POOLED:
            rows.add("sharing_grants", audience="own_school", audience_id=school_id, dataset=dataset, area_type="school",
                     area_id=school_id)  # fmt: skip
            rows.add("sharing_grants", audience="authority", audience_id="999", dataset=dataset, area_type="school",
                     area_id=school_id, agreement_ids="A-001")  # fmt: skip
    for partnership in sorted({partnership for partnership, _, _ in members}):
        for dataset in _POOLED:
            for audience, organisation in (("own_partnership", partnership), ("authority", "999")):
                rows.add("sharing_grants", audience=audience, audience_id=organisation, dataset=dataset,
                         area_type="partnership", area_id=partnership)  # fmt: skip
    for partnership, school_id, urn in sorted(members):
        if partnership != "NP01":
            continue
        gone = {"withdrawn_on": date(2019, 3, 31)} if school_id == WITHDREW else {}
        unsigned = {"signed_on": None, "signatory": None} if school_id == UNSIGNED else {}
        for dataset in ("reviews", "reflection"):
            rows.add("agreement", party_id=urn, dataset=dataset, **gone, **unsigned)
            if not unsigned:
                until = date(2019, 3, 31) if gone else date(2095, 9, 1)
                rows.add("sharing_grants", audience="board", audience_id="NP01", dataset=dataset, area_type="school",
                         area_id=school_id, agreement_ids="A-001", shared_until=until)  # fmt: skip
    for account, role, kind, organisation in (
        ("analyst", "authority", "authority", "999"),
        ("steward", "steward", "authority", "999"),
        ("lead-np01", "partnership_lead", "partnership", "NP01"),
        ("board-np01", "board", "partnership", "NP01"),
        ("head-900001", "head", "school", "900001"),
    ):
        rows.add("viewer", account=account, viewer_role=role, organisation_kind=kind, organisation_id=organisation)
