"""What `methods.levels` says of every school, partnership and authority: its level, how it changed, and its next figure.

One row per area, indicator, group of pupils, `kind` (level, change, outlook), `year_number` and `since_year`. Schools of one
kind (`peer_kind`), indicator and group are learnt from together; partnerships and authorities start from what was learnt of
their schools, since there are few of them. Levels rest on all years; changes are those up to a school's
latest figure; an outlook rests on its own year and those before it, and says what came where that is known.
"""

_NUMBERS = (
    *("estimate", "sd", "low", "high", "reliability", "n_pupils", "benchmark_value", "amount"),
    *("probability_below", "probability_much_below", "probability_much_above", "probability_lowest_fifth", "was_worse", "was_lowest_fifth"),
)  # fmt: skip
_SPANS = (1, 2, 3, 4, 5)
_AT_ONCE = 400_000
"""About as many figures are computed at once, so that a country does not stand in memory."""


def model(dbt, session):
    """The rows described above; numbers are null where nothing is said."""
    import numpy as np
    import pandas as pd

    from methods import level_rows

    dbt.config(materialized="table")
    points = dbt.ref("int_level_points__gathered")  # noqa: F841 - the query names it
    settings = dict(dbt.ref("level_settings").project("setting, value").fetchall())
    seeds = {}
    names = ("tau2", "sigma2", "phi", "beta2", "nugget", "per_pupil")
    for indicator, phase, *numbers in (
        dbt.ref("level_seeds").project(f"indicator_id, phase, {', '.join(names)}").fetchall()
    ):
        seeds[indicator, phase or ""] = dict(zip(names, numbers, strict=True))
    amounts = dict(dbt.ref("impact_measures").project("indicator_id, meaningful_effect").fetchall())
    session.sql("create or replace temp table level_points as from points")
    session.sql(
        """create or replace temp table level_groups as
           select *, row_number() over (
               order by indicator_id, breakdown_id, case area_type when 'school' then 0 else 1 end, size, area_type, peer_kind
           ) as group_number
           from (
               select area_type, indicator_id, breakdown_id, peer_kind, form, high_is_good, count(*) as size
               from level_points
               group by all
           )"""
    )
    session.sql(
        """create or replace temp table level_areas as
           select area_id, row_number() over (order by cast(area_id as varchar)) as area_number
           from (select distinct area_id from level_points)"""
    )
    columns = ", ".join(f"{name} double" for name in _NUMBERS)
    session.sql(
        f"""create or replace temp table level_rows (
               kind varchar, group_number bigint, area_number bigint, year_number integer, since_year integer, {columns}
           )"""
    )
    groups = session.sql(
        """select group_number, area_type, cast(indicator_id as varchar), cast(breakdown_id as varchar), peer_kind, form,
               high_is_good, size
           from level_groups order by group_number"""
    ).fetchall()
    learnt = {}
    part = np.cumsum([group[-1] for group in groups]) // _AT_ONCE
    for number in np.unique(part):
        some = [group for group, own in zip(groups, part, strict=True) if own == number]
        figures = session.sql(
            f"""select group_number, area_number, year_number, segment, value, n_pupils, benchmark_value, published_variance
                from level_points
                inner join level_groups using (area_type, indicator_id, breakdown_id, peer_kind)
                inner join level_areas using (area_id)
                where group_number between {some[0][0]} and {some[-1][0]}
                order by group_number, area_number, year_number"""
        ).fetchnumpy()
        figures = {
            name: np.ma.filled(np.ma.asarray(column).astype(float), np.nan) for name, column in figures.items()
        }
        edges = np.searchsorted(figures["group_number"], [group[0] for group in some] + [some[-1][0] + 1])
        answers = []
        for (group, area_type, indicator, breakdown, kind, form, high_is_good, _), start, stop in zip(
            some, edges[:-1], edges[1:], strict=True
        ):
            line = seeds.get((indicator, kind)) or seeds.get((indicator, "")) or next(
                own for (name, _), own in seeds.items() if name == indicator
            )
            seed = level_rows.seed_spread(line, settings)
            if area_type != "school":
                # of the largest kind of school, which came last before
                seed = level_rows.of_many(learnt.get((indicator, breakdown), seed), settings, area_type)
            answer, spread = level_rows.rows(
                {name: column[start:stop] for name, column in figures.items()},
                *(form, bool(high_is_good), seed, amounts[indicator], _SPANS, area_type == "school" and breakdown == "all"),
            )
            if area_type == "school":
                learnt[indicator, breakdown] = spread
            answers.append({"group_number": np.full(len(answer["kind"]), group), **answer})
        answer = pd.DataFrame(  # noqa: F841 - the query names it
            {name: np.concatenate([one[name] for one in answers]) for name in answers[0]}
        )
        numbers = ", ".join(f"case when not isnan({name}) then {name} end" for name in _NUMBERS)
        session.sql(
            f"""insert into level_rows
                select {level_rows.KIND_SQL}, group_number, area_number, year_number,
                    case when since_year > 0 then since_year end, {numbers}
                from answer"""
        )
    return session.sql(
        """select level_rows.kind, level_groups.area_type, level_areas.area_id, level_groups.indicator_id,
               level_groups.breakdown_id, level_groups.peer_kind, level_groups.high_is_good,
               level_rows.* exclude (kind, group_number, area_number)
           from level_rows
           inner join level_groups on level_rows.group_number = level_groups.group_number
           inner join level_areas on level_rows.area_number = level_areas.area_number"""
    )
