"""Impact of joining a partnership and of being reviewed: the estimates, and the effect in each year around the event.

Two kinds of rows: one per event type, scope and indicator (`relative_year` null), and one per relative year of it. A scope is
a partnership or `all`. The method is `methods.impact`; this hands it arrays and takes its answers.
"""

_FIGURES = """
    with ordered as (select school_id, row_number() over (order by school_id) - 1 as place from schools),
    -- under the names that figures have: as they are held there
    places as (
        select named.school_id, ordered.place
        from (select distinct school_id from figures) as named
        inner join ordered on cast(named.school_id as varchar) = ordered.school_id
    )
    select numbered.number, places.place, cast(left(figures.academic_year, 4) as integer) as year, figures.value,
        figures.n_pupils
    from figures
    inner join numbered on figures.indicator_id = numbered.indicator_id
    inner join places on figures.school_id = places.school_id
    where figures.breakdown_id = 'all' and figures.is_figure_of_lineage
        and figures.indicator_id in (
            select figures.indicator_id from figures
            where figures.value is not null and figures.school_id in (select school_id from events)
        )
    order by number, place, year
"""
_COLUMNS = {
    "event_type": "varchar",
    "scope": "varchar",
    "indicator_id": "varchar",
    "relative_year": "integer",
    "n_schools_considered": "bigint",
    "n_schools": "bigint",
    "n_clusters": "bigint",
    "n_comparison_schools": "bigint",
    "n_comparison_clusters": "bigint",
    "n_took_part_before": "bigint",
    "n_no_figure_before": "bigint",
    "n_no_figure_after": "bigint",
    "n_no_pool": "bigint",
    "n_none_alike": "bigint",
    "first_year": "integer",
    "last_year": "integer",
    "years_before": "bigint",
    "n_pupils": "double",
    "level_before": "double",
    "method": "varchar",
    "estimate": "double",
    "se": "double",
    "df": "double",
    "ci_low": "double",
    "ci_high": "double",
    "p_value": "double",
    "p_value_adjusted": "double",
    "estimates_made": "bigint",
    "p_value_randomisation": "double",
    "mde": "double",
    "shared_variance": "double",
    "pre_trend_p_value": "double",
    "verdict": "varchar",
    "reason_id": "varchar",
}


def model(dbt, session):
    """The rows described above, typed also where there are none."""
    import numpy as np
    import pandas as pd

    from methods import impact

    dbt.config(materialized="table")
    figures = dbt.ref("int_school_years__weighed")  # noqa: F841 - the query names it
    measures = dbt.ref("impact_measures")
    events = dbt.ref("int_impact__events")
    schools = dbt.ref("int_impact__schools")
    polarity = dict(dbt.ref("indicators").project("indicator_id, polarity").fetchall())
    meaningful = dict(measures.project("indicator_id, meaningful_effect").fetchall())
    facts = schools.order("school_id").df()
    happened = events.order("event_type, partnership_id, school_id").df()
    # a country's figures come as whole numbers: of the measure, and of the school in the order above
    names = sorted(meaningful)
    numbered = pd.DataFrame({"indicator_id": pd.Series(names, dtype="str"), "number": np.arange(len(names))})  # noqa: F841
    fetched = session.sql(_FIGURES).fetchnumpy()
    long = {
        name: np.ma.filled(column.astype(float), np.nan) if name in ("value", "n_pupils") else np.asarray(column)
        for name, column in fetched.items()
    }
    starts = np.searchsorted(long["number"], np.arange(len(names) + 1))
    by_measure = [
        (name, {key: column[slice(*ends)] for key, column in long.items()})
        for name, ends in zip(names, zip(starts, starts[1:], strict=False), strict=True)
        if ends[0] < ends[1]
    ]

    def codes(values):
        return pd.factorize(values, sort=True)[0].astype(np.int64)

    place = pd.Series(np.arange(len(facts)), index=facts["school_id"])
    # one list of numbers for partnerships, whether a school is in one or its event was in one
    known = sorted(set(facts["partnership_id"].dropna()) | set(happened["partnership_id"]))
    number = {name: code for code, name in enumerate(known)}
    everyone = impact.Schools(
        phase=codes(facts["phase"]),
        authority=codes(facts["la_code"]),
        trust=codes(facts["trust_name"]),
        partnership=facts["partnership_id"].map(number).fillna(-1).to_numpy(dtype=np.int64),
        need=facts["need"].to_numpy(dtype=float),
        may_compare=~facts["is_independent"].to_numpy(dtype=bool),
    )
    happened["place"] = happened["school_id"].map(place)
    found = []
    for event_type, of_type in happened.groupby("event_type"):
        exposed = np.full(len(facts), impact.NEVER, dtype=np.int64)
        np.minimum.at(exposed, of_type["place"].to_numpy(), of_type["first_year"].to_numpy())
        own = of_type[of_type["is_own"]].sort_values(["happened_on", "partnership_id", "place"], kind="stable")
        own = own.assign(is_first=~own.duplicated("school_id"))
        for indicator, rows in by_measure:
            found += _of_indicator(impact, everyone, exposed, own, number, rows, event_type, indicator)
    families = {}
    for row in found:
        if row["relative_year"] is None:
            families.setdefault((row["event_type"], row["scope"]), []).append(row)
    for rows in families.values():
        adjusted = impact.claims(np.array([row["p_value"] for row in rows]))
        made = int(np.isfinite(adjusted).sum())
        for row, p_adjusted in zip(rows, adjusted, strict=True):
            indicator = row["indicator_id"]
            row["p_value_adjusted"], row["estimates_made"] = float(p_adjusted), made
            row["verdict"], row["reason_id"] = impact.verdict(
                row.pop("answer"), float(p_adjusted), polarity[indicator], meaningful[indicator]
            )
    answer = pd.DataFrame(found, columns=list(_COLUMNS)).astype(  # noqa: F841 - the query names it
        {name: "float64" for name, kind in _COLUMNS.items() if kind != "varchar"}
    )
    columns = ", ".join(
        f"cast({name} as varchar) as {name}"
        if kind == "varchar"
        else f"cast(case when not isnan({name}) then {name} end as {kind}) as {name}"
        for name, kind in _COLUMNS.items()
    )
    return session.sql(f"select {columns} from answer")


def _of_indicator(impact, everyone, exposed, own, number, rows, event_type, indicator):
    import numpy as np

    here = np.unique(rows["place"])
    at = np.full(len(exposed), -1, dtype=np.int64)
    at[here] = np.arange(len(here))
    years = np.arange(int(rows["year"].min()), int(rows["year"].max()) + 1)
    values, pupils = np.full((len(here), len(years)), np.nan), np.full((len(here), len(years)), np.nan)
    cell = at[rows["place"]], rows["year"] - years[0]
    values[cell], pupils[cell] = rows["value"], rows["n_pupils"]
    mine = own[at[own["place"].to_numpy()] >= 0]
    if not len(mine):
        return []
    events = impact.Events(
        school=at[mine["place"].to_numpy()],
        partnership=mine["partnership_id"].map(number).to_numpy(dtype=np.int64),
        first_year=mine["first_year"].to_numpy(dtype=np.int64),
        blurred=~mine["is_first"].to_numpy(dtype=bool),
        exposed=exposed[here],
    )
    study = impact.Study(impact.Series(years, values, pupils), everyone.take(here), events)
    scopes = [(scope, events.partnership == number[scope]) for scope in sorted(set(mine["partnership_id"]))]
    found = []
    for scope, of in [("all", mine["is_first"].to_numpy(dtype=bool)), *scopes]:
        answer = study.estimate(of)
        head = {"event_type": event_type, "scope": scope, "indicator_id": indicator, "relative_year": None}
        found.append(
            head
            | {
                "answer": answer,
                "n_schools_considered": answer.considered,
                "n_schools": answer.schools,
                "n_clusters": answer.clusters,
                "n_comparison_schools": answer.comparison_schools,
                "n_comparison_clusters": answer.comparison_clusters,
                **{f"n_{reason}": number for reason, number in answer.dropped.items()},
                "first_year": min(answer.years, default=None),
                "last_year": max(answer.years, default=None),
                "years_before": answer.years_before,
                "n_pupils": answer.pupils,
                "level_before": answer.level_before,
                "method": answer.method,
                "estimate": answer.estimate,
                "se": answer.se,
                "df": answer.df,
                "ci_low": answer.low,
                "ci_high": answer.high,
                "p_value": answer.p,
                "p_value_randomisation": answer.p_randomisation,
                "mde": answer.smallest_visible,
                "shared_variance": answer.shared,
                "pre_trend_p_value": answer.pre_trend_p,
            }
        )
        found += [
            head
            | {
                "relative_year": year.relative_year,
                "n_schools": year.schools,
                "estimate": year.estimate,
                "ci_low": year.low,
                "ci_high": year.high,
            }
            for year in answer.by_year
        ]
    return found
