"""What the demonstration's forms plant is found in the marts, and their content hangs together."""

from __future__ import annotations

import duckdb
import pytest

from orchestration.demo import PLANTED


def rows(connection: duckdb.DuckDBPyConnection, query: str, *parameters: object) -> list[tuple[object, ...]]:
    return connection.execute(query, list(parameters)).fetchall()


MARTS = (
    "review", "review_step", "review_finding", "maturity_card", "insight_profile", "system_feature",
    "reflection_commitment", "impact_statement", "visit_statement", "event", "event_attendance", "role_holder",
    "milestone", "support_offer_need", "support_given", "funding", "curve_priority", "curve_essential",
    "step_change", "agreement", "viewer", "correction",
)  # fmt: skip


@pytest.mark.parametrize("mart", MARTS)
def test_every_mart_of_a_template_is_filled(demo: duckdb.DuckDBPyConnection, mart: str) -> None:
    assert rows(demo, f"select count(*) > 0 from marts.{mart}") == [(True,)]
    # a column nobody fills shows nothing; these have nothing to say in the demonstration
    silent = {"agreement": {"special_category_condition", "fields", "amends"}, "viewer": {"ends_on"},
              "insight_profile": {"next_stage"}, "milestone": {"note"}, "funding": {"school_urn", "school_id"},
              "correction": {"refused_because"}, "reflection_commitment": set()}  # fmt: skip
    columns = [str(row[0]) for row in rows(demo, f"describe marts.{mart}")]
    empty = {name for name in columns if rows(demo, f"select count({name}) from marts.{mart}") == [(0,)]}
    assert empty == silent.get(mart, set())


def test_schools_of_forms_have_their_lineage(demo: duckdb.DuckDBPyConnection) -> None:
    for mart, column in {
        "review": "host_urn",
        "impact_statement": "school_urn",
        "event_attendance": "school_urn",
    }.items():
        found = rows(
            demo,
            f"""select count(*) from marts.{mart} left join marts.dim_school on urn = {column}
                where {mart}.school_id is distinct from dim_school.school_id""",
        )
        assert found == [(0,)]


@pytest.mark.parametrize(
    ("child", "column", "parent", "key"),
    [
        ("review_finding", "review_id", "review", "review_id"),
        ("event_attendance", "event_id", "event", "event_id"),
        ("curve_priority", "indicator_id", "dim_indicator", "indicator_id"),
        ("review", "partnership_id", "dim_partnership", "partnership_id"),
        ("agreement", "file_id", "file_log", "file_id"),
    ],
)
def test_forms_speak_of_the_same_things(
    demo: duckdb.DuckDBPyConnection, child: str, column: str, parent: str, key: str
) -> None:
    assert rows(
        demo, f"select count(*) from marts.{child} where {column} not in (select {key} from marts.{parent})"
    ) == [(0,)]


def test_reviews_are_those_of_the_transition_points(demo_built: duckdb.DuckDBPyConnection) -> None:
    """A review's evidence day is the day its transition points were answered for."""
    found = rows(
        demo_built,
        """select count(*), count(*) filter (where r.evidence_on = t.answered_on)
           from (select distinct urn, term, answered_on from marts.fct_rating where instrument_id = 'transition_points') as t
           join marts.review as r on r.host_urn = t.urn and r.cycle = t.term""",
    )
    reviews = rows(demo_built, "select count(*) from marts.review")
    assert found == [(reviews[0][0], reviews[0][0])]


def test_check_ins_of_one_cluster_lag(demo: duckdb.DuckDBPyConnection) -> None:
    late = dict(
        rows(
            demo,
            """select partnership_id, min(date_diff('day', due_on, taken_on)) from marts.review_step
               where step = 'check_in' and taken_on is not null group by partnership_id""",
        )
    )
    planted = PLANTED["lagging_check_ins"]
    lagging = late.pop(planted["partnership_id"])
    assert int(str(lagging)) >= planted["days_late"]
    assert all(int(str(days)) < 15 for days in late.values())


def test_one_cluster_closes_its_gaps_and_one_tells_no_lessons(demo: duckdb.DuckDBPyConnection) -> None:
    closed = rows(
        demo,
        "select min(check_in_rating - aspiration_rating) from marts.review where partnership_id = ?",
        PLANTED["closed_gaps"]["partnership_id"],
    )
    assert closed == [(0,)]
    told = rows(
        demo,
        """select partnership_id, count(lessons_shared_on), count(lessons) from marts.review
           group by partnership_id having count(lessons_shared_on) = 0""",
    )
    assert told == [(PLANTED["untold_lessons"]["partnership_id"], 0, 0)]


def test_one_cluster_drifts_away(demo: duckdb.DuckDBPyConnection) -> None:
    came = rows(
        demo,
        """select event.partnership_id = ? as drifting, year(held_on) >= 2019 as late,
                  avg(people) from marts.event_attendance join marts.event using (event_id)
           where role in ('head', 'improvement_champion') group by all""",
        PLANTED["drifting_away"]["partnership_id"],
    )
    share = {(drifting, late): float(str(mean)) for drifting, late, mean in came}
    assert share[True, False] - share[True, True] > 0.2
    assert abs(share[False, False] - share[False, True]) < 0.1


def test_one_school_has_not_signed_and_one_has_withdrawn(demo: duckdb.DuckDBPyConnection) -> None:
    unsigned = rows(
        demo, "select agreement_id, count(distinct party_id) from marts.agreement where signed_on is null group by all"
    )
    assert unsigned == [(PLANTED["unsigned_agreement"]["agreement_id"], 1)]
    withdrawn = rows(
        demo, "select distinct agreement_id, withdrawn_on::varchar from marts.agreement where withdrawn_on is not null"
    )
    assert withdrawn == [(PLANTED["withdrawn_agreement"]["agreement_id"], PLANTED["withdrawn_agreement"]["on"])]
