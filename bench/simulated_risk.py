"""Worlds in which it is known which schools are in trouble: how often do the rules of the register cry wolf?

Here: worlds of schools that differ, with cohorts that vary more from year to year than chance alone allows, and in every
second world a tenth of schools in real trouble; and the counts over many such worlds. The product's own SQL and
`methods.placing` answer, from the figures to the flags. Does not belong here: any part of the method.
"""

from __future__ import annotations

import csv

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.figures import Figure
from orchestration.contracts import seed_file
from tests.macro_sql import make, make_signals, render

Floats = NDArray[np.float64]

SCHOOLS = 120
"""Schools of one world, the size of a large authority's primary schools."""
YEARS = 12
LAST = 2018
BAD_SHARE = 0.1
BATCH = 100
"""Worlds that are held in memory at once."""

ENGLAND, ENGLAND_GAP = 0.64, 0.20
BETWEEN, YEARLY = 0.08, 0.03
"""Standard deviation of schools, and of one school from year to year beyond chance, as shares of pupils."""
GAP_BETWEEN, GAP_YEARLY = 0.05, 0.03
PUPIL_SPREAD, PROGRESS_BETWEEN, PROGRESS_YEARLY = 5.8, 1.6, 0.7
"""Progress scores: standard deviation of pupils, of schools, and of one school from year to year beyond chance."""

RULES = {
    "risk_funnel": "funnel",
    "risk_trend": "trend",
    "risk_signal": "signal",
    "risk_gap_widening": "gap_widening",
    "risk_gap_wide": "gap_wide",
}
_PROPORTION, _PROGRESS = "ks2_rwm_expected_pct", "ks2_maths_progress"


def worlds_of_schools(first: int, count: int, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Figures of `count` worlds, numbered from `first`, and which of their schools are in trouble, in which way.

    In worlds of odd number a tenth of schools are: `fell` (two years ago), `declines` (five years running) or `gap` (that of
    disadvantaged pupils opened two years ago); `none` are all others.
    """
    rows = count * SCHOOLS
    world = np.repeat(np.arange(first, first + count), SCHOOLS)
    names = np.array([f"w{w:05d}-{s:03d}" for w in range(first, first + count) for s in range(SCHOOLS)])
    kinds = np.array(["fell", "declines", "gap"])[np.arange(rows) % 3]
    in_trouble = (world % 2 == 1) & (np.arange(rows) % SCHOOLS < BAD_SHARE * SCHOOLS)
    trouble = np.where(in_trouble, kinds, "none")
    size = np.clip(rng.lognormal(np.log(42), 0.5, rows), 14, 130)
    level, progress = rng.normal(0, BETWEEN, rows), rng.normal(0, PROGRESS_BETWEEN, rows)
    gap = rng.normal(ENGLAND_GAP, GAP_BETWEEN, rows)
    frames = []
    for position in range(YEARS):
        back = YEARS - 1 - position
        lost = np.where(trouble == "fell", -0.22 * (back < 2), 0.0) + np.where(
            trouble == "declines", -0.05 * max(0, 5 - back), 0.0
        )
        opened = np.where(trouble == "gap", 0.25 * (back < 2), 0.0)
        n = np.maximum(11, np.round(size * rng.uniform(0.92, 1.08, rows))).astype(int)
        poor = np.round(0.35 * n).astype(int)
        others = n - poor
        share = ENGLAND + level + lost + rng.normal(0, YEARLY, rows)
        apart = gap + opened + rng.normal(0, GAP_YEARLY, rows)
        right_poor = rng.binomial(poor, np.clip(share - 0.65 * apart, 0.02, 0.98))
        right_others = rng.binomial(others, np.clip(share + 0.35 * apart, 0.02, 0.98))
        error = PUPIL_SPREAD / np.sqrt(n)
        score = progress + 18 * lost + rng.normal(0, PROGRESS_YEARLY, rows) + rng.normal(0, 1, rows) * error
        year = f"{LAST - back}/{(LAST - back + 1) % 100:02d}"
        for indicator, breakdown, value, right, of in (
            (_PROPORTION, "all", 100 * (right_poor + right_others) / n, right_poor + right_others, n),
            (_PROPORTION, "disadvantaged", 100 * right_poor / poor, right_poor, poor),
            (_PROPORTION, "not_disadvantaged", 100 * right_others / others, right_others, others),
            (_PROGRESS, "all", np.round(score, 1), None, n),
        ):
            if breakdown != "all" and back > 2:
                continue
            frames.append(
                pd.DataFrame(
                    {
                        "school_id": names,
                        "world": world,
                        "indicator_id": indicator,
                        "breakdown_id": breakdown,
                        "academic_year": year,
                        "value": value,
                        "numerator": np.nan if right is None else right,
                        "denominator": of,
                        "ci_low": np.nan if right is not None else score - 1.96 * error,
                        "ci_high": np.nan if right is not None else score + 1.96 * error,
                    }
                )
            )
    return pd.concat(frames), pd.DataFrame({"school_id": names, "world": world, "trouble": trouble})


def flags_of(figures: pd.DataFrame) -> pd.DataFrame:
    """Every test of the last year of each world: world, area_id, rule_id, p_value, q_value, fires."""
    session = duckdb.connect()
    session.execute("set threads = 2")
    make(session, "indicators", "comparison_settings", "series_breaks", "risk_rules", "measured")
    session.execute("delete from series_breaks")
    session.execute("create view dim_indicator as select * from indicators")
    for empty, columns in {
        "int_step_changes__dated": "area_type varchar, area_id varchar, indicator_id varchar, from_year varchar, reason varchar",
        "curve_priority": "partnership_id varchar, indicator_id varchar, breakdown_id varchar, academic_year varchar, "
        "priority_number varchar, target double, direction varchar",
    }.items():
        session.execute(f"create table {empty} ({columns})")
    session.register("simulated", figures)
    low, high = (render(f"{{{{ wilson('value', 'denominator', {side}) }}}}") for side in (-1, 1))
    session.execute(
        f"""create table benchmarked as
            select school_id, school_id as urn, indicator_id, breakdown_id, academic_year, 'final' as release, kind, polarity,
                cast(minimum_pupils as integer) as minimum_pupils, 'primary' as phase, cast(world as varchar) as peer_kind, value,
                row_number() over () as figure_number,
                case when not isnan(numerator) then numerator end as numerator, cast(denominator as double) as denominator,
                cast(denominator as double) as n_pupils, case when kind = 'proportion' then {low} else ci_low end as ci_low,
                case when kind = 'proportion' then {high} else ci_high end as ci_high, 'ok' as status,
                cast(null as double) as authority_value,
                case when kind = 'progress' then 0.0 else {100 * ENGLAND} end as england_value
            from simulated inner join indicators using (indicator_id)"""
    )
    session.execute(
        f"""create table trend_series as
            select 'school' as area_type, school_id as area_id, indicator_id, breakdown_id, academic_year, value,
                denominator as n_pupils, ci_low, ci_high, 'published' as ci_method
            from benchmarked where breakdown_id = 'all'
            union all
            select 'england', 'england', '{_PROPORTION}', breakdown_id, academic_year, value, null, null, null, 'none'
            from (select distinct academic_year from benchmarked),
                (values ('disadvantaged', 50.0), ('not_disadvantaged', {50 + 100 * ENGLAND_GAP})) as known(breakdown_id, value)"""
    )
    session.execute("create table int_area_series__benchmarked as from trend_series")
    last = f"{LAST}/{(LAST + 1) % 100:02d}"
    session.execute(
        f"""create table int_school_years__benchmarked as
            select * from benchmarked where academic_year = '{last}' and breakdown_id = 'all'"""
    )
    make(session, "int_school_years__placed", "funnel")
    session.execute("drop table int_school_years__benchmarked")
    session.execute("alter table benchmarked rename to int_school_years__benchmarked")
    make(session, "pupil_gap")
    make_signals(session, "trend_signal")
    # a world is a year of its own: what is read together, and whose spread is printed together
    session.execute(
        f"""create table tests_made as
            select * replace (substr(area_id, 1, 6) as academic_year)
            from ({render("{{ risk_tests() }}")}) where academic_year = '{last}'"""
    )
    answer = session.execute(
        f"""select cast(substr(academic_year, 2) as integer) as world, area_id, family, p_value, q_value, fires
            from ({render("{{ risk_tests_controlled('tests_made') }}")}) as tests
            inner join risk_rules on tests.rule_id = risk_rules.rule_id"""
    ).df()
    session.close()
    return answer


def false_share(flags: pd.DataFrame, trouble: pd.DataFrame, level: float) -> Floats:
    """Share of false ones among the strong flags of each world, 0 where there are none."""
    strong = flags[flags.fires & (flags.q_value <= level)].merge(trouble, left_on="area_id", right_on="school_id")
    gap_rule = strong.family.isin(["gap_widening", "gap_wide"])
    # a gap that opens lowers the school's own figure too; a school that falls as a whole has no wider gap
    strong = strong.assign(false=(strong.trouble == "none") | (gap_rule & strong.trouble.isin(["fell", "declines"])))
    shares = strong.groupby("world_x").false.mean()
    every = np.sort(trouble.world.unique())
    found: Floats = shares.reindex(every, fill_value=0.0).to_numpy(dtype=np.float64)
    return found


def run(worlds: int = 1000, seed: int = 4) -> list[Figure]:
    """False-alarm rates of the rules in worlds without trouble, and the share of false strong flags in the others."""
    rng = np.random.default_rng([seed, 14])
    fired: dict[str, list[int]] = {rule: [0, 0] for rule in RULES}
    shares, found = [], [0, 0]
    for first in range(0, worlds, BATCH):
        figures, trouble = worlds_of_schools(first, min(BATCH, worlds - first), rng)
        flags = flags_of(figures)
        calm = flags[flags.world % 2 == 0]
        for rule, family in RULES.items():
            own = calm[calm.family == family]
            fired[rule][0] += int(own.fires.sum())
            fired[rule][1] += len(own)
        troubled = flags[flags.world % 2 == 1]
        in_trouble = trouble[trouble.world % 2 == 1]
        shares.append(false_share(troubled, in_trouble, 0.05))
        planted = in_trouble[in_trouble.trouble != "none"]
        strong = set(troubled[troubled.fires & (troubled.q_value <= 0.05)].area_id)
        found[0] += int(planted.school_id.isin(strong).sum())
        found[1] += len(planted)
    with seed_file("measured.csv").open(encoding="utf-8", newline="") as source:
        known = {r["method_id"]: float(r["value"]) for r in csv.DictReader(source) if r["figure"] == "false_alarm_rate"}
    answer: list[Figure] = []
    for rule, (alarms, tests) in fired.items():
        share = known.get(rule)
        low, high = (None, None) if share is None else (0.8 * share, 1.2 * share)
        note = f"share of {tests} tests of schools without any trouble"
        answer.append(Figure(rule, "false_alarm_rate", alarms / tests, low, high, worlds - worlds // 2, note))
    every = np.concatenate(shares)
    answer.append(
        Figure(
            "risk_register",
            "false_discovery_share",
            float(every.mean()),
            None,
            0.05,
            len(every),
            "mean share of false ones among strong flags, a tenth of schools in trouble",
        )
    )
    answer.append(
        Figure(
            "risk_register",
            "trouble_found",
            found[0] / found[1],
            None,
            None,
            len(every),
            "share of schools in trouble with a strong flag",
        )
    )
    return answer


def main() -> None:
    """Print the figures."""
    for figure in run():
        print(f"{figure.method_id:20} {figure.name:24} {figure.value:.5f}  {figure.low} {figure.high}  {figure.note}")


if __name__ == "__main__":
    main()
