"""The risk register on the fictional authority, where what was planted stands in it, and its order on real history."""

from __future__ import annotations

import csv

import duckdb

from orchestration.contracts import seed_file
from orchestration.demo import PLANTED
from orchestration.demo.schools import BY_URN, SCHOOLS, founders
from tests.conftest import ROOT

LATEST = "2018/19 summer"


def rows(connection: duckdb.DuckDBPyConnection, query: str, *parameters: object) -> list[tuple[object, ...]]:
    return connection.execute(query, list(parameters)).fetchall()


def flagged(demo: duckdb.DuckDBPyConnection, rule: str, as_at: str = LATEST) -> set[str]:
    """Areas a rule fired for."""
    found = rows(demo, "select area_id from marts.risk_flag where rule_id = ? and as_at = ?", rule, as_at)
    return {str(row[0]) for row in found}


def large_founders(partnership_id: str) -> set[str]:
    """school_id of the schools that founded a partnership, but for those whose figures are suppressed."""
    named = {BY_URN[s.urn].estab: s for s in SCHOOLS if s.urn < 900_100}
    return {f"S{named[e].urn}" for e in founders(partnership_id) if named[e].size > 6}


def test_falling_attendance_is_found_in_its_schools_and_nowhere_else(demo: duckdb.DuckDBPyConnection) -> None:
    partnership = PLANTED["falling_attendance"]["partnership_id"]
    assert flagged(demo, "worsening_persistent_absence") == large_founders(partnership)
    assert flagged(demo, "worsening_persistent_absence_partnership") == {partnership}


def test_the_widening_gap_is_found(demo: duckdb.DuckDBPyConnection) -> None:
    assert f"S{PLANTED['widening_gap']['urn']}" in flagged(demo, "gap_wide_rwm")
    assert len(flagged(demo, "gap_wide_rwm")) <= 2


def test_the_change_of_leader_is_found_from_the_term_after_it(demo: duckdb.DuckDBPyConnection) -> None:
    school = f"S{PLANTED['leadership_change']['urn']}"
    found = rows(
        demo, "select area_id, as_at, since from marts.risk_flag where rule_id = 'leader_answers_fell' order by as_at"
    )
    assert {row[0] for row in found} == {school}
    assert found[-1] == (school, LATEST, "2017/18 summer")


def test_lagging_check_ins_are_found_in_their_partnership_alone(demo: duckdb.DuckDBPyConnection) -> None:
    partnership = PLANTED["lagging_check_ins"]["partnership_id"]
    assert flagged(demo, "check_in_late_partnership") == {partnership}
    members = {
        str(row[0])
        for row in rows(
            demo, "select school_id from marts.partnership_membership where partnership_id = ?", partnership
        )
    }
    assert len(flagged(demo, "check_in_late")) >= 6
    assert flagged(demo, "check_in_late") <= members


def test_drifting_away_is_found_in_its_partnership(demo: duckdb.DuckDBPyConnection) -> None:
    partnership = PLANTED["drifting_away"]["partnership_id"]
    assert flagged(demo, "engagement_low_partnership") == {partnership}
    members = rows(demo, "select school_id from marts.partnership_membership where partnership_id = ?", partnership)
    assert len(flagged(demo, "engagement_low") & {str(row[0]) for row in members}) >= 4


def test_the_schools_with_planted_risks_stand_on_top_and_the_null_schools_do_not(
    demo: duckdb.DuckDBPyConnection,
) -> None:
    order = rows(
        demo,
        "select area_id from marts.risk_register where area_type = 'school' and as_at = ? order by score desc, area_id",
        LATEST,
    )
    places = {str(area): place for place, (area,) in enumerate(order, start=1)}
    troubled = large_founders(PLANTED["falling_attendance"]["partnership_id"])
    calm = large_founders(PLANTED["null_rwm"]["partnership_id"])
    # by open results alone: what their partnership's reviews and events say counts for nothing in the order
    assert {school for school, place in places.items() if place <= 4} <= troubled
    assert sum(places[school] <= 10 for school in troubled) >= 5
    assert min(places[school] for school in calm) > 10


def test_the_register_adds_up(demo: duckdb.DuckDBPyConnection) -> None:
    """Every flag is in the register, every score is its parts, and what is strong survives the control."""
    assert rows(
        demo,
        """select count(*) from marts.risk_flag as f anti join marts.risk_register as r
           on f.area_type = r.area_type and f.area_id = r.area_id and f.as_at = r.as_at""",
    ) == [(0,)]
    parts = rows(
        demo,
        """select max(abs(r.score - r.standing_points - coalesce(f.points, 0)))
           from marts.risk_register as r
           left join (
               select area_type, area_id, as_at, sum(points) as points from marts.risk_flag
               where source in ('Published results', 'Inspections')
               group by all
           ) as f
               on f.area_type = r.area_type and f.area_id = r.area_id and f.as_at = r.as_at""",
    )
    assert float(str(parts[0][0])) < 1e-9
    tests = rows(
        demo,
        """select count(*), count(*) filter (where (strength = 'strong') <> (q_value <= 0.05)),
               count(*) filter (where p_value > threshold or q_value < p_value or false_alarm_rate is null)
           from marts.risk_flag where evidence_kind = 'test'""",
    )
    assert int(str(tests[0][0])) > 0 and tests[0][1:] == (0, 0)
    facts = rows(
        demo,
        """select count(*) from marts.risk_flag
           where evidence_kind <> 'test' and (p_value is not null or false_alarm_reason not like 'taken from the records%')""",
    )
    assert facts == [(0,)]


def test_every_sentence_is_filled(demo: duckdb.DuckDBPyConnection) -> None:
    empty = rows(
        demo,
        r"""select rule_id, evidence from marts.risk_flag
            where evidence like '%{%' or evidence like '% ()%' or evidence like '%  %' or evidence not like '%.%'""",
    )
    assert empty == []


def test_what_was_looked_at_is_counted(demo: duckdb.DuckDBPyConnection) -> None:
    counted = rows(
        demo,
        """select r.as_at, min(r.n_tests), min(r.expected_false), max(l.tests), max(l.expected)
           from marts.risk_register as r
           join (select as_at, sum(n_tests) as tests, sum(expected_false) as expected
                 from marts.risk_tests_made group by as_at) as l on l.as_at = r.as_at
           group by r.as_at having max(r.n_tests) <> min(r.n_tests) or min(r.n_tests) <> max(l.tests)""",
    )
    assert counted == []
    tests, fired = rows(
        demo,
        """select (select sum(n_tests) from marts.risk_tests_made where as_at = $1),
                  (select count(*) from marts.risk_flag where as_at = $1 and evidence_kind = 'test')""",
        LATEST,
    )[0]
    assert int(str(tests)) > 300 > int(str(fired)) > 0


def test_the_order_finds_the_worst_fifth_of_the_year_after_on_real_history(real: duckdb.DuckDBPyConnection) -> None:
    """Better than the worst fifth of the year alone, everywhere and clearly; never clearly worse than the figure itself."""
    found = rows(
        real,
        """select indicator_id, peer_kind, n_schools, auc_register, auc_last_year_fifth, over_last_year_fifth_low,
               over_last_year_value_high
           from marts.risk_backtest where academic_year = 'all'""",
    )
    assert {str(row[0]) for row in found} >= {"suspension_rate", "permanent_exclusion_rate", "ks2_rwm_expected_pct"}
    for indicator, peers, _, auc, fifth, low, high in found:
        assert float(str(auc)) > float(str(fifth)) and float(str(low)) > 0, (indicator, peers)
        assert float(str(high)) >= 0, (indicator, peers)
    years = {str(row[0]) for row in rows(real, "select distinct academic_year from marts.risk_backtest")}
    assert years >= {"all", *(f"{year}/{(year + 1) % 100:02}" for year in range(2006, 2018))}


#: lines of the table of the methods page
LINES = {
    "Suspensions, primary": ("suspension_rate", "primary"),
    "Suspensions, secondary": ("suspension_rate", "secondary"),
    "Suspensions, special": ("suspension_rate", "special"),
    "Suspensions, all-through": ("suspension_rate", "all_through"),
    "Permanent exclusions, secondary": ("permanent_exclusion_rate", "secondary"),
    "KS2 expected standard": ("ks2_rwm_expected_pct", "mainstream"),
    "Reading progress": ("ks2_reading_progress", "mainstream"),
    "Writing progress": ("ks2_writing_progress", "mainstream"),
    "Maths progress": ("ks2_maths_progress", "mainstream"),
    "Attainment 8": ("ks4_attainment8", "mainstream"),
    "Progress 8": ("ks4_progress8", "mainstream"),
}


def test_the_methods_page_tells_every_figure_of_the_backtest(real: duckdb.DuckDBPyConnection) -> None:
    text = (ROOT / "docs" / "methods" / "risk.md").read_text(encoding="utf-8")
    tested = {
        tuple(row[:2]): row[2:]
        for row in rows(
            real,
            """select indicator_id, peer_kind, n_schools, auc_register, auc_register_low, auc_register_high, auc_score,
                   auc_last_year_fifth, auc_last_year_value
               from marts.risk_backtest where academic_year = 'all'""",
        )
    }
    assert set(tested) == set(LINES.values())
    for words, key in LINES.items():
        n, standing, low, high, score, fifth, value = (float(str(figure)) for figure in tested[key])
        told = f"| {words} | {n:,.0f} | **{standing:.3f}** ({low:.3f} to {high:.3f}) | {score:.3f} | {fifth:.3f} | {value:.3f} |"
        assert told in text, told


def test_earlier_years_count_only_where_they_were_clearly_better(real: duckdb.DuckDBPyConnection) -> None:
    """Where the standing cannot be told from the year's own figure, that is what orders."""
    clearly = {
        (str(indicator), str(peers))
        for indicator, peers in rows(
            real,
            """select indicator_id, peer_kind from marts.risk_backtest
               where academic_year = 'all' and over_last_year_value_low > 0.001""",
        )
    }
    with seed_file("risk_rules.csv").open(encoding="utf-8", newline="") as lines:
        taken = {
            (rule["subject"], rule["phase"])
            for rule in csv.DictReader(lines)
            if rule["family"] == "level" and float(rule["parameter"]) > 0.1
        }
    assert taken == clearly
