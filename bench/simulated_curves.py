"""Countries whose partnerships change nothing, or change by ten points: how often a curve is found to have turned.

Belongs here: simulated schools whose truth is known, and what the product's own SQL makes of them. Does not belong here: the
methods. A country has forty authorities of 24 primary schools and nine years; each authority has one partnership of six,
so that a world is a partnership. Figures are shares of cohorts of about forty pupils; schools differ for good, move from
year to year, and share the years of their authority and of the country.
"""

from __future__ import annotations

import csv
from collections.abc import Callable

import duckdb
import numpy as np
import pandas as pd

from bench.figures import Figure
from orchestration.contracts import seed_file
from tests.macro_sql import model

AUTHORITIES, SCHOOLS, MEMBERS, YEARS = 40, 24, 6, 9
BASELINE, TARGET = 2011, 2013
FIRST = 2006
RISE = 10.0
Limits = tuple[float | None, float | None]
_RULES = seed_file("curve_rules.csv")
_MODELS = ("int_groups__drawn", "int_forecasts__made", "int_forecast_methods__chosen", "curve_point", "curve")


def run(worlds: int, seed: int = 1) -> list[Figure]:
    """False alarms without an effect, finds with one, and how many figures the interval of nine in ten held."""
    rng = np.random.default_rng(seed)
    countries = max(2, -(-worlds // (2 * AUTHORITIES)))
    # partnerships of a country share its years, so a country is one draw of chance
    still = [_country(rng, 0.0) for _ in range(countries)]
    moved = [_country(rng, RISE) for _ in range(countries)]
    each = (
        f"{AUTHORITIES} partnerships of {MEMBERS} schools in each of {countries} countries of {AUTHORITIES * SCHOOLS}"
    )

    def figure(name: str, made: list[pd.DataFrame], of: Callable[[pd.DataFrame], pd.Series], limits: Limits) -> Figure:
        shares = np.array([of(country).mean() for country in made])
        error = float(shares.std(ddof=1) / len(shares) ** 0.5)
        note = f"Simulated: {each}, two years ahead"
        return Figure("curve", name, float(shares.mean()), *limits, len(made) * AUTHORITIES, note, error)

    def called(country: pd.DataFrame) -> pd.Series:
        return country["verdict"].isin(["turned", "turning"])

    def inside(country: pd.DataFrame) -> pd.Series:
        return country["verdict_value"].between(country["expected_low"], country["expected_high"])

    return [
        figure("turned or turning though nothing changed", still, called, (None, 0.05)),
        figure("inside the interval of nine in ten", still, inside, (0.85, 0.95)),
        # no promise is made of what is found; it is printed so that nobody takes "not turned" for "nothing happened"
        figure("turned or turning after ten points", moved, called, (None, None)),
    ]


def _country(rng: np.random.Generator, rise: float) -> pd.DataFrame:
    """The mart curve of one country whose partnerships rise by so many points after the baseline."""
    count = AUTHORITIES * SCHOOLS
    authority = np.repeat(np.arange(AUTHORITIES), SCHOOLS)
    member = np.tile(np.arange(SCHOOLS) < MEMBERS, AUTHORITIES)
    level = rng.normal(62, 9, count)
    size = np.clip(np.exp(rng.normal(3.6, 0.4, count)), 12, 120)
    frames = []
    for year in range(FIRST, FIRST + YEARS):
        wanted = level + rng.normal(0, 3, count) + rng.normal(0, 1.5, AUTHORITIES)[authority] + rng.normal(0, 1.5)
        wanted = wanted + (rise * member if year > BASELINE else 0)
        cohort = rng.poisson(size) + 1
        value = 100 * rng.binomial(cohort, np.clip(wanted / 100, 0.02, 0.98)) / cohort
        frames.append(
            pd.DataFrame(
                {
                    "school_id": [f"S{place:04}" for place in range(count)],
                    "year": year,
                    "value": value,
                    "n_pupils": cohort,
                }
            )
        )
    schools = pd.DataFrame({"school_id": frames[0]["school_id"], "la_code": authority.astype(str), "is_member": member})
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.register("drawn_figures", pd.concat(frames))
        connection.register("drawn_schools", schools)
        connection.execute(_TABLES)
        with _RULES.open(encoding="utf-8", newline="") as file:
            connection.register("rules", pd.DataFrame(csv.DictReader(file)))
        connection.execute("create table curve_rules as from rules")
        for name in _MODELS:
            connection.execute(f"create table {name} as {model(name)}")
        return connection.execute("from curve").df()


_TABLES = f"""
    create table indicators as select 'x' as indicator_id, 'proportion' as kind, 'primary' as phase;
    create table dim_indicator as select 'x' as indicator_id, 11 as minimum_pupils;
    create table dim_school as
        select school_id, school_id as urn, 'primary' as phase, la_code, true as is_current from drawn_schools;
    create table int_school_years__weighed as
        select school_id, school_id as urn, 'x' as indicator_id, 'all' as breakdown_id,
            year || '/' || lpad(cast((year + 1) % 100 as varchar), 2, '0') as academic_year, 'proportion' as kind, value,
            cast(n_pupils as double) as n_pupils, cast(n_pupils as double) as denominator, cast(null as double) as ci_low,
            cast(null as double) as ci_high, 'wilson' as ci_method, true as is_figure_of_lineage
        from drawn_figures;
    create table partnership_membership as
        select 'P' || la_code as partnership_id, school_id, date '2000-09-01' as joined_on, cast(null as date) as left_on
        from drawn_schools where is_member;
    create table int_area_years__calculated as
        select 'partnership' as area_type, partnership_id as area_id, indicator_id, breakdown_id, academic_year,
            sum(value * n_pupils) / sum(n_pupils) as value, sum(n_pupils) as n_pupils, count(*) as n_schools,
            cast(null as double) as ci_low, cast(null as double) as ci_high, 'wilson' as ci_method,
            'primary' as shared_phase, 'ok' as status
        from int_school_years__weighed join partnership_membership using (school_id) group by all;
    create table curve_priority as
        select distinct partnership_id, '{BASELINE}/{BASELINE % 100 + 1}' as academic_year, '1' as priority_number,
            'A priority' as priority, 'x' as indicator_id, 'all' as breakdown_id, 'up' as direction, 60.0 as baseline,
            '{BASELINE}/{BASELINE % 100 + 1}' as baseline_year, 95.0 as target,
            '{TARGET}/{TARGET % 100 + 1}' as target_year, cast(null as varchar) as story, 'f' as file_id
        from partnership_membership;
    create table curve_essential (partnership_id varchar, academic_year varchar, priority_number varchar, due_on date,
        done_on date);
    create table step_change (area_kind varchar, area_id varchar, indicator_id varchar, from_year varchar);
"""
