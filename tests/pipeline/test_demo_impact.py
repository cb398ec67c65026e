"""Impact on the fictional authority: what was planted is found, where nothing was planted nothing is claimed."""

from __future__ import annotations

import duckdb

from orchestration.demo import PLANTED

RISING = PLANTED["rising_rwm"]["partnership_id"]


def rows(connection: duckdb.DuckDBPyConnection, query: str, *parameters: object) -> list[tuple[object, ...]]:
    return connection.execute(query, list(parameters)).fetchall()


def test_the_rising_cluster_is_found_after_its_reviews(demo: duckdb.DuckDBPyConnection) -> None:
    """Reviews began in 2017/18: the planted gain of a year and of two years, on average, lies in the interval."""
    found = rows(
        demo,
        """select verdict, ci_low, ci_high, n_schools, n_comparison_schools, pre_trend, p_value_adjusted
           from marts.impact_estimate where event_type = 'reviewed' and scope = ? and indicator_id = 'ks2_rwm_expected_pct'""",
        RISING,
    )
    (verdict, low, high, schools, others, before, p_adjusted) = found[0]
    planted = 1.5 * PLANTED["rising_rwm"]["points_a_year"]
    assert verdict == "improved"
    assert float(str(low)) < planted < float(str(high))
    assert (schools, before) == (8, "alike")
    assert int(str(others)) >= 20 and float(str(p_adjusted)) < 0.05


def test_the_gain_grows_from_year_to_year_as_planted(demo: duckdb.DuckDBPyConnection) -> None:
    by_year = rows(
        demo,
        """select relative_year, estimate from marts.impact_event_study
           where event_type = 'reviewed' and scope = ? and indicator_id = 'ks2_rwm_expected_pct' order by 1""",
        RISING,
    )
    assert [year for year, _ in by_year] == [-2, -1, 0, 1]
    effects = [float(str(estimate)) for _, estimate in by_year]
    assert abs(effects[0] + effects[1]) < 0.5
    assert effects[3] > effects[2] + 2


def test_nothing_is_claimed_of_anybody_else(demo: duckdb.DuckDBPyConnection) -> None:
    """Neither the null cluster nor any other partnership, nor absence of the rising one, on any of their estimates."""
    claimed = rows(
        demo,
        """select scope, indicator_id from marts.impact_estimate
           where verdict in ('improved', 'worsened') and (scope <> ? or indicator_id not like 'ks2_%')""",
        RISING,
    )
    assert claimed == []
    null = rows(
        demo,
        "select count(*), count(estimate) from marts.impact_estimate where scope = ?",
        PLANTED["null_rwm"]["partnership_id"],
    )
    assert int(str(null[0][1])) >= 5


def test_every_estimate_has_its_interval_and_every_gap_its_reason(demo: duckdb.DuckDBPyConnection) -> None:
    broken = rows(
        demo,
        """select event_type, scope, indicator_id from marts.impact_estimate
           where (estimate is null) <> (ci_low is null) or (estimate is null) <> (mde is null)
              or (estimate is not null and not ci_low < estimate and estimate < ci_high)
              or (estimate is null and verdict <> 'cannot_tell')
              or n_schools + n_schools_left_out <> n_schools_considered
              or (hedges_g is null) <> (hedges_g_reason is not null)
              or months_of_progress is not null""",
    )
    assert broken == []
    made = rows(
        demo,
        """select max(estimates_made), count(distinct reason_id) from marts.impact_estimate
           where event_type = 'reviewed' and scope = ?""",
        RISING,
    )
    assert int(str(made[0][0])) >= 7


def test_a_school_that_moved_between_partnerships_is_left_out_with_its_reason(demo: duckdb.DuckDBPyConnection) -> None:
    found = rows(
        demo,
        """select distinct left_out_reason from marts.impact_estimate
           where event_type = 'joined' and scope = ? and indicator_id = 'ks2_rwm_expected_pct'""",
        PLANTED["partnership_move"]["to"],
    )
    assert "1 that took part elsewhere before" in str(found[0][0])
