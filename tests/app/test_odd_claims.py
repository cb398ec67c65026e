"""Every claim the pages make holds in odd states of the marts too: all suppressed, one school, no England, no interval, …"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from published_fixture import published_rows, write_published

from dashboards.access import DEMO
from dashboards.app import create_app
from tests.asked import page_asker
from tests.claims import ODD, shown, untrue
from tests.mart_contracts import Row, Rows


def _figures(rows: Rows) -> list[Row]:
    return [*rows["trend_series"], *rows["fct_outcome"]]


def _put(rows: Rows, which: Callable[[Row], bool], **cells: Any) -> None:
    """Put cells into the figures `which` is true of, in the series and in the outcomes of schools alike."""
    for row in filter(which, _figures(rows)):
        row.update({name: cell for name, cell in cells.items() if name in row})


def _keep(rows: Rows, which: Callable[[Row], bool]) -> None:
    for mart in ("trend_series", "fct_outcome"):
        rows[mart][:] = filter(which, rows[mart])


_GONE: dict[str, Any] = {"value": None, "ci_low": None, "ci_high": None, "ci_method": "none", "numerator": None}


def _not_england(row: Row) -> bool:
    return row.get("area_type", "school") != "england"


#: What makes a warehouse odd, each a change of its figures before anything is said of them.
STATES: dict[str, Callable[[Rows], None]] = {
    "all suppressed": lambda rows: _put(rows, _not_england, **_GONE, status="suppressed"),
    "the last year suppressed": lambda rows: _put(
        rows, lambda r: _not_england(r) and r["academic_year"] == "2018/19", **_GONE, status="suppressed"
    ),
    "one school": lambda rows: _keep(
        rows,
        lambda r: (
            r.get("area_type") in ("england", "partnership") or "S900001" in (r.get("area_id"), r.get("school_id"))
        ),
    ),
    "no England": lambda rows: _keep(rows, lambda r: r.get("area_type") != "england"),
    "England without its groups": lambda rows: _keep(
        rows, lambda r: r.get("area_type") != "england" or r["breakdown_id"] == "all"
    ),
    "no interval": lambda rows: _put(rows, lambda _r: True, ci_low=None, ci_high=None, ci_method="none"),
    "small cohorts": lambda rows: _put(rows, _not_england, n_pupils=8.0, denominator=8.0),
    "no number of pupils": lambda rows: _put(rows, _not_england, n_pupils=None),
    "no groups": lambda rows: _keep(rows, lambda r: r["breakdown_id"] == "all"),
    "groups held back": lambda rows: _put(
        rows,
        lambda r: r.get("area_type") == "partnership" and r["breakdown_id"] != "all",
        **_GONE,
        status="held_back",
        n_pupils=None,
        n_schools=0,
    ),
    "one year": lambda rows: _keep(rows, lambda r: r["academic_year"] == "2018/19"),
    "all alike": lambda rows: _put(rows, lambda r: r["value"] is not None, value=50.0, ci_low=45.0, ci_high=55.0),
    "all far apart": lambda rows: _put(
        rows, lambda r: r["value"] is not None and _not_england(r), value=2.0, ci_low=1.0, ci_high=3.0
    ),
}


def _curves(rows: Rows, reached: bool) -> None:
    """The curve that turned becomes one of which it cannot be said, with its target passed or not."""
    rows["curve"][0].update(
        rule_id="no_interval",
        verdict_value=71.4 if reached else 65.0,
        verdict="reached" if reached else "cannot_say",
        assurance="reached" if reached else "cannot_say",
        reason="The target is reached. Nobody can say how far it moves by itself." if reached else "Nobody can say.",
    )


def addresses() -> Iterator[tuple[str, str]]:
    """Pages of every area and of two schools."""
    for area in ("partnership-NP01", "partnership-NP02", "authority-999"):
        yield "/", f"?area={area}"
        for indicator, group, quiet in itertools.product(
            ("ks2_rwm_expected_pct", "absence_persistent_pct"),
            ("all", "disadvantaged"),
            ("", "&quiet=hidden"),
        ):
            yield "/trends", f"?area={area}&indicator={indicator}&breakdown={group}{quiet}"
    yield "/curves", "?area=partnership-NP01&year=2018/19"
    for urn in ("900001", "900009"):
        yield f"/school/{urn}", ""
        for benchmark in ("england", "partnership"):
            yield "/compare", f"?area=authority-999&urn={urn}&benchmark={benchmark}"
        yield "/compare", f"?area=authority-999&urn={urn}&breakdown=disadvantaged&quiet=hidden"
    yield "/compare", "?area=authority-999"


def _untrue(here: Path, state: frozenset[str], reached: bool, met: set[str]) -> list[str]:
    """The untrue claims of the warehouse in a state."""

    def change(rows: Rows) -> None:
        for name in sorted(state):
            STATES[name](rows)

    shutil.rmtree(here, ignore_errors=True)
    rows = published_rows(change=change)
    _curves(rows, reached)
    write_published(here / "published", rows=rows)
    page = page_asker(create_app(here, lambda _request: DEMO))
    copied = here / "again.duckdb"
    shutil.copy(here / "published" / "warehouse-v1.duckdb", copied)
    wrong: list[str] = []
    with duckdb.connect(str(copied), read_only=True) as db:
        for path, search in addresses():
            answered = page(path, search)
            assert answered.status == 200, (state, path, search)
            assert "could not be made" not in answered.text, (state, path, search)
            wrong += untrue(shown(answered, path, search, db), met)
    return wrong


@settings(max_examples=4, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(state=st.frozensets(st.sampled_from(sorted(STATES)), max_size=3), reached=st.booleans())
@example(state=frozenset(), reached=True)
@example(state=frozenset({"all suppressed"}), reached=False)
@example(state=frozenset({"one school", "no groups"}), reached=True)
@example(state=frozenset({"no England", "no interval"}), reached=False)
@example(state=frozenset({"all alike"}), reached=True)
@example(state=frozenset({"all far apart", "groups held back"}), reached=False)
def test_every_claim_holds_in_odd_states(
    tmp_path_factory: pytest.TempPathFactory, state: frozenset[str], reached: bool
) -> None:
    wrong = _untrue(tmp_path_factory.mktemp("odd") / "data", state, reached, set())
    assert not wrong, "\n".join([f"in the state {sorted(state)}:", *wrong[:10]])


def test_claims_the_demonstration_has_no_case_of_are_met_here(tmp_path: Path) -> None:
    met: set[str] = set()
    for number, state in enumerate(("all alike", "no groups")):
        assert not _untrue(tmp_path / str(number), frozenset({state}), True, met)
    assert met >= ODD
