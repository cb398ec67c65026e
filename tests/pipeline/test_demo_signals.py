"""The signals of the demonstration: what was planted is found, and a step change is a person's decision."""

from __future__ import annotations

import duckdb

from orchestration.demo import PLANTED
from orchestration.demo.schools import SCHOOLS

LATEST = "2018/19"


def rows(connection: duckdb.DuckDBPyConnection, sql: str, *values: object) -> list[tuple[object, ...]]:
    """All rows of a query."""
    return connection.execute(sql, list(values)).fetchall()


def test_the_planted_rise_in_suspensions_is_the_only_one_among_schools(demo: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        demo,
        """select area_id, trend_verdict, spc_variation from marts.trend_signal
           where indicator_id = 'suspension_rate' and area_type = 'school' and academic_year = ?
             and (trend_verdict in ('better', 'worse') or spc_variation in ('concern', 'improvement'))""",
        LATEST,
    )
    assert found == [(f"S{PLANTED['rising_suspensions']['urn']}", "worse", "concern")]


def test_the_recorded_step_change_parts_the_series(demo: duckdb.DuckDBPyConnection) -> None:
    planted = PLANTED["fewer_suspensions"]
    found = rows(
        demo,
        """select segment, min(academic_year), max(segment_reason), max(spc_mean), count(distinct spc_variation)
           from marts.trend_signal where indicator_id = 'suspension_rate' and area_id = ? group by 1 order by 1""",
        f"S{planted['urn']}",
    )
    assert [row[:3] for row in found] == [(1, "2008/09", None), (2, planted["from_year"], planted["reason"])]
    before, after = (float(str(row[3])) for row in found)
    assert after < 0.7 * before
    # within its own segment every year is as usual: nothing trends towards the new level
    assert [row[4] for row in found] == [1, 1]


def test_every_point_of_every_series_has_its_answer(demo: duckdb.DuckDBPyConnection) -> None:
    counted = rows(
        demo,
        """select (select count(*) from marts.trend_series), count(*),
               count(*) filter (where (trend_direction = 'cannot_say') <> (trend_reason_id is not null)),
               count(*) filter (where (spc_rule = 'cannot_say') <> (spc_reason_id is not null))
           from marts.trend_signal""",
    )
    (series, signals, without_reason, without_chart_reason) = counted[0]
    assert (signals, without_reason, without_chart_reason) == (series, 0, 0)


def test_nothing_is_said_under_the_minimum_cohort(demo: duckdb.DuckDBPyConnection) -> None:
    assert rows(
        demo,
        """select count(*) from marts.trend_signal as g
           inner join marts.trend_series as t using (area_type, area_id, indicator_id, breakdown_id, academic_year)
           inner join marts.dim_indicator as i using (indicator_id)
           where i.kind <> 'count' and t.n_pupils < i.minimum_pupils
             and (g.trend_direction <> 'cannot_say' or g.spc_rule <> 'cannot_say' or g.mk_s is not null)""",
    ) == [(0,)]


def test_suspensions_go_back_eleven_years_and_carry_byars_interval(demo: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        demo,
        """select count(distinct academic_year), min(academic_year), max(academic_year) from marts.fct_outcome
           where indicator_id = 'suspension_rate' and ci_method = 'byar'""",
    )
    assert found == [(11, "2008/09", LATEST)]
    secondary = [school.urn for school in SCHOOLS if school.phase == "secondary"]
    assert PLANTED["rising_suspensions"]["urn"] in secondary and PLANTED["fewer_suspensions"]["urn"] in secondary
