"""One sentence per signal, made by rules: what to ask next.

Belongs here: the rules, as plain functions of tidy frames, each with a name, the numbers it used and a question to ask.
Does not belong here: how the sentences are shown. No rule speaks of causes, and none speaks below the minimum cohort.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboards.words import (
    MINIMUM_COHORT,
    Verdict,
    compare,
    count_words,
    difference_words,
    england_beside,
    interval_words,
    is_number,
    previous_year,
    text_or,
    value_words,
    words_of_n,
)

# Ratings run from 0 to 5: a whole step apart is worth a conversation, less is not.
_RATING_STEP = 1.0
# Domains closer together than half a step are rated alike: the lowest of them is no news.
DOMAIN_STEP = 0.5
_FEW_ANSWERS = 5
_FEW_REVIEWS = 3
# A 95 per cent interval misses on each side once in forty times.
_BY_CHANCE = 0.025


@dataclass(frozen=True)
class Reading:
    """One indicator of one area in its latest year, beside the year before and England."""

    indicator_id: str
    name: str
    short_name: str
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
    change: float | None
    change_reason: str
    before: dict[str, Any] | None
    england: Any
    gap: float | None
    verdict: Verdict
    series: tuple[tuple[str, Any, str], ...]
    anew: frozenset[str] = frozenset()
    """Years from which the measure starts anew: no figure is set beside one of before."""

    def words(self) -> str:
        """The value as it is read aloud, or its status word."""
        return value_words(self.value, self.unit, self.kind, self.decimals, self.status)


@dataclass(frozen=True)
class Signal:
    """A rule that fired: its name, the sentence with its numbers, and the question it leads to."""

    rule: str
    sentence: str
    ask: str


Row = dict[str, Any]


def readings(rows: Sequence[Row], own: str) -> list[Reading]:
    """The latest reading of every indicator in `rows` (of area_series or school_series, sorted by year).

    `own` is the area type that is read. The latest row counts even when it has no value: then its status is said, and no
    older value stands in for it.
    """
    by_indicator: dict[str, list[Row]] = {}
    for row in rows:
        by_indicator.setdefault(row["indicator_id"], []).append(row)
    found = []
    for part in by_indicator.values():
        mine = [row for row in part if row["area_type"] == own]
        if mine:
            found.append(_reading(mine))
    return found


def _reading(mine: list[Row]) -> Reading:
    last = mine[-1]
    year, kind, polarity = str(last["academic_year"]), str(last["kind"]), text_or(last["polarity"], "none")
    minimum = int(last["minimum_cohort"]) if is_number(last["minimum_cohort"]) else MINIMUM_COHORT
    before = next((row for row in mine if row["academic_year"] == previous_year(year)), None)
    change, reason = _change(last, before, minimum)
    benchmark = england_beside(last["england"], kind, str(last["breakdown_id"]))
    return Reading(
        indicator_id=str(last["indicator_id"]),
        name=str(last["name"]),
        short_name=text_or(last["short_name"], str(last["name"])),
        unit=text_or(last["unit"]),
        kind=kind,
        polarity=polarity,
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
        change=change,
        change_reason=reason,
        before=before,
        england=benchmark,
        gap=float(last["value"] - benchmark) if is_number(last["value"]) and is_number(benchmark) else None,
        verdict=compare(last["value"], last["ci_low"], last["ci_high"], benchmark, polarity, last["cohort"], minimum),
        series=tuple((str(row["academic_year"]), row["value"], text_or(row["status"])) for row in mine),
        anew=starts_anew(mine),
    )


def starts_anew(rows: Sequence[Row]) -> frozenset[str]:
    """The years of a series in which it starts anew, because the measure or the schools behind it changed."""
    return frozenset(
        str(row["academic_year"])
        for before, row in itertools.pairwise(rows)
        if is_number(row.get("segment")) and is_number(before.get("segment")) and row["segment"] != before["segment"]
    )


def _change(last: Row, before: Row | None, minimum: int) -> tuple[float | None, str]:
    if not is_number(last["value"]):
        return None, "no figure this year"
    if before is None or not is_number(before["value"]):
        return None, f"no figure for {previous_year(str(last['academic_year']))} to set beside it"
    if last["kind"] != "count" and any(
        not is_number(row["cohort"]) or row["cohort"] < minimum for row in (last, before)
    ):
        return None, f"cohort under {minimum}: no change is stated"
    if starts_anew([before, last]):
        return None, f"counted anew in {last['academic_year']}: no change is stated"
    return float(last["value"] - before["value"]), ""


def lead_sentence(area: str, found: list[Reading]) -> str:
    """The finding in one sentence: how many indicators are better, similar, worse, and the widest gap that is clear."""
    judged = [r for r in found if r.verdict.tone in ("better", "worse", "similar") and r.polarity != "none"]
    if not found:
        return f"There are no results for {area} yet."
    if not judged:
        return _lead_without_intervals(area, found)
    number = {tone: sum(r.verdict.tone == tone for r in judged) for tone in ("better", "similar", "worse")}
    said = [f"{number[tone] or 'none'} {tone}" for tone in ("better", "similar", "worse")]
    sentence = (
        f"{area}: beside England, {said[0]}, {said[1]} and {said[2]} of "
        f"{count_words(len(judged), 'indicator', 'indicators')} that can be compared."
    )
    clear = [r for r in judged if r.verdict.tone == "worse" and r.gap is not None]
    if clear:
        worst = max(clear, key=_gap_size)
        sentence += (
            f" Furthest on the worse side: {lower_first(worst.short_name)}, {worst.words()} in {worst.year}, "
            f"{difference_words(worst.gap or 0.0, worst.unit, worst.decimals)} from England "
            f"({_people(worst)})."
        )
    return sentence


def _lead_without_intervals(area: str, found: list[Reading]) -> str:
    sides = [
        0 if round(r.gap, 2) == 0 else 1 if (r.gap > 0) == (r.polarity == "higher") else -1
        for r in found
        if r.gap is not None and r.polarity != "none" and r.verdict.word == "Not compared"
    ]
    if not sides:
        return f"{area}: none of {count_words(len(found), 'indicator', 'indicators')} can be set beside England."
    return (
        f"{area}: of {count_words(len(sides), 'indicator', 'indicators')}, {sides.count(1) or 'none'} on the better side of "
        f"England’s figure, {sides.count(-1) or 'none'} on the worse side and {sides.count(0) or 'none'} level. These figures "
        "carry no interval, so none of them is called better or worse."
    )


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
    schools: Sequence[Row],
    groups: Sequence[Row],
    points: Sequence[Row],
    domains: Sequence[Row],
) -> list[Signal]:
    """Every rule that fires, in a fixed order; an empty list when nothing can be said.

    `found` are the area's readings; the rows are the answers to schools_clear_of_england, pupil_groups,
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
    best: tuple[float, Reading, Row] | None = None
    for r in found:
        before = r.before
        if r.change is None or before is None or r.polarity not in ("higher", "lower"):
            continue
        low, high, old_low, old_high = r.low, r.high, before["ci_low"], before["ci_high"]
        if not all(is_number(bound) for bound in (low, high, old_low, old_high)):
            continue
        worse = (r.change < 0) == (r.polarity == "higher")
        apart = high < old_low or low > old_high
        size = abs(r.change) / max(float(high - low), 1e-9)
        if worse and apart and (best is None or size > best[0]):
            best = (size, r, before)
    if best is None:
        return None
    _size, r, before = best
    return Signal(
        "Intervals of two years do not overlap",
        f"{r.short_name} went from {value_words(before['value'], r.unit, r.kind, r.decimals)} to {r.words()} in "
        f"{r.year}, {difference_words(r.change or 0.0, r.unit, r.decimals)} ({_people(r)}). Two years are not a trend.",
        "Was the cohort different, and what did the schools see coming?",
    )


def _many_schools(schools: Sequence[Row], by_id: dict[str, Reading]) -> Signal | None:
    best: tuple[float, Row, Reading, int] | None = None
    for row in schools:
        reading = by_id.get(row["indicator_id"])
        if reading is None or reading.polarity not in ("higher", "lower") or not row["schools"]:
            continue
        worse = int(row["below"] if reading.polarity == "higher" else row["above"])
        share = worse / row["schools"]
        if share > 2 * _BY_CHANCE and (best is None or share > best[0]):
            best = (share, row, reading, worse)
    if best is None:
        return None
    _share, row, r, worse = best
    every = count_words(row["schools"], "school", "schools")
    return Signal(
        "Schools whose interval is clear of England",
        f"{r.short_name}, {row['academic_year']}: the interval of {worse} of {every} lies wholly on the worse side of "
        f"England; by chance alone about {_BY_CHANCE * row['schools']:.1f} would.",
        "What do these schools have in common, and which others are on the other side?",
    )


def _pupil_groups(groups: Sequence[Row], by_id: dict[str, Reading]) -> Signal | None:
    best: tuple[float, Row, Reading] | None = None
    for row in groups:
        reading = by_id.get(row["indicator_id"])
        # Only percentages are ordered here: a point of a score is not a percentage point.
        if reading is None or reading.polarity not in ("higher", "lower") or reading.unit != "%":
            continue
        cohorts = (row["disadvantaged_cohort"], row["others_cohort"])
        if any(not is_number(cohort) or cohort < reading.minimum for cohort in cohorts):
            continue
        gap = row["disadvantaged"] - row["others"]
        unfavourable = -gap if reading.polarity == "higher" else gap
        if unfavourable > 0 and (best is None or unfavourable > best[0]):
            best = (unfavourable, row, reading)
    if best is None:
        return None
    _gap, row, r = best
    one, other = (value_words(row[key], r.unit, r.kind, r.decimals) for key in ("disadvantaged", "others"))
    return Signal(
        "Widest difference between groups of pupils",
        f"{r.short_name}, {row['academic_year']}: {one} for disadvantaged pupils "
        f"({words_of_n(row['disadvantaged_cohort'])}) and {other} for other pupils "
        f"({words_of_n(row['others_cohort'])}).",
        "Which school has the smallest difference, and what could the others look at there?",
    )


def _two_views(points: Sequence[Row]) -> Signal | None:
    apart = [
        (abs(row["host"] - row["review_team"]), -row["item_order"], row)
        for row in points
        if is_number(row["host"])
        and is_number(row["review_team"])
        and min(row["host_responses"], row["review_team_responses"]) >= _FEW_REVIEWS
    ]
    apart = [found for found in apart if found[0] >= _RATING_STEP]
    if not apart:
        return None
    row = max(apart, key=lambda found: found[:2])[2]
    return Signal(
        "Host and review team a step or more apart",
        f"“{row['label']}” ({row['section'].lower()}): host schools gave {row['host']:.1f} "
        f"({words_of_n(row['host_responses'])}), review teams {row['review_team']:.1f} "
        f"({words_of_n(row['review_team_responses'])}), out of 5.",
        "What did each side see that the other did not?",
    )


def _weakest_domain(domains: Sequence[Row]) -> Signal | None:
    last = [row for row in domains if row["term"] == domains[-1]["term"]]
    known = [row for row in last if is_number(row["mean_value"]) and row["responses"] >= _FEW_ANSWERS]
    if len(known) < 2:
        return None
    row = min(known, key=lambda found: (found["mean_value"], found["domain_order"]))
    if max(found["mean_value"] for found in known) - row["mean_value"] < DOMAIN_STEP:
        return None
    return Signal(
        "Lowest-rated domain of the reflection questions",
        f"{row['domain']} had the lowest mean rating in {term_words(str(row['term']))}: {row['mean_value']:.1f} out of "
        f"5 ({words_of_n(row['responses'], 'leader', 'leaders')}).",
        "Which of its three questions would leaders choose to work on this term?",
    )


def term_words(term: str) -> str:
    """`2018/19 spring` -> `spring 2018/19`, as it is said."""
    year, _space, season = term.partition(" ")
    return f"{season} {year}" if season else term
