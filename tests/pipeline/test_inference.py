"""What can be worked out of everything one viewer is shown: linear programming over the published means of answers.

Belongs here: the attack on the demonstration's own published file, with the answers of the build beside it to know what is true.
Does not belong here: how cells are chosen (`tests/unit/test_disclosure.py`).
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from methods.disclosure import Tables, bounds
from tests.conftest import Say

#: By so many points of the scale each answer of a school that is not shown has to stay unknown.
APART = 1.0
_KEY = "instrument_id, section, item_id, term, academic_year, respondent_role"

Part = tuple[Any, ...]


@pytest.fixture(scope="module")
def leaves(demo_built: duckdb.DuckDBPyConnection) -> dict[Part, list[tuple[Any, ...]]]:
    """The true answers of each part: school, partnership, authority, sum and number."""
    found = defaultdict(list)
    for *part, school, partnership, authority, total, number in demo_built.execute(
        """select r.instrument_id, i.section, case when r.instrument_id = 'transition_points' then r.item_id end,
               case when r.instrument_id <> 'transition_points' then r.term end, r.academic_year, r.respondent_role,
               r.school_id, r.partnership_id, s.la_code, sum(r.value), count(*)
           from marts.fct_rating as r
           inner join marts.dim_item as i using (instrument_id, item_id)
           inner join (select distinct school_id, la_code from marts.dim_school where is_current) as s using (school_id)
           where r.value is not null and r.instrument_id in ('transition_points', 'reflection_questions')
           group by all order by all"""
    ).fetchall():
        found[tuple(part)].append((school, partnership, authority, total, number))
    return found


def shown(published: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], dict[Part, list[tuple[str, str]]]]:
    """By viewer and part: the cells that are shown with a mean, schools without a name left out (nobody can place them)."""
    found: dict[tuple[str, str], dict[Part, list[tuple[str, str]]]] = defaultdict(lambda: defaultdict(list))
    for kind, organisation, *part, area_type, area_id in published.execute(
        f"""select viewer_kind, viewer_id, {_KEY}, area_type, area_id from marts.shared_rating
            where status = 'ok' and granularity <> 'anonymous'"""
    ).fetchall():
        found[kind, organisation][tuple(part)].append((area_type, area_id))
    return found


def held(demo: duckdb.DuckDBPyConnection) -> dict[tuple[str, str, str], set[str]]:
    """By viewer and dataset: the schools whose answers are in what the viewer is shown."""
    found = defaultdict(set)
    for kind, organisation, dataset, school in demo.execute(
        "select viewer_kind, viewer_id, dataset, area_id from intermediate.int_grants__today where area_type = 'school'"
    ).fetchall():
        found[kind, organisation, dataset].add(school)
    return found


def worked_out(
    part: Part, cells: list[tuple[str, str]], answers: list[tuple[Any, ...]], own: str | None
) -> list[tuple[str, float]]:
    """Schools that are not shown and lie in too narrow an interval, with its width in points of each answer."""
    index = {"school": 0, "partnership": 1, "authority": 2}
    members = [[n for n, one in enumerate(answers) if one[index[kind]] == name] for kind, name in cells]
    count = len(answers)
    values = [one[3] for one in answers] + [sum(answers[n][3] for n in inside) for inside in members]
    tables = Tables.of(values, [{**dict.fromkeys(inside, 1), count + at: -1} for at, inside in enumerate(members)])
    tables.upper[:count] = [5.0 * one[4] for one in answers]
    open_ = {name for kind, name in cells if kind == "school"} | {own}
    hidden = np.array([one[0] not in open_ for one in answers] + [False] * len(cells))
    secret = np.flatnonzero(hidden[:count]).tolist()
    if not secret or not cells:
        return []
    widths = bounds(tables, hidden, secret)
    return [
        (answers[leaf][0], (high - low) / answers[leaf][4])
        for leaf, (low, high) in zip(secret, widths, strict=True)
        if high - low < APART * answers[leaf][4] - 1e-6
    ]


#: Heads of one partnership are shown the same but for their own school, which each knows: two of them.
_HEADS = {("head", "S900010"), ("head", "S900042")}


def _attack(
    published: duckdb.DuckDBPyConnection,
    built: duckdb.DuckDBPyConnection,
    leaves: dict[Part, list[tuple[Any, ...]]],
    viewers: set[str],
) -> tuple[int, list[Any]]:
    datasets = {"transition_points": "transition_points", "reflection_questions": "reflection"}
    mine, tried, found = held(built), 0, []
    seen: dict[Any, list[tuple[str, float]]] = {}
    for (kind, organisation), parts in shown(published).items():
        if kind not in viewers and (kind, organisation) not in _HEADS:
            continue
        for part, cells in sorted(parts.items(), key=str):
            schools = mine[kind, organisation, datasets[str(part[0])]]
            answers = [one for one in leaves[part] if one[0] in schools]
            own = organisation if kind == "head" else None
            key = (part, tuple(sorted(cells)), tuple(answers), own if own in {one[0] for one in answers} else None)
            if key not in seen:
                seen[key] = worked_out(part, cells, answers, own)
            tried += 1
            found += [(kind, organisation, part, *one) for one in seen[key]]
    return tried, found


def test_no_school_can_be_worked_out_of_what_a_viewer_is_shown(
    demo: duckdb.DuckDBPyConnection,
    demo_built: duckdb.DuckDBPyConnection,
    leaves: dict[Part, list[tuple[Any, ...]]],
    say: Say,
) -> None:
    tried, found = _attack(demo, demo_built, leaves, {"authority", "board", "partnership_lead", "public"})
    held_back, shown_ = demo.execute(
        """select count(*) filter (where status = 'betrays'), count(*) filter (where status = 'ok')
           from marts.shared_rating where viewer_kind = 'authority'"""
    ).fetchall()[0]
    say(
        f"inference: {tried} linked tables attacked, {len(found)} schools worked out; of the analyst's means {shown_} are shown "
        f"and {held_back} held back for the sake of others",
    )
    assert tried > 300 and found == []


def test_a_suppression_removed_by_hand_is_found(
    demo_data_dir: Path, demo_built: duckdb.DuckDBPyConnection, leaves: dict[Part, list[tuple[Any, ...]]]
) -> None:
    """Every mean that was held back for the sake of others is shown again: the attack works schools out."""
    from tests.conftest import served

    copy = duckdb.connect()
    copy.execute(f"attach '{served(demo_data_dir)}' as whole (read_only)")
    copy.execute("create schema marts")
    copy.execute(
        """create table marts.shared_rating as
           select * replace (case when status = 'betrays' then 'ok' else status end as status) from whole.marts.shared_rating
           where viewer_kind = 'authority' and (item_id, academic_year, respondent_role) in (
               select distinct (item_id, academic_year, respondent_role) from whole.marts.shared_rating
               where viewer_kind = 'authority' and status = 'betrays' and instrument_id = 'transition_points'
           )"""
    )
    _tried, found = _attack(copy, demo_built, leaves, {"authority"})
    assert found


def test_the_published_file_has_no_respondent_and_no_single_answer(demo_data_dir: Path) -> None:
    """Neither a code nor a mean of fewer people than three is anywhere in the bytes or the tables of the published file."""
    from tests.conftest import built, served

    with duckdb.connect(str(built(demo_data_dir)), read_only=True) as connection:
        codes = [row[0] for row in connection.execute(
            "select distinct respondent_id from marts.fct_rating where respondent_role = 'leader'").fetchall()]  # fmt: skip
    assert len(codes) > 40
    with duckdb.connect(str(served(demo_data_dir)), read_only=True) as connection:
        columns = connection.execute(
            "select table_name, column_name from duckdb_columns() where schema_name = 'marts'"
        ).fetchall()
        assert not [one for one in columns if "respondent_id" in one[1]]
        assert not {"fct_rating", "rating_series", "rating_signal", "fct_statement"} & {name for name, _ in columns}
        fewest = connection.execute(
            "select min(n_responses) from marts.shared_rating where viewer_kind <> 'head'"
        ).fetchone()
        assert fewest is not None and fewest[0] >= 5
        told = connection.execute(
            "select count(*) from marts.shared_rating where status <> 'ok' and (mean_value, n_responses, n_schools) is not null "
            "and coalesce(mean_value, n_responses, n_schools) is not null"
        ).fetchone()
        assert told == (0,)
        for table, column in columns:
            if connection.execute(f"select typeof({column}) from marts.{table} limit 1").fetchone() == ("VARCHAR",):
                found = connection.execute(
                    f"select count(*) from marts.{table} where list_contains($1, {column})", [codes]
                ).fetchone()
                assert found == (0,), (table, column)
