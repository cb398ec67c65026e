"""Rows of the marts of comparison for the fixture warehouse, made from its schools' outcomes.

Belongs here: every case the page must survive (better, worse, similar, a small cohort, no interval, a school outside its funnel,
a school without a group). Does not belong here: the methods.
"""

from __future__ import annotations

from typing import Any

from tests.mart_contracts import Row, Rows

#: What a row has where it names nothing.
DEFAULTS: dict[str, dict[str, Any]] = {
    "school_range": {"peer_kind": "mainstream"},
    "funnel": {"benchmark": "england", "limit_method": "none", "peer_kind": "mainstream", "n_peer_figures": 10},
    "standing": {"peer_kind": "mainstream"},
    "similar_school": {
        "academic_year": "2018/19", "release": "final", "traits_used": 6, "traits_stated": 7, "traits_missing": "SEN support",
        "phase": "primary", "is_latest": True,
    },
}  # fmt: skip
_REASON_IDS = {
    "The school has no figure: suppressed": "no_figure",
    "Fewer than 11 pupils": "small_cohort",
    "Without an interval a difference cannot be told from chance": "no_interval",
}
_SERIES = ("indicator_id", "breakdown_id", "academic_year")
_FIGURE = ("school_id", "urn", *_SERIES, "release")
_INTERVAL = ("value", "ci_low", "ci_high")
_RANGE = {
    "lowest": 0, "low_tenth": 0.1, "low_quarter": 0.25, "middle": 0.5, "high_quarter": 0.75, "high_tenth": 0.9, "highest": 1,
}  # fmt: skip
#: Percentile, fifth and quarter of a school above the others, and of one that cannot be told from them.
_HIGH = {
    "percentile": 85, "percentile_low": 60, "percentile_high": 97, "quintile": 5, "quintile_low": 3, "quintile_high": 5,
    "quarter": "A",
}  # fmt: skip
_MIDDLE = {
    "percentile": 45, "percentile_low": 12, "percentile_high": 88, "quintile": 3, "quintile_low": 1, "quintile_high": 5,
    "quarter": "C",
}  # fmt: skip


def _of(row: Row, names: tuple[str, ...]) -> Row:
    return {name: row[name] for name in names}


def compared(rows: Rows) -> None:
    """Add the rows of comparison, made of `fct_outcome`: England is that of trend_series, all else the mean of the year."""
    england = {
        (row["area_id"], *(row[name] for name in _SERIES)): row
        for row in rows["trend_series"]
        if row["area_type"] == "school"
    }
    polarity = {row["indicator_id"]: row["polarity"] for row in rows["dim_indicator"]}
    values: dict[tuple[str, ...], list[float]] = {}
    for row in rows["fct_outcome"]:
        if row["value"] is not None:
            values.setdefault(tuple(row[name] for name in _SERIES), []).append(row["value"])
    for key, found in values.items():
        if polarity[key[0]] != "none":
            found.sort()
            spread = {name: found[int(share * (len(found) - 1))] for name, share in _RANGE.items()}
            rows.add("school_range", **dict(zip(_SERIES, key, strict=True)), n_schools=len(found), **spread)
    for row in rows["fct_outcome"]:
        wanted = polarity[row["indicator_id"]]
        if wanted == "none":
            continue
        found = values.get(tuple(row[name] for name in _SERIES), [])
        mean = sum(found) / len(found) if found else None
        said, reason = _verdict(row, mean, wanted)
        for benchmark in ("england", "authority", "partnership", "similar"):
            judged = {
                "benchmark_value": mean,
                "comparison": said,
                "reason_id": _REASON_IDS.get(reason or ""),
                "reason": reason,
            }
            if benchmark == "england":
                own = england[row["school_id"], *(row[name] for name in _SERIES)]
                judged = {"comparison": own["verdict"], **_of(own, ("benchmark_value", "reason_id", "reason"))}
            if benchmark == "similar" and row["urn"] == "900002":
                judged = {"benchmark_value": None, "comparison": "not_compared", "reason_id": "none_similar"}
                judged["reason"] = "None of its similar schools has a figure"
            rows.add(
                "comparison",
                **_of(row, _FIGURE),
                **_of(row, _INTERVAL),
                n=row["denominator"],
                benchmark=benchmark,
                benchmark_schools=len(found),
                **judged,
                polarity=wanted,
            )
        _placed(rows, row, mean, reason)
    _gaps(rows)
    _groups(rows)


def _verdict(row: Row, mean: Any, polarity: str) -> tuple[str, str | None]:
    if row["value"] is None:
        return "not_compared", "The school has no figure: suppressed"
    if row["denominator"] < 11:
        return "not_compared", "Fewer than 11 pupils"
    if row["ci_low"] is None:
        return "not_compared", "Without an interval a difference cannot be told from chance"
    if row["ci_low"] <= mean <= row["ci_high"]:
        return "similar", None
    return "better" if (row["ci_low"] > mean) == (polarity == "higher") else "worse", None


def _placed(rows: Rows, row: Row, mean: Any, reason: str | None) -> None:
    """The place of a figure in its funnel and among its peers; none where a reason says that nothing can be said."""
    figure = {**_of(row, _FIGURE), "value": row["value"], "n_pupils": row["denominator"], "reason": reason}
    among = {"ci_low": row["ci_low"], "ci_high": row["ci_high"], "peers_mean": mean}
    if reason is not None:
        rows.add(
            "funnel", **figure, benchmark_value=mean, phi=1.8, tau2=0.002, verdict="cannot_say", position="cannot_say"
        )
        rows.add("standing", **figure, **among)
        return
    half = (row["ci_high"] - row["ci_low"]) / 2
    z = (row["value"] - mean) / (half / 1.96)
    place = "above_95" if z > 1.96 else "below_998" if z < -1.96 else "within"
    rows.add(
        "funnel",
        **figure,
        benchmark_value=mean,
        lower_95=mean - half,
        upper_95=mean + half,
        lower_998=mean - 1.6 * half,
        upper_998=mean + 1.6 * half,
        verdict={"above_95": "better", "below_998": "worse"}.get(place, place),
        position=place,
        z=z,
        p_value=0.04,
        z_chance=z,
        phi=1.8,
        tau2=0.002,
        limit_method="interval",
    )
    ranks = _HIGH if z > 1.96 else _MIDDLE
    rows.add("standing", **figure, **among, **ranks, shrunk_value=row["value"], reliability=0.6)


def _gaps(rows: Rows) -> None:
    others = {
        (row["urn"], row["indicator_id"], row["academic_year"]): row
        for row in rows["fct_outcome"]
        if row["breakdown_id"] == "not_disadvantaged"
    }
    for row in rows["fct_outcome"]:
        other = others.get((row["urn"], row["indicator_id"], row["academic_year"]))
        if row["breakdown_id"] != "disadvantaged" or other is None or row["value"] is None or other["value"] is None:
            continue
        gap = row["value"] - other["value"]
        said: dict[str, Any] = {
            "gap_low": gap - 5,
            "gap_high": gap + 5,
            "verdict": "behind" if gap < -5 else "no_gap_seen",
        }
        if row["denominator"] < 11:
            said = {"verdict": "cannot_say", "reason": "Fewer than 11 pupils in a group"}
        rows.add(
            "pupil_gap",
            **_of(row, ("school_id", "urn", "indicator_id", "academic_year", "release")),
            value=row["value"],
            n_pupils=row["denominator"],
            other_value=other["value"],
            n_other_pupils=other["denominator"],
            gap=gap,
            **said,
        )


def _groups(rows: Rows) -> None:
    primaries = [row["school_id"] for row in rows["dim_school"] if row["phase"] == "primary" and row["is_current"]]
    for school_id in primaries:
        if school_id == "S900009":
            rows.add(
                "similar_school",
                school_id=school_id,
                traits_used=2,
                traits_missing="Pupils on roll; SEN support",
                reason="Only 2 of the 7 stated traits of the school are known",
            )
            continue
        for rank, other in enumerate([school for school in primaries if school != school_id][:5], 1):
            rows.add(
                "similar_school", school_id=school_id, similar_rank=rank, similar_school_id=other, distance=rank / 10
            )
