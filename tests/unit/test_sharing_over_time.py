"""Two viewers of a school's partners before and after each thing that may happen to an agreement: the door follows the day.

Belongs here: signing, the end of a day, withdrawing, leaving and joining, from agreements to what the door shows. Does not belong
here: each rule of grants by itself (`tests/unit/test_sharing_grants.py`).
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dashboards.access import Door, Viewer
from dashboards.access import door as door_module
from tests.conftest import ROOT
from tests.mart_contracts import Rows, marts
from tests.unit.test_sharing_grants import grants, line, partnership

sys.path.insert(0, str(ROOT / "tests" / "app"))
import sharing_fixture
from published_fixture import write_published

#: The board of the partnership, the board of the one the school may join, and the authority with which nothing is agreed.
BOARD, OTHER_BOARD = Viewer("b", "board", "Board", "P01"), Viewer("o", "board", "Other board", "P02")
WATCHED = {"board": BOARD, "other": OTHER_BOARD, "authority": Viewer("a", "authority", "Analyst", "999"),
           "own": Viewer("h", "head", "Head", "U1")}  # fmt: skip


def landed(folder: Path, lines: list[dict[str, Any]], memberships: list[tuple[Any, ...]]) -> None:
    """Publish a review of school S1, with the grants that follow from agreements and memberships."""
    rows = Rows(sharing_fixture.DEFAULTS)
    sharing_fixture.declared(rows)
    rows.add(
        "dim_school",
        school_id="S1",
        urn="U1",
        name="One",
        la_code="999",
        status="open",
        is_current=True,
        is_independent=False,
    )
    for pid, school, urn, joined, left in memberships:
        rows.add("partnership_membership", partnership_id=pid, school_id=school, urn=urn, joined_on=date.fromisoformat(joined),
                 left_on=date.fromisoformat(left) if left else None, role="member")  # fmt: skip
    for own in (False, True):
        for audience, organisation, dataset, area, granularity, start, end in grants(lines, memberships, own=own):
            kind = "partnership" if area.startswith("P") else "school"
            rows.add("sharing_grants", audience=audience, audience_id=organisation, dataset=dataset, area_type=kind, area_id=area,
                     granularity=granularity, shared_from=start, shared_until=end)  # fmt: skip
    rows["review"].append(
        marts()["review"].row(
            {"review_id": "R1", "partnership_id": "P01", "host_urn": "U1", "school_id": "S1", "file_id": "f"},
            {
                name: {"date": date(2019, 3, 1), "integer": 1}.get(kind, "x")
                for name, kind in marts()["review"].columns.items()
                if name in marts()["review"].not_null
            },
        )
    )
    write_published(folder / "published", rows=rows)


def shown(folder: Path, day: date, patch: pytest.MonkeyPatch) -> set[str]:
    """Which of the watched viewers are shown the review of school S1 on a day."""

    class Today(date):
        @classmethod
        def today(cls) -> date:  # type: ignore[override]
            return day

    patch.setattr(door_module, "date", Today)
    door = Door(folder)
    seen = set()
    for name, viewer in WATCHED.items():
        rights = door._rights_of(viewer, door.version())
        found = door.version().cursor().execute(rights.of("select count(*) from marts.review")).fetchone()
        if found and found[0]:
            seen.add(name)
    return seen


MEMBER = [("P01", "S1", "U1", "2016-09-01", None)]
EVENTS = {
    "signing": (
        [line(signed_on="2019-03-01"), partnership()], MEMBER, date(2019, 2, 28), {"own"}, date(2019, 3, 1), {"own", "board"},
    ),
    "expiry at midnight": (
        [line(expires_on="2019-08-31"), partnership()], MEMBER, date(2019, 8, 31), {"own", "board"}, date(2019, 9, 1), {"own"},
    ),
    "withdrawal": (
        [line(withdrawn_on="2019-03-31"), partnership()], MEMBER, date(2019, 3, 30), {"own", "board"}, date(2019, 3, 31), {"own"},
    ),
    "leaving": (
        [line(), partnership()], [("P01", "S1", "U1", "2016-09-01", "2019-04-01")],
        date(2019, 3, 31), {"own", "board"}, date(2019, 4, 1), {"own"},
    ),
    "joining another under its own agreement": (
        [line(), partnership(), line(agreement_id="A-2"), line("P02", agreement_id="A-2", party_kind="partnership",
                                                              party_role="recipient")],
        [("P01", "S1", "U1", "2016-09-01", "2019-04-01"), ("P02", "S1", "U1", "2019-04-01", None)],
        date(2019, 3, 31), {"own", "board"}, date(2019, 4, 1), {"own", "other"},
    ),
    "joining another without an agreement": (
        [line(), partnership()], [("P01", "S1", "U1", "2016-09-01", "2019-04-01"), ("P02", "S1", "U1", "2019-04-01", None)],
        date(2019, 3, 31), {"own", "board"}, date(2019, 4, 1), {"own"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("event", sorted(EVENTS))
def test_what_is_shown_changes_on_the_day(event: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines, memberships, before, seen_before, after, seen_after = EVENTS[event]
    landed(tmp_path, lines, memberships)
    assert shown(tmp_path, before, monkeypatch) == seen_before
    assert shown(tmp_path, after, monkeypatch) == seen_after
