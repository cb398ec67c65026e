"""What each school's group of similar schools averages to, per indicator, breakdown and year, weighed by cohort.

One row per figure of a school that has a group. Joining groups to figures row by row would make a hundred million rows of
England; here each year's figures of one measure are one array and a group is a list of places in it.
"""


def model(dbt, session):
    """school_id, indicator_id, breakdown_id, academic_year, similar_value, n_similar_schools, n_similar_pupils."""
    import numpy as np
    import pandas as pd

    from methods import similar

    dbt.config(materialized="table")
    matched = dbt.ref("int_similar_schools__matched")  # noqa: F841 - the queries name it
    benchmarked = dbt.ref("int_school_years__benchmarked")  # noqa: F841
    # schools and years by the numbers their names have in the enumerations of the groups
    session.sql(
        """create or replace temp table grouped_schools as
           select figures.school_id, enum_code(groups.school_id) as place
           from (select distinct school_id from benchmarked) as figures
           inner join (select distinct school_id from matched) as groups
               on cast(figures.school_id as varchar) = cast(groups.school_id as varchar)"""
    )
    years = session.sql(
        "select cast(academic_year as varchar) as academic_year, enum_code(academic_year) as year "
        "from (select distinct academic_year from matched)"
    ).df()
    pairs = session.sql(
        """select enum_code(academic_year) as year, enum_code(school_id) as own, enum_code(similar_school_id) as other,
               similar_rank
           from matched
           where is_latest and similar_school_id is not null"""
    ).fetchnumpy()
    session.sql(
        """create or replace temp table averaged_measures as
           select *, row_number() over (order by academic_year, indicator_id, breakdown_id) - 1 as measure
           from (
               select distinct academic_year, indicator_id, breakdown_id from benchmarked
               where polarity <> 'none' and value is not null and n_pupils > 0
           )"""
    )
    measure_years = [
        year
        for (year,) in session.sql(
            "select cast(academic_year as varchar) from averaged_measures order by measure"
        ).fetchall()
    ]
    figures = session.sql(
        """select measure, place, value, n_pupils
           from benchmarked
           inner join averaged_measures as measures
               on benchmarked.academic_year = measures.academic_year
               and benchmarked.indicator_id = measures.indicator_id and benchmarked.breakdown_id = measures.breakdown_id
           inner join grouped_schools as schools on benchmarked.school_id = schools.school_id
           where value is not null and n_pupils > 0
           order by measure, place"""
    ).fetchnumpy()
    ((count,),) = session.sql("select coalesce(max(enum_code(school_id)) + 1, 0) from matched").fetchall()
    groups = {}
    size = int(pairs["similar_rank"].max()) if len(pairs["own"]) else 0
    for number, year in zip(years["year"], years["academic_year"], strict=True):
        here = np.asarray(pairs["year"]) == number
        if not here.any():
            continue
        neighbours = np.full((count, size), -1, dtype=np.int64)
        neighbours[pairs["own"][here], pairs["similar_rank"][here] - 1] = pairs["other"][here]
        groups[year] = neighbours
    mean = np.full(len(figures["value"]), np.nan)
    schools = np.zeros(len(mean), dtype=np.int64)
    pupils = np.zeros(len(mean))
    starts = np.searchsorted(figures["measure"], np.arange(len(measure_years) + 1))
    for measure, year in enumerate(measure_years):
        part = slice(starts[measure], starts[measure + 1])
        if year not in groups:
            continue
        places = figures["place"][part]
        values, cohorts = np.full(count, np.nan), np.zeros(count)
        values[places], cohorts[places] = figures["value"][part], figures["n_pupils"][part]
        mean[part], schools[part], pupils[part] = similar.averages(groups[year][places], values, cohorts)
    answer = pd.DataFrame(  # noqa: F841
        {"measure": figures["measure"], "place": figures["place"], "mean": mean, "schools": schools, "pupils": pupils}
    )
    return session.sql(
        """select schools.school_id, measures.indicator_id, measures.breakdown_id, measures.academic_year,
               cast(mean as double) as similar_value, cast(schools as bigint) as n_similar_schools, pupils as n_similar_pupils
           from answer
           inner join grouped_schools as schools on answer.place = schools.place
           inner join averaged_measures as measures on answer.measure = measures.measure
           where schools > 0"""
    )
