"""One sentence per signal, made by rules: what to ask next.

Belongs here: the rules, as plain functions of tidy frames, each with a name, the numbers it used and a question to ask.
Does not belong here: how the sentences are shown. No rule is about causes, and none judges fewer than the least number of pupils.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboards.shared.finding import Finding
from dashboards.shared.readings import Reading, Row, lower_first, term_words
from dashboards.shared.wording import (
    change_words,
    count_words,
    difference_words,
    gap_words,
    interval_words,
    is_number,
    value_words,
    words_of_n,
)

# Ratings run from 0 to 5: a whole step apart is worth a conversation, less is not.
_RATING_STEP = 1.0
# Domains closer together than half a step are rated alike: the lowest of them is no news.
DOMAIN_STEP = 0.5
# Ratings are given by people: an area's figure needs this many answers behind it (the variable rating_least_answers of dbt).
FEW_ANSWERS = 5
_FEW_REVIEWS = 3
# A 95 per cent interval misses on each side once in forty times.
_BY_CHANCE = 0.025


def lead_sentence(area: str, found: list[Reading], one: str = "indicator", many: str = "indicators") -> str:
    """The finding in one sentence: how many indicators are better, similar, worse, and the widest gap that is clear.

    `one` and `many` are what is counted: a page that shows a choice of indicators says so.
    """
    judged = [r for r in found if r.verdict.tone in ("better", "worse", "similar") and r.polarity != "none"]
    if not found:
        return f"There are no results for {area} yet."
    if not judged:
        return _lead_without_intervals(area, found)
    number = {tone: sum(r.verdict.tone == tone for r in judged) for tone in ("better", "similar", "worse")}
    said = [f"{number[tone] or 'none'} {tone}" for tone in ("better", "similar", "worse")]
    sentence = (
        f"{area}: compared with England, {said[0]}, {said[1]} and {said[2]} of "
        f"{count_words(len(judged), one, many)} that can be compared."
    )
    clear = [r for r in judged if r.verdict.tone == "worse" and r.gap is not None]
    if clear:
        worst = max(clear, key=_gap_size)
        sentence += (
            f" Biggest concern: {lower_first(worst.short_name)}, {worst.words()} in {worst.year}, "
            f"{difference_words(worst.gap or 0.0, worst.unit, worst.decimals)} from England "
            f"({_people(worst)})."
        )
    return sentence


def _lead_without_intervals(area: str, found: list[Reading]) -> str:
    sides = [
        0 if round(r.gap, 2) == 0 else 1 if (r.gap > 0) == (r.polarity == "higher") else -1
        for r in found
        if r.gap is not None and r.reason_id == "no_interval"
    ]
    if not sides:
        return f"{area}: none of {count_words(len(found), 'indicator', 'indicators')} can be compared with England."
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
    return words_of_n(reading.n_pupils, "pupil", "pupils")


def findings(
    found: list[Reading],
    schools: Sequence[Row],
    groups: Sequence[Row],
    points: Sequence[Row],
    domains: Sequence[Row],
) -> list[Finding]:
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
    return [finding for finding in made if finding is not None]


def _clear_gap(found: list[Reading]) -> Finding | None:
    worse = [r for r in found if r.verdict.tone == "worse" and r.gap is not None]
    if not worse:
        return None
    r = max(worse, key=_gap_size)
    return Finding(
        "Interval clear of England",
        f"{r.short_name} was {r.words()} in {r.year} ({_people(r)}; 95% interval "
        f"{interval_words(r.low, r.high, r.unit, r.kind, r.decimals)}); England was "
        f"{value_words(r.england, r.unit, r.kind, r.decimals)}.",
        ask="In which schools, and for which pupils, is the difference widest?",
    )


def _moved(found: list[Reading]) -> Finding | None:
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
    return Finding(
        "Intervals of two years do not overlap",
        f"{r.short_name} went from {value_words(before['value'], r.unit, r.kind, r.decimals)} to {r.words()} in "
        f"{r.year}, {difference_words(r.change or 0.0, r.unit, r.decimals)} ({_people(r)}). Two years are not a trend.",
        ask="Was the cohort different, and what did the schools see coming?",
    )


def _many_schools(schools: Sequence[Row], by_id: dict[str, Reading]) -> Finding | None:
    best: tuple[float, Row, Reading, int] | None = None
    for row in schools:
        reading = by_id.get(row["indicator_id"])
        if reading is None or reading.polarity not in ("higher", "lower") or not row["n_schools"]:
            continue
        worse = int(row["worse"])
        share = worse / row["n_schools"]
        if share > 2 * _BY_CHANCE and (best is None or share > best[0]):
            best = (share, row, reading, worse)
    if best is None:
        return None
    _share, row, r, worse = best
    every = count_words(row["n_schools"], "school", "schools")
    return Finding(
        "Schools clearly worse than England",
        f"{r.short_name}, {row['academic_year']}: {worse} of {every} {'is' if worse == 1 else 'are'} clearly worse than England; "
        f"chance alone would put about {_BY_CHANCE * row['n_schools']:.1f} there.",
        ask="What do these schools have in common, and which others are on the other side?",
    )


def held_back(groups: Sequence[Row], found: Sequence[Reading]) -> tuple[str, ...]:
    """Why gaps between groups of pupils are not judged, for the answer to pupil_groups; nothing where all are."""
    names = {r.indicator_id: r.short_name for r in found}
    held = [row for row in groups if row["held_back"] and row["indicator_id"] in names]
    if not held:
        return ()
    named = ", ".join(f"{names[row['indicator_id']]} ({row['academic_year']})" for row in held)
    return (f"The gap of disadvantaged pupils in {named}. {held[0]['held_back']}.",)


def _pupil_groups(groups: Sequence[Row], by_id: dict[str, Reading]) -> Finding | None:
    best: tuple[float, Row, Reading] | None = None
    for row in groups:
        reading = by_id.get(row["indicator_id"])
        # Only percentages are ordered here: a point of a score is not a percentage point.
        if reading is None or reading.polarity not in ("higher", "lower") or reading.unit != "%" or row["held_back"]:
            continue
        cohorts = (row["n_disadvantaged"], row["n_others"])
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
    return Finding(
        "Widest difference between groups of pupils",
        f"{r.short_name}, {row['academic_year']}: {one} for disadvantaged pupils "
        f"({words_of_n(row['n_disadvantaged'])}) and {other} for other pupils "
        f"({words_of_n(row['n_others'])}).",
        ask="Which school has the smallest difference, and what could the others look at there?",
    )


def _two_views(points: Sequence[Row]) -> Finding | None:
    apart = [
        (abs(row["host"] - row["review_team"]), -row["item_order"], row)
        for row in points
        if is_number(row["host"])
        and is_number(row["review_team"])
        and min(row["n_host_responses"], row["n_review_team_responses"]) >= _FEW_REVIEWS
    ]
    apart = [found for found in apart if found[0] >= _RATING_STEP]
    if not apart:
        return None
    row = max(apart, key=lambda found: found[:2])[2]
    return Finding(
        "Host and review team a step or more apart",
        f"“{row['label']}” ({row['section'].lower()}): host schools gave {row['host']:.1f} "
        f"({words_of_n(row['n_host_responses'])}), review teams {row['review_team']:.1f} "
        f"({words_of_n(row['n_review_team_responses'])}), out of 5.",
        ask="What did each side see that the other did not?",
    )


def _weakest_domain(domains: Sequence[Row]) -> Finding | None:
    last = [row for row in domains if row["term"] == domains[-1]["term"]]
    known = [row for row in last if is_number(row["mean_value"]) and row["n_responses"] >= FEW_ANSWERS]
    if len(known) < 2:
        return None
    row = min(known, key=lambda found: (found["mean_value"], found["domain_order"]))
    if max(found["mean_value"] for found in known) - row["mean_value"] < DOMAIN_STEP:
        return None
    return Finding(
        "Lowest-rated domain of the reflection questions",
        f"{row['domain']} had the lowest mean rating in {term_words(str(row['term']))}: {row['mean_value']:.1f} out of "
        f"5 ({words_of_n(row['n_responses'], 'leader', 'leaders')}).",
        ask="Which of its three questions would leaders choose to work on this term?",
    )


def provenance() -> str:
    """What a comparison with England on a card rests on."""
    return (
        " Compared with state-funded schools in England: better or worse only when the whole 95% interval lies on one side "
        "of England’s figure. Intervals are published, or calculated by Wilson’s method from the number of pupils; about 1 "
        "comparison in 20 falls outside by chance. A progress score is measured from England, so England is 0."
    )


def card_lines(r: Reading) -> tuple[str, str, str]:
    """What stands under the figure of a card: the change, the distance from England, year and n."""
    change = change_words(r.change, r.unit, r.decimals, "last year") if r.change is not None else r.change_reason
    if r.gap is not None:
        gap = gap_words(r.gap, r.unit, r.decimals, "England")
        gap += f" ({value_words(r.england, r.unit, r.kind, r.decimals)})"
        gap += ", no interval" if r.reason_id == "no_interval" else ""
    else:
        gap = "No comparison with England"
    schools = f", {count_words(r.n_schools, 'school', 'schools')}" if is_number(r.n_schools) and r.n_schools > 0 else ""
    n = f"{r.year}, {words_of_n(r.n_pupils, 'pupil', 'pupils')}{schools}"
    return change[:1].upper() + change[1:], gap[:1].upper() + gap[1:], n


def sections_of_points(rows: Sequence[tuple[str, Any, Any, int, int]], year: str) -> str:
    """The lowest-rated section of the transition points; `rows` are section, host, review team, n of each."""
    known = [(min(v for v in row[1:3] if v is not None), row) for row in rows if row[1:3] != (None, None)]
    if not known:
        return ""
    name, host, team, hosts, teams = min(known, key=lambda found: found[0])[1]
    return (
        f"In {year}, the lowest-rated section was {name.lower()}: host schools {rating(host)}, review teams "
        f"{rating(team)} out of 5 ({words_of_n(hosts)} and {teams})."
    )


def rating(value: Any) -> str:
    """A rating to one decimal place, or that nobody gave one."""
    return f"{value:.1f}" if is_number(value) else "no answer"


def domains(rows: Sequence[Row]) -> str:
    """The highest and the lowest domain of the latest term of reflection questions."""
    term = rows[-1]["term"]
    said = f"In {term_words(str(term))}, "
    last = [r for r in rows if r["term"] == term and is_number(r["mean_value"])]
    if not last:
        return f"For {term_words(str(term))} too few leaders answered for a figure to be shown."
    low, high = min(last, key=lambda r: r["mean_value"]), max(last, key=lambda r: r["mean_value"])
    answered = f"{count_words(low['n_responses'], 'leader', 'leaders')} answered; "
    if high["mean_value"] - low["mean_value"] < DOMAIN_STEP:
        return f"{said}{answered}no domain stands out: all lie between {low['mean_value']:.1f} and {high['mean_value']:.1f}."
    return (
        f"{said}{answered}{str(high['domain']).lower()} was rated highest ({high['mean_value']:.1f}) and "
        f"{str(low['domain']).lower()} lowest ({low['mean_value']:.1f})."
    )
