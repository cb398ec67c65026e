"""One figure, one verdict: every question that returns a verdict beside England says the same of the same figure.

A figure is an area, an indicator, a group of pupils and a year. What the questions say is gathered from all of them; what pages
make of a row is asked of the same functions that they ask.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dashboards.access import DEMO, Door
from dashboards.access.catalog import every_question
from dashboards.shared.finding import verdict_words
from dashboards.shared.readings import readings
from tests.conftest import another_folder

Ask = Callable[..., list[dict[str, Any]]]
Figure = tuple[str, str, str, str, str]
#: Groups that are asked about, and how many areas and schools of a warehouse, since each is some dozens of questions. The marts
#: themselves are compared whole, in the test after.
GROUPS = ("all", "disadvantaged")
AREAS, SCHOOLS = 8, 40
#: The questions that return a verdict beside England, each asked below. Others must not decide one (see the last test).
ASKED = {"area_series", "school_series", "school_lines", "trend_lines", "compare_spine"}
COUNTED = {"schools_clear_of_england", "compare_schools"}


@pytest.fixture(params=["demo_data_dir", "real_data_dir"], ids=["demo", "real"])
def either(request: pytest.FixtureRequest) -> duckdb.DuckDBPyConnection:
    warehouse: duckdb.DuckDBPyConnection = request.getfixturevalue(request.param.removesuffix("_data_dir"))
    return warehouse


@pytest.fixture(params=["demo_data_dir", "real_data_dir"], ids=["demo", "real"])
def ask(request: pytest.FixtureRequest, tmp_path: Path) -> Ask:
    """Asks a published warehouse through the door, whose record of it is kept apart."""
    door = Door(another_folder(request.getfixturevalue(request.param), tmp_path))
    return lambda question, **parameters: door.fetch(question, DEMO, **parameters).rows


def areas(ask: Ask) -> list[dict[str, Any]]:
    """Partnerships and authorities, those with the most schools of each."""
    found = sorted(ask("areas"), key=lambda r: (r["area_type"], -int(r["schools"])))
    return [*found[: AREAS // 2], *[r for r in found if r["area_type"] == "partnership"][: AREAS // 2]]


def schools(ask: Ask) -> list[str]:
    """URNs with something to compare, evenly from all."""
    found = [
        str(r["urn"])
        for area in areas(ask)
        if area["area_type"] == "authority"
        for r in ask("compare_schools", partnership=None, authority=area["area_id"])
    ]
    return found[:: max(1, len(found) // SCHOOLS)]


def said(ask: Ask) -> Iterator[tuple[str, Figure, str]]:
    """Which question says what of which figure."""
    indicators = [str(r["indicator_id"]) for r in ask("indicators") if r["has_series"]]
    for area in areas(ask):
        partnership = area["area_id"] if area["area_type"] == "partnership" else None
        authority = area["area_id"] if area["area_type"] == "authority" else area["la_code"]
        for group in GROUPS:
            own = area["area_type"], area["area_id"]
            for row in ask("area_series", area_type=own[0], area_id=own[1], breakdown=group, year=None):
                yield "area_series", (*own, row["indicator_id"], group, row["academic_year"]), row["verdict"]
            for indicator in indicators:
                where = {
                    "indicator": indicator,
                    "breakdown": group,
                    "partnership": partnership,
                    "authority": authority or None,
                }
                for row in ask("trend_lines", **where):
                    key = row["area_type"], row["area_id"], indicator, group, row["academic_year"]
                    yield "trend_lines", key, row["verdict"]
                for row in ask("school_lines", **where):
                    if row["academic_year"] is not None:
                        key = "school", row["school_id"], indicator, group, row["academic_year"]
                        yield "school_lines", key, row["verdict"]
    for urn in schools(ask):
        identity = ask("school_identity", urn=urn)[0]
        area_of = {"school": identity["school_id"], "authority": identity["la_code"]}
        for group in GROUPS:
            rows = ask("school_series", urn=urn, breakdown=group)
            for row in rows:
                key = row["area_type"], area_of[row["area_type"]], row["indicator_id"], group, row["academic_year"]
                yield "school_series", key, row["verdict"]
            # what the page School shows, beside what the page Compare shows
            for reading in readings(rows, "school"):
                if reading.polarity != "none":
                    key = "school", identity["school_id"], reading.indicator_id, group, reading.year
                    tone = reading.verdict.tone
                    yield "the page School", key, "not_compared" if tone == "none" else tone
            for year in (None, *sorted({r["academic_year"] for r in rows})[-2:-1]):
                for row in ask("compare_spine", urn=urn, breakdown=group, benchmark="england", year=year):
                    key = "school", identity["school_id"], row["indicator_id"], group, row["academic_year"]
                    yield "compare_spine", key, row["comparison"]
                    tone = verdict_words({**row, "verdict": row["comparison"]}).tone
                    yield "the page Compare", key, "not_compared" if tone == "none" else tone


def test_the_same_figure_has_one_verdict_everywhere(ask: Ask, capsys: pytest.CaptureFixture[str]) -> None:
    found: dict[Figure, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for question, figure, verdict in said(ask):
        found[figure][verdict].add(question)
    compared = {figure: verdicts for figure, verdicts in found.items() if len(set().union(*verdicts.values())) > 1}
    differing = {figure: dict(verdicts) for figure, verdicts in found.items() if len(verdicts) > 1}
    with capsys.disabled():
        print(f"figures compared: {len(compared):,}; differing: {len(differing):,}")
    assert not differing, list(differing.items())[:5]
    assert len(compared) > 500
    assert {question for verdicts in found.values() for names in verdicts.values() for question in names} >= ASKED
    # all four verdicts are among them, so that agreeing is not silence
    assert {verdict for verdicts in found.values() for verdict in verdicts} == {
        "better",
        "similar",
        "worse",
        "not_compared",
    }


def test_the_marts_have_one_verdict(either: duckdb.DuckDBPyConnection, capsys: pytest.CaptureFixture[str]) -> None:
    ((figures, differing, alone),) = either.execute(
        """select count(*),
               count(*) filter (where comparison is distinct from verdict or comparison.reason is distinct from series.reason
                   or comparison.reason_id is distinct from series.reason_id
                   or comparison.benchmark_value is distinct from series.benchmark_value),
               count(*) filter (where comparison.school_id is null or series.area_id is null)
           from (select * from marts.comparison where benchmark = 'england') as comparison
           full join (select * from marts.trend_series where area_type = 'school') as series
               on comparison.school_id = series.area_id and comparison.indicator_id = series.indicator_id
               and comparison.breakdown_id = series.breakdown_id and comparison.academic_year = series.academic_year"""
    ).fetchall()
    with capsys.disabled():
        print(f"figures of the marts compared: {figures:,}; differing: {differing:,}")
    assert figures > 10_000 and (differing, alone) == (0, 0)


def test_a_verdict_beside_england_is_what_its_interval_says(either: duckdb.DuckDBPyConnection) -> None:
    """Of schools, partnerships and authorities alike; a reason stands just where nothing is compared."""
    ((wrong, reasonless, judged),) = either.execute(
        """select count(*) filter (where verdict <> 'not_compared' and (n_pupils < minimum_pupils or verdict is distinct from case
                   when ci_low > benchmark_value then case polarity when 'higher' then 'better' else 'worse' end
                   when ci_high < benchmark_value then case polarity when 'higher' then 'worse' else 'better' end
                   when ci_low <= benchmark_value and ci_high >= benchmark_value then 'similar' end)),
               count(*) filter (where (verdict = 'not_compared') <> (reason is not null) or reason like '%{%'),
               count(distinct area_type) filter (where verdict in ('better', 'worse'))
           from marts.trend_series inner join marts.dim_indicator using (indicator_id)
           where area_type <> 'england'"""
    ).fetchall()
    assert (wrong, reasonless) == (0, 0) and judged >= 2


def test_kettlemere_is_worse(demo: duckdb.DuckDBPyConnection) -> None:
    """13.3 per cent of 337 pupils: Wilson says 10.1 to 17.3, and England’s primary schools have 8.2."""
    ((low, high, england, verdict),) = demo.execute(
        """select round(ci_low, 1), round(ci_high, 1), benchmark_value, verdict
           from marts.trend_series inner join marts.dim_school on school_id = area_id and is_current
           where name like 'Kettlemere%' and indicator_id = 'absence_persistent_pct' and academic_year = '2018/19'
             and breakdown_id = 'all'"""
    ).fetchall()
    assert (low, high, england, verdict) == (10.1, 17.3, 8.2, "worse")


def test_no_school_follows_from_a_group_of_its_area_by_subtraction(either: duckdb.DuckDBPyConnection) -> None:
    """A calculated figure of a group is of every school of the total that has pupils in the group, or is not there at all.

    Else the total's pupils less both groups' are those of the school that is left out (307 of 349).
    """
    ((shown, fewer),) = either.execute(
        """with groups as (
               select area_type, area_id, indicator_id, academic_year, max(total.n_pupils) as pupils,
                   sum(part.n_pupils) as counted, count(part.value) as parts
               from marts.trend_series as total
               inner join marts.trend_series as part using (area_type, area_id, indicator_id, academic_year)
               inner join marts.dim_indicator as i using (indicator_id)
               where total.breakdown_id = 'all' and total.origin = 'calculated' and i.kind = 'proportion'
                 and part.breakdown_id in ('disadvantaged', 'not_disadvantaged') and part.origin = 'calculated'
               group by all
           )
           select count(*), count(*) filter (where counted < pupils) from groups where parts = 2"""
    ).fetchall()
    assert fewer == 0 and (shown > 0 or counted_held(either) == 0)
    assert not either.execute(
        """select 1 from marts.trend_series
           where status = 'held_back' and (value is not null or n_pupils is not null or n_schools > 0 or ci_low is not null)"""
    ).fetchall()


def counted_held(warehouse: duckdb.DuckDBPyConnection) -> int:
    """How many figures are held back."""
    return len(warehouse.execute("select 1 from marts.trend_series where status = 'held_back'").fetchall())


def test_schools_that_are_counted_are_those_with_that_verdict(ask: Ask) -> None:
    for area in areas(ask):
        partnership = area["area_id"] if area["area_type"] == "partnership" else None
        where = {"partnership": partnership, "authority": None if partnership else area["area_id"]}
        for row in ask("schools_clear_of_england", **where, year=None):
            lines = ask("school_lines", indicator=row["indicator_id"], breakdown="all", **where)
            verdicts = [r["verdict"] for r in lines if r["academic_year"] == row["academic_year"]]
            assert row["n_schools"] == sum(verdict != "not_compared" for verdict in verdicts)
            assert (row["better"], row["worse"]) == (verdicts.count("better"), verdicts.count("worse"))


def test_every_question_with_a_verdict_beside_england_is_asked_here() -> None:
    """A question that reads a verdict of the marts is on the list; none compares an interval with a benchmark itself."""
    for name, question in every_question().items():
        reads = re.search(r"\b[a-z]+\.(verdict|comparison)\b|\bcomparison\b", question.sql) and re.search(
            r"marts\.(trend_series|comparison)\b", question.sql
        )
        if reads:
            assert name in ASKED | COUNTED, f"{name} returns a verdict: ask it in this file too"
        assert not re.search(r"ci_(low|high)\s*[<>]", question.sql), f"{name} decides a verdict of its own"
