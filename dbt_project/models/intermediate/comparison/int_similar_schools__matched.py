"""Groups of similar schools, per academic year and release: nearest on the traits of seed similar_traits, within a phase.

One row per school, academic year, release and neighbour; a school without a group has one row, with the reason. A group
uses figures of its own year and release only, so a later year, or a later release of the year, does not change it. Names and
texts are the engine's enumerations: a country has millions of neighbours, and their names are put to them where they are read.
"""

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
"""
# what one group is chosen among
_KINDS = "academic_year, release, is_latest, phase, is_independent"
_PARTS = (
    *("kind_number", "school_number", "rank", "other_number", "distance", "traits_used", "traits_stated", "missing"),
    "reason",
)


def model(dbt, session):
    """The groups, as a table of the columns above."""
    import numpy as np
    import pandas as pd

    from methods import similar

    dbt.config(materialized="table")
    outcomes = dbt.ref("fct_outcome")  # noqa: F841 - the query names it
    schools = dbt.ref("int_schools__measured")  # noqa: F841
    traits = dbt.ref("similar_traits")
    stated = traits.df()
    settings = dict(dbt.ref("comparison_settings").project("setting, value").fetchall())
    size = int(settings["similar_size"])
    session.sql(f"create or replace temp table similar_values as {_TRAITS}")
    session.sql(
        f"""create or replace temp table similar_kinds as
            select *, cast(row_number() over (order by {_KINDS}) - 1 as integer) as kind_number
            from (select distinct {_KINDS} from similar_values)"""
    )
    session.sql(
        """create or replace temp table similar_ids as
           select school_id, cast(row_number() over (order by school_id) - 1 as integer) as school_number
           from (select distinct school_id from similar_values)"""
    )
    places = pd.DataFrame({"trait_id": stated["trait_id"], "place": np.arange(len(stated), dtype="int32")})  # noqa: F841
    figures = session.sql(
        f"""select kind_number, school_number, place, trait
            from similar_values
            inner join similar_ids using (school_id)
            inner join places using (trait_id)
            inner join similar_kinds on {
            " and ".join(f"similar_values.{key} is not distinct from similar_kinds.{key}" for key in _KINDS.split(", "))
        }
            order by kind_number, school_number"""
    ).fetchnumpy()
    kind, school, place = (np.asarray(figures[name]) for name in ("kind_number", "school_number", "place"))
    trait = np.ma.filled(figures["trait"].astype(float), np.nan)
    kinds = session.sql(f"select kind_number, {_KINDS} from similar_kinds order by kind_number").df()
    names = session.sql("select school_id from similar_ids order by school_number").df()["school_id"]
    # texts of what is missing and of why there is no group, each once, and the place of each row's in the list
    texts, parts = [], []
    for number, phase in enumerate(kinds["phase"]):
        own = slice(*np.searchsorted(kind, [number, number + 1]))
        asked = np.flatnonzero(stated["phase"].isin(["all", phase]))
        ids, at = np.unique(school[own], return_inverse=True)
        wide = np.full((len(ids), len(stated)), np.nan)
        wide[at, place[own]] = trait[own]
        values = wide[:, asked]
        least = int(np.ceil(settings["similar_least_traits_share"] * len(asked)))
        found = similar.groups(
            values if pd.notna(phase) else np.full_like(values, np.nan),
            stated["weight"].to_numpy(dtype=float)[asked],
            size,
            settings["similar_missing_penalty"],
            least,
        )
        known = (~np.isnan(values)).sum(axis=1)
        said = stated["name"].to_numpy(dtype=object)[asked]
        # few patterns of missing traits, many schools
        patterns, pattern = np.unique(np.isnan(values), axis=0, return_inverse=True)
        missing = len(texts) + pattern.ravel()
        texts += ["; ".join(said[gaps]) for gaps in patterns]
        reason = len(texts) + known
        texts += [
            f"Only {count} of the {len(asked)} stated traits of the school are known"
            if count < least
            else "There is no other school of its phase to compare with"
            if pd.notna(phase)
            else "The school's phase is not known"
            for count in range(len(asked) + 1)
        ]
        row, rank = np.nonzero(found.neighbours >= 0)
        none = np.flatnonzero((found.neighbours < 0).all(axis=1))
        parts.append(
            {
                "kind_number": np.full(len(row) + len(none), number),
                "school_number": ids[np.concatenate([row, none])],
                "rank": np.concatenate([rank + 1, np.zeros(len(none), dtype=int)]),
                "other_number": np.concatenate([ids[found.neighbours[row, rank]], np.full(len(none), -1)]),
                "distance": np.concatenate([found.distances[row, rank], np.full(len(none), np.nan)]),
                "traits_used": known[np.concatenate([row, none])],
                "traits_stated": np.full(len(row) + len(none), len(asked)),
                "missing": missing[np.concatenate([row, none])],
                "reason": np.concatenate([np.full(len(row), -1), reason[none]]),
            }
        )
    if not parts:
        parts = [dict.fromkeys(_PARTS, np.empty(0))]
    rows = {name: np.concatenate([part[name] for part in parts]) for name in _PARTS}
    kind = rows["kind_number"].astype(np.int64)

    def named(codes, values):
        """The values of these numbers as categories; a number below 0 is none."""
        kept, number = np.unique(np.asarray(values, dtype=str), return_inverse=True)
        found = np.where(codes < 0, -1, number[codes]) if len(kept) else np.full(len(codes), -1)
        return pd.Categorical.from_codes(found, pd.Index(kept, dtype="str"))

    def whole(name):
        return rows[name].astype(np.int32)

    matched = pd.DataFrame(  # noqa: F841 - the query names it
        {
            "academic_year": named(kind, kinds["academic_year"]),
            "release": named(kind, kinds["release"]),
            "is_latest": kinds["is_latest"].to_numpy(dtype=bool)[kind],
            "phase": named(np.where(kinds["phase"].isna().to_numpy()[kind], -1, kind), kinds["phase"].fillna("")),
            "school_id": named(whole("school_number"), names),
            "similar_rank": whole("rank"),
            "similar_school_id": named(whole("other_number"), names),
            "distance": rows["distance"].astype(float),
            "traits_used": whole("traits_used"),
            "traits_stated": whole("traits_stated"),
            "traits_missing": named(whole("missing"), texts),
            "reason": named(whole("reason"), texts),
        }
    )
    return session.sql(
        """select * replace (
               nullif(similar_rank, 0) as similar_rank, case when similar_rank > 0 then distance end as distance
           )
           from matched"""
    )
