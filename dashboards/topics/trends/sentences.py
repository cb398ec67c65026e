"""The line of an area and the pictures of its schools, in words.

Belongs here: the sentence under the chart, its course for those who do not see it, where figures come from. Does not belong
here: what a trend test or an XmR chart found (see `signals.py`), or HTML.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboards.shared.places import Area
from dashboards.shared.readings import series_breaks_of
from dashboards.shared.wording import (
    change_words,
    count_words,
    gap_words,
    interval_words,
    is_number,
    previous_year,
    sentence_start,
    status_word,
    text_or,
    value_words,
    words_of_n,
)

Row = dict[str, Any]

# Years without a figure named one by one under a school's picture; more are counted.
_MISSING = 3
_METHODS = {
    "wilson": "Wilson’s method from the number of pupils",
    "published": "as published",
    "byar": "Byar’s method from the number of events",
    "t": "from the spread between the schools (Student’s t)",
}


def line(area: Area, meta: Row, group: str, own: Sequence[Row]) -> str:
    """What the chart shows, in one sentence: latest value, change on last year, distance from England, verdict, n."""
    if not own:
        return f"There is no figure for {area.label}, {group.lower()}."
    last = own[-1]
    how = str(meta["unit"]), str(meta["kind"]), meta["decimals"]
    year, least = str(last["academic_year"]), int(meta["minimum_pupils"] or 11)
    if not is_number(last["value"]):
        return (
            f"{area.name}, {group.lower()}: {year} is {status_word(last['status'])}; no older figure is shown instead."
        )
    text = (
        f"{area.name}, {group.lower()}: {value_words(last['value'], *how)} in {year} "
        f"({words_of_n(last['n_pupils'], 'pupil', 'pupils')})"
    )
    before = next((r for r in own if r["academic_year"] == previous_year(year)), None)
    small = any(not is_number(r["n_pupils"]) or r["n_pupils"] < least for r in (last, before) if r)
    if small and meta["kind"] != "count":
        return f"{text}. A cohort compared is under {least}, or its size is not published, so no change is stated."
    if before is not None and is_number(before["value"]):
        if series_breaks_of([before, last]):
            text += f"; series break in {year}, so no change is stated"
        else:
            text += f", {change_words(last['value'] - before['value'], how[0], how[2], before['academic_year'])}"
    benchmark = last["benchmark_value"]
    if is_number(benchmark):
        gap = gap_words(last["value"] - benchmark, how[0], how[2], "England")
        text += f", {gap} ({value_words(benchmark, *how)})"
        if last["verdict"] in ("better", "similar", "worse"):
            text += f": {last['verdict']}"
    return f"{text}."


def course(meta: Row, own: Sequence[Row], years: Sequence[str]) -> str:
    """The course of the line in one sentence: first, last, highest and lowest figure, and the years without one."""
    how = str(meta["unit"]), str(meta["kind"]), meta["decimals"]
    known = [r for r in own if is_number(r["value"])]
    if not known:
        return f"No figure for any year from {years[0]} to {years[-1]}."
    broken = max(series_breaks_of(own), default="")
    before = [r for r in known if str(r["academic_year"]) < broken]
    known = [r for r in known if r not in before] or known
    text = f"{value_words(known[0]['value'], *how)} in {known[0]['academic_year']}"
    if len(known) > 1:
        text += f", {value_words(known[-1]['value'], *how)} in {known[-1]['academic_year']}"
    low, high = min(known, key=lambda r: r["value"]), max(known, key=lambda r: r["value"])
    ends = (known[0], known[-1])
    text += "".join(
        f"; {word} {value_words(r['value'], *how)} ({r['academic_year']})"
        for word, r in (("highest", high), ("lowest", low))
        if r not in ends
    )
    have = {str(r["academic_year"]): r for r in own}
    missing = [
        f"{y} {status_word(have[y]['status']) if y in have else status_word(None)}"
        for y in years
        if y not in have or not is_number(have[y]["value"])
    ]
    if before and known[0] not in before:
        text += f". The line is broken before {broken} by a series break; before: " + ", ".join(
            f"{value_words(r['value'], *how)} in {r['academic_year']}" for r in (before[0], before[-1])[: len(before)]
        )
    return f"{text}.{' No figure: ' + ', '.join(missing) + '.' if missing else ''}"


def intervals(own: Sequence[Row], england: Sequence[Row]) -> str:
    """How the band was made, and why there is no line for England where there is none."""
    methods = {text_or(r["ci_method"], "none") for r in own} - {"none"}
    text = (
        " Band: 95% interval, " + " and ".join(_METHODS[m] for m in sorted(methods)) + "."
        if methods
        else " There is no interval for this figure, so chance cannot be ruled out."
    )
    if not england:
        text += " No line for England."
    last = own[-1]
    if last["verdict"] == "not_compared":
        text += f" Not compared with England in {last['academic_year']}: {sentence_start(text_or(last['reason']))}."
    return text


def fan(rows: Sequence[Row], how: tuple[str, str, Any]) -> str:
    """What the dashed line is, and the figure to be expected next; empty where there is no level."""
    if not rows:
        return ""
    text = " Dashed: the level, which is what lasts of the figures, with its 95% interval."
    last = rows[-1]
    if last["is_outlook"]:
        text += (
            f" To be expected in {last['academic_year']}: {value_words(last['value'], *how)} "
            f"({interval_words(last['ci_low'], last['ci_high'], *how)})."
        )
    return text


def missing_years(said: Sequence[tuple[str, str, bool]]) -> str:
    """The years of a school's picture without a figure, named one by one or counted; `said` is year, words, has a figure."""
    without = [(year, text) for year, text, has in said[:-1] if not has]
    if len(without) <= _MISSING:
        return ", ".join(f"{year} {text}" for year, text in without)
    words = [text for _year, text in without]
    return ", ".join(count_words(words.count(word), f"year {word}", f"years {word}") for word in dict.fromkeys(words))
