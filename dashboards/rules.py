"""One sentence per signal, made by rules: what to ask next.

Belongs here: the rules, as plain functions of tidy frames, each with a name, the numbers it used and a question to ask.
Does not belong here: how the sentences are shown. No rule speaks of causes, and none speaks below the minimum cohort.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboards.words import (
    MINIMUM_COHORT,
    Verdict,
    compare,
    count_words,
    difference_words,
    interval_words,
    is_number,
    previous_year,
    text_or,
    value_words,
    words_of_n,
)

# Ratings run from 0 to 5: a whole step apart is worth a conversation, less is not.
_RATING_STEP = 1.0
_FEW_ANSWERS = 5
# A 95 per cent interval misses on each side once in forty times.
_BY_CHANCE = 0.025


@dataclass(frozen=True)
class Reading:
    """One indicator of one area in its latest year, beside the year before and England."""

    indicator_id: str
    name: str
    short_name: str
    topic: str
    unit: str
    kind: str
    polarity: str
    decimals: Any
    minimum: int
    year: str
    value: Any
    cohort: Any
    schools: Any
    low: Any
    high: Any
    status: str
    release: str
    source_file: str
    ci_method: str
    change: float | None
    change_reason: str
    england: Any
    gap: float | None
    verdict: Verdict
    series: tuple[tuple[str, Any, str], ...]
    england_series: tuple[tuple[str, Any], ...]

    def words(self) -> str:
        """The value as it is read aloud, or its status word."""
        return value_words(self.value, self.unit, self.kind, self.decimals, self.status)


@dataclass(frozen=True)
class Signal:
    """A rule that fired: its name, the sentence with its numbers, and the question it leads to."""

    rule: str
    sentence: str
    ask: str


def readings(frame: pd.DataFrame, own: str) -> list[Reading]:
    """The latest reading of every indicator in `frame` (rows of area_series or school_series).

    `own` is the area type that is read; England's rows in the same frame are its benchmark. The latest row counts even
    when it has no value: then its status is said, and no older value stands in for it.
    """
    found: list[Reading] = []
    for indicator_id, rows in frame.groupby("indicator_id", sort=False):
        mine = rows[rows["area_type"] == own].sort_values("academic_year")
        if mine.empty:
            continue
        england = {
            r.academic_year: r.value for r in rows[rows["area_type"] == "england"].itertuples() if is_number(r.value)
        }
        last = mine.iloc[-1]
        year, kind = str(last["academic_year"]), str(last["kind"])
        if kind == "progress":
            # Progress measures are centred on England: its figure is 0 by definition.
            england = {str(y): england.get(str(y), 0.0) for y in mine["academic_year"]}
        minimum = int(last["minimum_cohort"]) if is_number(last["minimum_cohort"]) else MINIMUM_COHORT
        before = mine[mine["academic_year"] == previous_year(year)]
        change, reason = _change(last, before.iloc[-1] if len(before) else None, minimum)
        benchmark = england.get(year) if text_or(last["polarity"]) != "none" or last["unit"] == "%" else None
        gap = float(last["value"] - benchmark) if is_number(last["value"]) and is_number(benchmark) else None
        found.append(
            Reading(
                indicator_id=str(indicator_id),
                name=str(last["name"]),
                short_name=text_or(last["short_name"], str(last["name"])),
                topic=str(last["topic"]),
                unit=str(last["unit"]),
                kind=kind,
                polarity=text_or(last["polarity"], "none"),
                decimals=last["decimals"],
                minimum=minimum,
                year=year,
                value=last["value"],
                cohort=last["cohort"],
                schools=last.get("schools"),
                low=last["ci_low"],
                high=last["ci_high"],
                status=text_or(last["status"]),
                release=text_or(last["release"]),
                source_file=text_or(last["source_file"]),
                ci_method=text_or(last["ci_method"], "none"),
                change=change,
                change_reason=reason,
                england=benchmark,
                gap=gap,
                verdict=compare(
                    last["value"],
                    last["ci_low"],
                    last["ci_high"],
                    benchmark,
                    text_or(last["polarity"], "none"),
                    last["cohort"],
                    minimum,
                ),
                series=tuple((str(r.academic_year), r.value, text_or(r.status)) for r in mine.itertuples()),
                england_series=tuple(sorted((str(y), v) for y, v in england.items())),
            )
        )
    return found


def _change(last: pd.Series[Any], before: pd.Series[Any] | None, minimum: int) -> tuple[float | None, str]:
    if not is_number(last["value"]):
        return None, "no figure this year"
    if before is None or not is_number(before["value"]):
        return None, f"no figure for {previous_year(str(last['academic_year']))} to set beside it"
    if last["kind"] != "count" and any(
        not is_number(row["cohort"]) or row["cohort"] < minimum for row in (last, before)
    ):
        return None, f"cohort under {minimum}: no change is stated"
    return float(last["value"] - before["value"]), ""


def lead_sentence(area: str, found: list[Reading]) -> str:
    """The finding in one sentence: how many indicators are better, similar, worse, and the widest gap that is clear."""
    judged = [r for r in found if r.verdict.tone in ("better", "worse", "similar") and r.polarity != "none"]
    if not found:
        return f"There are no results for {area} yet."
    if not judged:
        return (
            f"{area}: none of {len(found)} indicators can be set beside England with an interval; the figures below "
            "say why."
        )
    number = {tone: sum(r.verdict.tone == tone for r in judged) for tone in ("better", "similar", "worse")}
    said = [f"{number[tone] or 'none'} {tone}" for tone in ("better", "similar", "worse")]
    sentence = (
        f"{area}: beside England, {said[0]}, {said[1]} and {said[2]} of {count_words(len(judged), 'indicator', 'indicators')} "
        "that can be compared."
    )
    clear = [r for r in judged if r.verdict.tone == "worse" and r.gap is not None]
    if clear:
        worst = max(clear, key=_gap_size)
        sentence += (
            f" Widest gap on the worse side: {lower_first(worst.short_name)}, {worst.words()} in {worst.year}, "
            f"{difference_words(worst.gap or 0.0, worst.unit, worst.decimals)} from England "
            f"({_people(worst)})."
        )
    return sentence


def _gap_size(reading: Reading) -> float:
    """How wide a gap is in widths of its own interval, so that indicators of different units can be ordered."""
    width = float(reading.high - reading.low) if is_number(reading.low) and is_number(reading.high) else 0.0
    return abs(reading.gap or 0.0) / width if width else 0.0


def _people(reading: Reading) -> str:
    return words_of_n(reading.cohort, "pupil", "pupils")


def lower_first(name: str) -> str:
    """A name inside a sentence; abbreviations and names of measures keep their capitals."""
    kept = ("RWM", "KS", "EBacc", "FSM", "EAL", "SEN", "EHC", "Attainment 8", "Progress 8")
    return name if name.startswith(kept) or name[:2].isupper() else name[:1].lower() + name[1:]


def signals(
    found: list[Reading],
    schools: pd.DataFrame,
    groups: pd.DataFrame,
    points: pd.DataFrame,
    domains: pd.DataFrame,
) -> list[Signal]:
    """Every rule that fires, in a fixed order; an empty list when nothing can be said.

    `found` are the area's readings; the frames are the answers to schools_clear_of_england, pupil_groups,
    transition_points and reflection_domains.
    """
    by_id = {r.indicator_id: r for r in found}
    made = [
        _clear_gap(found),
        _moved(found),
        _many_schools(schools, by_id),
        _pupil_groups(groups, by_id),
        _two_views(points),
        _weakest_domain(domains),
    ]
    return [signal for signal in made if signal is not None]


def _clear_gap(found: list[Reading]) -> Signal | None:
    worse = [r for r in found if r.verdict.tone == "worse" and r.gap is not None]
    if not worse:
        return None
    r = max(worse, key=_gap_size)
    return Signal(
        "Interval clear of England",
        f"{r.short_name} was {r.words()} in {r.year} ({_people(r)}; 95% interval "
        f"{interval_words(r.low, r.high, r.unit, r.kind, r.decimals)}); England was "
        f"{value_words(r.england, r.unit, r.kind, r.decimals)}.",
        "In which schools, and for which pupils, is the difference widest?",
    )


def _moved(found: list[Reading]) -> Signal | None:
    moved = [
        (r, _against(r))
        for r in found
        if r.change is not None and r.polarity in ("higher", "lower") and is_number(r.low) and is_number(r.high)
    ]
    clear = [
        (r, before)
        for r, before in moved
        if is_number(before) and not r.low <= before <= r.high and ((r.change or 0) < 0) == (r.polarity == "higher")
    ]
    if not clear:
        return None
    r, before = max(clear, key=lambda pair: abs(pair[0].change or 0.0) / max(float(pair[0].high - pair[0].low), 1e-9))
    return Signal(
        "Last year outside this year’s interval",
        f"{r.short_name} went from {value_words(before, r.unit, r.kind, r.decimals)} to {r.words()} in {r.year}, "
        f"{difference_words(r.change or 0.0, r.unit, r.decimals)} ({_people(r)}). Two years are not a trend.",
        "Was the cohort different, and what did the schools see coming?",
    )


def _against(reading: Reading) -> Any:
    return dict((y, v) for y, v, _s in reading.series).get(previous_year(reading.year))


def _many_schools(schools: pd.DataFrame, by_id: dict[str, Reading]) -> Signal | None:
    best: tuple[float, Any, Reading, int] | None = None
    for row in schools.itertuples():
        reading = by_id.get(str(row.indicator_id))
        if reading is None or reading.polarity not in ("higher", "lower") or not row.schools:
            continue
        worse = int(row.below if reading.polarity == "higher" else row.above)
        if worse > 2 * _BY_CHANCE * row.schools and (best is None or worse / row.schools > best[0]):
            best = (worse / row.schools, row, reading, worse)
    if best is None:
        return None
    _share, row, reading, worse = best
    return Signal(
        "Schools whose interval is clear of England",
        f"{reading.short_name}, {row.academic_year}: the interval of {worse} of {count_words(row.schools, 'school', 'schools')} "
        f"lies wholly on the worse side of England; by chance alone about {_BY_CHANCE * row.schools:.1f} would.",
        "What do these schools have in common, and who in the partnership is on the other side?",
    )


def _pupil_groups(groups: pd.DataFrame, by_id: dict[str, Reading]) -> Signal | None:
    best: tuple[float, Any, Reading] | None = None
    for row in groups.itertuples():
        reading = by_id.get(str(row.indicator_id))
        if reading is None or reading.polarity not in ("higher", "lower"):
            continue
        if not (is_number(row.disadvantaged_cohort) and is_number(row.others_cohort)):
            continue
        if min(row.disadvantaged_cohort, row.others_cohort) < reading.minimum or reading.unit != "%":
            continue
        gap = row.disadvantaged - row.others
        unfavourable = -gap if reading.polarity == "higher" else gap
        if unfavourable > 0 and (best is None or unfavourable > best[0]):
            best = (unfavourable, row, reading)
    if best is None:
        return None
    _gap, row, r = best
    return Signal(
        "Widest difference between groups of pupils",
        f"{r.short_name}, {row.academic_year}: {value_words(row.disadvantaged, r.unit, r.kind, r.decimals)} of disadvantaged "
        f"pupils ({words_of_n(row.disadvantaged_cohort)}) and {value_words(row.others, r.unit, r.kind, r.decimals)} of other "
        f"pupils ({words_of_n(row.others_cohort)}).",
        "Which school has the smallest difference, and what could the others look at there?",
    )


def _two_views(points: pd.DataFrame) -> Signal | None:
    if points.empty:
        return None
    known = points[points["host"].notna() & points["review_team"].notna()].copy()
    known["apart"] = (known["host"] - known["review_team"]).abs()
    known = known[known["apart"] >= _RATING_STEP]
    if known.empty:
        return None
    row = known.sort_values(["apart", "item_order"], ascending=[False, True]).iloc[0]
    return Signal(
        "Host and review team a step or more apart",
        f"“{row['label']}” ({row['section'].lower()}): host schools gave {row['host']:.1f} "
        f"({words_of_n(row['host_responses'])}), review teams {row['review_team']:.1f} ({words_of_n(row['review_team_responses'])}), out of 5.",
        "What did each side see that the other did not?",
    )


def _weakest_domain(domains: pd.DataFrame) -> Signal | None:
    if domains.empty:
        return None
    last = domains[domains["term"] == domains["term"].iloc[-1]]
    last = last[last["mean_value"].notna() & (last["responses"] >= _FEW_ANSWERS)]
    if len(last) < 2:
        return None
    row = last.sort_values(["mean_value", "domain_order"]).iloc[0]
    return Signal(
        "Lowest-rated domain of the reflection questions",
        f"{row['domain']} had the lowest mean rating in {term_words(str(row['term']))}: {row['mean_value']:.1f} out of 5 "
        f"({words_of_n(row['responses'], 'leader', 'leaders')}).",
        "Which of its three questions would leaders choose to work on this term?",
    )


def term_words(term: str) -> str:
    """`2018/19 spring` -> `spring 2018/19`, as it is said."""
    year, _space, season = term.partition(" ")
    return f"{season} {year}" if season else term
