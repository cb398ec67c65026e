"""Rows of the marts of comparison for the fixture warehouse, made from its schools' outcomes.

Belongs here: the tables' types as the pages expect them, and every case the page must survive (better, worse, similar, a
small cohort, no interval, a school outside its funnel, a school without a group). Does not belong here: the methods.
"""

from __future__ import annotations

from typing import Any

Row = tuple[Any, ...]

TABLES: dict[str, str] = {
    "comparison": """school_id varchar, urn varchar, indicator_id varchar, breakdown_id varchar, academic_year varchar,
        benchmark varchar, benchmark_value double, comparison varchar, reason_id varchar, reason varchar, n double, value double,
        ci_low double, ci_high double, polarity varchar, benchmark_id varchar, benchmark_n double,
        benchmark_schools bigint, release varchar""",
    "funnel": """school_id varchar, urn varchar, indicator_id varchar, breakdown_id varchar, academic_year varchar,
        comparator varchar, comparator_value double, value double, n double, lower_95 double, upper_95 double,
        lower_998 double, upper_998 double, verdict varchar, position varchar, reason varchar, z double, p_value double,
        z_chance double, phi double, tau2 double, expected double, limit_method varchar, peer_kind varchar,
        peer_figures bigint, release varchar""",
    "standing": """school_id varchar, urn varchar, indicator_id varchar, breakdown_id varchar, academic_year varchar,
        value double, n double, ci_low double, ci_high double, percentile integer, percentile_low integer,
        percentile_high integer, quintile integer, quintile_low integer, quintile_high integer, quarter varchar,
        reason varchar, shrunk_value double, trust double, peers_mean double, three_year_value double,
        peer_kind varchar, release varchar""",
    "school_range": """indicator_id varchar, breakdown_id varchar, academic_year varchar, peer_kind varchar,
        schools bigint, lowest double, low_tenth double, low_quarter double, middle double, high_quarter double,
        high_tenth double, highest double""",
    "similar_school": """school_id varchar, academic_year varchar, release varchar, similar_rank integer,
        similar_school_id varchar, distance double, traits_used integer, traits_stated integer, traits_missing varchar,
        phase varchar, reason varchar, is_latest boolean""",
    "pupil_gap": """school_id varchar, urn varchar, indicator_id varchar, academic_year varchar, value double, n double,
        other_value double, other_n double, gap double, gap_low double, gap_high double, verdict varchar,
        reason varchar, release varchar""",
}


_REASON_IDS = {
    "The school has no figure: suppressed": "no_figure",
    "Fewer than 11 pupils": "small_cohort",
    "Without an interval a difference cannot be told from chance": "no_interval",
}


def compared(rows: dict[str, list[Row]]) -> None:
    """Fill the tables above from `fct_outcome`: England is that of trend_series, all else the mean of the year."""
    england = {
        (row[1], *row[3:6]): (row[17], row[19], row[20], row[21]) for row in rows["trend_series"] if row[0] == "school"
    }
    polarity = {row[0]: row[6] for row in rows["dim_indicator"]}
    values: dict[Row, list[float]] = {}
    for row in rows["fct_outcome"]:
        if row[6] is not None:
            values.setdefault(row[2:5], []).append(row[6])
    for key, found in values.items():
        if polarity[key[0]] != "none":
            found.sort()
            spread = [found[int(share * (len(found) - 1))] for share in (0, 0.1, 0.25, 0.5, 0.75, 0.9, 1)]
            rows["school_range"].append((*key, "mainstream", len(found), *spread))
    for school_id, urn, indicator, breakdown, year, release, value, _x, n, low, high, *_ in rows["fct_outcome"]:
        if polarity[indicator] == "none":
            continue
        key = (school_id, urn, indicator, breakdown, year)
        found = values.get((indicator, breakdown, year), [])
        mean = sum(found) / len(found) if found else None
        said, reason = _verdict(value, n, low, high, mean, polarity[indicator])
        for benchmark in ("england", "authority", "partnership", "similar"):
            judged = mean, said, _REASON_IDS.get(reason or ""), reason
            if benchmark == "england":
                judged = england[school_id, indicator, breakdown, year]
            if benchmark == "similar" and urn == "900002":
                judged = None, "not_compared", "none_similar", "None of its similar schools has a figure"
            rows["comparison"].append(
                (
                    *key,
                    benchmark,
                    *judged,
                    n,
                    value,
                    low,
                    high,
                    polarity[indicator],
                    None,
                    None,
                    len(found),
                    release,
                )
            )
        _placed(rows, key, (value, n, low, high), mean, reason, release)
    _gaps(rows)
    _groups(rows)


def _verdict(value: Any, n: float, low: Any, high: Any, mean: Any, polarity: str) -> tuple[str, str | None]:
    if value is None:
        return "not_compared", "The school has no figure: suppressed"
    if n < 11:
        return "not_compared", "Fewer than 11 pupils"
    if low is None:
        return "not_compared", "Without an interval a difference cannot be told from chance"
    if low <= mean <= high:
        return "similar", None
    return "better" if (low > mean) == (polarity == "higher") else "worse", None


def _placed(rows: dict[str, list[Row]], key: Row, figure: Row, mean: Any, reason: str | None, release: str) -> None:
    value, n, low, high = figure
    said = reason is None
    half = (high - low) / 2 if said else 0.0
    z = (value - mean) / (half / 1.96) if said else None
    place = "cannot_say" if z is None else "above_95" if z > 1.96 else "below_998" if z < -1.96 else "within"
    verdict = {"above_95": "better", "below_998": "worse"}.get(place, place)
    limits = [mean - half, mean + half, mean - 1.6 * half, mean + 1.6 * half] if said else [None] * 4
    rows["funnel"].append(
        (
            *key,
            "england",
            mean,
            value,
            n,
            *limits,
            verdict,
            place,
            reason,
            z,
            0.04 if said else None,
            z,
            1.8,
            0.002,
            None,
            "interval" if said else "none",
            "mainstream",
            10,
            release,
        )
    )
    ranks = (85, 60, 97, 5, 3, 5, "A") if said and z > 1.96 else (45, 12, 88, 3, 1, 5, "C") if said else (None,) * 7
    rows["standing"].append(
        (
            *key,
            value,
            n,
            low,
            high,
            *ranks,
            reason,
            value if said else None,
            0.6 if said else None,
            mean,
            None,
            "mainstream",
            release,
        )
    )


def _gaps(rows: dict[str, list[Row]]) -> None:
    others = {row[1:3] + row[4:5]: row for row in rows["fct_outcome"] if row[3] == "not_disadvantaged"}
    for school_id, urn, indicator, breakdown, year, release, value, _x, n, *_ in rows["fct_outcome"]:
        other = others.get((urn, indicator, year))
        if breakdown != "disadvantaged" or other is None or value is None or other[6] is None:
            continue
        gap, small = value - other[6], n < 11
        limits = (None, None) if small else (gap - 5, gap + 5)
        verdict = "cannot_say" if small else "behind" if gap < -5 else "no_gap_seen"
        rows["pupil_gap"].append(
            (
                school_id,
                urn,
                indicator,
                year,
                value,
                n,
                other[6],
                other[8],
                gap,
                *limits,
                verdict,
                "Fewer than 11 pupils in a group" if small else None,
                release,
            )
        )


def _groups(rows: dict[str, list[Row]]) -> None:
    primaries = [row[0] for row in rows["dim_school"] if row[4] == "primary" and row[12]]
    for school_id in primaries:
        if school_id == "S900009":
            reason = "Only 2 of the 7 stated traits of the school are known"
            rows["similar_school"].append(
                (
                    school_id,
                    "2018/19",
                    "final",
                    None,
                    None,
                    None,
                    2,
                    7,
                    "Pupils on roll; SEN support",
                    "primary",
                    reason,
                    True,
                )
            )
            continue
        for rank, other in enumerate([s for s in primaries if s != school_id][:5], 1):
            rows["similar_school"].append(
                (school_id, "2018/19", "final", rank, other, rank / 10, 6, 7, "SEN support", "primary", None, True)
            )
