"""What partnerships send in: memberships, transition points and reflection questions, with their honest mistakes.

Here: rows of our own templates and of the survey export, the planted effects in them, and the bad rows on purpose.
Not here: who belongs where (`schools`). Question and item texts come from `seeds/surveys/instrument_items.csv`, so the demo
asks exactly what the warehouse expects.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

import numpy as np

from orchestration.contracts import seed_file
from orchestration.demo.published import Table
from orchestration.demo.schools import (
    BY_URN,
    LA_CODE,
    MEMBERSHIPS,
    PARTNERSHIPS,
    PERSONAL_DOMAIN,
    PERSONAL_NAME,
    PLANTED,
    TERMS,
    YEARS,
    School,
    members_on,
)

_ITEMS = seed_file("instrument_items.csv")
_TERM_STARTS = {"autumn": (9, 12), "spring": (1, 15), "summer": (4, 23)}
_WORDS = ("not at all", "barely", "a little", "partly", "mostly", "fully")

FORM_COLUMNS = (
    "ID",
    "Start time",
    "Completion time",
    "Email",
    "Name",
    "Which school do you lead? (URN)",
    "Which partnership is it in?",
    "Which term is this about?",
)


@dataclass(frozen=True)
class Item:
    """One statement of an instrument."""

    item_id: str
    section: str
    label: str


@cache
def items(instrument_id: str) -> tuple[Item, ...]:
    """Items of one instrument in their order; raises FileNotFoundError outside the repository."""
    with _ITEMS.open(encoding="utf-8-sig", newline="") as source:
        rows = [row for row in csv.DictReader(source) if row["instrument_id"] == instrument_id]
    return tuple(Item(row["item_id"], row["section"], row["label"]) for row in rows)


def term_start(year: int, term: str) -> date:
    """First Monday or so of a term of the academic year that ends in `year`."""
    month, day = _TERM_STARTS[term]
    return date(year - 1 if term == "autumn" else year, month, day)


def _label(year: int) -> str:
    return f"{year - 1}/{year % 100}"


def _clipped(value: float) -> int:
    return int(min(5, max(0, round(value))))


# Partnerships and memberships ----------------------------------------------------------------------------------------


def partnerships() -> Table:
    """The partnerships template, header first."""
    rows: Table = [["partnership_id", "partnership_name", "kind", "la_code", "lead_urn", "started_on", "ended_on"]]
    for partnership in PARTNERSHIPS:
        lead = next(m.urn for m in MEMBERSHIPS if m.partnership_id == partnership.partnership_id and m.role == "lead")
        rows.append(
            [partnership.partnership_id, partnership.name, partnership.kind, LA_CODE, str(lead),
             partnership.started.isoformat(), ""]
        )  # fmt: skip
    return rows


def memberships() -> Table:
    """The memberships template, header first; dates in both accepted forms, and two bad rows at the end."""
    rows: Table = [["partnership_id", "school_urn", "joined_on", "left_on", "role"]]
    for position, member in enumerate(MEMBERSHIPS):
        joined = f"{member.joined:%d/%m/%Y}" if position % 3 == 0 else member.joined.isoformat()
        left = member.left.isoformat() if member.left else ""
        rows.append([member.partnership_id, str(member.urn), joined, left, member.role])
    return [*rows, *(list(row) for row in BAD_MEMBERSHIPS)]


BAD_MEMBERSHIPS = (
    ("P03", "9O0019", "2018-09-01", "", "member"),  # a letter O in the URN
    ("P03", "900019", "31/02/2018", "", "member"),  # a day that does not exist
)

# Transition points ---------------------------------------------------------------------------------------------------


def reviewed_in(year: int, term: str) -> list[tuple[str, School]]:
    """(partnership_id, host school) of the reviews held that term: each member hosts once a year."""
    start = term_start(year, term)
    begun = {p.partnership_id for p in PARTNERSHIPS if p.reviews_from <= year}
    position = TERMS.index(term)
    return [
        (pid, school)
        for pid, school in members_on(start)
        if pid in begun and _hosts_in(pid, school, year) == position and school.first_results != 9999
    ]


def _hosts_in(partnership_id: str, school: School, year: int) -> int:
    """Place in `TERMS` of the school's review. The rising cluster held its first round before the tests of that summer."""
    usual = school.estab % len(TERMS)
    first_round = (
        partnership_id == PLANTED["rising_rwm"]["partnership_id"] and _label(year) == PLANTED["rising_rwm"]["from_year"]
    )
    return min(usual, 1) if first_round else usual


def review_day(seed: int, year: int, position: int, school: School) -> date:
    """Day of the review a school hosts in the term at that position of `TERMS`."""
    rng = np.random.default_rng([seed, year, position, school.estab, 27])
    return _day_in_term(rng, year, TERMS[position])


def _day_in_term(rng: np.random.Generator, year: int, term: str) -> date:
    return term_start(year, term) + timedelta(days=20 + int(rng.integers(0, 40)))


_HEADER = [
    "school_urn",
    "partnership_id",
    "cycle",
    "review_date",
    "respondent_role",
    "item_id",
    "rating",
    "comment",
]


def transition_points(seed: int, years: tuple[int, ...]) -> Table:
    """Ratings of the 27 transition points by host and review team for the reviews of those years, header first."""
    leaking = PLANTED["leaking_transition"]
    changed = PLANTED["leadership_change"]["urn"]
    rows: Table = [list(_HEADER)]
    for year in years:
        for position, term in enumerate(TERMS):
            for pid, school in reviewed_in(year, term):
                rng = np.random.default_rng([seed, year, position, school.estab, 27])
                day = _day_in_term(rng, year, term)
                usual = 3.5 + 0.1 * (year - YEARS[0]) + 0.25 * float(rng.standard_normal())
                for role in ("host", "review_team"):
                    for item in items("transition_points"):
                        level = usual - (0.25 if item.section == "Sustained action" else 0.0)
                        if pid == leaking["partnership_id"]:
                            level += leaking["host_above_review_team"] / 2 * (1 if role == "host" else -1)
                            if item.section == leaking["section"]:
                                level -= 1.3
                        rating = _clipped(level + 0.7 * float(rng.standard_normal()))
                        comment = ""
                        if school.urn == changed and item.item_id == "TP19" and day >= date(2018, 1, 1):
                            comment = "A new head teacher has led the school since January 2018"
                        rows.append(
                            [str(school.urn), pid, f"{_label(year)} {term}", day.isoformat(), role, item.item_id,
                             str(rating), comment]
                        )  # fmt: skip
    return rows


BAD_TRANSITION_POINTS = (
    ("nine hundred", "P04", "2016/17 spring", "2017-03-09", "host", "TP01", "3", ""),
    ("900026", "P04", "2016/17 spring", "2017-03-09", "host", "TP02", "7", ""),
    ("900026", "P04", "2016/17 spring", "31/02/2017", "host", "TP03", "3", ""),
    ("900026", "P04", "2016/17 spring", "2017-03-09", "host", "TP99", "3", ""),
    ("900026", "P04", "2016/17 spring", "2017-03-09", "visitor", "TP04", "3", ""),
)
"""Appended to the first year's file: no URN, a rating above 5, no such day, no such item, no such role."""

# Reflection questions ------------------------------------------------------------------------------------------------

FormRow = list[str | int | datetime]


def reflection_form(seed: int, year: int, term: str) -> list[FormRow]:
    """One term's export, header first: one row per answer sheet, some sent twice, e-mail and name as exported."""
    questions = items("reflection_questions")
    columns = [*FORM_COLUMNS, *(f"{question.label} (0-5)" for question in questions)]
    if year == YEARS[-1]:
        # Newer exports carry one column more.
        columns.insert(5, "Last modified time")
    rows: list[FormRow] = [list(columns)]
    start = term_start(year, term)
    rng = np.random.default_rng([seed, year, TERMS.index(term), 12])
    people = members_on(start)
    order = [people[i] for i in rng.permutation(len(people))]
    again: list[tuple[str, School]] = []
    for pid, school in order:
        if rng.random() < 0.14 and school.urn != PLANTED["leadership_change"]["urn"]:
            continue
        if rng.random() < 0.05:
            again.append((pid, school))
        rows.append(_answer_sheet(seed, year, term, pid, school, len(rows), first=True))
    # Leaders who corrected themselves: the same person, school and term, later in the file.
    for pid, school in again or order[:1]:
        rows.append(_answer_sheet(seed, year, term, pid, school, len(rows), first=False))
    if year == YEARS[-1]:
        rows[1:] = [[*row[:5], "", *row[5:]] for row in rows[1:]]
    return rows


def _answer_sheet(seed: int, year: int, term: str, pid: str, school: School, number: int, *, first: bool) -> FormRow:
    changed = PLANTED["leadership_change"]
    habit = np.random.default_rng([seed, school.estab, 3])
    level = 3.3 + 0.5 * float(habit.standard_normal())
    in_words = bool(habit.random() < 0.2)
    rng = np.random.default_rng([seed, year, TERMS.index(term), school.estab, int(pid[1:]), int(first)])
    terms_since = 3 * (year - YEARS[0]) + TERMS.index(term)
    level += 0.05 * terms_since
    if school.urn == changed["urn"]:
        since_change = max(0, terms_since - 3)
        level = 4.2 - 0.8 * min(since_change, 3)
    finished = datetime.combine(term_start(year, term), datetime.min.time())
    days = int(rng.integers(25, 38)) + (0 if first else 15)
    finished += timedelta(days=days, minutes=int(rng.integers(480, 1000)))
    urn = school.urn
    if urn == PLANTED["old_urn_in_forms"]["answers_for"]:
        urn = PLANTED["old_urn_in_forms"]["urn"]
    term_text = f"{term.title()} {_label(year)}"
    row: FormRow = [
        number,
        finished - timedelta(minutes=int(rng.integers(4, 15)), seconds=int(rng.integers(0, 60))),
        finished,
        f"head.{BY_URN[urn].estab}@{PERSONAL_DOMAIN}",
        f"{PERSONAL_NAME} {BY_URN[urn].estab}",
        str(urn),
        pid,
        term_text,
    ]
    for _ in items("reflection_questions"):
        value = _clipped(level + 0.8 * float(rng.standard_normal()))
        skipped = rng.random() < 0.015
        row.append("" if skipped else f"{value} - {_WORDS[value]}" if in_words else str(value))
    return row
