"""What the other survey tools export: feedback on events, and the features partnerships build into their reviews.

Here: rows as Google Forms, SurveyMonkey, Qualtrics and SmartSurvey write them, with their habits: further header rows, a
trial of the form, somebody who answers twice. Not here: Microsoft's export of the reflection questions (`evidence`).
Names and addresses are the planted ones, which must never pass the readers.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import numpy as np

from orchestration.demo.evidence import items, term_start
from orchestration.demo.published import Table
from orchestration.demo.schools import PARTNERSHIPS, PERSONAL_DOMAIN, PERSONAL_NAME

_ABOUT = ("Which partnership is it in?", "Which term is this about?")
_GRID = "Which of these are built into your peer reviews?"
_FIRST, _LAST = PERSONAL_NAME.split(" ", 1) if " " in PERSONAL_NAME else (PERSONAL_NAME, PERSONAL_NAME)
_CHANGES = (
    "Plan the workshop with our review team",
    "Share the findings with all subject leaders",
    "Agree the focus with staff before the review",
    "Keep a day free for the check-in",
)
PERSONAL_COLUMNS: Final = frozenset(
    (
        *("Name", "Email", "Email address", "Email Address", "First Name", "Last Name", "Custom Data 1"),
        *("RecipientLastName", "RecipientFirstName", "RecipientEmail"),
    )
)
"""Columns of these exports that hold the planted personal values."""


def _rng(seed: int, form: int, person: int) -> np.random.Generator:
    return np.random.default_rng([seed, form, person, 61])


def _email(person: int) -> str:
    return f"participant.{person}@{PERSONAL_DOMAIN}"


def _feedback(seed: int, form: int, person: int) -> list[str]:
    """How useful, how confident, what will be done; people who rate low leave the last blank."""
    rng = _rng(seed, form, person)
    useful = int(rng.integers(2, 6))
    confident = max(1, useful - int(rng.integers(0, 2)))
    change = _CHANGES[int(rng.integers(0, len(_CHANGES)))] if useful > 2 else ""
    return [str(useful), str(confident), change]


def _features(seed: int, partnership: int, yes: str, no: str) -> list[str]:
    """Which of the eight features are designed in: the same for one partnership in every form, but for one gained."""
    rng = _rng(seed, 0, partnership)
    return [yes if rng.random() < 0.6 else no for _ in items("review_features")]


def google_feedback(seed: int) -> Table:
    """Feedback on a conference; the first who answers does so again two days later."""
    questions = [question.label for question in items("event_feedback")]
    rows: Table = [["Timestamp", "Email address", "Which event did you attend?", *questions]]
    sent = datetime(2018, 10, 18, 15, 30)
    for person in (*range(1, 25), 1):
        sent += timedelta(minutes=13) if len(rows) < 25 else timedelta(days=2)
        when = f"{sent:%Y/%m/%d} {sent:%I:%M:%S %p} GMT+1".replace(" 0", " ")
        rows.append([when, _email(person), "Autumn conference 2018", *_feedback(seed, len(rows) // 25, person)])
    return rows


def surveymonkey_features(seed: int) -> Table:
    """One response of each partnership, and one that was made in the preview."""
    own = ["Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address", "Email Address", "First Name"]
    own += ["Last Name", "Custom Data 1"]
    features = [feature.label for feature in items("review_features")]
    rows: Table = [[*own, *_ABOUT, _GRID, *[""] * (len(features) - 1)]]
    rows.append([*[""] * len(own), "Response", "Response", *features])
    sent = datetime.combine(term_start(2019, "spring"), datetime.min.time()) + timedelta(days=40, hours=9)
    for number, partnership in enumerate((PARTNERSHIPS[0], *PARTNERSHIPS)):
        when = f"{sent + timedelta(minutes=37 * number):%m/%d/%Y %I:%M:%S %p}"
        who = ["203.0.113.9", _email(100 + number), _FIRST, _LAST, PERSONAL_NAME]
        about = [partnership.partnership_id, "Spring 2018/19"]
        answers = _features(seed, number, "Designed in", "Not yet designed in")
        rows.append([f"11481{number:06d}", "167890123" if number else "Preview", when, when, *who, *about, *answers])
    return rows


def qualtrics_feedback(seed: int) -> Table:
    """Feedback on a training day: three header rows, and a survey preview before anybody answers."""
    ids = [
        "StartDate",
        "EndDate",
        "Status",
        "IPAddress",
        "Progress",
        "Duration (in seconds)",
        "Finished",
        "RecordedDate",
    ]
    ids += ["ResponseId", "RecipientLastName", "RecipientFirstName", "RecipientEmail", "ExternalReference"]
    ids += ["LocationLatitude", "LocationLongitude", "DistributionChannel", "UserLanguage"]
    labels = ["Start Date", "End Date", "Response Type", "IP Address", "Progress", "Duration (in seconds)", "Finished"]
    labels += ["Recorded Date", "Response ID", "Recipient Last Name", "Recipient First Name", "Recipient Email"]
    labels += ["External Data Reference", "Location Latitude", "Location Longitude", "Distribution Channel"]
    labels += ["User Language", "Which session did you attend?", *(q.label for q in items("event_feedback"))]
    rows: Table = [[*ids, "Q1", "Q2_1", "Q2_2", "Q3"], list(labels)]
    rows.append([f'{{"ImportId":"{name}"}}' for name in rows[0]])
    sent = datetime(2019, 6, 13, 12, 0)
    for person in range(18):
        when = f"{sent + timedelta(minutes=9 * person):%Y-%m-%d %H:%M:%S}"
        status, channel = ("IP Address", "email") if person else ("Survey Preview", "preview")
        own = [when, when, status, "203.0.113.9", "100", "180", "True", when, f"R_{person:05d}wendmere"]
        who = [_LAST, _FIRST, _email(200 + person), "", "51.5", "-1.2", channel, "EN-GB"]
        rows.append([*own, *who, "Coaching for champions, June 2019", *_feedback(seed, 3, 200 + person)])
    return rows


def smartsurvey_features(seed: int) -> Table:
    """The features a year before: three header rows, all of it numbered, `-` where nothing was answered."""
    own = ["UserID", "UserNo", "Name", "Email", "IP Address", "Unique ID", "Started", "Ended", "Tracking Link"]
    features = [feature.label for feature in items("review_features")]
    about = [f"Q{at}. {question}" for at, question in enumerate(_ABOUT, 1)]
    rows: Table = [[*own, *about, f"Q3. {_GRID}", *[""] * (len(features) - 1)]]
    rows.append([*[""] * 11, *(f"Q3.{at}. {feature}" for at, feature in enumerate(features, 1))])
    rows.append([""] * len(rows[0]))
    sent = datetime.combine(term_start(2018, "spring"), datetime.min.time()) + timedelta(days=40, hours=14)
    for number, partnership in enumerate(PARTNERSHIPS, start=1):
        when = f"{sent + timedelta(minutes=21 * number):%d/%m/%Y %H:%M:%S}"
        answers = _features(seed, number, "Yes", "No")
        # one feature is gained by the year after, and one partnership leaves one out
        answers[number % len(answers)] = "-" if number == 1 else "No"
        who = [PERSONAL_NAME, _email(100 + number), "203.0.113.9", f"u-{number}", when, when, "Default Web Link"]
        rows.append([str(7000 + number), str(number), *who, partnership.partnership_id, "Spring 2017/18", *answers])
    return rows
