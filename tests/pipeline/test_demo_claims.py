"""Every claim the pages make of the demonstration holds in its marts (see `tests.claims`)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from dashboards.access import DEMO
from dashboards.app import create_app
from tests.asked import page_asker
from tests.claims import CLAIMS, NEVER, ODD, shown, untrue
from tests.conftest import another_folder


def addresses(db: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, str]]:
    """Pages of every area, and of schools of every kind: those that are worse, those of which little is known, some others."""
    areas = [
        f"partnership-{row[0]}"
        for row in db.execute("select partnership_id from marts.dim_partnership order by 1").fetchall()
    ]
    areas += [
        f"authority-{row[0]}"
        for row in db.execute("select distinct la_code from marts.dim_school order by 1").fetchall()
    ]
    for area in areas:
        yield "/", f"?area={area}"
        yield "/compare", f"?area={area}"
        for indicator in ("ks2_rwm_expected_pct", "absence_persistent_pct", "ks2_reading_progress", "suspension_rate"):
            for group in ("all", "disadvantaged"):
                for quiet in ("", "&quiet=hidden"):
                    yield "/trends", f"?area={area}&indicator={indicator}&breakdown={group}{quiet}"
    for partnership, year in db.execute(
        "select distinct partnership_id, academic_year from marts.curve order by all"
    ).fetchall():
        yield "/curves", f"?area=partnership-{partnership}&year={year}"
    schools = db.execute(
        """select urn, max(la_code), count(*) filter (where comparison = 'worse') as worse,
               count(*) filter (where comparison <> 'not_compared') as told
           from marts.comparison inner join marts.dim_school using (urn)
           where benchmark = 'england' and breakdown_id = 'all' and is_current
           group by urn order by worse desc, told, urn"""
    ).fetchall()
    for urn, authority, *_ in [*schools[:6], *sorted(schools, key=lambda row: (row[3], row[0]))[:6], *schools[6::25]]:
        yield f"/school/{urn}", ""
        for benchmark in ("england", "partnership", "similar"):
            yield "/compare", f"?area=authority-{authority}&urn={urn}&benchmark={benchmark}"
        yield "/compare", f"?area=authority-{authority}&urn={urn}&breakdown=disadvantaged&quiet=hidden"


def test_every_claim_of_the_demonstration_holds(
    demo_data_dir: Path, tmp_path: Path, demo: duckdb.DuckDBPyConnection, capsys: pytest.CaptureFixture[str]
) -> None:
    page = page_asker(create_app(another_folder(demo_data_dir, tmp_path), lambda _request: DEMO))
    met: set[str] = set()
    wrong: list[str] = []
    looked_at = 0
    for path, search in addresses(demo):
        answered = page(path, search)
        assert answered.status == 200, (path, search)
        wrong += untrue(shown(answered, path, search, demo), met)
        looked_at += 1
    with capsys.disabled():
        print(f"pages looked at: {looked_at}; claims met: {len(met)} of {len(CLAIMS)}; untrue: {len(wrong)}")
    assert not wrong, "\n".join(wrong[:20])
    assert looked_at > 100
    assert {claim.name for claim in CLAIMS} - met - NEVER <= ODD
