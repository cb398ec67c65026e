"""Groups of similar schools, per academic year and release: nearest on the traits of seed similar_traits, within a phase.

One row per school, academic year, release and neighbour; a school without a group has one row, with the reason. A group
uses figures of its own year and release only, so a later year, or a later release of the year, does not change it.
"""

_COLUMNS = {
    "academic_year": "varchar",
    "release": "varchar",
    "is_latest": "boolean",
    "phase": "varchar",
    "school_id": "varchar",
    "similar_rank": "integer",
    "similar_school_id": "varchar",
    "distance": "double",
    "traits_used": "integer",
    "traits_stated": "integer",
    "traits_missing": "varchar",
    "reason": "varchar",
}
# one value per school, trait and release; where two URNs of a lineage have one, that of the larger cohort
_TRAITS = """
    with releases as (
        select *, release_order = max(release_order) over (partition by academic_year) as is_latest
        from (
            select distinct academic_year, release,
                case release when 'provisional' then 1 when 'revised' then 2 else 3 end as release_order
            from outcomes
            where indicator_id in (select indicator_id from traits)
        ) as published
    ),
    figures as (
        select outcomes.*, traits.trait_id, traits.source, traits.scale, schools.phase, schools.is_independent,
            whole.denominator as whole_cohort,
            case outcomes.release when 'provisional' then 1 when 'revised' then 2 else 3 end as own_order
        from outcomes
        inner join traits
            on outcomes.indicator_id = traits.indicator_id and outcomes.breakdown_id = traits.breakdown_id
        inner join schools
            on outcomes.urn = schools.urn and (traits.phase = 'all' or traits.phase = schools.phase)
        left join outcomes as whole
            on traits.source = 'cohort_share' and outcomes.urn = whole.urn and whole.breakdown_id = 'all'
            and outcomes.indicator_id = whole.indicator_id and outcomes.academic_year = whole.academic_year
            and outcomes.release = whole.release
    ),
    valued as (
        select *,
            case when source = 'value' then value else 100.0 * denominator / nullif(whole_cohort, 0) end as plain_value
        from figures
    )
    select academic_year, release, is_latest, school_id, trait_id,
        -- two URNs of a lineage may be of two kinds: the one with the roll says which
        first_value(phase) over of_school as phase,
        first_value(is_independent) over of_school as is_independent,
        case when scale = 'log' then case when plain_value > 0 then ln(plain_value) end else plain_value end as trait
    from (
        select valued.* exclude (release), releases.release, releases.is_latest,
            row_number() over (
                partition by valued.academic_year, releases.release, school_id, trait_id
                order by
                    case when own_order <= release_order then 0 else 1 end,
                    case when own_order <= release_order then -own_order else own_order end,
                    case when plain_value is null then 1 else 0 end, denominator desc nulls last, urn desc
            ) as choice
        from valued
        inner join releases on valued.academic_year = releases.academic_year
    ) as ranked
    where choice = 1
    window of_school as (
        partition by academic_year, release, school_id order by case when trait_id = 'roll' then 0 else 1 end, trait_id
    )
    order by academic_year, release, phase, is_independent, school_id, trait_id
"""


def model(dbt, session):
    """The groups, as a table of the columns above."""
    import numpy as np
    import pandas as pd

    from methods import similar

    dbt.config(materialized="table")
    outcomes = dbt.ref("int_outcomes__by_school")  # noqa: F841 - the query names it
    schools = dbt.ref("int_schools__described")  # noqa: F841
    traits = dbt.ref("similar_traits")
    stated = traits.df()
    settings = dict(dbt.ref("comparison_settings").project("setting, value").fetchall())
    size = int(settings["similar_size"])
    figures = session.sql(_TRAITS).df()
    parts = []
    keys = ["academic_year", "release", "is_latest", "phase", "is_independent"]
    for key, part in figures.groupby(keys, dropna=False, sort=True):
        own = dict(zip(keys, key, strict=True))
        asked = stated[stated["phase"].isin(["all", own["phase"]])]
        wide = part.pivot(index="school_id", columns="trait_id", values="trait").reindex(columns=asked["trait_id"])
        values = wide.to_numpy(dtype=float, na_value=np.nan)
        least = int(np.ceil(settings["similar_least_traits_share"] * len(asked)))
        placed = isinstance(own["phase"], str)
        found = similar.groups(
            values if placed else np.full_like(values, np.nan),
            asked["weight"].to_numpy(dtype=float),
            size,
            settings["similar_missing_penalty"],
            least,
        )
        known = (~np.isnan(values)).sum(axis=1)
        ids = wide.index.to_numpy(dtype=object)
        names = asked["name"].to_numpy(dtype=object)
        # few patterns of missing traits, many schools
        patterns, pattern = np.unique(np.isnan(values), axis=0, return_inverse=True)
        missing = np.array(["; ".join(names[gaps]) for gaps in patterns], dtype=object)[pattern.ravel()]
        row, place = np.nonzero(found.neighbours >= 0)
        none = np.flatnonzero((found.neighbours < 0).all(axis=1))
        why = np.where(
            known[none] < least,
            [f"Only {count} of the {len(asked)} stated traits of the school are known" for count in known[none]],
            "There is no other school of its phase to compare with" if placed else "The school's phase is not known",
        )
        for at, rank, other, distance, reason in (
            (row, place + 1, ids[found.neighbours[row, place]], found.distances[row, place], None),
            (none, None, None, np.nan, why.astype(object)),
        ):
            parts.append(
                pd.DataFrame(
                    {
                        "academic_year": own["academic_year"],
                        "release": own["release"],
                        "is_latest": bool(own["is_latest"]),
                        "phase": own["phase"] if placed else None,
                        "school_id": ids[at],
                        "similar_rank": pd.array(rank if rank is not None else [None] * len(at), dtype="Int32"),
                        "similar_school_id": other if other is not None else [None] * len(at),
                        "distance": distance,
                        "traits_used": known[at].astype("int32"),
                        "traits_stated": len(asked),
                        "traits_missing": missing[at],
                        "reason": reason,
                    }
                )
            )
    types = ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in _COLUMNS.items())
    # an empty part has columns without a type, which would take the type from the others
    parts = [part for part in parts if len(part)]
    rows = pd.concat(parts) if parts else pd.DataFrame({name: pd.Series(dtype="object") for name in _COLUMNS})  # noqa: F841
    return session.sql(f"select {types} from rows")
